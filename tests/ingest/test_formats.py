"""A file is data: which formats come in, and that nothing else is read, written or called."""

import http.server
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely

from geo_relocation.errors import (
    EmptyLayerError,
    FileMissingError,
    LimitError,
    NotSpatialError,
    UsageError,
)
from geo_relocation.ingest.readers import read_table
from geo_relocation.settings import ReadingLimits

# Written out here rather than taken from the program.
ALLOWED = {
    "GPKG", "ESRI Shapefile", "GeoJSON", "GeoJSONSeq", "TopoJSON", "ESRIJSON", "JSONFG",
    "OpenFileGDB", "LIBKML", "GML", "MapInfo File", "DXF", "DGN", "FlatGeobuf",
}  # fmt: skip
INNOCENT = (".geojson", ".gpkg", ".shp", ".kml", ".dxf", ".gml", ".tab", ".fgb", ".zip", ".xlsx")


TEXTS = ("OGR_GMT.xlsx", "VFK.xlsx")
"""Texts with something like columns: lines of text to us, whatever their drivers make of them."""


def point_frame() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"name": ["A", "B"]}, geometry=gpd.points_from_xy([106.7, 106.8], [10.9, 11.0]), crs=4326
    )


class Address:
    """An address on this computer that counts who calls."""

    def __init__(self) -> None:
        calls = self.calls = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def handle(self) -> None:
                calls.append(self.client_address)

            def log_message(self, *words: object) -> None:
                pass

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def address():
    opened = Address()
    yield opened
    opened.close()


def other_formats(url: str, canary: Path) -> dict[str, str]:
    """What the drivers that cannot write a file here take for theirs; each refers elsewhere."""
    xml = f"<URL>{url}</URL>"
    link = json.dumps(
        {"links": [{"rel": "data", "href": url}], "conformsTo": [f"{url}/collections"]}
    )
    return {
        "OGR_VRT": f'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>{canary}'
        "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
        "GDALG": json.dumps(
            {
                "type": "gdal_streamed_alg",
                "command_line": f"gdal vector pipeline ! read {canary} ! "
                f"partition {canary.parent}/part --field name ! write --of stream x",
            }
        ),
        "WFS": f"<OGRWFSDataSource>{xml}</OGRWFSDataSource>",
        "CSW": f"<OGRCSWDataSource>{xml}</OGRCSWDataSource>",
        "OAPIF": f"OAPIF:{url}",
        "OGCAPI": link,
        "HTTP": f"{url}/a.geojson",
        "EEDA": "EEDA:projects/a/b",
        "Elasticsearch": f"ES:{url}",
        "Carto": f"Carto:{url}",
        "AmigoCloud": f"AmigoCloud:{url}",
        "PLSCENES": f"PLScenes:{url}",
        "NGW": f"NGW:{url}/resource/1",
        "ADBC": f"ADBC:{canary}",
        "MEM": "MEM:",
        "PCIDSK": "PCIDSK  SDMS V1.0",
        "PDS4": '<?xml version="1.0"?><Product_Observational xmlns="http://pds.nasa.gov/pds4/pds/v1">'
        f"<File><file_name>{canary}</file_name></File></Product_Observational>",
        "VICAR": "LBLSIZE=512 FORMAT='BYTE' TYPE='IMAGE'",
        "LVBAG": '<sl-bag-extract:bagStand xmlns:sl-bag-extract="http://www.kadaster.nl/x"/>',
        "S57": "00172 3LE1 0900073   6604 0000",
        "WAsP": "a\n 1 1 0 0\n 1 2 3\n",
        "VFK": '&HVERZE;"5.0"\n&BPAR;\n',
        "OSM": '<osm version="0.6"><node id="1" lat="1" lon="2"/></osm>',
        "GPSBabel": f"GPSBabel:gpx:{canary}",
        "OGR_PDS": f'PDS_VERSION_ID = PDS3\n^TABLE = "{canary}"\n',
        "EDIGEO": "BOMT 12:EDIGEO  \nRTYSA03:GTS\n",
        "Idrisi": "",
        "SXF": "SXF\x00",
        "Selafin": "\x00\x00\x00\x50" + "a" * 80,
        "GTFS": "agency_id,agency_name\n",
        "MiraMonVector": "PNT1.1",
        "AVCBin": "AVC\x00",
        "AVCE00": f"EXP  0 {canary}\n",
        "AIVector": "\x08\x06",
        "MVT": "\x1a\x05layer",
        "PDF": "%PDF-1.4\n",
        "PGDUMP": "SET standard_conforming_strings = ON;\n",
        "KML": f"<kmlx><NetworkLink><href>{url}</href></NetworkLink></kmlx>",
        "GeoRSS": f'<rss version="2.0"><channel><item><link>{url}</link></item></channel></rss>',
        "VDV": "mod; DD.MM.YYYY;\n",
    }


def written_by(driver: str, folder: Path) -> Path | None:
    """A real file of a driver; None where it writes none, or needs more than two points."""
    folder.mkdir()
    ends = {"SQLite": "sqlite", "MBTiles": "mbtiles", "PMTiles": "pmtiles", "CSV": "csv",
            "ODS": "ods", "XLSX": "xlsx", "OGR_GMT": "gmt"}  # fmt: skip
    path = folder / f"a.{ends.get(driver, 'dat')}"
    frame = point_frame()
    if driver in {"CSV", "ODS", "XLSX"}:
        frame = frame.drop(columns="geometry")
    try:
        pyogrio.write_dataframe(frame, path, driver=driver)
    except Exception:  # noqa: BLE001 - a driver may fail in any way: then there is no file
        return None
    return path if path.is_file() and path.stat().st_size else None


def watched_program(tmp_path: Path, files: list[Path]) -> str:
    """Read files in a process of its own; what it opened and called, where that can be seen."""
    code = (
        "import sys, tempfile\n"
        "from geo_relocation.errors import GeoRelocationError\n"
        "from geo_relocation.ingest.readers import read_table\n"
        "print('READY', flush=True, file=sys.stdout), tempfile.gettempdir()\n"
        "open('/dev/null').close()\n"
        "for name in sys.argv[1:]:\n"
        "    try:\n"
        "        print(name, read_table(name).frame.to_dict('records'))\n"
        "    except GeoRelocationError as error:\n"
        "        print(name, type(error).__name__)\n"
    )
    trace = tmp_path / "trace.txt"
    strace = shutil.which("strace")
    calls = "open,openat,creat,connect,rename,unlink,mkdir,mkdirat,execve"
    front = [strace, "-f", "-qq", "-o", str(trace), "-e", f"trace={calls}"] if strace else []
    done = subprocess.run(
        [*front, sys.executable, "-c", code, *map(str, files)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=tmp_path,
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert done.stdout.count("\n") == len(files) + 1, done.stdout + done.stderr
    if not strace:
        return done.stdout
    traced = trace.read_text("utf-8", errors="replace").partition('"/dev/null"')[2]
    assert traced
    return done.stdout + traced


def check_nothing_else(said: str, folder: Path, canary: Path, before: list[str]) -> None:
    assert "CANARY" not in said
    assert str(canary) not in said
    assert "sin_addr" not in said
    assert "sin6_addr" not in said
    assert sorted(p.name for p in folder.iterdir()) == before
    for line in said.splitlines():
        if any(word in line for word in ("O_WRONLY", "O_RDWR", "O_CREAT", "creat(", "mkdir")):
            private = "/geo-relocation-" in line or "/dev/null" in line or "= -1 " in line
            assert private, line


def test_every_driver_of_the_build_is_allowed_or_refused(tmp_path, address):
    folder = tmp_path / "files"
    folder.mkdir()
    canary = tmp_path / "canary.csv"
    canary.write_text("CANARY,x\n1,2\n", "utf-8")
    made = other_formats(address.url, canary)
    drivers = set(pyogrio.list_drivers())
    assert drivers >= ALLOWED - {"JSONFG"}
    files, unseen = [], []
    for driver in sorted(drivers - ALLOWED):
        written = written_by(driver, tmp_path / driver) if driver not in made else None
        if written is None and driver not in made:
            unseen.append(driver)
            continue
        content = written.read_bytes() if written else made[driver].encode("latin-1")
        for suffix in INNOCENT:
            path = folder / f"{driver.replace(' ', '')}{suffix}"
            path.write_bytes(content)
            files.append(path)
    assert not unseen, "make a file of these drivers: a new one has come with this build of GDAL"
    before = sorted(p.name for p in folder.iterdir())
    accepted = []
    for path in files:
        try:
            accepted.append((path.name, read_table(path).frame.to_dict("records")))
        except (NotSpatialError, EmptyLayerError):
            continue
    # A table is one by any name of a table; its own reader takes it, not GDAL.
    assert {name for name, _ in accepted} <= {"ODS.xlsx", "XLSX.xlsx", *TEXTS}
    said = watched_program(
        tmp_path,
        files[:: len(INNOCENT)][:6]
        + [folder / f"{driver}.geojson" for driver in ("OGR_VRT", "GDALG", "WFS", "OGCAPI")],
    )
    check_nothing_else(said, folder, canary, before)
    assert address.calls == []
    assert not (tmp_path / "part").exists()


def references(url: str, canary: Path) -> dict[str, str]:
    """Files of allowed formats that name other files and addresses."""
    point = '"geometry":{"type":"Point","coordinates":[106.7,11]}'
    placed = "<Point><coordinates>106,11</coordinates></Point>"
    kml = 'kml xmlns="http://www.opengis.net/kml/2.2"'
    found = {}
    for number, system in enumerate(
        (f'"link","properties":{{"href":"{url}/crs"}}', f'"url","properties":{{"url":"{url}"}}')
    ):
        found[f"crs{number}.geojson"] = (
            f'{{"type":"FeatureCollection","crs":{{"type":{system}}},"features":'
            f'[{{"type":"Feature","properties":{{"a":1}},{point}}}]}}'
        )
    for number, there in enumerate((url, str(canary), canary.name)):
        found[f"net{number}.kml"] = (
            f"<{kml}><Document><NetworkLink><Link><href>{there}</href></Link></NetworkLink>"
            f'<Style id="s"><IconStyle><Icon><href>{there}</href></Icon></IconStyle></Style>'
            f"<Placemark><styleUrl>{there}#s</styleUrl>{placed}</Placemark></Document></kml>"
        )
    entities = f'<!DOCTYPE kml [<!ENTITY x SYSTEM "file://{canary}"><!ENTITY y SYSTEM "{url}">]>'
    found["entity.kml"] = (
        f"{entities}<{kml}><Document><Placemark><name>&x;&y;</name>{placed}</Placemark>"
        "</Document></kml>"
    )
    found["schema.gml"] = (
        '<?xml version="1.0"?><wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs" '
        'xmlns:gml="http://www.opengis.net/gml" xmlns:xlink="http://www.w3.org/1999/xlink" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:a="http://a" '
        f'xsi:schemaLocation="http://a {url}/wfs?SERVICE=WFS&amp;VERSION=1.0.0&amp;'
        'REQUEST=DescribeFeatureType&amp;TYPENAME=a:b"><gml:featureMember><a:b fid="b.0">'
        f'<a:name>x</a:name><a:there xlink:href="{url}"/><a:here xlink:href="file://{canary}"/>'
        "</a:b></gml:featureMember></wfs:FeatureCollection>"
    )
    table = "!table\n!version 300\n!charset WindowsLatin1\n\nDefinition Table\n"
    found["view.tab"] = f'{table}  Type DBF\n  File "{canary}"\n  Fields 1\n    a Char (10) ;\n'
    found["linked.tab"] = (
        f'{table}  File "{canary}"\n  Type NATIVE\n  Fields 1\n    a Char (10) ;\n'
        'begin_metadata\n"\\IsSeamless" = "TRUE"\nend_metadata\n'
    )
    return found


def test_what_a_file_refers_to_is_neither_read_nor_called(tmp_path, address):
    folder = tmp_path / "files"
    folder.mkdir()
    canary = tmp_path / "canary.csv"
    canary.write_text("CANARY,x\n1,2\n", "utf-8")
    files = []
    for name, content in references(address.url, canary).items():
        files.append(folder / name)
        files[-1].write_text(content, "utf-8")
    before = sorted(p.name for p in folder.iterdir())
    check_nothing_else(watched_program(tmp_path, files), folder, canary, before)
    assert address.calls == []


def geopackage(path: Path, *statements: str, register: str | None = None) -> Path:
    point_frame().to_file(path, layer="a", driver="GPKG", SPATIAL_INDEX="NO")
    with sqlite3.connect(path) as database:
        for statement in statements:
            database.execute(statement)
        if register:
            database.execute(
                "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES (?, ?, ?)",
                (register, "attributes", register),
            )
    database.close()
    return path


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"


@pytest.mark.parametrize(
    "statement",
    [
        f"CREATE VIEW v AS {ENDLESS}",
        "CREATE VIEW v AS SELECT * FROM v",
        "CREATE VIEW v AS SELECT randomblob(1000000000) AS b",
        "CREATE VIEW v AS SELECT load_extension('/tmp/x') AS b",
        "CREATE VIEW v AS SELECT ogr_geocode('a') AS b",
        "CREATE VIEW v AS SELECT name FROM pragma_database_list",
        "CREATE VIRTUAL TABLE v USING fts5(a)",
        "CREATE TABLE v (a, b AS (zeroblob(1000000000)))",
    ],
)
def test_a_geopackage_that_computes_is_refused_at_once(tmp_path, statement):
    path = geopackage(tmp_path / "a.gpkg", statement, register="v")
    started = time.perf_counter()
    for layer in ("v", "a", None):
        with pytest.raises(NotSpatialError, match="'v'"):
            read_table(path, layer=layer)
    assert time.perf_counter() - started < 20


def test_a_view_that_only_chooses_is_a_layer(tmp_path):
    path = geopackage(
        tmp_path / "a.gpkg",
        "CREATE VIEW v AS SELECT fid AS OGC_FID, upper(name) AS ten FROM a WHERE name = 'B'",
        register="v",
    )
    assert read_table(path, layer="v").frame["ten"].tolist() == ["B"]


def test_a_geopackage_open_elsewhere_is_read_as_it_stands_and_left_alone(tmp_path):
    path = geopackage(tmp_path / "a.gpkg")
    other = sqlite3.connect(path)
    other.execute("PRAGMA journal_mode=WAL")
    other.execute("PRAGMA wal_autocheckpoint=0")
    other.execute("UPDATE a SET name = 'C' WHERE name = 'B'")
    other.commit()
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir() if p.suffix != ".gpkg-shm"}
    assert read_table(path).frame["name"].tolist() == ["A", "C"]
    after = {p.name: p.read_bytes() for p in tmp_path.iterdir() if p.suffix != ".gpkg-shm"}
    assert after == before
    other.close()


@pytest.mark.parametrize("name", ["/vsicurl/http://127.0.0.1/a.geojson", "PG:dbname=a",
                                  "https://example.org/a.gpkg", "/vsizip/a.zip/a.shp"])  # fmt: skip
def test_an_address_is_no_file(name):
    with pytest.raises(FileMissingError, match="address"):
        read_table(name)


@pytest.mark.parametrize("suffix", [".csv", ".gpkg", ".xlsx", ".geojson"])
def test_a_pipe_and_a_folder_are_no_files(tmp_path, suffix):
    os.mkfifo(tmp_path / f"pipe{suffix}")
    (tmp_path / f"folder{suffix}").mkdir()
    with pytest.raises(NotSpatialError, match="pipe"):
        read_table(tmp_path / f"pipe{suffix}")
    with pytest.raises(NotSpatialError, match="folder"):
        read_table(tmp_path / f"folder{suffix}")


def test_a_link_inside_a_filegdb_is_refused(tmp_path):
    path = tmp_path / "a.gdb"
    pyogrio.write_dataframe(point_frame(), path, driver="OpenFileGDB")
    secret = tmp_path / "secret"
    secret.write_text("x", "utf-8")
    (path / "a0000000a.gdbtable").symlink_to(secret)
    with pytest.raises(NotSpatialError, match="link"):
        read_table(path)


@pytest.mark.parametrize(
    ("name", "driver"),
    [
        ("a.kml", "LIBKML"), ("a.fgb", "FlatGeobuf"), ("a.tab", "MapInfo File"),
        ("a.mif", "MapInfo File"), ("a.gml", "GML"), ("a.geojsonl", "GeoJSONSeq"),
        ("a.dxf", "DXF"),
    ],
)  # fmt: skip
def test_the_rarer_formats_come_in_too(tmp_path, name, driver):
    frame = point_frame() if driver != "DXF" else point_frame()[["geometry"]]
    path = tmp_path / name
    pyogrio.write_dataframe(frame, path, driver=driver)
    raw = read_table(path)
    found = sorted((round(p.x, 3), round(p.y, 3)) for p in raw.geometry)
    assert found == [(106.7, 10.9), (106.8, 11.0)]


def test_a_kmz_and_geojson_under_plain_json_come_in(tmp_path):
    pyogrio.write_dataframe(point_frame(), tmp_path / "doc.kml", driver="LIBKML")
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as archive:
        archive.write(tmp_path / "doc.kml", "doc.kml")
    assert len(read_table(tmp_path / "a.kmz")) == 2
    point_frame().to_file(tmp_path / "b.geojson")
    (tmp_path / "b.geojson").rename(tmp_path / "b.json")
    assert read_table(tmp_path / "b.json").frame["name"].tolist() == ["A", "B"]


SMALL = ReadingLimits(
    megabytes=2, members=20, ratio=20, rows=1000, columns=50, cells=5000, letters=2000
)


def as_csv(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def as_geojson(path: Path, rows: int, columns: int = 1, text: str = "x") -> Path:
    values = {f"c{i}": text for i in range(columns)}
    point = {"type": "Point", "coordinates": [106.7, 11]}
    feature = {"type": "Feature", "properties": values, "geometry": point}
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": [feature] * rows}), "utf-8"
    )
    return path


def as_workbook(path: Path, rows: int, columns: int = 1, text: str = "x") -> Path:
    import xlsxwriter

    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for row in range(rows):
        for column in range(columns):
            sheet.write_string(row, column, text)
    book.close()
    return path


def as_zip(path: Path, *names: str, content: bytes = b"{}") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return path


LARGE = {
    "columns.csv": (lambda p: as_csv(p, ",".join(f"c{i}" for i in range(51)) + "\n"), "columns"),
    "rows.csv": (lambda p: as_csv(p, "a\n" * 1001), "rows"),
    "empty.csv": (lambda p: as_csv(p, "\n" * 1001), "rows"),
    "cells.csv": (lambda p: as_csv(p, ("x," * 10 + "\n") * 501), "cells"),
    "line.csv": (lambda p: as_csv(p, "a\n" + "x" * 4001), "letters"),
    "cell.csv": (lambda p: as_csv(p, "a,b\n1," + "x" * 2001 + "\n"), "letters"),
    "quote.csv": (lambda p: as_csv(p, 'a,b\n"' + "x\n" * 1500 + '",1\n'), "letters"),
    "size.csv": (lambda p: as_csv(p, "a" * (2 << 20) + "\n"), "megabytes"),
    "rows.geojson": (lambda p: as_geojson(p, 1001), "rows"),
    "columns.geojson": (lambda p: as_geojson(p, 1, 51), "columns"),
    "cells.geojson": (lambda p: as_geojson(p, 501, 10), "cells"),
    "cell.geojson": (lambda p: as_geojson(p, 1, 1, "x" * 2001), "letters"),
    "size.geojson": (lambda p: as_geojson(p, 1, 1, "x" * (3 << 20)), "megabytes"),
    "rows.xlsx": (lambda p: as_workbook(p, 1001), "rows"),
    "columns.xlsx": (lambda p: as_workbook(p, 2, 51), "columns"),
    "cells.xlsx": (lambda p: as_workbook(p, 501, 10), "cells"),
    "cell.xlsx": (lambda p: as_workbook(p, 2, 1, "x" * 2001), "letters"),
    "members.zip": (lambda p: as_zip(p, *(f"{i}.txt" for i in range(21))), "members"),
    "size.zip": (lambda p: as_zip(p, "a.geojson", content=os.urandom(3 << 20)), "megabytes"),
    "ratio.zip": (lambda p: as_zip(p, "a.geojson", content=b" " * (12 << 20)), "ratio"),
    "ratio.xlsx": (lambda p: as_zip(p, "xl/a.xml", content=b" " * (12 << 20)), "ratio"),
}


@pytest.mark.parametrize("name", LARGE)
def test_beyond_a_limit_a_file_is_refused_by_the_name_of_the_limit(tmp_path, name):
    make, limit = LARGE[name]
    path = make(tmp_path / name)
    with pytest.raises(LimitError, match=f"The limit {limit} is"):
        read_table(path, limits=SMALL)


def test_a_limit_on_memory_and_one_on_time_end_the_reading(tmp_path):
    path = as_geojson(tmp_path / "a.geojson", 20_000, 20)
    with pytest.raises(LimitError, match="memory"):
        read_table(path, limits=ReadingLimits(memory_mb=230))
    path = as_geojson(tmp_path / "b.geojson", 100_000, 20)
    with pytest.raises(LimitError, match="takes too long"):
        read_table(path, limits=ReadingLimits(seconds=1))


@pytest.mark.parametrize("name", ["../a.geojson", "/a.geojson", "b/../../a.geojson"])
def test_a_zip_with_names_that_lead_out_of_it_is_refused(tmp_path, name):
    with pytest.raises(NotSpatialError, match="leads out"):
        read_table(as_zip(tmp_path / "a.zip", name))


def test_a_zip_with_a_link_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        link = zipfile.ZipInfo("a.shp")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(NotSpatialError, match="link"):
        read_table(tmp_path / "a.zip")


def test_zips_within_zips_are_not_looked_into(tmp_path):
    as_zip(tmp_path / "a.zip", "a.geojson")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.write(tmp_path / "a.zip", "a.zip")
    with pytest.raises(NotSpatialError, match="no spatial file"):
        read_table(tmp_path / "b.zip")


@pytest.mark.parametrize(
    "where",
    [
        "1 UNION SELECT 99999",
        "1) UNION SELECT (99999",
        "1 UNION SELECT 'abc'",
        "1; DROP TABLE source",
        "1 -- ",
        "(SELECT count(*) FROM sqlite_master)",
        "EXISTS (SELECT 1 FROM source)",
        "1) LIMIT 1 /*",
        "length(randomblob(1000000000))",
        "load_extension('a')",
        "so IN (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n)",
        "'",
        "[",
        "",
    ],
)
@pytest.mark.parametrize("name", ["a.csv", "a.geojson", "a.gpkg"])
def test_a_filter_is_a_condition_and_nothing_else(tmp_path, where, name):
    path = tmp_path / name
    frame = gpd.GeoDataFrame({"so": [1, 2]}, geometry=[shapely.Point(1, 2)] * 2, crs=4326)
    if name == "a.csv":
        as_csv(path, "so,ten\n1,A\n2,B\n")
    else:
        frame.to_file(path)
    with pytest.raises(UsageError, match="filter"):
        read_table(path, where=where)


def test_a_filter_means_the_same_in_every_format(tmp_path):
    frame = point_frame().assign(so=[9, 10], ngay=["2020-01-01", "2021-02-03"])
    for name in ("a.csv", "a.gpkg", "a.shp", "a.geojson"):
        if name == "a.csv":
            frame.drop(columns="geometry").to_csv(tmp_path / name, index=False)
        else:
            frame.to_file(tmp_path / name)
        for where in ("so > 9", "\"name\" = 'B'", "ngay LIKE '2021%' AND NOT so = 9",
                      "so BETWEEN 10 AND 11 AND (name IN ('B', 'C') OR so IS NULL)"):  # fmt: skip
            assert read_table(tmp_path / name, where=where).frame["name"].tolist() == ["B"], where
