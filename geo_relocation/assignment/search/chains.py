r"""Local search by ejection chains: a firm leaves, others move up one after the other, it lands.

Plans may be overfull. A plan is worth its cost plus, for each row, :math:`\alpha_r` times what is
overdrawn. For each firm in turn the best of three kinds of move is made: it shifts to another
place; it changes places with a firm there; or a chain of firms moves up, each into the place
that the one before it left, and the firm that began it takes the best place then. Every plan
looked at that fits and is better than the best so far is kept, whatever the walk does next.

After Yagiura, Ibaraki and Glover, "An ejection chain approach for the generalized assignment
problem", INFORMS Journal on Computing 16 (2004) 133-151.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo_relocation.arrays import FloatArray, IntArray, Mask
from geo_relocation.assignment.search.core import Core
from geo_relocation.compiling import compiled

DEPTH = 4
"""Longest chain."""

LOOK = 8
"""Candidates looked at for a place that was left, those of the least reduced cost first."""

_TINY = 1e-7
_STAY, _SHIFT, _SWAP, _CHAIN = 0, 1, 2, 3


class Ground(NamedTuple):
    """What a search walks on: a core, and who could move into each place.

    Attributes
    ----------
    ptr, place, cost, reduced, entry_ptr, entry_row, entry_amount, capacity
        As in the core.
    option_in
        Option of a firm in a place, -1 for none: the core's index.
    price
        Of each row: what land left idle is worth.
    near_ptr, near
        Options that lead into place p, of least reduced cost first, are
        ``near[near_ptr[p]:near_ptr[p + 1]]``.
    owner
        Firm of each option.
    room_ptr
        Where the list of members of each place begins; the last place is being left out.
    """

    ptr: IntArray
    place: IntArray
    cost: FloatArray
    reduced: FloatArray
    entry_ptr: IntArray
    entry_row: NDArray[np.int32]
    entry_amount: FloatArray
    option_in: NDArray[np.int32]
    capacity: FloatArray
    price: FloatArray
    near_ptr: IntArray
    near: IntArray
    owner: IntArray
    room_ptr: IntArray


class Walk(NamedTuple):
    """The state of a walk; everything changes in place.

    Attributes
    ----------
    option
        Option of each firm.
    gap
        Load less capacity of each row.
    member, size, where
        Firms in each place, how many, and the position of each firm among them.
    order
        Order in which firms are tried.
    marked
        Firms in the chain at hand.
    chain
        Firm, old and new option of each link of the chain: shape (3, DEPTH).
    awake
        Firms to be tried: those for which something near has changed since they were.
    """

    option: IntArray
    gap: FloatArray
    member: NDArray[np.int32]
    size: IntArray
    where: NDArray[np.int32]
    order: IntArray
    marked: Mask
    chain: IntArray
    awake: Mask


class Best(NamedTuple):
    """The best plan that fits: its options, and its cost in an array of one."""

    option: IntArray
    cost: FloatArray


def make_ground(core: Core) -> Ground:
    """Lay out a core for local search; it must have an index."""
    owner = np.repeat(np.arange(core.firms), np.diff(core.ptr))
    near = np.lexsort((core.reduced, core.place))
    places = core.index_width
    size = np.bincount(core.place, minlength=places)
    start = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
    return Ground(
        ptr=core.ptr,
        place=core.place,
        cost=core.cost,
        reduced=core.reduced,
        entry_ptr=core.entry_ptr,
        entry_row=core.entry_row,
        entry_amount=core.entry_amount,
        option_in=core.index,
        capacity=core.capacity,
        price=core.price,
        near_ptr=start,
        near=near.astype(np.int64),
        owner=owner.astype(np.int64),
        room_ptr=start,
    )


def make_walk(ground: Ground) -> Walk:
    """An empty state for a ground."""
    firms, places = len(ground.ptr) - 1, len(ground.room_ptr) - 1
    return Walk(
        option=np.zeros(firms, dtype=np.int64),
        gap=np.zeros(len(ground.capacity)),
        member=np.zeros(int(ground.room_ptr[-1]), dtype=np.int32),
        size=np.zeros(places, dtype=np.int64),
        where=np.zeros(firms, dtype=np.int32),
        order=np.arange(firms, dtype=np.int64),
        marked=np.zeros(firms, dtype=np.bool_),
        chain=np.zeros((3, DEPTH), dtype=np.int64),
        awake=np.ones(firms, dtype=np.bool_),
    )


@compiled()
def _over(x: float) -> float:
    return x if x > 0.0 else 0.0  # noqa: FURB136 - max of floats is slower here


@compiled()
def change(g: Ground, gap: FloatArray, dear: FloatArray, option: int, sign: float) -> float:
    """Add an option to its rows, or take it away; returns the change in what is overdrawn."""
    priced = 0.0
    for e in range(g.entry_ptr[option], g.entry_ptr[option + 1]):
        r = g.entry_row[e]
        before = gap[r]
        gap[r] = before + sign * g.entry_amount[e]
        priced += dear[r] * (_over(gap[r]) - _over(before))
    return priced


@compiled()
def added(g: Ground, gap: FloatArray, dear: FloatArray, option: int) -> float:
    """What adding an option would overdraw, priced."""
    priced = 0.0
    for e in range(g.entry_ptr[option], g.entry_ptr[option + 1]):
        r = g.entry_row[e]
        priced += dear[r] * (_over(gap[r] + g.entry_amount[e]) - _over(gap[r]))
    return priced


@compiled()
def overdrawn(gap: FloatArray, dear: FloatArray) -> float:
    """What a plan overdraws in all, priced."""
    priced = 0.0
    for r in range(len(gap)):
        priced += dear[r] * _over(gap[r])
    return priced


@compiled()
def place_all(g: Ground, w: Walk) -> None:
    """Bring the state up to date with `w.option`."""
    w.gap[:] = -g.capacity
    w.size[:] = 0
    for j in range(len(w.option)):
        o = w.option[j]
        p = g.place[o]
        for e in range(g.entry_ptr[o], g.entry_ptr[o + 1]):
            w.gap[g.entry_row[e]] += g.entry_amount[e]
        w.member[g.room_ptr[p] + w.size[p]] = j
        w.where[j] = w.size[p]
        w.size[p] += 1


@compiled()
def _put(g: Ground, w: Walk, j: int, option: int) -> None:
    """Move a firm in the lists of members."""
    p, q = g.place[w.option[j]], g.place[option]
    last = w.member[g.room_ptr[p] + w.size[p] - 1]
    w.member[g.room_ptr[p] + w.where[j]] = last
    w.where[last] = w.where[j]
    w.size[p] -= 1
    w.member[g.room_ptr[q] + w.size[q]] = j
    w.where[j] = w.size[q]
    w.size[q] += 1
    w.option[j] = option


@compiled()
def _wake(g: Ground, w: Walk, old: int, new: int) -> None:
    """Wake the firms in two places, and those that could move into the one that is left."""
    left, filled = g.place[old], g.place[new]
    for p in (left, filled):
        for i in range(w.size[p]):
            w.awake[w.member[g.room_ptr[p] + i]] = True
    for c in range(g.near_ptr[left], g.near_ptr[left + 1]):
        w.awake[g.owner[g.near[c]]] = True


@compiled()
def _move_up(g: Ground, w: Walk, dear: FloatArray, vacant: int) -> tuple[int, int, int]:
    """Firm and option that would best fill a place just left, and how many were looked at."""
    firm, option, least, looked = -1, -1, 1e300, 0
    for c in range(g.near_ptr[vacant], g.near_ptr[vacant + 1]):
        o = g.near[c]
        k = g.owner[o]
        old = w.option[k]
        if w.marked[k] or g.place[old] == vacant:
            continue
        looked += 1
        if looked > LOOK:
            break
        value = g.reduced[o] - g.reduced[old]
        if value >= least:
            continue
        for e in range(g.entry_ptr[o], g.entry_ptr[o + 1]):
            r = g.entry_row[e]
            before, after = w.gap[r], w.gap[r] + g.entry_amount[e]
            value += dear[r] * (_over(after) - _over(before))
            value += g.price[r] * (_over(-after) - _over(-before))
        for e in range(g.entry_ptr[old], g.entry_ptr[old + 1]):
            r = g.entry_row[e]
            value += dear[r] * (_over(w.gap[r] - g.entry_amount[e]) - _over(w.gap[r]))
        if value < least:
            firm, option, least = k, o, value
    return firm, option, looked


@compiled()
def descend(  # noqa: C901, PLR0912, PLR0915 - one loop that must stay in one piece
    g: Ground, w: Walk, dear: FloatArray, best: Best, stop: Mask
) -> int:
    """Improve a walk until no firm has a better move.

    Parameters
    ----------
    g, w
        Ground and state, which changes in place.
    dear
        Price of what is overdrawn, for each row.
    best
        Best plan that fits; changes in place.
    stop
        One flag; the search ends soon after it is set.

    Returns
    -------
    int
        Moves looked at.
    """
    firms, none = len(w.option), len(g.room_ptr) - 2
    total, looks, quiet, at = 0.0, 0, 0, 0
    for j in range(firms):
        total += g.cost[w.option[j]]
    over = overdrawn(w.gap, dear)
    least = _TINY + 1e-12 * (total + over)  # less is lost in rounding, and would never end
    w.awake[:] = True
    while quiet < firms and not stop[0]:
        j = w.order[at]
        at = at + 1 if at + 1 < firms else 0
        quiet += 1
        if not w.awake[j]:
            continue
        w.awake[j] = False
        if g.ptr[j + 1] - g.ptr[j] < 2:  # noqa: PLR2004
            continue
        old = w.option[j]
        p0 = g.place[old]
        gone = change(g, w.gap, dear, old, -1.0)
        out = gone - g.cost[old]
        # The best move of any worth, and the best that fits and beats the best plan.
        value, kind, new, other, other_new, depth = -least, _STAY, -1, -1, -1, 0
        fit = best.cost[0] - total - over
        fit_kind, fit_new, fit_other, fit_other_new, fit_depth = _STAY, -1, -1, -1, 0
        for o in range(g.ptr[j], g.ptr[j + 1]):
            if o == old:
                continue
            p1 = g.place[o]
            plus = added(g, w.gap, dear, o)
            v = out + g.cost[o] + plus
            if v < value:
                value, kind, new = v, _SHIFT, o
            if v < fit and over + gone + plus < _TINY:
                fit, fit_kind, fit_new = v, _SHIFT, o
            if p1 == none:
                continue
            plus = change(g, w.gap, dear, o, 1.0)
            looks += w.size[p1]
            for i in range(w.size[p1]):
                h = w.member[g.room_ptr[p1] + i]
                back = g.option_in[h, p0]
                if back < 0:
                    continue
                left = w.option[h]
                minus = change(g, w.gap, dear, left, -1.0)
                v = out + g.cost[o] + plus + g.cost[back] - g.cost[left] + minus
                if v < value or v < fit:
                    more = added(g, w.gap, dear, back)
                    v += more
                    if v < value:
                        value, kind, new, other, other_new = v, _SWAP, o, h, back
                    if v < fit and over + gone + plus + minus + more < _TINY:
                        fit, fit_kind, fit_new = v, _SWAP, o
                        fit_other, fit_other_new = h, back
                change(g, w.gap, dear, left, 1.0)
            change(g, w.gap, dear, o, -1.0)
        # The chain: it is carried out link by link and taken back at the end.
        vacant, links, spent, priced = p0, 0, out, gone
        w.marked[j] = True
        while links < DEPTH and vacant < none:
            k, o, looked = _move_up(g, w, dear, vacant)
            looks += looked
            if k < 0:
                break
            left = w.option[k]
            step = change(g, w.gap, dear, left, -1.0)
            step += change(g, w.gap, dear, o, 1.0)
            priced += step
            spent += step + g.cost[o] - g.cost[left]
            w.chain[0, links], w.chain[1, links], w.chain[2, links] = k, left, o
            w.marked[k] = True
            links += 1
            vacant = g.place[left]
            for last in range(g.ptr[j], g.ptr[j + 1]):
                v = spent + g.cost[last]
                if v >= value and v >= fit:
                    continue
                plus = added(g, w.gap, dear, last)
                v += plus
                if v < value:
                    value, kind, new, depth = v, _CHAIN, last, links
                if v < fit and over + priced + plus < _TINY:
                    fit, fit_kind, fit_new, fit_depth = v, _CHAIN, last, links
        for i in range(links - 1, -1, -1):
            change(g, w.gap, dear, w.chain[2, i], -1.0)
            change(g, w.gap, dear, w.chain[1, i], 1.0)
            w.marked[w.chain[0, i]] = False
        w.marked[j] = False
        change(g, w.gap, dear, old, 1.0)
        if fit_kind != _STAY:
            best.option[:] = w.option
            if fit_kind == _SWAP:
                best.option[fit_other] = fit_other_new
            for i in range(fit_depth if fit_kind == _CHAIN else 0):
                best.option[w.chain[0, i]] = w.chain[2, i]
            best.option[j] = fit_new
            best.cost[0] = 0.0
            for i in range(firms):
                best.cost[0] += g.cost[best.option[i]]
        if kind == _STAY:
            continue
        quiet = 0
        _wake(g, w, old, new)
        if kind == _SWAP:
            _wake(g, w, w.option[other], other_new)
            change(g, w.gap, dear, w.option[other], -1.0)
            change(g, w.gap, dear, other_new, 1.0)
            total += g.cost[other_new] - g.cost[w.option[other]]
            _put(g, w, other, other_new)
        for i in range(depth if kind == _CHAIN else 0):
            _wake(g, w, w.chain[1, i], w.chain[2, i])
            change(g, w.gap, dear, w.chain[1, i], -1.0)
            change(g, w.gap, dear, w.chain[2, i], 1.0)
            total += g.cost[w.chain[2, i]] - g.cost[w.chain[1, i]]
            _put(g, w, w.chain[0, i], w.chain[2, i])
        change(g, w.gap, dear, old, -1.0)
        change(g, w.gap, dear, new, 1.0)
        total += g.cost[new] - g.cost[old]
        _put(g, w, j, new)
        over = overdrawn(w.gap, dear)
    return looks
