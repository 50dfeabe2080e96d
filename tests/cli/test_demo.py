"""The whole job on the sample, and what a planner asks of the plan afterwards."""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from golden import CODES_AND_FIGURES, differences, told
from openpyxl import load_workbook

from geo_relocation.assessment import load_batch_policy, load_deadlines, load_shipped
from geo_relocation.cli.demo import DEMO_BATCHES, DEMO_DEADLINES, DEMO_RULES, FILES, SHAPEFILES
from geo_relocation.settings import Settings
from geo_relocation.workspace import Workspace, create_workspace, open_workspace
from geo_relocation.workspace.drafts import draft_path

WORK = "20"
THAT_DAY = Settings(today=dt.date(2026, 11, 25))
"""The years that remain of the scheme are those of the day on which the results were kept."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The results of ``geo-relocation demo``, made once."""
    folder = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [sys.executable, "-c", "from geo_relocation.cli import main; main()", "demo", str(folder),
         "--json"],
        check=False, capture_output=True, text=True,
        env={**os.environ, "GEORELOC_AUTHOR": "Cán bộ thử"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr
    return json.loads(done.stdout)


def test_every_result_is_there_and_the_numbers_agree(demo):
    assert demo["sites"] == 2900
    assert sum(demo["verdicts"].values()) == 2900
    assert sum(demo["routes"].values()) == 2900
    # Once decided, those whose route in force is to relocate, over the years that remain.
    scope = demo["scope"]
    assert (scope["decided"], scope["routes"], scope["cities"]) == (True, ["relocate"], [])
    assert scope["firms"] == demo["routes"]["relocate"] > demo["verdicts"]["conflict"]
    assert (demo["placed"], demo["unplaced"]) == (scope["firms"], 0)
    for key in ("workspace", "map", "qgis", "workbook", "report"):
        assert Path(demo[key]).stat().st_size > 10_000
    with open_workspace(demo["workspace"]) as opened:
        plan = opened.plan_assignments(opened.latest_plan())
        indicators = opened.read("indicators").set_index("key")["value"]
    assert plan["park_id"].notna().sum() == demo["placed"]
    assert plan["reason"].notna().all()
    assert demo["placed"] in indicators.to_numpy()
    book = load_workbook(demo["workbook"], read_only=True)
    assert len(book.sheetnames) >= 5
    book.close()


def plan_and_tell(opened: Workspace) -> pd.DataFrame:
    """What a sample's workspace holds, with a plan that depends on no clock."""
    plan = opened.match(opened.plans.scenario("default"), work=int(WORK), seed=1).plan_id
    made_by = {"findings": opened.latest_run("screen"), "decisions": opened.latest_run("assess")}
    return told(
        {
            layer: opened.read(
                layer, where={"run_id": made_by[layer]} if layer in made_by else {"plan_id": plan}
            )
            for layer in CODES_AND_FIGURES
        }
    )


def test_the_sample_gives_what_it_gave(demo, tmp_path):
    """Findings, decisions and a plan, column by column, against what was written down."""
    with open_workspace(demo["workspace"], settings=THAT_DAY) as opened:
        now = plan_and_tell(opened)
    written = tmp_path / "sample.csv"
    now.to_csv(written, index=False, lineterminator="\n")
    found = differences(now)
    assert not found, "\n".join(
        [*found, f"Where that is meant, copy {written} to tests/golden/sample.csv."]
    )


@pytest.mark.nightly
@pytest.mark.postgis
def test_the_sample_gives_the_same_in_a_database(postgis_workspace_url):
    with create_workspace(postgis_workspace_url, crs="EPSG:9210", settings=THAT_DAY) as made:
        for layer, name in FILES:
            made.import_layer(layer, SHAPEFILES / name)
        made.screen()
        made.decisions.assess(
            load_shipped(DEMO_RULES),
            deadlines=load_deadlines(DEMO_DEADLINES),
            batch_policy=load_batch_policy(DEMO_BATCHES),
        )
        assert differences(plan_and_tell(made)) == []


def test_the_sample_says_that_it_is_one(demo):
    page = Path(demo["map"]).read_text("utf-8")
    assert "mẫu" in page.lower()
    with open_workspace(demo["workspace"]) as opened:
        kinds = set(opened.read("sites")["record_kind"]) | set(opened.read("parks")["record_kind"])
    assert "real" not in kinds


def test_all_files_of_the_demo_are_in_the_repository():
    assert SHAPEFILES.is_dir()
    assert all((SHAPEFILES / name).is_file() for _, name in FILES)


def test_a_plan_taken_out_and_brought_back_is_checked_rule_by_rule(demo, run, tmp_path):
    with open_workspace(demo["workspace"]) as opened:
        plan = opened.plan_assignments(opened.latest_plan())
        parks = opened.read("parks").set_index("park_id")
    mine = plan.loc[plan["park_id"].notna(), ["site_id", "park_id", "phase"]]
    good = tmp_path / "plan.csv"
    mine.to_csv(good, index=False)
    checked = run("match", "default", "--check", good, "--json", workspace=demo["workspace"])
    assert checked.code == 0, checked.err
    assert checked.json == {"violations": 0}

    southern = parks.index[parks["receives"] == False][0]  # noqa: E712 - a nullable column
    broken = mine.copy()
    broken.iloc[0, broken.columns.get_loc("park_id")] = southern
    broken = pd.concat([broken, broken.iloc[[1]]], ignore_index=True)
    bad = tmp_path / "broken.xlsx"
    broken.astype(object).to_excel(bad, index=False)
    refused = run("match", "default", "--check", bad, workspace=demo["workspace"])
    assert refused.code == 1
    assert southern in refused.err
    assert str(broken["site_id"].iloc[-1]) in refused.err


def test_plans_are_compared_and_a_replan_keeps_what_it_can(demo, run):
    first = run("scenario", "show", "--json", workspace=demo["workspace"]).json[0]["plan_id"]
    done = run(
        "match", "default", "--replan", first, "--work", WORK, "--seconds", 10, "--json",
        workspace=demo["workspace"],
    )  # fmt: skip
    assert done.code == 0, done.err
    second = done.json["plan_id"]
    table = run("scenario", "compare", first, second, "--json", workspace=demo["workspace"])
    assert table.code == 0, table.err
    assert [one["plan_id"] for one in table.json["plans"]] == [first, second]
    assert {one["kind"] for one in table.json["firms"]} <= {"forced", "consequent"}
    alone = run("scenario", "compare", first, workspace=demo["workspace"])
    assert alone.code == 2
    unknown = run("scenario", "compare", first, "plan-none", workspace=demo["workspace"])
    assert unknown.code == 2


def test_a_match_killed_in_the_middle_leaves_the_store_as_it_was_and_resumes(demo, run):
    workspace = Path(demo["workspace"])
    none = run("match", "by-year", "--resume", workspace=demo["workspace"])
    assert none.code == 2
    assert "no interrupted search" in none.err
    with open_workspace(str(workspace)) as opened:
        before = opened.read("scenarios"), opened.read("assignments")
    process = subprocess.Popen(
        [sys.executable, "-c", "from geo_relocation.cli import main; main()", "-w", str(workspace),
         "match", "by-year", "--seconds", "90"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    began = time.monotonic()
    draft = None
    while time.monotonic() - began < 80 and not (draft and draft.exists() and _placed(draft) > 100):
        assert process.poll() is None
        time.sleep(0.5)
        with open_workspace(str(workspace)) as opened:
            newest = opened.runs.lives().iloc[-1]
        if newest["kind"] == "match" and newest["state"] == "running":
            draft = draft_path(str(workspace), newest["run_id"])
    time.sleep(5)
    assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    with open_workspace(str(workspace)) as opened:
        pd.testing.assert_frame_equal(opened.read("scenarios"), before[0])
        pd.testing.assert_frame_equal(opened.read("assignments"), before[1])
    kept = _placed(draft)
    dead = run("runs", "--json", workspace=str(workspace)).json[-1]
    assert (dead["state"], dead["interrupted"], dead["resumable"]) == ("failed", True, True)
    # A search far too short to find anything by itself goes on from what was kept.
    done = run("match", "by-year", "--resume", "--seconds", "1", "--json", workspace=str(workspace))
    assert done.code == 0, done.err
    assert done.json["placed"] >= kept
    assert not draft.exists()
    stored = run("runs", "--json", workspace=str(workspace)).json[-1]
    assert (stored["run_id"], stored["state"]) == (dead["run_id"], "stored")
    assert stored["results"] == [done.json["plan_id"]]


def _placed(draft: Path) -> int:
    """Firms that a draft places."""
    return len(json.loads(draft.read_text("utf-8"))["plan"])
