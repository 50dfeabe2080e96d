"""Numbers as people type them.

``1.234,5`` is Vietnamese and ``1,234.5`` is English for the same number, and ``1.234`` alone is
either. A single cell cannot tell; its column often can, because one cell with two kinds of
separator, or with other than three digits after the separator, shows the habit of the typist.
What a column decides is reported, and what it cannot decide is left empty, not guessed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from geo_relocation.arrays import FloatArray
from geo_relocation.lazy import np, pd
from geo_relocation.model.enums import IssueAction, Severity
from geo_relocation.model.told import told
from geo_relocation.text._cells import distinct, fold, is_missing, is_number
from geo_relocation.text.measures import find_unit, unit_factor
from geo_relocation.text.problems import Finding, Log, Parsed
from geo_relocation.text.refusals import common_problem

Mark = Literal[".", ","]

MAJORITY = 0.9
"""Share of the telling cells that must agree before a mixed column decides the others."""

_NUMBER = re.compile(
    r"^(?P<about>(?:khoảng|ước|gần|hơn|trên|dưới|tối đa|tối thiểu|about|approx\.?|[~≈≃<>≤≥±])\s*)*"
    r"(?P<sign>[-+−–])?\s*"
    r"(?P<body>\d[\d.,'’ ]*\d|\d|[.,]\d+)"
    r"(?P<power>[eE][+-]?\d{1,3})?"
    r"(?P<end>[.,]?)\s*(?P<unit>.*)$",
    re.IGNORECASE,
)
_RANGE = re.compile(r"^(?:[-–—÷]|đến|to)\s*\d", re.IGNORECASE)
_GROUP = 3
_LONGEST_COUNT = 18
_GROUPED_BY_BLANKS = re.compile(r"^\d{1,3}(?:[ '’]\d{3})+(?P<tail>[.,]\d+)?$")


@dataclass(frozen=True)
class _Cell:
    """A text read as a number, as far as one cell alone allows.

    `decimal` is the decimal mark that the cell itself shows. `lone` is the only mark of a cell
    such as ``1.234``, which may be either; then `decimal` is None.
    """

    digits: str
    decimal: Mark | None
    lone: Mark | None
    unit: str
    about: bool

    def value(self, decimal: Mark) -> float:
        """The number, with `decimal` as its decimal mark."""
        return float(self.digits.replace(_other(decimal), "").replace(decimal, "."))


@dataclass(frozen=True)
class _Habit:
    """How a column's typist writes: a decimal mark, or lone marks that group thousands."""

    decimal: Mark | None = None
    groups: bool = False

    def mark(self, cell: _Cell) -> Mark | None:
        """The decimal mark of a cell; None when it cannot be told."""
        if cell.lone is None:
            return cell.decimal or "."
        return _other(cell.lone) if self.groups else self.decimal


def count_of(text: str) -> int | None:
    """A text of nothing but digits as a count; None for any other, and beyond 18 digits."""
    return int(text) if text.isdecimal() and len(text) <= _LONGEST_COUNT else None


def parse_numbers(
    values: pd.Series, *, unit: str = "", source_unit: str | None = None, integer: bool = False
) -> Parsed:
    """Numbers from a column of texts and numbers.

    Parameters
    ----------
    values
        Cells as read. Numbers pass; texts are parsed: grouping by points, commas, blanks or
        apostrophes, decimals by point or comma, a unit behind, *khoảng* or ``~`` before.
    unit
        Unit of the result, as the data dictionary writes it.
    source_unit
        Unit that the header states. A unit in a cell goes before it.
    integer
        Whether the attribute counts whole things, which settles ``1.234``.

    Returns
    -------
    Parsed
        ``float64`` values, missing where a cell gives none, and what was found. Kinds:
        `not-a-number`, `number-range`, `ambiguous-number`, `decimal-decided`,
        `decimal-assumed`, `mixed-decimals`, `approximate-number`, `unknown-unit`,
        `unit-converted`, `not-an-integer`, `value-out-of-range`, `excel-error`, `stated-missing`.
    """
    cells = values.tolist()
    log = Log(cells)
    places = distinct(cells)
    good: dict[str, _Cell] = {}
    for text, positions in places.items():
        cell = _read(text)
        if isinstance(cell, Finding):
            log.cells(positions, cell)
        else:
            good[text] = cell
    habit = _Habit(groups=True) if integer else _decide(good, places, log)
    result = _take_numbers(cells, log)
    factors = _Factors(unit, source_unit, log)
    with np.errstate(over="ignore"):
        result *= factors.column(has_numbers=bool(np.isfinite(result).any()))
    for text, cell in good.items():
        result[places[text]] = _settle(text, cell, habit, factors, places, log)
    factors.report()
    endless = np.flatnonzero(np.isinf(result))
    log.cells(endless.tolist(), _ENDLESS)
    result[endless] = np.nan
    if integer:
        fractions = np.flatnonzero(np.isfinite(result) & (result != np.round(result)))
        log.cells(fractions.tolist(), _NOT_WHOLE, IssueAction.ASK)
        result[fractions] = np.nan
    return Parsed(pd.Series(result, index=values.index, name=values.name), log.frame())


def _settle(
    text: str,
    cell: _Cell,
    habit: _Habit,
    factors: _Factors,
    places: Mapping[str, Sequence[int]],
    log: Log,
) -> float:
    """The value of a cell in the unit of the column, NaN when it cannot be told."""
    mark = habit.mark(cell)
    if mark is None:
        log.cells(places[text], _ambiguous(cell), IssueAction.ASK)
        return np.nan
    factor = factors.cell(cell.unit, len(places[text]))
    if factor is None:
        log.cells(places[text], _unknown_unit(cell.unit), IssueAction.ASK)
        return np.nan
    if cell.about:
        log.cells(places[text], _APPROXIMATE, IssueAction.ASSUMED)
    return cell.value(mark) * factor


def _take_numbers(cells: Sequence[object], log: Log) -> FloatArray:
    """The cells that hold numbers already; others are NaN, and logged unless text or empty."""
    result = np.full(len(cells), np.nan)
    for position, value in enumerate(cells):
        if is_number(value):
            result[position] = float(value)  # type: ignore[arg-type]
        elif not isinstance(value, str) and not is_missing(value):
            log.cells([position], _not_a_number(str(value)))
    return result


def _read(text: str) -> _Cell | Finding:
    """A text as a number, or why it is none."""
    if (known := common_problem(text)) is not None:
        return known
    found = _NUMBER.match(fold(text))
    if found is None:
        return _not_a_number(text)
    body, unit = found["body"].replace("’", "'"), found["unit"].strip()
    if _RANGE.match(unit):
        return _range(text)
    if unit and find_unit(unit) is None and not unit.isalpha() and any(map(str.isdigit, unit)):
        return _not_a_number(text)
    marks = _marks(body, scientific=found["power"] is not None)
    if marks is None:
        return _not_a_number(text)
    digits = re.sub("[ ']", "", body) + (found["power"] or "")
    sign = "-" if found["sign"] in {"-", "−", "–"} else ""
    return _Cell(sign + digits, *marks, unit=unit, about=found["about"] is not None)


def _marks(body: str, *, scientific: bool) -> tuple[Mark | None, Mark | None] | None:
    """Decimal mark and lone mark of some digits; None when the marks make no number."""
    blanks = " " in body or "'" in body
    if blanks and not _GROUPED_BY_BLANKS.match(body):
        return None
    digits = re.sub("[ ']", "", body)
    kinds = {mark: digits.count(mark) for mark in ".," if mark in digits}
    if not kinds:
        return None, None
    if len(kinds) == 2:  # noqa: PLR2004 - a point and a comma
        decimal: Mark = "." if digits.rfind(".") > digits.rfind(",") else ","
        whole, _, _ = digits.rpartition(decimal)
        return (decimal, None) if _grouped(whole, _other(decimal)) else None
    mark: Mark = "." if "." in kinds else ","
    if kinds[mark] > 1:
        return (_other(mark), None) if _grouped(digits, mark) else None
    whole, _, rest = digits.partition(mark)
    # Blanks group already, 12345.678 is not grouped at all, and no number of thousands
    # begins with a zero.
    telling = len(rest) != _GROUP or len(whole) > _GROUP or whole[:1] in {"", "0"}
    if blanks or scientific or telling:
        return mark, None
    return None, mark


def _grouped(digits: str, mark: str) -> bool:
    """Whether a mark stands before every three digits and nowhere else."""
    first, *groups = digits.split(mark)
    return 1 <= len(first) <= _GROUP and all(len(g) == _GROUP and g.isdigit() for g in groups)


def _decide(good: Mapping[str, _Cell], places: Mapping[str, Sequence[int]], log: Log) -> _Habit:
    """The habit of a column, reported where a cell depends on it."""
    telling: Counter[Mark] = Counter()
    lone: Counter[Mark] = Counter()
    for text, cell in good.items():
        if cell.decimal is not None:
            telling[cell.decimal] += len(places[text])
        if cell.lone is not None:
            lone[cell.lone] += len(places[text])
    mixed = len(telling) > 1
    if mixed:
        log.column(_mixed(telling), IssueAction.KEPT)
    if not lone:
        return _Habit()
    if telling:
        mark, count = telling.most_common(1)[0]
        if count < MAJORITY * telling.total():
            return _Habit()
        action = IssueAction.ASSUMED if mixed else IssueAction.KEPT
        log.column(_decided(mark, count, lone.total(), sure=not mixed), action)
        return _Habit(decimal=mark)
    if len(lone) > 1:
        return _Habit()
    log.column(_assumed(next(cell for cell in good.values() if cell.lone), lone.total()), _ASSUMED)
    return _Habit(groups=True)


class _Factors:
    """Conversion of a column into its unit, with a count of what was converted."""

    def __init__(self, unit: str, source_unit: str | None, log: Log) -> None:
        self._unit = unit
        self._source = source_unit or ""
        self._log = log
        self._converted: Counter[str] = Counter()
        self._refused = False

    def _factor(self, written: str) -> float | None:
        if not self._unit:
            return 1.0 if find_unit(written) is not None else None
        return unit_factor(written, self._unit)

    def column(self, *, has_numbers: bool) -> float:
        """Factor of the cells that state no unit; NaN when the header's unit is not known."""
        factor = self._factor(self._source) if self._source else 1.0
        if factor is None:
            if not self._refused:
                self._log.column(_unknown_unit(self._source), IssueAction.ASK)
            self._refused = True
            return np.nan
        if factor != 1.0 and has_numbers:
            self._converted[self._source] += 0
        return factor

    def cell(self, written: str, count: int) -> float | None:
        """Factor of a text with its own unit, or with the header's where it has none."""
        if not written:
            return self.column(has_numbers=True)
        factor = self._factor(written)
        if factor is not None and (factor != 1.0 or not self._unit):
            self._converted[written] += count
        return factor

    def report(self) -> None:
        """Say once per unit what was converted."""
        for written, count in self._converted.items():
            self._log.column(_converted(written, self._unit, count), IssueAction.REPAIRED)


def _other(mark: Mark) -> Mark:
    return "," if mark == "." else "."


_ASSUMED = IssueAction.ASSUMED
_NOT_WHOLE = Finding("not-an-integer", Severity.ERROR, told("parsing.not-an-integer"))
# 1e400 is written with digits, but no floating point number is as large.
_ENDLESS = Finding("value-out-of-range", Severity.WARNING, told("parsing.number-too-large"))
_APPROXIMATE = Finding(
    "approximate-number",
    Severity.WARNING,
    told("parsing.approximate-number"),
)


def _not_a_number(text: str) -> Finding:
    shown = text.strip()
    return Finding("not-a-number", Severity.ERROR, told("parsing.not-a-number", value=shown))


def _range(text: str) -> Finding:
    shown = text.strip()
    return Finding(
        "number-range",
        Severity.ERROR,
        told("parsing.number-range", value=shown),
    )


def _ambiguous(cell: _Cell) -> Finding:
    low, high = sorted((cell.value("."), cell.value(",")), key=abs)
    return Finding(
        "ambiguous-number",
        Severity.ERROR,
        told("parsing.ambiguous-number", low=low, high=round(high)),
    )


def _unknown_unit(written: str) -> Finding:
    return Finding(
        "unknown-unit",
        Severity.ERROR,
        told("parsing.unknown-unit", unit=written),
    )


def _converted(written: str, unit: str, count: int) -> Finding:
    where = told("parsing.in-cells", count=count) if count else told("parsing.in-column")
    return Finding(
        "unit-converted",
        Severity.INFO,
        told("parsing.unit-converted", written=written, where=where, unit=unit)
        if unit
        else told("parsing.unit-dropped", written=written, where=where),
    )


def _mixed(telling: Counter[Mark]) -> Finding:
    return Finding(
        "mixed-decimals",
        Severity.WARNING,
        told("parsing.mixed-decimals", commas=telling[","], points=telling["."]),
    )


def _decided(mark: Mark, count: int, lone: int, *, sure: bool) -> Finding:
    return Finding(
        "decimal-decided",
        Severity.INFO if sure else Severity.WARNING,
        told("parsing.decimal-comma", count=count, lone=lone)
        if mark == ","
        else told("parsing.decimal-point", count=count, lone=lone),
    )


def _assumed(example: _Cell, count: int) -> Finding:
    low, high = sorted((example.value("."), example.value(",")), key=abs)
    return Finding(
        "decimal-assumed",
        Severity.WARNING,
        told(
            "parsing.decimal-assumed",
            count=count,
            example=example.digits,
            high=round(high),
            low=low,
        ),
    )
