"""Which new specialised parks to open: each adds land, costs something, opens in a year.

Up to a few candidates every set is searched. Beyond, one program over openings and firms together
proposes a set and gives a bound for every other (`siting_model`); sets that differ from the best
by one opening are then tried until none is better.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from geo_relocation.arrays import IntArray
from geo_relocation.matching.build import rebuild
from geo_relocation.matching.problem import Problem
from geo_relocation.matching.siting_model import Limits, Sited, SitingModel, least_cost, least_left
from geo_relocation.matching.solve import Solution, solve
from geo_relocation.matching.translation import translate
from geo_relocation.model import join_codes
from geo_relocation.progress import SILENT, Progress

ENUMERATED = 5
"""Up to this many candidates every combination is tried."""

PROGRAM_COLUMNS = 200_000
"""Up to this many pairs the program over all sets is solved. Beyond, sets grow and shrink by one
opening, and the bound is that of a plan with every candidate open for nothing."""

PROGRAM_SECONDS = 60.0
"""Seconds of the program for each of its two aims, where the searches have no limit in seconds."""

NODES_PER_WORK = 500
"""Nodes of the program per unit of work, so that the set proposed is the same everywhere."""

TRIED = 60
"""Sets tried at most around the one that the program proposes."""

_ROUNDING = 1e-6


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
            self.weight_more >= self.weight_more_bound
            and self.total_km <= self.bound_km + _ROUNDING
        )


def siting(
    problem: Problem,
    candidates: list[Candidate],
    *,
    most: int | None = None,
    seconds: float | None = None,
    work: int | None = 4,
    progress: Progress = SILENT,
) -> list[Option]:
    """Find the best set of openings: placement before cost.

    Parameters
    ----------
    problem
        Built with the candidates among its parks.
    candidates
        What may be opened.
    most
        How many of them at most; None: any number.
    seconds, work
        Limits of each search; the program over all sets has `seconds`, or a minute, for each of
        its two aims.
    progress
        Told of each search; raising from it cancels.

    Returns
    -------
    list
        The sets tried, the best first and the baseline with none opened among them, each with
        what is proven about all sets.
    """
    progress.start("Searching with each set of new parks")
    most = len(candidates) if most is None else most
    trials = _Trials(_prepared(problem), candidates, seconds, work, progress)
    if len(candidates) <= ENUMERATED:
        bounds = _every_set(trials, most)
    else:
        bounds = _proposed(trials, most)
        _neighbours(trials, most, bounds)
    progress.finish()
    ranked = sorted(trials.tried.values(), key=_value)
    return [_with_bounds(option, ranked[0], trials.baseline, bounds) for option in ranked]


@dataclass(frozen=True)
class _Bounds:
    """What is proven of all sets: weight left out, and cost where no more than that is left."""

    left: float
    may_leave: float
    cost_km: float


class _Trials:
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
        return min(self.tried.values(), key=_value)


def _value(option: Option) -> tuple[float, float, int]:
    return (-option.weight_more, option.total_km, len(option.opened))


def _prepared(problem: Problem) -> Problem:
    """The problem with every rent stated.

    The median of the known rents stands in for those that are not; without this it would change
    with the set of parks that are open, and so would the cost of all others.
    """
    parks = problem.frames.parks.assign(rent_usd_m2=problem.parks.rent)
    return replace(problem, frames=replace(problem.frames, parks=parks))


def _every_set(trials: _Trials, most: int) -> _Bounds:
    """Try every set; what no set can do is what none of their searches could rule out."""
    for size in range(1, min(most, len(trials.choices)) + 1):
        for some in itertools.combinations(trials.choices, size):
            for opened in itertools.product(*some):
                trials.attempt(opened)
    options = trials.tried.values()
    left = min(option.solution.weight_unplaced_bound for option in options)
    best = trials.best().solution.weight_unplaced
    costs = [o.opening_km + o.solution.bound for o in options if _may_leave(o, best)]
    return _Bounds(left, best, min(costs))


def _may_leave(option: Option, weight: float) -> bool:
    return option.solution.weight_unplaced_bound <= weight


def _proposed(trials: _Trials, most: int) -> _Bounds:
    """Try the set that the program over all sets proposes; bounds for every set."""
    program = _Program(trials, most)
    everything = tuple(mine[0] for mine in trials.choices)
    if most >= len(everything):
        # More openings never place less: no set places more than all of them together.
        full = trials.attempt(everything).solution
        left = full.weight_unplaced_bound
    else:
        left = program.try_least_left()
    best = trials.best().solution
    return _Bounds(left, best.weight_unplaced, program.try_least_cost(best))


class _Program:
    """The program over all sets, with every candidate open in each of its specialisations."""

    def __init__(self, trials: _Trials, most: int) -> None:
        self.trials = trials
        self.openings: list[tuple[int, Opening]] = [
            (c, opening) for c, mine in enumerate(trials.choices) for opening in mine
        ]
        variants = max(len(mine) for mine in trials.choices)
        problems = [
            rebuild(
                trials.problem,
                parks=trials.parks(tuple(m[min(v, len(m) - 1)] for m in trials.choices)),
            )
            for v in range(variants)
        ]
        self.open_all = problems[0]
        translations = [translate(problem) for problem in problems]
        self.translation = translations[0]
        self.model = self._columns([one.metres for one in translations], most)

    def _columns(self, metres: list[IntArray], most: int) -> SitingModel:
        """Pairs of running parks once, those of a candidate for each specialisation."""
        park = self.open_all.links.park[self.translation.link]
        position = {park_id: p for p, park_id in enumerate(self.open_all.parks.park_id)}
        places = [position[c.park_id] for c in self.trials.candidates]
        pairs = [np.flatnonzero(~np.isin(park, places))]
        cost, needs = [metres[0][pairs[0]]], [np.full(len(pairs[0]), -1)]
        for number, (candidate, opening) in enumerate(self.openings):
            mine = np.flatnonzero(park == places[candidate])
            variant = self.trials.choices[candidate].index(opening)
            pairs.append(mine)
            cost.append(metres[variant][mine])
            needs.append(np.full(len(mine), number))
        return SitingModel(
            model=self.translation.relaxed,
            pair=np.concatenate(pairs),
            metres=np.concatenate(cost),
            opening=np.concatenate(needs),
            candidate=np.array([c for c, _ in self.openings], dtype=np.int64),
            price_km=np.array([opening[0].opening_km for _, opening in self.openings]),
            most=most,
        )

    @property
    def solvable(self) -> bool:
        """Whether the program is small enough."""
        return len(self.model.pair) <= PROGRAM_COLUMNS

    def try_least_left(self) -> float:
        """Try the set that leaves out least; returns what every set leaves out at least."""
        if not self.solvable:
            full = solve(self.open_all, seconds=self.trials.seconds, work=self.trials.work)
            return full.weight_unplaced_bound
        found = least_left(self.model, self.limits)
        self._attempt(found)
        units = max(math.ceil(found.bound - _ROUNDING), 0) if math.isfinite(found.bound) else 0
        return float(units * self.translation.weight_unit)

    def try_least_cost(self, best: Solution) -> float:
        """Try the cheapest set that leaves out no more than a plan; returns the bound, km."""
        if not self.solvable:
            full = solve(self.open_all, seconds=self.trials.seconds, work=self.trials.work)
            # Its bound holds for what it leaves out itself.
            return full.bound if full.weight_unplaced >= best.weight_unplaced else -np.inf
        left = best.chosen.link < 0
        slack = 0 if self.translation.exact else len(left)
        may_leave = int(self.translation.relaxed.weight[left].sum()) + slack
        found = least_cost(self.model, may_leave, self.limits)
        self._attempt(found)
        return found.bound

    @property
    def limits(self) -> Limits:
        """Of the program: the seconds asked for, or nodes in proportion to the work."""
        trials = self.trials
        if trials.seconds is not None or trials.work is None:
            return Limits(seconds=trials.seconds or PROGRAM_SECONDS, nodes=None)
        return Limits(seconds=PROGRAM_SECONDS, nodes=NODES_PER_WORK * trials.work)

    def _attempt(self, found: Sited) -> None:
        if found.opened is not None:
            self.trials.attempt(tuple(self.openings[o][1] for o in found.opened.tolist()))


def _neighbours(trials: _Trials, most: int, bounds: _Bounds) -> None:
    """Try sets that differ from the best by one opening, until none is better."""
    best = trials.best()
    while not _with_bounds(best, best, trials.baseline, bounds).proven:
        names = {candidate.park_id for candidate, _ in best.opened}
        sets = [tuple(o for o in best.opened if o is not gone) for gone in best.opened]
        for opening in itertools.chain.from_iterable(trials.choices):
            if opening[0].park_id in names:
                continue
            if len(best.opened) < most:
                sets.append((*best.opened, opening))
            sets += [(*(o for o in best.opened if o is not gone), opening) for gone in best.opened]
        for opened in sets:
            if len(trials.tried) >= TRIED:
                return
            trials.attempt(opened)
        if _value(trials.best()) >= _value(best):
            return
        best = trials.best()


def _with_bounds(option: Option, best: Option, baseline: Option, bounds: _Bounds) -> Option:
    """An option with what is proven about all sets."""
    base, left = baseline.solution.weight_unplaced, option.solution.weight_unplaced
    # The bound on the cost speaks of sets that leave out at most `may_leave`.
    known = bounds.cost_km if best.solution.weight_unplaced <= bounds.may_leave else -np.inf
    bound = min(known, best.total_km)
    gap = None
    if left <= best.solution.weight_unplaced and np.isfinite(bound):
        gap = (option.total_km - bound) / option.total_km if option.total_km > 0 else 0.0
    more = base - min(bounds.left, best.solution.weight_unplaced)
    return replace(option, weight_more_bound=more, bound_km=bound, gap=gap)


def siting_table(options: list[Option]) -> pd.DataFrame:
    """The sets tried as a table, the best first."""
    return pd.DataFrame(
        [
            {
                "opened": join_codes(f"{c.park_id}:{s}" if s else c.park_id for c, s in o.opened),
                "placed": o.solution.placed,
                "placed_more": o.placed_more,
                "weight_more": o.weight_more,
                "weight_more_bound": o.weight_more_bound,
                "cost_km": o.solution.cost,
                "opening_km": o.opening_km,
                "total_km": o.total_km,
                "bound_km": o.bound_km if np.isfinite(o.bound_km) else None,
                "gap": o.gap,
                "proven": o.proven,
            }
            for o in options
        ]
    )
