"""Who is left out where not everybody can be placed, and the others fitted in to the last unit.

Where rows are short, the linear program still places nearly everybody whole: in doubt is who is
left out, and how the rest fits without waste. The first is decided by a program in which firms
are left out whole but may be split between places. Its bound is above that of the linear
program, which leaves parts of firms out. The second is annealing among the firms placed, under
the prices of their own linear program and at temperatures that match their costs: prices of the
whole problem say what a firm more would be worth, which is far more than what waste costs.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

import numpy as np

from geo_relocation.arrays import Flag, IntArray
from geo_relocation.assignment.bounds.relax import Proof, prove
from geo_relocation.assignment.model import Model, evened
from geo_relocation.assignment.search.anneal import Schedule, anneal
from geo_relocation.assignment.search.core import Core, make_core, promising
from geo_relocation.lazy import optimize, sparse

_NEAR = 0.005
"""Pairs up to this reduced cost, as a share of the bound, take part in the decision."""

_GAP = 1e-4
"""Relative gap at which the decision is good enough."""

_PAIRS = 60_000
"""Pairs up to which the decision is tried."""

_NODES = 500

_SHARE = 0.3
"""Share of the time left that one decision may take."""

_MARGINS = ((0.0, 1e-5), (1e-4, 3e-5))
"""What is kept free in each slot's decisions. Without a margin the bound holds for the problem."""

_MOVES = 10_000
"""Moves of a walk for each firm placed."""

_LONGEST = 1 / 8
"""Share of the moves left that one walk may take."""

_HALF = 0.5
_NEVER = 2**62

_WITHIN = 0.003
"""Pairs up to this reduced cost, as a share of the bound, take part in the fitting."""

_HEAT = 0.025
"""Unit of temperature, as a share of the mean cost of a firm placed."""

_COOLINGS = ((1.0, 0.03, 0.1, 10.0), (3.0, 0.03, 0.01, 3.0), (1.0, 0.01, 0.01, 3.0))


@dataclass(frozen=True)
class Left:
    """Who is placed, and what that proves.

    Attributes
    ----------
    placed
        Firms that are placed; None when no such set was found.
    bound
        No plan within the limit on the weight left out costs less; None where nothing was
        proven.
    """

    placed: IntArray | None
    bound: float | None


def is_scarce(model: Model, proof: Proof) -> bool:
    """Whether firms that could go somewhere have to be left out."""
    return proof.left > int(model.weight[np.diff(model.ptr) == 0].sum())


def decide(
    model: Model, proof: Proof, *, margin: float, nodes: int, seconds: float | None = None
) -> Left:
    """Decide who is left out, as if the others could be split between places.

    Parameters
    ----------
    model, proof
        The model and its prices.
    margin
        Share of each row that is kept free, for whole firms waste some.
    nodes, seconds
        Limits of branch and bound; no seconds: none.
    """
    relaxation = proof.relaxation
    near = _NEAR * max(relaxation.prices.bound, 1.0)
    none = relaxation.prices.left * model.weight - relaxation.least
    listed = np.flatnonzero(relaxation.reduced <= near)
    count, firms, rows = len(listed), model.firms, len(model.capacity)
    if count > _PAIRS:
        return Left(None, None)
    who, row, amount = model.entries(listed)
    out = np.arange(firms)
    used = np.concatenate([row, np.full(firms, rows)])
    amounts = np.concatenate([amount, model.weight])
    each = evened(used, amounts, rows + 1)
    kept = model.capacity - np.floor(margin * model.capacity).astype(np.int64)
    limits = sparse.csr_array(
        (amounts / each[used], (used, np.concatenate([who, count + out]))),
        shape=(rows + 1, count + firms),
    )
    choose = sparse.csr_array(
        (
            np.ones(count + firms),
            (np.concatenate([model.owner(listed), out]), np.arange(count + firms)),
        ),
        shape=(firms, count + firms),
    )
    options: dict[str, float] = {"mip_rel_gap": _GAP, "node_limit": nodes}
    if seconds is not None:
        options["time_limit"] = max(seconds, 0.1)
    found = optimize.milp(
        np.concatenate([model.cost[listed], np.zeros(firms)]).astype(np.float64),
        constraints=[
            optimize.LinearConstraint(limits, -np.inf, np.append(kept, proof.may_leave) / each),
            optimize.LinearConstraint(choose, 1, 1),
        ],
        integrality=np.concatenate([np.zeros(count), np.ones(firms)]),
        bounds=optimize.Bounds(0, np.concatenate([np.ones(count), none <= near])),
        options=options,
    )
    bound = None
    if found.mip_dual_bound is not None and margin == 0.0:
        # A plan with a choice that is not listed costs more than the bound by `near` at least.
        bound = min(float(found.mip_dual_bound), relaxation.prices.bound + near)
    placed = None if found.x is None else np.flatnonzero(found.x[count:] < _HALF)
    return Left(placed, bound)


@dataclass(frozen=True)
class Fitting:
    """Firms to be placed all, with what a walk among their choices needs.

    Attributes
    ----------
    firms
        The firms.
    pairs
        Pair of the whole model for each pair among theirs.
    core
        Their promising choices.
    start
        Option of each firm to begin with.
    """

    firms: IntArray
    pairs: IntArray
    core: Core
    start: IntArray

    @classmethod
    def of(cls, model: Model, firms: IntArray, *, seed: int) -> Fitting | None:
        """The choices of some firms, None when they cannot all be placed."""
        if not len(firms):
            return None
        part, pairs = model.only(firms)
        proof = prove(part, threads=1, seed=seed)
        if proof.may_leave:
            return None
        relaxation = proof.relaxation
        bound = max(relaxation.prices.bound, 1.0)
        dearest = float(part.cost.max()) * len(firms) + 1.0
        core = make_core(
            part,
            replace(relaxation.prices, left=dearest),
            relaxation.reduced,
            relaxation.least,
            promising(part, relaxation.reduced, below=_WITHIN * bound, fewest=1, most=part.pairs),
            may_leave=0,
            spread=_HEAT * bound / len(firms),
        )
        return cls(firms, pairs, core, core.options(relaxation.start))

    def walk(
        self, model: Model, number: int, moves: int, *, seed: int, stop: Flag
    ) -> IntArray | None:
        """Anneal; the whole plan, or None when the firms did not fit."""
        hot, cold, lenient, strict = _COOLINGS[number % len(_COOLINGS)]
        plan = Schedule(moves, hot, cold, lenient, strict)
        found, _ = anneal(self.core, self.start, None, plan, seed=seed, stop=stop)
        if found is None:
            return None
        chosen = np.full(model.firms, -1, dtype=np.int64)
        within = self.core.chosen(found)
        taken = within >= 0
        chosen[self.firms[taken]] = self.pairs[within[taken]]
        return chosen if taken.all() and model.fits(chosen) else None


@dataclass
class Step:
    """What a turn gave: a plan that fits or None, a bound or None, and the moves it took."""

    chosen: IntArray | None = None
    bound: float | None = None
    moves: int = 0


@dataclass
class Leaving:
    """One slot's turns: first decisions, each with walks, then walks on the best of them.

    Attributes
    ----------
    model, proof
        The model and its prices.
    slot
        Which of the two slots.
    """

    model: Model
    proof: Proof
    slot: int
    _turn: int = 0
    _again: bool = True
    _fitted: list[tuple[int, Fitting]] = field(default_factory=list)

    def step(
        self, best: IntArray, left: float, *, seed: int, stop: Flag, until: float | None
    ) -> Step | None:
        """Take a turn; None when no more is to be had.

        Parameters
        ----------
        best
            The best plan so far.
        left
            Moves that can still be made.
        seed, stop
            Of the walks.
        until
            Reading of `time.monotonic` at which the search ends; None: no limit of time.
        """
        if self._turn >= len(_MARGINS[self.slot]) and not self._fitted and self._again:
            self._relax(best, seed, until)
        turn, self._turn = self._turn, self._turn + 1
        if turn >= len(_MARGINS[self.slot]):
            if not self._fitted:
                return None
            value, fitting = self._fitted.pop(0)
            taken = Step()
            value = min(value, self._walk(fitting, turn, left, seed, stop, taken))
            self._keep(value, fitting)
            return taken
        seconds = None if until is None else _SHARE * (until - time.monotonic())
        margin = _MARGINS[self.slot][turn]
        decided = decide(self.model, self.proof, margin=margin, nodes=_NODES, seconds=seconds)
        taken = Step(bound=decided.bound)
        if decided.placed is None:
            return taken
        made = Fitting.of(self.model, decided.placed, seed=seed)
        if made is not None:
            tried = [
                self._walk(made, number, left, seed + number, stop, taken)
                for number in range(len(_COOLINGS))
            ]
            self._keep(min(tried), made)
        return taken

    def _relax(self, best: IntArray, seed: int, until: float | None) -> None:
        """Begin once more with what the best plan leaves out, where less did not fit."""
        self._again = False
        more = self.model.left_out(best)
        if more > self.proof.may_leave:
            self.proof = prove(self.model, threads=1, seed=seed, at_least=more, until=until)
            self._turn = 0

    def _keep(self, value: int, fitting: Fitting) -> None:
        """The fittings that gave plans, the cheapest first."""
        if value < _NEVER:
            self._fitted = sorted([*self._fitted, (value, fitting)], key=lambda one: one[0])

    def _walk(
        self, fitting: Fitting, number: int, left: float, seed: int, stop: Flag, taken: Step
    ) -> int:
        """One walk, whose plan `taken` receives if it is better; returns its cost."""
        moves = int(min(_MOVES * len(fitting.firms), max(left * _LONGEST, 1.0)))
        chosen = fitting.walk(self.model, number, moves, seed=seed, stop=stop)
        taken.moves += moves
        if chosen is None:
            return _NEVER
        if taken.chosen is None or self.model.value(chosen) < self.model.value(taken.chosen):
            taken.chosen = chosen
        return self.model.cost_of(chosen)
