"""Each filled cell of a list is stored or stands in the log, whatever its defects."""

import csv
import io

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo_relocation.errors import CellLostError, IngestError
from geo_relocation.ingest import grids, pipeline
from geo_relocation.ingest.log import in_words
from geo_relocation.ingest.pipeline import prepare
from geo_relocation.ingest.readers import read_table
from geo_relocation.model.told import said

from .making import TM3

HEAD = ["STT", "Tên cơ sở", "MST", "Địa chỉ", "Phường/xã", "Diện tích đất (m2)", "Lao động",
        "Kinh độ", "Vĩ độ", "Thời hạn thuê đất", "Nghiệm thu PCCC", "Cột lạ"]  # fmt: skip
CELL = st.sampled_from([
    None, "", " ", "-", "n/a", "\u200e", ";", "x", "Cộng", "Tổng: 2 DN", "I", "Phường An Phú",
    "1.234,5", "12,5 ha", "một trăm", "-5", "1e400", "31/02/2030", "31/12/2030", "106.7", "10.95",
    "106°42'30\"", "0100112437", "012", "có", "sao Hỏa", "#N/A", "TRUE",
]) | st.integers(-5, 10**7) | st.floats(-1e4, 1e7) | st.text(max_size=5).filter(
    lambda text: all(" " <= letter != "\x7f" for letter in text)
)  # fmt: skip
ROWS = st.lists(st.lists(CELL, min_size=12, max_size=12), min_size=1, max_size=6)


def written(value):
    return "" if value is None else str(value)


@settings(max_examples=20, deadline=None, suppress_health_check=[
    HealthCheck.function_scoped_fixture])  # fmt: skip
@given(ROWS, st.booleans())
def test_cells_in_are_cells_stored_and_cells_told(tmp_path, rows, as_book):
    path = tmp_path / ("list.xlsx" if as_book else "list.csv")
    if as_book:
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in [HEAD, *rows]:
            sheet.append([None if v == "" else v for v in row])
        book.save(path)
    else:
        text = io.StringIO()
        csv.writer(text).writerows([[written(v) for v in row] for row in [HEAD, *rows]])
        path.write_text(text.getvalue(), "utf-8")
    try:
        raw = read_table(path)
        done = prepare(raw, "sites", import_id="I1", working_crs=TM3)
    except IngestError:
        return  # told as a whole
    cells = done.cells
    assert cells.source + cells.given == cells.names + cells.stored + cells.told
    # Counted again from the source itself: no filled line is in neither place.
    lines = {n for n, row in enumerate(rows, 2) if any(written(v).strip() for v in row)}
    noted = set(done.issues["row"].dropna())
    assert lines - set(raw.rows.tolist()) <= noted


def test_a_value_that_a_defect_of_the_program_drops_stops_the_import(import_csv, monkeypatch):
    text = "Tên cơ sở,Lao động\nGỗ An,5\nGốm Bình,7\n"
    whole = pipeline.convert_column

    def leaky(values, attribute, log, **options):
        made = whole(values, attribute, log, **options)
        if attribute.name == "workers":
            made[1] = None
        return made

    assert import_csv(text, "sites").cells.told == 0
    monkeypatch.setattr(pipeline, "convert_column", leaky)
    with pytest.raises(CellLostError, match=r"'Lao động'.*row 3"):
        import_csv(text, "sites")


def test_a_reader_that_drops_a_cell_stops_the_import(import_csv, monkeypatch):
    whole = grids.sort_rows

    def leaky(body, serial):
        found = whole(body, serial)
        found.kept[0][1][2] = None
        return found

    text = "Tên cơ sở,Lao động,Cột lạ\nGỗ An,5,a\nGốm Bình,7,b\n"
    assert import_csv(text, "sites").cells.told == 2
    monkeypatch.setattr(grids, "sort_rows", leaky)
    with pytest.raises(CellLostError, match="9 cells are filled, 8 came out"):
        import_csv(text, "sites")


def test_columns_that_fill_nothing_are_told_with_their_cells(import_csv):
    text = "STT,Tên cơ sở,Cột lạ,Trống,Rỗng\n1,Gỗ An,a,,\n2,Gốm Bình,,,\n3,Kho,b,,\n"
    done = import_csv(text, "sites")
    told = {
        (row["kind"], row["field"], row["value"]): row["message_en"]
        for _, row in in_words(done.issues, "en").astype(object).fillna("").iterrows()
    }
    assert "2 filled" in told["column-unmapped", "Cột lạ", ""]
    assert "3 cell" in told["row-numbers", "STT", ""]
    assert ("columns-empty", "", "Trống, Rỗng") in told
    cells = done.cells
    assert (cells.source, cells.names, cells.stored, cells.told) == (13, 5, 3, 5)


def test_a_column_that_fills_nothing_says_what_holds_its_field(import_csv):
    text = "name,Tên cơ sở,Lao động,Trạng thái\nGỗ An,Gỗ,5,ứng viên\n"
    done = import_csv(text, "sites", constants={"status": "candidate"})
    told = {row["field"]: said(row["message"], "en") for _, row in done.issues.iterrows()
            if row["kind"] == "column-unmapped"}  # fmt: skip
    assert "Column 'name' fits 'Name' better" in told["Tên cơ sở"]
    assert "was set to 'candidate' for all rows" in told["Trạng thái"]


def test_titles_and_rows_that_are_no_data_are_told_with_all_their_cells(import_csv):
    text = (
        "ỦY BAN NHÂN DÂN,,,CỘNG HÒA XÃ HỘI,\nDANH SÁCH CƠ SỞ,,,,\n\n"
        "STT,Tên cơ sở,Lao động,Diện tích đất (m2),Địa chỉ\n1,Gỗ An,5,100,1 Lê Lợi\n"
        "2,Gốm,6,200,2 Lê Lợi\n,Cộng,11,300,hai dòng\n,,,,Người lập biểu\n"
    )
    done = import_csv(text, "sites")
    told = [(r["kind"], r["row"], r["value"]) for _, r in done.issues.iterrows()]
    assert ("title-row", 1, "ỦY BAN NHÂN DÂN · CỘNG HÒA XÃ HỘI") in told
    assert ("title-row", 2, "DANH SÁCH CƠ SỞ") in told
    assert ("totals-row", 7, "Cộng · 11 · 300 · hai dòng") in told
    assert ("footer-row", 8, "Người lập biểu") in told


def test_rows_that_a_filter_leaves_are_told_with_their_count(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Tên cơ sở,Lao động\nGỗ,5\nGốm,7\nKho,\n", "utf-8")
    raw = read_table(path, where='"Lao động" > 6')
    done = prepare(raw, "sites", import_id="I1", working_crs=TM3)
    left = done.issues[done.issues["kind"] == "rows-filtered"]
    assert left["value"].tolist() == ['"Lao động" > 6']
    assert (done.cells.source, done.cells.stored, done.cells.told) == (7, 2, 3)


def test_cells_that_say_nothing_are_told_with_their_count(import_csv):
    done = import_csv("Tên cơ sở,Lao động,Ghi chú\nGỗ An,-,n/a\nGốm Bình,–,\n", "sites")
    empty = done.issues[done.issues["kind"] == "said-empty"]
    assert sorted(empty["value"]) == ["-, –", "n/a"]
    assert (done.cells.filled, done.cells.stored, done.cells.told) == (5, 2, 3)
