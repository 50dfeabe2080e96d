"""The search for problems beyond the exact model: one setting for all sizes.

Rounds of two steps each, side by side on two threads, every round from the best plan so far.
Which steps, depends on the size alone: relinking for few firms; annealing and merging for more;
for all but the largest also branch and bound on neighbourhoods and, now and then, on the core
model; and where not everybody can be placed, who is left out is decided first. What is found does
not depend on the number of threads or, under a work limit, on the machine.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from geo_relocation.arrays import Flag, IntArray
from geo_relocation.assignment.bounds.knapsacks import Payments, payments
from geo_relocation.assignment.bounds.relax import Proof, prove
from geo_relocation.assignment.bounds.sharpen import second_choice
from geo_relocation.assignment.construct import greedy
from geo_relocation.assignment.exact import Answer
from geo_relocation.assignment.model import Model, at_least
from geo_relocation.assignment.search.core import Core, make_core, promising
from geo_relocation.assignment.search.methods import MERGED_FIRMS, Found, Methods
from geo_relocation.progress import SILENT, Progress

MOVES_PER_WORK = 1_000_000
"""Annealing moves in one unit of work."""

_FEW, _MANY = 2_000, MERGED_FIRMS
"""Firms up to which plans are relinked, and beyond which only annealing pays."""

_PER_FIRM = 3.5
"""Promising pairs per firm where knapsacks tell which."""

_MOVES_PER_SECOND = 1_000_000
"""A cautious guess, used only to size the first round under a wall-clock limit."""

_SHARES = (0.03, 0.25, 0.12)
"""Share of what is left that the first, second and later rounds take, beyond `_MANY` firms."""

_USUAL = 700
"""Moves per firm in a round, up to `_MANY` firms."""

_DIVE_MOVES = 3
"""How many times as long the rounds are in which columns are dived on."""

_PROOF_SHARE = 0.3
"""Share of a wall-clock limit after which the bound is no longer improved."""

_LAST_PROOF_SHARE = 0.1
"""Share of the limit that may be spent beyond it, on a bound for what is left out in the end."""

_SETTLING = 2
"""Rounds that decide who is left out, where not everybody can be placed; later on every other
one goes on with it."""

_CORE_SHARE = 0.08
_MOST_CORE_SHARE = 0.4
_CORE_FIRST, _CORE_AGAIN, _CORE_SOON = 1, 16, 4
"""The core model is solved in this round first, then after so many, for this share of the limit.
Where it holds every pair that a better plan may use, it comes sooner and for twice as long, up to
the larger share; else for half as long."""


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

    @property
    def until(self) -> float | None:
        """Reading of `time.monotonic` at which the time is up; None: no limit."""
        return None if self.seconds is None else self.began + self.seconds

    def left(self) -> float:
        """Moves that can still be made, in one of two steps side by side."""
        by_work = np.inf if self.work is None else self.work * MOVES_PER_WORK - self.moves
        by_time = np.inf
        if self.seconds is not None:
            by_time = (self.seconds - self.elapsed) * self.speed
        return float(min(by_work / 2, by_time))


@dataclass(frozen=True)
class _CoreTurn:
    """In which round the core model is solved next, and for what share of the limit."""

    number: int = _CORE_FIRST
    share: float = _CORE_SHARE

    def next(self, *, hopeful: bool) -> _CoreTurn:
        if hopeful:
            return _CoreTurn(self.number + _CORE_SOON, min(2.0 * self.share, _MOST_CORE_SHARE))
        return _CoreTurn(self.number + _CORE_AGAIN, 0.5 * self.share)


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
    keep
        Given each plan that is better than all before, e.g. to resume from it.
    """

    model: Model
    seed: int
    threads: int = 2
    progress: Progress = SILENT
    keep: Callable[[IntArray], None] | None = None
    trace: list[tuple[float, int, int]] = field(default_factory=list)
    best: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    stop: Flag = field(default_factory=lambda: np.zeros(1, dtype=np.bool_))

    def run(
        self, *, seconds: float | None, work: int | None, start: IntArray | None = None
    ) -> Answer:
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
        return self._outcome(proof, bound, budget)

    def _halt(self) -> None:
        self.stop[0] = True

    def _note(self, budget: _Budget) -> None:
        self.trace.append((round(budget.elapsed, 3), *self.model.value(self.best)))
        if self.keep is not None:
            self.keep(self.best)

    def _rounds(self, proof: Proof, budget: _Budget) -> int:
        """Round after round; returns the best bound on the cost at `proof.may_leave`."""
        paid = None
        if proof.may_leave == 0 and self.model.firms <= _FEW:
            paid = payments(self.model, proof.relaxation.least, stop=self.stop)
        methods = Methods(
            self.model,
            proof,
            self.core(proof, paid),
            self.seed,
            self.stop,
            self.best,
            until=budget.until,
            paid=paid,
        )
        bound, number, core = proof.cost, 0, _CoreTurn()
        if paid is not None:
            bound = max(bound, at_least(paid.bound))
        with ThreadPoolExecutor(self.threads) as pool:
            while not self.stop[0] and budget.left() > self.model.firms:
                if self.model.value(self.best) <= (proof.left, bound):
                    break
                # The core model takes any time, which would make a work limit meaningless.
                if number == core.number and (budget.until is None or not methods.branch_pays()):
                    core = core.next(hopeful=False)
                moves = self._moves(number, budget, methods.with_columns, core)
                methods.left = budget.left()
                steps = self._steps(methods, moves, number, budget, core)
                results = list(pool.map(lambda step: step(), steps))
                budget.moves += 2 * moves + sum(found.extra for found in results)
                speeds = [found.speed for found in results if found.speed is not None]
                budget.speed = min(speeds, default=budget.speed)
                proven = [found.bound for found in results if found.bound is not None]
                bound = max([bound, *map(at_least, proven)])
                if number == core.number:
                    core = core.next(hopeful=any(found.hopeful for found in results))
                self._take(methods, results, budget)
                self._report(proof, bound, budget)
                number += 1
        return bound

    def _moves(self, number: int, budget: _Budget, dives: bool, core: _CoreTurn) -> int:
        """Annealing moves of each step in a round, or as much of another method."""
        left, firms = budget.left(), self.model.firms
        if firms > _MANY:
            share = _SHARES[min(number, len(_SHARES) - 1)]
            return int(min(max(left * share, 20.0 * firms), left))
        usual = float(max(_USUAL * firms, MOVES_PER_WORK)) * (_DIVE_MOVES if dives else 1)
        if budget.seconds is not None and number == core.number:
            usual = max(usual, core.share * budget.seconds * budget.speed)
        return int(min(usual, left))

    def _steps(
        self, methods: Methods, moves: int, number: int, budget: _Budget, core: _CoreTurn
    ) -> list[Callable[[], Found]]:
        """The two steps of a round."""
        seconds = moves / budget.speed

        def usual(slot: int) -> Callable[[], Found]:
            if self.model.firms <= _FEW:
                return lambda: methods.relink(slot, number, moves)
            return lambda: methods.walk(slot, number, moves)

        if methods.scarce and (number < _SETTLING or number % 2 == 0):
            return [
                lambda: methods.leave(0, number, moves, usual(0)),
                lambda: methods.leave(1, number, moves, usual(1)),
            ]
        if self.model.firms > _MANY or number == 0:
            return [usual(0), usual(1)]
        if number == core.number and budget.until is not None:
            left = max(budget.until - time.monotonic(), 0.1)
            return [usual(0), lambda: methods.branch(min(seconds, left))]
        if methods.with_columns:
            other = usual(0) if number % 2 == 0 else lambda: methods.dive(0, number)
            return [other, lambda: methods.dive(1, number)]
        if number % self._between(methods) == 0:
            return [usual(0), lambda: methods.neighbours(1, number, seconds)]
        return [usual(0), usual(1)]

    def _between(self, methods: Methods) -> int:
        """Rounds from one in which neighbourhoods are decided to the next."""
        if self.model.firms > _FEW:
            return 2
        return 4 if methods.paid is None else 12

    def _take(self, methods: Methods, results: list[Found], budget: _Budget) -> None:
        """The best plan of a round, and another one to merge with in the next."""
        plans = [found.chosen for found in results if found.chosen is not None]
        plans.sort(key=self.model.value)
        if plans and self.model.value(plans[0]) < self.model.value(self.best):
            self.best = plans[0]
            self._note(budget)
        methods.best = self.best
        methods.settle()
        others = [plan for plan in plans if not np.array_equal(plan, self.best)]
        methods.other = others[0] if others else None

    def core(self, proof: Proof, paid: Payments | None = None) -> Core:
        """The promising pairs under the proof's prices, or those of knapsacks."""
        relaxation = proof.relaxation
        none = relaxation.prices.left * self.model.weight - relaxation.least
        second = second_choice(self.model, relaxation.reduced, none)
        finite = second[np.isfinite(second)]
        spread = max(float(np.median(finite)) if len(finite) else 1.0, 1e-3)
        if paid is None:
            # Few firms need more choices each, as prices tell less about them.
            fewest = int(np.clip(12_000 // max(self.model.firms, 1), 3, 20))
            pairs = promising(
                self.model, relaxation.reduced, below=5.0 * spread, fewest=fewest,
                most=max(fewest, 12),
            )  # fmt: skip
        else:
            count = min(int(_PER_FIRM * self.model.firms), self.model.pairs) - 1
            below = float(np.partition(paid.penalty, count)[count])
            pairs = promising(
                self.model, paid.penalty, below=below, fewest=2, most=self.model.pairs
            )
        return make_core(
            self.model,
            relaxation.prices,
            relaxation.reduced,
            relaxation.least,
            pairs,
            may_leave=proof.may_leave,
            spread=spread,
        )

    def _report(self, proof: Proof, bound: int, budget: _Budget) -> None:
        left, cost = self.model.value(self.best)
        figures = {
            "seconds": round(budget.elapsed, 1),
            "left_out": float(left),
            "left_out_bound": float(proof.left),
            "cost": float(cost),
            "bound": float(bound),
        }
        self.progress.advance(figures=figures)

    def _outcome(self, proof: Proof, bound: int, budget: _Budget) -> Answer:
        """The best plan, with the bound for the weight that it leaves out."""
        left, cost = self.model.value(self.best)
        if left > proof.may_leave:
            until = None
            if budget.seconds is not None:
                until = time.monotonic() + _LAST_PROOF_SHARE * budget.seconds
            proof_there = prove(
                self.model, threads=self.threads, seed=self.seed, at_least=left, until=until
            )
            bound = proof_there.cost
        count = fewest_left(self.model, proof.left)
        return Answer(self.best, proof.left, count, min(bound, cost), "search", tuple(self.trace))


def fewest_left(model: Model, left: int) -> int:
    """Firms that any plan leaves out at least: so many of the heaviest make up the weight."""
    heaviest = np.cumsum(np.sort(model.weight)[::-1])
    count = int(np.searchsorted(heaviest, left)) + 1 if left else 0
    return max(count, int((np.diff(model.ptr) == 0).sum()))
