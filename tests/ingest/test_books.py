"""A workbook is read as it shows itself, not as bare values."""

import shutil

import openpyxl
import pytest
from openpyxl.styles import numbers

from geo_relocation.ingest.pipeline import prepare
from geo_relocation.ingest.readers import read_table

from .making import TM3, issue, kinds

SITES = ["STT", "Tên cơ sở", "Phường/xã", "Diện tích đất (m2)", "Lao động", "Kinh độ", "Vĩ độ"]
PARKS = ["STT", "Mã khu", "Tên khu", "Diện tích (ha)", "Tỷ lệ lấp đầy", "Kinh độ", "Vĩ độ"]


@pytest.fixture
def imported(tmp_path):
    """Write rows to a workbook, let it be dressed up, read it."""

    def run(rows, layer="sites", dress=lambda sheet: None, name="danh-sach.xlsx", **options):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        dress(book.active)
        book.save(tmp_path / "made.xlsx")
        path = shutil.copy(tmp_path / "made.xlsx", tmp_path / name)
        return prepare(read_table(path), layer, import_id="I1", working_crs=TM3, **options)

    return run


def firms(count):
    return [[i, f"Cơ sở {i} Thịnh", "An Phú", 100 * i, 10 + i, 106.7 + i / 500, 10.95]
            for i in range(1, count + 1)]  # fmt: skip


@pytest.mark.parametrize("form", [numbers.FORMAT_PERCENTAGE, "0.00%", "#,##0.0 %;[Red]-0%"])
def test_a_share_shown_as_per_cent_comes_in_as_it_is_shown(imported, form):
    rows = [PARKS, [1, "A", "KCN A", 500, 1, 106.6, 11.25], [2, "B", "KCN B", 400, 0.85, 106.7, 11],
            [3, "C", "KCN C", 400, 0.12345, 106.8, 11]]  # fmt: skip

    def dress(sheet):
        for row in range(2, 5):
            sheet.cell(row, 5).number_format = form

    done = imported(rows, "parks", dress)
    assert done.frame["occupancy_pct"].tolist() == pytest.approx([100, 85, 12.345])
    assert "share-as-percent" not in kinds(done)


def test_a_quoted_per_cent_sign_multiplies_nothing(imported):
    rows = [PARKS, [1, "A", "KCN A", 500, 85, 106.6, 11.25]]

    def dress(sheet):
        sheet["E2"].number_format = '0"%"'

    assert imported(rows, "parks", dress).frame["occupancy_pct"].tolist() == [85]


def test_shares_without_a_format_are_asked_about(imported):
    rows = [PARKS, [1, "A", "KCN A", 500, 1, 106.6, 11.25], [2, "B", "KCN B", 400, 0.95, 106.7, 11]]
    assert issue(imported(rows, "parks"), "share-as-percent")["action"].tolist() == ["ask"]


def test_formulas_without_results_are_named_by_column_and_row(imported):
    rows = [SITES, *firms(3)]

    def dress(sheet):
        sheet["D2"], sheet["D3"], sheet["E4"] = "=1+1", "=2*3", "=5"

    found = issue(imported(rows, dress=dress), "formula-uncomputed")
    assert found[["field", "value", "row"]].to_numpy().tolist() == [["D", "2–3", 2], ["E", "4", 4]]


def test_errors_of_excel_are_named_and_are_no_text(imported):
    rows = [SITES, *firms(3)]

    def dress(sheet):
        sheet["C3"], sheet["D4"] = "#N/A", "#REF!"

    done = imported(rows, dress=dress)
    assert issue(done, "cell-error")[["field", "value"]].to_numpy().tolist() == [
        ["C", "3"], ["D", "4"]]  # fmt: skip
    assert done.frame["old_commune"].isna().tolist() == [False, True, False]


def test_hidden_rows_and_columns_come_in_and_are_told(imported):
    rows = [SITES, *firms(5)]

    def dress(sheet):
        for row in (3, 4, 6):
            sheet.row_dimensions[row].hidden = True
        sheet.column_dimensions["E"].hidden = True

    done = imported(rows, dress=dress)
    assert len(done.frame) == 5
    assert issue(done, "hidden-rows")["value"].tolist() == ["3–4, 6"]
    assert issue(done, "hidden-columns")["value"].tolist() == ["E"]


def test_a_plain_book_has_no_word_of_these(imported):
    done = imported([SITES, *firms(3)])
    assert not {"hidden-rows", "hidden-columns", "cell-error", "formula-uncomputed"} & set(
        kinds(done)
    )


def test_the_content_decides_which_book_it_is(imported):
    assert len(imported([SITES, *firms(3)], name="danh-sach.xls").frame) == 3
