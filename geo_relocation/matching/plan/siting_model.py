r"""Which candidates to open and who goes where, as one mixed-integer program.

The capacitated facility location problem with indivisible firms on top of a matching model: with
:math:`x_k = 1` where pair k is taken, :math:`y_o = 1` where opening o (a candidate and what it is
specialised in) is made, :math:`f_o` its price and K(o) the pairs that need it,

.. math:: \min \sum_k c_k x_k + \sum_o f_o y_o, \quad \sum_{k \in K(o) \cap K(j)} x_k \le y_o
   \quad \text{for all firms j and openings o}

under the rows of the matching model, those of a candidate's own places scaled by its openings,
one specialisation a candidate, and what may be left out. HiGHS gives a set of openings and a bound
that holds for every set.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_relocation.arrays import FloatArray, IntArray
from geo_relocation.assignment.model import Model
from geo_relocation.lazy import optimize, sparse
from geo_relocation.matching.translation import COST_UNITS_PER_KM

_SAFE = 1e-9
"""Share by which a bound that HiGHS gives is lowered, so that it holds in spite of rounding."""


@dataclass(frozen=True)
class SitingModel:
    """A matching model in which some pairs need an opening.

    Attributes
    ----------
    model
        The matching model with every candidate open.
    pair
        Pair of each column; that of a candidate with several specialisations stands once for
        each of them.
    metres
        Cost of each column.
    opening
        Opening that each column needs, -1 for none.
    candidate
        Candidate of each opening.
    price_km
        Price of each opening, km-equivalents.
    most
        Candidates that may be opened at most.
    """

    model: Model
    pair: IntArray
    metres: IntArray
    opening: IntArray
    candidate: IntArray
    price_km: FloatArray
    most: int

    @property
    def firm(self) -> IntArray:
        """Firm of each column."""
        return self.model.owner(self.pair)


@dataclass(frozen=True)
class Limits:
    """Limits of HiGHS: seconds, and nodes of its search, None for any number."""

    seconds: float
    nodes: int | None


@dataclass(frozen=True)
class Sited:
    """What the program gave.

    Attributes
    ----------
    opened
        Openings made; None where no set was found.
    bound
        No set is worth less: in the unit of the aim, weight or km-equivalents.
    """

    opened: IntArray | None
    bound: float


def least_left(model: SitingModel, limits: Limits) -> Sited:
    """The set with the least weight left out."""
    weight = model.model.weight.astype(np.float64)
    cost = np.concatenate([np.zeros(len(model.pair)), np.zeros(len(model.price_km)), weight])
    return _solved(model, cost, None, limits)


def least_cost(model: SitingModel, may_leave: int, limits: Limits) -> Sited:
    """The set with the least cost of openings and plan together, km-equivalents.

    Parameters
    ----------
    model
        The model.
    may_leave
        Weight that may be left out, in the model's units.
    limits
        Of HiGHS.
    """
    way = model.metres / COST_UNITS_PER_KM
    cost = np.concatenate([way, model.price_km, np.zeros(model.model.firms)])
    return _solved(model, cost, may_leave, limits)


def _solved(
    model: SitingModel,
    cost: FloatArray,
    may_leave: int | None,
    limits: Limits,
) -> Sited:
    """Branch and bound, and the bound made safe."""
    rows = _Rows(model)
    rows.one_choice()
    rows.capacity()
    rows.links()
    rows.openings()
    if may_leave is not None:
        rows.left_out(may_leave)
    matrix, low, high = rows.made(len(cost))
    options: dict[str, float] = {"mip_rel_gap": 0.0, "time_limit": limits.seconds}
    if limits.nodes is not None:
        options["node_limit"] = limits.nodes
    found = optimize.milp(
        cost,
        constraints=optimize.LinearConstraint(matrix, low, high),
        integrality=np.ones(len(cost)),
        bounds=optimize.Bounds(0, 1),
        options=options,
    )
    bound = -np.inf if found.mip_dual_bound is None else float(found.mip_dual_bound)
    bound -= _SAFE * abs(bound) if np.isfinite(bound) else 0.0
    if found.x is None:
        return Sited(None, bound)
    first = len(model.pair)
    taken = found.x[first : first + len(model.price_km)] > 0.5  # noqa: PLR2004
    return Sited(np.flatnonzero(taken), bound)


class _Rows:
    """Rows of the program, one kind after the other."""

    def __init__(self, model: SitingModel) -> None:
        self.model = model
        self.columns = len(model.pair)
        self.openings_from = self.columns
        self.left_from = self.columns + len(model.price_km)
        self.count = 0
        self.parts: list[tuple[IntArray, IntArray, FloatArray]] = []
        self.low: list[FloatArray] = []
        self.high: list[FloatArray] = []

    def add(
        self, row: IntArray, column: IntArray, amount: FloatArray, low: FloatArray, high: FloatArray
    ) -> None:
        """Add rows from entries; `row` counts from 0 among them."""
        self.parts.append((self.count + row, column, amount))
        self.low.append(low)
        self.high.append(high)
        self.count += len(high)

    def made(self, width: int) -> tuple[sparse.csr_array, FloatArray, FloatArray]:
        """The matrix, and the limits of each row."""
        row, column, amount = (np.concatenate(part) for part in zip(*self.parts, strict=True))
        matrix = sparse.coo_array((amount, (row, column)), shape=(self.count, width)).tocsr()
        return matrix, np.concatenate(self.low), np.concatenate(self.high)

    def one_choice(self) -> None:
        """Each firm takes one column or is left out."""
        firms = self.model.model.firms
        every = np.arange(firms)
        row = np.concatenate([self.model.firm, every])
        column = np.concatenate([np.arange(self.columns), self.left_from + every])
        self.add(row, column, np.ones(len(row)), np.ones(firms), np.ones(firms))

    def capacity(self) -> None:
        """The rows of the matching model; one that only a candidate uses holds if it is open."""
        model = self.model
        column, row, amount = model.model.entries(model.pair)
        limit = model.model.capacity.astype(np.float64)
        largest = np.maximum(limit, 1.0)
        needs = model.opening[column]
        owner = np.full(len(limit), -2)
        candidate = np.where(needs >= 0, model.candidate[np.maximum(needs, 0)], -1)
        for one in np.unique(candidate):
            touched = np.unique(row[candidate == one])
            owner[touched] = np.where(owner[touched] == -2, one, -1)  # noqa: PLR2004
        own = np.flatnonzero(owner >= 0)
        opening = [np.flatnonzero(model.candidate == owner[r]) for r in own.tolist()]
        count = [len(some) for some in opening]
        own_row = np.repeat(own, count)
        high = np.where(owner >= 0, 0.0, limit / largest)
        self.add(
            np.concatenate([row, own_row]),
            np.concatenate([column, self.openings_from + _joined(opening)]),
            np.concatenate([amount / largest[row], -limit[own_row] / largest[own_row]]),
            np.full(len(limit), -np.inf),
            high,
        )

    def links(self) -> None:
        """A firm takes a column that needs an opening only where it is made."""
        needs = np.flatnonzero(self.model.opening >= 0)
        key = self.model.firm[needs] * len(self.model.price_km) + self.model.opening[needs]
        pairs, row = np.unique(key, return_inverse=True)
        opening = pairs % max(len(self.model.price_km), 1)
        self.add(
            np.concatenate([row, np.arange(len(pairs))]),
            np.concatenate([needs, self.openings_from + opening]),
            np.concatenate([np.ones(len(needs)), -np.ones(len(pairs))]),
            np.full(len(pairs), -np.inf),
            np.zeros(len(pairs)),
        )

    def openings(self) -> None:
        """One specialisation a candidate, and so many candidates at most."""
        model = self.model
        count = int(model.candidate.max(initial=-1)) + 1
        column = self.openings_from + np.arange(len(model.price_km))
        ones = np.ones(len(column))
        self.add(model.candidate, column, ones, np.full(count, -np.inf), np.ones(count))
        limit = np.array([float(model.most)])
        self.add(np.zeros_like(column), column, ones, np.array([-np.inf]), limit)

    def left_out(self, may_leave: int) -> None:
        """Weight left out at most; a firm that outweighs it is placed."""
        weight = self.model.model.weight
        free = np.flatnonzero(weight <= may_leave)
        bound = np.flatnonzero(weight > may_leave)
        scale = float(max(may_leave, 1))
        self.add(
            np.zeros(len(free), dtype=np.int64),
            self.left_from + free,
            weight[free] / scale,
            np.array([-np.inf]),
            np.array([may_leave / scale]),
        )
        self.add(
            np.arange(len(bound)),
            self.left_from + bound,
            np.ones(len(bound)),
            np.zeros(len(bound)),
            np.zeros(len(bound)),
        )


def _joined(parts: list[IntArray]) -> IntArray:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])
