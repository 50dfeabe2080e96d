"""Names in a specification: cities, sectors and parks as people write them become codes and ids.

It works on the plain content of a scenario, so that one reading of a file tells every unknown
name, whatever else is wrong with the file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from geo_relocation.errors import UnknownNameError
from geo_relocation.matching.specification import MatchSpecification
from geo_relocation.messages import Message, Text, _, joined
from geo_relocation.model import schema
from geo_relocation.model.enums import LabelledEnum, ListState, ParkKind, Route, SchemeZone, Verdict
from geo_relocation.model.sectors import divisions
from geo_relocation.standing.names import ParkNames, name_key, nearest
from geo_relocation.standing.new_units import NewUnits
from geo_relocation.standing.units import Districts
from geo_relocation.text.sectors import sectors_of

S = TypeVar("S", bound=MatchSpecification)
_Translate = Callable[[str, str], list[str]]
"""From where a name stands, and the name, to what it stands for: mostly one, of a word for several
sectors all of them, and the name itself where it is a mistake."""


@dataclass(frozen=True)
class Known:
    """The names that there are, kind by kind; None: not looked up.

    Attributes
    ----------
    districts, units, parks
        Old district-level units, units since 2025-07-01, and parks.
    sites
        Ids of sites.
    groups, batches
        Of the decisions in force.
    """

    districts: Districts | None = None
    units: NewUnits | None = None
    parks: ParkNames | None = None
    sites: Collection[str] | None = None
    groups: Collection[str] | None = None
    batches: Collection[str] | None = None


def named(specification: S, known: Known) -> tuple[S, list[Text]]:
    """A specification with codes and ids for names, and the names nobody knows.

    Parameters
    ----------
    specification
        As it was written; what was left out stays left out.
    known
        The names that there are.
    """
    plain = specification.model_dump(exclude_unset=True)
    found, mistakes = renamed(plain, known)
    return type(specification).model_validate(found), mistakes


def renamed(raw: Mapping[str, Any], known: Known) -> tuple[dict[str, Any], list[Text]]:
    """The content of a scenario with codes and ids for names, and what is wrong with the names.

    Parameters
    ----------
    raw
        As read from a file; values of the wrong type are left as they are.
    known
        The names that there are.
    """
    mistakes: list[Text] = []
    made = {key: dict(value) if isinstance(value, dict) else value for key, value in raw.items()}
    who, where = (part if isinstance(part := made.get(key), dict) else {} for key in _PARTS)
    ways = _Ways.of(known, mistakes)
    _filter(who, "who", ways, mistakes)
    if park := ways.park:
        for key in ("parks", "exclude_parks"):
            _each(where, key, f"where.{key}", park)
        _of_tables(where, "land", "where.land", "park", park)
        _of_tables(made, "locks", "locks", "park", park)
        _of_tables(made, "exclusions", "exclusions", "park", park)
        _keys(where, "opens", "where.opens", park, mistakes)
    if site := ways.site:
        _of_tables(made, "locks", "locks", "site", site)
        _of_tables(made, "exclusions", "exclusions", "site", site)
    _rules(made, ways, mistakes)
    return made, mistakes


@dataclass(frozen=True)
class _Ways:
    """How each kind of name is looked up; None: it is not."""

    city: _Translate | None
    unit: _Translate | None
    park: _Translate | None
    parks: _Translate
    site: _Translate | None
    group: _Translate | None
    batch: _Translate | None
    sector: _Translate
    route: _Translate
    state: _Translate
    verdict: _Translate

    @classmethod
    def of(cls, known: Known, mistakes: list[Text]) -> _Ways:
        """The ways to look up the names that are known."""
        park = None if known.parks is None else _parks(known.parks, mistakes)
        return cls(
            city=None if known.districts is None else _cities(known.districts, mistakes),
            unit=None if known.units is None else _units(known.units, mistakes),
            park=park,
            parks=_parks_or_kinds(park),
            site=None if known.sites is None else _sites(known.sites, mistakes),
            group=None if known.groups is None else _of_list(known.groups, "group", mistakes),
            batch=None if known.batches is None else _of_list(known.batches, "batch", mistakes),
            sector=_sectors(mistakes),
            route=_labels(Route),
            state=_labels(ListState),
            verdict=_labels(Verdict),
        )


def _filter(part: dict[str, Any], place: str, ways: _Ways, mistakes: list[Text]) -> None:
    """Translate the names of a filter of firms."""
    for key, way in (
        ("routes", ways.route),
        ("verdicts", ways.verdict),
        ("states", ways.state),
        ("cities", ways.city),
        ("units", ways.unit),
        ("sectors", ways.sector),
        ("groups", ways.group),
        ("batches", ways.batch),
        ("sites", ways.site),
        ("in_parks", ways.park),
    ):
        if way is not None:
            _each(part, key, f"{place}.{key}", way)
    mistakes += _attributes(part.get("where"), f"{place}.where")


def _rules(made: dict[str, Any], ways: _Ways, mistakes: list[Text]) -> None:
    """Translate the names of the rules on groups of firms."""
    if not isinstance(value := made.get("rules"), list | tuple):
        return
    found = []
    for number, rule in enumerate(value, start=1):
        one = dict(rule) if isinstance(rule, dict) else rule
        if isinstance(one, dict):
            if isinstance(firms := one.get("firms"), dict):
                one["firms"] = dict(firms)
                _filter(one["firms"], f"rules.{number}.firms", ways, mistakes)
            _each(one, "parks", f"rules.{number}.parks", ways.parks)
        found.append(one)
    made["rules"] = found


_PARTS = ("who", "where")


def _cities(known: Districts, mistakes: list[Text]) -> _Translate:
    listed = _Once(known.listed)

    def translate(place: str, written: str) -> list[str]:
        code = known.code(written)
        if code is None:
            wrong = _("{place}: there is no city {name:q}", place=place, name=written)
            mistakes.append(joined((wrong, listed.known())))
        return [code or written]

    return translate


def _units(known: NewUnits, mistakes: list[Text]) -> _Translate:
    def translate(place: str, written: str) -> list[str]:
        found = known.all_of(written)
        if len(found) > 1:
            names = [f"{known.names[code]} ({code})" for code in found]
            mistakes.append(
                _(
                    "{place}: {name:q} may be any of {names}; give the code",
                    place=place,
                    name=written,
                    names=names,
                )
            )
        elif not found:
            wrong = _("{place}: there is no ward or commune {name:q}", place=place, name=written)
            mistakes.append(joined((wrong, _alike(written, known.listed))))
        return found if len(found) == 1 else [written]

    return translate


def _sectors(mistakes: list[Text]) -> _Translate:
    listed = _Once(
        [
            joined((number, Message("{words}", {"words": one})))
            for number, one in divisions().items()
        ]
    )

    def translate(place: str, written: str) -> list[str]:
        found = sectors_of(written)
        if not found:
            wrong = _("{place}: there is no sector {name:q}", place=place, name=written)
            mistakes.append(joined((wrong, listed.known())))
        return list(found) or [written]

    return translate


_NONE_OF = {
    "group": _("{place}: no decision in force names the group {name:q}"),
    "batch": _("{place}: no decision in force names the batch {name:q}"),
}


def _of_list(known: Collection[str], kind: str, mistakes: list[Text]) -> _Translate:
    """Names that are in a list as they are written, capitals aside."""
    listed = _Once(sorted(known))
    keys = {one.casefold(): one for one in known}

    def translate(place: str, written: str) -> list[str]:
        found = keys.get(written.strip().casefold())
        if found is None:
            wrong = Message(_NONE_OF[kind].text, {"place": place, "name": written})
            mistakes.append(joined((wrong, listed.known())))
        return [found or written]

    return translate


def _labels(codes: type[LabelledEnum]) -> _Translate:
    """Codes by their labels; what is neither is left to the check of the field."""
    keys = {name_key(word): str(one) for one in codes for word in (one.vi, one.en, str(one))}

    def translate(_place: str, written: str) -> list[str]:
        return [keys.get(name_key(written), written)]

    return translate


PARK_KINDS: dict[str, frozenset[str]] = {
    ParkKind.INDUSTRIAL_PARK.value: frozenset({"kcn", "khu cong nghiep", "industrial park"}),
    ParkKind.CLUSTER.value: frozenset({"ccn", "cum cong nghiep", "cluster", "industrial cluster"}),
    SchemeZone.SOUTH.value: frozenset({"south", "phia nam", "mien nam"}),
    SchemeZone.NORTH.value: frozenset({"north", "phia bac", "mien bac"}),
}
"""Kinds of parks that a rule can name instead of parks, and the words for them."""


def _parks_or_kinds(park: _Translate | None) -> _Translate:
    kinds = {word: kind for kind, words in PARK_KINDS.items() for word in (*words, name_key(kind))}

    def translate(place: str, written: str) -> list[str]:
        kind = kinds.get(name_key(written)) or (written if written in PARK_KINDS else None)
        if kind is not None or park is None:
            return [kind or written]
        return park(place, written)

    return translate


def _alike(written: str, names: Collection[str]) -> Text:
    """The names that are written most alike, to end a mistake with."""
    found = nearest(written, names)
    return _("(alike: {names})", names=found) if found else ""


def _parks(known: ParkNames, mistakes: list[Text]) -> _Translate:
    listed = _Once(known.listed)

    def translate(place: str, written: str) -> list[str]:
        found = known.all_of(written)
        if len(found) > 1:
            mistakes.append(
                _(
                    "{place}: park {name:q} may be any of {ids}; give the id",
                    place=place,
                    name=written,
                    ids=found,
                )
            )
        elif not found:
            wrong = _("{place}: there is no park {name:q}", place=place, name=written)
            mistakes.append(joined((wrong, listed.known())))
        return found if len(found) == 1 else [written]

    return translate


def _sites(known: Collection[str], mistakes: list[Text]) -> _Translate:
    def translate(place: str, written: str) -> list[str]:
        if written not in known:
            wrong = _("{place}: there is no site {name:q}", place=place, name=written)
            mistakes.append(joined((wrong, _alike(written, known))))
        return [written]

    return translate


class _Once:
    """Those that there are of a kind, told with the first mistake alone."""

    def __init__(self, names: Sequence[Text]) -> None:
        self.names: Sequence[Text] | None = names

    def known(self) -> Text:
        """The names the first time, then nothing."""
        names, self.names = self.names, None
        if names is None:
            return ""
        return _("(known: {names})", names=names) if names else _("(known: none)")


def _each(part: dict[str, Any], key: str, place: str, translate: _Translate) -> None:
    """Translate the texts of a list."""
    if isinstance(value := part.get(key), list | tuple):
        part[key] = [
            name
            for one in value
            for name in (translate(place, one) if isinstance(one, str) else [one])
        ]


def _of_tables(
    part: dict[str, Any], key: str, place: str, column: str, translate: _Translate
) -> None:
    """Translate one column of a list of tables."""
    if isinstance(value := part.get(key), list | tuple):
        part[key] = [
            row | {column: translate(place, row[column])[0]}
            if isinstance(row, dict) and isinstance(row.get(column), str)
            else row
            for row in value
        ]


def _keys(
    part: dict[str, Any], key: str, place: str, translate: _Translate, mistakes: list[Text]
) -> None:
    """Translate the keys of a table; two that turn out to be one are a mistake."""
    if not isinstance(value := part.get(key), dict):
        return
    made: dict[Any, Any] = {}
    for written, one in value.items():
        name = translate(place, written)[0] if isinstance(written, str) else written
        if name in made:
            mistakes.append(_("{place}: park {name:q} is named twice", place=place, name=name))
        made[name] = one
    part[key] = made


def _attributes(where: object, place: str) -> list[Text]:
    """Attributes in a filter's `where` that sites do not have, and values no site can have."""
    mistakes: list[Text] = []
    for name, wanted in where.items() if isinstance(where, dict) else ():
        try:
            attribute = schema("sites").attribute(str(name))
        except UnknownNameError as error:
            mistakes.append(joined((f"{place}:", error.what, error.hint)))
            continue
        if attribute.enum is not None:
            known = [str(one.value) for one in attribute.enum]
            values = wanted if isinstance(wanted, list) else [wanted]
            wrong = [value for value in values if value not in known]
            mistakes += [
                _(
                    "{place}: {name} is never {value:q} (known: {names})",
                    place=place,
                    name=name,
                    value=str(one),
                    names=known,
                )
                for one in wrong
            ]
    return mistakes
