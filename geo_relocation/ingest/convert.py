"""Values as written → values of the dictionary's types, with an issue for each that fails."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from importlib import resources

import numpy as np
import pandas as pd

from geo_relocation.arrays import FloatArray, ObjectArray
from geo_relocation.ingest.issues import IssueLog
from geo_relocation.model import Attribute, join_codes
from geo_relocation.model.enums import LabelledEnum, ZoneCategory
from geo_relocation.model.land_use import category_of_words
from geo_relocation.text.booleans import parse_booleans
from geo_relocation.text.dates import parse_dates
from geo_relocation.text.measures import unit_factor
from geo_relocation.text.normalise import repair, repair_column, search_key
from geo_relocation.text.numbers import parse_numbers
from geo_relocation.text.refusals import excel_errors, is_excel_error
from geo_relocation.text.taxcode import parse_tax_codes

TAX_CODES = frozenset({"tax_code", "landholder_tax_code"})

_EMPTY = {"", "-", "--", "–", "—", "n/a", "null", "nan", "#n/a", "<null>"}
_NOT_NEGATIVE = {"m²", "ha", "km²", "m", "km", "người", "m³/ngày", "triệu đồng", "USD/m²", "km/h"}
_RANGES = {"năm": (1900.0, 2100.0), "%": (0.0, 100.0), "°": (-180.0, 180.0)}
_EXACT_INTEGERS = 2**53
_DIGITS = re.compile(r"\d+")
# With a point that cannot group thousands.
_PLAIN_NUMBER = re.compile(r"\d+|\d+\.(?!\d{3}$)\d+|(?:\d{4,}|0\d*)\.\d+")
# Lists whose words are too many, and too well known elsewhere, for the shipped table.
_MORE_WORDS: dict[type[LabelledEnum], Callable[[str], str | None]] = {
    ZoneCategory: category_of_words
}


def convert_column(
    values: pd.Series, attribute: Attribute, log: IssueLog, *, unit: str | None = None
) -> ObjectArray:
    """Convert one source column to an attribute's type.

    Parameters
    ----------
    values
        The column as read.
    attribute
        What it is to become.
    log
        Takes one issue per value that cannot be used, and one per assumption.
    unit
        Unit that the header states, as written.

    Returns
    -------
    array of object
        Values of the attribute's type, None where missing or not usable.
    """
    if attribute.type in {"text", "json"} and attribute.name not in TAX_CODES:
        return _texts(values, attribute, log)
    held = pd.Series(as_objects(values), dtype=object)
    if attribute.name in TAX_CODES:
        return _tax_codes(held, attribute, log)
    if attribute.type in {"integer", "real"}:
        return _numbers(held, attribute, log, unit)
    return _converter(attribute)(held, attribute, log)


def as_objects(values: pd.Series) -> ObjectArray:
    """A column as Python objects, None for what is missing; texts without invisible letters."""
    held = values.astype(object).to_numpy(dtype=object, na_value=None)
    out = np.empty(len(held), dtype=object)
    for i, value in enumerate(held):
        out[i] = _plain(value)
    return out


def _plain(value: object) -> object:
    if isinstance(value, str):
        text = repair(value, tone_style=None).text
        return None if text.lower() in _EMPTY else text
    if value is None or value is pd.NaT or isinstance(value, bytes):
        return None
    if isinstance(value, float) and np.isnan(value):
        return None
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else pd.Timestamp(value).to_pydatetime()
    return value.item() if isinstance(value, np.generic) else value


def is_said_empty(value: object) -> bool:
    """Whether a filled cell says that there is nothing: a dash, ``n/a``, letters unseen."""
    if isinstance(value, str):
        return value.strip().lower() in _EMPTY or not any(letter.isalnum() for letter in value)
    return isinstance(value, bytes)


def text_of(value: object) -> str:
    """A value as a text: whole numbers without a point, days without an hour."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT_INTEGERS:
        return str(int(value))
    if isinstance(value, datetime):
        midnight = value.hour == value.minute == value.second == 0
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    return str(value)


def _converter(attribute: Attribute) -> Callable[[pd.Series, Attribute, IssueLog], ObjectArray]:
    if attribute.enum is not None:
        return _enums
    return {
        "boolean": _booleans,
        "date": _dates,
        "datetime": _dates,
        "codes": _codes,
    }[attribute.type]


def _texts(values: pd.Series, attribute: Attribute, log: IssueLog) -> ObjectArray:
    """Texts in their display form. Unlike in a number, what was repaired here is worth telling."""
    written = values.astype(object).to_numpy(dtype=object, na_value=None)
    cells = np.empty(len(written), dtype=object)
    for i, value in enumerate(written):
        kept = value if isinstance(value, str) else _plain(value)
        cells[i] = None if kept is None else text_of(kept)
    repaired = repair_column(pd.Series(cells, dtype=object))
    log.add_problems(repaired.problems, attribute.name)
    out = repaired.values.to_numpy(dtype=object, na_value=None, copy=True)
    broken = [i for i, v in enumerate(out) if v is not None and is_excel_error(v)]
    if broken:
        log.add_problems(excel_errors(out, broken), attribute.name)
        out[broken] = None
    return np.array([None if v is None or v.lower() in _EMPTY else v for v in out], dtype=object)


def _tax_codes(held: pd.Series, attribute: Attribute, log: IssueLog) -> ObjectArray:
    parsed = parse_tax_codes(held)
    log.add_problems(parsed.problems, attribute.name)
    values: ObjectArray = parsed.values.astype(object).to_numpy(dtype=object, na_value=None)
    return values


def _codes(held: pd.Series, attribute: Attribute, log: IssueLog) -> ObjectArray:  # noqa: ARG001
    values = np.empty(len(held), dtype=object)
    for i, value in enumerate(held):
        parts = [] if value is None else re.split(r"[;,\n|]", text_of(value))
        values[i] = join_codes(part.strip() for part in parts)
    return values


def _numbers(held: pd.Series, attribute: Attribute, log: IssueLog, unit: str | None) -> ObjectArray:
    whole = attribute.type == "integer"
    source = held
    if attribute.unit == "năm":
        source = held.map(lambda v: v.year if isinstance(v, datetime) else v)
    as_it_is = unit is None or unit_factor(unit, attribute.unit) == 1.0
    values = _plain_numbers(source, whole=whole) if as_it_is else None
    if values is None:
        parsed = parse_numbers(source, unit=attribute.unit, source_unit=unit, integer=whole)
        log.add_problems(parsed.problems, attribute.name)
        values = parsed.values.to_numpy(dtype=float)
    if attribute.unit == "%":
        _ask_of_shares(values, held, attribute, log)
    low, high = _range(attribute)
    wrong = np.isfinite(values) & ((values < low) | (values > high))
    wrong |= np.isinf(values)
    log.add_rows("value-out-of-range", wrong, field=attribute.name, values=held)
    usable = np.isfinite(values) & ~wrong
    out = np.full(len(values), None, dtype=object)
    out[usable] = [round(v) for v in values[usable]] if whole else values[usable]
    return out


def _ask_of_shares(
    values: FloatArray, held: pd.Series, attribute: Attribute, log: IssueLog
) -> None:
    """Ask whether a column of per cent that never exceeds 1 holds shares of 1."""
    shown = held.map(lambda v: isinstance(v, str) and "%" in v).to_numpy(dtype=bool)
    positive = np.isfinite(values) & (values > 0)
    if positive.any() and not shown.any() and (values[positive] <= 1).all():
        log.add("share-as-percent", field=attribute.name, count=int(positive.sum()))


def _plain_numbers(held: pd.Series, *, whole: bool) -> FloatArray | None:
    """A column of numbers that can be read in one way only; None if it is another."""
    pattern = _DIGITS if whole else _PLAIN_NUMBER

    def is_plain(value: object) -> bool:
        if isinstance(value, str):
            return pattern.fullmatch(value) is not None
        if isinstance(value, float):
            return value.is_integer() if whole else math.isfinite(value)
        return value is None or type(value) is int

    cells = held.tolist()
    if not all(map(is_plain, cells)):
        return None
    return np.array([np.nan if v is None else _real(v) for v in cells], dtype=float)


def _real(value: float | str) -> float:
    """A number, in digits of any script and any length, as floating point."""
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")  # type: ignore[operator]


def _range(attribute: Attribute) -> tuple[float, float]:
    if attribute.unit in _RANGES:
        return _RANGES[attribute.unit]
    low = 0.0 if attribute.unit in _NOT_NEGATIVE else -np.inf
    return low, float(_EXACT_INTEGERS) if attribute.type == "integer" else np.inf


def _booleans(held: pd.Series, attribute: Attribute, log: IssueLog) -> ObjectArray:
    parsed = parse_booleans(held)
    log.add_problems(parsed.problems, attribute.name)
    values: ObjectArray = parsed.values.to_numpy(dtype=object, na_value=None)
    return values


def _dates(held: pd.Series, attribute: Attribute, log: IssueLog) -> ObjectArray:
    parsed = parse_dates(held)
    log.add_problems(parsed.problems, attribute.name)
    days = parsed.values
    return np.array([None if pd.isna(day) else day for day in days], dtype=object)


def _enums(held: pd.Series, attribute: Attribute, log: IssueLog) -> ObjectArray:
    enum = attribute.enum
    if enum is None:
        raise TypeError(attribute.type)
    words = enum_words(enum)
    more = _MORE_WORDS.get(enum)
    read = np.array([None if v is None else _member(text_of(v), words, more) for v in held], object)
    failed = held.notna().to_numpy() & np.array([v is None for v in read], dtype=bool)
    log.add_rows("value-unknown", failed, field=attribute.name, values=held)
    return read


def _member(
    text: str, words: dict[str, str], more: Callable[[str], str | None] | None
) -> str | None:
    found = enum_value(text, words)
    return more(text) if found is None and more is not None else found


def named_category(text: str) -> str | None:
    """The zone category that a text names, by value or in the words of either language."""
    return _member(text, enum_words(ZoneCategory), category_of_words)


def enum_value(text: str, words: dict[str, str]) -> str | None:
    """The value that a text names, by value or by words in either language; None if none."""
    return words.get(text) or words.get(_enum_key(text))


def _enum_key(text: str) -> str:
    # -1 is a word of its own in road data: there the sign counts.
    return text if re.fullmatch(r"-\d+", text) else search_key(text)


@cache
def enum_words(enum: type[LabelledEnum]) -> dict[str, str]:
    """Words without marks → value: the shipped table, then labels and values, which win."""
    text = resources.files("geo_relocation.ingest").joinpath("enum_words.csv").read_text("utf-8")
    words = {
        row["words"]: row["value"]
        for row in csv.DictReader(text.splitlines())
        if row["enum"] == enum.__name__
    }
    for member in enum:
        words[_enum_key(member.en)] = member.value
    for member in enum:
        words[_enum_key(member.vi)] = member.value
    for member in enum:
        words[_enum_key(member.value)] = member.value
        words[member.value] = member.value
    return words
