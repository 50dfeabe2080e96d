"""Commands of runs and approvals, on the province that is small enough to reckon by hand."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from geo_relocation.cli.app import with_values
from geo_relocation.workspace import open_workspace, searches
from geo_relocation.workspace.actor import Actor

TODAY_KEYS = {"run_id", "kind", "started_at", "seconds", "author", "parameters"}


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (["match", "a", "--replan"], ["match", "a", "--replan=approved"]),
        (["match", "--replan", "--work", "1"], ["match", "--replan=approved", "--work", "1"]),
        (["match", "a", "--replan", "plan-1"], ["match", "a", "--replan", "plan-1"]),
        (["match", "a", "--replan=plan-1"], ["match", "a", "--replan=plan-1"]),
        (["runs"], ["runs"]),
        ([], []),
    ],
)
def test_an_option_whose_value_may_be_left_out(given, meant):
    assert with_values(given) == meant


def test_runs_say_state_who_when_and_what_came_of_them(run, province, scenario_file):
    failed = run("match", scenario_file("[where]\nparks = []\n[who]\nverdicts = ['check']"),
                 "--json", workspace=province)  # fmt: skip
    assert failed.code == 1
    done = run("match", scenario_file(), "--work", 1, "--json", workspace=province).json
    found = run("runs", "--json", workspace=province).json
    assert [one["state"] for one in found] == ["stored", "failed", "stored"]
    for one in found:
        assert one.keys() >= TODAY_KEYS
        assert one["author"] == "Cán bộ thử"
        assert isinstance(json.loads(one["parameters"]), dict)
    assert "puts nobody in scope" in found[1]["message"]
    assert found[2]["results"] == [done["plan_id"]]
    assert found[2]["seconds"] >= 0
    table = run("runs", "--lang", "vi", workspace=province).out
    for words in ("Rà soát", "Bố trí", "Đã lưu kết quả", "Không thành"):
        assert words in table
    shown = run("runs", "show", found[1]["run_id"], "--json", workspace=province).json
    assert [entry["state"] for entry in shown["log"]] == ["queued", "running", "failed"]
    gone = run("runs", "cancel", found[1]["run_id"], "--json", workspace=province).json
    assert (gone["state"], gone["log"][-1]["actor"]) == ("cancelled", "Cán bộ thử")
    assert run("runs", "show", "match-none", workspace=province).code == 2
    assert run("runs", "cancel", found[2]["run_id"], workspace=province).code == 2
    assert run("runs", "cancel", workspace=province).code == 2


def test_ctrl_c_cancels_a_run_which_then_goes_on(run, province, scenario_file, tmp_path):
    slow = (
        "import signal, time\n"
        # A shell may have had Ctrl-C ignored, which a child inherits.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from geo_relocation.workspace import searches\n"
        "solve = searches.solve\n"
        "def held(problem, *, keep, **given):\n"
        "    keep(solve(problem, keep=keep, **given).assignment(problem))\n"
        "    print('kept', flush=True)\n"
        "    time.sleep(60)\n"
        "searches.solve = held\n"
        "from geo_relocation.cli import main\n"
        "main()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", slow, "-w", province, "match", str(scenario_file()), "--work", "1",
         "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "kept\n"
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Nothing was stored" in json.loads(said)["why"]
    newest = run("runs", "--json", workspace=province).json[-1]
    assert (newest["state"], newest["resumable"]) == ("cancelled", True)
    done = run("match", newest["run_id"], "--resume", "--json", workspace=province)
    assert done.code == 0, done.err
    again = run("runs", "--json", workspace=province).json[-1]
    assert (again["run_id"], again["state"]) == (newest["run_id"], "stored")
    assert json.loads(again["parameters"])["work"] == 1
    assert run("match", "--resume", workspace=province).code == 2
    assert run("match", workspace=province).code == 2


def test_a_run_cancelled_elsewhere_says_so_and_stores_nothing(
    run, province, scenario_file, monkeypatch
):
    solve = searches.solve

    def meanwhile(*given, **more):
        found = solve(*given, **more)
        with open_workspace(province) as opened:
            newest = opened.runs.lives().iloc[-1]["run_id"]
            opened.runs.cancel(newest, actor=Actor("Trần Thị B"))
        return found

    monkeypatch.setattr(searches, "solve", meanwhile)
    done = run("match", scenario_file(), "--work", 1, workspace=province)
    assert done.code == 130
    assert "cancelled by Trần Thị B" in done.err
    assert run("scenario", "show", "--json", workspace=province).json == []


def test_a_replan_starts_from_the_approved_plan(run, province, scenario_file):
    def match(*more):
        done = run("match", scenario_file(), "--work", 1, *more, "--json", workspace=province)
        return done if done.code else done.json

    refused = match("--replan")
    assert refused.code == 1
    assert "scenario approve" in json.loads(refused.err)["hint"]
    first, second = match()["plan_id"], match()["plan_id"]
    paper = ("--document", "12/QĐ-UBND", "--date", "2026-07-01")
    entry = run("scenario", "approve", first, *paper, "--json", workspace=province).json
    assert (entry["plan_id"], entry["author"], entry["kind"]) == (first, "Cán bộ thử", "approved")
    shown = run("scenario", "show", first, "--json", workspace=province).json
    assert (shown["approved_by"], shown["approved_at"]) == ("Cán bộ thử", entry["at"])
    assert shown["approval_document"] == "12/QĐ-UBND"
    listed = run("scenario", "show", "--json", workspace=province).json
    assert {one["plan_id"]: one["approved_by"] for one in listed} == {
        first: "Cán bộ thử", second: None,
    }  # fmt: skip
    again = match("--replan")
    assert any(f"the approved plan {first}" in note for note in again["notes"])
    gone = run("scenario", "withdraw", first, *paper, "--json", workspace=province)
    assert gone.code == 0
    assert run("scenario", "show", first, "--json", workspace=province).json["approved_at"] is None
    assert run("scenario", "approve", "plan-x", *paper, workspace=province).code == 2
    without = run("scenario", "approve", first, "--date", "2026-07-01", workspace=province)
    assert without.code == 2


def test_a_replan_keeps_a_firm_where_the_approved_plan_puts_it(run, province, scenario_file):
    """Where change is dear; the same search without a plan to stay close to sends it nearer."""
    only = "[who]\nverdicts = ['conflict']\nwhere = { site_id = 'A' }\n[weights]\nchange = 99.0\n"

    def park(more, *options):
        file = scenario_file(only + more)
        done = run("match", file, "--work", 1, *options, "--json", workspace=province)
        assert done.code == 0, done.err
        with open_workspace(province) as opened:
            (row,) = opened.plan_assignments(done.json["plan_id"]).itertuples()
        return done.json["plan_id"], row.park_id

    plan, far = park("[where]\nexclude_parks = ['W']\n")
    paper = ("--document", "12/QĐ-UBND", "--date", "2026-07-01")
    assert run("scenario", "approve", plan, *paper, workspace=province).code == 0
    assert (far, park("")[1], park("", "--replan")[1]) == ("E", "W", "E")
