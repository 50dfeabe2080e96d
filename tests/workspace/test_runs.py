"""Runs from the moment they are asked for, approvals, and drafts of one's own; both stores."""

from __future__ import annotations

import datetime as dt
import json
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

import geo_relocation
from geo_relocation.assessment import load_shipped as load_rules
from geo_relocation.errors import (
    CancelledError,
    EmptyWorkspaceError,
    UnknownNameError,
    UsageError,
)
from geo_relocation.model.told import said
from geo_relocation.progress import SILENT
from geo_relocation.scenarios import parse_scenario
from geo_relocation.settings import Settings
from geo_relocation.words import say
from geo_relocation.workspace import searches, watched
from geo_relocation.workspace.actor import Actor
from geo_relocation.workspace.drafts import draft_path
from workspace.province import fill

TEXT = """
id = "thu"
title = "Thử"
[who]
verdicts = ["conflict"]
[factors]
detour = 1.0
[limits]
deadlines = false
"""
SCENARIO = parse_scenario(TEXT)
PLANNER = Actor("Trần Thị B", "Chuyên viên", dt.date(2026, 1, 15))
PAPER = {"document": "12/QĐ-UBND", "dated": dt.date(2026, 7, 1)}


@pytest.fixture
def filled(workspace):
    fill(workspace)
    return workspace


@pytest.fixture
def screened(filled):
    filled.screen()
    return filled


def states(workspace, run_id):
    return workspace.runs.log(run_id)["state"].tolist()


def newest(workspace):
    return workspace.runs.lives().iloc[-1]


def test_every_run_says_who_asked_for_it(screened):
    screened.assess(load_rules("any-of-four-2024"))
    plan = screened.match(SCENARIO, work=1)
    found = screened.runs.lives().set_index("kind")
    assert found["actor"].to_dict() == dict.fromkeys(("screen", "assess", "match"), "Cán bộ thử")
    assert (found["state"] == "stored").all()
    rows = screened.read("runs").set_index("kind")
    assert rows["author"].to_dict() == found["actor"].to_dict()
    assert found["results"]["match"] == [plan.plan_id]
    assert found["input_hash"].to_dict() == rows["input_hash"].to_dict()
    assert (screened.read("decisions")["author"] == "Cán bộ thử").all()
    assert screened.store.check_history().first_break is None


def test_the_actor_comes_with_the_call(filled):
    filled.screen(actor=PLANNER)
    filled.assess(load_rules("any-of-four-2024"), actor=PLANNER)
    plan = filled.match(SCENARIO, work=1, actor=PLANNER)
    found = filled.runs.lives()
    assert (found["actor"] == PLANNER.name).all()
    assert (found["role"] == PLANNER.role).all()
    assert (found["role_since"] == pd.Timestamp(PLANNER.since)).all()
    assert (filled.read("runs")["author"] == PLANNER.name).all()
    assert filled.plans.stored_plans.plan(plan.plan_id)["author"] == PLANNER.name


def test_where_a_call_names_nobody_the_settings_do(filled):
    settings = Settings(author="C", role="Quản trị", role_since=dt.date(2026, 2, 1))
    with geo_relocation.open(filled.store.url, settings=settings) as ws:
        ws.screen()
        first = newest(ws)
    assert (first["actor"], first["role"], str(first["role_since"])[:10]) == (
        "C", "Quản trị", "2026-02-01",
    )  # fmt: skip


def test_a_run_is_on_record_while_it_runs_and_when_it_failed(workspace, monkeypatch):
    with pytest.raises(EmptyWorkspaceError):
        workspace.screen()
    failed = newest(workspace)
    assert states(workspace, failed["run_id"]) == ["queued", "running", "failed"]
    assert said(failed["message"], "en").startswith("The workspace has no sites yet.")
    assert said(failed["message"], "vi").startswith("Không gian làm việc chưa có ")
    assert not workspace.stored
    fill(workspace)
    seen = []

    def look(*given, **more):
        seen.append(newest(workspace)["state"])
        raise KeyboardInterrupt

    monkeypatch.setattr("geo_relocation.workspace.screening.screen", look)
    with pytest.raises(KeyboardInterrupt):
        workspace.screen()
    assert seen == ["running"]
    cancelled = newest(workspace)
    assert cancelled["state"] == "cancelled"
    assert workspace.read("runs").empty
    assert workspace.read("findings").empty


def test_a_run_cancelled_meanwhile_stores_nothing(screened, monkeypatch):
    solve = searches.solve

    def cancelled_meanwhile(*given, **more):
        found = solve(*given, **more)
        with geo_relocation.open(screened.store.url) as other:
            other.runs.cancel(newest(other)["run_id"], actor=PLANNER)
        return found

    monkeypatch.setattr(searches, "solve", cancelled_meanwhile)
    with pytest.raises(CancelledError, match=PLANNER.name):
        screened.match(SCENARIO, work=1)
    assert screened.read("scenarios").empty
    assert screened.read("assignments").empty
    run_id = newest(screened)["run_id"]
    assert states(screened, run_id) == ["queued", "running", "cancelled"]
    monkeypatch.setattr(searches, "solve", solve)
    done = screened.resume(run_id)
    assert done.row["scenario"] == "thu"
    assert states(screened, run_id) == ["queued", "running", "cancelled", "running", "stored"]
    with pytest.raises(UsageError, match="stored"):
        screened.resume(run_id)
    with pytest.raises(UsageError, match="cannot become Cancelled"):
        screened.runs.cancel(run_id, actor=PLANNER)


def test_a_search_notices_when_it_next_reports(screened, monkeypatch):
    monkeypatch.setattr(watched, "_LISTEN", 0.0)
    monkeypatch.setattr(watched, "_TELL", 0.0)

    def reporting(*given, progress, **more):
        progress.start("Matching firms", 10)
        progress.advance(3, figures={"cost": 1.5})
        run_id = newest(screened)["run_id"]
        assert newest(screened)["progress"] == {
            "task": "Matching firms", "done": 3.0, "total": 10, "figures": {"cost": 1.5},
        }  # fmt: skip
        screened.runs.cancel(run_id, actor=PLANNER)
        progress.advance()
        pytest.fail("the search goes on")

    monkeypatch.setattr(searches, "solve", reporting)
    with pytest.raises(CancelledError):
        screened.match(SCENARIO, work=1)


def test_a_run_begun_again_elsewhere_stores_nothing_here(screened):
    parameters = searches.SearchOptions(work=1).recorded(SCENARIO)
    begin = {"actor": PLANNER, "parameters": parameters, "progress": SILENT}

    def go_on_after_another():
        with screened.runs.begin("match", "match-x", **begin) as run:
            with pytest.raises(UsageError, match="is running"):
                screened.match(SCENARIO, work=1, resume="match-x")
            with pytest.raises(UsageError, match="cannot be resumed"):
                screened.resume("match-x")
            screened.runs.cancel("match-x", actor=PLANNER)
            screened.resume("match-x")
            with screened.writing() as transaction:
                run.stored(transaction, "nothing", input_hash="0", parameters={})

    with pytest.raises(CancelledError, match="elsewhere"):
        go_on_after_another()
    assert states(screened, "match-x")[-1] == "stored"
    assert screened.count("scenarios") == 1


HELD = """
import sys, time
import geo_relocation
from geo_relocation.scenarios import parse_scenario
from geo_relocation.workspace import searches
solve = searches.solve
def slow(problem, *, keep, **given):
    found = solve(problem, keep=keep, **given)
    plan = found.assignment(problem)
    keep(plan.assign(phase=plan["phase"] + int(sys.argv[3])))
    print("kept", flush=True)
    sys.stdin.readline()
    return found
searches.solve = slow
with geo_relocation.open(sys.argv[1]) as ws:
    ws.match(parse_scenario(sys.argv[2]), work=1)
"""


def searching(url, folder, shift):
    process = subprocess.Popen(
        [sys.executable, "-c", HELD, url, TEXT, str(shift)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder,
    )  # fmt: skip
    assert process.stdout.readline() == "kept\n"
    return process


def test_two_people_who_match_one_scenario_have_a_draft_each(screened, tmp_path):
    """And a process that is killed leaves its own, from which its run goes on."""
    url = screened.store.url
    first = searching(url, tmp_path, 0)
    mine = newest(screened)["run_id"]
    second = searching(url, tmp_path, 1)
    theirs = newest(screened)["run_id"]
    place = url if "://" not in url else str(tmp_path / "x")
    folder = draft_path(place, "x").parent
    drafts = sorted(path for path in folder.iterdir())
    assert len(drafts) == 2
    plans = {path.name.split(".")[-3]: json.loads(path.read_text())["plan"] for path in drafts}
    assert set(plans) == {mine, theirs}
    years = {run: {row[2] for row in plan} for run, plan in plans.items()}
    assert years[theirs] == {year + 1 for year in years[mine]}
    second.send_signal(signal.SIGKILL)
    second.communicate()
    first.communicate("\n", timeout=60)
    assert first.returncode == 0
    found = screened.runs.lives().set_index("run_id")
    assert found["state"][mine] == "stored"
    assert (found["state"][theirs], found["interrupted"][theirs]) == ("failed", True)
    # Only the draft of the dead run is left.
    assert [path.name.split(".")[-3] for path in folder.iterdir()] == [theirs]
    if "://" not in url:
        done = screened.resume()
        assert screened.runs.life(theirs)["results"] == [done.plan_id]
        assert not folder.exists()


def test_a_plan_is_approved_with_a_document_and_stays_so_until_another(screened):
    first = screened.match(SCENARIO, work=1).plan_id
    second = screened.match(SCENARIO, work=1).plan_id
    with pytest.raises(EmptyWorkspaceError, match="No plan is approved"):
        screened.match(SCENARIO, work=1, based_on="approved")
    entry = screened.approve(first, actor=PLANNER, **PAPER)
    row = screened.plans.stored_plans.plan(first)
    assert (row["approved_by"], row["approved_at"]) == (PLANNER.name, entry["at"])
    assert (entry["document_no"], entry["role"]) == ("12/QĐ-UBND", "Chuyên viên")
    assert "Phương án này đã được phê duyệt: văn bản 12/QĐ-UBND ngày 01/07/2026." in (
        screened.content(first).notes
    )
    assert "Phương án này chưa được phê duyệt." in screened.content(second).notes
    with pytest.raises(UsageError, match="already"):
        screened.approve(first, **PAPER)
    with pytest.raises(UsageError, match="document"):
        screened.approve(second, document=" ", dated=PAPER["dated"])
    with pytest.raises(UnknownNameError):
        screened.approve("plan-none", **PAPER)
    with pytest.raises(UsageError, match=first):
        screened.withdraw(second, **PAPER)
    again = screened.match(SCENARIO, work=1, based_on="approved")
    assert again.row["based_on"] == first
    assert f"đã phê duyệt {first} (văn bản 12/QĐ-UBND ngày 01/07/2026)" in say(again.notes[0], "vi")
    other = screened.match(SCENARIO, work=1, based_on=second)
    assert f"{second}, không phải phương án đã phê duyệt {first}" in say(other.notes[0], "vi")
    screened.approve(second, **PAPER)
    assert screened.approvals.plan() == second
    assert pd.isna(screened.plans.stored_plans.plan(first)["approved_by"])
    screened.withdraw(second, document="13/QĐ-UBND", dated=dt.date(2026, 8, 1))
    assert screened.approvals.in_force() is None
    assert screened.read("scenarios")[["approved_at", "approved_by"]].isna().all(axis=None)
    assert screened.read("approvals").sort_values("sequence")["kind"].tolist() == [
        "approved", "approved", "withdrawn",
    ]  # fmt: skip
    assert screened.store.check_history().first_break is None


def test_an_approval_needs_somebody_who_says_so(screened):
    plan = screened.match(SCENARIO, work=1).plan_id
    with geo_relocation.open(screened.store.url, settings=Settings(author="")) as ws:
        with pytest.raises(UsageError, match="author"):
            ws.approve(plan, **PAPER)
        assert ws.read("approvals").empty


def test_a_process_is_told_from_a_later_one_of_its_number():
    from geo_relocation.workspace.process import is_alive, this_process

    here = this_process()
    assert is_alive(here) is True
    assert is_alive(here | {"began": "1"}) is False
    assert is_alive(here | {"boot": "another"}) is False
    assert is_alive(here | {"host": "another"}) is None
    assert is_alive(here | {"space": "another"}) is None
    ended = subprocess.Popen([sys.executable, "-c", ""])
    dead = here | {"pid": ended.pid}
    time.sleep(0.5)
    assert is_alive(dead) is False  # ended, though nobody has asked how
    ended.wait()
    assert is_alive(dead) is False
