"""The report reads back with its tables, figures and the state of the data."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from docx import Document

from geo_relocation.publish import Content, palette, write_document, write_workbook
from geo_relocation.publish import document as document_module

from .conftest import EVIL, make_content, make_sites


@pytest.fixture(scope="module")
def report(content: Content, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the whole town."""
    return write_document(content, tmp_path_factory.mktemp("docx") / "bao-cao.docx").path


def test_it_says_what_the_data_is_and_how_it_was_done(report: Path):
    document = Document(str(report))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert document.core_properties.title == "Rà soát & di dời <Thuận An>"
    assert document.core_properties.language == "vi-VN"
    assert "DỮ LIỆU MẪU" in text
    assert "VN-2000 / TM-3 105-45" in text
    parameters = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert ["Tỷ lệ đất ở tối thiểu để kết luận xung đột", "50%"] in parameters
    method = next(p.text for p in document.paragraphs if p.text.startswith("Mỗi cơ sở"))
    assert method.count(".") == 5
    assert "Phương án có chỗ cho 13 cơ sở; 4 cơ sở chưa bố trí được." in text
    assert "cách cận dưới 1,1%" in text


def test_tables_hold_the_numbers(report: Path):
    _parameters, results, bar, parks, firms = Document(str(report)).tables
    assert [cell.text for cell in results.rows[-1].cells][:5] == [
        "Tổng cộng",
        "17",
        "16",
        "17",
        "50",
    ]
    assert parks.rows[1].cells[0].text == "KCN Cây Trường"
    assert parks.rows[1].cells[2].text == "7"
    assert len(firms.rows) == 18
    assert firms.rows[0].cells[0].text == "STT"
    assert "w:tblHeader" in firms.rows[0]._tr.xml
    fills = [cell._tc.xml for cell in bar.rows[0].cells]
    colors = {entry.value: entry.color.removeprefix("#") for entry in palette.VERDICTS}
    for xml, name in zip(fills, ("conflict", "clear", "check"), strict=True):
        assert colors[name] in xml


def test_the_bar_is_as_wide_as_the_shares(report: Path):
    bar = Document(str(report)).tables[2]
    widths = [cell.width for cell in bar.rows[0].cells]
    assert [round(width / sum(widths), 2) for width in widths] == [0.34, 0.32, 0.34]


def test_names_with_markup_are_text(report: Path):
    english = make_content(language="en")
    assert english.sites["name"].iloc[1] == EVIL
    firms = Document(str(report)).tables[-1]
    assert any("=HYPERLINK" in row.cells[1].text for row in firms.rows)


def test_without_a_plan_the_report_says_so(bare_content: Content, tmp_path: Path):
    document = Document(str(write_document(bare_content, tmp_path / "a.docx")))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "There is no plan yet." in text
    assert len(document.tables) == 1


def test_control_characters_anywhere_are_signs(tmp_path: Path):
    sites = make_sites()
    content = make_content(
        title="Đề án\x0b",
        notes=("ghi\x1bchú",),
        sites=sites.assign(old_district="Thuận\x0bAn", name="Xưởng\x08"),
        admin_units=None,
        parameters={"tham\x0csố": "1\x02"},
    )
    document = Document(str(write_document(content, tmp_path / "a.docx").path))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "Thuận␋An" in text
    assert "ghi␛chú" in text
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert {"Xưởng␈", "tham␌số", "1␂"} <= cells


def test_a_long_list_ends_with_the_sheet_that_has_the_rest(content, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(document_module, "MOST_ROWS", 5)
    written = write_document(content, tmp_path / "a.docx")
    document = Document(str(written.path))
    longest = max(len(table.rows) for table in document.tables)
    assert longest <= 6
    text = [paragraph.text for paragraph in document.paragraphs]
    said = [line for line in text if "dòng nữa" in line]
    assert said == list(written.notes)
    assert any("“DS sơ bộ Dĩ An”" in line for line in said)
    book = write_workbook(content, tmp_path / "a.xlsx")
    assert "DS sơ bộ Dĩ An" in openpyxl.load_workbook(book.path).sheetnames
    assert written.summary()["confidential"] == []
