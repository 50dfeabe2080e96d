r"""The problem as integers: pairs, rows of capacity, and nothing of the domain.

Every search, bound and exact solver works on a `Model`:

.. math:: \text{lex min } \Big( \sum_j w_j (1 - \sum_k x_{jk}),\ \sum_{jk} c_{jk} x_{jk} \Big)

with one pair per firm at most and :math:`\sum a_{jk} x_{jk} \le B_r` over the pairs whose place
uses row r. Land up to the end of a year, wastewater and yearly quotas are all rows. Costs are
whole metres, land whole square metres, wastewater hundredths of a cubic metre a day; demand
is rounded up and capacity down, so that what fits here fits there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo_relocation.matching.problem import Choices, IntArray, Problem
from geo_relocation.matching.reasons import Barrier

COST_UNITS_PER_KM = 1000
WASTEWATER_UNITS = 100
WEIGHT_UNITS = 100
LAND, WASTEWATER, MOVE = 0, 1, 2


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

    def entries(self, pairs: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """What some pairs take: position of the pair among them, row and amount, one by one."""
        place, demand = self.place[pairs], self.demand_of(pairs)
        count = np.diff(self.row_ptr)[place]
        entry = np.repeat(self.row_ptr[place], count) + _within(count)
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


def _within(count: IntArray) -> IntArray:
    """0, 1, … within each group of the given sizes."""
    start = np.repeat(np.cumsum(count) - count, count)
    return np.arange(int(count.sum()), dtype=np.int64) - start


@dataclass(frozen=True)
class Translation:
    """A model and the way back: link and phase of each pair."""

    model: Model
    link: IntArray
    phase: IntArray

    def choices(self, chosen: IntArray) -> Choices:
        """Who goes where, from the pair of each firm."""
        placed = chosen >= 0
        link = np.full(len(chosen), -1, dtype=np.int64)
        phase = np.zeros(len(chosen), dtype=np.int64)
        link[placed], phase[placed] = self.link[chosen[placed]], self.phase[chosen[placed]]
        return Choices(link, phase)

    def pairs_of(self, choices: Choices) -> IntArray:
        """Pair of each firm, -1 where it is left out."""
        chosen = np.full(len(choices.link), -1, dtype=np.int64)
        placed = choices.placed
        start = np.searchsorted(self.link, choices.link[placed])
        chosen[placed] = start + choices.phase[placed] - self.phase[start]
        return chosen


def translate(problem: Problem) -> Translation:
    """The model of a problem: every link in every phase it may take."""
    links, phases = problem.links, len(problem.phases)
    span = links.last - links.first + 1
    link = np.repeat(np.arange(len(links), dtype=np.int64), span)
    phase = np.repeat(links.first, span) + _within(span)
    metres = np.rint(links.cost * COST_UNITS_PER_KM).astype(np.int64)
    late = np.rint(problem.phase_cost * COST_UNITS_PER_KM).astype(np.int64)
    firm = links.firm[link]
    row_ptr, row, kind, capacity = _rows(problem)
    firms = problem.firms
    demand = np.stack(
        [
            np.ceil(firms.land_m2 - 1e-6),
            np.ceil(firms.wastewater * WASTEWATER_UNITS - 1e-6),
            np.ones(len(firms)),
        ]
    ).astype(np.int64)
    model = Model(
        ptr=np.searchsorted(firm, np.arange(len(firms) + 1)).astype(np.int64),
        place=(links.park[link] * phases + phase).astype(np.int32),
        cost=metres[link] + late[phase],
        demand=demand,
        row_ptr=row_ptr,
        row=row,
        kind=kind,
        capacity=capacity,
        weight=_weights(problem),
    )
    return Translation(model, link, phase)


def _weights(problem: Problem) -> IntArray:
    """Whole weights without a common divisor; a locked firm outweighs all that are free."""
    firms = problem.firms
    weight = np.maximum(np.rint(firms.weight * WEIGHT_UNITS), 1).astype(np.int64)
    weight //= np.gcd.reduce(weight) if len(weight) else 1
    weight[firms.locked] = int(weight[~firms.locked].sum()) + 1
    return weight


def _rows(problem: Problem) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Rows of capacity, and those that each place uses."""
    phases = len(problem.phases)
    uses: list[list[tuple[int, int]]] = [[] for _ in range(len(problem.parks) * phases)]
    capacity: list[int] = []

    def add(places: list[int], kind: int, limit: float) -> None:
        for place in places:
            uses[place].append((len(capacity), kind))
        capacity.append(int(np.floor(limit + 1e-6)))

    for park in np.flatnonzero(problem.parks.barrier == Barrier.NONE).tolist():
        land = problem.parks.land_m2[park]
        for t in range(phases):
            # A later row with no more land implies the earlier one.
            if t == phases - 1 or land[t] < land[t + 1 :].min():
                add([park * phases + s for s in range(t + 1)], LAND, land[t])
        if np.isfinite(limit := problem.parks.wastewater[park]):
            places = [park * phases + s for s in range(phases)]
            add(places, WASTEWATER, limit * WASTEWATER_UNITS)
    for years, kind, limit in quotas(problem):
        add([p * phases + t for p in range(len(problem.parks)) for t in years], kind, limit)
    count = np.array([len(use) for use in uses], dtype=np.int64)
    flat = np.array([pair for use in uses for pair in use], dtype=np.int64).reshape(-1, 2)
    row_ptr = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    return row_ptr, flat[:, 0].copy(), flat[:, 1].copy(), np.array(capacity, dtype=np.int64)


def quotas(problem: Problem) -> list[tuple[list[int], int, float]]:
    """Yearly quotas: positions of the phases, kind of demand, and limit together."""
    limits = problem.specification.limits
    found: list[tuple[list[int], int, float]] = []
    per_kind: list[tuple[int, dict[int, float]]] = [
        (MOVE, {year: float(most) for year, most in limits.moves_per_year.items()}),
        (LAND, {year: ha * 10_000.0 for year, ha in limits.land_ha_per_year.items()}),
    ]
    for kind, quota in per_kind:
        total, years = 0.0, list[int]()
        for t, year in enumerate(problem.phases):
            if year not in quota:
                if limits.carry_over:
                    break  # a year without a quota leaves no sum to carry
                continue
            total, years = total + quota[year], [*years, t]
            if limits.carry_over:
                found.append((years, kind, total))
            else:
                found.append(([t], kind, quota[year]))
    return found
