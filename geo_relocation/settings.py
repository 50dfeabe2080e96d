"""Settings from the environment (prefix ``GEORELOC_``) and from ``georelocation.toml``."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from geo_relocation.errors import SettingsError, listed_mistakes

SETTINGS_FILE = Path("georelocation.toml")


class Settings(BaseSettings):
    """What a user may set once rather than say with every command.

    Attributes
    ----------
    workspace
        Path of a GeoPackage or a ``postgresql://`` address.
    author
        Name written into imports, decisions and events.
    language
        Language of maps, lists and messages.
    threads
        Threads for screening and matching.
    crs
        Working CRS of a new workspace.
    """

    model_config = SettingsConfigDict(
        env_prefix="GEORELOC_", toml_file=SETTINGS_FILE, extra="forbid"
    )

    workspace: str = "binhduong.gpkg"
    author: str = ""
    language: Literal["vi", "en"] = "vi"
    threads: int = 2
    crs: str = "EPSG:9210"

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
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings() -> Settings:
    """Read the settings in force.

    Raises
    ------
    SettingsError
        With every mistake listed, if any value cannot be used.
    """
    try:
        return Settings()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{SETTINGS_FILE} is not a TOML file.", why=str(error), hint="Mend or remove it."
        ) from error
    except ValidationError as error:
        raise SettingsError(
            f"The settings cannot be used: {listed_mistakes(error)}.",
            hint=f"They come from {SETTINGS_FILE} and from variables named GEORELOC_….",
        ) from error
