"""Path relinking: plans between two good plans, each improved by ejection chains.

A pool of plans is kept. Two are drawn; step by step the first becomes the second, always by the
change that is best at that moment; the best plans on the way are improved and join the pool
where they are better than its worst. The prices of overdrawn rows rise where an improved plan
does not fit and fall where it does, so that the search stays at the border of what fits.

After Yagiura, Ibaraki and Glover, "A path relinking approach with ejection chains for the
generalized assignment problem", European Journal of Operational Research 169 (2006) 548-569.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_relocation.arrays import FloatArray, IntArray, Mask
from geo_relocation.assignment.search.anneal import seeded, uniform
from geo_relocation.assignment.search.chains import (
    Best,
    Ground,
    Walk,
    added,
    change,
    descend,
    make_walk,
    overdrawn,
    place_all,
)
from geo_relocation.compiling import compiled

POOL = 60
"""Plans kept."""

ON_THE_WAY = 10
"""Plans of a path that are improved."""

DEARER, CHEAPER = 0.1, 0.1
"""How fast the price of an overdrawn row rises, and all prices fall, per plan improved."""

DEAREST = 100.0
"""Most that overdrawing costs, in prices of idle land: beyond, rounding would hide the costs."""

_FEWEST = 4
"""Two plans that differ in fewer firms are too near for a path."""


@dataclass
class Pool:
    """Plans of a ground, with the prices of what is overdrawn.

    Attributes
    ----------
    ground
        What the plans are on.
    plans
        Options of each firm in each plan: shape (plans, firms). Need not fit.
    dear
        Price of what is overdrawn, for each row.
    best
        The best plan met that fits; its cost is infinite when there was none.
    """

    ground: Ground
    plans: IntArray
    dear: FloatArray
    best: Best

    @classmethod
    def of(cls, ground: Ground, plans: IntArray) -> Pool:
        """A pool of plans as they are."""
        best = Best(plans[0].copy(), np.array([np.inf]))
        return cls(ground, plans, starting_prices(ground), best)

    def search(self, looks: int, *, seed: int, stop: Mask, fresh: bool) -> None:
        """Relink until so many moves were looked at.

        Parameters
        ----------
        looks
            Moves looked at; the last plan is finished.
        seed
            Of the random numbers.
        stop
            One flag; the search ends soon after it is set.
        fresh
            Whether the plans of the pool are to be improved first.
        """
        walk = make_walk(self.ground)
        relink(self.ground, walk, self.plans, self.dear, self.best, looks, seed, stop, fresh)

    def good(self, most: int) -> IntArray:
        """The plans that are worth most, the best first; they need not fit."""
        walk = make_walk(self.ground)
        worth = [_worth(self.ground, walk.gap, plan, self.dear) for plan in self.plans]
        found: IntArray = self.plans[np.argsort(worth, kind="stable")[:most]]
        return found


@compiled()
def starting_prices(ground: Ground) -> FloatArray:
    """Prices of what is overdrawn to begin with: twice what idle land is worth."""
    some = ground.price[ground.price > 0]
    usual = np.median(some) if len(some) else 1.0
    return 2.0 * np.maximum(ground.price, 0.3 * usual)


@compiled()
def _worth(g: Ground, gap: FloatArray, option: IntArray, dear: FloatArray) -> float:
    """Cost of a plan and what it overdraws, priced; `gap` receives load less capacity."""
    gap[:] = -g.capacity
    total = 0.0
    for j in range(len(option)):
        o = option[j]
        total += g.cost[o]
        for e in range(g.entry_ptr[o], g.entry_ptr[o + 1]):
            gap[g.entry_row[e]] += g.entry_amount[e]
    return total + overdrawn(gap, dear)


@compiled()
def _path(
    g: Ground, w: Walk, target: IntArray, dear: FloatArray, differ: IntArray, way: IntArray
) -> int:
    """Walk from `w.option` to `target`; returns how many plans between were put in `way`."""
    count = 0
    for j in range(len(target)):
        if w.option[j] != target[j]:
            differ[count] = j
            count += 1
    worth = np.empty(len(way))
    value, steps, kept = _worth(g, w.gap, w.option, dear), count, 0
    for step in range(steps - 1):
        at, least = -1, 1e300
        for i in range(count):
            old, new = w.option[differ[i]], target[differ[i]]
            delta = change(g, w.gap, dear, old, -1.0)
            delta += added(g, w.gap, dear, new) + g.cost[new] - g.cost[old]
            change(g, w.gap, dear, old, 1.0)
            if delta < least:
                at, least = i, delta
        j = differ[at]
        change(g, w.gap, dear, w.option[j], -1.0)
        change(g, w.gap, dear, target[j], 1.0)
        w.option[j] = target[j]
        value += least
        count -= 1
        differ[at] = differ[count]
        if step == 0 or step == steps - 2:
            continue  # next to an end, improving would only lead back to it
        slot = kept
        if kept < len(way):
            kept += 1
        else:
            slot = int(np.argmax(worth))
            if value >= worth[slot]:
                continue
        way[slot], worth[slot] = w.option, value
    return kept


@compiled()
def _adapt(g: Ground, gap: FloatArray, dear: FloatArray, dearest: FloatArray) -> None:
    """Dearer where the plan at hand is overdrawn; cheaper everywhere when it fits."""
    worst = 0.0
    for r in range(len(gap)):
        worst = max(worst, gap[r] / max(g.capacity[r], 1.0))
    for r in range(len(gap)):
        if worst <= 0.0:
            dear[r] = max(dear[r] * (1.0 - CHEAPER), 0.5 * g.price[r] + 1e-9)
        elif gap[r] > 0.0:
            dearer = dear[r] * (1.0 + DEARER * gap[r] / max(g.capacity[r], 1.0) / worst)
            dear[r] = min(dearer, dearest[r])


@compiled()
def _join(g: Ground, w: Walk, plans: IntArray, dear: FloatArray) -> None:
    """Put the walk's plan in the place of the pool's worst, if it is new and better."""
    for s in range(len(plans)):
        if (plans[s] == w.option).all():
            return
    worst, value = 0, -1e300
    for s in range(len(plans)):
        other = _worth(g, w.gap, plans[s], dear)
        if other > value:
            worst, value = s, other
    if _worth(g, w.gap, w.option, dear) < value:
        plans[worst] = w.option


@compiled()
def relink(
    g: Ground,
    w: Walk,
    plans: IntArray,
    dear: FloatArray,
    best: Best,
    most: int,
    seed: int,
    stop: Mask,
    fresh: bool,
) -> None:
    """Relink pairs of plans; pool, prices and best plan change in place."""
    state = seeded(seed)
    firms, looks = len(w.option), 0
    differ = np.empty(firms, dtype=np.int64)
    dearest = DEAREST * starting_prices(g)
    way = np.empty((ON_THE_WAY, firms), dtype=np.int64)
    for s in range(len(plans) if fresh else 0):
        w.option[:] = plans[s]
        place_all(g, w)
        looks += descend(g, w, dear, best, stop)
        plans[s] = w.option
    while looks < most and not stop[0]:
        a, b = int(uniform(state) * len(plans)), int(uniform(state) * len(plans))
        looks += firms
        if a == b:
            continue
        w.option[:] = plans[a]
        kept = 0
        if (plans[a] != plans[b]).sum() >= _FEWEST:
            kept = _path(g, w, plans[b], dear, differ, way)
            looks += firms
        else:
            # Nearly the same plan twice: one of them is sent elsewhere.
            for _ in range(max(2, firms // 50)):
                j = int(uniform(state) * firms)
                plans[a, j] = g.ptr[j] + int(uniform(state) * (g.ptr[j + 1] - g.ptr[j]))
        for q in range(kept):
            w.option[:] = way[q]
            for i in range(firms - 1, 0, -1):
                u = int(uniform(state) * (i + 1))
                w.order[i], w.order[u] = w.order[u], w.order[i]
            place_all(g, w)
            looks += descend(g, w, dear, best, stop)
            _adapt(g, w.gap, dear, dearest)
            _join(g, w, plans, dear)
            if stop[0] or looks >= most:
                break
