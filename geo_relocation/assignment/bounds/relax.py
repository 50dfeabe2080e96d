"""From a model to what is proven about it: least weight left out, and the cost at that weight."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from geo_relocation.assignment.bounds.dual import Dual, Prices, ascend, no_prices
from geo_relocation.assignment.bounds.sharpen import Relaxation, sharpen
from geo_relocation.assignment.model import Model, at_least

_SAMPLE = 8_000
"""Firms in the sample on which large problems find their first prices."""

_DEAR = 1_000.0
"""Price of a unit of weight beyond what may be left out, in units of the dearest pair."""

_SIMPLEX = 15_000
"""Firms up to which linear programs sharpen the prices."""

_ROUNDING = 1e-6


@dataclass(frozen=True)
class Proof:
    """Bounds of a model.

    Attributes
    ----------
    left
        No plan leaves out less weight.
    may_leave
        Weight left out for which the relaxation holds.
    relaxation
        Prices and the bound on the cost at that weight.
    """

    left: int
    may_leave: int
    relaxation: Relaxation

    @property
    def cost(self) -> int:
        """No plan that leaves out `may_leave` at most costs less: whole units of cost."""
        return at_least(self.relaxation.prices.bound)


def prove(
    model: Model, *, threads: int, seed: int, at_least: int = 0, until: float | None = None
) -> Proof:
    """The least weight left out, and the bound on the cost for it.

    Parameters
    ----------
    model
        The model.
    threads
        Threads for sums over firms; the result does not depend on them.
    seed
        Of the sample of a large problem.
    at_least
        Weight that may be left out in any case, e.g. what the best plan leaves out.
    until
        Reading of `time.monotonic` after which the prices are no longer sharpened; the bound
        is then weaker but holds. None: no limit.
    """
    left = int(model.weight[np.diff(model.ptr) == 0].sum())
    may_leave = max(left, at_least)
    dear = _DEAR * max(float(model.cost.max()) if model.pairs else 1.0, 1.0)
    prices = None
    while True:
        dual = Dual(model, may_leave=may_leave, threads=threads)
        prices = _ascended(dual, prices, seed)
        rounds = 8 if model.firms <= _SIMPLEX else 0
        relaxation = sharpen(dual, prices, rounds=rounds, dear=dear, until=until)
        if relaxation.excess < _ROUNDING * max(int(model.weight.max(initial=1)), 1):
            return Proof(left, may_leave, relaxation)
        # The linear program pays for more than may be left out: its prices, taken for
        # themselves, prove how much has to be.
        left = max(left, _least_left(model, relaxation.prices, threads))
        may_leave = max(left, may_leave + max(int(relaxation.excess), 1))


def _least_left(model: Model, prices: Prices, threads: int) -> int:
    """Weight that no plan can help leaving out, by prices without costs."""
    free = replace(model, cost=np.zeros_like(model.cost))
    dual = Dual(free, may_leave=0, threads=threads)
    return at_least(dual.proven(prices.rows / prices.left, 1.0).bound)


def _ascended(dual: Dual, start: Prices | None, seed: int) -> Prices:
    """Prices by smoothed ascent; a large problem starts from those of a sample."""
    model = dual.model
    usual = max(float(np.median(model.cost)) if model.pairs else 1.0, 1.0)
    if start is not None:
        again = dual.proven(start.rows, no_prices(dual).left)
        return ascend(dual, again, heats=[usual * 0.01], steps=[40])
    if model.firms <= 2 * _SAMPLE:
        heats, steps = [usual * 0.1, usual * 0.03, usual * 0.01], [30, 30, 40]
        return ascend(dual, no_prices(dual), heats=heats, steps=steps)
    sample = _sampled(dual, seed)
    heats, steps = [usual * 0.1, usual * 0.03, usual * 0.01], [40, 40, 60]
    rough = ascend(sample, no_prices(sample), heats=heats, steps=steps)
    begin = dual.proven(rough.rows, rough.left)
    return ascend(dual, begin, heats=[usual * 0.02, usual * 0.005], steps=[15, 25])


def _sampled(dual: Dual, seed: int) -> Dual:
    """The dual of a random sample of the firms, with capacity in proportion."""
    model = dual.model
    rng = np.random.default_rng(seed)
    some = np.sort(rng.choice(model.firms, _SAMPLE, replace=False))
    share = _SAMPLE / model.firms
    smaller = replace(
        model.only(some)[0], capacity=np.floor(model.capacity * share).astype(np.int64)
    )
    return Dual(smaller, may_leave=int(dual.may_leave * share), threads=dual.threads)
