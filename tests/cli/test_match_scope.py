"""Who is in scope, through the command line: first line, JSON, exit codes, what is stored."""

from __future__ import annotations

import json

import pytest

from geo_relocation.model.told import said
from geo_relocation.workspace import open_workspace

BATCHES = """
id = "own"
version = "1"
vi = "Riêng"
en = "Own"
source = "x"
date = 2026-01-01
status = "template"
routes = ["relocate", "convert", "change-technology", "stay", "close"]
order = ["compulsory"]
[[batch]]
id = "I"
year = 2029
"""


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setenv("GEORELOC_TODAY", "2026-11-25")
    monkeypatch.setenv("GEORELOC_AUTHOR", "An")


def match(run, workspace, scenario="default", *more):
    return run("match", scenario, "--work", 1, *more, workspace=workspace)


def decide(run, workspace, *options, **routes):
    done = run("assess", "--rules", "any-of-four-2024", *options, workspace=workspace)
    assert done.code == 0, done.err
    for site, route in routes.items():
        done = run("override", site, "--route", route, "--ground", "CV 1", workspace=workspace)
        assert done.code == 0, done.err


def first_line(done):
    assert done.code == 0, done.err
    return next(line for line in done.out.splitlines() if line.strip())


def stored(workspace):
    with open_workspace(workspace) as opened:
        return opened.read("scenarios").sort_values("created_at")


def test_before_any_decision_the_first_line_says_that_nobody_decided(run, province) -> None:
    assert first_line(match(run, province)).startswith("Nothing has been decided")
    found = match(run, province, "default", "--json").json
    assert found["scope"] == {
        "routes": [], "verdicts": ["conflict"], "cities": [], "firms": 3, "decided": False,
        "years": [2026, 2027, 2028, 2029, 2030], "units": [], "sectors": [], "groups": [],
        "batches": [], "states": [], "sites": [], "in_parks": [], "where": {},
        "land_m2": None, "workers": None,
    }  # fmt: skip
    assert found["notes"][0].startswith("Nothing has been decided")


def test_once_decided_the_route_in_force_is_placed_whatever_ran_since(run, province) -> None:
    decide(run, province, A="relocate", B="stay", C="convert")
    decide(run, province)
    assert first_line(match(run, province)).startswith("Scope: 1 firm,")
    found = match(run, province, "default", "--json").json
    assert found["scope"]["routes"] == ["relocate"]
    assert set(found["scope"]["verdicts"]) == {"conflict", "clear", "check"}
    assert (found["scope"]["firms"], found["scope"]["decided"]) == (1, True)
    with open_workspace(province) as opened:
        plan = opened.plan_assignments(found["plan_id"])
    assert plan["site_id"].tolist() == ["A"]
    # The old way stays: by the verdict, whatever was decided.
    by_conflict = match(run, province, "by-conflict", "--json").json
    assert by_conflict["scope"]["firms"] == 3
    assert by_conflict["scope"]["years"] == [2026]
    assert any("other than to relocate" in note for note in by_conflict["notes"])


def test_the_scope_is_stored_with_the_plan_and_can_be_asked_again(run, province, monkeypatch):
    decide(run, province, A="relocate", B="relocate", C="relocate")
    monkeypatch.setenv("GEORELOC_TODAY", "2028-02-01")
    found = match(run, province, "default", "--json").json
    kept = json.loads(stored(province)["specification"].iloc[-1])
    assert kept["phases"] == [2028, 2029, 2030]
    assert kept["who"]["routes"] == ["relocate"]
    assert kept["scope"] == found["scope"]
    assert [said(note, "en") for note in kept["notes"]] == found["notes"]
    # Read again years later, the plan is still about its own years.
    monkeypatch.setenv("GEORELOC_TODAY", "2030-02-01")
    left = next(s for s in "ABC" if run("scenario", "why", s, "--json", workspace=province).json["park_id"] is None)  # noqa: E501 # fmt: skip
    why = run("scenario", "why", left, "--json", workspace=province)
    assert why.code == 0, why.err
    assert why.json["changes"] or why.json["notes"]


def test_batches_bind_from_their_years_as_they_were_decided(run, province, tmp_path) -> None:
    policy = tmp_path / "dot.toml"
    policy.write_text(BATCHES, "utf-8")
    with open_workspace(province) as opened, opened.store.transaction() as transaction:
        sites = transaction.read("sites")
        sites["env_breach"], sites["env_fixable"] = True, False
        sites["old_district_code"] = "725"
        transaction.upsert("sites", sites)
    decide(run, province, "--batches", policy, A="relocate", B="relocate", C="stay")
    policy.unlink()
    found = match(run, province, "default", "--json").json
    kept = json.loads(stored(province)["specification"].iloc[-1])
    assert kept["limits"]["batches"] == {"I": 2029}
    with open_workspace(province) as opened:
        plan = opened.plan_assignments(found["plan_id"])
    assert plan["phase"].dropna().tolist() == [2029, 2029]


def test_a_scope_with_nobody_is_an_error_and_stores_nothing(run, province, scenario_file) -> None:
    for more, words in (
        ('[who]\ncities = ["TP. Thuận An"]\n', "nobody in scope"),
        ('[who]\nverdicts = ["clear"]\n', "nobody in scope"),
        ('[who]\ncities = ["Thuận Anh"]\n', "Thuận An (725)"),
        ("[who]\nverdicts = []\n", "the list is empty"),
    ):  # fmt: skip
        done = match(run, province, scenario_file(more))
        assert done.code == 1, more
        assert words in " ".join(done.err.split()), done.err
    done = match(run, province, scenario_file('[who]\nverdicts = ["clear"]\n'), "--json")
    assert json.loads(done.err)["error"] == "empty-scope"
    decide(run, province, A="stay", B="stay", C="close")
    assert match(run, province).code == 1
    assert stored(province).empty


def test_a_firm_removed_from_the_list_is_not_placed(run, province) -> None:
    moved = run("list", "move", "B", "removed", "--ground", "rà soát", workspace=province)
    assert moved.code == 0, moved.err
    found = match(run, province, "default", "--json").json
    assert found["scope"]["firms"] == 2
    with open_workspace(province) as opened:
        assert sorted(opened.plan_assignments(found["plan_id"])["site_id"]) == ["A", "C"]


def test_a_city_is_found_however_it_is_written(run, province, scenario_file) -> None:
    with open_workspace(province) as opened, opened.store.transaction() as transaction:
        sites = transaction.read("sites")
        sites["old_district"] = ["TP Thuận An", "thành phố Thuận An", "Dĩ An"]
        transaction.upsert("sites", sites)
    for written in ("Thuận An", "TP.Thuận An", "thuan an", "THUẬN AN", "725"):
        done = match(run, province, scenario_file(f'[who]\ncities = ["{written}"]\n'), "--json")
        assert done.code == 0, done.err
        assert (done.json["scope"]["cities"], done.json["scope"]["firms"]) == (["725"], 2)


def test_a_firm_that_signed_keeps_its_park_in_a_replan(run, province) -> None:
    found = match(run, province, "default", "--json").json
    with open_workspace(province) as opened:
        before = opened.plan_assignments(found["plan_id"]).set_index("site_id")["park_id"]
    site = before.dropna().index[0]
    paper = ("--document", "12", "--document-date", "2026-10-01")
    for state in ("listed", "reviewed", "approved", "agreed", "matched", "contracted"):
        done = run("list", "move", site, state, "--ground", "x", *paper, workspace=province)
        assert done.code == 0, done.err
    other = next(park for park in ("W", "E") if park != before[site])
    with open_workspace(province) as opened, opened.store.transaction() as transaction:
        parks = transaction.read("parks")
        parks.loc[parks["park_id"] == other, ["free_ha", "rent_usd_m2"]] = [90.0, 0.0]
        transaction.upsert("parks", parks)
    # The firm's route may have changed meanwhile: what it signed for stands.
    decide(run, province, **{site: "stay"})
    again = match(run, province, "default", "--replan", found["plan_id"], "--json")
    assert again.code == 0, again.err
    with open_workspace(province) as opened:
        after = opened.plan_assignments(again.json["plan_id"]).set_index("site_id")["park_id"]
    assert after[site] == before[site]
