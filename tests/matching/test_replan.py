"""Re-planning keeps what is committed, changes where it pays, and says what and why."""

from __future__ import annotations

import pandas as pd

from geo_relocation.matching import MatchSpecification, solve
from geo_relocation.matching.plan.replan import plan_changes
from geo_relocation.matching.verify import verify
from geo_relocation.model import schema
from geo_relocation.words import say

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
    assert "bớt 39 km" in say(change.message, "vi")


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
    assert "không còn được phép" in say(changes["a"].message, "vi")
    assert "Nay bố trí được" in say(changes["b"].message, "vi")


def test_a_park_that_lost_land_is_named_as_the_cause(province):
    old = approved(a="near", b="near", c="near")
    parks = [PARKS[0] | {"free_ha": 10.0}, PARKS[1] | {"free_ha": 0.0}]
    problem = province(SITES, parks, spec(5.0), approved=old)
    (change,) = plan_changes(problem, solve(problem, work=5))
    assert (change.park_before, change.park_after) == ("near", None)
    assert "near nay không đủ cho mọi cơ sở của phương án cũ (thiếu 5 ha)" in say(
        change.message, "vi"
    )
    assert "nhường" not in say(change.message, "vi")


def test_a_quota_that_was_cut_is_named_as_the_cause(province):
    old = approved(a="near", b="near", c="near")
    cut = spec(5.0).model_copy(
        update={"limits": MatchSpecification().limits.model_copy(
            update={"moves_per_year": {2026: 2}})}
    )  # fmt: skip
    problem = province(SITES, PARKS, cut, approved=old)
    (change,) = plan_changes(problem, solve(problem, work=5))
    assert "không đủ cho mọi cơ sở của phương án cũ (hết lượt dời năm 2026)" in say(
        change.message, "vi"
    )


def test_who_takes_the_place_is_named_where_the_old_plan_still_holds(province):
    sites = [
        {"site_id": "a", "land_m2": 1e5, "xy": (0, 0)},
        {"site_id": "b", "land_m2": 1e5, "xy": (0, 0), "priority": 5.0},
    ]
    problem = province(
        sites, [PARKS[0] | {"free_ha": 10.0}], spec(5.0), approved=approved(a="near", b=None)
    )
    changes = {c.site_id: c for c in plan_changes(problem, solve(problem, work=5))}
    assert say(changes["a"].message, "vi") == (
        "Rời near, chưa bố trí: nhường chỗ ở near cho b (thiếu 10 ha)."
    )
    assert "Nay bố trí được vào near" in say(changes["b"].message, "vi")


def test_the_rule_that_forbids_the_old_place_is_named(province):
    cases = [
        ({"receives": False}, "khu không tiếp nhận di dời"),
        ({"opens": 2030}, "khu chưa mở trong các năm được phép"),
        ({"free_ha": 1.0}, "khu không đủ đất trong các năm được phép"),
    ]
    for park, words in cases:
        problem = province(
            SITES[:1], [PARKS[0] | park, PARKS[1]], spec(5.0), approved=approved(a="near")
        )
        (change,) = plan_changes(problem, solve(problem, work=5))
        assert f"không còn được phép ({words}" in say(change.message, "vi")
