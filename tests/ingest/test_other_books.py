"""What a table is, its content says; every kind of book shows what is not in its values."""

import datetime as dt
import shutil
import subprocess
import zipfile

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from geo_relocation.errors import EmptyLayerError, NotSpatialError
from geo_relocation.ingest.bookfacts import with_facts
from geo_relocation.ingest.pipeline import prepare
from geo_relocation.ingest.readers import read_table

from . import xlsb
from .making import TM3, issue, kinds

PAGE = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>
<meta http-equiv=Content-Type content="text/html; charset={charset}">
<style>td {{color: red}}</style>
<title>x</title></head><body><p>ỦY BAN NHÂN DÂN</p><table>
<col><col style='display:none'>
<tr><th>STT<th>Tên cơ sở<th>Diện tích<br>đất (m2)<th>Tỷ lệ lấp đầy<th>Phường/xã</tr>
<tr><td x:num>1</td><td>Gỗ An &amp; Bình</td><td x:num="1234.5678">1.234,57</td>
<td x:num="0.85">85%</td><td rowspan=2>Lái Thiêu</td></tr>
<tr style='display:none'><td>2<td>Gốm<br>Minh<td x:num="900">900<td>100%
<tr><td>3<td colspan=2>Kho<td x:err="#REF!">#REF!<td>An Phú</table></body></html>"""

BOOK = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles>
 <Style ss:ID="p"><NumberFormat ss:Format="Percent"/></Style>
 <Style ss:ID="q" ss:Parent="p"/></Styles>
 <Worksheet ss:Name="DS"><Table><Column ss:Index="2" ss:Hidden="1"/>
 <Row ss:Index="3"><Cell><Data ss:Type="String">STT</Data></Cell>
 <Cell><Data ss:Type="String">Tên cơ sở</Data></Cell>
 <Cell><Data ss:Type="String">Diện tích đất (m2)</Data></Cell>
 <Cell><Data ss:Type="String">Tỷ lệ lấp đầy</Data></Cell>
 <Cell><Data ss:Type="String">Phường/xã</Data></Cell>
 <Cell><Data ss:Type="String">Thời hạn thuê đất</Data></Cell></Row>
 <Row><Cell><Data ss:Type="Number">1</Data></Cell><Cell><Data ss:Type="String">Gỗ</Data></Cell>
 <Cell><Data ss:Type="Number">1234.5678</Data></Cell>
 <Cell ss:StyleID="q"><Data ss:Type="Number">0.85</Data></Cell>
 <Cell ss:MergeDown="1"><Data ss:Type="String">Lái Thiêu</Data></Cell>
 <Cell><Data ss:Type="DateTime">2028-12-31T00:00:00.000</Data></Cell></Row>
 <Row ss:Hidden="1"><Cell><Data ss:Type="Number">2</Data></Cell>
 <Cell><Data ss:Type="String">Gốm</Data></Cell><Cell ss:Formula="=RC[-1]"/>
 <Cell ss:StyleID="p"><Data ss:Type="Number">1</Data></Cell></Row>
 <Row><Cell><Data ss:Type="Number">3</Data></Cell><Cell><Data ss:Type="String">Kho</Data></Cell>
 <Cell ss:Index="4"><Data ss:Type="Error">#REF!</Data></Cell></Row>
 </Table></Worksheet></Workbook>"""


def written(tmp_path, name, content, encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def sites(raw):
    return prepare(raw, "sites", import_id="I1", working_crs=TM3)


@pytest.mark.parametrize("suffix", [".xls", ".xlsx", ".csv"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "windows-1258"])
def test_a_web_page_under_any_name_is_read_as_it_is_shown(tmp_path, suffix, charset):
    page = PAGE.format(charset=charset)
    if charset == "windows-1258":
        page = page.replace("ỦY BAN NHÂN DÂN", "UBND").encode("ascii", "xmlcharrefreplace").decode()
    raw = read_table(written(tmp_path, "a" + suffix, page, charset))
    assert raw.frame.astype(object).where(raw.frame.notna(), None).to_numpy().tolist() == [
        ["1", "Gỗ An & Bình", 1234.5678, "85%", "Lái Thiêu"],
        ["2", "Gốm\nMinh", 900, "100%", "Lái Thiêu"],
        ["3", "Kho", None, None, "An Phú"],
    ]
    assert list(raw.frame)[2] == "Diện tích đất (m2)"
    told = {(note.kind, note.row, note.value) for note in raw.notes}
    assert {
        ("hidden-rows", None, "3"), ("hidden-columns", None, "B"), ("cell-error", 4, "4"),
        ("merged-filled", 2, "Lái Thiêu"), ("content-other", None, suffix),
    } <= told  # fmt: skip
    outside = next(note for note in raw.notes if note.kind == "text-outside")
    assert outside.value.split()[0] in {"ỦY", "UBND"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_xml_workbook_of_2003_is_read_with_what_it_shows(tmp_path, encoding):
    text = BOOK.replace('version="1.0"', f'version="1.0" encoding="{encoding}"')
    done = sites(read_table(written(tmp_path, "a.xls", text, encoding)))
    assert done.frame["name"].tolist() == ["Gỗ", "Gốm", "Kho"]
    assert done.frame["land_m2"].tolist()[0] == 1234.5678
    assert done.frame["old_commune"].tolist()[:2] == ["Lái Thiêu"] * 2
    assert str(done.frame["lease_end"][0])[:10] == "2028-12-31"
    assert issue(done, "hidden-rows")["value"].tolist() == ["5"]
    assert issue(done, "hidden-columns")["value"].tolist() == ["B"]
    assert issue(done, "cell-error")[["row", "field"]].to_numpy().tolist() == [[6, "D"]]
    assert issue(done, "formula-uncomputed")[["row", "field"]].to_numpy().tolist() == [[5, "C"]]
    assert issue(done, "content-other")["value"].tolist() == [".xls"]
    raw = read_table(tmp_path / "a.xls")
    assert raw.frame["Tỷ lệ lấp đầy"].tolist()[:2] == ["85%", "100%"]
    assert raw.rows.tolist() == [4, 5, 6]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("between", "\t;,")
def test_a_text_under_a_workbooks_name_is_read_as_text(tmp_path, encoding, between):
    rows = [["Tên cơ sở", "Lao động", "Địa chỉ"], ["Gỗ An", "5", "1 Lê Lợi"]]
    text = "\r\n".join(between.join(row) for row in rows)
    raw = read_table(written(tmp_path, "a.xls", text, encoding))
    assert raw.frame.to_numpy().tolist() == rows[1:]
    assert [note.value for note in raw.notes if note.kind == "content-other"] == [".xls"]


def test_a_workbook_under_the_name_of_a_text_is_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Tên cơ sở", "Lao động"])
    book.active.append(["Gỗ An", 5])
    book.save(tmp_path / "a.xlsx")
    raw = read_table(shutil.copy(tmp_path / "a.xlsx", tmp_path / "a.csv"))
    assert raw.frame.to_numpy().tolist() == [["Gỗ An", 5]]
    assert [note.value for note in raw.notes if note.kind == "content-other"] == [".csv"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("MIME-Version: 1.0\nContent-Type: multipart/related\n\n", "MHTML"),
        ("<html><frameset><frame src=a.htm></frameset></html>", "other files"),
        ("<?xml version='1.0'?><goods><one/></goods>", "an XML file of another kind"),
        ("Trang này không có bảng nào cả", "a text without columns"),
        ("ID;PWXL;N;E\nP;PGeneral\nC;Y1;X1;K1\nE\n", "a SYLK file"),
        (b"%PDF-1.7\n\x00", "a PDF"),
        ('{"a": 1}', "JSON"),
        (b"\x00" * 100, "zeros"),
        (b"\x01\x02\x03abc", "nothing that is known"),
        (b"", "empty"),
    ],
)
def test_what_holds_no_table_is_named_with_what_to_do(tmp_path, content, words):
    with pytest.raises(NotSpatialError, match=words) as caught:
        read_table(written(tmp_path, "danh-sach.xls", content))
    assert ".xlsx" in str(caught.value.hint)


def test_a_document_of_word_is_named_under_any_name(tmp_path):
    for name, part in (("a.xlsx", "word/document.xml"), ("b.csv", "word/document.xml")):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("[Content_Types].xml", "")
            archive.writestr(part, "")
        with pytest.raises(NotSpatialError, match="Word"):
            read_table(tmp_path / name)


def test_a_page_without_a_table_says_so(tmp_path):
    with pytest.raises(NotSpatialError, match="without a table"):
        read_table(written(tmp_path, "a.xls", "<html><p>Trang chủ</p></html>"))
    with pytest.raises((NotSpatialError, EmptyLayerError)):
        read_table(written(tmp_path, "b.xls", "<html><table><tr><td></table>"))


def saved_as(form, folder, *books):
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
         "--convert-to", form, "--outdir", folder, *books],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip


@pytest.fixture(scope="module")
def dressed(tmp_path_factory):
    """One list with everything that is not in its values, as each program of offices saves it."""
    folder = tmp_path_factory.mktemp("dressed")
    for name, epoch in (("a", CALENDAR_WINDOWS_1900), ("mac", CALENDAR_MAC_1904)):
        book = openpyxl.Workbook()
        book.epoch = epoch
        sheet = book.active
        sheet.append(["STT", "Tên cơ sở", "Thời hạn thuê đất", "Tỷ lệ lấp đầy", "Lao động",
                      "Diện tích đất (m2)", "Phường/xã", "Nghề"])  # fmt: skip
        day = dt.date(2028, 12, 31)
        sheet.append([1, "Gỗ An", day, 0.85, "0012", 500, "An Phú", "gỗ"])
        sheet.append(
            [2, "Gốm Minh", dt.datetime.fromisoformat("2027-01-02T03:04"), 0.5, "7", "=1/0"]
        )
        sheet.append([3, "Kho", "31/12/2029", 1, 5, "1.234,5", "Dĩ An"])
        for row in (2, 3, 4):
            sheet.cell(row, 4).number_format = "0.0%"
        sheet.merge_cells("G2:G3")
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["H"].hidden = True
        book.save(folder / f"{name}.xlsx")
    for form in ("ods", "xls"):
        saved_as(form, folder, folder / "a.xlsx", folder / "mac.xlsx")
    return folder


@pytest.mark.parametrize("name", ["a.xlsx", "mac.xlsx", "a.xls", "mac.xls", "a.ods", "mac.ods"])
def test_every_kind_of_book_shows_the_same(dressed, name):
    raw = read_table(dressed / name)
    done = sites(raw)
    assert [str(day)[:10] for day in done.frame["lease_end"]] == [
        "2028-12-31", "2027-01-02", "2029-12-31"]  # fmt: skip
    assert done.frame["workers"].tolist() == [12, 7, 5]
    assert done.frame["land_m2"].fillna(-1).tolist() == [500, -1, 1234.5]
    assert done.frame["old_commune"].tolist() == ["An Phú", "An Phú", "Dĩ An"]
    assert raw.frame["Tỷ lệ lấp đầy"].tolist() == ["85%", "50%", "100%"]
    assert issue(done, "hidden-rows")["value"].tolist() == ["3"]
    assert issue(done, "hidden-columns")["value"].tolist() == ["H"]
    # openpyxl computes nothing; LibreOffice did when it saved the others.
    kind = "formula-uncomputed" if name.endswith(".xlsx") else "cell-error"
    assert issue(done, kind)[["row", "field"]].to_numpy().tolist() == [[3, "F"]]
    assert {"merged-filled"} <= set(kinds(done))
    assert "book-untold" not in kinds(done)


def test_a_binary_book_shows_the_same_as_to_the_offices_own_program(tmp_path):
    rows = [["STT", "Tên cơ sở", "Tỷ lệ", "Phường/xã", "Lao động", "Nghề"],
            [1, "Gỗ An", (0.85,), "An Phú", 5, "gỗ"], [2, "Gốm Minh", (0.5,), None, "#REF!"],
            [3, "Kho", (1,), "Dĩ An", 7]]  # fmt: skip
    xlsb.write(tmp_path / "a.xlsb", rows, {2}, {5}, [(1, 3, 2, 3)])
    done = sites(read_table(tmp_path / "a.xlsb"))
    assert done.frame["workers"].fillna(-1).tolist() == [5, -1, 7]
    assert done.frame["old_commune"].tolist() == ["An Phú", "An Phú", "Dĩ An"]
    assert issue(done, "hidden-rows")["value"].tolist() == ["3"]
    assert issue(done, "hidden-columns")["value"].tolist() == ["F"]
    assert issue(done, "cell-error")[["row", "field"]].to_numpy().tolist() == [[3, "E"]]
    assert "book-untold" not in kinds(done)
    raw = read_table(tmp_path / "a.xlsb")
    assert raw.frame["Tỷ lệ"].tolist() == ["85%", "50%", "100%"]
    saved_as("xlsx", tmp_path, tmp_path / "a.xlsb")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert [n for n in range(1, 5) if sheet.row_dimensions[n].hidden] == [3]
    assert sheet.column_dimensions["F"].hidden
    assert [str(one) for one in sheet.merged_cells.ranges] == ["D2:D3"]
    assert [sheet.cell(n, 3).number_format for n in (2, 3, 4)] == ["0%"] * 3


def test_what_a_book_cannot_tell_is_said():
    assert [note.kind for note in with_facts([["a"]], {"untold": True})[1]] == ["book-untold"]


def test_errors_of_excel_in_a_text_are_no_values(import_csv):
    done = import_csv("Tên cơ sở,Địa chỉ,Lao động\nGỗ,#REF!,#DIV/0!\nGốm,1 Lê Lợi,5\n", "sites")
    assert done.frame["address"].isna().tolist() == [True, False]
    assert done.frame["workers"].isna().tolist() == [True, False]
    assert issue(done, "excel-error")[["row", "field", "value"]].to_numpy().tolist() == [
        [2, "address", "#REF!"], [2, "workers", "#DIV/0!"]]  # fmt: skip
