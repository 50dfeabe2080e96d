"""What a plan leaves in each park and year, and what a firm lacks there.

Land, wastewater, quotas and budgets are counted in whole units of a size that makes every stated
number whole, so that a firm which just fits lacks nothing and one that does not lacks what is
missing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from geo_relocation.arrays import IntArray, Mask
from geo_relocation.matching.places import M2_PER_HA
from geo_relocation.matching.problem import Choices, Problem
from geo_relocation.matching.reasons import Limit
from geo_relocation.matching.stated import fraction, fractions

NO_LIMIT = 2**62
"""Room where there is no limit."""
_INT64_SAFE = 2**60


@dataclass(frozen=True)
class Lacking:
    """What a firm lacks at each place, the rest of the plan as it is; 0 where nothing.

    Attributes
    ----------
    land
        By park and phase, in units of land.
    wastewater
        By park, in units of wastewater.
    moves
        By phase, firms.
    land_quota
        By phase, in units of land.
    support
        By series of support budgets, park and phase, in đồng.
    """

    land: IntArray
    wastewater: IntArray
    moves: IntArray
    land_quota: IntArray
    support: IntArray

    def of(self, limit: Limit) -> IntArray:
        """What is lacking by one limit: shape (parks, phases)."""
        found = {
            Limit.MOVES_QUOTA: self.moves[None, :],
            Limit.LAND_QUOTA: self.land_quota[None, :],
            Limit.SUPPORT_BUDGET: self.support.max(axis=0, initial=0),
            Limit.LAND: self.land,
            Limit.WASTEWATER: self.wastewater[:, None],
        }[limit]
        return np.broadcast_to(found, self.land.shape)

    @cached_property
    def any(self) -> Mask:
        """Where anything is lacking: shape (parks, phases)."""
        found: Mask = np.logical_or.reduce([self.of(limit) > 0 for limit in Limit])
        return found


@dataclass(frozen=True)
class Room:
    """What a plan leaves of a problem.

    Attributes
    ----------
    problem, choices
        The problem and its plan.
    land_unit, water_unit
        Square metres, and cubic metres a day, of one unit.
    need, water
        Land and wastewater of each firm, units.
    capacity
        Land up to the end of each phase, units: shape (parks, phases).
    given
        Land that the plan gives in each phase, units: shape (parks, phases).
    left
        Land left from each phase to the end, units: shape (parks, phases).
    water_left
        Wastewater capacity left, units; `NO_LIMIT` where there is none.
    moves
        Firms that move in each phase.
    spent
        Support by series of budgets and phase, đồng.
    """

    problem: Problem
    choices: Choices
    land_unit: Fraction
    water_unit: Fraction
    need: IntArray
    water: IntArray
    capacity: IntArray
    given: IntArray
    left: IntArray
    water_left: IntArray
    moves: IntArray
    spent: IntArray

    @classmethod
    def of(cls, problem: Problem, choices: Choices) -> Room:
        """What a plan leaves of a problem."""
        firms, parks = problem.firms, problem.parks
        quota = [fraction(ha) * M2_PER_HA for ha in _land_quota(problem).values()]
        need, capacity = firms.exact_land, parks.exact_land
        land_unit = _unit([*need, *capacity.reshape(-1), *quota])
        water, treated = fractions(firms.wastewater), fractions(parks.wastewater)
        water_unit = _unit([*water, *treated])
        needs, room = _whole(need, land_unit), _whole(capacity, land_unit)
        waters = _whole(water, water_unit)
        limited = np.isfinite(parks.wastewater)
        water_left = _whole(treated, water_unit)
        placed = choices.placed
        park, phase = problem.links.park[choices.link[placed]], choices.phase[placed]
        given = np.zeros_like(room)
        np.add.at(given, (park, phase), needs[placed])
        np.subtract.at(water_left, park, waters[placed])
        return cls(
            problem, choices, land_unit, water_unit, needs, waters, room, given,
            left=_left(room, given),
            water_left=np.where(limited, water_left, NO_LIMIT),
            moves=np.bincount(phase, minlength=len(problem.phases)).astype(np.int64),
            spent=spent_by_phase(problem, choices),
        )  # fmt: skip

    def lacking(self, firm: int) -> Lacking:
        """What a firm lacks at each place; what it takes at its own counts as free."""
        left, water_left = self.left, self.water_left
        given, moves, spent = self.given.sum(axis=0), self.moves, self.spent
        link = int(self.choices.link[firm])
        if link >= 0:
            park, phase = int(self.problem.links.park[link]), int(self.choices.phase[firm])
            mine = self.given[park : park + 1].copy()
            mine[0, phase] -= self.need[firm]
            left, given, moves = left.copy(), given.copy(), moves.copy()
            left[park] = _left(self.capacity[park : park + 1], mine)[0]
            given[phase] -= self.need[firm]
            moves[phase] -= 1
            spent = spent.copy()
            spent[:, phase] -= self.support_of(firm)[:, park, phase]
            if water_left[park] != NO_LIMIT:
                water_left = water_left.copy()
                water_left[park] += self.water[firm]
        return Lacking(
            land=np.maximum(self.need[firm] - left, 0),
            wastewater=np.maximum(self.water[firm] - water_left, 0),
            moves=np.maximum(1 - self._moves_left(moves), 0),
            land_quota=np.maximum(self.need[firm] - self._quota_left(given), 0),
            support=self._support_lacking(self.support_of(firm), spent),
        )

    def support_of(self, firm: int) -> IntArray:
        """What a firm takes of each series of budgets at each place, đồng."""
        funds = self.problem.funds
        found: IntArray = funds.dong[:, firm][:, :, funds.kind].swapaxes(1, 2)
        return found

    def m2(self, units: int) -> Fraction:
        """Units of land in square metres."""
        return int(units) * self.land_unit

    def m3(self, units: int) -> Fraction:
        """Units of wastewater in cubic metres a day."""
        return int(units) * self.water_unit

    def fits_when_empty(self, firm: int, park: int, phase: int) -> bool:
        """Whether a firm would have land at a place if nobody else were in the park."""
        return bool((self.need[firm] <= self.capacity[park, phase:]).all())

    def _moves_left(self, moves: IntArray) -> IntArray:
        return _quota_left(self.problem, moves, self.problem.specification.limits.moves_per_year)

    def _support_lacking(self, takes: IntArray, spent: IntArray) -> IntArray:
        """What is lacking of each series at each place; whoever takes nothing lacks nothing."""
        left = [
            _quota_left(self.problem, used, {year: int(dong) for year, dong in one.quota.items()})
            for one, used in zip(self.problem.funds.series, spent, strict=True)
        ]
        if not left:
            return np.zeros_like(takes)
        return np.where(takes > 0, np.maximum(takes - np.stack(left)[:, None, :], 0), 0)

    def _quota_left(self, given: IntArray) -> IntArray:
        quota = {
            year: int(fraction(ha) * M2_PER_HA / self.land_unit)
            for year, ha in _land_quota(self.problem).items()
        }
        return _quota_left(self.problem, given, quota)


def spent_by_phase(problem: Problem, choices: Choices) -> IntArray:
    """Support that a plan costs, đồng: (series of budgets, phases)."""
    placed = choices.placed
    phase, park = choices.phase[placed], problem.links.park[choices.link[placed]]
    found = np.zeros((len(problem.funds.series), len(problem.phases)), dtype=np.int64)
    for used, taken in zip(found, problem.funds.taken(placed, park, phase), strict=True):
        np.add.at(used, phase, taken)
    return found


def _land_quota(problem: Problem) -> dict[int, float]:
    return problem.specification.limits.land_ha_per_year


def _unit(values: Iterable[Fraction | None]) -> Fraction:
    """The largest unit of which all values are whole multiples."""
    known = {value.denominator for value in values if value is not None}
    return Fraction(1, math.lcm(*known))


def _whole(values: NDArray[Any], unit: Fraction) -> IntArray:
    """Values as counts of a unit, 0 where there is none; big ones as integers of Python."""
    flat = [0 if value is None else int(value / unit) for value in values.reshape(-1)]
    kind = np.int64 if sum(flat) < _INT64_SAFE else object
    # Integers of Python behave as int64 does here, but for their size.
    return cast("IntArray", np.array(flat, dtype=kind).reshape(values.shape))


def _left(capacity: IntArray, given: IntArray) -> IntArray:
    """Land left from each phase to the end: what is given in one is missing in all later ones."""
    left = capacity - np.cumsum(given, axis=1)
    backwards: IntArray = np.minimum.accumulate(left[:, ::-1], axis=1)
    return backwards[:, ::-1]


def _quota_left(problem: Problem, used: IntArray, quota: dict[int, int]) -> IntArray:
    """What each year can still take of a quota without it, or a later year's, being broken."""
    carry = problem.specification.limits.carry_over
    left = np.full(len(used), NO_LIMIT, dtype=used.dtype)
    carried = 0
    for t, year in enumerate(problem.phases):
        if year in quota and carried < NO_LIMIT:
            left[t] = quota[year] + carried - used[t]
            carried = max(int(left[t]), 0) if carry else 0
        elif carry:
            carried = NO_LIMIT  # a year without a quota leaves no end of it
    if carry:
        # What is used early is missing later, up to a year without a quota.
        for t in range(len(left) - 2, -1, -1):
            if problem.phases[t] in quota and problem.phases[t + 1] in quota:
                left[t] = min(left[t], left[t + 1])
    return left
