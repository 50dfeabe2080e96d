"""The search for problems beyond the exact model: one setting for all sizes.

Rounds of two runs each, side by side on two threads: annealing under different schedules, and
now and then the core model. Each round starts from the best plan so far; which run finds what
does not depend on the number of threads or, under a work limit, on the machine.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from geo_relocation.matching.anneal import Schedule, anneal
from geo_relocation.matching.construct import complete, greedy
from geo_relocation.matching.core import Core, make_core, promising
from geo_relocation.matching.exact import Outcome
from geo_relocation.matching.fixing import solve_core
from geo_relocation.matching.model import Model
from geo_relocation.matching.problem import IntArray
from geo_relocation.matching.relax import Proof, prove
from geo_relocation.matching.repair import repair
from geo_relocation.matching.sharpen import second_choice
from geo_relocation.progress import SILENT, Progress

MOVES_PER_WORK = 1_000_000
"""Annealing moves in one unit of work."""

_FIRST = (Schedule(0, 0.1, 0.02, 0.1, 100.0), Schedule(0, 0.3, 0.03, 0.01, 100.0))
_CYCLE = (
    Schedule(0, 0.1, 0.02, 0.1, 100.0),
    Schedule(0, 0.05, 0.02, 0.3, 100.0),
    Schedule(0, 0.2, 0.03, 0.03, 100.0),
    Schedule(0, 0.03, 0.015, 1.0, 100.0),
)
_MOVES_PER_SECOND = 1_000_000
"""A cautious guess, used only to size the first run under a wall-clock limit."""

_SHARES = (0.03, 0.25, 0.12)
"""Share of what is left that the first, the second and all later rounds take."""

_PROOF_SHARE = 0.3
"""Share of a wall-clock limit after which the bound is no longer improved."""

_CORE_SHARE = 0.15
_CORE_EVERY = 3
_CORE_PAIRS = 12_000


@dataclass
class _Budget:
    """What is left of the limits."""

    seconds: float | None
    work: int | None
    began: float = field(default_factory=time.monotonic)
    moves: int = 0
    speed: float = float(_MOVES_PER_SECOND)

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self.began

    def left(self) -> float:
        """Moves that can still be made, in one of two runs side by side."""
        by_work = np.inf if self.work is None else self.work * MOVES_PER_WORK - self.moves
        by_time = np.inf
        if self.seconds is not None:
            by_time = (self.seconds - self.elapsed) * self.speed
        return float(min(by_work / 2, by_time))


@dataclass
class Engine:
    """A search on one model.

    Attributes
    ----------
    model
        The model.
    seed, threads
        Seed and threads.
    progress
        Told of each round; raising from it cancels the search.
    """

    model: Model
    seed: int
    threads: int = 2
    progress: Progress = SILENT
    trace: list[tuple[float, int, int]] = field(default_factory=list)
    best: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    stop: np.ndarray[tuple[int], np.dtype[np.bool_]] = field(
        default_factory=lambda: np.zeros(1, dtype=np.bool_)
    )

    def run(
        self, *, seconds: float | None, work: int | None, start: IntArray | None = None
    ) -> Outcome:
        """Search until a limit is reached or the plan is proven best.

        Parameters
        ----------
        seconds, work
            Limits; one unit of work is a million annealing moves.
        start
            A plan that fits, to begin with.
        """
        budget = _Budget(seconds, work)
        self.best = greedy(self.model) if start is None else start
        self._note(budget)
        timer = None
        if seconds is not None:
            timer = threading.Timer(seconds, self._halt)
            timer.daemon = True
            timer.start()
        try:
            until = None if seconds is None else budget.began + _PROOF_SHARE * seconds
            proof = prove(self.model, threads=self.threads, seed=self.seed, until=until)
            bound = self._rounds(proof, budget)
        finally:
            self._halt()
            if timer is not None:
                timer.cancel()
        return self._outcome(proof, bound)

    def _halt(self) -> None:
        self.stop[0] = True

    def _value(self, chosen: IntArray) -> tuple[int, int]:
        return self.model.left_out(chosen), self.model.cost_of(chosen)

    def _note(self, budget: _Budget) -> None:
        self.trace.append((round(budget.elapsed, 3), *self._value(self.best)))

    def _rounds(self, proof: Proof, budget: _Budget) -> int:
        """Round after round; returns the best bound on the cost at `proof.may_leave`."""
        core = self._core(proof)
        bound, number = proof.cost, 0
        walk = core.options(proof.relaxation.start)
        while not self.stop[0] and budget.left() > self.model.firms:
            if self._value(self.best) <= (proof.left, bound):
                break
            share = _SHARES[min(number, len(_SHARES) - 1)]
            moves = int(min(max(budget.left() * share, 20.0 * self.model.firms), budget.left()))
            tasks = self._tasks(core, proof, walk, moves, number, budget)
            before = budget.elapsed
            with ThreadPoolExecutor(self.threads) as pool:
                results = list(pool.map(lambda task: task(), tasks))
            budget.moves += 2 * moves
            budget.speed = moves / max(budget.elapsed - before, 1e-3)
            for chosen, proven in results:
                if proven is not None:
                    bound = max(bound, int(np.ceil(proven - 1e-6)))
                if chosen is not None and self._value(chosen) < self._value(self.best):
                    self.best = chosen
                    self._note(budget)
            walk = core.options(self.best)
            self._report(proof, bound, budget)
            number += 1
        return bound

    def _core(self, proof: Proof) -> Core:
        """The promising pairs under the proof's prices."""
        relaxation = proof.relaxation
        none = relaxation.prices.left * self.model.weight - relaxation.least
        second = second_choice(self.model, relaxation.reduced, none)
        finite = second[np.isfinite(second)]
        spread = max(float(np.median(finite)) if len(finite) else 1.0, 1e-3)
        pairs = promising(self.model, relaxation.reduced, below=5.0 * spread, fewest=3, most=12)
        return make_core(
            self.model,
            relaxation.prices,
            relaxation.reduced,
            relaxation.least,
            pairs,
            may_leave=proof.may_leave,
            spread=spread,
        )

    def _tasks(
        self,
        core: Core,
        proof: Proof,
        walk: IntArray,
        moves: int,
        number: int,
        budget: _Budget,
    ) -> list[Callable[[], tuple[IntArray | None, float | None]]]:
        """The two runs of a round."""
        best = self._kept(core)

        def annealing(which: int) -> Callable[[], tuple[IntArray | None, float | None]]:
            early = number < len(_FIRST)
            pattern = _FIRST[which] if early else _CYCLE[(2 * number + which) % len(_CYCLE)]
            plan = Schedule(moves, pattern.hot, pattern.cold, pattern.lenient, pattern.strict)
            seed = self.seed * 10_007 + 2 * number + which + 1

            def run() -> tuple[IntArray | None, float | None]:
                found, last = anneal(core, walk, best, plan, seed=seed, stop=self.stop)
                return self._repaired(core, found, last), None

            return run

        def branching() -> tuple[IntArray | None, float | None]:
            whole = budget.seconds or 0.0
            left = max(whole - budget.elapsed, 0.1)
            result = solve_core(
                self.model,
                proof.relaxation,
                self.best,
                may_leave=proof.may_leave,
                pairs=min(_CORE_PAIRS, 6 * self.model.firms),
                seconds=min(left, _CORE_SHARE * whole),
            )
            return result.chosen, result.bound

        # HiGHS can only be stopped by the clock, which would make a work limit meaningless.
        timed = budget.seconds is not None
        second = branching if timed and number % _CORE_EVERY == 0 else annealing(1)
        return [annealing(0), second]

    def _kept(self, core: Core) -> IntArray | None:
        """The best plan as options of the core, if the core has them all."""
        options = core.options(self.best)
        return options if np.array_equal(core.chosen(options), self.best) else None

    def _repaired(self, core: Core, found: IntArray | None, last: IntArray) -> IntArray:
        """The better of the best plan met and the last one made to fit."""
        mended = repair(self.model, core.chosen(last))
        order = np.argsort(-self.model.weight, kind="stable")
        mended = complete(self.model, mended, order=order)
        if found is None:
            return mended
        chosen = core.chosen(found)
        return min(chosen, mended, key=self._value)

    def _report(self, proof: Proof, bound: int, budget: _Budget) -> None:
        left, cost = self._value(self.best)
        figures = {
            "seconds": round(budget.elapsed, 1),
            "left_out": float(left),
            "left_out_bound": float(proof.left),
            "cost": float(cost),
            "bound": float(bound),
        }
        self.progress.advance(figures=figures)

    def _outcome(self, proof: Proof, bound: int) -> Outcome:
        """The best plan, with the bound for the weight that it leaves out."""
        left, cost = self._value(self.best)
        if left > proof.may_leave:
            proof_there = prove(self.model, threads=self.threads, seed=self.seed, at_least=left)
            bound = proof_there.cost
        weight = self.model.weight
        order = np.sort(weight)[::-1]
        # At least as many firms as the heaviest ones that make up the weight.
        count = int(np.searchsorted(np.cumsum(order), proof.left)) + 1 if proof.left else 0
        count = max(count, int((np.diff(self.model.ptr) == 0).sum()))
        return Outcome(self.best, proof.left, count, min(bound, cost), "search", tuple(self.trace))
