"""What a cell of a table can hold besides a value."""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from geo_relocation.model.enums import IssueAction, Severity
from geo_relocation.text.normalise import search_key
from geo_relocation.text.problems import Problem, problems_frame

_DASHES = frozenset("-–—−_./…*")
_STATED_MISSING = frozenset(
    search_key(words)
    for words in (
        "n/a", "na", "nan", "null", "none", "chưa có", "chưa rõ", "không rõ", "chưa xác định",
        "không xác định", "không có số liệu", "chưa có số liệu", "không có thông tin",
        "chưa cập nhật", "đang cập nhật", "unknown", "not available", "chưa biết",
    )
)  # fmt: skip


def is_missing(value: object) -> bool:
    """Whether a cell is empty: None, NaN, NA, NaT, blanks, or only dashes."""
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    if isinstance(value, float | np.floating):
        return math.isnan(value)
    return isinstance(value, str) and not set(fold(value)) - _DASHES


def says_missing(text: str) -> bool:
    """Whether a text says in words that there is no value."""
    return search_key(text) in _STATED_MISSING


def is_excel_error(text: str) -> bool:
    """Whether a text is what a spreadsheet shows for a broken formula."""
    return text.startswith("#") and text.rstrip("!?").lstrip("#").replace("/", "").isupper()


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


class Finding(NamedTuple):
    """A kind of problem with its messages, before it has a place."""

    kind: str
    severity: Severity
    message: str
    message_en: str


def common_problem(text: str) -> Finding | None:
    """What is wrong with a text that holds no value in any kind of column."""
    if is_excel_error(text.strip()):
        return Finding(
            "excel-error",
            Severity.ERROR,
            f"Ô chứa lỗi công thức Excel {text.strip()}.",
            f"The cell holds the spreadsheet error {text.strip()}.",
        )
    if says_missing(text):
        return Finding(
            "stated-missing",
            Severity.INFO,
            f"Ghi là không có số liệu: “{text.strip()}”.",
            f"The cell says that there is no value: “{text.strip()}”.",
        )
    return None


class Log:
    """Collects what is found in one column."""

    def __init__(self, cells: Sequence[object]) -> None:
        self._cells = cells
        self._problems: list[Problem] = []

    def cells(
        self, positions: Iterable[int], found: Finding, action: IssueAction = IssueAction.LEFT_EMPTY
    ) -> None:
        """The same finding at each of some positions."""
        kind, severity, message, message_en = found
        self._problems += [
            Problem(p, str(self._cells[p]), kind, severity, action, message, message_en)
            for p in positions
        ]

    def column(self, found: Finding, action: IssueAction) -> None:
        """A finding about the column as a whole."""
        kind, severity, message, message_en = found
        self._problems.append(Problem(None, None, kind, severity, action, message, message_en))

    def frame(self) -> pd.DataFrame:
        """All findings, in the order of the rows."""
        return problems_frame(self._problems)
