"""A first plan: firm by firm, the best place with room."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geo_relocation.arrays import FloatArray, IntArray
from geo_relocation.assignment.model import Model
from geo_relocation.compiling import compiled


@compiled()
def _fill(  # noqa: PLR0917 - numba takes arrays, not objects
    order: IntArray,
    ptr: IntArray,
    place: NDArray[np.int32],
    score: FloatArray,
    demand: IntArray,
    by_pair: bool,
    row_ptr: IntArray,
    row: IntArray,
    kind: IntArray,
    room: IntArray,
    chosen: IntArray,
) -> None:
    """Give each firm, in order, its best pair that fits; `room` and `chosen` change in place."""
    for j in order:
        if chosen[j] >= 0:
            continue
        best = -1
        for pair in range(ptr[j], ptr[j + 1]):
            if best >= 0 and score[pair] >= score[best]:
                continue
            p = place[pair]
            who = pair if by_pair else j
            fits = True
            for e in range(row_ptr[p], row_ptr[p + 1]):
                if demand[kind[e], who] > room[row[e]]:
                    fits = False
                    break
            if fits:
                best = pair
        if best >= 0:
            chosen[j] = best
            p = place[best]
            who = best if by_pair else j
            for e in range(row_ptr[p], row_ptr[p + 1]):
                room[row[e]] -= demand[kind[e], who]


def complete(
    model: Model, chosen: IntArray, *, order: IntArray, score: FloatArray | None = None
) -> IntArray:
    """A plan with the firms it leaves out added where there is room.

    Parameters
    ----------
    model
        The model.
    chosen
        Pair of each firm, -1 where it is left out; must fit.
    order
        Firms in the order in which they choose.
    score
        What a firm minimises over its pairs; its cost when None.
    """
    added = chosen.copy()
    room = model.capacity - model.load(chosen)
    values = model.cost.astype(np.float64) if score is None else score
    _fill(
        order.astype(np.int64),
        model.ptr,
        model.place,
        values,
        model.demand,
        model.by_pair,
        model.row_ptr,
        model.row,
        model.kind,
        room,
        added,
    )
    return added


def greedy(model: Model) -> IntArray:
    """The plan of a planner with a list: the weightiest firm first, then the largest."""
    size = _relative_size(model)
    order = np.lexsort((-size, -model.weight))
    return complete(model, np.full(model.firms, -1, dtype=np.int64), order=order)


def _relative_size(model: Model) -> FloatArray:
    """Largest demand of each firm over its kinds, as a share of the mean of that kind."""
    demand = model.demand.astype(np.float64)
    mean = np.maximum(demand.mean(axis=1, keepdims=True), 1e-9) if demand.size else demand
    share = (demand / mean).max(axis=0) if demand.size else np.zeros(demand.shape[1])
    if not model.by_pair:
        return share
    size = np.zeros(model.firms)
    np.maximum.at(size, model.firm, share)
    return size
