"""The problem as a model of rows and pairs, and the way back.

Land up to the end of a year, wastewater, yearly quotas and support budgets are all rows. What a
firm takes of a budget differs with the year: only where there is one is demand given by pair.

The integers stand for the numbers as they were stated. Demand of one kind is counted in the
largest unit of which all of it is a whole multiple; what a capacity holds beyond whole units
nobody can use. Weights are counted in the same way, costs in metres. Only where such a unit
would make sums too large for exact arithmetic are there two models: in one, demand is rounded
up, so that its plans keep the stated limits; in the other it is rounded down, so that its bounds
hold for the stated problem.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from geo_relocation.arrays import IntArray, Mask, TextArray
from geo_relocation.assignment.model import FINE, HEADROOM, Model, Scale, within
from geo_relocation.errors import DataError
from geo_relocation.matching.problem import Choices, Problem
from geo_relocation.matching.reasons import ParkBarrier
from geo_relocation.matching.stated import fraction, fractions
from geo_relocation.messages import _

COST_UNITS_PER_KM = 1000
LAND, WASTEWATER, MOVE = 0, 1, 2
SUPPORT = 3
"""Kind of the first series of support budgets; the others follow."""

_LARGEST_COST = 2.0**59
"""Metres, beyond which a term of the cost of a single choice cannot be summed with the others."""


@dataclass(frozen=True)
class Translation:
    """The models of a problem and the way back.

    Attributes
    ----------
    model
        Its plans keep the stated limits.
    relaxed
        Its bounds hold for the stated problem; the same object where nothing was rounded.
    link, phase
        Of each pair.
    weight
        What leaving out each firm counts, as stated.
    weight_unit
        What one unit of the models' weight stands for.
    metres
        Cost of each pair.
    cost_unit
        Metres that one unit of the models' cost stands for.
    """

    model: Model
    relaxed: Model
    link: IntArray
    phase: IntArray
    weight: TextArray
    weight_unit: Fraction
    metres: IntArray
    cost_unit: int

    @property
    def exact(self) -> bool:
        """Whether the model is the stated problem itself."""
        return self.relaxed is self.model

    def value(self, chosen: IntArray) -> tuple[Fraction, int]:
        """Weight left out, as stated, and cost in metres of a plan given by pairs."""
        left = sum(self.weight[chosen < 0], start=Fraction(0))
        return left, sum(self.metres[chosen[chosen >= 0]].tolist())

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
    """The models of a problem: every link in every phase it may take.

    Raises
    ------
    DataError
        If a single choice costs more than can be summed.
    """
    links, phases, firms = problem.links, len(problem.phases), problem.firms
    span = links.last - links.first + 1
    link = np.repeat(np.arange(len(links), dtype=np.int64), span)
    phase = np.repeat(links.first, span) + within(span)
    firm = links.firm[link]
    ptr = np.searchsorted(firm, np.arange(len(firms) + 1)).astype(np.int64)
    metres = _metres(problem, link, phase)
    cost_unit = _cost_unit(metres, ptr)
    moved = np.full(len(firms), Fraction(1), dtype=object)
    land, water, moves = (
        Scale.of(_of_linked(amounts, ptr), most=HEADROOM)
        for amounts in (firms.exact_land, fractions(firms.wastewater), moved)
    )
    weights, weigh = _weights(firms.exact_weight, firms.locked)
    support = [_of_support(dong) for dong in problem.funds.dong]
    row_ptr, row, kind, capacity = _rows(problem, (land, water, moves, *support))
    by_firm, at = (land, water, moves), problem.funds.positions(firm, links.park[link], phase)
    model = Model(
        ptr=ptr,
        place=(links.park[link] * phases + phase).astype(np.int32),
        cost=metres // cost_unit,
        demand=_demand([one.up for one in by_firm], firm, [one.up[at] for one in support]),
        row_ptr=row_ptr,
        row=row,
        kind=kind,
        capacity=capacity,
        weight=np.maximum(weights.up, 1),
        by_pair=bool(support),
    )
    relaxed = model
    if cost_unit > 1 or not all(one.exact for one in (land, water, weights, *support)):
        demand = _demand([one.down for one in by_firm], firm, [one.down[at] for one in support])
        relaxed = replace(model, demand=demand, weight=weights.down)
    return Translation(model, relaxed, link, phase, firms.exact_weight, weigh, metres, cost_unit)


def _of_support(dong: IntArray) -> Scale:
    """Đồng that each firm takes in each phase and kind of park, as one list."""
    amounts = np.array([Fraction(one) for one in dong.reshape(-1).tolist()], dtype=object)
    return Scale.of(amounts, most=HEADROOM)


def _demand(by_firm: list[IntArray], firm: IntArray, by_pair: list[IntArray]) -> IntArray:
    """Demand of every kind by firm; by pair where some kinds are."""
    if not by_pair:
        return np.stack(by_firm)
    return np.stack([*(one[firm] for one in by_firm), *by_pair])


def _of_linked(amounts: TextArray, ptr: IntArray) -> TextArray:
    """The amounts of firms that have a pair; those of others count for nothing."""
    found = amounts.copy()
    found[np.diff(ptr) == 0] = None
    return found


def _metres(problem: Problem, link: IntArray, phase: IntArray) -> IntArray:
    """Cost of each pair: every term in whole metres, and the sum of them."""
    parts = [term[link] for term in problem.links.terms.values()]
    total = np.zeros(len(link), dtype=np.int64)
    for part in (*parts, problem.phase_cost[phase]):
        metres = np.rint(part * COST_UNITS_PER_KM)
        if not (np.abs(metres) <= _LARGEST_COST).all():
            raise DataError(
                _("A cost of the scenario is too large to be summed."),
                why=_(
                    "A single choice would cost {much:n} km-equivalents.",
                    much=float(np.max(np.abs(part))),
                ),
                hint=_("Lower the weights, or look for a wrong rent or coordinate in the layers."),
            )
        total += metres.astype(np.int64)
    return total


def _cost_unit(metres: IntArray, ptr: IntArray) -> int:
    """Metres to a unit of cost: 1 unless the sum over all firms would be too large."""
    some = np.flatnonzero(np.diff(ptr))
    dearest = np.maximum.reduceat(metres, ptr[some]) if len(some) else metres
    total = sum(dearest.tolist())
    return 1 if total <= HEADROOM else -(-total // FINE)


def _weights(stated: TextArray, locked: Mask) -> tuple[Scale, Fraction]:
    """Whole weights, a locked firm outweighing all that are free, and the unit of the latter."""
    most = HEADROOM // (int(locked.sum()) + 1) - 1
    unlocked = stated.copy()
    unlocked[locked] = None
    free = Scale.of(unlocked, most=most)
    up, down = (np.where(locked, int(some.sum()) + 1, some) for some in (free.up, free.down))
    return Scale(free.unit, up, up if free.exact else down), free.unit


def _rows(
    problem: Problem, scales: tuple[Scale, ...]
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Rows of capacity, and those that each place uses."""
    phases = len(problem.phases)
    uses: list[list[tuple[int, int]]] = [[] for _ in range(len(problem.parks) * phases)]
    capacity: list[int] = []

    def add(places: list[int], kind: int, limit: Fraction) -> None:
        for place in places:
            uses[place].append((len(capacity), kind))
        capacity.append(scales[kind].room(limit))

    for park in np.flatnonzero(problem.parks.barrier == ParkBarrier.NONE).tolist():
        land = problem.parks.exact_land[park]
        for t in range(phases):
            # A later row with no more land implies the earlier one.
            if t == phases - 1 or land[t] < min(land[t + 1 :]):
                add([park * phases + s for s in range(t + 1)], LAND, land[t])
        if np.isfinite(limit := problem.parks.wastewater[park]):
            places = [park * phases + s for s in range(phases)]
            add(places, WASTEWATER, fraction(limit))
    for years, kind, most in quotas(problem):
        add([p * phases + t for p in range(len(problem.parks)) for t in years], kind, most)
    count = np.array([len(use) for use in uses], dtype=np.int64)
    flat = np.array([pair for use in uses for pair in use], dtype=np.int64).reshape(-1, 2)
    row_ptr = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    return row_ptr, flat[:, 0].copy(), flat[:, 1].copy(), np.array(capacity, dtype=np.int64)


def quotas(problem: Problem) -> list[tuple[list[int], int, Fraction]]:
    """Yearly quotas and budgets: positions of the phases, kind of demand, and limit together."""
    limits = problem.specification.limits
    found: list[tuple[list[int], int, Fraction]] = []
    per_kind: list[tuple[int, dict[int, Fraction]]] = [
        (MOVE, {year: Fraction(most) for year, most in limits.moves_per_year.items()}),
        (LAND, {year: fraction(ha) * 10_000 for year, ha in limits.land_ha_per_year.items()}),
        *((SUPPORT + number, one.quota) for number, one in enumerate(problem.funds.series)),
    ]
    for kind, quota in per_kind:
        total, years = Fraction(0), list[int]()
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
