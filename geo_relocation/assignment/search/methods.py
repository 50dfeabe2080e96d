"""The ways in which the search looks for a better plan, each a step of bounded length.

A step starts from what was best when its round began and touches nothing that a step beside it
uses, so that it does not matter in which order, or at the same time, they run.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from geo_relocation.arrays import Flag, IntArray
from geo_relocation.assignment.bounds.knapsacks import Payments
from geo_relocation.assignment.bounds.relax import Proof
from geo_relocation.assignment.model import Model
from geo_relocation.assignment.repair import refit
from geo_relocation.assignment.search.anneal import Schedule, anneal
from geo_relocation.assignment.search.branch import differing, solve_part
from geo_relocation.assignment.search.chains import Best, descend, make_ground, make_walk, place_all
from geo_relocation.assignment.search.columns import Columns, applies
from geo_relocation.assignment.search.core import Core
from geo_relocation.assignment.search.fixing import open_pairs, solve_core
from geo_relocation.assignment.search.leaving import Leaving, is_scarce
from geo_relocation.assignment.search.neighbours import Neighbourhoods
from geo_relocation.assignment.search.relinking import POOL, Pool, starting_prices

LOOKS_PER_MOVE = 16
"""Moves that relinking looks at in the time of one annealing move."""

_FIRST = (Schedule(0, 0.1, 0.02, 0.1, 100.0), Schedule(0, 0.3, 0.03, 0.01, 100.0))
_AGAIN = (
    Schedule(0, 0.1, 0.003, 0.3, 10.0),
    Schedule(0, 0.05, 0.003, 0.3, 10.0),
    Schedule(0, 0.03, 0.003, 0.5, 20.0),
    Schedule(0, 0.1, 0.02, 0.1, 100.0),
)
_ROUGH = Schedule(0, 0.3, 0.02, 0.05, 20.0)
"""For the first plans of a pool, which must differ."""

_ROUGH_MOVES = 250
"""Moves per firm for each of them."""

_MERGED = 400
"""Firms on which plans may differ to be merged by branch and bound."""

MERGED_FIRMS = 15_000
"""Firms up to which plans are merged; in larger ones they differ on too many firms."""

_NODES = 500
_PART_SECONDS = 2.0
_PARTS = 3
"""Neighbourhoods in one step under a work limit."""

_TRIED = (12, 2)
"""Rounds in which each slot tries to leave out no more than is proven to be necessary, before it
takes what the best plan leaves out for given and looks for a cheaper one."""

_CORE_PAIRS = 12_000
_STALE = 30_000
"""Moves per firm without a better plan after which a pool begins anew; at least for `_FEWEST`
firms."""

_FEWEST = 200

_OFFERED = POOL // 2
"""Plans at most that a new pool takes from the old one, and as many from the pool beside it."""


@dataclass(frozen=True)
class Found:
    """What a step gave.

    Attributes
    ----------
    chosen
        A plan that fits; None when there was none.
    bound
        A bound on the cost that was proven on the way, or None.
    speed
        Annealing moves a second, or moves that took as long; None where it was not measured.
    extra
        Annealing moves made beyond those asked for, to begin a pool.
    hopeful
        Whether the same step with more time would find the best plan, or prove that it was met.
    """

    chosen: IntArray | None
    bound: float | None = None
    speed: float | None = None
    extra: int = 0
    hopeful: bool = False


@dataclass
class _Kept:
    """What a slot keeps from step to step."""

    pool: Pool | None = None
    stale: int = 0
    around: Neighbourhoods | None = None
    columns: Columns | None = None
    leaving: Leaving | None = None
    offered: IntArray | None = None
    pools: int = 0


@dataclass
class Methods:
    """The steps on one model.

    Attributes
    ----------
    model, proof, core
        The model, its bounds, and its promising pairs.
    seed
        Seed of the search.
    stop
        One flag; steps end soon after it is set.
    best
        The best plan when the round began.
    other
        A plan of the last round that was nearly as good, to merge with.
    until
        Reading of `time.monotonic` at which the search ends; None where steps are limited by
        what they do instead.
    left
        Annealing moves that each slot can still make.
    paid
        What is known from knapsacks, if anything.
    with_columns, scarce
        Whether `dive` can be used, and whether `leave` is.
    """

    model: Model
    proof: Proof
    core: Core
    seed: int
    stop: Flag
    best: IntArray
    other: IntArray | None = None
    until: float | None = None
    left: float = np.inf
    paid: Payments | None = None
    with_columns: bool = field(init=False)
    scarce: bool = field(init=False)
    _kept: tuple[_Kept, _Kept] = field(default_factory=lambda: (_Kept(), _Kept()))

    def __post_init__(self) -> None:
        """Find out once which methods apply."""
        self.with_columns = self.paid is not None and applies(self.model)
        self.scarce = self.model.firms <= MERGED_FIRMS and is_scarce(self.model, self.proof)

    def settle(self) -> None:
        """Between two rounds: what the pool of each slot has for a new one."""
        for kept in self._kept:
            if kept.pool is not None:
                kept.offered = kept.pool.good(_OFFERED)

    def walk(self, slot: int, number: int, moves: int) -> Found:
        """Anneal from the best plan, at first from the fractional one, and merge the two."""
        early, core = number == 0, self._core(slot, number)
        pattern = _FIRST[slot] if early else _AGAIN[(2 * number + slot) % len(_AGAIN)]
        plan = Schedule(moves, pattern.hot, pattern.cold, pattern.lenient, pattern.strict)
        begin = core.options(self.proof.relaxation.start if early else self.best)
        began = time.monotonic()
        seed = self._seed(slot, number)
        # A plan to merge with must differ: what is met on the way out of the best does not.
        skip = 0 if early or self.model.firms > MERGED_FIRMS else moves // 2
        found, last = anneal(core, begin, None, plan, seed=seed, stop=self.stop, skip=skip)
        speed = moves / max(time.monotonic() - began, 1e-3)
        chosen = self._fitting(found, last)
        return Found(self._merged(chosen) if skip else chosen, speed=speed)

    def relink(self, slot: int, number: int, moves: int) -> Found:
        """Path relinking on the slot's own pool."""
        kept = self._kept[slot]
        seed = self._seed(slot, number)
        core = self._core(slot, number)
        fresh = (
            kept.pool is None
            or kept.stale >= _STALE * max(self.model.firms, _FEWEST)
            or kept.pool.ground.capacity[-1] != core.capacity[-1]
        )
        if kept.pool is None or fresh:
            kept.pool, kept.stale = self._pool(core, slot, seed), 0
        before = float(kept.pool.best.cost[0])
        began = time.monotonic()
        kept.pool.search(moves * LOOKS_PER_MOVE, seed=seed, stop=self.stop, fresh=fresh)
        speed = moves / max(time.monotonic() - began, 1e-3)
        better = float(kept.pool.best.cost[0]) < before
        kept.stale = 0 if better else kept.stale + moves
        found = kept.pool.best.option if np.isfinite(kept.pool.best.cost[0]) else None
        chosen = self._fitting(found, kept.pool.good(1)[0] if found is None else found)
        extra = POOL * self._rough_moves() if fresh and kept.pools % 2 else 0
        return Found(chosen, speed=None if fresh else speed, extra=extra)

    def neighbours(self, slot: int, number: int, seconds: float) -> Found:
        """Branch and bound on the firms of a few places after the other."""
        kept = self._kept[slot]
        if kept.around is None:
            kept.around = Neighbourhoods.of(self.core)
        rng = np.random.default_rng(self._seed(slot, number))
        best, end, count = self.best, time.monotonic() + seconds, 0
        while not self.stop[0]:
            if (count >= _PARTS) if self.until is None else (time.monotonic() >= end):
                break
            count += 1
            part = kept.around.draw(self.core.options(best), rng)
            result = solve_part(
                self.model,
                best,
                part,
                may_leave=self._may_leave(best),
                seconds=self._part_seconds(),
                nodes=_NODES,
            )
            kept.around.learn(easy=result.proven)
            if result.chosen is not None:
                best = min(best, result.chosen, key=self.model.value)
        return Found(best)

    def dive(self, slot: int, number: int) -> Found:
        """One dive on columns; the plan it ends with is improved by ejection chains."""
        kept = self._kept[slot]
        if self.paid is None:
            return Found(None)
        if kept.columns is None:
            kept.columns = Columns.of(self.paid.tables, self.paid.prices)
            for option in self._plans(self._seed(slot, number), POOL):
                kept.columns.learn(self.core.place[option])
        kept.columns.learn(self.core.place[self.core.options(self.best)])
        rng = np.random.default_rng(self._seed(slot, number))
        below = np.inf if self.model.left_out(self.best) else float(self.model.cost_of(self.best))
        chosen = kept.columns.dive(rng, below=below, stop=self.stop)
        bound = kept.columns.bound
        if chosen is None:
            return Found(None, bound=bound)
        if self.model.fits(chosen) and (chosen >= 0).all():
            return Found(min(chosen, self._descended(chosen), key=self.model.value), bound=bound)
        return Found(self._descended(chosen), bound=bound)

    def leave(self, slot: int, number: int, moves: int, usual: Callable[[], Found]) -> Found:
        """Decide who is left out and fit the others in; the usual step where that gives no plan."""
        kept = self._kept[slot]
        if kept.leaving is None:
            kept.leaving = Leaving(self.model, self.proof, slot)
        seed = self._seed(slot, number)
        taken = kept.leaving.step(self.best, self.left, seed=seed, stop=self.stop, until=self.until)
        if taken is None:
            return usual()
        if taken.chosen is None:
            found = usual()
            return replace(found, bound=taken.bound, extra=found.extra + taken.moves)
        return Found(taken.chosen, bound=taken.bound, extra=max(taken.moves - moves, 0))

    @property
    def _core_pairs(self) -> int:
        return min(_CORE_PAIRS, 6 * self.model.firms)

    def branch_pays(self) -> bool:
        """Whether the core model is worth its time: not where knapsacks say it lacks much."""
        if self.paid is None:
            return True
        relaxation, may_leave = self.proof.relaxation, self.proof.may_leave
        within = open_pairs(self.model, relaxation, self.best, self.paid, may_leave=may_leave)
        return int(np.count_nonzero(within)) <= self._core_pairs

    def branch(self, seconds: float) -> Found:
        """Branch and bound on the core model; only under a clock."""
        result = solve_core(
            self.model,
            self.proof.relaxation,
            self.best,
            self.paid,
            may_leave=self.proof.may_leave,
            pairs=self._core_pairs,
            seconds=seconds,
        )
        return Found(result.chosen, bound=result.bound, hopeful=result.complete)

    def _part_seconds(self) -> float | None:
        """Wall-clock limit of a part; None where only its nodes limit it."""
        if self.until is None:
            return None
        return min(_PART_SECONDS, self.until - time.monotonic())

    def _seed(self, slot: int, number: int) -> int:
        return self.seed * 10_007 + 2 * number + slot + 1

    def _may_leave(self, chosen: IntArray) -> int:
        return max(self.proof.may_leave, self.model.left_out(chosen))

    def _core(self, slot: int, number: int) -> Core:
        """The promising pairs, with what may be left out in this round."""
        left = self.model.left_out(self.best)
        if number < _TRIED[slot] or left <= self.proof.may_leave:
            return self.core
        return replace(self.core, capacity=np.append(self.core.capacity[:-1], float(left)))

    def _pool(self, core: Core, slot: int, seed: int) -> Pool:
        """A new pool: of new plans at first, then of good ones of both old pools.

        Every other time, half of them are new again.
        """
        kept, beside = self._kept[slot], self._kept[1 - slot]
        kept.pools += 1
        if kept.offered is None or beside.offered is None:
            plans = self._plans(seed, POOL)
        else:
            new = 0 if kept.pools % 2 == 0 else POOL // 2
            old = (POOL - new) // 2
            plans = np.concatenate(
                [kept.offered[:old], beside.offered[:old], self._plans(seed, new)]
            )
        plans[0] = core.options(self.best)
        return Pool.of(make_ground(core), plans)

    def _plans(self, seed: int, count: int) -> IntArray:
        """Plans by short runs of annealing from the fractional plan; they need not fit."""
        plan = Schedule(self._rough_moves(), _ROUGH.hot, _ROUGH.cold, _ROUGH.lenient, _ROUGH.strict)
        begin = self.core.options(self.proof.relaxation.start)
        found = np.empty((count, self.core.firms), dtype=np.int64)
        for s in range(count):
            found[s] = anneal(self.core, begin, None, plan, seed=POOL * seed + s, stop=self.stop)[1]
        return found

    def _rough_moves(self) -> int:
        """Moves for each plan of a new pool: half of what is left at most goes into all."""
        usual = max(_ROUGH_MOVES * self.model.firms, 50_000)
        return int(min(usual, max(0.5 * self.left / POOL, 10 * self.model.firms)))

    def _descended(self, chosen: IntArray) -> IntArray:
        """A plan improved by ejection chains and made to fit."""
        ground = make_ground(self.core)
        walk = make_walk(ground)
        best = Best(walk.option.copy(), np.array([np.inf]))
        walk.option[:] = self.core.options(chosen)
        place_all(ground, walk)
        descend(ground, walk, starting_prices(ground), best, self.stop)
        found = best.option if np.isfinite(best.cost[0]) else None
        return self._fitting(found, walk.option)

    def _merged(self, chosen: IntArray) -> IntArray:
        """The best that can be made of a new plan, the best and the one nearly as good."""
        others = [] if self.other is None else [[self.best, chosen, self.other]]
        for plans in (*others, [self.best, chosen]):
            part = differing(plans)
            if not 1 < len(part.firms(self.model)) <= _MERGED:
                continue
            least = min(plans, key=self.model.value)
            result = solve_part(
                self.model,
                least,
                part,
                may_leave=self._may_leave(least),
                seconds=self._part_seconds(),
                nodes=_NODES,
            )
            if result.chosen is None:
                return least
            return min(least, result.chosen, key=self.model.value)
        return chosen

    def _fitting(self, found: IntArray | None, last: IntArray) -> IntArray:
        """The better of the best plan met and the last one made to fit."""
        mended = refit(self.model, self.core.chosen(last))
        if found is None:
            return mended
        return min(self.core.chosen(found), mended, key=self.model.value)
