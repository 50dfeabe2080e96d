"""Parts, columns, coded values and dates of spatial files; and that a source is never written."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from hashlib import sha256

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

import geo_relocation as gr
from geo_relocation.errors import NotSpatialError
from geo_relocation.ingest.pipeline import prepare
from geo_relocation.ingest.readers import file_hash, read_table

from .making import TM3, square

SYSTEM_PYTHON = "/usr/bin/python3"


def points(**columns: object) -> gpd.GeoDataFrame:
    data = {"TEN": ["Một", "Hai"]} | columns
    return gpd.GeoDataFrame(data, geometry=[shapely.Point(600000, 1210000 + n) for n in (0, 99)],
                            crs=TM3)  # fmt: skip


@pytest.mark.parametrize("part", [".shx", ".dbf"])
def test_a_shapefile_without_a_part_it_needs_is_refused_by_the_name_of_the_part(tmp_path, part):
    points().to_file(tmp_path / "coso.shp")
    (tmp_path / f"coso{part}").unlink()
    with pytest.raises(NotSpatialError, match=rf"coso{part} is missing"):
        read_table(tmp_path / "coso.shp")
    with zipfile.ZipFile(tmp_path / "coso.zip", "w") as archive:
        for file in tmp_path.glob("coso.*"):
            if file.suffix != ".zip":
                archive.write(file, file.name)
    with pytest.raises(NotSpatialError, match=rf"coso{part} is missing"):
        read_table(tmp_path / "coso.zip")


@pytest.mark.parametrize(
    ("part", "kind"), [(".prj", "shapefile-part-missing"), (".cpg", "encoding-unstated")]
)
def test_a_part_that_can_be_done_without_is_named(tmp_path, part, kind):
    points().to_file(tmp_path / "coso.shp", encoding="UTF-8")
    (tmp_path / f"coso{part}").unlink()
    raw = read_table(tmp_path / "coso.shp")
    assert raw.frame["TEN"].tolist() == ["Một", "Hai"]
    assert kind in {note.kind for note in raw.notes}


def test_two_columns_of_one_name_are_both_read(tmp_path):
    made = points(TEM=["Cũ", "Mới"])
    made.to_file(tmp_path / "a.shp", encoding="UTF-8")
    table = tmp_path / "a.dbf"
    table.write_bytes(table.read_bytes().replace(b"TEM\0", b"TEN\0", 1))
    raw = read_table(tmp_path / "a.shp")
    assert raw.frame.to_dict("list") == {"TEN": ["Một", "Hai"], "TEN (2)": ["Cũ", "Mới"]}
    assert [(n.field, n.value) for n in raw.notes if n.kind == "column-repeated"] == [
        ("TEN (2)", "TEN")
    ]


KML = """<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>
<Schema name="dn" id="dn"><SimpleField name="LaoDong" type="int"/></Schema><Folder><name>A</name>
<Placemark><name>X</name><ExtendedData><SchemaData schemaUrl="#dn"><SimpleData name="LaoDong">12
</SimpleData></SchemaData></ExtendedData><Point><coordinates>106.70,10.95</coordinates></Point>
</Placemark></Folder></Document></kml>"""


def test_a_kmz_has_the_fields_of_its_kml(tmp_path):
    (tmp_path / "a.kml").write_text(KML, "utf-8")
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as archive:
        archive.write(tmp_path / "a.kml", "doc.kml")
    plain, zipped = read_table(tmp_path / "a.kml"), read_table(tmp_path / "a.kmz")
    assert zipped.frame["LaoDong"].tolist() == [12]
    pd.testing.assert_frame_equal(zipped.frame, plain.frame)


def test_what_a_kml_does_not_say_gives_no_columns(tmp_path):
    (tmp_path / "a.kml").write_text(KML, "utf-8")
    unsaid = {"tessellate", "extrude", "visibility", "timestamp", "icon", "drawOrder"}
    assert not unsaid & set(read_table(tmp_path / "a.kml").frame)
    said = KML.replace("</Placemark>", "<visibility>0</visibility></Placemark>", 1)
    (tmp_path / "a.kml").write_text(said, "utf-8")
    assert unsaid & set(read_table(tmp_path / "a.kml").frame) == {"visibility"}


def test_zeros_of_a_mapinfo_file_are_asked_about(tmp_path):
    frame = points(LD=pd.array([5, None], dtype="Int64"), DT=[1.5, 2.5])
    frame.to_file(tmp_path / "a.tab", driver="MapInfo File")
    zeros = [n for n in read_table(tmp_path / "a.tab").notes if n.kind == "zero-unsure"]
    assert [(note.field, note.count) for note in zeros] == [("LD", 1)]


@pytest.mark.parametrize(("name", "driver"), [("a.tab", "MapInfo File"), ("a.mif", "MapInfo File")])
def test_a_zipped_mapinfo_table_is_read(tmp_path, name, driver):
    folder = tmp_path / "in"
    folder.mkdir()
    pyogrio.write_dataframe(points(TEN=["A", "B"]), folder / name, driver=driver)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for file in folder.iterdir():
            archive.write(file, file.name)
    assert read_table(tmp_path / "a.zip").frame["TEN"].tolist() == ["A", "B"]


@pytest.mark.parametrize("suffix", [".parquet", ".geoparquet"])
def test_geoparquet_is_read_as_the_same_rows_in_a_geopackage(tmp_path, suffix):
    made = points(
        n=[1, None], area=[1.5, 2.5], day=pd.to_datetime(["2024-05-01", None]), yes=[True, False]
    )
    made.to_parquet(tmp_path / f"a{suffix}")
    raw = read_table(tmp_path / f"a{suffix}")
    assert raw.crs == TM3
    assert [g.equals(h) for g, h in zip(raw.geometry, made.geometry, strict=True)] == [True, True]
    done = prepare(raw, "sites", import_id="I", working_crs=TM3, mapping={"name": "TEN"})
    assert done.frame["name"].tolist() == ["Một", "Hai"]
    assert raw.frame["area"].tolist() == [1.5, 2.5]
    assert raw.frame["n"].tolist()[0] == 1


def test_parquet_that_says_no_system_is_in_degrees_and_one_that_says_null_is_unknown(tmp_path):
    made = points().to_crs("OGC:CRS84")
    made.to_parquet(tmp_path / "a.parquet")
    table = pq.read_table(tmp_path / "a.parquet")
    told = json.loads(table.schema.metadata[b"geo"])
    for crs, expected in ((None, None), ("left out", "OGC:CRS84")):
        column = told["columns"]["geometry"]
        column.pop("crs", None)
        if crs is None:
            column["crs"] = None
        metadata = table.schema.metadata | {b"geo": json.dumps(told).encode()}
        pq.write_table(table.replace_schema_metadata(metadata), tmp_path / "b.parquet")
        found = read_table(tmp_path / "b.parquet").crs
        assert (found and found.to_string()) == expected


@pytest.mark.parametrize("content", [b"PAR1", b"PAR1" + b"\0" * 99 + b"PAR1", b"x"])
def test_what_is_no_parquet_is_refused_in_our_words(tmp_path, content):
    (tmp_path / "a.parquet").write_bytes(content)
    with pytest.raises(NotSpatialError, match=r"a\.parquet cannot be read"):
        read_table(tmp_path / "a.parquet")


def coded_geopackage(path):
    frame = gpd.GeoDataFrame(
        {"LoaiDat": [3, 1, 2, 9]}, geometry=[square(200 * n, 0) for n in range(4)], crs=TM3
    )
    frame.to_file(path, layer="vung")
    base = sqlite3.connect(path)
    base.executescript(
        "CREATE TABLE gpkg_data_columns (table_name TEXT, column_name TEXT, name TEXT, title TEXT,"
        " description TEXT, mime_type TEXT, constraint_name TEXT);"
        "CREATE TABLE gpkg_data_column_constraints (constraint_name TEXT, constraint_type TEXT,"
        " value TEXT, min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN,"
        " description TEXT);"
        "INSERT INTO gpkg_data_columns VALUES ('vung','LoaiDat',NULL,NULL,NULL,NULL,'dm');"
        + "".join(
            f"INSERT INTO gpkg_data_column_constraints VALUES"
            f" ('dm','enum','{code}',NULL,NULL,NULL,NULL,'{words}');"
            for code, words in (("1", "ODT"), ("2", "SKK"), ("3", "CLN"))
        )
    )
    base.close()
    return path


def test_coded_values_are_read_as_their_words(tmp_path):
    raw = read_table(coded_geopackage(tmp_path / "a.gpkg"))
    assert raw.frame["LoaiDat"].tolist() == ["CLN", "ODT", "SKK", 9]
    assert [(n.field, n.count) for n in raw.notes if n.kind == "domain-decoded"] == [("LoaiDat", 3)]
    done = prepare(
        raw, "zones", import_id="I", working_crs=TM3, code_system="vn-2024",
        mapping={"land_use_code": "LoaiDat"},
    )  # fmt: skip
    assert done.frame["category"].tolist() == [
        "agriculture", "residential", "industrial", "unknown",
    ]  # fmt: skip


def test_a_source_with_a_log_beside_it_is_read_whole_and_never_written(tmp_path):
    """As a desktop program leaves it that was killed: the last edit stands in the log."""
    path = tmp_path / "vung.gpkg"
    gpd.GeoDataFrame(
        {"MaLoaiDat": ["ODT", "SKC"]}, geometry=[square(0, 0), square(200, 0)], crs=TM3
    ).to_file(path)
    without = file_hash(path)
    script = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1])\n"
        "c.execute('pragma journal_mode=wal'); c.execute('pragma wal_autocheckpoint=0')\n"
        "names = c.execute(\"select name from sqlite_master where type='trigger'\").fetchall()\n"
        "[c.execute(f'drop trigger \"{n}\"') for (n,) in names]\n"
        "c.execute(\"update vung set MaLoaiDat='ONT' where fid=2\"); c.commit(); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    assert path.with_name("vung.gpkg-wal").stat().st_size
    for file in tmp_path.iterdir():
        os.utime(file, (1e9, 1e9))

    def state():
        return {
            p.name: (sha256(p.read_bytes()).hexdigest(), p.stat().st_mtime_ns)
            for p in tmp_path.iterdir()
            if p.is_file()
        }

    before = state()
    (tmp_path / "in").mkdir()
    with gr.create(str(tmp_path / "in" / "w.gpkg")) as workspace:
        report = workspace.imports.import_layer("zones", path, code_system="vn-2024", dry_run=True)
        assert report.prepared.frame["land_use_code"].tolist() == ["ODT", "ONT"]
        workspace.imports.import_layer("zones", path, code_system="vn-2024")
        dated = workspace.read("imports")["file_date"].iloc[0]
    assert state() == before
    assert pd.Timestamp(dated).tz_convert(UTC) == datetime.fromtimestamp(1e9, tz=UTC)
    assert file_hash(path) != without


FILEGDB = """
import sys
from osgeo import gdal, ogr, osr
made = gdal.GetDriverByName("OpenFileGDB").Create(sys.argv[1], 0, 0, 0, gdal.GDT_Unknown)
srs = osr.SpatialReference()
srs.ImportFromEPSG(4326)
words = {1: "ODT", 2: "SKK"}
made.AddFieldDomain(ogr.CreateCodedFieldDomain("dm", "", ogr.OFTInteger, ogr.OFSTNone, words))
layer = made.CreateLayer("vung", srs, ogr.wkbPoint)
field = ogr.FieldDefn("LoaiDat", ogr.OFTInteger)
field.SetDomainName("dm")
layer.CreateField(field)
for code in (2, 1, 7):
    feature = ogr.Feature(layer.GetLayerDefn())
    feature["LoaiDat"] = code
    feature.SetGeometry(ogr.CreateGeometryFromWkt("POINT (106.7 10.9)"))
    layer.CreateFeature(feature)
"""


def test_coded_values_of_a_filegdb_are_read_as_their_words(tmp_path):
    """The file is made by the system's own GDAL, which can write lists of coded values."""
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    made = [SYSTEM_PYTHON, "-c", FILEGDB, str(tmp_path / "a.gdb")]
    subprocess.run(made, check=True, env=plain, capture_output=True)
    assert read_table(tmp_path / "a.gdb").frame["LoaiDat"].tolist() == ["SKK", "ODT", 7]
