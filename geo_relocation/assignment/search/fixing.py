"""The core model: pairs that reduced costs do not rule out, solved by branch and bound.

A pair whose reduced cost is more than the gap between the best plan and the bound is in no
better plan. What is left over is small near the end, and branch and bound then finds the best
plan or proves that there is none; before that, a limited number of pairs makes a large
neighbourhood. It can take any time, so it is stopped by the clock, and a search under a work
limit goes without.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_relocation.arrays import Flag, IntArray
from geo_relocation.assignment.bounds.knapsacks import Payments
from geo_relocation.assignment.bounds.sharpen import Relaxation
from geo_relocation.assignment.model import Model
from geo_relocation.assignment.search.branch import Part, solve_part


@dataclass(frozen=True)
class CoreResult:
    """What the core model gave.

    Attributes
    ----------
    chosen
        A plan that is better than the one given, or None.
    bound
        Proven on the whole problem; None where the core left pairs out.
    complete
        Whether the core held every pair that a better plan may use.
    """

    chosen: IntArray | None
    bound: float | None
    complete: bool = False


def solve_core(
    model: Model,
    relaxation: Relaxation,
    best: IntArray,
    paid: Payments | None = None,
    *,
    may_leave: int,
    pairs: int,
    seconds: float,
) -> CoreResult:
    """Solve the core model around a plan.

    Parameters
    ----------
    model, relaxation
        The model and its prices.
    best
        The best plan, which fits.
    paid
        What is known from knapsacks, if every firm is to be placed.
    may_leave
        Weight that may be left out.
    pairs
        Most pairs in the core.
    seconds
        Wall-clock limit.
    """
    within = open_pairs(model, relaxation, best, paid, may_leave=may_leave)
    value = model.cost_of(best)
    fits_limit = model.left_out(best) <= may_leave
    slack = value - relaxation.prices.bound if fits_limit else np.inf
    none = relaxation.prices.left * model.weight - relaxation.least
    complete = int(np.count_nonzero(within)) <= pairs
    if not complete:
        below = np.partition(relaxation.reduced[within], pairs)[pairs]
        within &= relaxation.reduced <= below
    within[best[best >= 0]] = True
    listed = np.flatnonzero(within)
    leavable = np.flatnonzero((none <= slack) | (best < 0))
    solved = solve_part(model, best, Part(listed, leavable), may_leave=may_leave, seconds=seconds)
    proven = None
    if solved.bound is not None and complete and fits_limit:
        proven = min(solved.bound, float(value))
    chosen = solved.chosen
    if chosen is None:
        return CoreResult(None, proven, complete)
    better = model.value(chosen) < model.value(best)
    return CoreResult(chosen if better else None, proven, complete)


def open_pairs(
    model: Model,
    relaxation: Relaxation,
    best: IntArray,
    paid: Payments | None = None,
    *,
    may_leave: int,
) -> Flag:
    """Which pairs a better plan may use, by what is proven; parameters as of `solve_core`."""
    if model.left_out(best) > may_leave:
        return np.ones(model.pairs, dtype=bool)
    value = model.cost_of(best)
    within: Flag = relaxation.reduced <= value - relaxation.prices.bound
    return within if paid is None else within & (paid.penalty <= value - paid.bound)
