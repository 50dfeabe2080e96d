r"""Prices of the rows, and the bound they prove.

For prices :math:`\lambda \ge 0` of the rows and :math:`\mu \ge 0` of a unit of weight left out,

.. math:: L(\lambda, \mu) = \sum_j \min\big(\mu w_j,\ \min_k c_{jk} + \lambda a_{jk}\big)
   - \lambda B - \mu K

is at most the cost of any plan that leaves out weight K at most: a bound over *all* pairs, not
over those a search happened to list. Good prices come from a smoothed minimum (L-BFGS), then
from a linear program over the pairs and firms that are still in doubt; whatever prices come
out, the bound is what they prove over everything.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo_relocation.arrays import FloatArray, IntArray
from geo_relocation.assignment.model import Model
from geo_relocation.compiling import compiled
from geo_relocation.lazy import optimize

_CHUNKS = 8
"""Firms are summed in this many chunks whatever the threads, so that sums never differ."""


_LEFT_CAP = 5.0
"""Highest price of leaving out while ascending, in units of the one begun with."""

_ROUNDING = 1e-12
"""Share of a sum of floats by which it may be off, with tens of thousands of terms."""

_NEGLIGIBLE = 30.0
"""Beyond this many units of heat a choice has no weight in a smoothed minimum."""


@dataclass(frozen=True)
class Prices:
    """Prices and the bound they prove.

    Attributes
    ----------
    rows
        Price of a unit of each row.
    left
        Price of a unit of weight left out.
    bound
        The bound on the cost; a plan costs whole units, so at least this rounded up.
    """

    rows: FloatArray
    left: float
    bound: float


@compiled()
def _smoothed(  # noqa: PLR0917 - numba takes arrays, not objects
    first: int,
    last: int,
    ptr: IntArray,
    place: NDArray[np.int32],
    cost: IntArray,
    demand: IntArray,
    by_pair: bool,
    per_place: FloatArray,
    weight: IntArray,
    left_price: float,
    heat: float,
    use: FloatArray,
) -> tuple[float, float]:
    """Smoothed minimum over the pairs of some firms; adds what they take to `use`.

    Returns the sum of the minima and the weight left out.
    """
    total, left = 0.0, 0.0
    kinds = demand.shape[0]
    widest = 0
    for j in range(first, last):
        widest = max(widest, ptr[j + 1] - ptr[j])
    value = np.empty(widest + 1)
    for j in range(first, last):
        none = left_price * weight[j]
        low = none
        for k in range(ptr[j], ptr[j + 1]):
            who = k if by_pair else j
            v = float(cost[k])
            for r in range(kinds):
                v += per_place[r, place[k]] * demand[r, who]
            value[k - ptr[j]] = v
            low = min(low, v)
        if heat <= 0.0:
            total += low
            continue
        mass = np.exp((low - none) / heat)
        for i in range(ptr[j + 1] - ptr[j]):
            gap = (value[i] - low) / heat
            value[i] = np.exp(-gap) if gap < _NEGLIGIBLE else 0.0
            mass += value[i]
        total += low - heat * np.log(mass)
        left += np.exp((low - none) / heat) / mass * weight[j]
        for k in range(ptr[j], ptr[j + 1]):
            share = value[k - ptr[j]]
            if share > 0.0:
                share /= mass
                who = k if by_pair else j
                for r in range(kinds):
                    use[r, place[k]] += share * demand[r, who]
    return total, left


@compiled()
def _reduced(  # noqa: PLR0917
    first: int,
    last: int,
    ptr: IntArray,
    place: NDArray[np.int32],
    cost: IntArray,
    demand: IntArray,
    by_pair: bool,
    per_place: FloatArray,
    weight: IntArray,
    left_price: float,
    reduced: NDArray[np.float32],
    least: FloatArray,
) -> None:
    """Reduced cost of every pair over the firm's best choice, and that best value."""
    kinds = demand.shape[0]
    for j in range(first, last):
        low = left_price * weight[j]
        for k in range(ptr[j], ptr[j + 1]):
            who = k if by_pair else j
            v = float(cost[k])
            for r in range(kinds):
                v += per_place[r, place[k]] * demand[r, who]
            reduced[k] = v
            low = min(low, v)
        least[j] = low
        for k in range(ptr[j], ptr[j + 1]):
            # Once more in double precision: single precision would lose the differences.
            who = k if by_pair else j
            v = float(cost[k]) - low
            for r in range(kinds):
                v += per_place[r, place[k]] * demand[r, who]
            reduced[k] = v


class Dual:
    """The dual function of a model for a given weight that may be left out."""

    def __init__(self, model: Model, *, may_leave: int, threads: int) -> None:
        self.model = model
        self.may_leave = may_leave
        self.threads = threads
        edges = np.linspace(0, model.firms, _CHUNKS + 1).astype(np.int64)
        self.chunks = list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))
        places = np.repeat(np.arange(len(model.row_ptr) - 1), np.diff(model.row_ptr))
        self.places = places
        self.shape = (model.demand.shape[0], len(model.row_ptr) - 1)

    def per_place(self, rows: FloatArray) -> FloatArray:
        """Price of a unit of each kind in each place."""
        found = np.zeros(self.shape)
        np.add.at(found, (self.model.kind, self.places), rows[self.model.row])
        return found

    def value(
        self, rows: FloatArray, left: float, heat: float = 0.0
    ) -> tuple[float, FloatArray, float]:
        """The (smoothed) dual value and its gradient by rows and by weight left out."""
        model, prices = self.model, self.per_place(rows)

        def one(chunk: tuple[int, int]) -> tuple[float, float, FloatArray]:
            use = np.zeros(self.shape)
            total, out = _smoothed(
                chunk[0], chunk[1], model.ptr, model.place, model.cost, model.demand,
                model.by_pair, prices, model.weight, left, heat, use,
            )  # fmt: skip
            return total, out, use

        with ThreadPoolExecutor(self.threads) as pool:
            parts = list(pool.map(one, self.chunks))
        total = sum(part[0] for part in parts)
        out = sum(part[1] for part in parts)
        use = np.sum([part[2] for part in parts], axis=0)
        load = np.zeros(len(model.capacity))
        np.add.at(load, model.row, use[model.kind, self.places])
        value = total - float(rows @ model.capacity) - left * self.may_leave
        return value, load - model.capacity, out - self.may_leave

    def reduced(self, prices: Prices) -> tuple[NDArray[np.float32], FloatArray]:
        """Reduced cost of every pair, 0 for a firm's best, and each firm's best value."""
        model, per_place = self.model, self.per_place(prices.rows)
        reduced = np.empty(model.pairs, dtype=np.float32)
        least = np.empty(model.firms)

        def one(chunk: tuple[int, int]) -> None:
            _reduced(
                chunk[0], chunk[1], model.ptr, model.place, model.cost, model.demand,
                model.by_pair, per_place, model.weight, prices.left, reduced, least,
            )  # fmt: skip

        with ThreadPoolExecutor(self.threads) as pool:
            list(pool.map(one, self.chunks))
        return reduced, least

    def proven(self, rows: FloatArray, left: float) -> Prices:
        """Prices with the bound they prove over all pairs."""
        rows, left = np.maximum(rows, 0.0), max(left, 0.0)
        value = self.value(rows, left)[0]
        # The bound is the small difference of large sums, whose last digits may be off.
        paid = float(rows @ self.model.capacity) + left * self.may_leave
        return Prices(rows, left, value - _ROUNDING * (abs(value) + 2.0 * paid))


def ascend(dual: Dual, start: Prices, *, heats: list[float], steps: list[int]) -> Prices:
    """Better prices by L-BFGS on the smoothed dual, cooler from round to round.

    Parameters
    ----------
    dual
        The dual function.
    start
        Prices to begin with.
    heats
        Smoothing of each round, in units of cost.
    steps
        Iterations of each round.
    """
    model, best = dual.model, start
    scale = _scales(model)
    point = np.append(start.rows, start.left) / scale
    most_left = _LEFT_CAP * no_prices(dual).left / scale[-1]
    for heat, most in zip(heats, steps, strict=True):

        def negative(y: FloatArray, heat: float = heat) -> tuple[float, FloatArray]:
            prices = y * scale
            value, by_row, by_left = dual.value(prices[:-1], float(prices[-1]), heat)
            return -value, -np.append(by_row, by_left) * scale

        found = optimize.minimize(
            negative,
            point,
            jac=True,
            method="L-BFGS-B",
            # Where too little may be left out the dual has no maximum: the price of leaving
            # out is capped, and with it all others.
            bounds=[*[(0, None)] * len(start.rows), (0, most_left)],
            options={"maxiter": most, "maxcor": 20},
        )
        point = np.maximum(found.x, 0.0)
        prices = point * scale
        now = dual.proven(prices[:-1], float(prices[-1]))
        best = now if now.bound > best.bound else best
    return best


def _scales(model: Model) -> FloatArray:
    """A natural price of each row and of a unit of weight: so steps in all are alike."""
    usual = max(float(np.median(model.cost)), 1.0) if model.pairs else 1.0
    mean = np.maximum(model.demand.mean(axis=1), 1e-9)
    kind = np.zeros(len(model.capacity), dtype=np.int64)
    kind[model.row] = model.kind
    return np.append(usual / mean[kind], usual / max(float(np.median(model.weight)), 1.0))


def no_prices(dual: Dual) -> Prices:
    """Prices of nothing for the rows, and a high one for leaving a firm out."""
    model = dual.model
    top = float(model.cost.max()) if model.pairs else 1.0
    return dual.proven(np.zeros(len(model.capacity)), 2.0 * top / max(int(model.weight.min()), 1))
