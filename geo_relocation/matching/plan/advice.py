"""What would help the whole plan: room as it is, and what a hectare is worth.

A hectare is added and the problem is solved again; prices alone would only guess.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_relocation.matching.build import rebuild
from geo_relocation.matching.plan.changes import Change, accepted, more_hectares
from geo_relocation.matching.plan.levers import free
from geo_relocation.matching.plan.room import Room
from geo_relocation.matching.plan.solve import Solution, solve
from geo_relocation.matching.problem import Choices, Problem
from geo_relocation.model.reasons import FirmBarrier
from geo_relocation.model.told import told
from geo_relocation.progress import SILENT, Progress


def free_place(problem: Problem, choices: Choices, site_id: str) -> tuple[str, int] | None:
    """Park and year of the cheapest place where a firm left out fits with nothing changed.

    A plan that was just made seldom has one; an older plan may, on the data of now.

    Parameters
    ----------
    problem, choices
        The problem and its plan.
    site_id
        A firm of the problem.
    """
    firm = int(np.flatnonzero(problem.firms.site_id == site_id)[0])
    if problem.firms.barrier[firm] != FirmBarrier.NONE:
        return None
    start, end = np.searchsorted(problem.links.firm, [firm, firm + 1])
    way = dict(
        zip(
            problem.links.park[start:end].tolist(),
            problem.links.cost_of(slice(start, end)).tolist(),
            strict=True,
        )
    )
    room, plan = Room.of(problem, choices), problem.assignment(choices)
    places = free(room, room.lacking(firm), firm)
    for park, t in sorted(places, key=lambda at: (way[at[0]] + problem.phase_cost[at[1]], at)):
        name, year = str(problem.parks.park_id[park]), problem.phases[t]
        if accepted(problem, plan, Change(site_id, name, year, "none", 0.0, told("placing.room"))):
            return name, year
    return None


def with_more_land(problem: Problem, park_id: str, ha: float) -> Problem:
    """The problem with some hectares more in one park, in every phase in which it is open."""
    return rebuild(problem, specification=more_hectares(problem, park_id, ha))


@dataclass(frozen=True)
class HectareValue:
    """What one hectare more in a park brings, found by solving again.

    Attributes
    ----------
    park_id
        The park.
    placed
        Firms more that are placed.
    weight
        Priority weight more that is placed.
    cost_km
        Saving in km-equivalents; counts only where `weight` is 0.
    """

    park_id: str
    placed: int
    weight: float
    cost_km: float


def hectare_value(
    problem: Problem,
    solution: Solution,
    park_id: str,
    *,
    ha: float = 1.0,
    seconds: float | None = None,
    work: int | None = 2,
    progress: Progress = SILENT,
) -> HectareValue:
    """Solve again with some hectares more in a park, from the plan as it is.

    Parameters
    ----------
    problem, solution
        The problem and its plan.
    park_id
        Park that is given more land.
    ha
        How much, hectares.
    seconds, work
        Limits of the new search.
    progress
        Told of the search; raising from it cancels.
    """
    more = with_more_land(problem, park_id, ha)
    plan = problem.assignment(solution.chosen)
    again = solve(
        more, seconds=seconds, work=work, seed=solution.seed, start=plan, progress=progress
    )
    gained = solution.weight_unplaced - again.weight_unplaced
    return HectareValue(
        park_id, again.placed - solution.placed, gained, round(solution.cost - again.cost, 3)
    )
