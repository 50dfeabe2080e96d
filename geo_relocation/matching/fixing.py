"""The core model: pairs that reduced costs do not rule out, solved by branch and bound.

A pair whose reduced cost is more than the gap between the best plan and the bound is in no
better plan. What is left over is small near the end, and branch and bound then finds the best
plan or proves that there is none; before that, a limited number of pairs makes a large
neighbourhood. HiGHS can only be stopped by the clock, so a search under a work limit goes
without.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from geo_relocation.matching.model import Model
from geo_relocation.matching.problem import IntArray
from geo_relocation.matching.sharpen import Relaxation


@dataclass(frozen=True)
class CoreResult:
    """What the core model gave.

    Attributes
    ----------
    chosen
        A plan that is better than the one given, or None.
    bound
        Proven on the whole problem; None where the core left pairs out.
    """

    chosen: IntArray | None
    bound: float | None


def solve_core(
    model: Model,
    relaxation: Relaxation,
    best: IntArray,
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
    may_leave
        Weight that may be left out.
    pairs
        Most pairs in the core.
    seconds
        Wall-clock limit.
    """
    value = model.cost_of(best)
    fits_limit = model.left_out(best) <= may_leave
    slack = value - relaxation.prices.bound if fits_limit else np.inf
    none = relaxation.prices.left * model.weight - relaxation.least
    within = relaxation.reduced <= slack
    complete = int(np.count_nonzero(within)) <= pairs
    if not complete:
        below = np.partition(relaxation.reduced, pairs)[pairs]
        within = relaxation.reduced <= min(float(below), slack)
    within[best[best >= 0]] = True
    listed = np.flatnonzero(within)
    leavable = np.flatnonzero((none <= slack) | (best < 0))
    solved = _branch(model, listed, leavable, may_leave, seconds)
    if solved is None:
        return CoreResult(None, None)
    chosen, bound = solved
    proven = min(bound, float(value)) if complete and fits_limit else None
    if chosen is None or not model.fits(chosen) or model.left_out(chosen) > may_leave:
        return CoreResult(None, proven)
    better = (model.left_out(chosen), model.cost_of(chosen)) < (model.left_out(best), value)
    return CoreResult(chosen if better else None, proven)


def _branch(
    model: Model,
    listed: IntArray,
    leavable: IntArray,
    may_leave: int,
    seconds: float,
) -> tuple[IntArray | None, float] | None:
    """HiGHS on the listed pairs; the plan (None when none was found) and its bound."""
    owner, place = model.owner(listed), model.place[listed]
    demand = model.demand_of(listed)
    count, firms, rows = len(listed), model.firms, len(model.capacity)
    each = np.diff(model.row_ptr)[place]
    within = np.arange(int(each.sum())) - np.repeat(np.cumsum(each) - each, each)
    entry = np.repeat(model.row_ptr[place], each) + within
    column = np.repeat(np.arange(count), each)
    spare = count + np.arange(len(leavable))
    matrix = csr_array(
        (
            np.concatenate(
                [
                    np.ones(count + len(leavable)),
                    demand[model.kind[entry], column],
                    model.weight[leavable],
                ]
            ).astype(np.float64),
            (
                np.concatenate(
                    [
                        owner,
                        leavable,
                        firms + model.row[entry],
                        np.full(len(leavable), firms + rows),
                    ]
                ),
                np.concatenate([np.arange(count), spare, column, spare]),
            ),
        ),
        shape=(firms + rows + 1, count + len(leavable)),
    )
    low = np.concatenate([np.ones(firms), np.full(rows + 1, -np.inf)])
    high = np.concatenate([np.ones(firms), model.capacity, [may_leave]])
    cost = np.concatenate([model.cost[listed], np.zeros(len(leavable))]).astype(np.float64)
    found = milp(
        cost,
        constraints=LinearConstraint(matrix, low, high),
        integrality=np.ones(len(cost)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0, "time_limit": max(seconds, 0.1)},
    )
    bound = found.mip_dual_bound
    if bound is None:
        # The core without a better plan is infeasible: nothing below the best exists.
        return (None, np.inf) if found.status == 2 else None  # noqa: PLR2004 - HiGHS's code
    if found.x is None:
        return None, float(bound)
    chosen = np.full(firms, -1, dtype=np.int64)
    taken = listed[found.x[:count] > 0.5]  # noqa: PLR2004
    chosen[model.owner(taken)] = taken
    return chosen, float(bound)
