"""Names in a specification: cities and parks as people write them become codes and ids.

It works on the plain content of a scenario, so that one reading of a file tells every unknown
name, whatever else is wrong with the file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from geo_relocation.errors import UnknownNameError
from geo_relocation.matching.specification import MatchSpecification
from geo_relocation.messages import Text, _, joined
from geo_relocation.model import schema
from geo_relocation.standing.names import ParkNames
from geo_relocation.standing.units import Districts

S = TypeVar("S", bound=MatchSpecification)
_Translate = Callable[[str, str], str]


def named(
    specification: S,
    *,
    districts: Districts | None = None,
    parks: ParkNames | None = None,
) -> tuple[S, list[Text]]:
    """A specification with codes of cities and ids of parks, and the names nobody knows.

    Parameters
    ----------
    specification
        As it was written; what was left out stays left out.
    districts, parks
        Those that exist; None: not looked up.
    """
    plain = specification.model_dump(exclude_unset=True)
    found, mistakes = renamed(plain, districts=districts, parks=parks)
    return type(specification).model_validate(found), mistakes


def renamed(
    raw: Mapping[str, Any],
    *,
    districts: Districts | None = None,
    parks: ParkNames | None = None,
    sites: Collection[str] | None = None,
) -> tuple[dict[str, Any], list[Text]]:
    """The content of a scenario with codes and ids for names, and what is wrong with the names.

    Parameters
    ----------
    raw
        As read from a file; values of the wrong type are left as they are.
    districts, parks, sites
        Those that exist; None: not looked up.
    """
    mistakes: list[Text] = []
    made = {key: dict(value) if isinstance(value, dict) else value for key, value in raw.items()}
    who, where = (part if isinstance(part := made.get(key), dict) else {} for key in _PARTS)
    if districts is not None:
        _each(who, "cities", "who.cities", _cities(districts, mistakes))
    if parks is not None:
        park = _parks(parks, mistakes)
        for key in ("parks", "exclude_parks"):
            _each(where, key, f"where.{key}", park)
        _of_tables(where, "land", "where.land", "park", park)
        _of_tables(made, "locks", "locks", "park", park)
        _of_tables(made, "exclusions", "exclusions", "park", park)
        _keys(where, "opens", "where.opens", park, mistakes)
    if sites is not None:
        site = _sites(sites, mistakes)
        _of_tables(made, "locks", "locks", "site", site)
        _of_tables(made, "exclusions", "exclusions", "site", site)
    mistakes += _attributes(who.get("where"))
    return made, mistakes


_PARTS = ("who", "where")


def _cities(known: Districts, mistakes: list[Text]) -> _Translate:
    listed = _Once(known.listed)

    def translate(place: str, written: str) -> str:
        code = known.code(written)
        if code is None:
            wrong = _("{place}: there is no city {name:q}", place=place, name=written)
            mistakes.append(joined((wrong, listed.known())))
        return code or written

    return translate


def _parks(known: ParkNames, mistakes: list[Text]) -> _Translate:
    listed = _Once(known.listed)

    def translate(place: str, written: str) -> str:
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
        return found[0] if len(found) == 1 else written

    return translate


def _sites(known: Collection[str], mistakes: list[Text]) -> _Translate:
    def translate(place: str, written: str) -> str:
        if written not in known:
            mistakes.append(_("{place}: there is no site {name:q}", place=place, name=written))
        return written

    return translate


class _Once:
    """Those that there are of a kind, told with the first mistake alone."""

    def __init__(self, names: list[str]) -> None:
        self.names: list[str] | None = names

    def known(self) -> Text:
        """The names the first time, then nothing."""
        names, self.names = self.names, None
        if names is None:
            return ""
        return _("(known: {names})", names=names) if names else _("(known: none)")


def _each(part: dict[str, Any], key: str, place: str, translate: _Translate) -> None:
    """Translate the texts of a list."""
    if isinstance(value := part.get(key), list | tuple):
        part[key] = [translate(place, one) if isinstance(one, str) else one for one in value]


def _of_tables(
    part: dict[str, Any], key: str, place: str, column: str, translate: _Translate
) -> None:
    """Translate one column of a list of tables."""
    if isinstance(value := part.get(key), list | tuple):
        part[key] = [
            row | {column: translate(place, row[column])}
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
        name = translate(place, written) if isinstance(written, str) else written
        if name in made:
            mistakes.append(_("{place}: park {name:q} is named twice", place=place, name=name))
        made[name] = one
    part[key] = made


def _attributes(where: object) -> list[Text]:
    """Attributes in `who.where` that sites do not have, and values no site can have."""
    mistakes: list[Text] = []
    for name, wanted in where.items() if isinstance(where, dict) else ():
        try:
            attribute = schema("sites").attribute(str(name))
        except UnknownNameError as error:
            mistakes.append(joined(("who.where:", error.what, error.hint)))
            continue
        if attribute.enum is not None:
            known = [str(one.value) for one in attribute.enum]
            values = wanted if isinstance(wanted, list) else [wanted]
            wrong = [value for value in values if value not in known]
            mistakes += [
                _(
                    "who.where: {name} is never {value:q} (known: {names})",
                    name=name,
                    value=str(one),
                    names=known,
                )
                for one in wrong
            ]
    return mistakes
