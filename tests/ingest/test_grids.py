"""A list as ten people typed it: every defect is found, named, and loses nothing."""

import shutil
import subprocess
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_relocation.errors import EmptyLayerError
from geo_relocation.geo.crs_detect import Extent
from geo_relocation.ingest.grids import table_from_grid
from geo_relocation.ingest.merge import plan_upsert
from geo_relocation.ingest.pipeline import prepare
from geo_relocation.ingest.raw import Tally
from geo_relocation.ingest.readers import read_table

from .making import TM3, issue, kinds

HEADERS = [
    ["STT", "Tên doanh nghiệp", "MST", "Địa chỉ", None, None, "Diện tích (ha)", None,
     "SL lao động", "Kinh độ", "Vĩ độ", "Thời hạn thuê đất", "Nghiệm thu PCCC", "Loại hình DN",
     "Cột lạ"],
    [None, None, None, "Số nhà, đường", "Phường/xã", "TP/huyện", "Đất", "Nhà xưởng"],
]  # fmt: skip
MERGED = ["D4:F4", "G4:H4", *(f"{c}4:{c}5" for c in "ABCIJKLMNO")]
ROWS = [
    [1, "Công ty TNHH Gỗ Minh Phát", "0100112437", "12 Lê Lợi", "An Phú", "Thuận An", "1,5",
     "0,8", "1.250", 106.70, 10.905, "31/12/2040", "x", "Công ty TNHH", "a"],
    [2, "Cty CP Thép  Việt\u200b Đức", 100112437, "5 Quốc lộ 13", "Lái Thiêu", "Thuận An",
     "2.000,5", None, 20, "106°42'30\"", "10°55'", 45000, "chưa", "Nhà nước", None],
    [3, "DNTN Nhựa Tấn Phát", "0100112438", "7 Trần Phú", "Lái Thiêu", "Thuận An", "năm trăm",
     None, "12,5", 10.91, 106.71, "31/02/2030", "có lẽ", "sao Hỏa", None],
    [4, "Công ty TNHH Gỗ Minh Phát", "0100112437", "12 Lê Lợi", "P. An Phú", "TP Thuận An", None,
     None, None, None, None, None, None, None, None],
    [5, None, None, None, None, None, "0,1", None, 3, None, None, None, None, None, None],
    [6, "Công ty Xa Xôi", None, "1 Đường Xa", "An Phú", "Thuận An", "0,2", None, 4, 105.85, 21.03,
     None, None, None, None],
]  # fmt: skip


def messy_workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Bìa"
    book.active.append(["BÁO CÁO CỦA SỞ CÔNG THƯƠNG"])
    sheet = book.create_sheet("Danh sách 2024")
    sheet.append(["DANH SÁCH CÁC CƠ SỞ SẢN XUẤT NGOÀI KHU, CỤM CÔNG NGHIỆP"])
    sheet.append(["(kèm theo Báo cáo số 12/BC-SCT)"])
    sheet.append([])
    for row in HEADERS:
        sheet.append(row)
    for area in MERGED:
        sheet.merge_cells(area)
    sheet.append([f"({i})" for i in range(1, 16)])
    sheet.append(["I", "THÀNH PHỐ THUẬN AN"])
    for row in ROWS[:3]:
        sheet.append(row)
    sheet.append([])
    sheet.append(["A. NGÀNH GỖ"])
    for row in ROWS[3:]:
        sheet.append(row)
    sheet.append([None, "Tổng cộng", None, None, None, None, 2003.8, 0.8, 1289])
    sheet.append(
        [None, None, None, None, None, None, None, None, None, "Bình Dương, ngày 5/5/2024"]
    )
    sheet.append([None, "Người lập biểu", None, None, None, None, None, None, None, "GIÁM ĐỐC"])
    book.save(path)
    return path


def test_every_defect_of_a_messy_workbook_is_found_and_named(tmp_path):
    raw = read_table(messy_workbook(tmp_path / "messy.xlsx"))
    done = prepare(raw, "sites", import_id="I1", working_crs=TM3, extent=Extent())
    assert done.rows_read == done.rows_accepted + done.rows_refused
    # Eleven rows stand below the header, be they data or not; four of them come in.
    assert (done.rows_read, done.rows_accepted) == (11, 4)
    rows = {kind: sorted(issue(done, kind)["row"].dropna().tolist()) for kind in kinds(done)}

    # What is no data is set aside by name and with its row.
    assert issue(done, "header-found")["message"].iloc[0].count("4–6") == 1
    assert rows["section-row"] == [7, 12]
    assert rows["totals-row"] == [16]
    assert rows["footer-row"] == [17, 18]
    assert issue(done, "sheets-left")["value"].tolist() == ["Bìa"]
    assert issue(done, "column-unmapped")["field"].tolist() == ["Cột lạ"]

    # Rows that cannot be used, or must be decided on.
    assert rows["row-empty"] == [14]
    assert rows["duplicate"] == [13]

    # Values: each bad one under its row and field.
    found = done.issues.set_index(["row", "field"])["kind"]
    assert found[(10, "tax_code")] == "tax-code-invalid"
    assert found[(9, "tax_code")] == "tax-code-restored"
    assert found[(10, "land_m2")] == "not-a-number"
    assert found[(10, "workers")] == "not-an-integer"
    assert found[(10, "lease_end")] == "no-such-day"
    assert issue(done, "excel-serial")["field"].tolist() == ["lease_end"]
    assert found[(10, "fire_accepted")] == "not-a-boolean"
    assert found[(10, "ownership")] == "value-unknown"
    assert rows["axes-swapped"] == [10]
    assert rows["outside-area"] == [15]
    assert "unit-converted" in rows
    assert "key-suffixed" not in rows  # the held-back row takes no key

    # And what came in is right.
    frame = done.frame.set_index("name")
    wood, steel = frame.loc["Công ty TNHH Gỗ Minh Phát"], frame.loc["Cty CP Thép Việt Đức"]
    assert (wood["land_m2"], wood["workshop_m2"], wood["workers"]) == (15_000, 8_000, 1250)
    assert (wood["old_commune"], wood["old_district"]) == ("An Phú", "Thuận An")
    assert wood["address"].startswith("12 Lê Lợi")
    assert (wood["fire_accepted"], steel["fire_accepted"]) == (True, False)
    assert steel["tax_code"] == "0100112437"
    assert steel["land_m2"] == pytest.approx(20_005_000)
    assert steel["lease_end"].isoformat()[:10] == "2023-03-15"
    assert wood.geometry.x == pytest.approx(603654.627, abs=0.001)


def test_the_mended_workbook_updates_and_reports(tmp_path):
    path = messy_workbook(tmp_path / "messy.xlsx")
    first = prepare(read_table(path), "sites", import_id="I1", working_crs=TM3)
    book = openpyxl.load_workbook(path)
    book["Danh sách 2024"]["I8"] = 1300
    book.save(tmp_path / "again.xlsx")
    again = prepare(read_table(tmp_path / "again.xlsx"), "sites", import_id="I2",
                    working_crs=TM3, existing=first.frame)  # fmt: skip
    plan = plan_upsert("sites", first.frame, again.frame, import_id="I2", given=again.given)
    assert len(plan.added) == 0
    assert plan.changes[["field", "before", "after"]].to_numpy().tolist() == [
        ["workers", "1250", "1300"]
    ]


def test_sub_headers_without_merge_marks(tmp_path):
    """Old .xls files and CSV exports keep the gaps but not the marks."""
    grid = [
        ["Danh sách"],
        ["STT", "Tên doanh nghiệp", "Diện tích (m2)", None, "Số lao động"],
        [None, None, "Đất", "Nhà xưởng", None],
        [1, "Gỗ", 100, 50, 5],
    ]
    raw = table_from_grid(grid, file="a.xls")
    assert list(raw.frame.columns) == [
        "STT", "Tên doanh nghiệp", "Diện tích (m2) | Đất", "Diện tích (m2) | Nhà xưởng",
        "Số lao động"]  # fmt: skip
    assert raw.rows.tolist() == [4]


@pytest.mark.parametrize("name", [
    "Công ty TNHH Tổng Hợp", "Tổng công ty Bia", "TỔNG CÔNG TY CP PHONG PHÚ", "Cộng Hòa",
    "Tổng kho Sóng Thần", "Total Lubricants",
])  # fmt: skip
def test_firms_whose_names_begin_like_a_total_are_firms(name):
    grid = [["Mã cơ sở", "Tên doanh nghiệp", "Số lao động"], ["A", name, 5], ["B", "Gỗ", 6]]
    raw = table_from_grid(grid, file="a.xlsx")
    assert raw.frame["Tên doanh nghiệp"].tolist() == [name, "Gỗ"]


@pytest.mark.parametrize("words", ["Tổng cộng", "Cộng:", "TỔNG SỐ", "Tổng", "Cộng (1 cơ sở)"])
def test_totals_by_any_name_are_set_aside(words):
    grid = [["Mã cơ sở", "Tên doanh nghiệp", "Số lao động"], ["A", "Gỗ", 5], [None, words, 5]]
    raw = table_from_grid(grid, file="a.xlsx")
    assert len(raw) == 1
    assert [(n.kind, n.row) for n in raw.notes] == [("totals-row", 3)]
    assert raw.set_aside == 1


def test_an_unknown_header_is_the_first_filled_row():
    raw = table_from_grid([[None], ["alpha", "beta"], [1, 2]], file="a.csv")
    assert list(raw.frame.columns) == ["alpha", "beta"]
    with pytest.raises(EmptyLayerError):
        table_from_grid([[None, ""], []], file="a.csv")


def test_columns_of_one_name_stay_two():
    raw = table_from_grid([["Ghi chú", "Ghi chú", None], ["a", "b", "c"]], file="a.csv")
    assert list(raw.frame.columns) == ["Ghi chú", "Ghi chú (2)", "column_3"]


CELL = st.none() | st.sampled_from(["Tên doanh nghiệp", "MST", "Tổng cộng", "(1)", "x"]) | (
    st.text(max_size=6) | st.integers(-5, 5) | st.floats(allow_nan=True)
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(CELL, max_size=6), max_size=8),
    st.lists(st.tuples(*[st.integers(0, 7)] * 4), max_size=3),
)
def test_no_filled_row_below_the_header_is_ever_lost(grid, spans):
    spans = [(min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in spans]
    try:
        raw = table_from_grid(grid, file="a.xlsx", merged=spans)
    except EmptyLayerError:
        return
    found = {n.row for n in raw.notes if n.kind.endswith("-row")} | set(raw.rows.tolist())
    blank = " \t\r\n\xa0\u200b\ufeff"
    shown = [[v for v in row if v is not None and not pd.isna(v)] for row in grid]
    counts = [sum(bool(str(v).strip(blank)) for v in row) for row in shown]
    header = {number for number, count in enumerate(counts, 1) if count} - found
    assert not header or max(header) - min(header) < 4  # three rows of names and one of numbers
    assert raw.frame.columns.is_unique
    names = sum(counts[number - 1] for number in header)
    aside = sum(note.cells for note in raw.notes)
    assert raw.tally == Tally(sum(counts), names, raw.tally.given)
    held = int(raw.frame.notna().to_numpy().sum())
    assert sum(counts) + raw.tally.given == names + held + aside


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_the_same_workbook_in_older_and_other_formats(tmp_path, kind):
    source = messy_workbook(tmp_path / "messy.xlsx")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", tmp_path, source],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    raws = [read_table(source), read_table(tmp_path / f"messy.{kind}")]
    frames = [
        prepare(raw, "sites", import_id="I1", working_crs=TM3, extent=Extent()).frame
        for raw in raws
    ]
    assert raws[1].rows.tolist() == raws[0].rows.tolist()
    assert raws[1].set_aside == raws[0].set_aside
    pd.testing.assert_frame_equal(frames[1], frames[0])
