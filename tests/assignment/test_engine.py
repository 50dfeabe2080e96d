"""The search: valid bounds, plans that fit, and the same plan on any number of threads."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.instances import province as generated
from geo_relocation.assignment.bounds.dual import Dual
from geo_relocation.assignment.bounds.relax import prove
from geo_relocation.assignment.construct import greedy
from geo_relocation.assignment.exact import solve_exactly
from geo_relocation.assignment.repair import repair
from geo_relocation.assignment.search.engine import Engine
from geo_relocation.errors import CancelledError
from geo_relocation.progress import CollectedProgress

CASE = generated(60, 6, 0.8, 5).model


@pytest.fixture(scope="module")
def best():
    """The exact model's plan, proven best."""
    outcome = solve_exactly(CASE, start=greedy(CASE), work=60.0, seconds=None, seed=1)
    assert CASE.left_out(outcome.chosen) == outcome.left_bound
    assert CASE.cost_of(outcome.chosen) == outcome.cost_bound
    return outcome


def test_search_comes_near_the_proven_best_and_its_bound_stays_below(best):
    found = Engine(CASE, seed=3).run(seconds=None, work=4)
    assert CASE.fits(found.chosen)
    assert CASE.left_out(found.chosen) == CASE.left_out(best.chosen)
    cost = CASE.cost_of(best.chosen)
    assert found.cost_bound <= cost <= CASE.cost_of(found.chosen) <= 1.01 * cost


def test_same_seed_and_work_give_the_same_plan_on_one_and_two_threads():
    model = generated(300, 12, 0.85, 6).model
    runs = [Engine(model, seed=9, threads=t).run(seconds=None, work=2) for t in (1, 2, 2)]
    for other in runs[1:]:
        np.testing.assert_array_equal(runs[0].chosen, other.chosen)
        assert (runs[0].left_bound, runs[0].cost_bound) == (other.left_bound, other.cost_bound)


def test_any_prices_prove_a_bound_over_all_pairs(best):
    dual = Dual(CASE, may_leave=CASE.left_out(best.chosen), threads=1)
    rng = np.random.default_rng(0)
    for _ in range(30):
        rows = rng.exponential(200.0, len(CASE.capacity)) * (rng.random(len(CASE.capacity)) < 0.5)
        assert dual.proven(rows, float(rng.exponential(1e5))).bound <= CASE.cost_of(best.chosen)


def test_weight_that_must_be_left_out_is_proven():
    # Half of the land is gone: the bound has to see it, and a plan has to be at least that bad.
    model = replace(CASE, capacity=CASE.capacity // 2)
    proof = prove(model, threads=1, seed=1)
    exact = solve_exactly(model, start=greedy(model), work=60.0, seconds=None, seed=1)
    left = model.left_out(exact.chosen)
    assert 0 < proof.left <= left
    assert prove(model, threads=1, seed=1, at_least=left).cost <= model.cost_of(exact.chosen)


def test_more_land_never_raises_the_bound():
    proofs = [
        prove(replace(CASE, capacity=CASE.capacity * k), threads=1, seed=1).cost for k in (1, 2, 4)
    ]
    assert proofs == sorted(proofs, reverse=True)


def test_repair_makes_any_plan_fit():
    rng = np.random.default_rng(1)
    for _ in range(20):
        some = np.diff(CASE.ptr) > 0
        chosen = np.where(
            some, CASE.ptr[:-1] + rng.integers(0, 99) % np.maximum(np.diff(CASE.ptr), 1), -1
        )
        assert CASE.fits(repair(CASE, chosen))


def test_raising_from_progress_cancels():
    class Impatient(CollectedProgress):
        def advance(self, *_args, **_more):
            raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        Engine(CASE, seed=1, progress=Impatient()).run(seconds=None, work=4)


def test_resuming_never_loses_what_was_found():
    first = Engine(CASE, seed=1).run(seconds=None, work=1)
    second = Engine(CASE, seed=2).run(seconds=None, work=1, start=first.chosen)
    values = [(CASE.left_out(o.chosen), CASE.cost_of(o.chosen)) for o in (first, second)]
    assert values[1] <= values[0]


def test_each_better_plan_is_handed_out_as_it_is_found():
    kept = []
    found = Engine(CASE, seed=1, keep=lambda chosen: kept.append(chosen.copy())).run(
        seconds=None, work=1
    )
    values = [(CASE.left_out(chosen), CASE.cost_of(chosen)) for chosen in kept]
    assert all(CASE.fits(chosen) for chosen in kept)
    assert values == sorted(values, reverse=True)
    np.testing.assert_array_equal(kept[-1], found.chosen)
