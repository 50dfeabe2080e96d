"""Whole runs on real data through the public commands, against answers known beforehand.

The known answers were counted by ray casting, without any GIS library.
"""

import pytest

from geo_relocation.workspace import open_workspace

pytestmark = pytest.mark.real

INDUSTRIAL = (
    "building IN ('industrial', 'warehouse', 'manufacture', 'factory') OR man_made = 'works'"
)


def liechtenstein(run, data, workspace):
    """Land use as zones, industrial buildings as sites, industrial land use as parks."""
    source = data / "peer_liechtenstein_osm.gpkg"
    steps = [
        ("init", "--crs", "EPSG:32632"),
        (
            "import", "zones", source, "--layer", "landuse", "--code-system", "osm",
            "--set", "status=existing",
        ),
        ("import", "sites", source, "--layer", "buildings", "--where", INDUSTRIAL),
        (
            "import", "parks", source, "--layer", "landuse",
            "--where", "landuse = 'industrial'",
        ),
        ("import", "roads", source, "--layer", "roads"),
    ]  # fmt: skip
    for step in steps:
        done = run(*step, "--json", workspace=workspace)
        assert done.code == 0, done.err
        if step[0] == "import":
            found = done.json
            assert found["rows_read"] == found["rows_accepted"] + found["rows_refused"]
            assert found["rows_refused"] == 0


def test_liechtenstein_from_files_to_map_and_project(run, real_data, tmp_path):
    workspace = tmp_path / "li.gpkg"
    liechtenstein(run, real_data, workspace)
    screened = run("screen", "--json", workspace=workspace).json
    assert screened["sites"] == 150
    assert screened["by_point"]["residential"] == 13
    assert screened["by_point"]["industrial"] == 108
    assert screened["sites"] - 13 - 108 == 29  # in neither; no point lies in both
    assert screened["within_m"]["50"] == 47
    assert screened["verdicts"]["conflict"] == 13

    planned = run("match", "default", "--seconds", 10, "--json", workspace=workspace)
    assert planned.code == 0, planned.err
    plan = planned.json
    assert plan["placed"] + plan["unplaced"] == 13
    assert plan["status"] == "optimal"
    assert plan["gap"] == pytest.approx(0)
    assert any("is assumed" in note for note in plan["notes"])

    with open_workspace(str(workspace)) as opened:
        conflicts = opened.findings()["verdict"] == "conflict"
        flagged = set(opened.findings()[conflicts]["site_id"])
        assignments = opened.plan_assignments(plan["plan_id"])
        assert set(assignments["site_id"]) == flagged
        assert assignments["reason"].notna().all()
        residential = opened.findings()[conflicts]["residential_share"]
        assert (residential >= 0.5).all()

    page = run("map", "--out", tmp_path / "map.html", "--json", workspace=workspace)
    assert page.code == 0, page.err
    project = run("export", "qgis", "--out", tmp_path / "qgis", "--json", workspace=workspace)
    assert project.code == 0, project.err


def test_san_jose_in_feet(run, real_data, tmp_path):
    zoning = real_data / "peer_sanjose_zoning.gpkg"
    for crs in ("EPSG:26910", "EPSG:2227"):
        workspace = tmp_path / f"sj-{crs[5:]}.gpkg"
        steps = [
            ("init", "--crs", crs),
            ("import", "zones", zoning, "--code-system", "us-zoning"),
            ("import", "sites", real_data / "peer_sanjose_points.gpkg"),
        ]  # fmt: skip
        for step in steps:
            done = run(*step, "--json", workspace=workspace)
            assert done.code == 0, done.err
        screened = run("screen", "--json", workspace=workspace).json
        assert screened["sites"] == 45_757
        assert screened["by_point"]["residential"] == 21_799
        assert screened["by_point"]["none"] == 695


@pytest.mark.postgis
def test_both_stores_give_the_same_findings_and_assignments(
    run, real_data, tmp_path, postgis_workspace_url
):
    found = []
    for workspace in (tmp_path / "li.gpkg", postgis_workspace_url):
        liechtenstein(run, real_data, workspace)
        assert run("screen", "--json", workspace=workspace).code == 0
        assert run("match", "default", "--seconds", 10, workspace=workspace).code == 0
        with open_workspace(str(workspace)) as opened:
            findings = opened.findings().drop(columns="run_id")
            plan = opened.plan_assignments(opened.latest_plan()).drop(columns="plan_id")
            hashes = list(opened.read("runs")["input_hash"])
        found.append((findings, plan, hashes))
    (findings, plan, hashes), (other_findings, other_plan, other_hashes) = found
    assert len(plan) == 13
    assert findings.equals(other_findings)
    assert plan.equals(other_plan)
    assert hashes == other_hashes
