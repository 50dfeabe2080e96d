"""Files beside the data, as Excel and Notepad save them: read as the plain ones are."""

from __future__ import annotations

import codecs

import openpyxl
import pytest

from geo_relocation.cli.policy import load_rules
from geo_relocation.cli.stages import load_table
from geo_relocation.cli.texts import read_text
from geo_relocation.errors import DataError, FileMissingError, NotSpatialError, UsageError
from geo_relocation.ingest.readers import read_side_table
from geo_relocation.settings import load_settings
from geo_relocation.workspace.side_files import CODE_TABLE, code_table, plan_by_hand, plan_columns

TABLE = [
    ["match", "value", "distance_m", "note"],
    ["vsic", "23", "150", ""],
    ["default", "", "50", ""],
]
FORMS = [
    ("utf-8", b""),
    ("utf-8", codecs.BOM_UTF8),
    ("utf-16-le", codecs.BOM_UTF16_LE),
    ("utf-16-be", codecs.BOM_UTF16_BE),
    ("utf-16-le", b""),
]


@pytest.mark.parametrize("between", [",", ";", "\t"])
@pytest.mark.parametrize(("encoding", "mark"), FORMS)
def test_a_distance_table_is_read_in_every_form(tmp_path, between, encoding, mark):
    path = tmp_path / "khoang-cach.csv"
    text = "\r\n".join(between.join(row) for row in TABLE)
    path.write_bytes(mark + text.encode(encoding))
    assert load_table(str(path)).distances == {"vsic": {"23": 150.0}, "default": {"": 50.0}}


def saved(path, rows, how):
    """A table as Excel and Notepad save it."""
    if how == "xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append([int(v) if v.isdecimal() else v or None for v in row])
        book.save(path := path.with_suffix(".xlsx"))
        return path
    between, encoding, first = {
        "csv utf-8": (",", "utf-8-sig", ""),
        "csv of a Vietnamese Excel": (";", "utf-8-sig", ""),
        "sep": (";", "utf-8", "sep=;\r\n"),
        "unicode text": ("\t", "utf-16", ""),
        "notepad": (",", "utf-16-le", ""),
    }[how]
    cells = [between.join(f'"{v}"' if between in v else v for v in row) for row in rows]
    path.write_bytes((first + "\r\n".join(cells) + "\r\n").encode(encoding))
    return path


HOW = ["xlsx", "csv utf-8", "csv of a Vietnamese Excel", "sep", "unicode text", "notepad"]


@pytest.mark.parametrize("how", HOW)
def test_tables_beside_the_data_are_read_as_excel_and_notepad_save_them(tmp_path, how):
    path = tmp_path / "bang.csv"
    distances = load_table(str(saved(path, TABLE, how))).distances
    assert distances == {"vsic": {"23": 150.0}, "default": {"": 50.0}}
    codes = [["code", "category"], ["ODT+CLN", "residential"], ["Bãi xe, kho", "Giao thông"]]
    assert code_table(read_side_table(saved(path, codes, how), CODE_TABLE)) == {
        "ODT+CLN": "residential",
        "Bãi xe, kho": "transport",
    }
    plan = [["Mã cơ sở", "Khu/cụm nhận", "Năm"], ["S1", "P1", "2026"], ["S2", "", ""]]
    read = plan_by_hand(read_side_table(saved(path, plan, how), plan_columns()))
    assert read.to_dict("list") == {"site_id": ["S1"], "park_id": ["P1"], "phase": [2026]}


@pytest.mark.parametrize("how", HOW)
def test_a_row_that_reads_like_a_header_or_a_total_is_a_row(tmp_path, how):
    rows = [["code", "category", "Ghi chú"], ["Tên doanh nghiệp", "industrial", "Địa chỉ"],
            ["Diện tích đất", "residential", "Số lao động"], ["Tổng", "public", "x"]]  # fmt: skip
    raw = read_side_table(saved(tmp_path / "ma.csv", rows, how), CODE_TABLE)
    assert list(code_table(raw)) == ["Tên doanh nghiệp", "Diện tích đất", "Tổng"]


@pytest.mark.parametrize("row", ["vsic,24,150,9", "vsic,24", 'vsic,"24,150'])
def test_a_torn_table_is_refused_by_line(tmp_path, row):
    path = tmp_path / "a.csv"
    path.write_text(f"match,value,distance_m\n{row}\n", "utf-8")
    with pytest.raises(NotSpatialError, match="ine 2"):
        load_table(str(path))
    path.write_text(f"match,value,distance_m\nvsic,23,150\n{row}\nvsic,25,100\n", "utf-8")
    with pytest.raises(UsageError, match="line 3"):
        load_table(str(path))
    torn = row.replace("vsic", "S1").replace("24", "P1").replace("150", "2026")
    path.write_text(f"site_id,park_id,phase\nS0,P0,2026\n{torn}\nS2,P2,2026\n", "utf-8")
    with pytest.raises(UsageError, match="line 3"):
        read_side_table(path, plan_columns())


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ("vsic;1;100", "two to five digits"),
        ("vsic;10;1.000", "may be two"),
        ("vsic;10;", "not a number of metres"),
    ],
)
def test_a_distance_that_can_mean_two_things_is_refused(tmp_path, cells, why):
    path = tmp_path / "a.csv"
    path.write_text(f"match;value;distance_m\n{cells}\nvsic;11;50,5\n", "utf-8")
    with pytest.raises(DataError, match=f"row 2.*{why}"):
        load_table(str(path))


@pytest.mark.parametrize(("encoding", "mark"), FORMS)
def test_the_settings_are_read_in_every_form(tmp_path, monkeypatch, encoding, mark):
    text = 'author = "Trần Thị Bích"\r\n[reading]\r\nrows = 77\r\n'
    (tmp_path / "georelocation.toml").write_bytes(mark + text.encode(encoding))
    monkeypatch.chdir(tmp_path)
    read = load_settings()
    assert (read.author, read.reading.rows) == ("Trần Thị Bích", 77)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(("encoding", "mark"), FORMS)
def test_a_text_is_read_in_every_form(tmp_path, encoding, mark, end):
    path = tmp_path / "a.toml"
    path.write_bytes(mark + f'id = "thử"{end}title = "Bình Dương"{end}'.encode(encoding))
    assert read_text(path) == 'id = "thử"\ntitle = "Bình Dương"\n'


def test_a_text_that_is_no_unicode_is_refused(tmp_path):
    (tmp_path / "a.toml").write_bytes(b"title = \xd0\xff\xfe")
    with pytest.raises(FileMissingError):
        load_rules(str(tmp_path / "a.toml"))
