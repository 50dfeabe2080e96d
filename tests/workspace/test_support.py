"""What firms get, from a workspace: by plan, year, city and payer, on either store."""

from __future__ import annotations

import datetime as dt
import json

import pytest

import geo_relocation
from geo_relocation.errors import EmptyWorkspaceError, RuleSetError, UnknownNameError, UsageError
from geo_relocation.testing import at, layer

AS_OF = dt.date(2026, 1, 1)
FIGURES = """
[parameter.land_price_vnd_m2]
by_city = { "Thuận An" = 4_000_000, "Dĩ An" = 5_000_000 }
source = "Bảng giá thử"
[parameter.stoppage_pay_vnd_month]
value = 5_000_000
source = "Thỏa ước thử"
"""
BOTH = {
    "land_recovery": "project",
    "rent_mode": "one-off",
    "lease_start": "2000-01-01",
    "lease_end": "2030-01-01",  # 10 958 days
    "production_stop": "temporary",
    "stop_months": 3,
}
SITES = [
    BOTH | {"site_id": "S1", "name": "Gỗ An Phát", "geometry": at(0), "land_m2": 1000.0,
            "workers": 10, "after_tax_income_mvnd": 100.0, "old_district": "Thuận An",
            "old_district_code": "725"},
    BOTH | {"site_id": "S2", "name": "Gốm Dĩ An", "geometry": at(1), "land_m2": 2000.0,
            "workers": 20, "old_district": "Dĩ An", "old_district_code": "724"},
    {"site_id": "S3", "name": "Chưa rõ", "geometry": at(2)},
]  # fmt: skip


def plan_row(plan_id, minute, moves):
    placed = sum(park is not None for park, _ in moves.values())
    row = {
        "plan_id": plan_id, "scenario": "default", "created_at": f"2026-01-01T00:0{minute}:00Z",
        "specification": json.dumps({}), "status": "optimal", "placed": placed,
        "unplaced": len(moves) - placed, "input_hash": "x", "version": "x",
    }  # fmt: skip
    rows = [
        {"plan_id": plan_id, "site_id": site, "park_id": park, "phase": year, "reason": "x"}
        for site, (park, year) in moves.items()
    ]
    return layer("scenarios", [row]), layer("assignments", rows)


@pytest.fixture
def workspace(workspace):
    """Three firms, and two plans for them."""
    parks = layer("parks", [{"park_id": "P", "name": "CCN", "kind": "cluster", "geometry": at(9)}])
    plans = [
        plan_row("p1", 1, {"S1": ("P", 2026), "S2": ("P", 2026), "S3": (None, None)}),
        plan_row("p2", 2, {"S1": ("P", 2028), "S2": (None, None)}),
    ]
    with workspace.writing() as transaction:
        transaction.append("sites", layer("sites", SITES))
        transaction.append("parks", parks)
        for scenario, assignments in plans:
            transaction.append("scenarios", scenario)
            transaction.append("assignments", assignments)
    return workspace


def amounts(made):
    found = {(i.firm.site_id, i.policy.id): i.amount for i in made.found.items if i.amount}
    return dict(sorted(found.items()))


def test_all_firms_by_city_and_payer(workspace):
    made = workspace.support.estimate(as_of=AS_OF, parameters=FIGURES)
    # 1 461 days remain of 10 958.
    assert amounts(made) == {
        ("S1", "N01"): 533_308_998,  # 4 000 000 × 1 000 × 1 461 ÷ 10 958 = 533 308 997.99
        ("S1", "N05"): 30_000_000,
        ("S1", "N06"): 150_000_000,
        ("S1", "N22"): 150_000_000,
        ("S2", "N01"): 1_333_272_495,  # 5 000 000 × 2 000 × 1 461 ÷ 10 958 = 1 333 272 494.9…
        ("S2", "N06"): 300_000_000,
        ("S2", "N22"): 300_000_000,
    }
    assert made.found.total == 533_308_998 + 30_000_000 + 150_000_000 + 1_633_272_495
    assert made.found.employers == 450_000_000
    assert made.found.sums("city") == {"724": 1_633_272_495, "725": 713_308_998}
    assert made.found.sums("year") == {"2026": made.found.total}
    assert made.found.sums("payer") == {
        "district": 1_866_581_493, "finance": 30_000_000, "labour": 450_000_000,
    }  # fmt: skip
    lacking = {(policy, names): n for (policy, names, _), n in made.found.not_computed().items()}
    assert lacking["N05", ("after_tax_income_mvnd",)] == 1
    assert lacking["N05", ("land_recovery", "rent_mode", "land_origin", "production_stop")] == 1


def test_a_plan_says_who_and_in_which_year(workspace):
    made = workspace.support.estimate(plan="p1", as_of=AS_OF, parameters=FIGURES)
    assert (made.firms, made.unplaced, made.plan) == (2, 1, "p1")
    newest = workspace.support.estimate(plan="newest", parameters=FIGURES)
    assert (newest.plan, newest.firms, newest.unplaced) == ("p2", 1, 1)
    (year,) = newest.found.sums("year")
    assert year == "2028"
    # On 1 July 2028, 549 days remain: 4 000 000 × 1 000 × 549 ÷ 10 958 = 200 401 533.1
    assert amounts(newest)["S1", "N01"] == 200_401_533
    # The same plan with its law and prices as of one day.
    fixed = workspace.support.estimate(plan="p2", as_of=AS_OF, parameters=FIGURES)
    assert amounts(fixed)["S1", "N01"] == 533_308_998
    assert set(fixed.found.sums("year")) == {"2028"}


def test_who_is_done_with_is_left_out_of_the_total_but_not_when_named(workspace):
    for state in ("listed", "removed"):
        workspace.move("S1", state, ground="Thử")
    made = workspace.support.estimate(as_of=AS_OF, parameters=FIGURES)
    assert (made.firms, made.finished) == (2, 1)
    assert workspace.support.estimate("S1", as_of=AS_OF, parameters=FIGURES).found.total > 0


def test_the_decision_in_force_says_what_a_firm_does(workspace):
    first = {
        "decision_id": "d1", "site_id": "S1", "run_id": "r", "ruleset": "x", "route": "stay",
        "ruleset_version": "1", "ruleset_hash": "x", "decided_at": "2026-01-01T00:00:00Z",
        "triggers": json.dumps([]), "input_hash": "x", "author": "x",
    }  # fmt: skip
    with workspace.writing() as transaction:
        transaction.append("decisions", layer("decisions", [first]))

    def proposed(route):
        workspace.override("S1", route, ground="Thử")
        found = workspace.support.estimate("S1", as_of=AS_OF, policies=["B01"]).found
        return found.items[0].amount

    assert proposed("close") == 500_000_000
    assert proposed("relocate") is None


def test_what_is_not_there_is_an_error(workspace):
    verb = workspace.support.estimate
    with pytest.raises(UnknownNameError):
        verb("S9")
    with pytest.raises(UnknownNameError):
        verb(plan="p9")
    with pytest.raises(UnknownNameError, match="binh-duong"):
        verb(policies=["binh-dong"])
    with pytest.raises(UsageError, match="does not place"):
        verb("S3", plan="p1")
    with pytest.raises(RuleSetError, match="no city 'Huế'"):
        verb(parameters=FIGURES.replace("Dĩ An", "Huế"))


def test_newest_without_any_plan_is_an_error(url, tmp_path, monkeypatch):
    monkeypatch.setenv("GEORELOC_AUTHOR", "Cán bộ thử")
    with geo_relocation.create(str(tmp_path / "empty.gpkg")) as empty:
        with pytest.raises(EmptyWorkspaceError):
            empty.support.estimate(plan="newest")
        assert empty.support.estimate().found.total == 0
