"""Texts that hold no value in any kind of column."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from geo_relocation.model.enums import Severity
from geo_relocation.model.told import told
from geo_relocation.text.normalise import search_key
from geo_relocation.text.problems import Finding, Log

_STATED_MISSING = frozenset(
    search_key(words)
    for words in (
        "n/a", "na", "nan", "null", "none", "chưa có", "chưa rõ", "không rõ", "chưa xác định",
        "không xác định", "không có số liệu", "chưa có số liệu", "không có thông tin",
        "chưa cập nhật", "đang cập nhật", "unknown", "not available", "chưa biết",
    )
)  # fmt: skip


def says_missing(text: str) -> bool:
    """Whether a text says in words that there is no value."""
    return search_key(text) in _STATED_MISSING


def is_excel_error(text: str) -> bool:
    """Whether a text is what a spreadsheet shows for a broken formula."""
    return text[:1] == "#" and text.rstrip("!?").lstrip("#").replace("/", "").isupper()


def excel_errors(cells: Sequence[object], positions: Sequence[int]) -> pd.DataFrame:
    """Problems of the cells at some positions, each the error of a broken formula."""
    log = Log(cells)
    for position in positions:
        log.cells([position], _excel_error(str(cells[position])))
    return log.frame()


def _excel_error(text: str) -> Finding:
    return Finding("excel-error", Severity.ERROR, told("parsing.excel-error", value=text.strip()))


def common_problem(text: str) -> Finding | None:
    """What is wrong with a text that holds no value in any kind of column."""
    if text[:1].isdecimal():
        return None  # as most cells of numbers and codes begin
    if is_excel_error(text.strip()):
        return _excel_error(text)
    if says_missing(text):
        return Finding(
            "stated-missing",
            Severity.INFO,
            told("parsing.stated-missing", value=text.strip()),
        )
    return None
