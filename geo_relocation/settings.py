"""Settings from the environment (prefix ``GEORELOC_``) and from ``georelocation.toml``."""

from __future__ import annotations

import os
import tomllib
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PositiveInt, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings import SettingsError as SettingsSourceError

from geo_relocation.errors import SettingsError
from geo_relocation.messages import _, listed_mistakes
from geo_relocation.plaintext import unicode_text
from geo_relocation.redaction import redacted

SETTINGS_FILE = Path("georelocation.toml")
_WHENCE = _("They come from {file} and from variables named GEORELOC_….", file=SETTINGS_FILE)


class ReadingLimits(BaseModel):
    """How much a file that comes in may ask of this computer.

    A file beyond a limit is refused with the limit's name. In ``georelocation.toml`` they stand
    in the table ``[reading]``; in the environment they are named ``GEORELOC_READING__ROWS``.

    Attributes
    ----------
    megabytes
        Size of a source with its sidecars, and of what a zip or workbook unpacks to.
    members
        Files in a zip or a folder.
    ratio
        How many times larger than packed a member of a zip may be, once it is over 10 MB.
    rows, columns, cells
        Of one layer or sheet; cells are those with a value.
    letters
        Letters of one cell.
    memory_mb
        Memory of the process that reads a file, where the system can limit it.
    seconds
        Time of that process.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    megabytes: PositiveInt = 2048
    members: PositiveInt = 10_000
    ratio: PositiveInt = 250
    rows: PositiveInt = 1_000_000
    columns: PositiveInt = 1_000
    cells: PositiveInt = 20_000_000
    letters: PositiveInt = 1_000_000
    memory_mb: PositiveInt = 2048
    seconds: PositiveInt = 60


def as_typed(text: str) -> str:
    """A text of the environment or the command line, whatever the system's code page says.

    Python keeps bytes that the code page does not know as half characters, which no file can
    hold; what was typed is UTF-8 as a rule.
    """
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        return os.fsencode(text).decode("utf-8", "replace")
    return text


class Settings(BaseSettings):
    """What a user may set once rather than say with every command.

    Attributes
    ----------
    workspace
        Path of a GeoPackage or a ``postgresql://`` address.
    author
        Name written into imports, runs, decisions and events.
    role, role_since
        In which capacity the author acts, and since when; written into runs and approvals.
    language
        Language of maps, lists and messages.
    terminal_language
        Language of the command line, where it is another than that of what it writes; None: the
        same.
    threads
        Threads for screening and matching.
    crs
        Working CRS of a new workspace.
    reading
        Limits on files that come in.
    wait_seconds
        How long a command waits for other processes that hold the workspace.
    today
        The day that counts as the present one, to plan as of another; None: the calendar's, in
        Vietnam.
    support_parameters
        File of what the province sets for support (prices, levels), for estimates and the
        indicators of plans; None: nothing is known of it.
    """

    model_config = SettingsConfigDict(
        env_prefix="GEORELOC_",
        env_nested_delimiter="__",
        toml_file=SETTINGS_FILE,
        extra="forbid",
    )

    workspace: str = Field(default="binhduong.gpkg", repr=False)  # may hold a password
    author: Annotated[str, AfterValidator(as_typed)] = ""
    role: Annotated[str, AfterValidator(as_typed)] = ""
    role_since: date | None = None
    language: Literal["vi", "en"] = "vi"
    terminal_language: Literal["vi", "en"] | None = None
    threads: int = 2
    crs: str = "EPSG:9210"
    reading: ReadingLimits = Field(default_factory=ReadingLimits)
    wait_seconds: float = Field(default=60.0, ge=0, le=86_400, allow_inf_nan=False)
    today: date | None = None
    support_parameters: Path | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, the environment over the file."""
        return init_settings, env_settings, _File(settings_cls)


class _File(TomlConfigSettingsSource):
    """``georelocation.toml``, as any editor saves it."""

    def _read_file(self, file_path: Path | Traversable) -> dict[str, Any]:
        return tomllib.loads(unicode_text(file_path.read_bytes()))


def load_settings() -> Settings:
    """Read the settings in force.

    Raises
    ------
    SettingsError
        With every mistake listed, if any value cannot be used. No value is repeated: the
        address of a workspace may hold a password. For the same reason the error hides what
        caused it.
    """
    try:
        return Settings()
    except ValidationError as error:
        wrong = redacted(str(listed_mistakes(error)))
        raise SettingsError(
            _("The settings cannot be used: {reason}.", reason=wrong),
            hint=_WHENCE,
        ) from None
    except SettingsSourceError as error:
        raise SettingsError(
            _("The settings cannot be used: {reason}.", reason=redacted(str(error))), hint=_WHENCE
        ) from None
    except (ValueError, RecursionError) as error:
        raise SettingsError(
            _("{file} is not a TOML file.", file=SETTINGS_FILE),
            why=redacted(str(error)),
            hint=_("Mend or remove it."),
        ) from None
