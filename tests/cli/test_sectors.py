"""Sectors in words are listed, handed out, confirmed by a person and taken back: both stores."""

import openpyxl
import pytest

from geo_relocation.workspace import open_workspace

LIST = """Mã cơ sở,Tên doanh nghiệp,Ngành nghề,Mã ngành VSIC
A,An,May mặc,
B,Bình,may mặc,
C,Chung,SX bao bì giấy,
D,Dân,Đồ gỗ,
E,Em,việc khác,
F,Phát,May mặc,3290
"""


@pytest.fixture
def workspace(run, both_stores, tmp_path):
    assert run("init", workspace=both_stores).code == 0
    path = tmp_path / "ds.csv"
    path.write_text(LIST, "utf-8")
    done = run("import", "sites", path, "--duplicates", "keep", workspace=both_stores)
    assert done.code == 0, done.err
    return both_stores


def codes(workspace):
    with open_workspace(workspace) as opened:
        sites = opened.read("sites").set_index("site_id")["vsic"]
    return sites.astype(object).where(sites.notna(), None).to_dict()


def answered(book, answers):
    filled = openpyxl.load_workbook(book)
    page = filled.active
    headers = [cell.value for cell in page[1]]
    assert headers[-1] == "Xác nhận"
    for row in page.iter_rows(min_row=2):
        row[-1].value = answers.get(row[0].value)
    filled.save(book)
    return book


def test_suggestions_are_confirmed_in_bulk(run, workspace, tmp_path):
    before = {"A": None, "B": None, "C": None, "D": None, "E": None, "F": "3290"}
    assert codes(workspace) == before  # nothing is filled in by an import
    told = run("issues", "--kind", "sector-in-words", "--json", workspace=workspace).json
    assert [issue["action"] for issue in told] == ["ask"]
    listed = run("sectors", "--json", workspace=workspace).json
    assert [(row["activity"], row["sites"], row["suggested"]) for row in listed] == [
        ("May mặc", 2, "14"),
        ("SX bao bì giấy", 1, "17"),
        ("việc khác", 1, None),
        ("Đồ gỗ", 1, "16"),
    ]
    book = tmp_path / "nganh.xlsx"
    assert run("sectors", "--suggest", book, "--lang", "vi", workspace=workspace).code == 0
    answered(book, {"May mặc": "x", "Đồ gỗ": 3100, "SX bao bì giấy": "không", "việc khác": "3290"})
    tried = run("sectors", "--confirm", book, "--dry-run", "--json", workspace=workspace).json
    assert tried["sites_filled"] == 4
    assert codes(workspace) == before
    done = run("sectors", "--confirm", book, "--json", workspace=workspace).json
    assert (done["sites_filled"], done["still_empty"]) == (4, 1)
    assert codes(workspace) == before | {"A": "14", "B": "14", "D": "3100", "E": "3290"}
    assert run("undo", done["import_id"], workspace=workspace).code == 0
    assert codes(workspace) == before


def test_a_table_with_mistakes_names_them_all_and_changes_nothing(run, workspace, tmp_path):
    before = codes(workspace)
    path = tmp_path / "nganh.csv"
    path.write_text(
        "Ngành nghề,Mã ngành gợi ý,Xác nhận\nMay mặc,14,x\nMay mặc,14,15\nĐồ gỗ,16,99\n"
        "Hàn xì,25,x\nviệc khác,,x\n",
        "utf-8",
    )
    refused = run("sectors", "--confirm", path, workspace=workspace)
    assert refused.code == 2
    for words in ("row 3", "two codes", "row 4", "99", "row 5", "Hàn xì", "row 6"):
        assert words in refused.err
    path.write_text("Ngành nghề,Xác nhận\nMay mặc,\n", "utf-8")
    assert (
        "Nothing in it is confirmed" in run("sectors", "--confirm", path, workspace=workspace).err
    )
    assert codes(workspace) == before
