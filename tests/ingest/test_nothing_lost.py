"""Whatever a list or a layer looks like, each of its cells is stored or stands in the log."""

from __future__ import annotations

import csv
import datetime as dt
import random
import subprocess

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from geo_relocation.errors import IngestError
from geo_relocation.ingest.pipeline import prepare
from geo_relocation.ingest.readers import read_table

from .making import TM3
from .recount import cells_of, unaccounted

COLUMNS = ["STT", "Tên cơ sở", "MST", "Địa chỉ", "Phường/xã", "Diện tích đất (m2)", "Lao động",
           "Hết hạn thuê", "Nghiệm thu PCCC", "Cột lạ", "Ghi chú riêng"]  # fmt: skip
OFTEN, SOMETIMES = 0.85, 0.12


def cell(rng: random.Random, row: int, column: int) -> object:
    """A value like no other of the list: of the kind of its column, of another, or none."""
    mark = f"r{row}c{column}"
    if column == 1:
        return f"Cơ sở {mark}." if rng.random() < OFTEN else None
    if rng.random() < SOMETIMES:
        return rng.choice([None, "-", "n/a", " ", f"lạ {mark}.", -1000 * row - column])
    number = 100_000 + 100 * row + column
    return {
        0: row, 2: f"{number}{mark}", 3: f"{number} Lê Lợi {mark}.", 4: f"Phường {mark}.",
        5: number + 0.5, 6: number, 7: dt.date(2027, 1, 1) + dt.timedelta(days=row),
        8: f"chưa rõ {mark}.", 9: f"x {mark}.",
    }.get(column)  # fmt: skip


def messy(seed: int) -> tuple[list[list[object]], range]:
    """Rows of a list as offices write them, and which of them are the header."""
    rng = random.Random(seed)  # noqa: S311 - for lists, not for secrets
    rows: list[list[object]] = []
    if rng.random() < 0.6:
        rows += [["ỦY BAN NHÂN DÂN", *[None] * 6, "CỘNG HÒA XÃ HỘI"], ["DANH SÁCH"], []]
    first = len(rows) + 1
    rows.append(list(COLUMNS))
    if rng.random() < 0.3:
        rows.append([f"({n})" for n in range(1, len(COLUMNS) + 1)])
    header = range(first, len(rows) + 1)
    for _ in range(rng.randint(1, 9)):
        rows.append(one_row(rng, len(rows) + 1, rows[header[-1] :]))
    if rng.random() < 0.5:
        rows += [[None, "Tổng cộng", None, None, None, 10**8], [],
                 [None, "Ghi chú: số liệu tháng 6"], [*[None] * 7, "NGƯỜI LẬP BIỂU"]]  # fmt: skip
    return rows, header


def one_row(rng: random.Random, row: int, above: list[list[object]]) -> list[object]:
    """A heading, a total, an empty row, or a firm, which may be the one above again."""
    kind, mark = rng.random(), f"r{row}c"
    if kind < 0.1:
        return [f"{rng.choice(['I', 'II', 'III', 'A', 'B'])}", f"Nhóm {mark}1."]
    if kind < 0.2:
        return [None, "Cộng phường An Phú", None, None, None, 10**7 + row, 10**6 + row]
    if kind < 0.3:
        return [f"Phường {mark}0."] if kind < 0.25 else []
    made = [cell(rng, row, column) for column in range(len(COLUMNS))]
    if kind < 0.35:
        made += [None, f"lạc {mark}12."]
    elif kind < 0.4 and above:
        made[1:4] = [*above[-1], *[None] * 4][1:4]
    return made


def dressed(rows: list[list[object]], header: range, seed: int) -> openpyxl.Workbook:
    """The rows in a book with errors, formulas, merged cells and hidden rows."""
    rng = random.Random(seed + 1)  # noqa: S311
    book = openpyxl.Workbook()
    sheet = book.active
    for r, row in enumerate(rows, 1):
        for c, value in enumerate(row, 1):
            if value is not None:
                sheet.cell(r, c, value)
    body = range(header[-1] + 1, len(rows) + 1)
    for _ in range(rng.randint(0, 4)):
        r, c = rng.choice(body), rng.randint(3, len(COLUMNS))
        what = rng.choice(["#N/A", "#REF!", "=1+1", "hidden", "percent", "merge"])
        if what == "hidden":
            sheet.row_dimensions[r].hidden = True
        elif what == "percent":
            sheet.cell(r, 10).number_format = "0%"
        elif what == "merge":
            if not any(r <= one.max_row and one.min_row <= r + 1 for one in sheet.merged_cells):
                sheet.merge_cells(start_row=r, end_row=r + 1, start_column=c, end_column=c)
        elif not isinstance(sheet.cell(r, c), openpyxl.cell.cell.MergedCell):
            sheet.cell(r, c, what)
    return book


def check(path, header=range(0), layer="sites"):
    cells = cells_of(path)
    try:
        done = prepare(read_table(path), layer, import_id="I1", working_crs=TM3)
    except IngestError as error:
        return str(error)  # told as a whole
    count = done.cells
    assert count.source + count.given == count.names + count.stored + count.told
    broken = done.issues["kind"].isin(["cell-error", "formula-uncomputed"]).any()
    if not broken:  # these are none to the reader
        assert count.source == len(cells)
    assert unaccounted(cells, done, header) == {}
    return ""


def as_csv(path, seed):
    rows, header = messy(seed)
    width = max(map(len, rows))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        for row in rows:
            writer.writerow(["" if v is None else v for v in row + [None] * (width - len(row))])
    return header


def as_book(path, seed):
    rows, header = messy(seed)
    dressed(rows, header, seed).save(path)
    return header


FAST = settings(max_examples=20, deadline=None,  # a seed has no simpler form
                phases=[Phase.explicit, Phase.generate],
                suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
SEED = st.integers(0, 10**6)


@FAST
@given(SEED)
def test_every_cell_of_a_text_is_stored_or_told(tmp_path, seed):
    path = tmp_path / "list.csv"
    header = as_csv(path, seed)
    check(path, header)


@FAST
@given(SEED)
def test_every_cell_of_a_book_is_stored_or_told(tmp_path, seed):
    path = tmp_path / "list.xlsx"
    header = as_book(path, seed)
    check(path, header)


def other_books(folder, seeds):
    headers = [as_book(folder / f"list{seed}.xlsx", seed) for seed in seeds]
    for form in ("ods", "xls"):
        subprocess.run(  # the office's own program writes them
            ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
             "--convert-to", form, "--outdir", folder, *folder.glob("list*.xlsx")],
            check=True, capture_output=True, timeout=240,
        )  # fmt: skip
    told = []
    for seed, header in zip(seeds, headers, strict=True):
        told += [check(folder / f"list{seed}.{form}", header) for form in ("ods", "xls")]
    assert told.count("") > len(told) / 2  # not each refused as a whole


def test_every_cell_of_other_books_is_stored_or_told(tmp_path):
    other_books(tmp_path, range(6))


def layer(seed: int, driver: str) -> gpd.GeoDataFrame:
    """A layer with gaps, foreign columns and foreign geometry."""
    rng = random.Random(seed)  # noqa: S311
    rows = range(1, rng.randint(2, 7))
    columns = {
        "name": [f"Cơ sở r{r}c1." if rng.random() < OFTEN else None for r in rows],
        "address": [rng.choice([None, "-", f"{r} Lê Lợi r{r}c2."]) for r in rows],
        # A MapInfo file cannot say of a number that it is not there.
        "workers": [
            rng.choice([1000 + r, -5 - r, None][: 2 + (driver != "MapInfo File")]) for r in rows
        ],
        "lease_end": [rng.choice([None, f"lạ r{r}c4.", f"20{30 + r}-06-30"]) for r in rows],
        "la": [rng.choice([None, f"x r{r}c5."]) for r in rows],
        "trong": [None for _ in rows],
    }
    frame = pd.DataFrame(columns, dtype=object).astype({"workers": "Int64"})
    places: list[object] = []
    for r in rows:
        point = shapely.Point(106.7 + r / 1000, 10.95)
        foreign = [None, shapely.Point(0, 0), point]
        if driver != "ESRI Shapefile":
            foreign.append(shapely.LineString([(106.7, 10.9), (106.8, 10.9)]))
        places.append(point if rng.random() < OFTEN else rng.choice(foreign))
    if all(place is None for place in places):
        places[0] = shapely.Point(106.7, 10.95)
    return gpd.GeoDataFrame(frame, geometry=places, crs=4326)


DRIVERS = {"geojson": "GeoJSON", "gpkg": "GPKG", "shp": "ESRI Shapefile", "kml": "LIBKML",
           "mif": "MapInfo File"}  # fmt: skip


def vector(folder, suffix, seed):
    path = folder / f"list.{suffix}"
    for old in folder.glob("list.*"):
        old.unlink()
    options = {"FORMAT": "MIF", "ENCODING": "UTF-8"} if suffix == "mif" else {}
    options |= {"ENCODING": "UTF-8"} if suffix == "shp" else {}
    frame = layer(seed, DRIVERS[suffix])
    frame.to_file(path, driver=DRIVERS[suffix], engine="pyogrio", layer="list", **options)
    return check(path)


@pytest.mark.parametrize("suffix", DRIVERS)
@settings(FAST, max_examples=6)
@given(SEED)
def test_every_value_of_a_layer_is_stored_or_told(tmp_path, suffix, seed):
    vector(tmp_path, suffix, seed)


@pytest.mark.nightly
@pytest.mark.parametrize("suffix", ["csv", "xlsx", *DRIVERS])
@settings(FAST, max_examples=400)
@given(SEED)
def test_every_cell_is_stored_or_told_in_long(tmp_path, suffix, seed):
    if suffix in DRIVERS:
        vector(tmp_path, suffix, seed)
        return
    path = tmp_path / f"list.{suffix}"
    check(path, (as_csv if suffix == "csv" else as_book)(path, seed))


@pytest.mark.nightly
def test_every_cell_of_many_other_books_is_stored_or_told(tmp_path):
    other_books(tmp_path, range(100, 300))
