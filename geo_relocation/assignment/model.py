r"""A problem as integers: pairs, rows of capacity, and nothing of the domain.

Every search, bound and exact solver works on a `Model`:

.. math:: \text{lex min } \Big( \sum_j w_j (1 - \sum_k x_{jk}),\ \sum_{jk} c_{jk} x_{jk} \Big)

with one pair per firm at most and :math:`\sum a_{jk} x_{jk} \le B_r` over the pairs whose place
uses row r.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from geo_relocation.arrays import FloatArray, IntArray, TextArray

HEADROOM = 2**52
"""Largest sum in a model: up to here floats are exact too, which the search computes with."""

FINE = 2**40
"""How many units a sum is divided into where its exact unit would be too small."""

_COMFORTABLE_BITS = 24
"""Size of the integers that solvers in floating point take without loss."""


@dataclass(frozen=True)
class Model:
    """A sparse assignment problem with rows of capacity.

    Attributes
    ----------
    ptr
        Pairs of firm j are ``ptr[j]:ptr[j + 1]``.
    place, cost
        Place and cost of each pair.
    demand
        What a choice takes, by kind: shape (kinds, firms), or (kinds, pairs) where it
        differs between the places of a firm.
    row_ptr, row, kind
        Place p takes of the rows ``row[row_ptr[p]:row_ptr[p + 1]]``, demand of that kind.
    capacity
        Of each row.
    weight
        What leaving out each firm counts; positive.
    by_pair
        Whether demand is given by pair rather than by firm.
    """

    ptr: IntArray
    place: NDArray[np.int32]
    cost: IntArray
    demand: IntArray
    row_ptr: IntArray
    row: IntArray
    kind: IntArray
    capacity: IntArray
    weight: IntArray
    by_pair: bool = False

    @property
    def firms(self) -> int:
        """How many firms."""
        return len(self.ptr) - 1

    @property
    def pairs(self) -> int:
        """How many pairs."""
        return len(self.place)

    @property
    def firm(self) -> IntArray:
        """Firm of each pair."""
        return np.repeat(np.arange(self.firms, dtype=np.int64), np.diff(self.ptr))

    def owner(self, pairs: IntArray) -> IntArray:
        """Firms of some pairs, without a list of all."""
        found: IntArray = np.searchsorted(self.ptr, pairs, side="right") - 1
        return found

    def demand_of(self, pairs: IntArray) -> IntArray:
        """Demand of single pairs, shape (kinds, len(pairs))."""
        if self.by_pair:
            return self.demand[:, pairs]
        return self.demand[:, self.owner(pairs)]

    def only(self, firms: IntArray) -> tuple[Model, IntArray]:
        """The model of some firms alone, and for each of its pairs the pair here."""
        count = np.diff(self.ptr)[firms]
        pairs = np.repeat(self.ptr[firms], count) + within(count)
        part = replace(
            self,
            ptr=np.concatenate([[0], np.cumsum(count)]).astype(np.int64),
            place=self.place[pairs],
            cost=self.cost[pairs],
            demand=self.demand[:, pairs if self.by_pair else firms].copy(),
            weight=self.weight[firms],
        )
        return part, pairs

    def entries(self, pairs: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """What some pairs take: position of the pair among them, row and amount, one by one."""
        place, demand = self.place[pairs], self.demand_of(pairs)
        count = np.diff(self.row_ptr)[place]
        entry = np.repeat(self.row_ptr[place], count) + within(count)
        who = np.repeat(np.arange(len(pairs)), count)
        return who, self.row[entry], demand[self.kind[entry], who]

    def load(self, chosen: IntArray) -> IntArray:
        """Use of each row by a plan; `chosen` is the pair of each firm, -1 for none."""
        pairs = chosen[chosen >= 0]
        load = np.zeros(len(self.capacity), dtype=np.int64)
        _, row, amount = self.entries(pairs)
        np.add.at(load, row, amount)
        return load

    def left_out(self, chosen: IntArray) -> int:
        """Weight of the firms that a plan leaves out."""
        return int(self.weight[chosen < 0].sum())

    def cost_of(self, chosen: IntArray) -> int:
        """Cost of the firms that a plan places."""
        return int(self.cost[chosen[chosen >= 0]].sum())

    def value(self, chosen: IntArray) -> tuple[int, int]:
        """Weight left out and cost of a plan: what is minimised, in this order."""
        return self.left_out(chosen), self.cost_of(chosen)

    def fits(self, chosen: IntArray) -> bool:
        """Whether a plan keeps every row."""
        return bool((self.load(chosen) <= self.capacity).all())


def within(count: IntArray) -> IntArray:
    """0, 1, … within each group of the given sizes."""
    start = np.repeat(np.cumsum(count) - count, count)
    return np.arange(int(count.sum()), dtype=np.int64) - start


def at_least(value: float) -> int:
    """The least whole number not below a sum of floats, whose last digits may be off."""
    return math.ceil(value - 1e-6 - 1e-11 * abs(value))


def evened(row: IntArray, amount: IntArray, rows: int) -> FloatArray:
    """Powers of two by which rows are divided for a solver that computes with floats.

    1 for all but very large amounts, so that numbers of one size meet in its matrix.
    """
    largest = np.zeros(rows)
    np.maximum.at(largest, row, amount)
    found: FloatArray = np.exp2(np.maximum(np.frexp(largest)[1] - _COMFORTABLE_BITS, 0))
    return found


@dataclass(frozen=True)
class Scale:
    """Stated amounts as whole multiples of a unit.

    Attributes
    ----------
    unit
        What one stands for.
    up, down
        The amounts, rounded up and down; the same where the unit is exact.
    """

    unit: Fraction
    up: IntArray
    down: IntArray

    @classmethod
    def of(cls, amounts: TextArray, *, most: int) -> Scale:
        """The largest unit that is exact, or one so fine that sums stay within `most`.

        Parameters
        ----------
        amounts
            Fractions, none below 0; None counts as 0.
        """
        stated = [Fraction(0) if one is None else one for one in amounts]
        below = math.lcm(*{one.denominator for one in stated})
        whole = [one.numerator * (below // one.denominator) for one in stated]
        common = math.gcd(*whole) or 1
        if sum(whole) // common <= most:
            exact = np.array([one // common for one in whole], dtype=np.int64)
            return cls(Fraction(common, below), exact, exact)
        unit = Fraction(sum(whole), below * min(FINE, most // 2))
        up = np.array([math.ceil(one / unit) for one in stated], dtype=np.int64)
        down = np.array([math.floor(one / unit) for one in stated], dtype=np.int64)
        return cls(unit, up, down)

    @property
    def exact(self) -> bool:
        """Whether nothing was rounded."""
        return self.up is self.down

    def room(self, limit: Fraction) -> int:
        """Whole units that a limit holds."""
        return min(math.floor(limit / self.unit), HEADROOM)
