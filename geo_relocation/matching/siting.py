"""Which new specialised parks to open: each adds land, costs something, opens in a year."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from geo_relocation.matching.build import rebuild
from geo_relocation.matching.problem import Problem
from geo_relocation.matching.solve import Solution, solve
from geo_relocation.model import join_codes
from geo_relocation.progress import SILENT, Progress

ENUMERATED = 5
"""Up to this many candidates every combination is tried; beyond, one is added at a time."""


@dataclass(frozen=True)
class Candidate:
    """A site for a new park, which is in the parks layer already.

    Attributes
    ----------
    park_id
        Its row in the parks layer.
    size_ha
        Land it would give.
    opening_km
        Opening cost in km-equivalents.
    opens
        Earliest year.
    sectors
        VSIC divisions it may be specialised in, one of which is chosen; empty: none.
    """

    park_id: str
    size_ha: float
    opening_km: float
    opens: int
    sectors: tuple[str, ...] = ()


Opening = tuple[Candidate, str | None]
"""A candidate and the division it is specialised in."""


@dataclass(frozen=True)
class Option:
    """A set of openings and what comes of it.

    Attributes
    ----------
    opened
        Candidates with their specialisation; empty for the baseline.
    solution
        The plan.
    opening_km
        Opening cost together.
    total_km
        Opening cost and cost of the plan.
    placed_more, weight_more
        Firms and priority weight placed beyond the baseline.
    """

    opened: tuple[Opening, ...]
    solution: Solution
    opening_km: float
    total_km: float
    placed_more: int
    weight_more: float


def siting(
    problem: Problem,
    candidates: list[Candidate],
    *,
    seconds: float | None = None,
    work: int | None = 4,
    progress: Progress = SILENT,
) -> list[Option]:
    """Try sets of openings; the best first, placement before cost.

    Parameters
    ----------
    problem
        Built with the candidates among its parks.
    candidates
        What may be opened.
    seconds, work
        Limits of each search.
    progress
        Told of each search; raising from it cancels.

    Returns
    -------
    list
        All sets tried, the baseline with none opened among them.
    """
    progress.start("Searching with each set of new parks")
    baseline = _solved(problem, candidates, (), seconds, work)
    tried: dict[tuple[tuple[str, str | None], ...], Option] = {}
    tried[()] = Option((), baseline, 0.0, baseline.cost, 0, 0.0)

    def attempt(opened: tuple[Opening, ...]) -> Option:
        key = tuple((c.park_id, s) for c, s in opened)
        if key not in tried:
            solution = _solved(problem, candidates, opened, seconds, work)
            progress.advance()
            cost = sum(candidate.opening_km for candidate, _ in opened)
            tried[key] = Option(
                opened,
                solution,
                cost,
                round(cost + solution.cost, 3),
                solution.placed - baseline.placed,
                baseline.weight_unplaced - solution.weight_unplaced,
            )
        return tried[key]

    choices: list[list[Opening]] = [[(c, s) for s in (c.sectors or (None,))] for c in candidates]
    if len(candidates) <= ENUMERATED:
        for some in itertools.chain.from_iterable(
            itertools.combinations(choices, size) for size in range(1, len(candidates) + 1)
        ):
            for opened in itertools.product(*some):
                attempt(opened)
    else:
        _one_by_one(choices, attempt, tried[()])
    progress.finish()
    return sorted(tried.values(), key=_value)


def _value(option: Option) -> tuple[float, float, int]:
    return (-option.weight_more, option.total_km, len(option.opened))


def _one_by_one(
    choices: list[list[Opening]], attempt: Callable[[tuple[Opening, ...]], Option], best: Option
) -> None:
    """Add the opening that helps most until none helps."""
    while True:
        names = {candidate.park_id for candidate, _ in best.opened}
        nexts = [
            attempt((*best.opened, opening))
            for mine in choices
            for opening in mine
            if opening[0].park_id not in names
        ]
        better = min(nexts, key=_value, default=best)
        if _value(better) >= _value(best):
            return
        best = better


def _solved(
    problem: Problem,
    candidates: list[Candidate],
    opened: tuple[Opening, ...],
    seconds: float | None,
    work: int | None,
) -> Solution:
    """The plan with some candidates open and the others closed."""
    parks = problem.frames.parks.copy()
    by_id = {candidate.park_id: (candidate, sector) for candidate, sector in opened}
    row = {park: index for index, park in zip(parks.index, parks["park_id"], strict=True)}
    for candidate in candidates:
        at = row[candidate.park_id]
        parks.loc[at, "receives"] = candidate.park_id in by_id
        parks.loc[at, "free_ha"] = candidate.size_ha
        parks.loc[at, "opens"] = candidate.opens
        sector = by_id.get(candidate.park_id, (candidate, None))[1]
        if sector is not None:
            parks.loc[at, "specialisation"] = join_codes([sector])
    return solve(rebuild(problem, parks=parks), seconds=seconds, work=work)


def siting_table(options: list[Option]) -> pd.DataFrame:
    """The sets tried as a table, the best first."""
    return pd.DataFrame(
        [
            {
                "opened": join_codes(f"{c.park_id}:{s}" if s else c.park_id for c, s in o.opened),
                "placed": o.solution.placed,
                "placed_more": o.placed_more,
                "weight_more": o.weight_more,
                "cost_km": o.solution.cost,
                "opening_km": o.opening_km,
                "total_km": o.total_km,
            }
            for o in options
        ]
    )
