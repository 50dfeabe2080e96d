"""Bad input gets a clear message and an exit code, and changes nothing."""

import json
import sqlite3

import geopandas as gpd
import pandas as pd
import pytest
import shapely

SQUARE = shapely.box(600_000, 1_200_000, 600_100, 1_200_100)


@pytest.fixture
def workspace(run, tmp_path):
    path = tmp_path / "w.gpkg"
    assert run("init", workspace=path).code == 0
    return path


@pytest.fixture
def zones_file(tmp_path):
    path = tmp_path / "zones.gpkg"
    frame = gpd.GeoDataFrame({"MA": ["ODT"], "GHI_CHU": ["x"]}, geometry=[SQUARE], crs=9210)
    frame.to_file(path)
    return path


def refused(done, code, *words):
    assert done.code == code, done.out + done.err
    assert "Traceback" not in done.err
    for word in words:
        assert word in done.err
    return done


def test_a_missing_file(run, workspace):
    refused(run("import", "zones", "no.gpkg", workspace=workspace), 2, "no.gpkg")


def test_a_missing_workspace(run, tmp_path):
    refused(run("screen", workspace=tmp_path / "no.gpkg"), 2, "no.gpkg")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.gpkg", b"not a database"),
        ("x.shp", b"\x00\x01"),
        ("x.geojson", b"{"),
        ("x.pdf", b"%PDF"),
    ],
)
def test_a_file_that_is_not_spatial(run, workspace, tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    done = run("import", "zones", path, "--code-system", "vn-2024", workspace=workspace)
    refused(done, 1, name)


def test_a_layer_without_crs(run, workspace, tmp_path):
    path = tmp_path / "nocrs.gpkg"
    with pytest.warns(UserWarning, match="crs"):
        gpd.GeoDataFrame({"MA": ["ODT"]}, geometry=[SQUARE]).to_file(path)
    command = ("import", "zones", path, "--code-system", "vn-2024", "--map", "land_use_code=MA")
    refused(run(*command, workspace=workspace), 1, "--crs")
    assert run(*command, "--crs", "EPSG:9210", workspace=workspace).code == 0


def test_an_unknown_column_names_the_known_ones(run, workspace, zones_file):
    done = run("import", "zones", zones_file, "--map", "land_use_code=LOAI", workspace=workspace)
    refused(done, 1, "LOAI", "GHI_CHU")
    done = run("import", "zones", zones_file, "--map", "colour=MA", workspace=workspace)
    refused(done, 2, "colour")
    done = run("import", "zones", zones_file, "--map", "land_use_code", workspace=workspace)
    refused(done, 2, "attribute=value")


def test_an_empty_layer(run, workspace, zones_file):
    command = ("import", "zones", zones_file, "--where", "MA = 'none'", "--code-system", "vn-2024")
    refused(run(*command, workspace=workspace), 1)


def test_an_unknown_layer_and_an_unknown_command(run, workspace, zones_file):
    refused(run("import", "rivers", zones_file, workspace=workspace), 2, "rivers", "zones")
    assert run("dance", workspace=workspace).code == 2
    assert run("screen", "--threshold", "half", workspace=workspace).code == 2
    refused(run("screen", "--threshold", "1.5", workspace=workspace), 2, "residential_threshold")


def test_a_workspace_of_a_newer_schema(run, workspace):
    with sqlite3.connect(workspace) as database:
        database.execute("UPDATE georeloc_info SET value = '99' WHERE key = 'schema_version'")
    database.close()
    before = workspace.read_bytes()
    refused(run("screen", workspace=workspace), 1, "99", "Update")
    assert workspace.read_bytes() == before


def test_a_spatial_file_that_is_no_workspace(run, zones_file):
    refused(run("screen", workspace=zones_file), 1, "init")


def test_a_database_that_is_not_there(run):
    url = "postgresql://planner:secret@127.0.0.1:9/nowhere"
    done = refused(run("screen", workspace=url), 1, "127.0.0.1")
    assert "secret" not in done.err


def test_init_does_not_overwrite(run, workspace):
    before = workspace.read_bytes()
    assert run("init", workspace=workspace).code in (1, 2)
    assert workspace.read_bytes() == before
    for crs in ("EPSG:4326", "EPSG:99999", "nonsense"):
        refused(run("init", "--crs", crs, workspace=workspace.with_name("v.gpkg")), 2)
    assert not workspace.with_name("v.gpkg").exists()


def test_stages_say_what_they_lack(run, workspace, tmp_path):
    refused(run("screen", workspace=workspace), 1, "import sites")
    refused(run("match", "default", workspace=workspace), 1, "import sites")
    refused(run("map", "--out", tmp_path / "m.html", workspace=workspace), 1, "sites")
    refused(run("assess", "--rules", "none", workspace=workspace), 2, "any-of-four-2024")
    assert not (tmp_path / "m.html").exists()


def test_a_scenario_reports_all_its_mistakes(run, workspace, tmp_path):
    path = tmp_path / "s.toml"
    path.write_text('id = "x"\ncolour = "red"\nphases = ["soon"]\n', "utf-8")
    done = refused(run("match", path, workspace=workspace), 1, "colour", "title")
    assert "phases" in done.err
    refused(run("match", "nothing", workspace=workspace), 2, "default")
    refused(run("match", tmp_path / "none.toml", workspace=workspace), 2, "none.toml")


def test_errors_are_json_when_json_is_asked_for(run, workspace):
    done = refused(run("import", "zones", "no.gpkg", "--json", workspace=workspace), 2)
    assert json.loads(done.err)["error"] == "file-missing"
    assert done.out == ""


def test_a_dry_run_stores_nothing(run, workspace, zones_file):
    before = workspace.read_bytes()
    command = ("import", "zones", zones_file, "--code-system", "vn-2024", "--json")
    done = run(*command, "--map", "land_use_code=MA", "--dry-run", workspace=workspace)
    assert done.code == 0, done.err
    assert done.json["rows_accepted"] == 1
    assert done.json["dry_run"] is True
    assert workspace.read_bytes() == before


def test_a_plan_made_by_hand_needs_its_columns(run, workspace, tmp_path):
    path = tmp_path / "plan.csv"
    pd.DataFrame({"site_id": ["S1"]}).to_csv(path, index=False)
    done = run("match", "default", "--check", path, workspace=workspace)
    refused(done, 2, "park_id", "phase")


@pytest.mark.parametrize("name", ["plan.csv", "plan.xlsx"])
def test_a_plan_made_by_hand_is_read_like_every_other_file(run, workspace, tmp_path, name):
    path = tmp_path / name
    rows = pd.DataFrame({"Mã cơ sở": ["S1"], "Khu/cụm nhận": ["P1"], "Năm": ["hai nghìn"]})
    if name.endswith("csv"):
        rows.to_csv(path, index=False, sep=";", encoding="utf-16")
    else:
        rows.to_excel(path, index=False)
    done = run("match", "default", "--check", path, workspace=workspace)
    refused(done, 1, "state no year that can be used", "row 2")
    path.write_bytes(b"\x00" * 4096)
    refused(run("match", "default", "--check", path, workspace=workspace), 1)
