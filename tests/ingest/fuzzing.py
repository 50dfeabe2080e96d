"""Damaged and hostile files, made from a number: the same number makes the same file.


A file is a sound one of some format with its bytes changed, a table of hostile cells in some
format, hostile geometry, or a sound file under options that make no sense.
"""

# ruff: noqa: E501, S112, S311 - long values on purpose, and chance that repeats

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
import xlsxwriter

from geo_relocation.model import IMPORTABLE, schema

LAYERS = (*IMPORTABLE, "admin_crosswalk")

DIGITS = "9" * 4301
VALUES: tuple[object, ...] = (
    "", " ", "0", "-0", "1", "-1", "１２３", "٣٤٥", "²", "½", "1e308", "1e400", "-1e308", "1e-400",
    "inf", "-inf", "nan", "NaN", "1_000", "0x10", "1.234,5", "1,234.5", "1.2.3", "--5", "+5",
    DIGITS, "-" + DIGITS, DIGITS + ",5", "0." + DIGITS, "1e" + "9" * 30, DIGITS + " ha",
    "9" * 400, "1/" + "9" * 5000, "９" * 5000,
    "31/02/2020", "29/02/1900", "00/00/0000", "99/99/9999", "1/1/0000", "1/1/10000", "2020-13-45",
    "31/12/9999", "1/1/1", "12/2020", "2020", "99999", "-99999", "1e10", "ngày 31 tháng 13 năm 2020",
    "2020-01-01T25:61:61Z", "1" * 20 + "/1/2020", "1/1/" + "2" * 5000,
    "106.7", "10.9", "106°42'", "106°42'99.9\"", "10,9; 106,7", "999999999", "1e308 1e308",
    "10°" + "9" * 5000 + "'", "106.7, 10.9, 5", "N E S W",
    "POINT (106 11)", "POLYGON ((0 0, 1 1))", "POLYGON EMPTY", "POINT (nan nan)", "POINT (1e308 1e308)",
    "POLYGON ((0 0, 1e308 0, 1e308 1e308, 0 0))", "GEOMETRYCOLLECTION (" * 9 + "POINT (1 1)" + ")" * 9,
    "GEOMETRYCOLLECTION (" * 20_000 + "POINT (1 1)" + ")" * 20_000,
    "=1+1", "=cmd|' /C calc'!A0", "@SUM(1)", "-2+3", "<script>alert(1)</script>", "{{ 7*7 }}",
    "'; DROP TABLE sites; --", "%s%n", "../../etc/passwd", "\x00", "a\x00b", "\x1b[31mred", "\x07",
    "\u202eabc", "\u200b", "\ufeff", "\ud7ff", "\U0001f3ed" * 50, "e\u0301" * 2000, "\n\r\t", "a\nb",
    "x" * 40_000, "Công ty " * 3_000, "ắ" * 20_000, "(" * 5_000, "a" * 2_000 + "!", ", " * 5_000,
    "đường " * 2_000, "0" * 10_000, "1 " * 5_000, "/" * 5_000, "." * 5_000, "," * 5_000, "-" * 5_000,
    "[" * 5_000, "{" * 5_000, '{"a":' * 3_000, "null", "true", "có", "không", "x",
    "3700000000", "37000000000000", "3700-000-000", "0" * 5_000 + "-001",
    "Phường Phú Cường, TP Thủ Dầu Một, Bình Dương", "1/2/3/4 đường 5, khu phố 6, phường 7",
    0, -1, 1, 2**31, 2**53, 2**63 - 1, -(2**63), 2**64, 10**400, 1e308, -1e308, 5e-324,
    float("nan"), float("inf"), float("-inf"), True, False, 44_000, 44_000.5, 2_958_466, 3e6, 1e15,
)  # fmt: skip

BYTES = "bytes"
CELLS = "cells"
SHAPES = "shapes"
OPTIONS = "options"


@dataclass
class Case:
    """A file, the layer it is imported into, and the options."""

    number: int
    kind: str
    path: Path
    layer: str
    options: dict[str, object] = field(default_factory=dict)


def make_case(number: int, folder: Path) -> Case:
    """Make the file of a number in an empty folder."""
    chance = random.Random(number)
    layer = chance.choice(LAYERS)
    kind = (BYTES, CELLS, CELLS, SHAPES, OPTIONS)[number % 5]
    made = {BYTES: _damaged, CELLS: _cells, SHAPES: _shapes, OPTIONS: _sound}[kind]
    path = made(chance, folder, layer)
    case = Case(number, kind, path, layer)
    if layer == "zones":
        case.options["code_system"] = chance.choice(["vn-2024", "osm", "tt16", "cad"])
    if kind in {CELLS, SHAPES}:
        case.options["crs"] = chance.choice([None, None, "EPSG:4326", "EPSG:9210"])
        case.options["duplicates"] = chance.choice(["ask", "merge", "keep"])
    if kind == OPTIONS:
        case.options |= _rubbish(chance, layer)
    return case


def headers_of(layer: str) -> list[str]:
    """Names that a column of the layer may bear: the dictionary's and people's."""
    columns = [a for a in schema(layer).attributes if a.name not in {"import_id", "geometry"}]
    return [name for a in columns for name in (a.name, a.header("vi"))]


POSITIONS = ["Kinh độ", "Vĩ độ", "x", "y", "lon", "lat", "WKT", "Tọa độ", "easting", "northing"]


def _table(chance: random.Random, layer: str) -> pd.DataFrame:
    names = chance.sample(headers_of(layer), min(len(headers_of(layer)), chance.randint(1, 14)))
    names += chance.sample(POSITIONS, chance.randint(0, 3))
    if chance.random() < 0.2:
        names.append(
            chance.choice(["a\x00b", "x" * 500, "=1+1", "", " ", "1", "é" * 300, names[0]])
        )
    rows = chance.randint(1, 12)
    # Mostly hostile in one or two columns, so that rows are not refused for other reasons.
    hostile = set(chance.sample(range(len(names)), min(len(names), chance.randint(1, 3))))
    everywhere = chance.random() < 0.3
    columns: dict[str, list[object]] = {}
    for i, name in enumerate(names):
        bad = everywhere or i in hostile
        values = [chance.choice(VALUES) if bad else f"{chance.randint(1, 99)}" for _ in range(rows)]
        columns[name if name not in columns else f"{name}{i}"] = values
    return pd.DataFrame(columns, dtype=object)


def _cells(chance: random.Random, folder: Path, layer: str) -> Path:
    frame = _table(chance, layer)
    end = chance.choice(["csv", "csv", "tsv", "xlsx", "xlsx", "geojson", "gpkg", "shp", "json"])
    path = folder / f"a.{end}"
    if end in {"csv", "tsv"}:
        encoding = chance.choice(["utf-8", "utf-8-sig", "utf-16"])
        separator = "\t" if end == "tsv" else chance.choice(",;|")
        frame.to_csv(path, index=False, sep=separator, encoding=encoding, errors="replace")
    elif end == "xlsx":
        _workbook(frame, path)
    elif end in {"geojson", "json"}:
        features = [
            {"type": "Feature", "properties": row, "geometry": _geometry_text(chance)}
            for row in frame.to_dict("records")
        ]
        content = {"type": "FeatureCollection", "features": features}
        path.write_text(json.dumps(content, default=str), "utf-8", errors="replace")
    else:
        _spatial(frame, path, [_geometry(chance) for _ in range(len(frame))])
    return path


def _workbook(frame: pd.DataFrame, path: Path) -> None:
    options = {"nan_inf_to_errors": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(path, options)
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for i, name in enumerate(frame.columns):
        sheet.write_string(0, i, str(name)[:30_000].replace("\x00", "") or " ")
        for row, value in enumerate(frame[name], 1):
            if isinstance(value, str):
                sheet.write_string(row, i, value[:32_000].replace("\x00", ""))
            elif isinstance(value, bool):
                sheet.write_boolean(row, i, value)
            else:
                number = float(value) if abs(value) < 1e308 else 1e308
                sheet.write_number(row, i, number, day if row % 2 else None)
    book.close()


def _spatial(frame: pd.DataFrame, path: Path, geometry: list[object]) -> None:
    texts = pd.DataFrame({str(c).replace("\x00", ""): frame[c].map(_field) for c in frame})
    made = gpd.GeoDataFrame(texts, geometry=geometry, crs=4326)
    driver = {".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".fgb": "FlatGeobuf"}[path.suffix]
    kinds = made.geometry.geom_type
    common = made[(kinds == kinds.iloc[0]) | kinds.isna()]
    plain = made[["geometry"]].set_geometry([shapely.Point(106.7, 11)] * len(made), crs=4326)
    # What the writer cannot write is left out: kinds that do not go together, names, values.
    for attempt in (made, common, common[["geometry"]], plain):
        try:
            pyogrio.write_dataframe(attempt, path, driver=driver)
        except Exception:  # noqa: BLE001
            continue
        return


def _field(value: object) -> str:
    return str(value).replace("\x00", "")[:30_000] if value != 10**400 else "1e400"


POINTS = (0.0, 1.0, 106.7, 10.9, 600_000.0, 1_210_000.0, 180.0, -180.0, 90.0, 1e10, 1e300, -5.0)


def _geometry(chance: random.Random) -> object:
    x, y = chance.choice(POINTS), chance.choice(POINTS)
    near = [(106.7 + chance.random() / 10, 11 + chance.random() / 10) for _ in range(9)]
    ring = [*near, near[0]]
    return chance.choice(
        [
            None,
            shapely.Point(x, y),
            shapely.Point(x, y, 1e300),
            shapely.Point(),
            shapely.Polygon(),
            shapely.box(106.7, 10.9, 106.8, 11.0),
            shapely.box(x, y, y, x),
            shapely.Polygon(ring),
            shapely.Polygon([near[0]] * 4),
            shapely.Polygon(ring, [ring[:4] + ring[:1]]),
            shapely.MultiPolygon([shapely.Polygon(ring), shapely.Polygon(ring)]),
            shapely.LineString(near),
            shapely.MultiPoint(near),
            shapely.GeometryCollection([shapely.Point(1, 1), shapely.Polygon(ring)]),
            shapely.GeometryCollection(),
        ]
    )


def _geometry_text(chance: random.Random) -> object:
    """Geometry as GeoJSON, also such as no library writes."""
    deep: object = [106.7, 11]
    for _ in range(chance.choice([1, 2, 3, 40, 400])):
        deep = [deep]
    ring = [[106.7, 11], [106.8, 11], [106.8, 11.1], [106.7, 11]]
    return chance.choice(
        [
            None,
            {"type": "Point", "coordinates": [106.7, 11]},
            {"type": "Point", "coordinates": [1e308, -1e308]},
            {"type": "Point", "coordinates": []},
            {"type": "Point", "coordinates": ["a", None]},
            {"type": "Polygon", "coordinates": [ring]},
            {"type": "Polygon", "coordinates": [ring[:3]]},
            {"type": "Polygon", "coordinates": [[ring[0]] * 4]},
            {"type": "Polygon", "coordinates": deep},
            {"type": "MultiPolygon", "coordinates": [[ring], [ring]]},
            {"type": "Nonsense", "coordinates": ring},
            {
                "type": "GeometryCollection",
                "geometries": [{"type": "Point", "coordinates": [1, 2]}],
            },
            {"type": "LineString", "coordinates": ring},
            "x",
            [],
        ]
    )


def _shapes(chance: random.Random, folder: Path, layer: str) -> Path:
    """Sound cells and hostile geometry or reference systems."""
    count = chance.randint(1, 8)
    frame = pd.DataFrame({schema(layer).key[0]: [f"K{i}" for i in range(count)]})
    for a in schema(layer).attributes:
        if a.required and a.name not in {*frame, "geometry", "import_id"}:
            frame[a.name] = (a.enum and next(iter(a.enum)).value) or "1"
    end = chance.choice(["geojson", "gpkg", "shp", "fgb", "csv"])
    path = folder / f"a.{end}"
    if end == "geojson":
        features = [
            {"type": "Feature", "properties": row, "geometry": _geometry_text(chance)}
            for row in frame.to_dict("records")
        ]
        system = {"type": "name", "properties": {"name": chance.choice(SYSTEMS)}}
        content = {"type": "FeatureCollection", "crs": system, "features": features}
        path.write_text(json.dumps(content), "utf-8")
    elif end == "csv":
        shapes = [_geometry(chance) for _ in range(count)]
        frame["WKT"] = [
            chance.choice([None if s is None else s.wkt, "POLYGON ((0 0"]) for s in shapes
        ]
        frame.to_csv(path, index=False)
    else:
        _spatial(frame, path, [_geometry(chance) for _ in range(count)])
        if end == "shp" and chance.random() < 0.7:
            path.with_suffix(".prj").write_text(chance.choice(SYSTEMS), "utf-8")
    return path


SYSTEMS = (
    "", "EPSG:4326", "EPSG:9210", "EPSG:4978", "EPSG:0", "EPSG:99999999", "EPSG:5703", "EPSG:3857",
    "urn:ogc:def:crs:EPSG::3405", "PROJCS[", 'GEOGCS["x"]', "x" * 5_000, "[" * 3_000,
    'LOCAL_CS["a",UNIT["metre",1]]', "+proj=longlat", "+proj=tmerc +lon_0=999 +k=0 +a=-1",
    ('PROJCS["x",GEOGCS["y",DATUM["z",SPHEROID["w",6378137,0]],PRIMEM["g",0],'
    'UNIT["d",0.0174532925199433]],PROJECTION["Transverse_Mercator"],UNIT["m",0]]'),
    ('PROJCS["x",GEOGCS["y",DATUM["z",SPHEROID["w",0,0]],PRIMEM["g",0],UNIT["d",0.017]],'
    'PROJECTION["Nonsense"],PARAMETER["central_meridian",1e308],UNIT["m",1]]'),
    'GEOGCS["y",DATUM["z",SPHEROID["w",6378137,298]],PRIMEM["g",0],UNIT["d",1e-300]]',
    "\u202e", "9210+swap", "EPSG:9210+feet", "EPSG:9210+nonsense", "EPSG:9210+swap+feet+swap",
)  # fmt: skip


def _seed(name: str, folder: Path) -> Path:
    """A sound file of a format."""
    frame = gpd.GeoDataFrame(
        {
            "site_id": ["A", "B", "C"],
            "name": ["Gỗ Tân Uyên", "Sắt Dĩ An", "Giấy Thuận An"],
            "land_m2": [1000.5, 2000, 3000],
            "workers": [1, 2, 3],
        },
        geometry=[shapely.box(106.7 + i / 100, 11, 106.705 + i / 100, 11.01) for i in range(3)],
        crs=4326,
    )
    path = folder / f"a.{name}"
    if name in {"csv", "txt"}:
        frame.assign(x=106.7, y=11.0).drop(columns="geometry").to_csv(path, index=False)
    elif name in {"xlsx", "ods"}:
        frame.drop(columns="geometry").to_excel(path, index=False, engine=None)
    elif name in {"shp.zip", "gdb.zip"}:
        driver = "ESRI Shapefile" if name == "shp.zip" else "OpenFileGDB"
        inner = folder / f"a.{name[:3]}"
        pyogrio.write_dataframe(frame, inner, driver=driver)
        path = folder / "a.zip"
        parts = sorted(inner.rglob("*")) if inner.is_dir() else sorted(folder.glob("a.*"))
        with zipfile.ZipFile(path, "w") as archive:
            for part in parts:
                if part != path:
                    archive.write(part, part.relative_to(folder))
    elif name == "kmz":
        pyogrio.write_dataframe(frame, folder / "doc.kml", driver="LIBKML")
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(folder / "doc.kml", "doc.kml")
    else:
        if name == "dxf":
            frame = frame[["geometry"]]
        pyogrio.write_dataframe(frame, path, driver=DRIVERS[name])
    return path


DRIVERS = {
    "gpkg": "GPKG", "shp": "ESRI Shapefile", "geojson": "GeoJSON", "kml": "LIBKML", "gml": "GML",
    "fgb": "FlatGeobuf", "tab": "MapInfo File", "mif": "MapInfo File", "dxf": "DXF",
    "geojsonl": "GeoJSONSeq",
}  # fmt: skip
SEEDS = (*DRIVERS, "csv", "txt", "xlsx", "ods", "shp.zip", "gdb.zip", "kmz")


def _sound(chance: random.Random, folder: Path, layer: str) -> Path:
    return _seed(chance.choice(SEEDS), folder)


def _damaged(chance: random.Random, folder: Path, layer: str) -> Path:
    path = _seed(chance.choice(SEEDS), folder)
    target = path
    if path.suffix in {".shp", ".tab", ".mif"} and chance.random() < 0.6:
        target = chance.choice(sorted(p for p in folder.glob("a.*") if p != path))
    content = bytearray(target.read_bytes())
    for _ in range(chance.randint(1, 4)):
        content = chance.choice(MUTATORS)(chance, content)
    target.write_bytes(content)
    if chance.random() < 0.1:
        other = chance.choice(
            [".gpkg", ".shp", ".geojson", ".csv", ".xlsx", ".zip", ".kml", ".dxf"]
        )
        if not path.with_suffix(other).exists():
            path = path.rename(path.with_suffix(other))
    return path


def _flip(chance: random.Random, content: bytearray) -> bytearray:
    for _ in range(chance.randint(1, 30)):
        if content:
            content[chance.randrange(len(content))] = chance.randrange(256)
    return content


def _cut(chance: random.Random, content: bytearray) -> bytearray:
    return content[: chance.randint(0, len(content))]


def _repeat(chance: random.Random, content: bytearray) -> bytearray:
    start = chance.randint(0, len(content))
    piece = content[start : start + chance.randint(1, 2_000)]
    return content[:start] + piece * chance.choice([2, 3, 50]) + content[start:]


def _insert(chance: random.Random, content: bytearray) -> bytearray:
    place = chance.randint(0, len(content))
    piece = chance.choice(
        [chance.randbytes(50), b"\x00" * 500, b"\xff" * 8, b'"' * 3, b"<", b"{[" * 50, b"9" * 500]
    )
    return content[:place] + piece + content[place:]


def _number(chance: random.Random, content: bytearray) -> bytearray:
    """Extreme counts and lengths, where formats keep such."""
    if len(content) > 8:
        place = chance.randrange(min(len(content), 400) - 7)
        value = chance.choice([b"\xff\xff\xff\x7f", b"\x7f\xff\xff\xff", b"\x00" * 4, b"\xff" * 8])
        content[place : place + len(value)] = value
    return content


MUTATORS: tuple[Callable[[random.Random, bytearray], bytearray], ...] = (
    _flip, _flip, _cut, _repeat, _insert, _number,
)  # fmt: skip


def _rubbish(chance: random.Random, layer: str) -> dict[str, object]:
    """One to three options that make no sense, or little."""
    attribute = chance.choice([*schema(layer).columns, "nonsense", ""])
    text = chance.choice([v for v in VALUES if isinstance(v, str)])
    choices: dict[str, object] = {
        "crs": chance.choice([*SYSTEMS, text]),
        "encoding": chance.choice(
            ["base64", "rot13", "idna", "hex", "zlib", "undefined", "utf-16", "utf-32", "tcvn3", "vni",
             "cp1258", "punycode", "unicode_escape", "utf-7", "", text[:50]]
        ),
        "where": chance.choice(
            ["1", "0", "name = 'Gỗ Tân Uyên'", "1 UNION SELECT 99999", "site_id LIKE '%'", "1=1;", text,
             "(" * 2_000 + "1" + ")" * 2_000, "workers = " + "9" * 5_000, "workers > 1e999",
             " OR ".join(["workers = 1"] * 1_500), "fid = 1", "workers / 0", "abs(-9223372036854775808)"]
        ),
        "mapping": {attribute: chance.choice(["name", "site_id", "geometry", "nonsense", text])},
        "constants": {attribute: text},
        "source_layer": chance.choice(["a", "Sheet1", "nonsense", "", text]),
        "code_system": chance.choice(["vn-2024", "nonsense", "", text[:200]]),
    }  # fmt: skip
    return {name: choices[name] for name in chance.sample(sorted(choices), chance.randint(1, 3))}
