"""Yes and no, as officers tick them."""

from __future__ import annotations

from geo_relocation.lazy import pd
from geo_relocation.model.enums import IssueAction, Severity
from geo_relocation.model.told import told
from geo_relocation.text._cells import distinct, is_missing
from geo_relocation.text.normalise import search_key
from geo_relocation.text.problems import Finding, Log, Parsed
from geo_relocation.text.refusals import common_problem

_YES = frozenset(
    search_key(word)
    for word in (
        "có", "x", "đúng", "rồi", "đã", "đã có", "đạt", "vi phạm", "được", "đồng ý", "đồng thuận",
        "thống nhất", "đã nghiệm thu", "yes", "y", "true", "t", "1", "v", "co vi pham", "on",
    )
)  # fmt: skip
_NO = frozenset(
    search_key(word)
    for word in (
        "không", "ko", "k", "kg", "sai", "chưa", "chưa có", "không có", "không đạt", "chưa đạt",
        "không vi phạm", "không được", "không đồng ý", "chưa đồng ý", "không đồng thuận",
        "chưa nghiệm thu", "no", "n", "false", "f", "0", "off", "chưa được",
    )
)  # fmt: skip
_TICKS = {"✓": True, "✔": True, "☑": True, "☒": True, "√": True, "✗": False, "✘": False, "☐": False}
_MARKS = frozenset({"x", "v"})


def parse_booleans(values: pd.Series) -> Parsed:
    """Yes and no from a column of texts, numbers and booleans.

    A blank cell is not a no, even where the others are only ticked: nobody may have looked.
    Such a column is reported, so that a person can say what a blank means.

    Returns
    -------
    Parsed
        dtype ``boolean``. Kinds: `not-a-boolean`, `blank-not-false`, `excel-error`,
        `stated-missing`.
    """
    cells = values.tolist()
    log = Log(cells)
    result: list[bool | None] = [None] * len(cells)
    ticked_only = True
    for text, positions in distinct(cells).items():
        found = _read(text)
        if isinstance(found, Finding):
            log.cells(positions, found)
            continue
        ticked_only &= search_key(text) in _MARKS or text.strip() in _TICKS
        for position in positions:
            result[position] = found
    for position, value in enumerate(cells):
        if isinstance(value, str) or is_missing(value):
            continue
        ticked_only = False
        if value in (0, 1):
            result[position] = bool(value)
        else:
            log.cells([position], _not_a_boolean(str(value)))
    blanks = sum(is_missing(value) for value in cells)
    if ticked_only and blanks and any(result):
        log.column(_blanks(blanks), IssueAction.LEFT_EMPTY)
    parsed = pd.Series(result, index=values.index, name=values.name, dtype="boolean")
    return Parsed(parsed, log.frame())


def _read(text: str) -> bool | Finding:
    stripped = text.strip()
    if stripped in _TICKS:
        return _TICKS[stripped]
    key = search_key(text)
    if key in _YES:
        return True
    if key in _NO:
        return False
    return common_problem(text) or _not_a_boolean(text)


def _not_a_boolean(text: str) -> Finding:
    shown = text.strip()
    return Finding(
        "not-a-boolean",
        Severity.ERROR,
        told("parsing.not-a-boolean", value=shown),
    )


def _blanks(count: int) -> Finding:
    return Finding(
        "blank-not-false",
        Severity.WARNING,
        told("parsing.blank-not-false", count=count),
    )
