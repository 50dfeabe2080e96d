"""Near plans against every plan of tiny cases, tried one by one."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_relocation.assignment.model import Model
from geo_relocation.assignment.search.nearest import nearest


def tiny(rng) -> Model:
    """Four firms, three places with one row each."""
    firms, places = 4, 3
    every = np.arange(firms * places)
    return Model(
        ptr=np.arange(firms + 1) * places,
        place=(every % places).astype(np.int32),
        cost=rng.integers(1, 20, firms * places),
        demand=rng.integers(1, 4, (1, firms)),
        row_ptr=np.arange(places + 1),
        row=np.arange(places),
        kind=np.zeros(places, dtype=np.int64),
        capacity=rng.integers(2, 7, places),
        weight=rng.integers(1, 3, firms),
    )


def plans(model):
    """Every plan that fits: where each firm goes, -1 for nowhere, counted here alone."""
    for chosen in product(range(-1, 3), repeat=4):
        load = [0, 0, 0]
        for firm, place in enumerate(chosen):
            if place >= 0:
                load[place] += int(model.demand[0, firm])
        if all(used <= room for used, room in zip(load, model.capacity, strict=True)):
            yield chosen


def left_and_cost(model, chosen):
    left = sum(int(model.weight[f]) for f, place in enumerate(chosen) if place < 0)
    cost = sum(int(model.cost[3 * f + place]) for f, place in enumerate(chosen) if place >= 0)
    return left, cost


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.0, 0.2, 1.0]))
def test_no_plan_within_the_limit_differs_less_unless_it_places_others(seed, share):
    rng = np.random.default_rng(seed)
    model = tiny(rng)
    every = list(plans(model))
    best = min(every, key=lambda one: left_and_cost(model, one))
    other = every[int(rng.integers(len(every)))]
    left, cost = left_and_cost(model, best)
    limit = int(cost * (1 + share))

    def pairs(chosen):
        return np.array([3 * f + p if p >= 0 else -1 for f, p in enumerate(chosen)])

    found = nearest(model, pairs(best), pairs(other), limit=limit)
    places = tuple(-1 if pair < 0 else int(pair % 3) for pair in found)
    assert places in every
    assert left_and_cost(model, places)[0] <= left
    assert left_and_cost(model, places)[1] <= limit
    good = [
        one
        for one in every
        if left_and_cost(model, one)[0] <= left and left_and_cost(model, one)[1] <= limit
        # Firms on which the two plans agree stay as they are.
        and all(a == b for a, b, c in zip(one, best, other, strict=True) if b == c)
        # A firm that both place goes where one of them puts it.
        and all(
            a in {b, c} for a, b, c in zip(one, best, other, strict=True) if c >= 0
        )
    ]  # fmt: skip
    least = min(price(one, other) for one in good)
    assert price(places, other) <= least
    if other in good:
        assert places == other


def price(chosen, other):
    """2 for each firm that differs."""
    return 2 * sum(one != two for one, two in zip(chosen, other, strict=True))
