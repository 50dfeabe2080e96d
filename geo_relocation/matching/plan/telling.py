"""Obstacles in words that may be stored: each names the limit that binds, as `Room` found it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from functools import reduce

import numpy as np

from geo_relocation.matching.budget import VND_PER_MILLION
from geo_relocation.matching.places import M2_PER_HA
from geo_relocation.matching.plan.room import Lacking, Room
from geo_relocation.matching.problem import Problem
from geo_relocation.matching.reasons import Limit
from geo_relocation.messages import Message, joined
from geo_relocation.model.told import told

_SMALLEST_HA = 100
"""Square metres from which land is said in hectares of two digits."""


def land_words(m2: Fraction | float) -> Message:
    """An area as people read it: hectares, or square metres where it is less than 0.01 ha."""
    if m2 and m2 < _SMALLEST_HA:
        return told("placing.m2", m2=float(f"{float(m2):.6g}"))
    return told("placing.ha", ha=float(m2) / M2_PER_HA)


def water_words(m3: Fraction | float) -> Message:
    """Wastewater as people read it: cubic metres a day, six digits that count."""
    return told("placing.m3-a-day", m3=float(f"{float(m3):.6g}"))


def money_words(dong: int) -> Message:
    """Đồng as people read them: millions, rounded up to a tenth, so that it is enough."""
    tenths = -(-10 * dong // VND_PER_MILLION)
    return told("placing.million-vnd", million=tenths / 10)


def both(one: Message, other: Message) -> Message:
    """Two of which each holds."""
    return told("placing.and", one=one, other=other)


def years_words(years: Sequence[int]) -> str:
    """Years in a row as first–last, others one by one."""
    runs: list[list[int]] = []
    for year in sorted(set(years)):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def binding(lacking: Lacking, park: int, phases: Sequence[int]) -> tuple[Limit, ...]:
    """Limits that bind in a park in each of some phases; empty where none does in all."""
    at = list(phases)
    return tuple(limit for limit in Limit if (lacking.of(limit)[park, at] > 0).all())


def obstacle(room: Room, lacking: Lacking, park: int, phases: Sequence[int]) -> Message | None:
    """What stands in the way of a firm in a park in some phases; None where one is free.

    Parameters
    ----------
    room, lacking
        What the plan leaves, and what the firm lacks of it.
    park, phases
        By position.
    """
    at = list(phases)
    if not lacking.any[park, at].all():
        return None
    if limits := binding(lacking, park, at):
        return reduce(both, (_limit_words(room, lacking, limit, park, at) for limit in limits))
    by_year: dict[Limit, list[int]] = defaultdict(list)
    for t in at:
        first = next(limit for limit in Limit if lacking.of(limit)[park, t] > 0)
        by_year[first].append(t)
    # A limit that is said of some years only has to name them.
    return joined(
        (
            _limit_words(room, lacking, limit, park, some, named=True)
            for limit, some in by_year.items()
        ),
        "; ",
    )


def _limit_words(
    room: Room,
    lacking: Lacking,
    limit: Limit,
    park: int,
    phases: Sequence[int],
    *,
    named: bool = False,
) -> Message:
    """One limit that binds in a park in all of some phases, with the least that is lacking."""
    least = int(np.min(lacking.of(limit)[park, list(phases)]))
    years = years_words([room.problem.phases[t] for t in phases])
    if limit is Limit.MOVES_QUOTA:
        return told("placing.moves-used", years=years)
    if limit is Limit.SUPPORT_BUDGET:
        return told("placing.support-spent", years=years, money=money_words(least))
    if limit is Limit.WASTEWATER:
        water = water_words(room.m3(least))
        everywhere = told("placing.water-short", water=water)
        return told("placing.water-short-in", years=years, water=water) if named else everywhere
    land = land_words(room.m2(least))
    if limit is Limit.LAND_QUOTA:
        return told("placing.land-quota-short", years=years, land=land)
    if named:
        return told("placing.land-short-in", years=years, land=land)
    return told("placing.land-short", land=land)


def left_out_words(room: Room, lacking: Lacking, places: dict[int, list[int]]) -> Message:
    """Why a firm has no place, from what binds at all of its places.

    Parameters
    ----------
    room, lacking
        What the plan leaves, and what the firm lacks of it.
    places
        Phases in which each park may take the firm, by position.
    """
    everywhere = common(lacking, places)
    if everywhere:
        said = [_everywhere_words(room, lacking, limit, places) for limit in everywhere]
        return reduce(lambda one, other: told("placing.at-once", one=one, other=other), said)
    groups: dict[tuple[Limit, ...], list[int]] = defaultdict(list)
    for park, phases in places.items():
        groups[binding(lacking, park, phases)].append(park)
    said = []
    for limits, parks in groups.items():
        if limits:
            some = {park: places[park] for park in parks}
            words = (_everywhere_words(room, lacking, limit, some) for limit in limits)
            said.append(reduce(both, words))
        else:
            named = [
                told(
                    "placing.park-says",
                    park=name(room.problem, p),
                    what=obstacle(room, lacking, p, places[p]),
                )
                for p in parks[:2]
            ]
            count = len(parks)
            parts = joined(named, "; ")
            said.append(told("placing.limited-every-year", count=count, parks=parts))
    return joined(said, "; ")


def common(lacking: Lacking, places: dict[int, list[int]]) -> list[Limit]:
    """Limits that bind at every place."""
    return [
        limit
        for limit in Limit
        if all((lacking.of(limit)[park, phases] > 0).all() for park, phases in places.items())
    ]


def _everywhere_words(
    room: Room, lacking: Lacking, limit: Limit, places: dict[int, list[int]]
) -> Message:
    """One limit that binds at all of some places, with the least that is lacking."""
    short = lacking.of(limit)
    least = min(int(short[park, phases].min()) for park, phases in places.items())
    years = years_words([room.problem.phases[t] for phases in places.values() for t in phases])
    count = len(places)
    if limit is Limit.MOVES_QUOTA:
        return told("placing.moves-used-everywhere", count=count, years=years)
    if limit is Limit.SUPPORT_BUDGET:
        money = money_words(least)
        return told("placing.support-spent-everywhere", count=count, years=years, money=money)
    if limit is Limit.WASTEWATER:
        water = water_words(room.m3(least))
        return told("placing.water-short-everywhere", count=count, water=water)
    land = land_words(room.m2(least))
    if limit is Limit.LAND_QUOTA:
        return told("placing.land-quota-short-everywhere", count=count, years=years, land=land)
    return told("placing.land-short-everywhere", count=count, land=land)


def name(problem: Problem, park: int) -> str:
    """Name of a park, or its id where it has none."""
    return str(problem.parks.name[park] or problem.parks.park_id[park])


def need_words(room: Room, firm: int) -> Message:
    """What a firm needs of a park."""
    return told("placing.needs", land=land_words(room.m2(room.need[firm])))
