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
from geo_relocation.matching.rule import LAND, LOCK, OPENING, RECEIVES, WASTEWATER, YEARS, Lever
from geo_relocation.matching.rules import in_bits
from geo_relocation.model.enums import ParkStatus

_CLOSED = (str(ParkStatus.CONVERTING), str(ParkStatus.REMOVED))

MOVES_QUOTA = Lever("moves-quota", 30, "thêm lượt dời trong một năm", "more moves in a year")
LAND_QUOTA = Lever("land-quota", 40, "thêm hạn mức đất của một năm", "more land in a year's quota")
SUPPORT_BUDGET = Lever(
    "support-budget", 42, "thêm ngân sách hỗ trợ của một năm", "more of a year's support budget"
)
SUPPORT_BUDGETS = Lever(
    "support-budgets",
    44,
    "thêm nhiều khoản ngân sách hỗ trợ của một năm",
    "more of several support budgets of a year",
)
CLOSED = Lever(
    "closed", 140, "đổi tình trạng của khu (đang chuyển đổi hoặc đã bỏ)", "the park's status"
)
HORIZON = Lever("horizon", 180, "thêm năm vào kịch bản", "more years in the scenario")


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
        How much of it is lacking: units of land or wastewater, firms, đồng, or years; else 0.
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
                found |= {OPENING}
            elif lacking.land[park, t] > 0:
                found |= {LAND}
            if short := int((lacking.support[:, park, t] > 0).sum()):
                found |= {SUPPORT_BUDGET if short == 1 else SUPPORT_BUDGETS}
            yield park, t, found


def _of_park(room: Room, lacking: Lacking, firm: int, park: int) -> set[Lever]:
    """What is missing in a park in all years."""
    problem = room.problem
    rules, row = int(problem.rules[firm, park]), problem.frames.parks.iloc[park]
    found = {rule.lever for rule in in_bits(rules) if rule.lever is not None}
    # A park states one reason why it takes nobody; the others may hold as well.
    if row["status"] in _CLOSED:
        found = (found - {RECEIVES}) | {CLOSED}
    elif not pd.isna(row["receives"]) and not row["receives"]:
        found |= {RECEIVES}
    if not problem.parks.land_basis[park]:
        found |= {LAND}
    if lacking.wastewater[park] > 0:
        found |= {WASTEWATER}
    return found


def _of_phase(room: Room, lacking: Lacking, firm: int, phase: int) -> set[Lever]:
    """What is missing in a phase in all parks."""
    against = window(room.problem, firm).against(room.problem.phases[phase])
    found = {LOCK if bound.cause == "lock" else YEARS for bound in against}
    if lacking.moves[phase] > 0:
        found |= {MOVES_QUOTA}
    if lacking.land_quota[phase] > 0:
        found |= {LAND_QUOTA}
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
    if lever == OPENING:
        return int(problem.parks.opens[park]) - year
    if lever == YEARS:
        first, last = int(problem.firms.earliest[firm]), int(problem.firms.latest[firm])
        return max(first - year, year - last)
    amounts = {
        LAND: lacking.land[park, phase],
        WASTEWATER: lacking.wastewater[park],
        MOVES_QUOTA: lacking.moves[phase],
        LAND_QUOTA: lacking.land_quota[phase],
        SUPPORT_BUDGET: lacking.support[:, park, phase].max(initial=0),
    }
    return int(amounts.get(lever, 0))
