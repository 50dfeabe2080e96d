"""Of plans that cost nearly the same, the one that differs least from another plan.

Branch and bound decides anew the firms on which the two differ, with the price of differing as
the cost and the cost as one more row; then, of those that still differ, the cheapest choice.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geo_relocation.arrays import IntArray
from geo_relocation.assignment.model import HEADROOM, Model
from geo_relocation.assignment.search.branch import Part, solve_part

_CHOICES = 20
"""Cheapest pairs that a firm may take which cannot have its pair of the other plan."""

_NODES = 200
"""Nodes of branch and bound, so that the same plan comes out on any machine."""

_LEFT_OUT = 2
"""Price of leaving out a firm that the other plan places, and of any pair but its own."""


def nearest(
    model: Model,
    best: IntArray,
    other: IntArray,
    *,
    limit: int,
    near: IntArray | None = None,
    seconds: float | None = None,
) -> IntArray:
    """A plan as good as the best within a limit, that differs least from another plan.

    Parameters
    ----------
    model
        The model.
    best
        Pair of each firm in the best plan, -1 where it is left out.
    other
        Pair of each firm in the other plan, -1 where it is left out or may not have it any more.
    limit
        Most that the plan may cost; it leaves out no more than the best.
    near
        Pairs that differ less than others: a mask over all pairs.
    seconds
        Limit on the time of each of the two steps; None: the limit on nodes alone.

    Returns
    -------
    IntArray
        Pair of each firm.
    """
    may_leave = model.left_out(best)
    whole = model.left_out(other) <= may_leave and model.cost_of(other) <= limit
    if whole and model.fits(other):
        return other.copy()
    price = _prices(model, other, near)
    part = _part(model, best, other)
    priced = _with_cost_row(model, price, limit)
    found = solve_part(
        priced, best, part, may_leave=may_leave, seconds=seconds, nodes=_NODES
    ).chosen
    if found is None or priced.cost_of(found) >= priced.cost_of(best):
        return best
    # Those that agree now stay; the others take what costs least, which is never more.
    apart = np.flatnonzero((found != other) & (found >= 0))
    if not len(apart):
        return found
    pairs = np.concatenate([_of(model, firm) for firm in apart.tolist()])
    pairs = pairs[price[pairs] <= price[found[model.owner(pairs)]]]
    part = Part(np.union1d(pairs, found[apart]), apart[:0])
    cheap = solve_part(
        model, found, part, may_leave=may_leave, seconds=seconds, nodes=_NODES
    ).chosen
    if cheap is None or model.cost_of(cheap) > model.cost_of(found):
        return found
    return cheap


def _of(model: Model, firm: int) -> IntArray:
    """The cheapest pairs of a firm."""
    pairs = np.arange(model.ptr[firm], model.ptr[firm + 1], dtype=np.int64)
    return pairs[np.argsort(model.cost[pairs], kind="stable")[:_CHOICES]]


def _prices(model: Model, other: IntArray, near: IntArray | None) -> IntArray:
    """What each pair differs from the other plan, where leaving a firm out counts 0."""
    price = np.full(model.pairs, _LEFT_OUT, dtype=np.int64)
    if near is not None:
        price[near.astype(bool)] = 1
    kept = other[other >= 0]
    price[kept] = 0
    placed = np.zeros(model.firms, dtype=bool)
    placed[model.owner(kept)] = True
    price[placed[model.firm]] -= _LEFT_OUT
    return price


def _part(model: Model, best: IntArray, other: IntArray) -> Part:
    """The firms on which two plans differ: with both choices, or some, where there is but one."""
    firms = np.flatnonzero(best != other)
    both = np.concatenate([best[firms], other[firms]])
    lost = firms[other[firms] < 0]
    more = [_of(model, firm) for firm in lost.tolist()]
    pairs = np.unique(np.concatenate([both[both >= 0], *more]))
    return Part(pairs, firms[(best[firms] < 0) | (other[firms] < 0)])


def _with_cost_row(model: Model, price: IntArray, limit: int) -> Model:
    """The model with prices for costs, and the costs as demand of a row with a limit."""
    demand = model.demand if model.by_pair else model.demand[:, model.firm]
    kinds, row = len(demand), len(model.capacity)
    ends = model.row_ptr[1:]
    return replace(
        model,
        cost=price,
        demand=np.vstack([demand, model.cost[None, :]]),
        by_pair=True,
        row=np.insert(model.row, ends, row),
        kind=np.insert(model.kind, ends, kinds),
        row_ptr=model.row_ptr + np.arange(len(model.row_ptr)),
        capacity=np.append(model.capacity, min(limit, HEADROOM)),
    )
