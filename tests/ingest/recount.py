"""A second count of what a source holds and of what became of it.

It shares nothing with the readers: other libraries read the file, and only the log and the rows
that would be stored are looked at.
"""

from __future__ import annotations

import csv
import json
import numbers
import re
import sqlite3
import struct
import zipfile
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pandas as pd
import shapely
import xlrd

from geo_relocation.ingest.prepared import Prepared

Cells = dict[tuple[int, object], object]
"""Row as a person counts and column (a number from 1, or the name of a field) → value."""


def cells_of(path: Path) -> Cells:
    """The filled cells of a source."""
    found = _READERS[path.suffix](path)
    return {place: value for place, value in found.items() if str(value).strip(" \xa0\u200b\ufeff")}


def _xlsx(path: Path) -> Cells:
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return {
        (cell.row, cell.column): cell.value
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def _xls(path: Path) -> Cells:
    book = xlrd.open_workbook(path)
    sheet = book.sheet_by_index(0)
    return {
        (r + 1, c + 1): str(xlrd.xldate_as_datetime(value, book.datemode)) if kind == 3 else value
        for r in range(sheet.nrows)
        for c, (kind, value) in enumerate(zip(sheet.row_types(r), sheet.row_values(r), strict=True))
        if kind not in {0, 6}
    }


def _ods(path: Path) -> Cells:
    tree = ET.fromstring(zipfile.ZipFile(path).read("content.xml"))  # noqa: S314
    ns = {p: f"{{urn:oasis:names:tc:opendocument:xmlns:{p}:1.0}}" for p in ("table", "office")}
    sheet = next(tree.iter(ns["table"] + "table"))
    found: Cells = {}
    row = 0
    for line in sheet.iter(ns["table"] + "table-row"):
        column = 0
        for cell in line:
            count = int(cell.get(ns["table"] + "number-columns-repeated", "1"))
            value = cell.get(ns["office"] + "value") or cell.get(ns["office"] + "date-value")
            text = value or "\n".join("".join(part.itertext()) for part in cell)
            if text:
                found[row + 1, column + 1] = float(text) if value and "-" not in text[1:] else text
            column += count
        row += int(line.get(ns["table"] + "number-rows-repeated", "1"))
    return found


def _csv(path: Path) -> Cells:
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    return {(r, c): v for r, row in enumerate(rows, 1) for c, v in enumerate(row, 1)}


def _geojson(path: Path) -> Cells:
    features = json.loads(path.read_text("utf-8"))["features"]
    found: Cells = {}
    for row, feature in enumerate(features, 1):
        found |= {(row, name): v for name, v in feature["properties"].items() if v is not None}
        if feature["geometry"] is not None:
            found[row, ""] = "geometry"
    return found


def _gpkg(path: Path) -> Cells:
    found: Cells = {}
    with sqlite3.connect(path) as database:
        database.row_factory = sqlite3.Row
        for row in database.execute("SELECT * FROM list"):
            for name in row.keys():  # noqa: SIM118 - a row is no mapping
                if name != "fid" and row[name] is not None:
                    found[row["fid"], "" if name == "geom" else name] = row[name]
    return found


def _dbf(path: Path) -> Cells:
    data = path.read_bytes()
    count, start, width = struct.unpack("<IHH", data[4:12])
    fields, place = [], 32
    while data[place] != 0x0D:
        name = data[place : place + 11].split(b"\0")[0].decode()
        fields.append((name, data[place + 16]))
        place += 32
    found: Cells = {}
    for row in range(count):
        record, offset = data[start + row * width :], 1
        for name, length in fields:
            text = record[offset : offset + length].decode("utf-8", "replace").strip(" \0")
            if text.strip("*"):  # a number that is not there
                found[row + 1, name] = text
            offset += length
    return found


def _shp(path: Path) -> Cells:
    index = path.with_suffix(".shx").read_bytes()
    shapes = path.read_bytes()
    found = _dbf(path.with_suffix(".dbf"))
    for row in range((len(index) - 100) // 8):
        (offset,) = struct.unpack(">I", index[100 + 8 * row : 104 + 8 * row])
        if struct.unpack("<I", shapes[2 * offset + 8 : 2 * offset + 12])[0]:
            found[row + 1, ""] = "geometry"
    return found


def _mif(path: Path) -> Cells:
    names = re.findall(r"^ {2}(\w+) ", path.read_text("utf-8"), re.MULTILINE)
    with path.with_suffix(".mid").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream, delimiter=","))
    shapes = re.findall(
        r"^(Point|none|Region|Pline|Line)\b", path.read_text("utf-8"), re.MULTILINE | re.IGNORECASE
    )
    found = {(r, n): v for r, row in enumerate(rows, 1) for n, v in zip(names, row, strict=False)}
    return found | {(r, ""): s for r, s in enumerate(shapes, 1) if s.lower() != "none"}


def _kml(path: Path) -> Cells:
    found: Cells = {}
    tag = "{http://www.opengis.net/kml/2.2}"
    tree = ET.parse(path)  # noqa: S314
    for row, mark in enumerate(tree.iter(tag + "Placemark"), 1):
        for data in mark.iter(tag + "SimpleData"):
            found[row, str(data.get("name"))] = data.text or ""
        for name in ("name", "description"):
            part = mark.find(tag + name)
            found[row, name] = "" if part is None else part.text or ""
        found[row, "id"] = mark.get("id", "")
        if next(mark.iter(tag + "coordinates"), None) is not None:
            found[row, ""] = "geometry"
    return found


_READERS = {".xlsx": _xlsx, ".xls": _xls, ".ods": _ods, ".csv": _csv, ".geojson": _geojson,
            ".gpkg": _gpkg, ".shp": _shp, ".kml": _kml, ".mif": _mif}  # fmt: skip


def unaccounted(cells: Cells, done: Prepared, header: range = range(0)) -> Cells:
    """Cells that are neither stored nor in the log.

    Parameters
    ----------
    cells
        What the source holds.
    done
        What became of it.
    header
        Rows of a sheet that name the columns.
    """
    seen = _Seen(done)
    named: set[object] = {c for (r, c), v in cells.items() if r in header and seen.names(v)}
    named |= {c for _, c in cells if isinstance(c, str) and seen.names(c)}
    named |= {int(name[7:]) for name in seen.columns if re.fullmatch(r"column_\d+", name)}
    found = {
        (row, column): value
        for (row, column), value in cells.items()
        if not (
            row in header
            or column in named
            or row in seen.refused
            or seen.tells(row, column, value)
        )
    }
    places = [place for place in found if place[1] == ""]
    if len(places) == seen.placed:
        found = {place: value for place, value in found.items() if place[1] != ""}
    return found


class _Seen:
    def __init__(self, done: Prepared) -> None:
        issues = done.issues.astype(object).where(done.issues.notna(), "")
        self.columns = set(issues.loc[issues["kind"].isin(["column-unmapped", "row-numbers"]),
                                      "field"])  # fmt: skip
        out = issues["action"].eq("refused") | issues["kind"].isin(
            ["duplicate", "identity-contradicted"]
        )
        self.refused = set(issues.loc[out & (issues["row"] != ""), "row"])
        self.rows: dict[object, str] = defaultdict(str)
        self.kinds: dict[object, set[str]] = defaultdict(set)
        for _, issue in issues.iterrows():
            self.rows[issue["row"]] += f"\0{issue['value']}"
            self.kinds[issue["row"]].add(issue["kind"])
        self.errors = [
            (issue["field"], row)
            for _, issue in issues.iterrows()
            if issue["kind"] in {"cell-error", "formula-uncomputed"}
            for row in _rows(issue["value"])
        ]
        frame = pd.DataFrame(done.frame)
        values = [v for name in frame if name not in {"geometry", "import_id"}
                  for v in frame[name].dropna()]  # fmt: skip
        self.texts = "\0".join(map(str, values)).lower()
        self.numbers = {float(v) for v in values if isinstance(v, numbers.Real)}
        self.placed = int((~shapely.is_missing(frame["geometry"])).sum())

    def names(self, value: object) -> bool:
        return any(str(value) in name.split(" | ") for name in self.columns)

    def tells(self, row: int, column: object, value: object) -> bool:
        text = f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)
        if isinstance(column, int) and (openpyxl.utils.get_column_letter(column), row) in (
            self.errors
        ):
            return True
        try:
            if float(text) in self.numbers:
                return True
        except ValueError:
            pass
        day = re.sub(r"^(\d\d)/(\d\d)/(\d{4})$", r"\3-\2-\1", text)[:10]
        return (
            text.lower() in self.texts
            or (re.fullmatch(r"\d{4}-\d\d-\d\d", day) is not None and day in self.texts)
            or text in self.rows[row]
            or (text.strip() in {"-", "n/a", "–"} and text.strip() in self.rows[""])
        )


def _rows(ranges: str) -> list[int]:
    rows: list[int] = []
    for part in ranges.split(", "):
        first, _, last = part.partition("–")
        rows += range(int(first), int(last or first) + 1)
    return rows
