"""What an output was written to, what it holds that is not for everyone, and what it lacks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo_relocation.lazy import pd
from geo_relocation.messages import Language
from geo_relocation.model import schema
from geo_relocation.model.dictionary import Attribute, Protection

PROTECTIONS: tuple[Protection, ...] = ("personal", "confidential")


@dataclass(frozen=True)
class Written:
    """An output.

    Attributes
    ----------
    path
        The file, or the folder of several.
    holds
        Attributes with values in it that the data dictionary marks as personal or confidential.
    notes
        What was cut or is elsewhere.
    """

    path: Path
    holds: tuple[Attribute, ...] = ()
    notes: tuple[str, ...] = ()

    def __fspath__(self) -> str:
        """The path, for whatever takes one."""
        return str(self.path)

    def __str__(self) -> str:
        """The path."""
        return str(self.path)

    def summary(self, language: Language | None = None) -> dict[str, Any]:
        """What it holds that is personal, what is confidential, and the notes.

        Parameters
        ----------
        language
            Name attributes in it; None: as ``layer.attribute``.
        """
        found: dict[str, Any] = {
            protection: [
                f"{a.layer}.{a.name}" if language is None else a.header(language)
                for a in self.holds
                if a.protection == protection
            ]
            for protection in PROTECTIONS
        }
        return found | ({"notes": list(self.notes)} if self.notes else {})


def held(values: Iterable[tuple[Attribute, pd.Series]]) -> tuple[Attribute, ...]:
    """The marked attributes among those given that have any value, each once."""
    found = {
        (attribute.layer, attribute.name): attribute
        for attribute, column in values
        if attribute.protection is not None and column.notna().any()
    }
    return tuple(found.values())


def held_in(layer: str, frame: pd.DataFrame) -> tuple[Attribute, ...]:
    """The marked attributes of a layer that have any value in a frame."""
    known = [a for a in schema(layer).fields if a.name in frame.columns]
    return held((attribute, frame[attribute.name]) for attribute in known)
