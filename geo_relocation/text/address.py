"""Which commune an address names, before or since the reform of 1 July 2025.

An address gives a unit, never a point: where the unit's land is belongs to
`geo_relocation.geo.locate`. Since the reform re-used codes and names (*Phường Lái Thiêu* is both an
old and a new unit, with one code and other borders), the result says which of the two was meant
and how sure that is, and lists the candidates where an address does not tell.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from typing import Literal, NamedTuple

from geo_relocation.lazy import pd, unit_parser
from geo_relocation.model.enums import IssueAction, Severity
from geo_relocation.model.told import told
from geo_relocation.text._cells import distinct
from geo_relocation.text.gazetteer import (
    Gazetteer,
    Unit,
    national_gazetteer,
    province_keys,
    short_key,
)
from geo_relocation.text.normalise import repair, search_key
from geo_relocation.text.problems import Finding, Log

Era = Literal["old", "new"]

_COMMUNE_WORDS = {
    "phuong": "phuong", "p": "phuong", "f": "phuong", "xa": "xa", "x": "xa",
    "thi tran": "thi tran", "tt": "thi tran",
}  # fmt: skip
_DISTRICT_WORDS = frozenset({"thanh pho", "tp", "thi xa", "tx", "huyen", "h", "quan", "q"})
_PROVINCE_WORDS = frozenset({"tinh", "t", "thanh pho", "tp"})
_KIND_WORDS = frozenset(_COMMUNE_WORDS) | _DISTRICT_WORDS | _PROVINCE_WORDS
_ALIASES = {
    "tdm": "thu dau mot", "tptdm": "tp thu dau mot", "bd": "binh duong", "hcm": "ho chi minh",
    "tphcm": "tp ho chi minh", "hcmc": "ho chi minh", "sai gon": "ho chi minh",
}  # fmt: skip
_ALIAS = re.compile(r"\b(?:" + "|".join(_ALIASES) + r")\b")
_LONGEST_NAME = 4
_COMPONENT = re.compile(r"[,;\n|]|\s[-–—]\s")

# A name behind the word for its kind is surer than a name alone; each thing that had to be
# assumed takes something away.
_WITH_KIND = 0.95
_NAME_ALONE = 0.85
_NO_DISTRICT = 0.9
_ERA_OPEN = 0.7
_OTHER_DISTRICT = 0.7
_ELSEWHERE = 0.6


@dataclass(frozen=True)
class Place:
    """The unit that an address names.

    Attributes
    ----------
    old_commune, old_commune_code, old_district, old_district_code
        Unit before 2025-07-01, where the address names one.
    new_unit, new_unit_code
        Unit since: named by the address, or the one successor of the old commune. Empty where
        the commune was divided, for only a position can tell.
    province
        Only where it is another than the gazetteer's.
    era
        Whether the address is an old or a new one.
    confidence
        In [0, 1], that the named unit is the one meant; 0 when none was found.
    candidates
        Codes that remain, joined by ``;``: of communes of one name, or of the successors of a
        divided commune.
    street
        What stands before the unit.
    """

    old_commune: str | None = None
    old_commune_code: str | None = None
    old_district: str | None = None
    old_district_code: str | None = None
    new_unit: str | None = None
    new_unit_code: str | None = None
    province: str | None = None
    era: Era | None = None
    confidence: float = 0.0
    candidates: str | None = None
    street: str | None = None


class ParsedAddresses(NamedTuple):
    """Places and what was found on the way.

    Attributes
    ----------
    places
        One row per address with the fields of `Place` as columns; same index.
    problems
        As in `Parsed`. Kinds: `address-unknown`, `address-ambiguous`, `address-divided`,
        `address-unsure`.
    """

    places: pd.DataFrame
    problems: pd.DataFrame


@dataclass
class _Reading:
    """What an address mentions, by role.

    `communes` hold the key, the kind that stands before it or nothing, and the number of the
    component it is in.
    """

    communes: list[tuple[str, str, int]]
    districts: set[str]
    provinces: set[str]


def parse_addresses(
    values: pd.Series, *, gazetteer: Gazetteer | None = None, assume: Era = "old"
) -> ParsedAddresses:
    """The units that a column of addresses names.

    Parameters
    ----------
    values
        Addresses as written.
    gazetteer
        Units of the province that an address is taken to be in unless it says otherwise; those
        of Bình Dương when left out.
    assume
        Era of an address that would do in both, such as *Phường Lái Thiêu* alone.
    """
    units = gazetteer or national_gazetteer()
    cells = values.tolist()
    log = Log(cells)
    places = [Place()] * len(cells)
    for text, positions in distinct(cells).items():
        place = find_place(text, units, assume=assume)
        for position in positions:
            places[position] = place
        _report(place, positions, log)
    columns = [field.name for field in fields(Place)]
    table = pd.DataFrame(
        {name: [getattr(place, name) for place in places] for name in columns}, index=values.index
    )
    text_columns = [name for name in columns if name != "confidence"]
    table[text_columns] = table[text_columns].astype("str")
    table["confidence"] = table["confidence"].astype(float)
    return ParsedAddresses(table, log.frame())


def find_place(address: str, units: Gazetteer, *, assume: Era = "old") -> Place:
    """The unit that one address names."""
    components = [part.strip() for part in _COMPONENT.split(address) if search_key(part)]
    reading = _read(components, units)
    if reading.provinces - {units.province, units.province_since}:
        return _elsewhere(address)
    since_only = reading.provinces == {units.province_since} and not reading.districts
    known: Collection[str] = units.new if since_only else units.communes
    named = [mention for mention in reading.communes if mention[0] in known]
    if not named:
        return _elsewhere(address) if reading.provinces == {units.province_since} else Place()
    # A kind makes a mention surer, and what is written later is larger.
    key, kind, component = max(named, key=lambda mention: (mention[1] != "", mention[2]))
    street = ", ".join(components[:component]) or None
    sure = _WITH_KIND if kind else _NAME_ALONE
    old = [] if since_only else units.old.get(key, [])
    new = units.new.get(key, [])
    if old and new and not reading.districts and units.province not in reading.provinces:
        era = assume
        sure *= _ERA_OPEN
    else:
        era = "old" if old else "new"
    if era == "new":
        sure *= _NO_DISTRICT if reading.districts else 1.0
        return _new_place(new, sure, street)
    return _old_place(*_narrow(old, kind, reading.districts, units, sure), street)


def _read(components: Sequence[str], units: Gazetteer) -> _Reading:
    """What the components of an address mention."""
    reading = _Reading([], set(), set())
    communes = units.communes
    bare: list[tuple[str, int]] = []
    for number, part in enumerate(components):
        tokens = _ALIAS.sub(lambda found: _ALIASES[found[0]], search_key(part)).split()
        whole = " ".join(tokens)
        if whole in communes or whole in units.districts or whole in province_keys():
            bare.append((whole, number))
            continue
        _read_kinds(tokens, number, reading, units)
        for province in (units.province, units.province_since):
            if number == len(components) - 1 and whole.endswith(" " + province):
                reading.provinces.add(province)
    for key, number in bare:
        last = number == len(components) - 1
        if key in province_keys() and last:
            reading.provinces.add(key)
        elif key in units.districts and (reading.communes or key not in units.new):
            reading.districts.add(key)
        elif key in communes:
            reading.communes.append((key, "", number))
    _settle_bare_cities(reading, units)
    return reading


def _read_kinds(tokens: Sequence[str], number: int, reading: _Reading, units: Gazetteer) -> None:
    """Names that stand behind the word for their kind."""
    at = 0
    while at < len(tokens):
        for size in (2, 1):
            kind = " ".join(tokens[at : at + size])
            if kind not in _KIND_WORDS:
                continue
            rest = tokens[at + size : at + size + _LONGEST_NAME]
            commune = _name(rest, units.communes) if kind in _COMMUNE_WORDS else None
            district = _name(rest, units.districts) if kind in _DISTRICT_WORDS else None
            province = _name(rest, province_keys()) if kind in _PROVINCE_WORDS else None
            if commune:
                reading.communes.append((commune, _COMMUNE_WORDS[kind], number))
            elif district:
                reading.districts.add(district)
            elif province:
                reading.provinces.add(province)
            else:
                continue
            at += size
            break
        at += 1


def _name(tokens: Sequence[str], known: Collection[str]) -> str | None:
    """The longest known name at the beginning of some tokens."""
    for size in range(min(_LONGEST_NAME, len(tokens)), 0, -1):
        if (name := " ".join(tokens[:size])) in known:
            return name
    return None


def _settle_bare_cities(reading: _Reading, units: Gazetteer) -> None:
    """A city's name without its kind is the city, unless the address is of the time since.

    *12 Yersin, Thủ Dầu Một, Bình Dương* names the city and no ward; with *TP.HCM* behind it, it
    can only be the ward that has the city's name today.
    """
    if reading.provinces == {units.province_since}:
        return
    for mention in list(reading.communes):
        key, kind, _ = mention
        if not kind and key in units.districts and key not in units.old:
            reading.communes.remove(mention)
            reading.districts.add(key)


def _narrow(
    old: Sequence[Unit], kind: str, districts: Collection[str], units: Gazetteer, sure: float
) -> tuple[list[Unit], float]:
    """Old communes of one name that fit the district and the kind, and how sure that is."""
    codes = {code for key in districts for code in units.districts[key]}
    fitting = [unit for unit in old if unit.district_code in codes]
    if not districts:
        sure *= _NO_DISTRICT
    elif not fitting:
        # Districts were split before: Đất Cuốc was in Tân Uyên until 2014.
        sure *= _OTHER_DISTRICT
    fitting = fitting or list(old)
    same_kind = [unit for unit in fitting if search_key(unit.name).startswith(kind + " ")]
    return (same_kind if kind and same_kind else fitting), sure


def _old_place(old: Sequence[Unit], sure: float, street: str | None) -> Place:
    if len(old) > 1:
        codes = ";".join(unit.code for unit in old)
        return Place(era="old", candidates=codes, street=street)
    unit = old[0]
    whole = unit.successors[0] if len(unit.successors) == 1 else (None, None)
    return Place(
        old_commune=unit.name,
        old_commune_code=unit.code,
        old_district=unit.district,
        old_district_code=unit.district_code,
        new_unit=whole[1],
        new_unit_code=whole[0],
        era="old",
        confidence=round(sure, 3),
        candidates=None if whole[0] else ";".join(code for code, _ in unit.successors),
        street=street,
    )


def _new_place(new: Sequence[Unit], sure: float, street: str | None) -> Place:
    if len(new) > 1:
        return Place(era="new", candidates=";".join(unit.code for unit in new), street=street)
    unit = new[0]
    return Place(
        new_unit=unit.name,
        new_unit_code=unit.code,
        era="new",
        confidence=round(sure, 3),
        street=street,
    )


def _elsewhere(address: str) -> Place:
    """A place in another province, by the national parser, if its words are really there."""
    words = f" {_ALIAS.sub(lambda found: _ALIASES[found[0]], search_key(address))} "
    for mode in ("LEGACY", "FROM_2025"):
        found = unit_parser.parse_address(address, mode=mode, keep_street=False)
        parts = [found.province, *([found.district] if mode == "LEGACY" else [])]
        if not found.ward or not all(part and f" {short_key(part)} " in words for part in parts):
            continue
        if not any(f" {kind} {short_key(found.ward)} " in words for kind in _COMMUNE_WORDS):
            continue
        if mode == "LEGACY":
            return Place(
                old_commune=repair(found.ward).text,
                old_commune_code=found.ward_code,
                old_district=repair(found.district).text,
                old_district_code=found.district_code,
                province=found.province,
                era="old",
                confidence=_ELSEWHERE,
            )
        return Place(
            new_unit=repair(found.ward).text,
            new_unit_code=found.ward_code,
            province=found.province,
            era="new",
            confidence=_ELSEWHERE,
        )
    return Place()


def _report(place: Place, positions: Sequence[int], log: Log) -> None:
    """Say what an address leaves open."""
    if place.candidates and not place.old_commune:
        log.cells(positions, _ambiguous(place.candidates), IssueAction.ASK)
    elif place.confidence == 0.0:
        log.cells(positions, _UNKNOWN)
    elif place.candidates:
        log.cells(positions, _divided(place.candidates))
    if 0.0 < place.confidence < _ERA_OPEN:
        log.cells(positions, _UNSURE, IssueAction.ASSUMED)


_UNKNOWN = Finding(
    "address-unknown",
    Severity.WARNING,
    told("parsing.address-unknown"),
)
_UNSURE = Finding(
    "address-unsure",
    Severity.WARNING,
    told("parsing.address-unsure"),
)


def _ambiguous(codes: str) -> Finding:
    return Finding(
        "address-ambiguous",
        Severity.WARNING,
        told("parsing.address-ambiguous", codes=codes),
    )


def _divided(codes: str) -> Finding:
    return Finding(
        "address-divided",
        Severity.INFO,
        told("parsing.address-divided", codes=codes),
    )
