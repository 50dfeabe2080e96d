r"""Knapsacks: what single places would take if firms paid to be placed.

Where every place has one row of its own, paying each firm :math:`u_j` leaves one knapsack for
each place, and

.. math:: \sum_j u_j - \sum_p \max_{x \in K_p} \sum_j (u_j - c_{pj}) x_j

is a bound that is stronger than that of prices for land. It also tells what a pair costs beyond
that bound, at least, in any plan that uses it: the *penalty* of the pair.

After Fisher, "The Lagrangian relaxation method for solving integer programming problems",
Management Science 27 (1981) 1-18, and Posta, Ferland and Michelon, "An exact method with variable
fixing for solving the generalized assignment problem", Computational Optimization and
Applications 52 (2012) 629-644.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_relocation.arrays import Flag, FloatArray, IntArray, Mask
from geo_relocation.assignment.model import Model
from geo_relocation.compiling import compiled

MOST_CAPACITY = 5_000
"""Capacity, in units of the model, up to which knapsacks are quick."""

_ROUNDS = 600
_MOST_STEPS = 12_000_000
"""Steps of dynamic programming in one round, above which no prices are sought: `_ROUNDS` take
some seconds then."""

_PATIENCE = 20
"""Rounds without a better bound after which the target comes nearer."""

_FIRST_TARGET = 1e-3
"""Share of itself by which the bound is hoped to rise at first."""

_NEARER = 0.6
_MEMORY = 0.7
"""Share of the last direction that is kept in the next."""


@dataclass(frozen=True)
class Tables:
    """A model with one row for each place, as tables.

    Attributes
    ----------
    cost, demand
        Of each firm in each place: shape (places, firms); demand beyond any capacity where
        the pair does not exist.
    pair
        Pair of each firm in each place, -1 for none.
    capacity
        Of each place.
    """

    cost: FloatArray
    demand: IntArray
    pair: IntArray
    capacity: IntArray

    @classmethod
    def of(cls, model: Model) -> Tables:
        """The tables of a model for which `single_rows` holds."""
        places, firms = len(model.row_ptr) - 1, model.firms
        row = model.row_ptr[:-1]
        capacity = np.where(np.diff(model.row_ptr) > 0, model.capacity[model.row[row]], 0)
        shape = (places, firms)
        cost, pair = np.zeros(shape), np.full(shape, -1, dtype=np.int64)
        demand = np.full(shape, int(capacity.max()) + 1, dtype=np.int64)
        every = np.arange(model.pairs)
        cost[model.place, model.firm] = model.cost
        pair[model.place, model.firm] = every
        kind = model.kind[row[model.place]]
        demand[model.place, model.firm] = model.demand_of(every)[kind, every]
        return cls(cost, demand, pair, capacity)

    def knapsacks(self, prices: FloatArray, open_: Mask, free: Mask) -> tuple[Mask, FloatArray]:
        """What each open place takes of the free firms, and its cost less their prices."""
        taken, value = np.zeros(self.demand.shape, dtype=bool), np.zeros(len(self.capacity))
        _knapsacks(self.cost, self.demand, self.capacity, prices, open_, free, taken, value)
        return taken, value


def single_rows(model: Model) -> bool:
    """Whether every place has one row of its own, of a capacity for which knapsacks are quick."""
    used = np.unique(model.place)
    single = (np.diff(model.row_ptr)[used] == 1).all()
    own = len(np.unique(model.row)) == len(model.row)
    return bool(len(used) and single and own and model.capacity.max() <= MOST_CAPACITY)


@dataclass(frozen=True)
class Payments:
    """Prices for firms, and what they prove.

    Attributes
    ----------
    tables
        The model's.
    prices
        What each firm pays.
    bound
        No plan that places every firm costs less.
    penalty
        What each pair of the model costs beyond the bound, at least, where a plan uses it.
    """

    tables: Tables
    prices: FloatArray
    bound: float
    penalty: FloatArray


def payments(model: Model, prices: FloatArray, *, stop: Flag) -> Payments | None:
    """Prices by subgradient ascent; None where there are no knapsacks, or too large ones.

    Parameters
    ----------
    model
        A model that places every firm.
    prices
        What each firm pays to begin with.
    stop
        One flag; the ascent ends soon after it is set.
    """
    if not single_rows(model) or model.firms * int(model.capacity.sum()) > _MOST_STEPS:
        return None
    tables = Tables.of(model)
    open_, free = (np.ones(size, dtype=bool) for size in tables.cost.shape)
    best, bound, idle, target = prices.copy(), -np.inf, 0, 0.0
    way, now = np.zeros(model.firms), prices.copy()
    for _ in range(_ROUNDS):
        taken, value = tables.knapsacks(now, open_, free)
        proven = float(now.sum() + value.sum())
        target = target or max(_FIRST_TARGET * abs(proven), 1.0)
        idle = 0 if proven > bound + 0.02 * target else idle + 1
        if proven > bound:
            bound, best = proven, now.copy()
        if stop[0]:
            break
        if idle >= _PATIENCE:
            # Steps aim at a bound that is not reached: aim lower, from the best prices.
            target, idle, now = target * _NEARER, 0, best.copy()
            way[:] = 0.0
        way = _MEMORY * way + 1.0 - taken.sum(axis=0)
        length = float(way @ way)
        if length < 1e-9 or target < 1e-3:  # noqa: PLR2004 - every firm is taken once, or no hope
            break
        now += (bound + target - proven) / length * way
    penalty = np.empty(tables.cost.shape)
    _penalties(tables.cost, tables.demand, tables.capacity, best, penalty)
    return Payments(tables, best, bound, penalty[model.place, model.firm])


@compiled()
def _knapsacks(
    cost: FloatArray,
    demand: IntArray,
    capacity: IntArray,
    prices: FloatArray,
    open_: Mask,
    free: Mask,
    taken: Mask,
    value: FloatArray,
) -> None:
    """The set of least cost less prices of each open place, and that value."""
    places, firms = cost.shape
    for p in range(places):
        taken[p, :] = False
        value[p] = 0.0
        if not open_[p]:
            continue
        room = capacity[p]
        best = np.zeros(room + 1)
        took = np.zeros((firms, room + 1), dtype=np.bool_)
        for j in range(firms):
            gain, need = prices[j] - cost[p, j], demand[p, j]
            if not free[j] or gain <= 0.0 or need > room:
                continue
            for r in range(room, need - 1, -1):
                with_it = best[r - need] + gain
                if with_it > best[r]:
                    best[r] = with_it
                    took[j, r] = True
        r = room
        for j in range(firms - 1, -1, -1):
            if took[j, r]:
                taken[p, j] = True
                r -= demand[p, j]
        value[p] = -best[room]


@compiled()
def _penalties(
    cost: FloatArray, demand: IntArray, capacity: IntArray, prices: FloatArray, penalty: FloatArray
) -> None:
    """What each place loses where it has to take a firm.

    The best set of the firms before it and of those after it share the room that is left.
    """
    places, firms = cost.shape
    for p in range(places):
        room = capacity[p]
        after = np.zeros((firms + 1, room + 1))
        for j in range(firms - 1, -1, -1):
            gain, need = prices[j] - cost[p, j], demand[p, j]
            after[j] = after[j + 1]
            if gain > 0.0:
                for r in range(need, room + 1):
                    after[j, r] = max(after[j, r], after[j + 1, r - need] + gain)
        before = np.zeros(room + 1)
        for j in range(firms):
            gain, need = prices[j] - cost[p, j], demand[p, j]
            best = -np.inf
            for r in range(room - need + 1):
                best = max(best, before[r] + after[j + 1, room - need - r])
            penalty[p, j] = after[0, room] - best - gain
            if gain > 0.0:
                for r in range(room, need - 1, -1):
                    before[r] = max(before[r], before[r - need] + gain)
