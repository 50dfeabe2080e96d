"""The project in a real QGIS: it reads, it draws in the palette's colours, it can be moved."""

from __future__ import annotations

import functools
import json
import os
import shutil
import sqlite3
import subprocess
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pyogrio
import pytest
from PIL import Image
from shapely import box

from geo_relocation.errors import OutputError, UsageError
from geo_relocation.model import schema
from geo_relocation.model.reasons import FirmBarrier
from geo_relocation.model.told import stored, told
from geo_relocation.publish import Content, palette, write_qgis, write_qgis_project
from geo_relocation.publish.qgis.source import postgis_connection
from geo_relocation.publish.records import site_records
from geo_relocation.store import create_store

from .conftest import COSTS, EAST, NORTH, VN, make_content, make_cost_terms, make_sites

SYSTEM_PYTHON = "/usr/bin/python3"
Probe = Callable[..., dict]


@functools.cache
def has_qgis() -> bool:
    """Whether the system's Python has QGIS."""
    asked = subprocess.run([SYSTEM_PYTHON, "-c", "import qgis.core"], check=False, env=clean())
    return asked.returncode == 0


def clean() -> dict[str, str]:
    """The environment without this virtual environment's Python paths."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    return kept | {"QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": "/tmp"}  # noqa: S108


@pytest.fixture(scope="session")
def probe() -> Probe:
    """Opens a project in QGIS and returns what it found."""
    if not has_qgis():
        if os.environ.get("GEORELOC_TEST_ALLOW_SKIP") == "1":
            pytest.skip("QGIS is not installed (GEORELOC_TEST_ALLOW_SKIP=1)")
        pytest.fail("QGIS is not installed: apt-get install python3-qgis.", pytrace=False)

    def ask(project: Path, picture: Path | None = None) -> dict:
        script = Path(__file__).with_name("qgis_probe.py")
        command = [SYSTEM_PYTHON, str(script), str(project), *([str(picture)] if picture else [])]
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, env=clean(), timeout=120
        )
        lines = [line for line in done.stdout.splitlines() if line.startswith("PROBE")]
        assert lines, done.stderr
        found = json.loads(lines[0].removeprefix("PROBE"))
        found["layers"] = {key[:-33]: layer for key, layer in found["layers"].items()}
        return found

    return ask


@pytest.fixture(scope="module")
def project(content: Content, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project of the whole town."""
    return write_qgis(content, tmp_path_factory.mktemp("qgis")).path


def colors_in(picture: Path) -> set[tuple[int, int, int]]:
    return set(map(tuple, np.asarray(Image.open(picture).convert("RGB")).reshape(-1, 3).tolist()))


def near(color: str, seen: set[tuple[int, int, int]], opacity: float = 1.0) -> bool:
    """Whether a colour, laid over white, is in a picture."""
    rgb = [int(color[i : i + 2], 16) * opacity + 255 * (1 - opacity) for i in (1, 3, 5)]
    return any(max(abs(a - b) for a, b in zip(rgb, pixel, strict=True)) <= 6 for pixel in seen)


@pytest.mark.qgis
def test_the_project_reads_and_every_layer_is_valid(probe: Probe, project: Path, tmp_path: Path):
    found = probe(project, tmp_path / "map.png")
    assert found["read"]
    assert found["error"] == ""
    assert found["unresolved"] == []
    assert found["render_errors"] == []
    assert found["crs"] == "EPSG:9210"
    assert found["title"] == "Rà soát & di dời <Thuận An>"
    assert found["groups"][0].startswith("DỮ LIỆU MẪU")
    for layer in found["layers"].values():
        assert layer["valid"], layer["name"]
        assert layer["crs"] in {"EPSG:9210", ""}
    counts = {key: layer["count"] for key, layer in found["layers"].items()}
    assert counts == {
        "site_points": 50, "sites": 44, "plan_lines": 13, "park_points": 4, "parks": 2,
        "lots": 1, "provinces": 0, "districts": 2, "communes": 1, "roads": 1,
        "zones_planned": 20, "zones_existing": 1,
        "findings": 50, "decisions": 19, "assignments": 17, "scenarios": 1, "indicators": 0,
    }  # fmt: skip


@pytest.mark.qgis
def test_the_drawing_has_the_colours_of_the_palette(probe: Probe, project: Path, tmp_path: Path):
    found = probe(project, tmp_path / "map.png")
    seen = colors_in(tmp_path / "map.png")
    assert len(seen) > 50
    for entry in palette.VERDICTS[:3]:
        assert near(entry.color, seen, 0.95) or near(entry.color, seen), entry.value
    assert near(palette.ZONE_CATEGORIES[3].color, seen, 0.6)
    for key, legend in (
        ("site_points", palette.VERDICTS),
        ("zones_planned", palette.ZONE_CATEGORIES),
        ("parks", palette.PARK_STATUSES),
    ):
        layer = found["layers"][key]
        assert layer["renderer"] == "QgsCategorizedSymbolRenderer"
        for entry in legend:
            assert layer["colors"][entry.label("vi")] == entry.color
    left, bottom, right, top = found["extent"]
    assert left < EAST < right
    assert bottom < NORTH < top


@pytest.mark.qgis
def test_fields_speak_vietnamese_and_coded_values_have_words(probe: Probe, project: Path):
    sites = probe(project)["layers"]["site_points"]
    assert sites["aliases"]["name"] == "Tên doanh nghiệp"
    assert sites["aliases"]["land_m2"] == "Diện tích đất (m²)"
    assert sites["aliases"]["finding_reason"] == "Lý do"
    assert sites["widgets"]["verdict"] == "ValueMap"
    assert sites["widgets"]["route"] == "ValueMap"
    assert sites["display"] == '"name"'
    assert sites["labels"]
    assert sites["first"]["verdict"] == "conflict"
    assert sites["first"]["city"] == "Thành phố Dĩ An"
    assert sites["first"]["placed"] == "unplaced"


@pytest.mark.qgis
def test_days_instants_and_answers_read_as_in_the_language(probe: Probe, project: Path, tmp_path):
    # The decision was made at 08:00 UTC.
    shown = probe(project)["layers"]["decisions"]["shown"]
    assert shown["decided_at"] == "01/03/2024 15:00"
    assert shown["deadline"] == "31/12/2028"
    assert shown["compulsory"] == "Có"
    english = write_qgis(make_content(language="en"), tmp_path / "en").path
    shown = probe(english)["layers"]["decisions"]["shown"]
    assert shown["decided_at"] == "2024-03-01 15:00"
    assert shown["deadline"] == "2028-12-31"
    assert shown["compulsory"] == "Yes"


@pytest.mark.qgis
def test_qgis_uses_the_pinned_datum_operation(probe: Probe, project: Path):
    found = probe(project)["operations"]
    for operation, _, _ in found.values():
        assert "+x=-191.90441429" in operation
    _, lon, lat = found["EPSG:4326"]
    assert lon == pytest.approx(106.70, abs=1e-8)
    assert lat == pytest.approx(10.905, abs=1e-8)


@pytest.mark.qgis
def test_the_folder_can_be_moved(probe: Probe, content: Content, tmp_path: Path):
    write_qgis(content, tmp_path / "one", stem="Thuận An đợt 1")
    moved = tmp_path / "nơi khác" / "sâu hơn"
    shutil.move(tmp_path / "one", moved)
    found = probe(moved / "Thuận An đợt 1.qgz")
    assert found["unresolved"] == []
    assert all(layer["valid"] for layer in found["layers"].values())
    assert str(moved) in found["layers"]["sites"]["source"]


@pytest.mark.qgis
def test_a_foreign_data_set_in_feet_opens(probe: Probe, bare_content: Content, tmp_path: Path):
    found = probe(write_qgis(bare_content, tmp_path).path, tmp_path / "map.png")
    assert found["crs"] == "EPSG:2227"
    assert found["layers"]["sites"]["count"] == 5
    assert found["layers"]["zones_planned"]["valid"]
    assert found["layers"]["sites"]["aliases"]["name"] == "Name"
    assert near(palette.NOT_SCREENED.color, colors_in(tmp_path / "map.png"))


@pytest.mark.qgis
@pytest.mark.postgis
def test_a_project_over_postgis_shows_the_same(
    probe: Probe, content: Content, project: Path, postgis_workspace_url: str, tmp_path: Path
):
    store = create_store(postgis_workspace_url, crs=VN, scheme={})
    with store.transaction() as transaction:
        for name in ("sites", "zones", "parks", "lots", "roads", "admin_units"):
            transaction.replace(name, content.frame(name))
        transaction.replace("scenarios", content.frame("scenario"))
        plan = content.frame("assignments")[list(schema("assignments").columns)].copy()
        # As the program stores them: no query can say them, and none shows their codes.
        plan.loc[0, "reason"] = stored(told("placing.left-out", why=FirmBarrier.NO_ROOM))
        plan.loc[0, "reason_code"] = FirmBarrier.NO_ROOM.value
        plan.loc[0, "smallest_change"] = stored(told("placing.change-park", park="KCN1"))
        transaction.replace("assignments", plan)
        transaction.replace("cost_terms", make_cost_terms(plan))
        for name in ("findings", "decisions"):
            transaction.append(name, content.frame(name))
    store.close()
    address = postgis_workspace_url.replace("postgres@", "postgres:geheim@")
    over = write_qgis_project(content, tmp_path / "pg.qgz", source="postgis", dsn=address)
    with zipfile.ZipFile(over) as archive:
        assert b"geheim" not in archive.read("pg.qgs")
    found, expected = probe(over, tmp_path / "map.png"), probe(project)
    assert found["unresolved"] == []
    assert found["crs"] == "EPSG:9210"
    for key, layer in expected["layers"].items():
        twin = found["layers"][key]
        assert twin["valid"], key
        assert twin["provider"] == "postgres"
        assert twin["count"] == layer["count"], key
        aliases = {name: alias for name, alias in layer["aliases"].items() if name != "fid"}
        assert twin["aliases"] == aliases, key
        assert twin["colors"] == layer["colors"], key
    for key, name in (("decisions", "decided_at"), ("scenarios", "created_at")):
        assert found["layers"][key]["shown"][name] == expected["layers"][key]["shown"][name]
    assert found["layers"]["decisions"]["shown"]["compulsory"] == "Có"
    sites = ("verdict", "finding_reason", "city", "route", "placed", "deadline")
    first = {name: expected["layers"]["site_points"]["first"][name] for name in sites}
    assert {n: found["layers"]["site_points"]["first"][n] for n in sites}.items() >= {
        name: value for name, value in first.items() if name != "deadline"
    }.items()
    short = FirmBarrier.NO_ROOM.label("vi")
    assert found["layers"]["site_points"]["first"]["plan_reason"] == short
    assert found["layers"]["site_points"]["first"]["smallest_change"] == "NULL"
    assert found["layers"]["assignments"]["first"]["reason"] == short
    costs = {f"cost_{term}": km for term, km in COSTS.items()}
    for answer in (expected, found):
        for key in ("plan_lines", "assignments"):
            first = answer["layers"][key]["first"]
            # The first of the table was left out, the first line is that of a firm with a place.
            said = ["NULL"] * 4 if key == "assignments" else list(map(str, costs.values()))
            assert [first[name] for name in costs] == said
            assert [n for n in answer["layers"][key]["aliases"] if n.startswith("cost_")] == [
                "cost_km", *costs
            ]  # fmt: skip
    seen = colors_in(tmp_path / "map.png")
    assert all(
        near(entry.color, seen) or near(entry.color, seen, 0.95) for entry in palette.VERDICTS[:3]
    )


# ---- without QGIS ----------------------------------------------------------------------------


def test_the_geopackage_holds_everything_in_full(content: Content, project: Path):
    path = project.with_suffix(".gpkg")
    layers = dict(pyogrio.list_layers(path))
    assert layers["sites"] == "MultiPolygon"
    assert layers["site_points"] == "Point"
    assert layers["findings"] is None
    points = pyogrio.read_dataframe(path, layer="site_points")
    records = site_records(content)
    assert list(points["site_id"]) == list(records["site_id"])
    assert list(points["name"].fillna("")) == list(records["name"].fillna(""))
    assert points["residential_share"].tolist() == records["residential_share"].tolist()
    assert points["housing_distance_m"].isna().sum() == 1
    assert points.geometry.isna().sum() == 1
    info = pyogrio.read_info(path, layer="site_points")
    types = dict(zip(info["fields"], info["ogr_types"], strict=True))
    assert types["deadline"] == "OFTDate"
    assert types["workers"] == "OFTInteger64"
    assert types["name"] == "OFTString"
    zones = pyogrio.read_dataframe(path, layer="zones_planned")
    assert zones.geometry.area.sum() == pytest.approx(20 * 800 * 500)


def test_the_geopackage_is_of_a_version_that_old_qgis_knows(project: Path):
    with closing(sqlite3.connect(project.with_suffix(".gpkg"))) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        names = connection.execute("SELECT styleName, useAsDefault FROM layer_styles").fetchall()
    assert version == 10_200
    assert len(names) >= 15
    assert all(len(name) <= 30 and default == 1 for name, default in names)


def test_a_long_name_stays_whole(tmp_path: Path):
    long = "Công ty Cổ phần Đầu tư Xây dựng và Phát triển Công nghiệp Chế biến Gỗ " * 20
    content = make_content(sites=make_sites().assign(name=long))
    write_qgis(content, tmp_path)
    points = pyogrio.read_dataframe(tmp_path / "di-doi.gpkg", layer="site_points")
    assert set(points["name"]) == {long}


def test_infinite_numbers_and_no_rows_do_not_break_it(tmp_path: Path):
    findings = make_content().frame("findings").assign(housing_distance_m=float("inf"))
    content = make_content(findings=findings, zones=None, parks=None, assignments=None)
    write_qgis(content, tmp_path)
    path = tmp_path / "di-doi.gpkg"
    assert pyogrio.read_dataframe(path, layer="findings")["housing_distance_m"].isna().all()
    assert len(pyogrio.read_dataframe(path, layer="plan_lines")) == 0
    assert pyogrio.read_info(path, layer="zones_planned")["geometry_type"] == "MultiPolygon"


def test_a_failed_export_leaves_the_old_one(content: Content, tmp_path: Path, monkeypatch):
    write_qgis(content, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    real = pyogrio.write_dataframe

    def failing(frame, path, *, layer, **options):
        if layer == "roads":
            raise OSError
        real(frame, path, layer=layer, **options)

    monkeypatch.setattr(pyogrio, "write_dataframe", failing)
    changed = make_content(sites=make_sites(10), findings=None, decisions=None, assignments=None)
    with pytest.raises(OutputError, match="unchanged"):
        write_qgis(changed, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_the_same_content_gives_the_same_project(content: Content, project: Path, tmp_path: Path):
    again = write_qgis_project(
        content, tmp_path / "di-doi.qgz", source="geopackage", dsn=str(tmp_path / "di-doi.gpkg")
    )
    assert again.read_bytes() == project.read_bytes()


def test_existing_and_planned_land_use_are_apart(content: Content, tmp_path: Path):
    both = schema("zones").conform(
        content.layer("zones").assign(status=["existing"] * 20 + ["planned"])
    )
    write_qgis(make_content(zones=both), tmp_path)
    path = tmp_path / "di-doi.gpkg"
    assert len(pyogrio.read_dataframe(path, layer="zones_existing")) == 20
    planned = pyogrio.read_dataframe(path, layer="zones_planned")
    assert planned.geometry.iloc[0].equals(box(EAST, NORTH, EAST + 1000, NORTH + 900))


@pytest.mark.parametrize(
    ("address", "connection", "schema_name"),
    [
        (
            "postgresql://anna:p%40ss@db.local:5433/tinh?schema=thu_dau_mot",
            "dbname='tinh' host='db.local' port=5433 user='anna' sslmode=prefer",
            "thu_dau_mot",
        ),
        ("postgresql:///tinh", "dbname='tinh' port=5432 sslmode=prefer", None),
        (
            "postgresql:///tinh?host=/run/pg&sslmode=require",
            "dbname='tinh' host='/run/pg' port=5432 sslmode=require",
            None,
        ),
    ],
)
def test_an_address_becomes_a_connection_without_a_password(address, connection, schema_name):
    assert postgis_connection(address) == (connection, schema_name)


@pytest.mark.parametrize("address", ["binhduong.gpkg", "postgresql://host/", "mysql://a/b"])
def test_what_is_no_postgis_address_is_refused(address: str):
    with pytest.raises(UsageError, match="PostGIS"):
        postgis_connection(address)
