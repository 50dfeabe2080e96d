"""Who is in scope of a plan: in codes for scripts, and in one line for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce

import pandas as pd

from geo_relocation.arrays import Mask
from geo_relocation.matching.group import Filter
from geo_relocation.matching.specification import MatchSpecification
from geo_relocation.matching.standing import Standing
from geo_relocation.matching.who import Register
from geo_relocation.messages import Message, Text
from geo_relocation.model.enums import Verdict
from geo_relocation.model.sectors import divisions
from geo_relocation.model.told import Label, told

_MOST_NAMED = 5
"""Sites that are named one by one; of more only the number is said."""


@dataclass(frozen=True)
class Scope:
    """Who is in scope of a plan, and why.

    Attributes
    ----------
    decided
        Whether decisions on sites exist.
    routes
        Routes in force that put a site in scope; empty: not asked.
    verdicts
        Verdicts of screening that put a site in scope; all of them where it is not asked.
    cities
        Codes of the old cities that were asked; empty: all.
    cities_of_firms
        Codes of the old cities that the sites in scope are in.
    years
        Calendar years in which firms can move.
    firms
        How many sites are in scope.
    filters
        All that was asked of a site beside its verdict, by the field of the scenario.
    words
        All of it in one line; it may be stored.
    """

    decided: bool = False
    routes: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    cities_of_firms: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    firms: int = 0
    filters: dict[str, object] = field(default_factory=dict)
    words: Text = ""

    def summary(self) -> dict[str, object]:
        """What scripts read, in codes."""
        return {
            **self.filters,
            "routes": list(self.routes),
            "verdicts": list(self.verdicts),
            "cities": list(self.cities),
            "years": list(self.years),
            "firms": self.firms,
            "decided": self.decided,
        }


def described(register: Register, keep: Mask, specification: MatchSpecification) -> Scope:
    """The scope in codes and in one line.

    Parameters
    ----------
    register
        All sites.
    keep
        Those that are in scope.
    specification
        Resolved.
    """
    who, years, standing = specification.who, specification.phases, register.standing
    firms, found = int(keep.sum()), register.cities[keep]
    span = f"{years[0]}–{years[-1]}" if len(years) > 1 else f"{years[0]}"
    conditions = [*_verdicts(specification), *conditions_of(who, standing)]
    words = told("matching.scope", count=firms, conditions=conditions, years=span)
    if standing.decided is None:
        words = told("matching.scope-undecided", scope=words)
    return Scope(
        decided=standing.decided is not None,
        routes=tuple(str(one) for one in who.routes),
        verdicts=tuple(str(one) for one in who.verdicts or Verdict),
        cities=who.cities,
        cities_of_firms=tuple(sorted(set(found[~pd.isna(found)].tolist()))),
        years=years,
        firms=firms,
        filters=in_codes(who),
        words=words,
    )


def in_codes(asked: Filter) -> dict[str, object]:
    """A filter as scripts read it: the lists that every scope has, and sizes."""
    plain = Filter.model_validate(asked.model_dump(include=set(Filter.model_fields)))
    return plain.model_dump(mode="json")


def _verdicts(specification: MatchSpecification) -> list[Message]:
    """What verdict puts a site in scope."""
    if names := specification.who.verdicts:
        return [told("matching.scope-verdicts", names=_either(names))]
    return [told("matching.scope-any-verdict")]


def conditions_of(asked: Filter, standing: Standing) -> list[Message]:
    """What a filter asks of a site, one sentence a part; empty where it asks nothing."""
    return [*_of_lists(asked, standing), *_of_sizes(asked), *_of_sites(asked)]


def _of_lists(asked: Filter, standing: Standing) -> Iterator[Message]:
    """What a site is to be one of."""
    if asked.routes:
        yield told("matching.scope-routes", names=_either(asked.routes))
    for codes, known in (
        (asked.cities, standing.districts.names),
        (asked.units, standing.units.names),
    ):
        if codes:
            names = _either(known.get(code, code) for code in codes)
            yield told("matching.scope-cities", names=names)
    if asked.sectors:
        yield told("matching.scope-sectors", names=[_sector(code) for code in asked.sectors])
    if asked.groups:
        yield told("matching.scope-groups", names=_either(asked.groups))
    if asked.batches:
        yield told("matching.scope-batches", names=_either(asked.batches))
    if asked.states:
        yield told("matching.scope-states", names=_either(asked.states))
    if asked.in_parks:
        yield told("matching.scope-origins", names=_either(asked.in_parks))


def _of_sizes(asked: Filter) -> Iterator[Message]:
    """How large a site is to be."""
    if asked.land_m2 and asked.land_m2.min is not None:
        yield told("matching.scope-land-least", least=asked.land_m2.min)
    if asked.land_m2 and asked.land_m2.max is not None:
        yield told("matching.scope-land-most", most=asked.land_m2.max)
    if asked.workers and asked.workers.min is not None:
        yield told("matching.scope-workers-least", least=asked.workers.min)
    if asked.workers and asked.workers.max is not None:
        yield told("matching.scope-workers-most", most=asked.workers.max)


def _of_sites(asked: Filter) -> Iterator[Message]:
    """Which sites it is to be, and what it is to state."""
    if len(asked.sites) > _MOST_NAMED:
        yield told("matching.scope-list", count=len(asked.sites))
    elif asked.sites:
        yield told("matching.scope-sites", names=list(asked.sites))
    if asked.where:
        yield told("matching.scope-attributes", names=list(asked.where))


def _sector(code: str) -> Message:
    """A sector by its number and the name of its division."""
    one = divisions()[code[:2]]
    return told("matching.sector", code=code, name=Label(code, one.name_vi, one.name_en))


def _either(names: Iterable[object]) -> Message:
    """Names of which one is enough."""
    first, *others = (told("matching.quoted", name=name) for name in names)
    return reduce(lambda one, other: told("matching.or", one=one, other=other), others, first)
