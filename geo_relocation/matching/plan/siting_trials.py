"""Candidates for new parks, and sets of them that were searched with."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from geo_relocation.matching.build import rebuild
from geo_relocation.matching.plan.solve import Solution, solve
from geo_relocation.matching.problem import Problem
from geo_relocation.model import join_codes
from geo_relocation.progress import Progress

ROUNDING = 1e-6
"""Km-equivalents within which two costs are the same."""


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
    weight_more_bound
        No set, tried or not, places more weight beyond the baseline.
    bound_km
        No set that leaves out as little weight as the best one found costs less.
    gap
        (total_km - bound_km) / total_km of a set that leaves out as little as the best one, which
        is how much dearer it may be than the best there is; None for others.
    """

    opened: tuple[Opening, ...]
    solution: Solution
    opening_km: float
    total_km: float
    placed_more: int
    weight_more: float
    weight_more_bound: float = np.inf
    bound_km: float = -np.inf
    gap: float | None = None

    @property
    def proven(self) -> bool:
        """Whether no other set is better."""
        return self.gap is not None and (
            self.weight_more >= self.weight_more_bound and self.total_km <= self.bound_km + ROUNDING
        )


class Trials:
    """Sets of openings that were searched with."""

    def __init__(
        self,
        problem: Problem,
        candidates: list[Candidate],
        seconds: float | None,
        work: int | None,
        progress: Progress,
    ) -> None:
        self.problem = problem
        self.candidates = candidates
        self.choices = [[(c, s) for s in (c.sectors or (None,))] for c in candidates]
        self.seconds = seconds
        self.work = work
        self.progress = progress
        self.tried: dict[frozenset[tuple[str, str | None]], Option] = {}
        self.baseline = self.attempt(())

    def attempt(self, opened: tuple[Opening, ...]) -> Option:
        """The plan with a set of openings, searched for once."""
        key = frozenset((candidate.park_id, sector) for candidate, sector in opened)
        if key not in self.tried:
            made = rebuild(self.problem, parks=self.parks(opened))
            solution = solve(made, seconds=self.seconds, work=self.work)
            self.progress.advance()
            base = self.tried[frozenset()].solution if self.tried else solution
            cost = sum(candidate.opening_km for candidate, _ in opened)
            self.tried[key] = Option(
                opened,
                solution,
                cost,
                round(cost + solution.cost, 3),
                solution.placed - base.placed,
                base.weight_unplaced - solution.weight_unplaced,
            )
        return self.tried[key]

    def parks(self, opened: tuple[Opening, ...]) -> pd.DataFrame:
        """The parks layer with some candidates open and the others closed."""
        parks = self.problem.frames.parks.copy()
        by_id = {candidate.park_id: sector for candidate, sector in opened}
        row = {park: index for index, park in zip(parks.index, parks["park_id"], strict=True)}
        for candidate in self.candidates:
            at = row[candidate.park_id]
            parks.loc[at, "receives"] = candidate.park_id in by_id
            parks.loc[at, "free_ha"] = candidate.size_ha
            parks.loc[at, "opens"] = candidate.opens
            sector = by_id.get(candidate.park_id)
            if sector is not None:
                parks.loc[at, "specialisation"] = join_codes([sector])
        return parks

    def best(self) -> Option:
        """The best set so far."""
        return min(self.tried.values(), key=value)


def value(option: Option) -> tuple[float, float, int]:
    """What makes a set better, the least first: weight placed, then cost, then fewer openings."""
    return (-option.weight_more, option.total_km, len(option.opened))


def prepared(problem: Problem) -> Problem:
    """The problem with every rent stated.

    The median of the known rents stands in for those that are not; without this it would change
    with the set of parks that are open, and so would the cost of all others.
    """
    parks = problem.frames.parks.assign(rent_usd_m2=problem.parks.rent)
    return replace(problem, frames=replace(problem.frames, parks=parks))
