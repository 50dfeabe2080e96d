"""From a problem to a verified solution: checks, search, proof."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from geo_relocation.arrays import IntArray
from geo_relocation.assignment.bounds.relax import prove
from geo_relocation.assignment.construct import greedy
from geo_relocation.assignment.exact import Answer, solve_exactly
from geo_relocation.assignment.model import Model
from geo_relocation.assignment.repair import refit
from geo_relocation.assignment.search.engine import Engine, fewest_left
from geo_relocation.assignment.search.nearest import nearest
from geo_relocation.assignment.warm import compile_kernels
from geo_relocation.matching.demand import require_possible
from geo_relocation.matching.plan.locks import check_locks
from geo_relocation.matching.problem import Choices, Problem
from geo_relocation.matching.translation import COST_UNITS_PER_KM, Translation, translate
from geo_relocation.messages import _
from geo_relocation.model.enums import SolveStatus
from geo_relocation.progress import SILENT, Progress

EXACT_PAIRS = 3_000
"""Up to this many pairs the exact model is tried first; it proves most such cases in seconds."""

EXACT_FIRMS, EXACT_PAIRS_OF_FEW = 100, 20_000
"""So few firms are tried with more pairs: their years differ by little more than the wait."""

EXACT_WORK = 10.0
"""Deterministic seconds the exact model may take for each of its objectives."""


_NEAR_SHARE = 0.1
"""Share of a wall-clock limit that each step of staying near another plan may take."""


@dataclass(frozen=True)
class Near:
    """A plan to stay near to.

    Attributes
    ----------
    plan
        `site_id`, `park_id`, `phase`.
    share
        By what share of the cost a plan may be dearer than the cheapest found.
    """

    plan: pd.DataFrame
    share: float


@dataclass(frozen=True)
class Solution:
    """A plan with its figures and what is proven about it.

    Attributes
    ----------
    status
        `optimal` when both the weight left out and the cost are proven least.
    chosen
        Who goes where and when, by position.
    placed, unplaced
        Firms.
    unplaced_bound
        No plan leaves out fewer firms.
    weight_unplaced, weight_unplaced_bound
        Priority weight left out, and the least possible.
    cost, bound
        Cost of the plan in km-equivalents, and what no plan that leaves out as little can
        go below.
    gap
        (cost - bound) / cost; 0 for an empty plan.
    seconds, seed, work
        Time taken, seed and work limit.
    method
        What found the plan.
    trace
        Seconds, weight left out and cost (km-equivalents) of each improvement.
    given_up
        What the plan costs more than the cheapest found, to stay near another plan,
        km-equivalents.
    """

    status: SolveStatus
    chosen: Choices
    placed: int
    unplaced: int
    unplaced_bound: int
    weight_unplaced: float
    weight_unplaced_bound: float
    cost: float
    bound: float
    gap: float
    seconds: float
    seed: int
    work: int | None
    method: str
    trace: tuple[tuple[float, float, float], ...] = ()
    given_up: float = 0.0

    def assignment(self, problem: Problem) -> pd.DataFrame:
        """The plan as a frame of `site_id`, `park_id`, `phase`."""
        return problem.assignment(self.chosen)


def solve(
    problem: Problem,
    *,
    seconds: float | None = None,
    work: int | None = None,
    seed: int | None = None,
    threads: int = 2,
    progress: Progress = SILENT,
    start: pd.DataFrame | None = None,
    keep: Callable[[pd.DataFrame], None] | None = None,
    near: Near | None = None,
) -> Solution:
    """Find a plan: as much priority weight placed as possible, then at the least cost.

    Parameters
    ----------
    problem
        From `build_problem`.
    seconds
        Wall-clock limit.
    work
        Work limit in machine-independent units. With it, and no wall-clock limit, the same
        seed gives the same plan on any machine and number of threads. Where neither is
        given, the specification's effort decides.
    seed
        Seed; None: the specification's.
    threads
        Threads to use.
    progress
        Told of each improvement; raising from it cancels.
    start
        A plan (`site_id`, `park_id`, `phase`) to begin with, e.g. to resume. What of it is no
        longer allowed is left out, and what does not fit is moved.
    keep
        Given each better plan as it is found, in the same columns.
    near
        A plan to stay near to: of plans as good within its share, the one that differs least.

    Raises
    ------
    ImpossibleRuleError
        If a rule on a group of firms demands more land than its parks have.
    ConflictingLocksError
        If the locks cannot all hold; the message names a small set that conflicts.
    """
    effort = problem.specification.effort
    if seconds is None and work is None:
        seconds, work = effort.seconds, effort.work
    seed = effort.seed if seed is None else seed
    require_possible(problem)
    # Before the clock starts: on a machine's first search this takes longer than the search.
    progress.start(_("Preparing the search"))
    compile_kernels()
    progress.finish()
    began = time.monotonic()
    progress.start(_("Matching firms"))
    check_locks(problem)
    translation = translate(problem)
    first = greedy(translation.model) if start is None else _resumed(problem, translation, start)
    if not len(problem.firms):
        outcome = Answer(first, 0, 0, 0, "empty")
    else:
        engine = Engine(translation.model, seed=seed, threads=threads, progress=progress)
        if keep is not None:
            engine.keep = lambda chosen: keep(problem.assignment(translation.choices(chosen)))
        outcome = search(engine, first, seconds=seconds, work=work)
        if not translation.exact:
            outcome = _proven_anew(translation, outcome, engine, seconds=seconds, work=work)
    cheapest = translation.value(outcome.chosen)[1]
    if near is not None:
        outcome = _nearest(problem, translation, outcome, near, seconds)
    progress.finish()
    took = time.monotonic() - began
    found = _solution(problem, translation, outcome, took, seed, work)
    more = translation.value(outcome.chosen)[1] - cheapest
    return replace(found, given_up=more / COST_UNITS_PER_KM)


def _tried_exactly(model: Model) -> bool:
    """Whether the exact model is worth its time."""
    few = model.firms <= EXACT_FIRMS and model.pairs <= EXACT_PAIRS_OF_FEW
    return model.pairs <= EXACT_PAIRS or few


def search(engine: Engine, start: IntArray, *, seconds: float | None, work: int | None) -> Answer:
    """The exact model for a small problem, and the search for what it leaves unproven.

    Parameters
    ----------
    engine
        The search, with its model.
    start
        A plan that fits.
    seconds, work
        Limits for both together.
    """
    if not _tried_exactly(engine.model):
        return engine.run(seconds=seconds, work=work, start=start)
    began = time.monotonic()
    exact = solve_exactly(
        engine.model,
        start=start,
        work=EXACT_WORK if work is None else min(EXACT_WORK, float(work)),
        seconds=None if seconds is None else seconds / 4,
        seed=engine.seed,
    )
    left, cost = engine.model.value(exact.chosen)
    if (exact.left_bound, exact.cost_bound) >= (left, cost):
        return exact
    spent = time.monotonic() - began
    rest = None if seconds is None else max(seconds - spent, 0.5)
    found = engine.run(seconds=rest, work=work, start=exact.chosen)
    return replace(
        found,
        left_bound=max(found.left_bound, exact.left_bound),
        count_bound=max(found.count_bound, exact.count_bound),
        # The exact bound holds for the weight that the exact plan leaves out.
        cost_bound=max(
            found.cost_bound,
            exact.cost_bound if engine.model.left_out(found.chosen) == left else 0,
        ),
    )


def _proven_anew(
    translation: Translation,
    outcome: Answer,
    engine: Engine,
    *,
    seconds: float | None,
    work: int | None,
) -> Answer:
    """A plan with bounds that hold for the stated numbers, where the plan's model rounds them."""
    model, chosen = translation.relaxed, outcome.chosen
    # Weights are rounded down here, so what leaves out as little as the plan does is within this.
    may_leave = math.floor(translation.value(chosen)[0] / translation.weight_unit)
    if _tried_exactly(model):
        proof = solve_exactly(
            model,
            start=chosen,
            work=EXACT_WORK if work is None else min(EXACT_WORK, float(work)),
            seconds=None if seconds is None else seconds / 4,
            seed=engine.seed,
            may_leave=may_leave,
        )
        bounds = (proof.left_bound, proof.count_bound, proof.cost_bound)
    else:
        until = None if seconds is None else time.monotonic() + seconds / 4
        found = prove(
            model, threads=engine.threads, seed=engine.seed, at_least=may_leave, until=until
        )
        bounds = (found.left, fewest_left(model, found.left), found.cost)
    left, count, cost = bounds
    return replace(outcome, left_bound=left, count_bound=count, cost_bound=cost)


def _nearest(
    problem: Problem,
    translation: Translation,
    outcome: Answer,
    near: Near,
    seconds: float | None,
) -> Answer:
    """The plan nearest to another of those that are as good as the one found."""
    model, park = translation.model, problem.links.park[translation.link]
    other = translation.pairs_of(problem.choices(near.plan))
    there = np.full(model.firms, -1, dtype=np.int64)
    there[other >= 0] = park[other[other >= 0]]
    chosen = nearest(
        model,
        outcome.chosen,
        other,
        limit=math.floor(model.cost_of(outcome.chosen) * (1.0 + near.share)),
        near=(there[model.firm] == park).astype(np.int64),
        seconds=None if seconds is None else _NEAR_SHARE * seconds,
    )
    return replace(outcome, chosen=chosen)


def _resumed(problem: Problem, translation: Translation, start: pd.DataFrame) -> IntArray:
    """The pairs of a plan to begin with, made to fit."""
    return refit(translation.model, translation.pairs_of(problem.choices(start)))


def _solution(
    problem: Problem,
    translation: Translation,
    outcome: Answer,
    seconds: float,
    seed: int,
    work: int | None,
) -> Solution:
    """An outcome in the user's units."""
    chosen = outcome.chosen
    left, metres = translation.value(chosen)
    left_bound = min(outcome.left_bound * translation.weight_unit, left)
    bound = min(outcome.cost_bound * translation.cost_unit, metres)
    unplaced = int(np.count_nonzero(chosen < 0))
    proven = (left_bound, bound) == (left, metres)
    status = SolveStatus.OPTIMAL if proven else SolveStatus.FEASIBLE
    unit = float(translation.weight_unit)
    km = translation.cost_unit / COST_UNITS_PER_KM
    return Solution(
        status=SolveStatus.EMPTY if not len(problem.firms) else status,
        chosen=translation.choices(chosen),
        placed=len(chosen) - unplaced,
        unplaced=unplaced,
        unplaced_bound=min(outcome.count_bound, unplaced),
        weight_unplaced=float(left),
        weight_unplaced_bound=float(left_bound),
        cost=metres / COST_UNITS_PER_KM,
        bound=bound / COST_UNITS_PER_KM,
        gap=(metres - bound) / metres if metres > 0 else 0.0,
        seconds=seconds,
        seed=seed,
        work=work,
        method=outcome.method,
        trace=tuple((at, w * unit, c * km) for at, w, c in outcome.trace),
    )
