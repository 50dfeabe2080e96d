"""Exact prices from a linear program over promising pairs.

The simplex method (HiGHS in scipy) solves the pairs that the smoothed ascent left in doubt; its
prices are tried on all pairs, and pairs that turn out better than those listed join the next
round. Beyond some ten thousand firms this takes minutes and gains 0.003 %, so there the ascent
alone has to do.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo_relocation.arrays import FloatArray, IntArray
from geo_relocation.assignment.bounds.dual import Dual, Prices
from geo_relocation.assignment.model import Model, evened
from geo_relocation.compiling import compiled
from geo_relocation.lazy import optimize, sparse

_CLOSE = 1e-7
"""Relative gap between the linear program and the bound at which prices are exact."""


@dataclass(frozen=True)
class Relaxation:
    """Prices, and the fractional plan that goes with them.

    Attributes
    ----------
    prices
        Prices and bound.
    reduced, least
        Reduced cost of every pair and best value of every firm under the prices.
    start
        Pair of each firm that the fractional plan likes best, -1 for being left out.
    excess
        Weight that the fractional plan has to leave out beyond what it may.
    """

    prices: Prices
    reduced: NDArray[np.float32]
    least: FloatArray
    start: IntArray
    excess: float = 0.0


def sharpen(
    dual: Dual, prices: Prices, *, rounds: int, dear: float, until: float | None = None
) -> Relaxation:
    """Improve prices by linear programs.

    Parameters
    ----------
    dual
        The dual function.
    prices
        Prices to begin with, near the best.
    rounds
        Most linear programs solved; 0 leaves the prices as they are.
    dear
        Cost of a unit of weight beyond what may be left out.
    until
        Reading of `time.monotonic` at which to stop; None: no limit.
    """
    model = dual.model
    reduced, least = dual.reduced(prices)
    start = _best_pairs(dual, reduced, least, prices)
    best = Relaxation(prices, reduced, least, start)
    if rounds == 0 or not model.pairs:
        return best
    wanted = min(int(2.0 * model.firms) + 2000, model.pairs - 1)
    below = max(float(np.partition(reduced, wanted)[wanted]), 1e-6)
    listed = np.flatnonzero(reduced <= below)
    for _ in range(rounds):
        if until is not None and time.monotonic() > until:
            break
        solved = _solve(dual, listed, dear, until)
        if solved is None:
            break
        rows, left, value, likes, excess = solved
        now = dual.proven(rows, left)
        reduced, least = dual.reduced(now)
        if now.bound > best.prices.bound:
            best = Relaxation(now, reduced, least, likes, excess)
        worst = np.full(model.firms, np.inf)
        np.minimum.at(worst, model.owner(listed), reduced[listed])
        np.minimum(worst, now.left * model.weight - least, out=worst)
        added = np.flatnonzero(reduced < np.repeat(worst - 1e-4, np.diff(model.ptr)))
        added = np.setdiff1d(added, listed, assume_unique=True)
        if value - now.bound <= _CLOSE * max(abs(value), 1.0) or not len(added):
            break
        listed = np.union1d(listed, added)
    return best


def _best_pairs(
    dual: Dual, reduced: NDArray[np.float32], least: FloatArray, prices: Prices
) -> IntArray:
    """The pair with reduced cost 0 of each firm, or -1 where being left out is best."""
    model = dual.model
    start = _least(model.ptr, reduced)
    some = np.flatnonzero(start >= 0)
    worse = reduced[start[some]] > prices.left * model.weight[some] - least[some]
    start[some[worse]] = -1
    return start


def second_choice(model: Model, reduced: NDArray[np.float32], none: FloatArray) -> FloatArray:
    """Reduced cost of each firm's second-best choice, being left out included."""
    return _second(model.ptr, reduced, none)


@compiled()
def _second(ptr: IntArray, reduced: NDArray[np.float32], none: FloatArray) -> FloatArray:
    """The second least of each firm's reduced costs and `none`."""
    found = np.empty(len(ptr) - 1)
    for j in range(len(ptr) - 1):
        first, second = none[j], np.inf
        for k in range(ptr[j], ptr[j + 1]):
            if reduced[k] < first:
                first, second = reduced[k], first
            else:
                second = min(second, reduced[k])
        found[j] = second
    return found


@compiled()
def _least(ptr: IntArray, reduced: NDArray[np.float32]) -> IntArray:
    """Pair of the least reduced cost of each firm, -1 where it has none."""
    found = np.full(len(ptr) - 1, -1, dtype=np.int64)
    for j in range(len(ptr) - 1):
        for k in range(ptr[j], ptr[j + 1]):
            if found[j] < 0 or reduced[k] < reduced[found[j]]:
                found[j] = k
    return found


def _solve(
    dual: Dual, listed: IntArray, dear: float, until: float | None
) -> tuple[FloatArray, float, float, IntArray, float] | None:
    """The linear program over listed pairs.

    Returns prices of the rows and of weight left out, the value, the pair each firm likes
    best, and the weight left out beyond the limit; None when the solver fails.
    """
    model = dual.model
    count = model.firms
    owner = model.owner(listed)
    column, used, amounts = model.entries(listed)
    rows, pairs = len(model.capacity), len(listed)
    each = evened(used, amounts, rows)
    heavy = float(evened(np.zeros(count, dtype=np.int64), model.weight, 1)[0])
    weight = model.weight / heavy
    # Columns: the pairs, then being left out; a dear surplus keeps the last row feasible.
    limits = sparse.csc_array(
        (
            np.concatenate([amounts / each[used], weight, [-1.0]]),
            (
                np.concatenate([used, np.full(count + 1, rows)]),
                np.concatenate([column, pairs + np.arange(count), [pairs + count]]),
            ),
        ),
        shape=(rows + 1, pairs + count + 1),
    )
    choose = sparse.csc_array(
        (
            np.ones(pairs + count),
            (np.concatenate([owner, np.arange(count)]), np.arange(pairs + count)),
        ),
        shape=(count, pairs + count + 1),
    )
    cost = np.concatenate([model.cost[listed], np.zeros(count), [dear * heavy]])
    solved = optimize.linprog(
        cost,
        A_ub=limits,
        b_ub=np.append(model.capacity / each, dual.may_leave / heavy),
        A_eq=choose,
        b_eq=np.ones(count),
        bounds=(0, None),
        method="highs-ds",
        options={} if until is None else {"time_limit": max(until - time.monotonic(), 0.1)},
    )
    if solved.status != 0:
        return None
    marginal = -solved.ineqlin.marginals
    order = np.lexsort((solved.x[: pairs + count], np.concatenate([owner, np.arange(count)])))
    top = np.concatenate([listed, np.full(count, -1)])[order]
    who = np.concatenate([owner, np.arange(count)])[order]
    likes = np.full(count, -1, dtype=np.int64)
    likes[who] = top
    value, excess = float(solved.fun), float(solved.x[-1]) * heavy
    return marginal[:rows] / each, float(marginal[rows]) / heavy, value, likes, excess
