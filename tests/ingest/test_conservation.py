"""Each filled cell of a list is stored or stands in the log, whatever its defects."""

import csv
import io

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo_relocation.errors import CellLostError, IngestError
from geo_relocation.ingest import pipeline
from geo_relocation.ingest.pipeline import prepare
from geo_relocation.ingest.readers import read_table

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


@settings(max_examples=60, deadline=None, suppress_health_check=[
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
    assert done.cells.filled == done.cells.stored + done.cells.told
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


def test_cells_that_say_nothing_are_told_with_their_count(import_csv):
    done = import_csv("Tên cơ sở,Lao động,Ghi chú\nGỗ An,-,n/a\nGốm Bình,–,\n", "sites")
    told = done.issues[done.issues["kind"] == "said-empty"]
    assert sorted(told["value"]) == ["-, –", "n/a"]
    assert (done.cells.filled, done.cells.stored, done.cells.told) == (5, 2, 3)
