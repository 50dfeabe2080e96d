"""Exact prices from a linear program over the firms and pairs that are still in doubt.

After the smoothed ascent most firms have one clear best choice. They are fixed, the rest is
solved by the simplex method (HiGHS in scipy), its prices are tried on all pairs, and pairs that
turn out better than those listed join the next round.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csc_array

from geo_relocation.matching.dual import Dual, Prices
from geo_relocation.matching.model import Model
from geo_relocation.matching.problem import FloatArray, IntArray

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
    dual: Dual, prices: Prices, *, firms_in_doubt: int, rounds: int, dear: float
) -> Relaxation:
    """Improve prices by linear programs.

    Parameters
    ----------
    dual
        The dual function.
    prices
        Prices to begin with, near the best.
    firms_in_doubt
        Most firms in the linear program: those whose second choice is closest to the first.
    rounds
        Most linear programs solved.
    dear
        Cost of a unit of weight beyond what may be left out.
    """
    model = dual.model
    reduced, least = dual.reduced(prices)
    start = _best_pairs(dual, reduced, least, prices)
    best = Relaxation(prices, reduced, least, start)
    free, below = _in_doubt(dual, reduced, least, prices, firms_in_doubt)
    listed = np.flatnonzero(reduced <= below)
    listed = listed[free[model.owner(listed)]]
    for _ in range(rounds):
        solved = _solve(dual, listed, free, best.start, dear)
        if solved is None:
            break
        rows, left, value, likes, excess = solved
        now = dual.proven(rows, left)
        reduced, least = dual.reduced(now)
        if now.bound > best.prices.bound:
            start = best.start.copy()
            start[free] = likes[free]
            best = Relaxation(now, reduced, least, start, excess)
        worst = np.full(model.firms, np.inf)
        np.minimum.at(worst, model.owner(listed), reduced[listed])
        np.minimum(worst, now.left * model.weight - least, out=worst)
        tempting = np.repeat(np.where(free, worst - 1e-4, -1.0), np.diff(model.ptr))
        added = np.flatnonzero(reduced < tempting)
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


def _in_doubt(
    dual: Dual, reduced: NDArray[np.float32], least: FloatArray, prices: Prices, most: int
) -> tuple[NDArray[np.bool_], float]:
    """Firms whose choice is not clear, and the reduced cost up to which pairs are listed."""
    model = dual.model
    none = prices.left * model.weight - least
    if model.firms <= most:
        wanted = min(int(2.0 * model.firms) + 2000, model.pairs - 1)
        below = float(np.partition(reduced, wanted)[wanted]) if model.pairs else 0.0
        return np.ones(model.firms, dtype=bool), max(below, 1e-6)
    second = second_choice(model, reduced, none)
    free = np.zeros(model.firms, dtype=bool)
    free[np.argpartition(second, most)[:most]] = True
    return free, 4.0 * float(np.median(second[free]))


def second_choice(model: Model, reduced: NDArray[np.float32], none: FloatArray) -> FloatArray:
    """Reduced cost of each firm's second-best choice, being left out included."""
    return _second(model.ptr, reduced, none)


@numba.njit(cache=True, nogil=True)
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


@numba.njit(cache=True, nogil=True)
def _least(ptr: IntArray, reduced: NDArray[np.float32]) -> IntArray:
    """Pair of the least reduced cost of each firm, -1 where it has none."""
    found = np.full(len(ptr) - 1, -1, dtype=np.int64)
    for j in range(len(ptr) - 1):
        for k in range(ptr[j], ptr[j + 1]):
            if found[j] < 0 or reduced[k] < reduced[found[j]]:
                found[j] = k
    return found


def _solve(
    dual: Dual, listed: IntArray, free: NDArray[np.bool_], fixed: IntArray, dear: float
) -> tuple[FloatArray, float, float, IntArray, float] | None:
    """The linear program over listed pairs of free firms, the other firms as they are.

    Returns prices of the rows and of weight left out, the value with the fixed firms
    included, the pair each firm likes best, and the weight left out beyond the limit; None when
    the solver fails.
    """
    model = dual.model
    position = np.cumsum(free) - 1
    count = int(free.sum())
    kept = np.where(free, -1, fixed)
    room = model.capacity - model.load(kept)
    spare = dual.may_leave - int(model.weight[(fixed < 0) & ~free].sum())
    owner = position[model.owner(listed)]
    demand = model.demand_of(listed)
    place = model.place[listed]
    each = np.diff(model.row_ptr)[place]
    within = np.arange(int(each.sum())) - np.repeat(np.cumsum(each) - each, each)
    entry = np.repeat(model.row_ptr[place], each) + within
    column = np.repeat(np.arange(len(listed)), each)
    amounts = demand[model.kind[entry], column].astype(np.float64)
    rows, pairs = len(room), len(listed)
    weight = model.weight[free].astype(np.float64)
    # Columns: the pairs, then being left out; a dear surplus keeps the last row feasible.
    limits = csc_array(
        (
            np.concatenate([amounts, weight, [-1.0]]),
            (
                np.concatenate([model.row[entry], np.full(count + 1, rows)]),
                np.concatenate([column, pairs + np.arange(count), [pairs + count]]),
            ),
        ),
        shape=(rows + 1, pairs + count + 1),
    )
    choose = csc_array(
        (
            np.ones(pairs + count),
            (np.concatenate([owner, np.arange(count)]), np.arange(pairs + count)),
        ),
        shape=(count, pairs + count + 1),
    )
    cost = np.concatenate([model.cost[listed], np.zeros(count), [dear]])
    solved = linprog(
        cost,
        A_ub=limits,
        b_ub=np.append(room, spare),
        A_eq=choose,
        b_eq=np.ones(count),
        bounds=(0, None),
        method="highs-ds",
    )
    if solved.status != 0:
        return None
    marginal = -solved.ineqlin.marginals
    value = float(solved.fun) + model.cost_of(kept)
    likes = fixed.copy()
    order = np.lexsort((solved.x[: pairs + count], np.concatenate([owner, np.arange(count)])))
    top = np.concatenate([listed, np.full(count, -1)])[order]
    who = np.concatenate([owner, np.arange(count)])[order]
    likes[np.flatnonzero(free)[who]] = top
    return marginal[:rows], float(marginal[rows]), value, likes, float(solved.x[-1])
