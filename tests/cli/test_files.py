"""Import, look at the log, import again, undo: through the commands, on both stores."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from openpyxl import load_workbook

from geo_relocation.workspace import open_workspace


@pytest.fixture
def workspace(run, both_stores):
    assert run("init", workspace=both_stores).code == 0
    return both_stores


@pytest.fixture
def firms(tmp_path):
    """A list of firms; the first has no area, the second a bow-tie for an outline."""

    def write(**columns):
        bow = shapely.Polygon([(0, 0), (50, 50), (50, 0), (0, 50)])
        shapes = [shapely.box(0, 0, 40, 40), bow, shapely.box(100, 0, 160, 40)]
        shapes = [shapely.affinity.translate(shape, 602_000, 1_206_000) for shape in shapes]
        frame = gpd.GeoDataFrame(
            {
                "MA": ["A", "B", "C"],
                "TEN": ["Cơ sở An", "Cơ sở Bình", "Cơ sở Chung"],
                "LAO_DONG": [10, 20, 30],
                **columns,
            },
            geometry=shapes,
            crs=9210,
        )
        path = tmp_path / "co-so.gpkg"
        frame.to_file(path)
        return path

    return write


MAPPING = ("--map", "site_id=MA", "--map", "name=TEN", "--map", "workers=LAO_DONG")


def bring(run, workspace, path, *more):
    done = run("import", "sites", path, *MAPPING, *more, "--json", workspace=workspace)
    assert done.code == 0, done.err
    return done.json


def rows(workspace, layer="sites"):
    with open_workspace(workspace) as opened:
        return opened.read(layer)


def test_a_list_comes_in_is_updated_and_taken_back(run, workspace, firms):
    first = bring(run, workspace, firms())
    assert (first["rows_read"], first["rows_added"], first["rows_changed"]) == (3, 3, 0)
    before = rows(workspace)
    assert before["workers"].tolist() == [10, 20, 30]

    second = bring(run, workspace, firms(LAO_DONG=[10, 25, 30]))
    assert (second["rows_added"], second["rows_changed"], second["rows_unchanged"]) == (0, 1, 2)
    assert rows(workspace)["workers"].tolist() == [10, 25, 30]

    refused = run("undo", first["import_id"], workspace=workspace)
    assert refused.code == 1
    assert "newest" in refused.err
    assert run("undo", second["import_id"], workspace=workspace).code == 0
    pd.testing.assert_frame_equal(pd.DataFrame(rows(workspace)), pd.DataFrame(before))
    assert run("undo", first["import_id"], workspace=workspace).code == 0
    assert len(rows(workspace)) == 0
    assert rows(workspace, "imports")["undone_at"].notna().all()
    assert run("undo", first["import_id"], workspace=workspace).code == 2


def test_what_an_update_changes_is_told_value_by_value(run, workspace, firms, tmp_path):
    first = bring(run, workspace, firms())
    assert (first["changed_fields"], first["changes"]) == ({}, [])
    newer = firms(LAO_DONG=[10, 25, 31], TEN=["Cơ sở An", "Cơ sở Bình", "Cơ sở Chùng"])
    book = tmp_path / "thay-doi.xlsx"
    told = bring(run, workspace, newer, "--dry-run", "--changes", book)
    assert told["changed_fields"] == {"workers": 2, "name": 1}
    assert told["changes"] == [
        {"record_id": "B", "field": "workers", "before": "20", "after": "25"},
        {"record_id": "C", "field": "name", "before": "Cơ sở Chung", "after": "Cơ sở Chùng"},
        {"record_id": "C", "field": "workers", "before": "30", "after": "31"},
    ]
    cells = list(load_workbook(book).active.values)
    assert cells[0] == ("Mã bản ghi", "Trường", "Trước khi nhập", "Sau khi nhập")
    assert cells[2] == ("C", "Tên doanh nghiệp", "Cơ sở Chung", "Cơ sở Chùng")
    assert rows(workspace)["workers"].tolist() == [10, 20, 30]
    done = run("import", "sites", newer, *MAPPING, workspace=workspace)
    assert "Cơ sở Chùng" in done.out
    assert "Workers (people) 2" in done.out
    assert run("import", "sites", newer, *MAPPING, workspace=workspace).out.count("Chùng") == 0


def test_of_many_changes_the_first_are_shown_and_the_rest_counted(run, workspace, tmp_path):
    path = tmp_path / "co-so.csv"
    for workers in (10, 20):
        lines = [f"S{i:02},Cơ sở {i},{workers}" for i in range(25)]
        path.write_text("\n".join(["Mã cơ sở,Tên doanh nghiệp,Số lao động", *lines]), "utf-8")
        done = run("import", "sites", path, "--duplicates", "keep", workspace=workspace)
        assert done.code == 0, done.err
    assert "S19" in done.out
    assert "S20" not in done.out
    assert "20 of 25 changed values" in done.out


def test_the_log_is_shown_and_taken_away_as_a_workbook(run, workspace, firms, tmp_path):
    bring(run, workspace, firms(LAO_DONG=["10", "nhiều", "30"]))
    shown = run("issues", workspace=workspace)
    assert "geometry-repaired" in shown.out
    every = run("issues", "--json", workspace=workspace).json
    repaired = next(issue for issue in every if issue["kind"] == "geometry-repaired")
    assert repaired["row"] == 2
    assert repaired["action"] == "repaired"
    many = next(issue for issue in every if issue["value"] == "nhiều")
    assert (many["row"], many["field"]) == (2, "workers")
    path = tmp_path / "van-de.xlsx"
    assert run("issues", "--xlsx", path, workspace=workspace).code == 0
    sheet = load_workbook(path).active
    assert sheet.max_row == len(every) + 1
    assert sheet.freeze_panes == "A2"


def test_what_was_mended_is_closed_by_the_next_import_and_open_again_after_its_undo(
    run, workspace, firms
):
    def open_values():
        return [issue["value"] for issue in run("issues", "--json", workspace=workspace).json]

    first = bring(run, workspace, firms(LAO_DONG=["10", "nhiều", "30"]))
    before = sorted(map(str, open_values()))
    second = bring(run, workspace, firms(LAO_DONG=["10", "20", "30"]))
    assert "nhiều" not in open_values()
    closed = run("issues", "--closed", "--json", workspace=workspace).json
    assert any(issue["value"] == "nhiều" and issue["closed_at"] for issue in closed)
    assert run("undo", second["import_id"], workspace=workspace).code == 0
    assert sorted(map(str, open_values())) == before
    assert run("undo", first["import_id"], workspace=workspace).code == 0
    assert open_values() == []


def test_checks_name_what_is_wrong_and_can_be_made_strict(run, workspace, firms):
    bring(run, workspace, firms(), "--set", "land_m2=999999")
    found = run("check", "--json", workspace=workspace)
    assert found.code == 0
    counts = {check["check"]: check["count"] for check in found.json}
    assert any(counts.values())
    failing = next(name for name, count in counts.items() if count)
    strict = run("check", "--strict", failing, workspace=workspace)
    assert strict.code == 1
    assert failing in strict.err
    assert run("check", "--strict", "nonsense", workspace=workspace).code == 2
