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
from geo_relocation.matching.plan.siting_model import (
    Limits,
    Sited,
    SitingModel,
    least_cost,
    least_left,
)
from geo_relocation.matching.plan.siting_trials import (
    ROUNDING,
    Candidate,
    Opening,
    Option,
    Trials,
    prepared,
    value,
)
from geo_relocation.matching.plan.solve import Solution, solve
from geo_relocation.matching.problem import Problem
from geo_relocation.matching.translation import translate
from geo_relocation.messages import _
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
    progress.start(_("Searching with each set of new parks"))
    most = len(candidates) if most is None else most
    trials = Trials(prepared(problem), candidates, seconds, work, progress)
    if len(candidates) <= ENUMERATED:
        bounds = _every_set(trials, most)
    else:
        bounds = _proposed(trials, most)
        _neighbours(trials, most, bounds)
    progress.finish()
    ranked = sorted(trials.tried.values(), key=value)
    return [_with_bounds(option, ranked[0], trials.baseline, bounds) for option in ranked]


@dataclass(frozen=True)
class _Bounds:
    """What is proven of all sets: weight left out, and cost where no more than that is left."""

    left: float
    may_leave: float
    cost_km: float


def _every_set(trials: Trials, most: int) -> _Bounds:
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


def _proposed(trials: Trials, most: int) -> _Bounds:
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

    def __init__(self, trials: Trials, most: int) -> None:
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
        units = max(math.ceil(found.bound - ROUNDING), 0) if math.isfinite(found.bound) else 0
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


def _neighbours(trials: Trials, most: int, bounds: _Bounds) -> None:
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
        if value(trials.best()) >= value(best):
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
