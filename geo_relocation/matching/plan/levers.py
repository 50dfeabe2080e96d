"""Which single changes could open a place to a firm: everything that stands in the way, sorted.

A *lever* is one thing that somebody can decide or find out: hectares of a park, a year's quota,
a sector that a park takes. A place (park and year) to which exactly one lever is missing can be
opened by a single change; where several are, none of them is enough alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo_relocation.matching.plan.room import Lacking, Room
from geo_relocation.matching.plan.years import window
from geo_relocation.matching.reasons import Barrier, Lever, Limit, bit
from geo_relocation.model.enums import ParkStatus

_CLOSED = (str(ParkStatus.CONVERTING), str(ParkStatus.REMOVED))

_OF_BARRIER = {
    Barrier.PARK_EXCLUDED: Lever.PARK,
    Barrier.NOT_RECEIVING: Lever.RECEIVES,
    Barrier.SOUTH: Lever.RECEIVES,
    Barrier.NO_LAND_DATA: Lever.LAND,
    Barrier.EXCLUDED: Lever.EXCLUSION,
    Barrier.LOCKED_ELSEWHERE: Lever.LOCK,
    Barrier.OWN_PARK: Lever.OWN_PARK,
    Barrier.SECTOR: Lever.SECTOR,
    Barrier.SECTOR_UNKNOWN: Lever.SECTOR_UNKNOWN,
    Barrier.ENV_LEVEL: Lever.ENV_LEVEL,
    Barrier.UNREACHABLE: Lever.ROAD,
    Barrier.NO_PLACE: Lever.PLACE,
}
"""What lifts a rule about a pair; the rules about amounts and years are counted by place."""

_OF_LIMIT = {
    Limit.MOVES_QUOTA: Lever.MOVES_QUOTA,
    Limit.LAND_QUOTA: Lever.LAND_QUOTA,
    Limit.LAND: Lever.LAND,
    Limit.WASTEWATER: Lever.WASTEWATER,
}


@dataclass(frozen=True)
class Opening:
    """A place that one lever would open to a firm.

    Attributes
    ----------
    lever
        What it takes.
    park, phase
        The place, by position.
    much
        How much of it is lacking: units of land or wastewater, firms, or years; else 0.
    """

    lever: Lever
    park: int
    phase: int
    much: int


def missing(room: Room, lacking: Lacking, firm: int) -> Iterator[tuple[int, int, set[Lever]]]:
    """Park, phase and missing levers of every place there is, allowed or not."""
    problem = room.problem
    by_phase = [_of_phase(room, lacking, firm, t) for t in range(len(problem.phases))]
    for park in range(len(problem.parks)):
        always = _of_park(room, lacking, firm, park)
        for t, year in enumerate(problem.phases):
            found = always | by_phase[t]
            if year < problem.parks.opens[park]:
                # Land of a year in which the park is shut is not known to be short.
                found |= {Lever.OPENING}
            elif lacking.land[park, t] > 0:
                found |= {Lever.LAND}
            yield park, t, found


def _of_park(room: Room, lacking: Lacking, firm: int, park: int) -> set[Lever]:
    """What is missing in a park in all years."""
    problem = room.problem
    rules, row = int(problem.rules[firm, park]), problem.frames.parks.iloc[park]
    found = {lever for barrier, lever in _OF_BARRIER.items() if rules & bit(barrier)}
    # A park states one reason why it takes nobody; the others may hold as well.
    if row["status"] in _CLOSED:
        found = (found - {Lever.RECEIVES}) | {Lever.CLOSED}
    elif not pd.isna(row["receives"]) and not row["receives"]:
        found |= {Lever.RECEIVES}
    if not problem.parks.land_basis[park]:
        found |= {Lever.LAND}
    if lacking.wastewater[park] > 0:
        found |= {Lever.WASTEWATER}
    return found


def _of_phase(room: Room, lacking: Lacking, firm: int, phase: int) -> set[Lever]:
    """What is missing in a phase in all parks."""
    against = window(room.problem, firm).against(room.problem.phases[phase])
    found = {Lever.LOCK if bound.cause == "lock" else Lever.YEARS for bound in against}
    if lacking.moves[phase] > 0:
        found |= {Lever.MOVES_QUOTA}
    if lacking.land_quota[phase] > 0:
        found |= {Lever.LAND_QUOTA}
    return found


def openings(room: Room, lacking: Lacking, firm: int) -> list[Opening]:
    """Every place that a single lever would open, those first that need least of it."""
    problem = room.problem
    found = []
    for park, phase, levers in missing(room, lacking, firm):
        if len(levers) == 1:
            (lever,) = levers
            much = _much(room, lacking, firm, lever, park, phase)
            found.append(Opening(lever, park, phase, much))
    far = problem.distance_km[firm]
    return sorted(found, key=lambda one: (one.much, _last(far[one.park]), -one.phase))


def free(room: Room, lacking: Lacking, firm: int) -> list[tuple[int, int]]:
    """Places at which nothing is missing to a firm."""
    return [(park, t) for park, t, levers in missing(room, lacking, firm) if not levers]


def _last(km: float) -> float:
    return float(np.inf) if np.isnan(km) else float(km)


def _much(room: Room, lacking: Lacking, firm: int, lever: Lever, park: int, phase: int) -> int:
    """How much of a lever is lacking at a place."""
    problem, year = room.problem, room.problem.phases[phase]
    if lever is Lever.OPENING:
        return int(problem.parks.opens[park]) - year
    if lever is Lever.YEARS:
        first, last = int(problem.firms.earliest[firm]), int(problem.firms.latest[firm])
        return max(first - year, year - last)
    amounts = {
        Lever.LAND: lacking.land[park, phase],
        Lever.WASTEWATER: lacking.wastewater[park],
        Lever.MOVES_QUOTA: lacking.moves[phase],
        Lever.LAND_QUOTA: lacking.land_quota[phase],
    }
    return int(amounts.get(lever, 0))
