"""The issue log is read in either language, from either store, with rows of earlier versions."""

import json

from openpyxl import load_workbook

from geo_relocation.model import schema
from geo_relocation.workspace import create_workspace

HEADER = "Mã cơ sở,Tên doanh nghiệp,Số lao động,Kinh độ,Vĩ độ\n"


def test_each_reader_is_told_in_their_language(both_stores, run, tmp_path):
    source = tmp_path / "co-so.csv"
    source.write_text(HEADER + "A,Gỗ,nhiều,106.7,10.9\nB,Sắt,5,,\n", "utf-8")
    with create_workspace(both_stores) as made:
        made.imports.import_layer("sites", source)
        stored = made.read("issues")
        old = stored.iloc[[0]].assign(
            issue_id="cu-1", file="cu.csv", kind="no-location",
            message="Câu cũ.", message_en="An old sentence.",
        )  # fmt: skip
        with made.store.transaction() as transaction:
            transaction.append("issues", schema("issues").conform(old))
    assert all("say" in json.loads(message) for message in stored["message"])
    assert stored["message_en"].isna().all()

    found = {}
    for language in ("vi", "en"):
        rows = run("--lang", language, "issues", "--json", workspace=both_stores).json
        found[language] = [row["message"] for row in rows]
        listed = run("--lang", language, "issues", workspace=both_stores).out
        table = run("--lang", language, "issues", "--csv", "-", workspace=both_stores)
        assert "{" not in listed + "".join(found[language])
        assert '""say""' not in table.out
    assert "Câu cũ." in found["vi"]
    assert "An old sentence." in found["en"]
    assert "Dòng không có vị trí; vẫn nhập nhưng chưa rà soát được." in found["vi"]
    assert "The row has no location; it is kept but cannot be screened." in found["en"]
    assert any("“nhiều” không phải là số" in message for message in found["vi"])

    book = tmp_path / "loi.xlsx"
    assert run("issues", "--xlsx", book, workspace=both_stores).code == 0
    cells = [str(cell) for row in load_workbook(book).active.values for cell in row]
    assert "Câu cũ." in cells
    assert "Dòng không có vị trí; vẫn nhập nhưng chưa rà soát được." in cells
    assert not any("say" in cell and "{" in cell for cell in cells)
