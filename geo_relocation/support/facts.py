"""What is known of a firm when support is worked out, and what is not.

A value that is missing stays missing: it is never read as zero or as "no".
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Literal, cast

from geo_relocation.messages import Language
from geo_relocation.model import schema, split_codes
from geo_relocation.model.enums import LabelledEnum

Kind = Literal["number", "boolean", "text", "date"]
Value = Fraction | bool | str | dt.date
"""A figure, an answer, a code or a day."""

_KINDS: dict[str, Kind] = {
    "integer": "number",
    "real": "number",
    "boolean": "boolean",
    "date": "date",
}


@dataclass(frozen=True)
class Fact:
    """One thing that a policy may ask about a firm.

    Attributes
    ----------
    key
        The name used in policy files.
    kind
        `number`, `boolean`, `text` or `date`.
    vi, en
        Names for people, with the unit.
    origin
        The layer that has it as a column, or `derived`.
    needs
        What a derived value is made from: named as missing in its stead.
    words
        The enum of a text that has a closed list of values, else None.
    """

    key: str
    kind: Kind
    vi: str
    en: str
    origin: str
    needs: tuple[str, ...]
    words: type[LabelledEnum] | None

    def label(self, language: Language = "vi") -> str:
        """Name for people."""
        return self.vi if language == "vi" else self.en


@cache
def evidence_registry() -> Mapping[str, Fact]:
    """All evidence by key; for a column the data dictionary supplies the words."""
    text = resources.files("geo_relocation.support").joinpath("evidence.csv").read_text("utf-8")
    found = {}
    for row in csv.DictReader(text.splitlines()):
        key, origin = row["key"], row["origin"]
        kind, words = row["kind"], None
        if origin != "derived":
            column = schema(origin).attribute(key)
            kind, words = _KINDS.get(column.type, "text"), column.enum
            row |= {"vi": column.header("vi"), "en": column.header("en")}
        found[key] = Fact(
            key,
            cast("Kind", kind),
            row["vi"],
            row["en"],
            origin,
            split_codes(row["needs"]),
            words,
        )
    return found


@dataclass(frozen=True)
class Firm:
    """What support is worked out from, for one firm.

    Attributes
    ----------
    site_id
        The site.
    day
        As of which its policies are asked.
    year
        In which the money falls due.
    city
        Code of the old district-level city; None where nothing tells.
    values
        Fact by key; what is missing has no entry.
    assumed
        Keys of evidence that a user's file assumed, because it is missing.
    """

    site_id: str
    day: dt.date
    year: int
    city: str | None
    values: Mapping[str, Value]
    assumed: frozenset[str] = field(default_factory=frozenset)

    def lacking(self, key: str) -> tuple[str, ...]:
        """What is missing for a piece of evidence: itself, or what it is made from."""
        if key in self.values:
            return ()
        needs = evidence_registry()[key].needs
        return tuple(need for need in needs if need not in self.values) or (key,)
