r"""Annealing with prices: walk through plans that may be overfull, and make that ever dearer.

A plan is valued by its reduced costs plus, for each row, :math:`\lambda` times the land left
idle and :math:`\gamma\lambda` times the land overdrawn. With :math:`\gamma` small the walk
passes through plans that do not fit; as it rises they fit. Three moves: one firm moves; two
change places; or one takes the place of a second, which moves to a third place. Everything is
counted in moves, so a run does not depend on the speed of the machine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo_relocation.arrays import FloatArray, IntArray, Mask
from geo_relocation.assignment.search.core import Core
from geo_relocation.compiling import compiled

SHIFT, SWAP = 0.3, 0.8
"""Of a random number in 0 to 1: below the first a shift, below the second a swap, else a
rotation."""

LOOK = 16
"""Members of a place looked at for a swap or rotation."""

OVERLOOK = 0.1
"""Chance that a member looked at is passed over, so that the walk does not repeat itself."""


@dataclass(frozen=True)
class Schedule:
    """How one annealing run cools.

    Attributes
    ----------
    moves
        Moves tried.
    hot, cold
        First and last temperature, in units of the core's spread.
    lenient, strict
        First and last factor on the price of overdrawn rows.
    """

    moves: int
    hot: float
    cold: float
    lenient: float
    strict: float


@compiled()
def seeded(seed: int) -> NDArray[np.uint64]:
    """State of the random numbers of a seed."""
    state = np.empty(1, dtype=np.uint64)
    state[0] = np.uint64(seed) * np.uint64(2685821657736338717) + np.uint64(88172645463325252)
    return state


@compiled(inline="always")
def uniform(state: NDArray[np.uint64]) -> float:
    """The next random number in (0, 1), by xorshift."""
    x = state[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state[0] = x
    return (float(x >> np.uint64(11)) + 0.5) / 9007199254740992.0


@compiled(inline="always")
def _price(gap: float, idle: float, over: float) -> float:
    """Price of a row's state; `gap` is load minus capacity."""
    return over * gap if gap > 0.0 else -idle * gap


@compiled(inline="always")
def _shift_load(
    option: int,
    sign: float,
    entry_ptr: IntArray,
    entry_row: NDArray[np.int32],
    entry_amount: FloatArray,
    gap: FloatArray,
    idle: FloatArray,
    over: FloatArray,
) -> float:
    """Add an option to the rows, or take it away, and return the change in their price."""
    change = 0.0
    for e in range(entry_ptr[option], entry_ptr[option + 1]):
        r = entry_row[e]
        before = gap[r]
        after = before + sign * entry_amount[e]
        change += _price(after, idle[r], over[r]) - _price(before, idle[r], over[r])
        gap[r] = after
    return change


@compiled(inline="always")
def _find(firm: int, place: int, ptr: IntArray, places: IntArray, index: NDArray[np.int32]) -> int:
    """Option of a firm in a place, -1 for none."""
    if index.shape[0] > 0:
        return int(index[firm, place])
    for o in range(ptr[firm], ptr[firm + 1]):
        if places[o] == place:
            return o
    return -1


@compiled()
def _anneal(  # noqa: PLR0917, C901, PLR0912, PLR0915 - one loop that must stay in one piece
    ptr: IntArray,
    place: IntArray,
    cost: FloatArray,
    reduced: FloatArray,
    entry_ptr: IntArray,
    entry_row: NDArray[np.int32],
    entry_amount: FloatArray,
    index: NDArray[np.int32],
    room_ptr: IntArray,
    weight: FloatArray,
    capacity: FloatArray,
    price: FloatArray,
    floor: FloatArray,
    active: IntArray,
    option: IntArray,
    best: IntArray,
    best_left: float,
    best_cost: float,
    moves: int,
    hot: float,
    cold: float,
    lenient: float,
    strict: float,
    cut: float,
    seed: int,
    stop: Mask,
    skip: int,
) -> tuple[float, float]:
    """Anneal `option` in place; `best` receives the best plan that fits."""
    state = seeded(seed)
    for _ in range(20):
        uniform(state)
    firms, rows = len(option), len(capacity)
    none = len(room_ptr) - 2
    gap = -capacity.copy()
    member = np.empty(room_ptr[-1], dtype=np.int32)
    size = np.zeros(none + 1, dtype=np.int64)
    where = np.empty(firms, dtype=np.int32)
    total, left = 0.0, 0.0
    for j in range(firms):
        o = option[j]
        p = place[o]
        total += cost[o]
        if p == none:
            left += weight[j]
        for e in range(entry_ptr[o], entry_ptr[o + 1]):
            gap[entry_row[e]] += entry_amount[e]
        member[room_ptr[p] + size[p]] = j
        where[j] = size[p]
        size[p] += 1
    # Firms changed since `best` was last brought up to date; -1 entries mean too many.
    changed = np.empty(firms, dtype=np.int32)
    marked = np.ones(firms, dtype=np.bool_)
    for j in range(firms):
        changed[j] = j
    changes = firms
    idle, over, dear = np.zeros(rows), np.zeros(rows), floor.copy()
    cooling, tightening = np.log(cold / hot), np.log(strict / lenient)
    heat = hot
    for step in range(moves):
        if step % 1024 == 0:
            if stop[0]:
                break
            heat = hot * np.exp(cooling * step / moves)
            factor = lenient * np.exp(tightening * min(1.0, step / (0.9 * moves)))
            for r in range(rows):
                if gap[r] > 0.0 and step > 0.9 * moves:
                    # Nearly done: what is still overdrawn must give way.
                    dear[r] *= 1.1
                idle[r] = price[r] * min(factor, 1.0)
                over[r] = dear[r] * factor
        j = active[int(uniform(state) * len(active))]
        old = option[j]
        p0 = place[old]
        new = ptr[j] + int(uniform(state) * (ptr[j + 1] - ptr[j]))
        p1 = place[new]
        if new == old:
            continue
        limit = -heat * np.log(uniform(state))
        base = reduced[new] - reduced[old]
        kind = uniform(state)
        other, third = -1, -1
        if p1 == none or size[p1] == 0 or kind < SHIFT:
            if base > limit + cut:
                continue
            delta = base + _shift_load(
                old, -1.0, entry_ptr, entry_row, entry_amount, gap, idle, over
            )
            delta += _shift_load(new, 1.0, entry_ptr, entry_row, entry_amount, gap, idle, over)
            if delta > limit:
                _shift_load(new, -1.0, entry_ptr, entry_row, entry_amount, gap, idle, over)
                _shift_load(old, 1.0, entry_ptr, entry_row, entry_amount, gap, idle, over)
                continue
        else:
            base += _shift_load(old, -1.0, entry_ptr, entry_row, entry_amount, gap, idle, over)
            base += _shift_load(new, 1.0, entry_ptr, entry_row, entry_amount, gap, idle, over)
            found = 1e300
            look = min(LOOK, size[p1])
            at = int(uniform(state) * size[p1])
            for _ in range(look):
                h = member[room_ptr[p1] + at]
                at += 1
                if at == size[p1]:
                    at = 0
                if h == j:
                    continue
                gone = option[h]
                if kind < SWAP:
                    o = _find(h, p0, ptr, place, index)
                    if o < 0:
                        continue
                else:
                    o = ptr[h] + int(uniform(state) * (ptr[h + 1] - ptr[h]))
                    if place[o] == p1 or place[o] == p0:
                        continue
                delta = base + reduced[o] - reduced[gone]
                if reduced[o] - reduced[gone] > limit + cut + heat:
                    continue
                for e in range(entry_ptr[gone], entry_ptr[gone + 1]):
                    r = entry_row[e]
                    x = gap[r]
                    delta += _price(x - entry_amount[e], idle[r], over[r])
                    delta -= _price(x, idle[r], over[r])
                    gap[r] = x - entry_amount[e]
                for e in range(entry_ptr[o], entry_ptr[o + 1]):
                    r = entry_row[e]
                    delta += _price(gap[r] + entry_amount[e], idle[r], over[r])
                    delta -= _price(gap[r], idle[r], over[r])
                for e in range(entry_ptr[gone], entry_ptr[gone + 1]):
                    gap[entry_row[e]] += entry_amount[e]
                if delta < found and uniform(state) >= OVERLOOK:
                    found = delta
                    other = h
                    third = o
            if other < 0 or found > limit:
                _shift_load(new, -1.0, entry_ptr, entry_row, entry_amount, gap, idle, over)
                _shift_load(old, 1.0, entry_ptr, entry_row, entry_amount, gap, idle, over)
                continue
        # Carry the move out: first `other` leaves its place, then firm j takes the new one.
        for turn in range(2):
            if turn == 0:
                if other < 0:
                    continue
                h, o = other, third
                gone = option[h]
                _shift_load(gone, -1.0, entry_ptr, entry_row, entry_amount, gap, idle, over)
                _shift_load(o, 1.0, entry_ptr, entry_row, entry_amount, gap, idle, over)
            else:
                h, o = j, new
                gone = option[h]
            p, q = place[gone], place[o]
            last = member[room_ptr[p] + size[p] - 1]
            member[room_ptr[p] + where[h]] = last
            where[last] = where[h]
            size[p] -= 1
            member[room_ptr[q] + size[q]] = h
            where[h] = size[q]
            size[q] += 1
            total += cost[o] - cost[gone]
            if p == none:
                left -= weight[h]
            if q == none:
                left += weight[h]
            option[h] = o
            if not marked[h]:
                marked[h] = True
                changed[changes] = h
                changes += 1
        if step < skip or left > best_left or (left == best_left and total >= best_cost):
            continue
        fits = True
        for r in range(rows - 1):
            if gap[r] > 0.0:
                fits = False
                break
        if fits:
            best_left, best_cost = left, total
            for i in range(changes):
                h = changed[i]
                best[h] = option[h]
                marked[h] = False
            changes = 0
    return best_left, best_cost


def anneal(
    core: Core,
    start: IntArray,
    best: IntArray | None,
    schedule: Schedule,
    *,
    seed: int,
    stop: Mask,
    skip: int = 0,
) -> tuple[IntArray | None, IntArray]:
    """One annealing run.

    Parameters
    ----------
    core
        Where to walk.
    start
        Option of each firm to begin with; need not fit.
    best
        Best plan so far that fits; None when there is none.
    schedule
        How to cool.
    seed
        Of the random numbers.
    stop
        One flag; the run ends soon after it is set.
    skip
        Moves at the beginning during which no plan is kept.

    Returns
    -------
    tuple
        The best plan that fits, None when none was met and none was given; and the last
        plan of the walk, which may not fit.
    """
    option = start.copy()
    kept = start.copy() if best is None else best.copy()
    left, cost = np.inf, np.inf
    if best is not None:
        none = core.pair[best] < 0
        left, cost = float(core.weight[none].sum()), float(core.cost[best].sum())
    size = np.bincount(core.place, minlength=core.index_width)
    room_ptr = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
    active = np.flatnonzero(np.diff(core.ptr) > 1).astype(np.int64)
    if not len(active):
        return (best, option)
    usual = np.median(core.price[core.price > 0]) if (core.price > 0).any() else 1.0
    found = _anneal(
        core.ptr, core.place, core.cost, core.reduced, core.entry_ptr, core.entry_row,
        core.entry_amount, core.index, room_ptr, core.weight, core.capacity, core.price,
        np.maximum(core.price, 0.1 * usual), active, option, kept, left, cost,
        schedule.moves, schedule.hot * core.spread, schedule.cold * core.spread,
        schedule.lenient, schedule.strict, 6.0 * core.spread, seed, stop, skip,
    )  # fmt: skip
    return (kept if np.isfinite(found[1]) else None), option
