"""Screening with sources of pollution: through the command, errors included."""

import json

import geopandas as gpd
import pytest
import shapely

from geo_relocation.ingest.readers import file_hash
from geo_relocation.model import schema
from geo_relocation.workspace import create_workspace, open_workspace


def square(x, y, side=100):
    return shapely.box(600_000 + x, 1_206_000 + y, 600_000 + x + side, 1_206_000 + y + side)


@pytest.fixture
def workspace(tmp_path):
    """Housing west of x = 1000; two long firms 20 m and 50 m east of it."""
    url = str(tmp_path / "w.gpkg")
    sites = gpd.GeoDataFrame(
        {"site_id": ["7", "B"], "accuracy_m": [0.0, 0.0]},
        geometry=[square(1020, 100, 300), square(1050, 600, 300)],
        crs=9210,
    )
    zones = gpd.GeoDataFrame(
        {"zone_id": ["R", "I"], "category": ["residential", "industrial"], "status": "existing"},
        geometry=[square(0, 0, 1000), square(1000, 0, 1000)],
        crs=9210,
    )
    with create_workspace(url) as made, made.store.transaction() as transaction:
        transaction.append("sites", schema("sites").conform(sites))
        transaction.append("zones", schema("zones").conform(zones))
    return url


@pytest.fixture
def write(tmp_path):
    """``write(geometry, …, site_id=[…])``: a file of sources, in VN-2000 degrees."""

    def made(*shapes, crs=9210, **columns):
        path = tmp_path / "nguon.gpkg"
        frame = gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs)
        (frame if crs is None else frame.to_crs(4756)).to_file(path)
        return path

    return made


def findings(workspace):
    with open_workspace(workspace) as opened:
        found = opened.findings().set_index("site_id")
        return found, json.loads(opened.run(opened.latest_run("screen"))["parameters"])


def screen(run, workspace, *more):
    return run("screen", "--housing-buffer", 100, "--json", *more, workspace=workspace)


def test_distances_are_measured_from_the_sources_in_a_file(run, workspace, write):
    assert screen(run, workspace).json["reasons"] == {"too-near-housing": 2}
    path = write(square(1250, 200, 10), square(1290, 300, 10), Ma_co_so=[7, 7])
    done = screen(run, workspace, "--sources", path)
    assert done.code == 0, done.err
    assert done.json["reasons"] == {"outside": 1, "too-near-housing": 1}
    found, recorded = findings(workspace)
    assert found["housing_distance_m"].to_dict() == pytest.approx({"7": 250, "B": 50}, abs=0.01)
    assert found["verdict"].to_dict() == {"7": "clear", "B": "check"}
    assert recorded["sources"] == {"file": "nguon.gpkg", "sha256": file_hash(path)}
    assert "houses" not in recorded


def test_files_are_kept_by_name_and_hash_and_change_the_run(run, workspace, write):
    path = write(shapely.Point(601_200, 1_206_200), site_id=["7"])
    assert screen(run, workspace, "--houses", path).code == 0
    _, recorded = findings(workspace)
    assert recorded["houses"]["sha256"] == file_hash(path)
    assert screen(run, workspace, "--sources", path).code == 0
    with open_workspace(workspace) as opened:
        assert opened.read("runs")["input_hash"].nunique() == 2


HERE = shapely.Point(601_200, 1_206_200)


@pytest.mark.parametrize(
    ("shapes", "columns", "words"),
    [
        ([HERE, HERE], {"site_id": ["7", "X9"]}, ["X9", "no site"]),
        ([HERE], {"ghi_chu": ["x"]}, ["site_id", "ghi_chu"]),
        ([HERE, None, HERE], {"site_id": ["7", "7", None]}, ["2 of", "row 2, 3"]),
        ([HERE], {"site_id": ["7"], "crs": None}, ["reference system", "GeoPackage"]),
    ],
    ids=["unknown site", "no column", "rows without id or place", "no CRS"],
)
@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_what_cannot_be_used_is_named_and_nothing_is_stored(
    run, workspace, write, shapes, columns, words
):
    done = screen(run, workspace, "--sources", write(*shapes, **columns))
    assert done.code == 1
    for word in words:
        assert word in done.err
    with open_workspace(workspace) as opened:
        assert opened.read("runs").empty


COORDINATES = "Mã cơ sở,Kinh độ,Vĩ độ\n"


def degrees(x, y):
    place = gpd.GeoSeries([shapely.Point(600_000 + x, 1_206_000 + y)], crs=9210).to_crs(4326)[0]
    return f"{place.x:.8f},{place.y:.8f}"


def test_a_table_with_coordinates_is_a_file_of_sources(run, workspace, tmp_path):
    path = tmp_path / "nguon.csv"
    path.write_text(f"{COORDINATES}7,{degrees(1250, 200)}\n7,{degrees(1290, 300)}\n", "utf-8")
    done = screen(run, workspace, "--sources", path)
    assert done.code == 0, done.err
    found, _ = findings(workspace)
    assert found["housing_distance_m"].to_dict() == pytest.approx({"7": 250, "B": 50}, abs=1)
    assert screen(run, workspace, "--houses", path).code == 0
    assert findings(workspace)[0]["housing_distance_m"]["7"] == 0


@pytest.mark.parametrize("option", ["--sources", "--houses"])
@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("7,106.7,10.9\nB,,\n7,1067,10.9\n", ["2 of the", "row 3, 4"]),
        ("7,601200,1206200\n", ["reference system", "GeoPackage"]),
    ],
    ids=["rows without place", "plane coordinates of no system"],
)
def test_a_table_whose_places_are_not_sure_is_refused(
    run, workspace, tmp_path, option, rows, words
):
    path = tmp_path / "nguon.csv"
    path.write_text(COORDINATES + rows, "utf-8")
    done = screen(run, workspace, option, path)
    assert done.code == 1
    for word in words:
        assert word in done.err.replace("\n", " ")
    with open_workspace(workspace) as opened:
        assert opened.read("runs").empty


def test_a_table_without_geometry_is_no_file_of_sources(run, workspace, tmp_path):
    path = tmp_path / "nguon.csv"
    path.write_text("site_id,x\n7,1\n", "utf-8")
    done = screen(run, workspace, "--sources", path)
    assert done.code == 1
    assert "no geometry" in done.err
    assert "longitude" in done.err
    assert screen(run, workspace, "--sources", tmp_path / "none.gpkg").code == 2
