"""An undo leaves nothing without what it hangs on, unless that was asked for."""

import datetime as dt

import pandas as pd
import pytest

from geo_relocation.assessment import load_shipped
from geo_relocation.errors import StrandedError
from geo_relocation.scenarios import parse_scenario
from workspace.province import fill, layers

SCENARIO = 'id = "thu"\ntitle = "Thử"\n[factors]\ndetour = 1.0\n[limits]\ndeadlines = false\n'
TABLES = ("sites", "parks", "runs", "findings", "decisions", "events", "scenarios",
          "assignments", "cost_terms", "indicators", "imports", "undo_log")  # fmt: skip


@pytest.fixture
def imported(workspace, tmp_path):
    """A workspace whose sites and park came from files; the ids of both imports."""
    fill(workspace)
    ids = {}
    with workspace.store.transaction() as transaction:
        for name in ("sites", "parks"):
            transaction.delete(name, where={})
    for name in ("parks", "sites"):
        path = tmp_path / f"{name}.gpkg"
        layers()[name].dropna(axis="columns", how="all").to_file(path, driver="GPKG")
        ids[name] = workspace.import_layer(name, path, duplicates="keep").import_id
    return ids


def counts(workspace):
    return {name: workspace.count(name) for name in TABLES}


def test_findings_alone_hold_an_import_of_sites(workspace, imported):
    workspace.screen()
    before = counts(workspace)
    with pytest.raises(StrandedError, match=r"4 × Findings hang.*--keep-history"):
        workspace.undo_import(imported["sites"])
    assert counts(workspace) == before


def test_a_history_is_refused_or_kept_readable_and_plans_go_whole(workspace, imported):
    workspace.screen()
    workspace.match(parse_scenario(SCENARIO), work=5000, seed=1)
    workspace.assess(load_shipped("plan-2022"))
    workspace.move("S00", "listed", ground="QĐ 1")
    before = counts(workspace)
    for name in ("sites", "parks"):
        with pytest.raises(StrandedError, match="Assignments hang"):
            workspace.undo_import(imported[name])
    assert counts(workspace) == before
    history = workspace.list.history("S00")
    done = workspace.undo_import(imported["sites"], keep_history=True)
    assert (done["sites"], done["scenarios"], done["assignments"]) == (4, 1, 4)
    after = counts(workspace)
    for name in ("sites", "scenarios", "assignments", "cost_terms", "indicators"):
        assert after[name] == 0
    for name in ("runs", "findings", "decisions", "events", "parks"):
        assert after[name] == before[name]
    assert workspace.list.history("S00").equals(history)
    for verb in (workspace.site, workspace.explain):
        with pytest.raises(StrandedError, match=r"taken back.*list history S00"):
            verb("S00")
    workspace.undo_import(imported["parks"])


def test_the_approved_plan_does_not_go_before_its_approval(workspace, imported):
    workspace.screen()
    plan = workspace.match(parse_scenario(SCENARIO), work=1).plan_id
    paper = {"document": "12/QĐ-UBND", "dated": dt.date(2026, 7, 1)}
    workspace.approve(plan, **paper)
    before = counts(workspace)
    with pytest.raises(StrandedError, match=rf"{plan} is approved.*withdraw"):
        workspace.undo_import(imported["sites"], keep_history=True)
    assert counts(workspace) == before
    workspace.withdraw(plan, **paper)
    workspace.undo_import(imported["sites"], keep_history=True)
    assert workspace.count("scenarios") == 0
    assert workspace.count("approvals") == 2


def test_a_park_does_not_go_before_its_lots(workspace, imported):
    with workspace.store.transaction() as transaction:
        park = transaction.read("parks")
        lot = park[["park_id", "geometry"]].assign(lot_id="L1", area_m2=100.0)
        transaction.append("lots", lot)
    for keep_history in (False, True):
        with pytest.raises(StrandedError, match=r"1 × Lots hang.*first"):
            workspace.undo_import(imported["parks"], keep_history=keep_history)


def test_what_a_history_keeps_of_sites_that_are_gone_stops_nothing(workspace, tmp_path):
    fill(workspace)
    with workspace.store.transaction() as transaction:
        transaction.delete("sites", where={})
    both = layers()["sites"].dropna(axis="columns", how="all")
    ids = []
    for number, part in enumerate((both.iloc[:2], both.iloc[2:])):
        path = tmp_path / f"{number}.gpkg"
        part.to_file(path, driver="GPKG")
        ids.append(workspace.import_layer("sites", path, duplicates="keep").import_id)
    workspace.screen()
    workspace.assess(load_shipped("plan-2022"))
    for site in ("S00", "S02"):
        for state in ("listed", "reviewed"):
            workspace.move(site, state, ground="QĐ 1")
    workspace.undo_import(ids[0], keep_history=True)
    late = dt.datetime(2040, 1, 1, tzinfo=dt.UTC)
    assert list(workspace.list.list_as_of()["site_id"]) == ["S02", "S03"]
    assert set(workspace.list.overdue(late)["site_id"]) <= {"S02", "S03"}
    assert workspace.explain("S02")
    shown = workspace.map(tmp_path / "m.html").path.read_text("utf-8")
    assert "S02" in shown
    assert "S00" not in shown
    workspace.export_xlsx(tmp_path / "l.xlsx")
    workspace.export_docx(tmp_path / "r.docx")
    book = pd.read_excel(tmp_path / "l.xlsx", sheet_name=None, header=None, engine="calamine")
    written = {str(cell) for sheet in book.values() for cell in sheet.to_numpy().ravel()}
    assert "S02" in written
    assert "S00" not in written
    assert workspace.screen().summary()["sites"] == 2
    text = SCENARIO.replace("[factors]", '[who]\nverdicts = ["conflict"]\n[factors]')
    run = workspace.match(parse_scenario(text), work=5000, seed=1)
    assert set(run.assignments["site_id"]) == {"S02", "S03"}
