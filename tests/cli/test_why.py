"""One firm in a plan: why there, what else, what would place it; through the command."""

import json

import pytest

from geo_relocation.workspace import open_workspace


@pytest.fixture
def planned(run, province, scenario_file):
    done = run("match", scenario_file(), "--work", 1, "--json", workspace=province)
    assert done.code == 0, done.err
    assert (done.json["placed"], done.json["unplaced"]) == (2, 1)
    return province


def why(run, workspace, *more):
    return run("scenario", "why", *more, workspace=workspace)


def change(workspace, layer, key, **values):
    with open_workspace(workspace) as opened, opened.store.transaction() as transaction:
        rows = opened.read(layer, where={key[0]: key[1]})
        transaction.upsert(layer, rows.assign(**values))


def test_a_placed_firm_with_its_cost_by_term_and_what_else_there_is(run, planned):
    found = {site: why(run, planned, site, "--json").json for site in "AB"}
    by_park = {one["park_id"]: one for one in found.values()}
    west, east = by_park["W"], by_park["E"]
    assert (west["park"], west["phase"], west["land_m2"]) == ("Khu Tây", 2026, 40_000)
    assert west["terms"]["distance"] == pytest.approx(10, abs=0.1)
    assert east["terms"]["distance"] == pytest.approx(20, abs=0.1)
    assert sum(east["terms"].values()) == pytest.approx(east["cost_km"])
    assert (west["reason_code"], east["reason_code"]) == ("cheapest", "cheaper-is-full")
    (other,) = east["others"]
    assert (other["park_id"], other["park"]) == ("W", "Khu Tây")
    assert other["cost_km"] == west["cost_km"]
    assert other["obstacle"] == "3 ha is lacking"
    assert (east["changes"], east["notes"]) == ([], [])
    shown = why(run, planned, east["site_id"]).out
    for words in ("Khu Đông", "Khu Tây", "3 ha is lacking", "Xưởng", "Distance", " 2026"):
        assert words in shown


def test_a_firm_left_out_with_each_change_that_would_place_it(run, planned):
    done = why(run, planned, "C", "--json")
    assert done.code == 0, done.err
    assert (done.json["park_id"], done.json["reason_code"]) == (None, "no-park")
    assert (done.json["terms"], done.json["notes"]) == ({}, [])
    # All of the east is taken: five hectares more there.
    (land,) = done.json["changes"]
    assert (land["kind"], land["park_id"], land["amount"]) == ("land", "E", 5.0)
    shown = why(run, planned, "C").out
    assert "5 ha more in Khu Đông." in shown
    # What is asked is tried on the data of now: with the room, only the sector is in the way.
    change(planned, "parks", ("park_id", "W"), free_ha=12.0)
    again = why(run, planned, "C", "--json").json
    assert {(one["kind"], one["park_id"]) for one in again["changes"]} == {
        ("land", "E"),
        ("sector", "W"),
    }
    assert "notes" in again
    assert again["notes"] == []


def test_a_plan_that_the_data_no_longer_allow_is_said(run, planned):
    change(planned, "parks", ("park_id", "W"), free_ha=1.0)
    found = why(run, planned, "C", "--json").json
    assert any("the plan breaks" in note for note in found["notes"])


def test_room_that_there_is_by_now_is_said(run, planned):
    change(planned, "parks", ("park_id", "E"), free_ha=9.0)
    found = why(run, planned, "C", "--json").json
    assert found["changes"] == []
    assert found["notes"] == ["There is room in E in 2026 now: nothing has to change, plan again."]


def test_a_firm_that_nothing_can_be_tried_for_keeps_its_reason(run, province, scenario_file):
    more = '[[exclusions]]\nsite = "C"\n'
    assert run("match", scenario_file(more), "--work", 1, workspace=province).code == 0
    found = why(run, province, "C", "--json").json
    assert found["reason_code"] == "site-excluded"
    assert found["notes"] == ["No change can be tried: the scenario excludes it."]


def test_that_no_single_change_suffices_is_said(run, province, scenario_file):
    more = '[where]\nexclude_parks = ["W", "E"]\n'
    assert run("match", scenario_file(more), "--work", 1, workspace=province).code == 0
    found = why(run, province, "C", "--json").json
    assert found["changes"] == []
    assert any("None of these alone" in note for note in found["notes"])
    # Under another scenario's rules there is one.
    other = why(run, province, "C", "--scenario", scenario_file(), "--json").json
    assert {one["kind"] for one in other["changes"]} == {"land", "sector"}


def test_a_firm_that_may_move_only_after_the_last_year_is_told_so(run, province, scenario_file):
    change(province, "sites", ("site_id", "C"), earliest_phase=2028)
    change(province, "parks", ("park_id", "E"), free_ha=9.0)
    assert run("match", scenario_file(), "--work", 1, workspace=province).code == 0
    (years,) = why(run, province, "C", "--json").json["changes"]
    assert (years["kind"], years["park_id"], years["amount"]) == ("years", "E", 2.0)
    assert years["message"] == "Let it move from 2026 on, to Khu Đông."
    # With no land either, no single change suffices.
    change(province, "parks", ("park_id", "E"), free_ha=4.0)
    found = why(run, province, "C", "--json").json
    assert found["changes"] == []
    assert any("It may only move from 2028" in note for note in found["notes"])


def test_any_stored_plan_can_be_asked(run, planned, scenario_file):
    with open_workspace(planned) as opened:
        first = opened.latest_plan()
    more = '[where]\nexclude_parks = ["W"]\n'
    assert run("match", scenario_file(more), "--work", 1, workspace=planned).code == 0
    parks = {why(run, planned, site, "--json").json["park_id"] for site in "AB"}
    assert parks == {None, "E"}
    earlier = [why(run, planned, site, "--plan", first, "--json").json for site in "AB"]
    assert {one["park_id"] for one in earlier} == {"W", "E"}
    assert {one["plan_id"] for one in earlier} == {first}


def test_what_is_not_there_is_named(run, planned, province):
    for more, word in ((["X9"], "X9"), (["A", "--plan", "plan-0"], "plan-0")):
        done = why(run, planned, *more)
        assert done.code == 2
        assert word in done.err
    change(planned, "sites", ("site_id", "A"), site_id="D")
    outside = why(run, planned, "D")
    assert outside.code == 1
    assert "takes no part in plan" in outside.err


def test_without_a_plan_and_without_its_scenario_there_is_an_error_that_helps(
    run, province, scenario_file
):
    none = why(run, province, "A")
    assert none.code == 1
    assert "geo-relocation match" in none.err
    assert run("match", scenario_file(), "--work", 1, workspace=province).code == 0
    with open_workspace(province) as opened, opened.store.transaction() as transaction:
        row = opened.read("scenarios")
        kept = json.loads(row["specification"].iloc[0]) | {"from_the_future": 1}
        transaction.append(
            "scenarios",
            row.assign(
                plan_id="plan-9", specification=json.dumps(kept), created_at=row["created_at"]
            ),
        )
        plan = opened.read("assignments").assign(plan_id="plan-9")
        transaction.append("assignments", plan)
    assert why(run, province, "A", "--plan", "plan-9").code == 0
    done = why(run, province, "C", "--plan", "plan-9")
    assert done.code == 1
    for word in ("from_the_future", "--scenario"):
        assert word in done.err
    assert why(run, province, "C", "--plan", "plan-9", "--scenario", scenario_file()).code == 0
