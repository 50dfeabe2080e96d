"""What a cell of a table can hold besides a value."""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from collections.abc import Iterable

from geo_relocation.lazy import np, pd

_DASHES = frozenset("-–—−_./…*")


def is_missing(value: object) -> bool:
    """Whether a cell is empty: None, NaN, NA, NaT, blanks, or only dashes."""
    if isinstance(value, str):
        # What begins with a letter or digit, as most cells do, need not be folded.
        return not value[:1].isalnum() and not set(fold(value)) - _DASHES
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    return isinstance(value, float | np.floating) and math.isnan(value)


def fold(text: str) -> str:
    """A text in compatibility form with plain blanks, for parsing only."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def is_number(value: object) -> bool:
    """Whether a cell holds a finite number, booleans not counted."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.number):
        return False
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


def is_date(value: object) -> bool:
    """Whether a cell holds a date or a timestamp."""
    return isinstance(value, dt.date | np.datetime64) and value is not pd.NaT


def distinct(cells: Iterable[object]) -> dict[str, list[int]]:
    """Positions of each distinct text, so that a text is parsed once however often it is there."""
    places: dict[str, list[int]] = {}
    for position, cell in enumerate(cells):
        if isinstance(cell, str) and not is_missing(cell):
            places.setdefault(cell, []).append(position)
    return places
