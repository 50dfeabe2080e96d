"""Siting against every set of openings and every plan for it, with few and with many candidates."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from geo_relocation.matching import MatchSpecification
from geo_relocation.matching.plan import siting as siting_module
from geo_relocation.matching.plan.siting import siting, siting_table
from geo_relocation.matching.plan.siting_trials import Candidate

WRONG = 12.0


def case(seed):
    """Firms, a park that runs, and candidates, as plain rows."""
    rng = np.random.default_rng(seed)
    place = lambda: tuple(np.round(rng.uniform(0, 40, 2), 2).tolist())  # noqa: E731
    sites = [
        {
            "site_id": f"s{i}",
            "xy": place(),
            "land_m2": float(rng.integers(10, 60)) * 1000.5,
            "vsic": str(rng.choice(["10", "16"])),
        }
        for i in range(4)
    ]
    running = {"park_id": "old", "free_ha": float(rng.integers(0, 6)), "xy": place()}
    count = int(rng.integers(4, 8))
    parks = [{"park_id": f"c{i}", "status": "proposed", "xy": place()} for i in range(count)]
    candidates = [
        Candidate(
            park["park_id"],
            size_ha=float(rng.integers(1, 9)),
            opening_km=round(float(rng.uniform(0, 25)), 2),
            opens=2026,
            sectors=("10", "16") if rng.random() < 0.3 else (),
        )
        for park in parks
    ]
    return sites, [running, *parks], candidates


def best_by_trying(sites, parks, candidates, most):
    """Fewest left out, then least cost with openings, over every set and every plan."""
    where = {park["park_id"]: park["xy"] for park in parks}
    rank = (len(sites), 0.0)
    for size in range(min(most, len(candidates)) + 1):
        for some in itertools.combinations(candidates, size):
            for sectors in itertools.product(*(c.sectors or (None,) for c in some)):
                room = {"old": parks[0]["free_ha"]} | {c.park_id: c.size_ha for c in some}
                special = dict(zip((c.park_id for c in some), sectors, strict=True))
                price = sum(c.opening_km for c in some)
                for plan in itertools.product([None, *room], repeat=len(sites)):
                    used = dict.fromkeys(room, 0.0)
                    cost, left = price, 0
                    for site, park in zip(sites, plan, strict=True):
                        if park is None:
                            left += 1
                            continue
                        used[park] += site["land_m2"] / 10_000
                        cost += round(math.dist(site["xy"], where[park]), 3)
                        cost += WRONG * (special.get(park) not in (None, site["vsic"]))
                    if all(used[p] <= room[p] + 1e-9 for p in room):
                        rank = min(rank, (left, round(cost, 3)))
    return rank


SPEC = MatchSpecification.model_validate(
    {"factors": {"detour": 1.0}, "weights": {"wrong_specialisation": WRONG, "rent_per_usd_m2": 0.0}}
)


@pytest.mark.parametrize(
    "seed", [*range(8), *(pytest.param(i, marks=pytest.mark.nightly) for i in range(8, 40))]
)
def test_the_best_set_of_all_is_found_and_proven(province, seed, monkeypatch):
    if seed % 4:  # the way of many candidates
        monkeypatch.setattr(siting_module, "ENUMERATED", 0)
    sites, parks, candidates = case(seed)
    most = 2 if seed % 3 == 1 else len(candidates)
    left, cost = best_by_trying(sites, parks, candidates, most)
    options = siting(province(sites, parks, SPEC), candidates, most=most, work=2)
    best = options[0]
    assert (best.solution.unplaced, best.total_km) == (left, pytest.approx(cost, abs=2e-3))
    assert len(best.opened) <= most
    assert best.bound_km <= cost + 2e-3
    base = next(option for option in options if not option.opened)
    assert best.weight_more_bound >= base.solution.unplaced - left
    assert best.proven


def test_two_parks_together_place_what_none_does_alone(province):
    # Adding one opening at a time stops at the large park, which leaves no room for the rest.
    sites = [{"site_id": f"s{i:02}", "land_m2": 1e4, "xy": (0, 0)} for i in range(13)]
    parks = [{"park_id": "old", "free_ha": 1.0, "xy": (1, 0)}]
    parks += [{"park_id": f"c{i}", "status": "proposed", "xy": (2 + i, 0)} for i in range(6)]
    sizes = [7.0, 6.0, 6.0, 1.0, 1.0, 1.0]
    candidates = [
        Candidate(f"c{i}", size, opening_km=5.0, opens=2026) for i, size in enumerate(sizes)
    ]
    best = siting(province(sites, parks, SPEC), candidates, most=2, work=2)[0]
    assert best.solution.placed == 13
    two = siting(province(sites, parks[:1] + parks[2:], SPEC), candidates[1:], most=2, work=2)[0]
    assert (two.solution.placed, {c.park_id for c, _ in two.opened}) == (13, {"c1", "c2"})


def test_a_set_that_was_not_proven_says_how_far_off_it_may_be(province, monkeypatch):
    monkeypatch.setattr(siting_module, "ENUMERATED", 0)
    monkeypatch.setattr(siting_module, "PROGRAM_COLUMNS", 0)
    sites, parks, candidates = case(3)
    _, cost = best_by_trying(sites, parks, candidates, len(candidates))
    options = siting(province(sites, parks, SPEC), candidates, work=2)
    best = options[0]
    # Every candidate open for nothing is what the bound supposes.
    assert best.bound_km < cost <= best.total_km + 2e-3
    assert 0.0 < best.gap < 1.0
    assert not best.proven
    table = siting_table(options)
    assert table["gap"].iloc[0] == best.gap
    assert not table["proven"].iloc[0]


def test_rents_nobody_states_do_not_change_with_the_set(province):
    spec = MatchSpecification.model_validate({"weights": {"rent_per_usd_m2": 1.0}})
    sites = [{"site_id": "s", "land_m2": 1e4, "xy": (0, 0)}]
    parks = [
        {"park_id": "old", "free_ha": 5.0, "xy": (9, 0)},
        {"park_id": "low", "free_ha": 5.0, "rent_usd_m2": 50.0, "xy": (99, 0)},
        {"park_id": "x", "status": "proposed", "rent_usd_m2": 500.0, "xy": (98, 0)},
    ]
    options = siting(province(sites, parks, spec), [Candidate("x", 1.0, 1.0, opens=2026)], work=2)
    assert options[0].opened == ()
    assert len({option.solution.cost for option in options}) == 1
