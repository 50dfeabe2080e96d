"""The real districts and new units, and the published crosswalk: filled by the commands."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo_relocation.workspace import open_workspace

pytestmark = pytest.mark.real

CROSSWALK = Path(__file__).parents[2] / "data" / "reference" / "admin_crosswalk.csv"


@pytest.fixture
def workspace(run, real_data, tmp_path):
    url = tmp_path / "w.gpkg"
    districts = real_data / "bd_districts_dvhcvn_corrected.geojson"
    steps = [
        ("init",),
        (
            "import", "admin-units", districts, "--map", "code=level2_id",
            "--set", "level=district", "--set", "valid_from=1997-01-01",
            "--set", "valid_to=2025-06-30",
        ),
        (
            "import", "admin-units", real_data / "bd_wards_2025_36.geojson",
            "--set", "level=commune", "--set", "valid_from=2025-07-01",
        ),
        ("import", "admin-crosswalk", CROSSWALK),
    ]  # fmt: skip
    for step in steps:
        done = run(*step, workspace=url)
        assert done.code == 0, done.err
    return url


def test_a_site_in_every_part_of_every_old_commune(run, real_data, workspace, tmp_path):
    """One site for each line of the crosswalk, in the middle of the unit that took the land."""
    crosswalk = pd.read_csv(CROSSWALK, dtype=str)
    wards = gpd.read_file(real_data / "bd_wards_2025_36.geojson").set_index("code").geometry
    divided = crosswalk["kind"] == "divided"
    # Whole communes are told by their code: half of the sites have no place.
    placed = divided | (crosswalk.index % 2 == 0)
    points = [
        shapely.point_on_surface(wards[code]) if here else None
        for code, here in zip(crosswalk["new_ward_code"], placed, strict=True)
    ]
    sites = gpd.GeoDataFrame(
        {
            "MA": [f"S{i:03}" for i in crosswalk.index],
            "XA_CU": crosswalk["old_ward_code"],
            "LAO_DONG": 10,
        },
        geometry=points,
        crs=4326,
    )
    sites.to_file(tmp_path / "co-so.gpkg")
    done = run(
        "import", "sites", tmp_path / "co-so.gpkg", "--map", "site_id=MA",
        "--map", "old_commune_code=XA_CU", "--map", "workers=LAO_DONG", workspace=workspace,
    )  # fmt: skip
    assert done.code == 0, done.err
    filled = run("units", "--json", workspace=workspace)
    assert filled.code == 0, filled.err
    assert filled.json["still_empty"] == {"old_district": 0, "new_unit": 0}
    assert filled.json["issues"] == {}
    with open_workspace(str(workspace)) as opened:
        found = opened.read("sites").sort_values("site_id")
    assert found["new_unit_code"].tolist() == crosswalk["new_ward_code"].tolist()
    assert found["new_unit"].tolist() == crosswalk["new_ward"].tolist()
    assert found["old_district_code"].tolist() == crosswalk["old_district_code"].tolist()
    for by, count in (("old-district", 9), ("new-unit", 36)):
        totals = run("totals", "--by", by, "--json", workspace=workspace).json
        assert len(totals) == count
        assert sum(row["workers"] for row in totals) == 10 * len(crosswalk)
