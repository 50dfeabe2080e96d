"""An undo leaves nothing without what it hangs on, unless that was asked for."""

import pytest

from geo_relocation.assessment import load_shipped
from geo_relocation.errors import StrandedError
from geo_relocation.scenarios import parse_scenario
from workspace.province import fill, layers

SCENARIO = 'id = "thu"\ntitle = "Thử"\n[factors]\ndetour = 1.0\n[limits]\ndeadlines = false\n'
TABLES = ("sites", "parks", "runs", "findings", "decisions", "events", "scenarios",
          "assignments", "indicators", "imports", "undo_log")  # fmt: skip


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
    with pytest.raises(StrandedError, match=r"4 findings hang.*--keep-history"):
        workspace.undo_import(imported["sites"])
    assert counts(workspace) == before


def test_a_history_is_refused_or_kept_readable_and_plans_go_whole(workspace, imported):
    workspace.screen()
    workspace.match(parse_scenario(SCENARIO), work=5000, seed=1)
    workspace.assess(load_shipped("plan-2022"))
    workspace.move("S00", "listed", ground="QĐ 1")
    before = counts(workspace)
    for name in ("sites", "parks"):
        with pytest.raises(StrandedError, match="assignments hang"):
            workspace.undo_import(imported[name])
    assert counts(workspace) == before
    history = workspace.list.history("S00")
    done = workspace.undo_import(imported["sites"], keep_history=True)
    assert (done["sites"], done["scenarios"], done["assignments"]) == (4, 1, 4)
    after = counts(workspace)
    for name in ("sites", "scenarios", "assignments", "indicators"):
        assert after[name] == 0
    for name in ("runs", "findings", "decisions", "events", "parks"):
        assert after[name] == before[name]
    assert workspace.list.history("S00").equals(history)
    for verb in (workspace.site, workspace.explain):
        with pytest.raises(StrandedError, match=r"taken back.*list history S00"):
            verb("S00")
    workspace.undo_import(imported["parks"])


def test_a_park_does_not_go_before_its_lots(workspace, imported):
    with workspace.store.transaction() as transaction:
        park = transaction.read("parks")
        lot = park[["park_id", "geometry"]].assign(lot_id="L1", area_m2=100.0)
        transaction.append("lots", lot)
    for keep_history in (False, True):
        with pytest.raises(StrandedError, match=r"1 lots hang.*first"):
            workspace.undo_import(imported["parks"], keep_history=keep_history)
