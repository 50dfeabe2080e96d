"""The part of a model that a search walks on: few promising pairs per firm, laid out flat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo_relocation.arrays import FloatArray, IntArray
from geo_relocation.assignment.bounds.dual import Prices
from geo_relocation.assignment.model import Model

_LARGEST_INDEX = 80_000_000
"""Entries of the firm-by-place index beyond which it is left out, to spare memory."""


@dataclass(frozen=True)
class Core:
    """Promising options of each firm, the last of which is to be left out.

    Attributes
    ----------
    ptr
        Options of firm j are ``ptr[j]:ptr[j + 1]``, the most promising first.
    pair
        Pair of each option; -1 for being left out.
    place
        Place of each option; one past the last place for being left out.
    cost
        Cost of each option; 0 for being left out.
    reduced
        Reduced cost.
    entry_ptr, entry_row, entry_amount
        What each option takes from which rows; being left out takes the firm's weight from
        the last row, whose capacity is the weight that may be left out.
    capacity, price
        Of each row, that last one included.
    index
        Option of a firm in a place, -1 for none: shape (firms, places + 1), or (0, 0) where
        it would be too large.
    weight
        Of each firm.
    spread
        Median of the second-best reduced costs: the scale of what matters.
    """

    ptr: IntArray
    pair: IntArray
    place: IntArray
    cost: FloatArray
    reduced: FloatArray
    entry_ptr: IntArray
    entry_row: NDArray[np.int32]
    entry_amount: FloatArray
    capacity: FloatArray
    price: FloatArray
    index: NDArray[np.int32]
    weight: FloatArray
    spread: float

    @property
    def firms(self) -> int:
        """How many firms."""
        return len(self.ptr) - 1

    @property
    def places(self) -> int:
        """How many places, being left out not counted."""
        return self.index_width - 1

    @property
    def index_width(self) -> int:
        """Places and the one for being left out."""
        return int(self.place.max()) + 1

    def options(self, chosen: IntArray) -> IntArray:
        """Options of a plan given by pairs; what is not in the core counts as left out."""
        options = self.ptr[1:] - 1
        position = np.full(int(max(self.pair.max(), chosen.max(), 0)) + 2, -1, dtype=np.int64)
        position[self.pair] = np.arange(len(self.pair))
        known = position[chosen]
        found: IntArray = np.where((chosen >= 0) & (known >= 0), known, options)
        return found

    def chosen(self, options: IntArray) -> IntArray:
        """Pairs of a plan given by options."""
        return self.pair[options]


def promising(
    model: Model, reduced: NDArray[np.floating], *, below: float, fewest: int, most: int
) -> IntArray:
    """Pairs worth a search: those below a reduced cost, and the best few of each firm.

    Returns
    -------
    array
        Pairs in the order of firms, within a firm the most promising first.
    """
    near = np.flatnonzero(reduced <= below)
    counted = np.bincount(model.owner(near), minlength=model.firms)
    short = np.flatnonzero((counted < fewest) & (np.diff(model.ptr) > counted))
    extra = [
        model.ptr[j] + np.argsort(reduced[model.ptr[j] : model.ptr[j + 1]], kind="stable")[:fewest]
        for j in short
    ]
    pairs = np.unique(np.concatenate([near, *extra])) if extra else near
    owner = model.owner(pairs)
    pairs = pairs[np.lexsort((reduced[pairs], owner))]
    start = np.searchsorted(owner, np.arange(model.firms))
    rank = np.arange(len(pairs)) - start[owner]
    kept: IntArray = pairs[rank < most]
    return kept


def make_core(
    model: Model,
    prices: Prices,
    reduced: NDArray[np.float32],
    least: FloatArray,
    pairs: IntArray,
    *,
    may_leave: int,
    spread: float,
) -> Core:
    """The core of a model over some of its pairs."""
    firms, places = model.firms, len(model.row_ptr) - 1
    owner = model.owner(pairs)
    count = np.bincount(owner, minlength=firms)
    ptr = np.concatenate([[0], np.cumsum(count + 1)]).astype(np.int64)
    slot = np.arange(len(pairs)) + owner
    pair = np.full(len(pairs) + firms, -1, dtype=np.int64)
    pair[slot] = pairs
    none = ptr[1:] - 1
    place = np.full(len(pair), places, dtype=np.int64)
    place[slot] = model.place[pairs]
    cost = np.zeros(len(pair))
    cost[slot] = model.cost[pairs]
    value = np.empty(len(pair))
    value[slot] = reduced[pairs]
    value[none] = prices.left * model.weight - least
    entries = _entries(model, pairs, slot, none)
    index = np.full((0, 0), -1, dtype=np.int32)
    if firms * (places + 1) <= _LARGEST_INDEX:
        index = np.full((firms, places + 1), -1, dtype=np.int32)
        index[np.repeat(np.arange(firms), count + 1), place] = np.arange(len(pair))
    return Core(
        ptr=ptr,
        pair=pair,
        place=place,
        cost=cost,
        reduced=value,
        entry_ptr=entries[0],
        entry_row=entries[1],
        entry_amount=entries[2],
        capacity=np.append(model.capacity, may_leave).astype(np.float64),
        price=np.append(prices.rows, prices.left),
        index=index,
        weight=model.weight.astype(np.float64),
        spread=spread,
    )


def _entries(
    model: Model, pairs: IntArray, slot: IntArray, none: IntArray
) -> tuple[IntArray, NDArray[np.int32], FloatArray]:
    """Rows and amounts of every option."""
    size = np.ones(len(pairs) + len(none), dtype=np.int64)
    size[slot] = np.diff(model.row_ptr)[model.place[pairs]]
    entry_ptr = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
    row = np.empty(entry_ptr[-1], dtype=np.int32)
    amount = np.empty(entry_ptr[-1])
    who, used, taken = model.entries(pairs)
    first = np.searchsorted(who, np.arange(len(pairs)))
    target = entry_ptr[slot][who] + np.arange(len(who)) - first[who]
    row[target], amount[target] = used, taken
    row[entry_ptr[none]] = len(model.capacity)
    amount[entry_ptr[none]] = model.weight
    return entry_ptr, row, amount
