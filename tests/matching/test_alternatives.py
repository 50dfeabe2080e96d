"""Alternatives stay within their tolerance, the frontier trades, siting beats its baseline."""

from __future__ import annotations

import numpy as np
import pytest

from geo_relocation.matching import MatchSpecification, solve, verify
from geo_relocation.matching.alternatives import alternatives, frontier
from geo_relocation.matching.siting import Candidate, siting, siting_table


@pytest.fixture
def town(province):
    rng = np.random.default_rng(3)
    sites = [
        {"site_id": f"s{i:02}", "xy": tuple(rng.uniform(0, 9, 2)), "land_m2": 2e4, "vsic": v}
        for i, v in enumerate(rng.choice(["10", "16"], 12))
    ]
    parks = [
        {"park_id": "p0", "xy": (20, 4), "free_ha": 16.0, "rent_usd_m2": 90.0},
        {"park_id": "p1", "xy": (20, 6), "free_ha": 16.0, "specialisation": "16"},
        {"park_id": "p2", "xy": (40, 5), "free_ha": 30.0, "rent_usd_m2": 30.0},
    ]
    return province(sites, parks)


def test_alternatives_place_as_much_cost_little_more_and_differ(town):
    best = solve(town, work=5)
    found = alternatives(town, best, count=2, within=0.1, work=5)
    assert found
    plans = [best, *(one.solution for one in found)]
    for one in found:
        assert verify(town, one.solution.assignment(town)) == []
        assert one.solution.weight_unplaced == best.weight_unplaced
        assert best.cost <= one.solution.cost <= 1.1 * best.cost + 1e-9
        assert one.different > 0
    assert len({tuple(plan.chosen.link) for plan in plans}) == len(plans)


def test_no_point_of_the_frontier_beats_another(town):
    points = frontier(town, work=5)
    assert len(points) > 1
    values = [(p.distance_km, p.wrong_specialisation, p.rent_usd) for p in points]
    for one in values:
        assert not any(all(x < y for x, y in zip(other, one, strict=True)) for other in values)


def test_siting_opens_what_pays_and_shows_the_baseline(province):
    sites = [{"site_id": s, "land_m2": 5e4, "vsic": "16", "xy": (0, 0)} for s in "abc"]
    parks = [
        {"park_id": "old", "free_ha": 5.0, "xy": (9, 0)},
        {"park_id": "x", "status": "proposed", "xy": (10, 0)},
        {"park_id": "y", "status": "proposed", "xy": (90, 0)},
    ]
    spec = MatchSpecification.model_validate({"weights": {"wrong_specialisation": 20.0}})
    problem = province(sites, parks, spec)
    wanted = [
        Candidate("x", 10.0, opening_km=30.0, opens=2026, sectors=("10", "16")),
        Candidate("y", 10.0, opening_km=1.0, opens=2026),
    ]
    options = siting(problem, wanted, work=5)
    table = siting_table(options)
    assert table["opened"].iloc[0] == "x:16"
    assert table["placed_more"].iloc[0] == 2
    baseline = next(option for option in options if not option.opened)
    assert (baseline.solution.placed, baseline.placed_more) == (1, 0)
    late = [Candidate("x", 10.0, 30.0, opens=2030), Candidate("y", 10.0, 1.0, opens=2026)]
    assert siting_table(siting(problem, late, work=5))["opened"].iloc[0] == "y"
