"""The steps of the search: chains, relinking, merging and neighbourhoods."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.instances import province as generated
from geo_relocation.assignment.bounds.knapsacks import Tables
from geo_relocation.assignment.bounds.relax import prove
from geo_relocation.assignment.construct import greedy
from geo_relocation.assignment.exact import solve_exactly
from geo_relocation.assignment.model import Model
from geo_relocation.assignment.search.branch import Part, differing, solve_part
from geo_relocation.assignment.search.chains import (
    Best,
    Walk,
    descend,
    make_ground,
    make_walk,
    place_all,
)
from geo_relocation.assignment.search.columns import Columns, applies
from geo_relocation.assignment.search.core import Core
from geo_relocation.assignment.search.engine import Engine
from geo_relocation.assignment.search.methods import Methods
from geo_relocation.assignment.search.neighbours import Neighbourhoods
from geo_relocation.assignment.search.relinking import DEAREST, POOL, Pool, starting_prices
from tests.assignment.instances import spread_thin

CASE = generated(60, 6, 0.8, 5).model
STOP = np.zeros(1, dtype=np.bool_)


def core_of(model: Model) -> Core:
    engine = Engine(model, seed=1, threads=1)
    return engine.core(prove(model, threads=1, seed=1))


CORE = core_of(CASE)
GROUND = make_ground(CORE)


def random_options(core: Core, seed: int):
    rng = np.random.default_rng(seed)
    return core.ptr[:-1] + (rng.random(core.firms) * np.diff(core.ptr)).astype(np.int64)


def worth(core: Core, options, dear) -> float:
    """Cost and overdraft of a plan, from the definition."""
    load = np.zeros(len(core.capacity))
    for option in options:
        for e in range(core.entry_ptr[option], core.entry_ptr[option + 1]):
            load[core.entry_row[e]] += core.entry_amount[e]
    over = np.maximum(load - core.capacity, 0.0)
    return float(core.cost[options].sum() + (dear * over).sum())


def descended(seed: int, dear) -> tuple[Walk, Best]:
    walk = make_walk(GROUND)
    walk.option[:] = random_options(CORE, seed)
    place_all(GROUND, walk)
    best = Best(np.zeros(CORE.firms, dtype=np.int64), np.array([np.inf]))
    descend(GROUND, walk, dear, best, STOP)
    return walk, best


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.floats(0.0, 50.0))
def test_chains_end_where_no_shift_and_no_swap_helps(seed, factor):
    dear = GROUND.price * (1.0 + factor) + 1.0
    walk, best = descended(seed, dear)
    value = worth(CORE, walk.option, dear)
    assert value <= worth(CORE, random_options(CORE, seed), dear) + 1e-6
    owner = np.repeat(np.arange(CORE.firms), np.diff(CORE.ptr))
    for option in range(len(CORE.pair)):
        other = walk.option.copy()
        other[owner[option]] = option
        assert worth(CORE, other, dear) >= value - 1e-5
    for j, h in itertools.combinations(range(CORE.firms), 2):
        there = CORE.index[j, CORE.place[walk.option[h]]]
        here = CORE.index[h, CORE.place[walk.option[j]]]
        if min(there, here) >= 0:
            other = walk.option.copy()
            other[j], other[h] = there, here
            assert worth(CORE, other, dear) >= value - 1e-5
    if np.isfinite(best.cost[0]):
        assert CASE.fits(CORE.chosen(best.option))
        assert best.cost[0] == pytest.approx(CORE.cost[best.option].sum())


@given(st.integers(0, 10_000))
def test_the_state_of_a_walk_is_that_of_its_plan(seed):
    walk, _ = descended(seed, GROUND.price * 3.0 + 1.0)
    again = make_walk(GROUND)
    again.option[:] = walk.option
    place_all(GROUND, again)
    np.testing.assert_allclose(walk.gap, again.gap, atol=1e-6)
    np.testing.assert_array_equal(walk.size, again.size)
    assert not walk.marked.any()


def test_relinking_finds_the_proven_best_of_a_small_case():
    exact = solve_exactly(CASE, start=greedy(CASE), work=60.0, seconds=None, seed=1)
    pool = Pool.of(GROUND, np.stack([random_options(CORE, s) for s in range(POOL)]))
    pool.search(3_000_000, seed=1, stop=STOP, fresh=True)
    chosen = CORE.chosen(pool.best.option)
    assert CASE.fits(chosen)
    assert CASE.left_out(chosen) == CASE.left_out(exact.chosen)
    assert CASE.cost_of(chosen) <= 1.002 * CASE.cost_of(exact.chosen)


def test_relinking_repeats_itself():
    found = []
    for _ in range(2):
        pool = Pool.of(GROUND, np.stack([random_options(CORE, s) for s in range(POOL)]))
        pool.search(400_000, seed=7, stop=STOP, fresh=True)
        found.append((pool.best.option.copy(), pool.plans.copy(), pool.dear.copy()))
    for one, two in zip(*found, strict=True):
        np.testing.assert_array_equal(one, two)


def brute_force(model: Model, plan, part: Part, may_leave: int) -> int | None:
    """Least cost over every way to decide the part; None where none fits."""
    choices = []
    for firm in range(model.firms):
        mine = part.pairs[model.owner(part.pairs) == firm].tolist()
        mine += [-1] if firm in part.leavable else []
        choices.append(mine or [int(plan[firm])])
    costs = [
        model.cost_of(chosen)
        for chosen in map(np.array, itertools.product(*choices))
        if model.fits(chosen) and model.left_out(chosen) <= may_leave
    ]
    return min(costs, default=None)


@given(st.integers(0, 10_000), st.integers(2, 6))
def test_a_part_is_decided_as_brute_force_decides_it(seed, count):
    model = generated(12, 3, 0.9, seed % 40).model
    rng = np.random.default_rng(seed)
    plan = greedy(model)
    firms = rng.choice(model.firms, count, replace=False)
    pairs = np.flatnonzero(np.isin(model.firm, firms) & (rng.random(model.pairs) < 0.8))
    leavable = np.flatnonzero(np.isin(np.arange(model.firms), firms))
    part = Part(np.union1d(pairs, plan[firms][plan[firms] >= 0]), leavable)
    may_leave = model.left_out(plan)
    result = solve_part(model, plan, part, may_leave=may_leave)
    expected = brute_force(model, plan, part, may_leave)
    assert result.proven
    assert result.chosen is not None
    assert model.cost_of(result.chosen) == expected
    assert result.bound == pytest.approx(expected, abs=1e-3)
    outside = np.setdiff1d(np.arange(model.firms), part.firms(model))
    np.testing.assert_array_equal(result.chosen[outside], plan[outside])


def test_where_there_is_nothing_to_decide_nothing_is_decided():
    # An empty place that nobody could share makes an empty neighbourhood.
    nothing = Part(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    result = solve_part(CASE, greedy(CASE), nothing, may_leave=0)
    assert (result.chosen, result.bound, result.proven) == (None, None, True)


def test_merged_plans_differ_only_where_the_plans_do():
    one, two = np.array([0, 5, -1, 9]), np.array([0, 6, 7, 9])
    part = differing([one, two])
    assert part.pairs.tolist() == [5, 6, 7]
    assert part.leavable.tolist() == [2]


def test_a_neighbourhood_holds_all_firms_of_its_places_and_the_plan_itself():
    chosen = greedy(CASE)
    around = Neighbourhoods.of(CORE)
    around.size = 15.0
    options = CORE.options(chosen)
    for seed in range(20):
        part = around.draw(options, np.random.default_rng(seed))
        free = part.firms(CASE)
        places = np.unique(CORE.place[options[free]])
        inside = np.flatnonzero(np.isin(CORE.place[options], places))
        np.testing.assert_array_equal(free, inside)
        listed = CORE.pair[options[free]]
        assert np.isin(listed[listed >= 0], part.pairs).all()


def test_no_step_gives_a_plan_that_does_not_fit_or_is_worse_where_it_improves():
    model = generated(200, 10, 0.9, 3).model
    proof = prove(model, threads=1, seed=1)
    core = core_of(model)
    start = greedy(model)
    methods = Methods(model, proof, core, 1, STOP, start)
    steps = [
        methods.walk(0, 0, 100_000),
        methods.walk(1, 3, 100_000),
        methods.relink(0, 1, 100_000),
        methods.neighbours(1, 2, 1.0),
        methods.branch(2.0),
    ]
    for found in steps:
        if found.chosen is not None:
            assert model.fits(found.chosen)
    assert model.value(steps[3].chosen) <= model.value(start)


@settings(max_examples=8)
@given(st.integers(0, 10_000))
def test_the_bound_of_columns_holds_and_is_no_weaker_than_that_of_pairs(seed):
    model = spread_thin(10, 4, seed)
    assert applies(model)
    exact = solve_exactly(model, start=greedy(model), work=30.0, seconds=None, seed=1)
    if model.left_out(exact.chosen):
        return  # what cannot all be placed is not for columns
    best = model.cost_of(exact.chosen)
    pairs = prove(model, threads=1, seed=1)
    columns = Columns.of(Tables.of(model), pairs.relaxation.least)
    chosen = columns.dive(np.random.default_rng(0), below=np.inf, stop=STOP)
    assert pairs.cost - 1.0 <= columns.bound <= best + 1e-6
    placed = chosen[chosen >= 0]
    assert (model.owner(placed) == np.flatnonzero(chosen >= 0)).all()
    assert model.fits(chosen)
    if (chosen >= 0).all():
        assert model.cost_of(chosen) >= best
    # Below the bound there is nothing to dive for.
    assert columns.dive(np.random.default_rng(1), below=columns.bound, stop=STOP) is None


def test_columns_take_part_where_few_firms_share_a_place():
    model = spread_thin(30, 8, 3)
    engine = Engine(model, seed=1)
    runs = [Engine(model, seed=1, threads=t).run(seconds=None, work=12) for t in (1, 2)]
    np.testing.assert_array_equal(runs[0].chosen, runs[1].chosen)
    assert model.left_out(runs[0].chosen) == 0
    assert runs[0].cost_bound > prove(engine.model, threads=1, seed=1).cost
    assert model.cost_of(runs[0].chosen) <= 1.01 * runs[0].cost_bound


def test_columns_are_not_for_shared_rows_or_many_firms():
    assert not applies(CASE)  # land and wastewater
    assert not applies(spread_thin(100, 5, 1))


def test_what_the_best_plan_leaves_out_is_taken_for_given_after_a_while():
    model = generated(200, 10, 0.9, 3).model
    proof, start = prove(model, threads=1, seed=1), greedy(model)
    left = model.left_out(start)
    assert left > proof.may_leave
    methods = Methods(model, proof, core_of(model), 1, STOP, start)
    may_leave = [methods._core(slot, number).capacity[-1] for slot in (0, 1) for number in (1, 5)]
    assert may_leave == [proof.may_leave, proof.may_leave, proof.may_leave, left]
    # With that many left out, any plan of the pool that fits will do, so there is one.
    found = methods.relink(1, 5, 20_000)
    assert model.fits(found.chosen)
    assert model.value(found.chosen) <= model.value(start)


def test_every_other_pool_is_made_of_the_good_plans_of_both():
    model = generated(200, 10, 0.9, 3).model
    methods = Methods(
        model, prove(model, threads=1, seed=1), core_of(model), 1, STOP, greedy(model)
    )
    for slot in (0, 1):
        methods.relink(slot, 0, 10_000)
    methods.settle()
    old = [methods._kept[slot].pool.plans for slot in (0, 1)]
    for kept in methods._kept:
        kept.stale = 10**12
    methods._kept[0].pool = None
    made = methods._pool(methods.core, 0, 5).plans
    best = methods.core.options(methods.best)
    np.testing.assert_array_equal(made[0], best)
    known = {plan.tobytes() for pool in old for plan in pool}
    assert all(plan.tobytes() in known for plan in made[1:])
    # Half of them, but for twins, are from the pool beside it; half of the next pool are new.
    beside = {plan.tobytes() for plan in old[1]} - {plan.tobytes() for plan in old[0]}
    assert sum(plan.tobytes() in beside for plan in made) >= POOL // 3
    again = methods._pool(methods.core, 0, 6).plans[1:]
    assert sum(plan.tobytes() not in known for plan in again) >= POOL // 2 - 2


def test_overdrawing_never_costs_so_much_that_costs_are_lost_in_rounding():
    # Nothing fits: the price of overdrawing would rise for ever.
    ground = GROUND._replace(capacity=np.zeros_like(GROUND.capacity))
    plans = np.stack([random_options(CORE, seed) for seed in range(POOL)])
    pool = Pool.of(ground, plans)
    pool.search(3_000_000, seed=1, stop=STOP, fresh=True)
    assert np.isinf(pool.best.cost[0])
    assert (pool.dear <= DEAREST * starting_prices(ground)).all()
    assert (pool.dear > 10 * starting_prices(ground)).any()
