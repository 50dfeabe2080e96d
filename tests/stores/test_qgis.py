"""A real QGIS opens and edits workspaces; what it did is then read back through the store."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
import shapely

from geo_relocation.model import schemas
from geo_relocation.store import Store
from geo_relocation.store.geopackage import blobs
from stores.content import X, Y, awkward, decisions, sites

pytestmark = pytest.mark.qgis

SYSTEM_PYTHON = "/usr/bin/python3"
PRELUDE = """
import json, sys
from osgeo import gdal
from qgis.core import (
    QgsApplication, QgsDataSourceUri, QgsFeature, QgsGeometry, QgsPointXY, QgsVectorLayer
)
said = []
gdal.PushErrorHandler(lambda kind, number, text: said.append(text))
application = QgsApplication([], False)
application.initQgis()
QgsApplication.messageLog().messageReceived.connect(
    lambda text, tag, level: said.append(f"{tag}: {text}") if level > 0 else None
)
answer = {}
"""
END = """
print(json.dumps({"said": said, **answer}))
sys.stdout.flush()
application.exitQgis()
"""


def qgis(script: str, *arguments: str) -> dict[str, object]:
    """Run a script in QGIS and give back what it answered; it must not warn of anything."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": "/tmp"}  # noqa: S108
    try:
        done = subprocess.run(
            [SYSTEM_PYTHON, "-c", PRELUDE + script + END, *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
            env=environment,
            cwd="/",
        )
    except FileNotFoundError:
        pytest.fail("There is no system Python with QGIS.")
    if "No module named 'qgis'" in done.stderr:
        if os.environ.get("GEORELOC_TEST_ALLOW_SKIP") == "1":
            pytest.skip("QGIS is not installed (GEORELOC_TEST_ALLOW_SKIP=1)")
        pytest.fail("QGIS is not installed: apt-get install python3-qgis")
    assert done.stdout.strip(), done.stderr
    answer: dict[str, object] = json.loads(done.stdout.strip().splitlines()[-1])
    assert answer.pop("said") == []
    return answer


LOOK = """
for name in json.loads(sys.argv[2]):
    layer = QgsVectorLayer(sys.argv[1].format(name), name, sys.argv[3])
    answer[name] = [layer.isValid(), layer.featureCount(), layer.crs().authid(),
                    [field.name() for field in layer.fields() if field.name() != "fid"],
                    len(list(layer.getFeatures()))]
"""


def test_qgis_opens_every_layer_without_a_warning(geopackage: Store) -> None:
    with geopackage.transaction() as transaction:
        for name, layer in schemas().items():
            transaction.append(name, awkward(layer))
    found = qgis(LOOK, geopackage.url + "|layername={}", json.dumps(list(schemas())), "ogr")
    assert found == {
        name: [
            True,
            12,
            "EPSG:9210" if layer.geometry else "",
            [a.name for a in layer.fields],
            12,
        ]
        for name, layer in schemas().items()
    }


@pytest.mark.postgis
def test_qgis_opens_the_layers_and_the_view_of_a_database(postgis: Store) -> None:
    with postgis.transaction() as transaction:
        transaction.append("sites", sites(3))
        transaction.append("zones", awkward(schemas()["zones"], 3))
    host, port = postgis.url.split("@")[1].split("/")[0].split(":")
    source = (
        f"dbname='{postgis.url.rsplit('/', 1)[1]}' host={host} port={port} user='postgres' "
        'key=\'{0}\' srid=9210 type={1} table="georeloc"."{2}" (geometry)'
    )
    script = """
for key, kind, name in (("site_id", "Polygon", "sites"), ("site_id", "Polygon", "sites_screened"),
                        ("zone_id", "MultiPolygon", "zones")):
    layer = QgsVectorLayer(sys.argv[1].format(key, kind, name), name, "postgres")
    answer[name] = [layer.isValid(), len(list(layer.getFeatures())), layer.crs().authid()]
"""
    assert qgis(script, source) == {
        "sites": [True, 3, "EPSG:9210"],
        "sites_screened": [True, 3, "EPSG:9210"],
        "zones": [True, 3, "EPSG:9210"],
    }


EDIT = """
layer = QgsVectorLayer(sys.argv[1] + "|layername=sites", "sites", "ogr")
assert layer.isValid() and layer.startEditing()
by_name = {feature["site_id"]: feature for feature in layer.getFeatures()}
number = layer.fields().indexOf("name")
assert layer.changeAttributeValue(by_name["S0000"].id(), number, "Sửa trong QGIS")
far = QgsGeometry.fromPointXY(QgsPointXY(700000, 1300000))
assert layer.changeGeometry(by_name["S0001"].id(), far)
assert layer.deleteFeature(by_name["S0002"].id())
assert layer.changeGeometry(by_name["S0003"].id(), QgsGeometry())
new = QgsFeature(layer.fields())
for name, value in (("site_id", "Q1"), ("status", "candidate"), ("record_kind", "real")):
    new[name] = value
new.setGeometry(QgsGeometry.fromWkt("Polygon((700010 1300010, 700020 1300010, 700020 1300020, "
                                    "700010 1300010))"))
assert layer.addFeature(new)
answer["committed"] = layer.commitChanges()
answer["errors"] = [error for error in layer.commitErrors() if "ERROR" in error.upper()]
"""


def test_edits_in_qgis_keep_the_spatial_index_right(geopackage: Store) -> None:
    with geopackage.transaction() as transaction:
        transaction.append("sites", sites(5, name="before"))
    assert qgis(EDIT, geopackage.url) == {"committed": True, "errors": []}
    found = geopackage.read("sites").set_index("site_id")
    assert list(found.index) == ["Q1", "S0000", "S0001", "S0003", "S0004"]
    assert found.loc["S0000", "name"] == "Sửa trong QGIS"
    assert found.loc["S0001", "geometry"] == shapely.Point(700_000, 1_300_000)
    assert found.loc["S0003", "geometry"] is None
    near = geopackage.read("sites", bbox=(699_999, 1_299_999, 700_015, 1_300_015))
    assert near["site_id"].tolist() == ["Q1", "S0001"]
    assert geopackage.read("sites", bbox=(X + 90, Y, X + 310, Y + 9)).empty
    assert_index_right(geopackage)
    # Nothing of QGIS's own way of writing stays behind, and the program writes again.
    assert [path.name for path in Path(geopackage.url).parent.iterdir()] == ["workspace.gpkg"]
    with geopackage.transaction() as transaction:
        transaction.upsert("sites", sites(2, name="after"))
        transaction.delete("sites", where={"site_id": "Q1"})
    assert_index_right(geopackage)


def assert_index_right(store: Store) -> None:
    """Every row with a geometry is in the index with its own bounds, and nothing else is."""
    with closing(sqlite3.connect(store.url)) as connection:
        rows = connection.execute("SELECT fid, geometry FROM sites ORDER BY fid").fetchall()
        found = connection.execute(
            "SELECT id, minx, miny, maxx, maxy FROM rtree_sites_geometry ORDER BY id"
        ).fetchall()
    places = blobs.decode([r[1] for r in rows], schemas()["sites"])
    shapes = dict(zip([r[0] for r in rows], places, strict=True))
    expected = {fid: shape.bounds for fid, shape in shapes.items() if shape is not None}
    assert [row[0] for row in found] == sorted(expected)
    for fid, *bounds in found:
        assert bounds == pytest.approx(expected[fid], abs=0.3)


REFUSED = """
layer = QgsVectorLayer(sys.argv[1] + "|layername=decisions", "decisions", "ogr")
assert layer.startEditing()
first = next(layer.getFeatures())
layer.changeAttributeValue(first.id(), layer.fields().indexOf("author"), "somebody else")
answer["changed"] = layer.commitChanges()
layer.rollBack()
layer.startEditing()
layer.deleteFeature(first.id())
answer["deleted"] = layer.commitChanges()
layer.rollBack()
answer["why"] = "append-only" in " ".join(said)
said.clear()
"""


def test_qgis_cannot_change_decisions(geopackage: Store) -> None:
    with geopackage.transaction() as transaction:
        transaction.append("decisions", decisions("D1"))
    answer = qgis(REFUSED, geopackage.url)
    assert (answer["changed"], answer["deleted"]) == (False, False)
    assert geopackage.read("decisions")["author"].tolist() == ["test"]


BUSY = """
layer = QgsVectorLayer(sys.argv[1] + "|layername=sites", "sites", "ogr")
features = list(layer.getFeatures())
print("open", flush=True)
sys.stdin.readline()
layer.reload()
answer["names"] = sorted(feature["name"] for feature in layer.getFeatures())
"""


def test_the_program_writes_while_qgis_looks_on(geopackage: Store) -> None:
    with geopackage.transaction() as transaction:
        transaction.append("sites", sites(2, name="before"))
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": "/tmp"}  # noqa: S108
    with subprocess.Popen(
        [SYSTEM_PYTHON, "-c", PRELUDE + BUSY + END, geopackage.url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as window:
        assert window.stdout is not None
        assert window.stdout.readline() == "open\n"
        with geopackage.transaction() as transaction:
            transaction.upsert("sites", sites(2, name="after"))
        assert set(geopackage.read("sites")["name"]) == {"after"}
        output, _ = window.communicate("go on\n", timeout=120)
    assert json.loads(output.strip().splitlines()[-1])["names"] == ["after", "after"]
