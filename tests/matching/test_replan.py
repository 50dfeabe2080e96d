"""Re-planning keeps what is committed, changes where it pays, and says what and why."""

from __future__ import annotations

import pandas as pd

from geo_relocation.matching import MatchSpecification, solve, verify
from geo_relocation.matching.replan import plan_changes
from geo_relocation.model import schema

SITES = [{"site_id": s, "land_m2": 5e4, "xy": (i, 0)} for i, s in enumerate("abc")]
PARKS = [
    {"park_id": "near", "free_ha": 20.0, "xy": (10, 0)},
    {"park_id": "far", "free_ha": 20.0, "xy": (40, 0)},
]


def approved(**places):
    rows = [
        {"plan_id": "old", "site_id": s, "park_id": p, "phase": 2026, "reason": ""}
        for s, p in places.items()
    ]
    return schema("assignments").conform(pd.DataFrame(rows))


def spec(change):
    return MatchSpecification.model_validate({"weights": {"change": change}})


def parks_of(problem, solution):
    return dict(solution.assignment(problem)[["site_id", "park_id"]].itertuples(index=False))


def test_a_dear_change_keeps_the_plan_and_a_cheap_one_moves_it(province):
    old = approved(a="far", b="near", c="near")
    dear = province(SITES, PARKS, spec(100.0), approved=old)
    assert parks_of(dear, solve(dear, work=5)) == {"a": "far", "b": "near", "c": "near"}
    cheap = province(SITES, PARKS, spec(1.0), approved=old)
    solution = solve(cheap, work=5)
    assert parks_of(cheap, solution)["a"] == "near"
    (change,) = plan_changes(cheap, solution)
    # 30 km nearer by road at a detour of 1.3.
    assert (change.site_id, change.park_before, change.saved_km) == ("a", "far", 39.0)
    assert "bớt 39.0 km" in change.message


def signed(*sites):
    rows = [
        {
            "event_id": f"e-{site}",
            "site_id": site,
            "at": "2026-02-01",
            "recorded_at": "2026-02-01",
            "kind": "transition",
            "from_state": "matched",
            "to_state": "contracted",
            "author": "An",
            "ground": "HĐ 12",
        }
        for site in sites
    ]
    return schema("events").conform(pd.DataFrame(rows))


def test_a_firm_that_signed_keeps_its_park(province):
    old = approved(a="far", b="near", c="near")
    again = province(SITES, PARKS, spec(0.0), approved=old, events=signed("a"))
    solution = solve(again, work=5)
    assert parks_of(again, solution)["a"] == "far"
    assert verify(again, solution.assignment(again)) == []
    assert plan_changes(again, solution) == []


def test_a_place_that_is_no_longer_allowed_is_said_to_be_so(province):
    parks = [PARKS[0] | {"receives": False}, PARKS[1]]
    problem = province(SITES, parks, spec(5.0), approved=approved(a="near"))
    changes = {c.site_id: c for c in plan_changes(problem, solve(problem, work=5))}
    assert "không còn được phép" in changes["a"].message
    assert "Nay bố trí được" in changes["b"].message
