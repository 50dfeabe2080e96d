"""Prices for firms: the bound holds, and no plan with a pair costs less than its penalty says."""

from __future__ import annotations

import functools
import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.instances import province as generated
from geo_relocation.assignment.bounds.knapsacks import MOST_CAPACITY, payments, single_rows
from geo_relocation.assignment.bounds.relax import prove
from geo_relocation.assignment.search.engine import Engine
from geo_relocation.assignment.search.fixing import solve_core
from tests.assignment.instances import spread_thin

STOP = np.zeros(1, dtype=np.bool_)


def every_plan(model):
    """Pairs and cost of each plan that fits and places every firm, from the definition."""
    choices = [range(model.ptr[j], model.ptr[j + 1]) for j in range(model.firms)]
    for plan in itertools.product(*choices):
        chosen = np.array(plan)
        if model.fits(chosen):
            yield chosen, model.cost_of(chosen)


@settings(max_examples=10)
@given(st.integers(0, 10_000))
def test_bound_and_penalties_hold_for_every_plan(seed):
    model = spread_thin(7, 3, seed)
    proof = prove(model, threads=1, seed=1)
    paid = payments(model, proof.relaxation.least, stop=STOP)
    plans = list(every_plan(model))
    for chosen, cost in plans:
        assert cost >= paid.bound + paid.penalty[chosen].max() - 1e-6
    if plans:
        assert paid.bound >= proof.relaxation.prices.bound - 1e-6
    # A penalty is what the pair costs at these prices, not only a bound below it: the least is 0.
    firm, place = model.firm, model.place
    table = np.full((3, 7), np.inf)
    table[place, firm] = paid.penalty
    assert (table >= -1e-9).all()


def test_the_bound_is_stronger_than_that_of_land_prices():
    model = spread_thin(40, 5, 2)
    proof = prove(model, threads=1, seed=1)
    paid = payments(model, proof.relaxation.least, stop=STOP)
    assert paid.bound > proof.relaxation.prices.bound + 1.0


def test_land_and_wastewater_together_or_large_capacities_are_no_knapsacks():
    two_rows = generated(60, 6, 0.8, 5).model
    assert not single_rows(two_rows)
    assert payments(two_rows, np.zeros(60), stop=STOP) is None
    large = spread_thin(400, 3, 1)
    assert large.capacity.max() > MOST_CAPACITY
    assert payments(large, np.zeros(400), stop=STOP) is None


def test_the_core_says_whether_it_held_all_that_could_be_better():
    model = spread_thin(30, 4, 3)
    proof = prove(model, threads=1, seed=1)
    paid = payments(model, proof.relaxation.least, stop=STOP)
    start = Engine(model, seed=1).run(seconds=None, work=1).chosen
    assert model.left_out(start) == 0
    core = functools.partial(solve_core, model, proof.relaxation, start, paid, may_leave=0)
    few, whole = core(pairs=5, seconds=5.0), core(pairs=model.pairs, seconds=20.0)
    assert not few.complete
    assert whole.complete
    assert few.bound is None
    assert whole.bound >= paid.bound - 1e-6
