"""Who is left out is decided, and the others fitted in, against brute force and by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from geo_relocation.assignment.bounds.relax import prove
from geo_relocation.assignment.model import Model
from geo_relocation.assignment.search.engine import Engine
from geo_relocation.assignment.search.leaving import Fitting, decide, is_scarce


def short_of_land(seed: int, firms: int, places: int, share: float) -> Model:
    """Each firm everywhere, one row for each place, and land for a share of the demand."""
    rng = np.random.default_rng(seed)
    size = rng.integers(3, 40, firms)
    room = int(size.sum() * share) // places
    return Model(
        ptr=np.arange(0, firms * places + 1, places),
        place=np.tile(np.arange(places), firms).astype(np.int32),
        cost=rng.integers(10, 200, firms * places),
        demand=size[None, :],
        row_ptr=np.arange(places + 1),
        row=np.arange(places),
        kind=np.zeros(places, dtype=np.int64),
        capacity=np.full(places, room),
        weight=rng.integers(1, 3, firms),
    )


def by_hand(model: Model, places: int) -> tuple[int, int]:
    """Least weight left out, and least cost at it, over every plan."""
    found = []
    for choice in itertools.product(range(-1, places), repeat=model.firms):
        load = [0] * places
        left = cost = 0
        for firm, place in enumerate(choice):
            if place < 0:
                left += int(model.weight[firm])
            else:
                load[place] += int(model.demand[0, firm])
                cost += int(model.cost[firm * places + place])
        if all(one <= int(room) for one, room in zip(load, model.capacity, strict=True)):
            found.append((left, cost))
    return min(found)


@pytest.mark.parametrize("seed", range(6))
def test_the_bound_of_the_decision_holds(seed):
    model = short_of_land(seed, 7, 2, 0.6)
    left, cost = by_hand(model, 2)
    proof = prove(model, threads=1, seed=1, at_least=left)
    decided = decide(model, proof, margin=0.0, nodes=500)
    assert decided.bound is None or decided.bound <= cost + 1e-6


def test_with_a_margin_nothing_is_proven():
    model = short_of_land(1, 30, 2, 0.6)
    assert decide(model, prove(model, threads=1, seed=1), margin=1e-3, nodes=100).bound is None


@pytest.mark.parametrize("seed", range(4))
def test_what_the_engine_proves_holds_where_land_is_short(seed):
    model = short_of_land(seed, 8, 2, 0.55)
    answer = Engine(model, seed=1, threads=1).run(seconds=None, work=1)
    left, cost = by_hand(model, 2)
    assert model.fits(answer.chosen)
    assert model.value(answer.chosen) >= (left, cost)
    assert answer.left_bound <= left


def test_firms_that_cannot_all_be_placed_are_not_tried():
    model = short_of_land(3, 40, 2, 0.5)
    assert Fitting.of(model, np.arange(40), seed=1) is None
    assert Fitting.of(model, np.arange(0), seed=1) is None


def test_land_for_all_is_not_scarce_and_a_firm_without_a_choice_does_not_make_it_so():
    model = short_of_land(2, 20, 2, 1.5)
    assert not is_scarce(model, prove(model, threads=1, seed=1))
    short = short_of_land(2, 20, 2, 0.5)
    assert is_scarce(short, prove(short, threads=1, seed=1))
    alone, _ = model.only(np.arange(20))
    nowhere = Model(
        **{
            **vars(alone),
            "ptr": np.append(alone.ptr, alone.ptr[-1]),
            "demand": np.append(alone.demand, [[5]], axis=1),
            "weight": np.append(alone.weight, 1),
        }
    )
    proof = prove(nowhere, threads=1, seed=1)
    assert (proof.left, is_scarce(nowhere, proof)) == (1, False)


def test_a_search_short_of_land_is_the_same_on_one_thread_and_on_two():
    model = short_of_land(5, 300, 5, 0.6)
    plans = [
        Engine(model, seed=3, threads=threads).run(seconds=None, work=4).chosen
        for threads in (1, 2)
    ]
    assert np.array_equal(*plans)


def test_more_demand_than_land_for_it_is_decided_closely():
    model = short_of_land(11, 400, 4, 0.5)
    answer = Engine(model, seed=1, threads=2).run(seconds=None, work=12)
    left, cost = model.value(answer.chosen)
    assert left == answer.left_bound
    assert cost <= 1.01 * answer.cost_bound
