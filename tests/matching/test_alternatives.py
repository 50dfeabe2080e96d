"""Alternatives stay within their tolerance, the frontier trades, siting beats its baseline."""

from __future__ import annotations

import numpy as np
import pytest

from geo_relocation.matching import MatchSpecification, solve
from geo_relocation.matching.build import rebuild
from geo_relocation.matching.plan.alternatives import alternatives, frontier
from geo_relocation.matching.plan.siting import siting, siting_table
from geo_relocation.matching.plan.siting_trials import Candidate
from geo_relocation.matching.verify import verify


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


def test_an_alternative_is_optimal_only_where_it_costs_what_the_best_does(town):
    best = solve(town, work=5)
    assert best.status == "optimal"
    found = [one.solution for one in alternatives(town, best, count=3, within=0.1, work=5)]
    assert any(other.cost > best.cost for other in found)
    for other in found:
        assert (other.status == "optimal") == (other.cost == best.cost)
        assert other.gap == pytest.approx((other.cost - best.bound) / other.cost)
        assert other.bound == best.bound
        assert other.weight_unplaced_bound == best.weight_unplaced_bound


def test_the_share_by_which_an_alternative_is_dearer_is_told(town):
    best = solve(town, work=5)
    for one in alternatives(town, best, count=2, within=0.1, work=5):
        assert one.dearer == pytest.approx(one.solution.cost / best.cost - 1)


@pytest.mark.parametrize("price", [0.0, 20.0])
def test_the_frontier_counts_what_is_placed_wrong_at_any_price(town, province, price):
    weights = town.specification.weights.model_copy(update={"wrong_specialisation": price})
    spec = town.specification.model_copy(update={"weights": weights})
    again = rebuild(town, specification=spec)
    special = town.frames.parks.set_index("park_id")["specialisation"]
    vsic = town.frames.sites.set_index("site_id")["vsic"]
    plan = solve(again, work=5).assignment(again)
    wrong = sum(
        isinstance(special[park], str) and vsic[site] != special[park]
        for site, park in zip(plan["site_id"], plan["park_id"], strict=True)
    )
    points = frontier(again, factors=(1.0,), work=5)
    assert [point.wrong_specialisation for point in points] == [wrong]
    if not price:
        assert wrong > 0


def test_a_point_of_the_frontier_is_listed_once(province):
    sites = [{"site_id": s, "land_m2": 1e4} for s in "ab"]
    points = frontier(province(sites, [{"park_id": "p", "free_ha": 9.0, "xy": (5, 0)}]), work=5)
    assert len(points) == 1
    assert set(points[0].weights.values()) == {1.0}


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
