r"""Column generation and diving, where few firms share a place with a single row.

A column is a set of firms that fits in one place together. The linear program over columns
chooses one column per place so that every firm is in one; new columns come from a knapsack for
each place, by dynamic programming over its capacity. The bound is stronger than that of single
pairs, the more so the fewer firms a place holds. A *dive* takes the columns that the linear
program likes best as decided and solves what is left again, until all is decided.

After Savelsbergh, "A branch-and-price algorithm for the generalized assignment problem",
Operations Research 45 (1997) 831-841, and Sadykov, Vanderbeck, Pessoa, Tahiri and Uchoa,
"Primal heuristics for branch and price: the assets of diving methods", INFORMS Journal on
Computing 31 (2019) 251-267.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from geo_relocation.arrays import Flag, FloatArray, IntArray, Mask
from geo_relocation.assignment.bounds.knapsacks import Tables, single_rows
from geo_relocation.assignment.model import Model
from geo_relocation.lazy import optimize, sparse

MOST_FIRMS, MOST_PER_PLACE = 1_000, 6
"""Up to here the columns are few enough for a dive to end well: with ten firms to a place it did
worse than relinking in the same time."""

_ROOT_ROUNDS, _DIVE_ROUNDS = 300, 6
_KEPT = 1_500
"""Columns with which a linear program begins, those of least reduced cost."""

_CLOSE = 0.3
"""Costs are whole: a bound nearer than this to the linear program is good enough."""

_TAKEN = 0.85
"""Share of a column in the fractional plan from which it is taken together with the best."""

_SMOOTH = 0.8
"""Weight of the prices of the best bound when new columns are priced."""

_NOISE = 0.2
"""How far chance may raise a column's share when the best is picked."""


def applies(model: Model) -> bool:
    """Whether every place has one row of its own, and few firms share one."""
    few = min(MOST_FIRMS, MOST_PER_PLACE * len(np.unique(model.place)))
    return model.firms <= few and single_rows(model)


@dataclass
class Columns:
    """Column generation on a model that places every firm.

    Attributes
    ----------
    tables
        Cost and demand of each firm in each place.
    place, member
        Place of each column, and who is in it: shape (columns, firms).
    prices
        Price of each firm, from which the search for better ones goes on.
    bound
        No plan that places every firm costs less.
    """

    tables: Tables
    place: IntArray
    member: Mask
    prices: FloatArray
    bound: float = -np.inf
    _ready: bool = field(default=False, repr=False)

    @classmethod
    def of(cls, tables: Tables, prices: FloatArray) -> Columns:
        """No columns yet.

        Parameters
        ----------
        tables
            Of a model for which `applies` holds.
        prices
            Of each firm, to begin with.
        """
        none = np.zeros((0, tables.cost.shape[1]), dtype=bool)
        return cls(tables, np.zeros(0, dtype=np.int64), none, prices)

    def learn(self, where: IntArray) -> None:
        """Take the columns of a plan, given by the place of each firm, that fit."""
        member = where[None, :] == np.arange(len(self.tables.capacity))[:, None]
        load = np.where(member, self.tables.demand, 0).sum(axis=1)
        fits = np.flatnonzero((load <= self.tables.capacity) & member.any(axis=1))
        self.place = np.concatenate([self.place, fits])
        self.member = np.concatenate([self.member, member[fits]])
        self.place, self.member = _distinct(self.place, self.member)

    def dive(self, rng: np.random.Generator, *, below: float, stop: Flag) -> IntArray | None:
        """One dive.

        Parameters
        ----------
        rng
            Chooses between columns that are nearly as good.
        below
            Cost from which a plan is of no interest.
        stop
            One flag; the dive ends without a plan soon after it is set.

        Returns
        -------
        array or None
            Pair of each firm, -1 where the dive ended without a place for it; None where no
            plan below the cost is left.
        """
        firms = self.member.shape[1]
        if not self._ready:
            state = self._undecided()
            self.bound = max(self.bound, self._generate(state, _ROOT_ROUNDS, stop).bound)
            self.place, self.member, self.prices = state.place, state.member, state.prices
            self._ready = True
        state = self._undecided()
        chosen, spent = np.full(firms, -1, dtype=np.int64), 0.0
        while state.free.any() and state.open.any():
            solved = self._generate(state, _DIVE_ROUNDS, stop)
            if stop[0] or spent + solved.bound > below - 1.0 + 1e-6:
                return None
            liked = solved.share * (1.0 + _NOISE * rng.random(len(solved.share)))
            first = int(np.argmax(liked))
            for column in [first, *np.flatnonzero(solved.share > _TAKEN).tolist()]:
                place = int(state.place[column])
                firm = np.flatnonzero(state.member[column] & state.free)
                if state.open[place]:
                    chosen[firm] = self.tables.pair[place, firm]
                    spent += float(self.tables.cost[place, firm].sum())
                    state.open[place] = False
                    state.free[firm] = False
            state.shrink()
        return chosen

    def _undecided(self) -> _State:
        """The columns, with everything left to decide."""
        places, firms = (np.ones(size, dtype=bool) for size in self.tables.cost.shape)
        return _State(self.place, self.member, firms, places, self.prices)

    def _generate(self, state: _State, rounds: int, stop: Flag) -> _Solved:
        """The linear program over columns, with new ones until none is missing.

        New columns are priced between the program's prices and those of the best bound so far,
        which keeps the prices from swinging (smoothing after Wentges, 1997).
        """
        bound, dear = -np.inf, 10.0 * float(self.tables.cost.max()) + 1.0
        share = np.zeros(len(state.place))
        for _ in range(rounds):
            if stop[0]:
                break
            if len(state.place) > 2 * _KEPT:
                state.keep(self.tables.cost, _KEPT)
            share, total, prices, rent = self._solve(state, dear)
            for smooth in (_SMOOTH, 0.0):
                tried = np.where(state.free, smooth * state.prices + (1.0 - smooth) * prices, 0.0)
                taken, value = self.tables.knapsacks(tried, state.open, state.free)
                proven = float(tried.sum() + value[state.open].sum())
                if proven > bound:
                    bound, state.prices = proven, np.where(state.free, tried, state.prices)
                spent = np.einsum("pj,pj->p", self.tables.cost - prices, taken)
                new = np.flatnonzero(state.open & (spent < rent - 1e-6))
                if len(new):
                    break
            if not len(new) or total - bound < _CLOSE:
                break
            state.place = np.concatenate([state.place, new])
            state.member = np.concatenate([state.member, taken[new]])
            share = np.concatenate([share, np.zeros(len(new))])
        return _Solved(bound, share)

    def _solve(
        self, state: _State, dear: float
    ) -> tuple[FloatArray, float, FloatArray, FloatArray]:
        """Shares of the columns, value, price of each firm, and what each place earns."""
        free, open_ = np.flatnonzero(state.free), np.flatnonzero(state.open)
        count = len(state.place)
        cost = np.einsum("kj,kj->k", self.tables.cost[state.place], state.member)
        slot = np.searchsorted(open_, state.place)
        cover = sparse.hstack(
            [sparse.csr_array(state.member[:, free].T.astype(float)), sparse.eye_array(len(free))]
        )
        once = sparse.csr_array(
            (np.ones(count), (slot, np.arange(count))), shape=(len(open_), count + len(free))
        )
        solved = optimize.linprog(
            np.concatenate([cost, np.full(len(free), dear)]),
            A_ub=sparse.vstack([-cover, once]).tocsc(),
            b_ub=np.concatenate([-np.ones(len(free)), np.ones(len(open_))]),
            bounds=(0, None),
            method="highs",
        )
        marginal = solved.ineqlin.marginals
        prices = np.zeros(len(state.free))
        prices[free] = np.maximum(-marginal[: len(free)], 0.0)
        rent = np.zeros(len(self.tables.capacity))
        rent[open_] = marginal[len(free) :]
        return solved.x[:count], float(solved.fun), prices, rent


@dataclass
class _State:
    """What is left to decide in a dive: columns, firms and places; changes in place."""

    place: IntArray
    member: Mask
    free: Mask
    open: Mask
    prices: FloatArray

    def shrink(self) -> None:
        """Drop the columns of decided places, and decided firms from the others."""
        there = self.open[self.place]
        self.place, self.member = _distinct(self.place[there], self.member[there] & self.free)

    def keep(self, cost: FloatArray, most: int) -> None:
        """Keep the columns of least reduced cost under the last prices."""
        reduced = np.einsum("kj,kj->k", cost[self.place] - self.prices, self.member)
        best = np.sort(np.argsort(reduced, kind="stable")[:most])
        self.place, self.member = self.place[best], self.member[best]


@dataclass(frozen=True)
class _Solved:
    """Bound on what is left, and the share of each column in the fractional plan."""

    bound: float
    share: FloatArray


def _distinct(place: IntArray, member: Mask) -> tuple[IntArray, Mask]:
    """The columns, each once, in the order of their first appearance."""
    coded = np.concatenate(
        [place[:, None].astype(np.uint32).view(np.uint8), np.packbits(member, axis=1)], axis=1
    )
    _, first = np.unique(coded, axis=0, return_index=True)
    first.sort()
    return place[first], member[first]
