"""Match the headers of a file to the attributes of a layer.

Officers write one thing in many ways: with and without marks, shortened, with the unit in
brackets, over two merged rows, cut to ten letters by a shapefile. Each way is tried in the
order of how sure it is, and the result says which way it was, so that a person can judge.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from rapidfuzz import fuzz

from geo_relocation.model import schema
from geo_relocation.text._resources import read_table
from geo_relocation.text.measures import find_unit
from geo_relocation.text.normalise import search_key

How = Literal[
    "exact", "unmarked", "joined", "abbreviation", "part", "truncated", "fuzzy",
    "row-number", "duplicate", "none",
]  # fmt: skip

POSITION_ATTRIBUTES = ("lon", "lat", "x", "y", "easting", "northing", "coordinates", "wkt")
"""What a header can be besides an attribute: a part of the position.

``x`` and ``y`` are as the header says. Vietnamese survey tables call the northing X, so only
the values tell which is which. ``coordinates`` holds both in one cell.
"""

ADDRESS_PARTS = ("house_number", "street", "quarter")
"""Columns that belong in front of the address."""

ACCEPT = 0.75
"""Lowest score at which a header counts as recognised."""

_ROW_NUMBER = "#row"
_COMMON = ("source", "note")
_SECOND_CHOICE = 0.9
_FUZZY_FROM = 84.0
_FUZZY_SHORTEST = 6
_SHAPEFILE_NAME = 10
_PARTS = re.compile(r"\s*(?:[|\n\r>»]|\s/\s|\s-\s)+\s*")
_BRACKETS = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_FILLER = re.compile(
    r"\s*\b(?:hiện (?:có|nay|tại)|tính đến|(?:năm )?20\d\d|của (?:cơ sở|doanh nghiệp|công ty))\b",
    re.IGNORECASE,
)
_UNIT_LABEL = re.compile(r"^(?:đvt|đơn vị(?: tính)?|unit)\s*[:.]?\s*", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True)
class HeaderMatch:
    """What one header of a file stands for.

    Attributes
    ----------
    column
        The header as given.
    attribute
        Attribute of the layer, or one of `POSITION_ATTRIBUTES` or `ADDRESS_PARTS`; None when
        it was not recognised, or is a row number, or its attribute is held by a better column.
    unit
        Unit that the header states, as written; None when it states none.
    score
        In [0, 1]; 1 for the same words with the same marks.
    how
        `exact`, `unmarked` (equal without marks), `joined` (equal without spaces),
        `abbreviation` (equal once shortened words are written out), `part` (one of several
        header rows), `truncated` (cut to ten letters), `fuzzy` (nearly equal), `row-number`
        (STT), `duplicate` (another column fits the same attribute better), `none`.
    beaten
        The attribute of a `duplicate`, which another column holds.
    """

    column: str
    attribute: str | None
    unit: str | None
    score: float
    how: How
    beaten: str | None = None


@dataclass(frozen=True)
class _Names:
    """Known names of a layer's attributes, indexed in the ways a header is compared."""

    written: dict[str, list[str]]
    keys: dict[str, list[str]]
    joined: dict[str, list[str]]
    measured: frozenset[str]


@dataclass(frozen=True)
class _Candidate:
    attribute: str
    score: float
    how: How


def match_headers(headers: Sequence[str], layer: str) -> list[HeaderMatch]:
    """What each header of a file stands for in a layer.

    Parameters
    ----------
    headers
        Headers in order. Several header rows of one column are joined with `` | ``.
    layer
        Name of the layer.

    Returns
    -------
    list of HeaderMatch
        One per header, in the same order. No attribute is given twice: where two columns fit
        one attribute, the better one has it, the first one when they are equally good.

    Raises
    ------
    UnknownNameError
        If there is no such layer.
    """
    names = _names(layer)
    stripped = [_split_unit(str(header)) for header in headers]
    ranked = [
        _candidates(str(header), words, names)
        for header, (words, _) in zip(headers, stripped, strict=True)
    ]
    chosen = _assign(ranked)
    return [
        _match(str(header), unit, pick, candidates)
        for header, (_, unit), pick, candidates in zip(
            headers, stripped, chosen, ranked, strict=True
        )
    ]


def _match(
    column: str, unit: str | None, pick: _Candidate | None, candidates: Sequence[_Candidate]
) -> HeaderMatch:
    """The public result for one column."""
    if pick is not None:
        if pick.attribute == _ROW_NUMBER:
            return HeaderMatch(column, None, None, pick.score, "row-number")
        return HeaderMatch(column, pick.attribute, unit, pick.score, pick.how)
    if candidates and candidates[0].score >= ACCEPT:
        first = candidates[0]
        return HeaderMatch(column, None, unit, first.score, "duplicate", first.attribute)
    return HeaderMatch(column, None, unit, candidates[0].score if candidates else 0.0, "none")


def _assign(ranked: Sequence[Sequence[_Candidate]]) -> list[_Candidate | None]:
    """Give each attribute to the column that fits it best."""
    chosen: list[_Candidate | None] = [None] * len(ranked)
    taken: set[str] = set()
    offers = sorted(
        (
            (-candidate.score, column, rank)
            for column, candidates in enumerate(ranked)
            for rank, candidate in enumerate(candidates)
            # A second choice must be nearly sure: a second area column is not a wish for land.
            if candidate.score >= (ACCEPT if rank == 0 else _SECOND_CHOICE)
        ),
    )
    for _, column, rank in offers:
        candidate = ranked[column][rank]
        if chosen[column] is None and candidate.attribute not in taken:
            chosen[column] = candidate
            if candidate.attribute != _ROW_NUMBER:
                taken.add(candidate.attribute)
    return chosen


def _candidates(header: str, words: str, names: _Names) -> list[_Candidate]:
    """Attributes that a header may stand for, best first, each once."""
    found: dict[str, _Candidate] = {}

    def offer(attributes: Iterable[str], score: float, how: How) -> None:
        for attribute in attributes:
            if attribute not in found or found[attribute].score < score:
                found[attribute] = _Candidate(attribute, score, how)

    for reading in _readings(header, words):
        form, scale = reading.words, reading.trust
        part: How | None = "part" if scale < 1 else None
        key = search_key(form)
        joined = key.replace(" ", "")
        hits: list[tuple[Iterable[str], float, How]] = [
            (names.written.get(_written(form), ()), 1.0, "exact"),
            (names.keys.get(key, ()), 0.98, "unmarked"),
            (names.joined.get(joined, ()), 0.95, "joined"),
            (names.keys.get(_expand(form), ()), 0.93, "abbreviation"),
        ]
        if len(header) == _SHAPEFILE_NAME:
            longer = (many for name, many in names.joined.items() if name.startswith(joined))
            hits.append(([a for many in longer for a in many], 0.8, "truncated"))
        for attributes, score, how in hits:
            allowed = (a for a in attributes if a not in names.measured or not reading.loses_unit)
            offer(allowed, score * scale, how if how == "truncated" else part or how)
    if not found or max(c.score for c in found.values()) < ACCEPT:
        for attribute, score in _fuzzy(_expand(words), names):
            offer((attribute,), score, "fuzzy")
    return sorted(found.values(), key=lambda candidate: -candidate.score)


@dataclass(frozen=True)
class _Reading:
    """One way to read a header: its words, how far to trust it, whether a unit may be lost."""

    words: str
    trust: float
    loses_unit: bool = False


def _readings(header: str, words: str) -> list[_Reading]:
    parts = [part for part in _PARTS.split(words) if part]
    whole = " ".join(parts)
    readings = [_Reading(header, 1.0), _Reading(whole, 1.0)]
    if (plain := _FILLER.sub("", whole).strip()) != whole:
        readings.append(_Reading(plain, 0.93))
    # A bracket that holds no known unit may hold an unknown one: "Diện tích (công)".
    if (bare := _BRACKETS.sub(" ", whole).strip()) != whole:
        readings.append(_Reading(bare, 0.93, loses_unit=True))
    if len(parts) > 1:
        readings += [
            _Reading(" ".join(reversed(parts)), 0.97),
            _Reading(parts[-1], 0.88),
            _Reading(parts[0], 0.8),
        ]
    return [reading for reading in readings if reading.words]


def _fuzzy(key: str, names: _Names) -> list[tuple[str, float]]:
    """Attributes with a name that is nearly the key, best first."""
    if len(key) < _FUZZY_SHORTEST:
        return []
    best: dict[str, float] = defaultdict(float)
    for name, attributes in names.keys.items():
        if len(name) < _FUZZY_SHORTEST:
            continue
        likeness = fuzz.token_sort_ratio(key, name, score_cutoff=_FUZZY_FROM)
        for attribute in attributes:
            best[attribute] = max(best[attribute], likeness)
    ranked = sorted(best.items(), key=lambda item: -item[1])
    return [(attribute, 0.9 * likeness / 100) for attribute, likeness in ranked if likeness]


def _split_unit(header: str) -> tuple[str, str | None]:
    """A header without its unit, and the unit as written."""
    header = _CAMEL.sub(" ", header) if header.isalnum() else header
    for bracket in reversed(list(_BRACKETS.finditer(header))):
        inside = _UNIT_LABEL.sub("", bracket[1].strip())
        if find_unit(inside) is not None:
            words = header[: bracket.start()] + " " + header[bracket.end() :]
            return words.strip(" \n|,-/"), inside
    words, separator, last = header.rpartition(",")
    if separator and find_unit(last) is not None:
        return words.strip(), last.strip()
    words, separator, last = header.replace("_", " ").rpartition(" ")
    if separator and last.casefold() in {"m2", "m²", "ha", "km2", "km²"}:
        return words.strip(" \n|,-/"), last.strip()
    return header.strip(), None


def _written(text: str) -> str:
    return " ".join(text.replace("_", " ").casefold().split())


@cache
def _abbreviations() -> tuple[dict[str, str], dict[str, str]]:
    """Shortened words with their marks, and without them where that leaves no doubt."""
    rows = read_table("header_abbreviations.csv")
    marked = {row["abbreviation"].casefold(): search_key(row["expansion"]) for row in rows}
    plain: dict[str, str] = {}
    for row in rows:
        plain.setdefault(search_key(row["abbreviation"]), search_key(row["expansion"]))
    return marked, plain


@lru_cache(maxsize=4096)
def _expand(text: str) -> str:
    """The search key of a text with its shortened words written out."""
    marked, plain = _abbreviations()
    words = re.split(r"[\W_]+", text.casefold())
    long = (marked.get(word) or plain.get(search_key(word)) or search_key(word) for word in words)
    return " ".join(word for word in long if word)


@cache
def _names(layer: str) -> _Names:
    """Every name by which a layer's attributes are known."""
    known: list[tuple[str, str]] = []
    for field in schema(layer).fields:
        if field.name != "import_id":
            known += [(name, field.name) for name in (field.name, field.vi, field.en) if name]
    for row in read_table("header_synonyms.csv"):
        # Not every layer has a note or a source; positions and address parts fit all.
        has_it = row["attribute"] in schema(layer).columns or row["attribute"] not in _COMMON
        if row["layer"] in {layer, "*"} and has_it:
            known.append((row["synonym"], row["attribute"]))
    written: dict[str, list[str]] = defaultdict(list)
    keys: dict[str, list[str]] = defaultdict(list)
    joined: dict[str, list[str]] = defaultdict(list)
    for name, attribute in known:
        for index, key in (
            (written, _written(name)),
            (keys, search_key(name)),
            (keys, _expand(name)),
            (joined, search_key(name).replace(" ", "")),
        ):
            if key and attribute not in index[key]:
                index[key].append(attribute)
    measured = frozenset(field.name for field in schema(layer).fields if field.unit)
    return _Names(dict(written), dict(keys), dict(joined), measured)
