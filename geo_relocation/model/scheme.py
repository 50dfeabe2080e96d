"""The relocation scheme that a workspace serves."""

from __future__ import annotations

from datetime import date
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from geo_relocation.errors import UsageError
from geo_relocation.messages import Language, _, listed_mistakes
from geo_relocation.model.toml import read_toml


class Scheme(BaseModel):
    """Name, legal ground and territory of a scheme.

    Attributes
    ----------
    id, name, name_en
        What it is called.
    decision, date
        The decision that set it up.
    first_year, last_year
        Calendar years of its phases.
    status
        Whether it runs; `status_note` and `status_note_en` say what is known.
    south
        Codes of the old district-level units whose firms leave.
    pilot
        Code of the unit that goes first.
    source
        Where this comes from.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    name: str
    name_en: str = ""
    decision: str = ""
    date: date
    first_year: int
    last_year: int
    status: Literal["draft", "active", "suspended", "ended"]
    status_note: str = ""
    status_note_en: str = ""
    south: tuple[str, ...]
    pilot: str = ""
    source: str

    def title(self, language: Language) -> str:
        """Its name; that in Vietnamese where it has none in the language."""
        return self.name_en if language == "en" and self.name_en else self.name

    def note(self, language: Language) -> str:
        """What is known of its status, in the same way."""
        english = language == "en" and self.status_note_en
        return self.status_note_en if english else self.status_note

    def years_from(self, year: int) -> tuple[int, ...]:
        """Calendar years of the scheme from a year on; none where it has ended."""
        return tuple(range(max(self.first_year, year), self.last_year + 1))


def parse_scheme(text: str) -> Scheme:
    """Read a scheme from TOML.

    Raises
    ------
    UsageError
        With every mistake listed.
    """
    try:
        content = read_toml(text)
    except ValueError as error:
        raise UsageError(_("The scheme file is not TOML: {reason}.", reason=error)) from error
    try:
        return Scheme.model_validate(content)
    except ValidationError as error:
        raise UsageError(
            _("The scheme file has mistakes: {reason}.", reason=listed_mistakes(error))
        ) from error


def default_scheme() -> Scheme:
    """Đề án 3210, the scheme this program was made for."""
    return parse_scheme(
        resources.files("geo_relocation.model").joinpath("scheme.toml").read_text("utf-8")
    )
