"""Dates as people type them: day first, Excel's day numbers, months and years alone."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from geo_relocation.lazy import np, pd
from geo_relocation.model.enums import IssueAction, Severity
from geo_relocation.model.told import told
from geo_relocation.text._cells import distinct, fold, is_date, is_missing, is_number
from geo_relocation.text.normalise import search_key
from geo_relocation.text.problems import Finding, Log, Parsed
from geo_relocation.text.refusals import common_problem

EXCEL_EPOCH = dt.date(1899, 12, 30)
"""Day 0 of Excel's 1900 system, as it counts after its 29 February 1900 that never was."""

_SERIALS = range(20_000, 80_001)  # 1954 to 2119
_YEARS = range(1900, 2201)
_PIVOT = 69
_LATEST_MONTH = 12

_CLOCK = r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp][Mm]|Z)?)?"
_YEAR_FIRST = re.compile(rf"^(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_CLOCK}$")
_YEAR_LAST = re.compile(rf"^(\d{{1,2}})[-/. ]+(\d{{1,2}})[-/. ]+(\d{{4}}|\d{{2}}){_CLOCK}$")
_COMPACT = re.compile(r"^((?:19|20)\d\d)(\d\d)(\d\d)$")
_IN_WORDS = re.compile(r"^(?:ngay )?(\d{1,2}) (?:thang )(\d{1,2}) (?:nam )?(\d{4})$")
_MONTH_NAME = re.compile(r"^(\d{1,2})[- ]([A-Za-z]{3,9})\.?[-, ]+(\d{4}|\d{2})$")
_MONTH = re.compile(r"^(?:thang )?(\d{1,2}) (?:nam )?(\d{4})$")
_YEAR = re.compile(r"^(?:nam )?(\d{4})$")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

Order = Literal["day-first", "month-first"]


@dataclass(frozen=True)
class _Day:
    """A text read as a date. `order` is set when the two first numbers show it."""

    first: int
    second: int
    year: int
    order: Order | None = "day-first"
    guess: Finding | None = None

    def date(self, order: Order) -> dt.date | None:
        """The date, or None when the calendar has no such day."""
        day_first = (self.order or order) == "day-first"
        day, month = (self.first, self.second) if day_first else (self.second, self.first)
        try:
            return dt.date(self.year, month, day)
        except ValueError:
            return None


def parse_dates(values: pd.Series) -> Parsed:
    """Dates from a column of texts, numbers and dates.

    Day comes before month, as Vietnam writes, unless the column shows the other order. Numbers
    are years from 1900 to 2200, or days of Excel's calendar from 20,000 to 80,000. A month or a
    year alone becomes its first day, and is reported as such.

    Returns
    -------
    Parsed
        ``datetime64[us]`` at midnight. Kinds: `not-a-date`, `no-such-day`, `partial-date`,
        `two-digit-year`, `excel-serial`, `date-order-decided`, `date-order-mixed`,
        `excel-error`, `stated-missing`.
    """
    cells = values.tolist()
    log = Log(cells)
    places = distinct(cells)
    result = np.full(len(cells), np.datetime64("NaT"), dtype="datetime64[us]")
    days: dict[str, _Day] = {}
    for text, positions in places.items():
        day = _read(text)
        if isinstance(day, Finding):
            log.cells(positions, day)
        else:
            days[text] = day
    order = _decide(days, places, log)
    for text, day in days.items():
        date = day.date(order)
        if date is None:
            log.cells(places[text], _no_such_day(text))
            continue
        result[places[text]] = np.datetime64(date)
        if day.guess is not None:
            log.cells(places[text], day.guess, IssueAction.ASSUMED)
    _take_typed(cells, result, log)
    return Parsed(pd.Series(result, index=values.index, name=values.name), log.frame())


def _take_typed(cells: Sequence[object], result: np.ndarray, log: Log) -> None:
    """Fill in the cells that are dates or numbers already."""
    serials = 0
    for position, value in enumerate(cells):
        if isinstance(value, str) or is_missing(value):
            continue
        if is_date(value):
            result[position] = np.datetime64(pd.Timestamp(value).date())
            continue
        found = _from_number(float(value)) if is_number(value) else None  # type: ignore[arg-type]
        if found is None:
            log.cells([position], _not_a_date(str(value)))
            continue
        date = found.date("day-first")
        result[position] = np.datetime64(date)
        if found.guess is not None:
            log.cells([position], found.guess, IssueAction.ASSUMED)
        else:
            serials += 1
    if serials:
        log.column(_serials(serials), IssueAction.REPAIRED)


def _from_number(number: float) -> _Day | None:
    """A year, or a day of Excel's calendar."""
    if not math.isfinite(number):
        return None
    if number.is_integer() and int(number) in _YEARS:
        return _Day(1, 1, int(number), guess=_PARTIAL_YEAR)
    if int(number) in _SERIALS:
        date = EXCEL_EPOCH + dt.timedelta(days=int(number))
        return _Day(date.day, date.month, date.year)
    return None


def _read(text: str) -> _Day | Finding:
    """A text as a date, or why it is none."""
    if (known := common_problem(text)) is not None:
        return known
    plain = fold(text)
    day = _with_numbers(plain) or _with_words(plain)
    if day is None and plain.replace(".", "", 1).isdecimal():
        day = _from_number(float(plain))
    if day is None or day.year not in _YEARS:
        return _not_a_date(text)
    return day


def _with_numbers(plain: str) -> _Day | None:
    if found := _YEAR_FIRST.match(plain) or _COMPACT.match(plain):
        return _Day(int(found[3]), int(found[2]), int(found[1]))
    if found := _YEAR_LAST.match(plain):
        first, second = int(found[1]), int(found[2])
        order: Order | None = None
        if first > _LATEST_MONTH or first == second:
            order = "day-first"
        elif second > _LATEST_MONTH:
            order = "month-first"
        return _Day(first, second, *_year(found[3], order))
    return None


def _with_words(plain: str) -> _Day | None:
    if found := _MONTH_NAME.match(plain):
        short = found[2][:3].lower()
        if short in _MONTHS:
            year, order, guess = _year(found[3], "day-first")
            return _Day(int(found[1]), _MONTHS.index(short) + 1, year, order, guess)
    key = search_key(plain)
    if found := _IN_WORDS.match(key):
        return _Day(int(found[1]), int(found[2]), int(found[3]))
    if found := _MONTH.match(key):
        return _Day(1, int(found[1]), int(found[2]), guess=_PARTIAL_MONTH)
    if found := _YEAR.match(key):
        return _Day(1, 1, int(found[1]), guess=_PARTIAL_YEAR)
    return None


def _year(written: str, order: Order | None) -> tuple[int, Order | None, Finding | None]:
    """A year of two or four digits, passed on with the order of the other two numbers."""
    year = int(written)
    if len(written) > 2:  # noqa: PLR2004 - not a year of two digits
        return year, order, None
    full = year + (2000 if year < _PIVOT else 1900)
    return full, order, _two_digits(written, full)


def _decide(days: Mapping[str, _Day], places: Mapping[str, Sequence[int]], log: Log) -> Order:
    """Which comes first in the cells that do not show it."""
    shown: dict[Order | None, int] = {"day-first": 0, "month-first": 0, None: 0}
    for text, day in days.items():
        if _YEAR_LAST.match(fold(text)) and day.first != day.second:
            shown[day.order] += len(places[text])
    if not shown["month-first"]:
        return "day-first"
    if shown["day-first"]:
        log.column(_mixed_order(shown["month-first"], shown[None]), IssueAction.ASSUMED)
        return "day-first"
    log.column(_decided(shown["month-first"], shown[None]), IssueAction.ASSUMED)
    return "month-first"


_PARTIAL_MONTH = Finding(
    "partial-date",
    Severity.WARNING,
    told("parsing.partial-month"),
)
_PARTIAL_YEAR = Finding(
    "partial-date",
    Severity.WARNING,
    told("parsing.partial-year"),
)


def _not_a_date(text: str) -> Finding:
    shown = text.strip()
    return Finding("not-a-date", Severity.ERROR, told("parsing.not-a-date", value=shown))


def _no_such_day(text: str) -> Finding:
    shown = text.strip()
    return Finding(
        "no-such-day",
        Severity.ERROR,
        told("parsing.no-such-day", value=shown),
    )


def _two_digits(written: str, full: int) -> Finding:
    return Finding(
        "two-digit-year",
        Severity.WARNING,
        told("parsing.two-digit-year", written=written, year=full),
    )


def _serials(count: int) -> Finding:
    return Finding(
        "excel-serial",
        Severity.INFO,
        told("parsing.excel-serial", count=count),
    )


def _decided(shown: int, open_: int) -> Finding:
    return Finding(
        "date-order-decided",
        Severity.WARNING,
        told("parsing.date-order-decided", shown=shown, open=open_),
    )


def _mixed_order(shown: int, open_: int) -> Finding:
    return Finding(
        "date-order-mixed",
        Severity.WARNING,
        told("parsing.date-order-mixed", shown=shown, open=open_),
    )
