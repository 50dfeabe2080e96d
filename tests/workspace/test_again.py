"""The same file again changes nothing, and what came in can be taken back, whatever its shape."""

import geopandas as gpd
import pytest
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, box

from geo_relocation.testing import assert_layers_equal

EAST, NORTH = 600_000.0, 1_206_000.0
TABLES = ("imports", "issues", "undo_log")


def square(number):
    return box(EAST + 200 * number, NORTH, EAST + 200 * number + 100, NORTH + 100)


def line(number):
    return LineString([(EAST, NORTH + number), (EAST + 100, NORTH + number)])


SINGLE = {
    "zones": (square, {"zone_id": ["Z1", "Z2"], "land_use_code": ["ODT", "ODT"]}),
    "lots": (square, {"lot_id": ["L1", "L2"], "park_id": ["P", "P"], "area_m2": [-0.0, 5.0]}),
    "admin_units": (
        square,
        {"code": ["1", "2"], "valid_from": ["2025-07-01"] * 2, "name": ["An", "Bình"],
         "level": ["commune"] * 2},
    ),
    "roads": (line, {"road_id": ["R1", "R2"], "road_class": ["primary"] * 2}),
    "sites": (square, {"site_id": ["A", "B"], "name": ["Gỗ", "Sắt"], "workers": [3, 4]}),
}  # fmt: skip


def source(layer, folder, *, multi=False):
    """A file with one part to every shape."""
    shape, columns = SINGLE[layer]
    wrap = MultiLineString if shape is line else MultiPolygon
    shapes = [shape(0), shape(1)]
    frame = gpd.GeoDataFrame(
        columns, geometry=[wrap([s]) for s in shapes] if multi else shapes, crs=9210
    )
    path = folder / f"{layer}{'-multi' if multi else ''}.gpkg"
    frame.to_file(path, driver="GPKG")
    return path


def bring(workspace, layer, path):
    return workspace.import_layer(layer, path, code_system="vn-2024" if layer == "zones" else None)


def content(workspace):
    """All rows of all tables that an import writes."""
    return {name: workspace.read(name) for name in (*SINGLE, *TABLES)}


def assert_unchanged(before, after):
    for name, frame in before.items():
        assert_layers_equal(after[name], frame, name=name)


@pytest.mark.parametrize("layer", SINGLE)
def test_shapes_of_one_part_are_unchanged_when_they_come_again_and_can_be_taken_back(
    workspace, tmp_path, layer
):
    single, multi = source(layer, tmp_path), source(layer, tmp_path, multi=True)
    empty = content(workspace)
    first = bring(workspace, layer, single)
    assert first.summary()["rows_added"] == 2
    before = content(workspace)
    again = bring(workspace, layer, single)
    assert again.summary()["nothing_changed"]
    assert again.import_id == first.import_id
    assert_unchanged(before, content(workspace))
    if layer != "sites":  # which keep the type they came with
        other = bring(workspace, layer, multi).summary()
        assert (other["rows_changed"], other["rows_unchanged"]) == (0, 2)
    assert workspace.undo_import(first.import_id) == {layer: 2}
    assert_unchanged({layer: empty[layer]}, content(workspace))


def test_a_list_with_faults_is_logged_once_however_often_it_comes(workspace, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(
        "Mã cơ sở,Tên doanh nghiệp,Số lao động,Kinh độ,Vĩ độ\n"
        "A,Gỗ,nhiều,106.7,10.9\nB,Sắt,5,,\n,,,,\nC,Nhựa,ít,,\n",
        "utf-8",
    )
    first = workspace.import_layer("sites", path)
    assert len(first.prepared.issues)
    before = content(workspace)
    trial = workspace.import_layer("sites", path, dry_run=True)
    assert trial.nothing_changed
    assert workspace.import_layer("sites", path).import_id == first.import_id
    assert_unchanged(before, content(workspace))


def test_the_same_file_read_otherwise_or_after_an_undo_is_another_import(workspace, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("Mã cơ sở,Tên doanh nghiệp,Kinh độ,Vĩ độ\nA,Gỗ,106.7,10.9\n", "utf-8")
    first = workspace.import_layer("sites", path)
    otherwise = workspace.import_layer("sites", path, mapping={"note": "Tên doanh nghiệp"})
    assert not otherwise.nothing_changed
    workspace.undo_import(otherwise.import_id)
    workspace.undo_import(first.import_id)
    once_more = workspace.import_layer("sites", path)
    assert not once_more.nothing_changed
    assert len(workspace.read("sites")) == 1


def test_a_value_another_program_wrote_in_loose_letters_is_the_same_value(workspace, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("Mã cơ sở,Tên doanh nghiệp,Kinh độ,Vĩ độ\nA,Gỗ Tấn,106.7,10.9\n", "utf-8")
    workspace.import_layer("sites", path)
    sites = workspace.read("sites")
    loose = sites.assign(name=sites["name"].str.normalize("NFD"), geometry=[Point(EAST, NORTH)])
    assert loose["name"].iloc[0] != sites["name"].iloc[0]
    with workspace.store.transaction() as transaction:
        transaction.replace("sites", loose)
    report = workspace.import_layer("sites", path)
    assert report.plan.changes["field"].tolist() == ["geometry"]
