"""The workbook opens in LibreOffice and reads back as it was written."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from geo_relocation.publish import Content, cells, write_table, write_workbook
from geo_relocation.publish.cells import sheet_name
from geo_relocation.scenarios import REGISTRY, compute_indicators

from .conftest import EVIL, FORMULA, make_content, make_sites

HEADER_ROW = 3


@pytest.fixture(scope="module")
def book(content: Content, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of the whole town."""
    return write_workbook(content, tmp_path_factory.mktemp("xlsx") / "danh-sach.xlsx").path


def table(path: Path, sheet: str) -> tuple[list[str], list[list[object]]]:
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python()
    return rows[HEADER_ROW], rows[HEADER_ROW + 1 :]


def test_it_has_a_sheet_for_every_stage_and_city(book: Path):
    assert CalamineWorkbook.from_path(book).sheet_names == [
        "Tổng hợp", "DS sơ bộ Dĩ An", "Kết quả rà soát", "Phương án bố trí", "Chưa bố trí",
        "Sử dụng khu, cụm", "Ghi chú",
    ]  # fmt: skip


def test_every_sheet_says_that_the_data_is_a_sample(book: Path):
    opened = CalamineWorkbook.from_path(book)
    for name in opened.sheet_names:
        top = str(opened.get_sheet_by_name(name).to_python()[:4])
        assert "DỮ LIỆU MẪU" in top, name


def test_totals_add_up(book: Path):
    headers, rows = table(book, "Tổng hợp")
    assert headers[:5] == [
        "Huyện/thành phố cũ", "Xung đột quy hoạch", "Không xung đột", "Cần kiểm tra thực địa",
        "Số cơ sở",
    ]  # fmt: skip
    *cities, total = rows
    assert total[0] == "Tổng cộng"
    for column in range(1, len(headers)):
        assert sum(row[column] for row in cities) == pytest.approx(total[column])
    assert total[1:5] == [17, 16, 17, 50]


def test_the_list_has_those_who_must_go_with_words_for_codes(book: Path):
    headers, rows = table(book, "DS sơ bộ Dĩ An")
    assert headers[0] == "STT"
    assert len(rows) == 17
    assert [row[0] for row in rows] == list(range(1, 18))
    first = dict(zip(headers, rows[1], strict=True))
    assert first["Kết luận"] == "Xung đột quy hoạch"
    assert first["Hướng xử lý"] == "Di dời"
    assert first["Bắt buộc"] == "Có"
    assert first["Thời hạn"].isoformat()[:10] == "2028-12-31"
    assert first["Thiếu hồ sơ"] == "Nghiệm thu PCCC, Giấy phép môi trường"
    assert isinstance(first["Mã số thuế"], str)
    assert "Phiên bản VSIC" not in headers


def test_the_unplaced_have_a_reason_and_the_parks_a_balance(book: Path):
    headers, rows = table(book, "Chưa bố trí")
    assert len(rows) == 4
    assert {row[headers.index("Lý do")] for row in rows} == {"Không khu nào còn đủ đất."}
    headers, rows = table(book, "Sử dụng khu, cụm")
    free, used, left = (
        headers.index(name)
        for name in ("Diện tích còn trống (ha)", "Phương án dùng (ha)", "Còn lại (ha)")
    )
    for row in rows:
        if row[free] != "":
            assert row[free] - row[used] == pytest.approx(row[left])


def test_shares_are_per_cent_and_in_words(book: Path):
    sheet = openpyxl.load_workbook(book)["Kết quả rà soát"]
    headers = [cell.value for cell in sheet[HEADER_ROW + 1]]
    share = sheet.cell(HEADER_ROW + 2, headers.index("Tỷ lệ trong đất ở") + 1)
    assert share.value == pytest.approx(0.8)
    assert share.number_format == "0.0%"
    words = sheet.cell(HEADER_ROW + 2, headers.index("Tỷ lệ theo nhóm") + 1)
    assert words.value == "Đất ở 80%; Công nghiệp 20%"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_indicators_are_named_in_words(language: str, tmp_path: Path):
    content = make_content(language=language)
    placed = compute_indicators(
        content.frame("assignments"), content.sites, content.frame("parks"), plan_id="P"
    )
    # One that an older version computed and this one does not know stays as it is.
    old = placed.tail(1).assign(key="tons_of_paper")
    content = make_content(language=language, indicators=pd.concat([placed, old]))
    written = write_workbook(content, tmp_path / "words.xlsx")
    sheet = {"vi": "Chỉ tiêu", "en": "Indicators"}[language]
    headers, rows = table(written.path, sheet)
    shown = [row[headers.index(sheet if language == "vi" else "Indicator")] for row in rows]
    assert shown == [*(one.label(language) for one in REGISTRY), "tons_of_paper"]
    assert {"Chi phí quy đổi", "Cost in km-equivalents"} & set(shown)


def test_headers_are_frozen_and_filtered(book: Path):
    for sheet in openpyxl.load_workbook(book).worksheets[:-1]:
        assert sheet.freeze_panes is not None
        assert sheet.freeze_panes.endswith(str(HEADER_ROW + 2)), sheet.title
        assert sheet.auto_filter.ref.startswith(f"A{HEADER_ROW + 1}:"), sheet.title


def test_names_are_never_formulas(book: Path):
    with zipfile.ZipFile(book) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert not re.search(rb"<f>|<hyperlink", archive.read(name)), name
    _, rows = table(book, "Kết quả rà soát")
    names = [row[1] for row in rows]
    assert FORMULA in names
    assert EVIL in names


def test_libreoffice_opens_it_and_keeps_the_rows(book: Path, tmp_path: Path):
    if not shutil.which("soffice"):
        if os.environ.get("GEORELOC_TEST_ALLOW_SKIP") == "1":
            pytest.skip("LibreOffice is not installed (GEORELOC_TEST_ALLOW_SKIP=1)")
        pytest.fail("LibreOffice is not installed: apt-get install libreoffice-calc.")
    converted = tmp_path / "ods"
    home = {**os.environ, "HOME": str(tmp_path)}
    subprocess.run(
        ["soffice", "--headless", "--convert-to", "ods", "--outdir", str(converted), str(book)],
        check=True, capture_output=True, timeout=180, env=home,
    )  # fmt: skip
    ods = CalamineWorkbook.from_path(converted / "danh-sach.ods")
    xlsx = CalamineWorkbook.from_path(book)
    assert ods.sheet_names == xlsx.sheet_names
    for name in xlsx.sheet_names[:-1]:
        ours, theirs = table(book, name), ods.get_sheet_by_name(name).to_python()
        assert theirs[HEADER_ROW][: len(ours[0])] == ours[0]
        assert len(theirs[HEADER_ROW + 1 :]) == len(ours[1]), name


def test_without_findings_or_plan_there_is_still_a_workbook(bare_content, tmp_path: Path):
    path = write_workbook(bare_content, tmp_path / "a.xlsx").path
    assert CalamineWorkbook.from_path(path).sheet_names == ["Summary", "Findings", "Notes"]
    _, rows = table(path, "Summary")
    assert rows[-1][4] == 5


def test_a_list_longer_than_a_sheet_goes_on_in_the_next(content, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(cells, "MOST_ROWS", 24)
    written = write_workbook(content, tmp_path / "a.xlsx")
    sheets = CalamineWorkbook.from_path(written.path).sheet_names
    parts = [name for name in sheets if name.startswith("Kết quả rà soát")]
    assert parts == ["Kết quả rà soát", "Kết quả rà soát (2)", "Kết quả rà soát (3)"]
    read = [table(written.path, name)[1] for name in parts]
    assert [len(rows) for rows in read] == [20, 20, 10]
    ids = [row[0] for rows in read for row in rows]
    assert ids == list(content.sites["site_id"])
    assert any("3 trang tính" in note for note in written.notes)
    notes = CalamineWorkbook.from_path(written.path).get_sheet_by_name("Ghi chú").to_python()
    assert any("3 trang tính" in str(row[0]) for row in notes)


def test_a_text_longer_than_a_cell_is_cut_with_a_word(tmp_path: Path):
    content = make_content(sites=make_sites(6).assign(name="x" * 40_000), findings=None)
    written = write_workbook(content, tmp_path / "a.xlsx")
    _, rows = table(written.path, "Kết quả rà soát")
    assert len(rows[0][1]) == 32_767
    assert rows[0][1].endswith("… [đã cắt]")
    (note,) = [note for note in written.notes if "32.767" in note]
    assert "Tên doanh nghiệp" in note
    notes = CalamineWorkbook.from_path(written.path).get_sheet_by_name("Ghi chú").to_python()
    listed = [str(row[0]) for row in notes]
    assert sum("Kết quả rà soát: " in line for line in listed) == 6


def test_a_frame_keeps_every_row_and_says_what_was_cut(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(cells, "MOST_ROWS", 5)
    long = "y" * 32_768
    instant = pd.Timestamp("2026-11-25T23:30:00Z")
    frame = pd.DataFrame({"số": range(9), "chữ": ["=1+1", long, *["c"] * 7], "lúc": [instant] * 9})
    written = write_table(frame, tmp_path / "a.xlsx", title="Vấn đề", language="en")
    opened = openpyxl.load_workbook(written.path)
    assert opened.sheetnames == ["Vấn đề", "Vấn đề (2)", "Vấn đề (3)", "Cells that were cut"]
    rows = [row for name in opened.sheetnames[:3] for row in list(opened[name].values)[1:]]
    assert [row[0] for row in rows] == list(range(9))
    assert rows[0][1] == "=1+1"
    assert str(rows[0][2]) == "2026-11-26 06:30:00"
    assert len(rows[1][1]) == 32_767
    assert any("row 3" in str(cell) for (cell, *_) in opened["Cells that were cut"].values)
    assert len(written.notes) == 2


def test_a_workbook_says_which_protected_attributes_it_holds(content: Content, tmp_path: Path):
    found = write_workbook(content, tmp_path / "a.xlsx").summary()
    assert found["confidential"] == ["sites.tax_code", "decisions.explanation"]
    assert found["personal"] == []


@given(st.lists(st.text(max_size=50), max_size=20))
def test_tab_names_are_valid_and_distinct(wanted: list[str]):
    taken: set[str] = set()
    names = [sheet_name(name, taken) for name in wanted]
    assert len({name.casefold() for name in names}) == len(names)
    assert all(0 < len(name) <= 31 and not set("[]:*?/\\'") & set(name) for name in names)


def test_a_wish_is_shown_in_words(tmp_path: Path):
    sites = make_sites().assign(
        wish="relocate", wish_place="KCN2;KCN1;P99", wish_text="xin vào KCN Cây Trường"
    )
    content = make_content(sites=sites)
    named = content.frame("parks").set_index("park_id")["name"]
    path = write_workbook(content, tmp_path / "b.xlsx").path
    headers, rows = table(path, "DS sơ bộ Dĩ An")
    at = headers.index("Nguyện vọng")
    assert headers[at : at + 3] == ["Nguyện vọng", "Nơi mong muốn", "Nguyện vọng (nguyên văn)"]
    places = f"{named['KCN2']}; {named['KCN1']}; P99"
    assert rows[0][at : at + 3] == ["Di dời", places, "xin vào KCN Cây Trường"]


@pytest.mark.parametrize(("language", "day"), [("vi", "dd/mm/yyyy"), ("en", "yyyy-mm-dd")])
def test_the_notes_hold_numbers_and_the_clock_of_vietnam(language, day, tmp_path: Path):
    content = make_content(language=language)
    page = openpyxl.load_workbook(write_workbook(content, tmp_path / "n.xlsx").path).worksheets[-1]
    cells = {row[0].value: row[1] for row in page.iter_rows(max_col=2) if row[0].value}
    made = cells["Lúc tạo" if language == "vi" else "Created at"]
    # Made at midnight by the clock of Greenwich.
    assert made.value == dt.datetime(2024, 6, 1, 7, 0)  # noqa: DTZ001 - Excel knows no zones
    assert made.number_format == f"{day} hh:mm"
    gap = cells["Khoảng cách tối ưu" if language == "vi" else "Gap"]
    assert (gap.value, gap.number_format) == (0.011, "0.00%")


def test_a_row_with_a_long_text_is_high_enough(tmp_path: Path):
    sites = make_sites()
    sites.loc[3, "activity"] = "Sản xuất đồ gỗ, " * 30
    content = make_content(sites=sites)
    book = openpyxl.load_workbook(write_workbook(content, tmp_path / "h.xlsx").path)
    page = next(p for p in book.worksheets if p.title.startswith("DS sơ bộ"))
    height = {row[1].value: page.row_dimensions[row[0].row].height for row in page.iter_rows()}
    assert height["CS0003"] >= 15 * 480 / 46
    assert height["CS0006"] <= 45
