"""Every format gives the same rows, and nothing readable raises anything but our own errors."""

import shutil
import time
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo_relocation.errors import (
    AmbiguousEncodingError,
    EmptyLayerError,
    FileMissingError,
    GeoRelocationError,
    IngestError,
    NotSpatialError,
    UnknownNameError,
    UsageError,
)
from geo_relocation.ingest.readers import file_hash, list_layers, read_table

from .making import TM3, square


@pytest.fixture
def frame() -> gpd.GeoDataFrame:
    # A FileGDB of the older kind has no 64-bit integers.
    return gpd.GeoDataFrame(
        {
            "ma": ["A", "B", "C"],
            "so": np.array([1, 2, 3], dtype=np.int32),
            "ten": ["Thuận An", "Dĩ An", "Bến Cát"],
        },
        geometry=[square(0, 0), square(200, 0), square(400, 0)],
        crs=TM3,
    )


def zipped(folder: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for part in sorted(folder.rglob("*")):
            archive.write(part, part.relative_to(folder.parent))
    return target


@pytest.mark.parametrize(
    ("name", "driver"),
    [
        ("a.gpkg", "GPKG"),
        ("a.shp", "ESRI Shapefile"),
        ("a.geojson", "GeoJSON"),
        ("a.gdb", "OpenFileGDB"),
    ],
)
def test_spatial_formats_give_the_same_rows(frame, tmp_path, name, driver):
    if driver == "GeoJSON":
        frame = frame.to_crs(4326)
    pyogrio.write_dataframe(frame, tmp_path / name, driver=driver)
    raw = read_table(tmp_path / name)
    assert raw.frame["ma"].tolist() == ["A", "B", "C"]
    assert raw.frame["so"].tolist() == [1, 2, 3]
    assert raw.frame["ten"].tolist() == ["Thuận An", "Dĩ An", "Bến Cát"]
    assert raw.rows.tolist() == [1, 2, 3]
    assert raw.crs == frame.crs
    assert shapely.area(raw.geometry) == pytest.approx(
        shapely.area(frame.geometry.to_numpy()), rel=1e-4
    )
    assert raw.sha256 == file_hash(tmp_path / name)


@pytest.mark.parametrize("driver", ["GPKG", "ESRI Shapefile", "OpenFileGDB"])
def test_zipped_sources_are_read_in_place(frame, tmp_path, driver):
    folder = tmp_path / "in"
    folder.mkdir()
    suffix = {"GPKG": "gpkg", "ESRI Shapefile": "shp", "OpenFileGDB": "gdb"}[driver]
    pyogrio.write_dataframe(frame, folder / f"a.{suffix}", driver=driver)
    raw = read_table(zipped(folder, tmp_path / "a.zip"))
    assert raw.frame["ma"].tolist() == ["A", "B", "C"]
    assert raw.crs == TM3


def test_a_layer_must_be_chosen_where_there_are_several(frame, tmp_path):
    path = tmp_path / "two.gpkg"
    frame.to_file(path, layer="one", driver="GPKG")
    frame.head(1).to_file(path, layer="two", driver="GPKG")
    assert list_layers(path) == ["one", "two"]
    assert len(read_table(path, layer="two")) == 1
    with pytest.raises(UsageError, match="one, two"):
        read_table(path)
    with pytest.raises(UnknownNameError, match="three"):
        read_table(path, layer="three")


def test_a_filter_keeps_rows_and_their_numbers(frame, tmp_path):
    path = tmp_path / "a.gpkg"
    frame.to_file(path, driver="GPKG")
    raw = read_table(path, where="so >= 2")
    assert raw.frame["ma"].tolist() == ["B", "C"]
    assert raw.rows.tolist() == [2, 3]
    with pytest.raises(EmptyLayerError, match="filter"):
        read_table(path, where="so > 99")
    with pytest.raises(UsageError, match="filter"):
        read_table(path, where="so >>> nothing")


def test_a_filter_on_a_table_compares_numbers_as_numbers(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("ma,so\nA,9\nB,10\nC,\n", "utf-8")
    raw = read_table(path, where="so > 9")
    assert raw.frame["ma"].tolist() == ["B"]
    assert raw.rows.tolist() == [3]
    with pytest.raises(UsageError, match="filter"):
        read_table(path, where="nichts = 1")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_in_the_usual_dialects(tmp_path, delimiter, encoding):
    rows = [["Mã cơ sở", "Tên doanh nghiệp"], ["A1", "Gỗ Tân Uyên"], ["A2", 'Sắt "Dĩ An"']]
    path = tmp_path / "a.csv"
    quoted = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in rows]
    path.write_bytes("\r\n".join(delimiter.join(row) for row in quoted).encode(encoding))
    raw = read_table(path)
    assert list(raw.frame.columns) == rows[0]
    assert raw.frame["Tên doanh nghiệp"].tolist() == ["Gỗ Tân Uyên", 'Sắt "Dĩ An"']
    assert raw.rows.tolist() == [2, 3]


def test_a_workbook_with_one_list_is_read_and_the_other_sheets_are_named(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Ghi chú"
    book.active.append(["Người lập: Nguyễn Văn A"])
    sheet = book.create_sheet("Danh sách")
    sheet.append(["Mã cơ sở", "Tên doanh nghiệp", "Địa chỉ"])
    sheet.append(["A1", "Gỗ", "1 Lý Thường Kiệt"])
    book.save(tmp_path / "a.xlsx")
    raw = read_table(tmp_path / "a.xlsx")
    assert raw.layer == "Danh sách"
    assert [(n.kind, n.value) for n in raw.notes] == [("sheets-left", "Ghi chú")]
    assert read_table(tmp_path / "a.xlsx", layer="Danh sách").notes == ()


def test_several_lists_ask_for_a_choice(tmp_path):
    book = openpyxl.Workbook()
    for name in ("Thuận An", "Dĩ An"):
        sheet = book.create_sheet(name)
        sheet.append(["Mã cơ sở", "Tên doanh nghiệp"])
        sheet.append([name, "Gỗ"])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(UsageError, match="Thuận An"):
        read_table(tmp_path / "a.xlsx")
    assert read_table(tmp_path / "a.xlsx", layer="Dĩ An").frame.iloc[0, 0] == "Dĩ An"


def test_a_stated_crs_is_overruled_with_a_note(frame, tmp_path):
    path = tmp_path / "a.gpkg"
    frame.to_file(path, driver="GPKG")
    raw = read_table(path, crs="EPSG:9213")
    assert raw.crs.to_epsg() == 9213
    assert [n.kind for n in raw.notes] == ["crs-given"]
    assert read_table(path, crs="EPSG:9210").notes == ()


def test_what_is_no_source_is_refused_in_plain_words(tmp_path):
    with pytest.raises(FileMissingError):
        read_table(tmp_path / "absent.gpkg")
    for name in ("a.gpkg", "a.shp", "a.zip", "a.xlsx", "a.xls", "a.ods", "a.gdb", "a.dxf", "a.xyz"):
        (tmp_path / name).write_bytes(b"this is no data")
        with pytest.raises(NotSpatialError):
            read_table(tmp_path / name)
    (tmp_path / "a.csv").write_bytes(b"")
    with pytest.raises(EmptyLayerError):
        read_table(tmp_path / "a.csv")
    (tmp_path / "b.csv").write_bytes("Mã,Tên\nA,Gỗ".encode())
    with pytest.raises(AmbiguousEncodingError):
        read_table(tmp_path / "b.csv", encoding="ascii")
    with pytest.raises(UsageError, match="klingon"):
        read_table(tmp_path / "b.csv", encoding="klingon")


FUZZED = [".csv", ".xlsx", ".xls", ".ods", ".gpkg", ".shp", ".geojson", ".zip", ".dxf", ".dgn"]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.binary(max_size=400), suffix=st.sampled_from(FUZZED))
def test_bytes_of_any_kind_end_in_rows_or_in_our_error(tmp_path, data, suffix):
    path = tmp_path / f"fuzz{suffix}"
    path.write_bytes(data)
    try:
        raw = read_table(path)
    except GeoRelocationError:
        return
    assert len(raw.rows) == len(raw.frame) > 0


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_damaged_files_end_in_rows_or_in_our_error(tmp_path, frame, data):
    """Real files with bytes changed: the nastiest input, because it starts well."""
    kind = data.draw(st.sampled_from(["gpkg", "xlsx", "shp", "zip"]))
    source = tmp_path / f"good.{kind}"
    if not source.exists():
        write(frame, source)
    content = bytearray(source.read_bytes())
    for _ in range(data.draw(st.integers(1, 20))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    damaged = tmp_path / f"bad.{kind}"
    if kind == "shp":
        for suffix in (".dbf", ".shx", ".prj", ".cpg"):
            if source.with_suffix(suffix).exists():
                shutil.copy(source.with_suffix(suffix), damaged.with_suffix(suffix))
    damaged.write_bytes(content[:cut] if data.draw(st.booleans()) else content)
    try:
        raw = read_table(damaged)
    except GeoRelocationError:
        return
    assert len(raw.rows) == len(raw.frame) > 0


def write(frame: gpd.GeoDataFrame, path: Path) -> None:
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        book.active.append(["Mã cơ sở", "Tên doanh nghiệp"])
        book.active.append(["A", "B"])
        book.save(path)
    elif path.suffix == ".zip":
        folder = path.parent / "forzip"
        folder.mkdir()
        frame.to_file(folder / "a.shp")
        zipped(folder, path)
    else:
        frame.to_file(path)


def test_a_stray_cell_far_to_the_right_costs_no_time(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Mã cơ sở", "Tên doanh nghiệp"])
    book.active.append(["A", "Gỗ"])
    book.active.cell(2, 16_000, "lạc")
    book.save(tmp_path / "wide.xlsx")
    started = time.perf_counter()
    raw = read_table(tmp_path / "wide.xlsx")
    assert time.perf_counter() - started < 10
    assert list(raw.frame.columns) == ["Mã cơ sở", "Tên doanh nghiệp", "column_16000"]


def test_a_sheet_of_monstrous_size_is_refused_before_it_is_unrolled(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Mã cơ sở", "Tên doanh nghiệp"])
    book.active.cell(20_000, 5_000, "lạc")
    book.save(tmp_path / "huge.xlsx")
    with pytest.raises(IngestError, match="stray cell"):
        read_table(tmp_path / "huge.xlsx")
