"""What was told about columns is used again for the same headers, is said, and can be forgotten."""

import pytest

from geo_relocation.workspace import open_workspace

HEADERS = "MA_SO,TEN_GOI,CONG_NHAN,GHI\n"
TOLD = ("--map", "site_id=MA_SO", "--map", "name=TEN_GOI", "--map", "workers=CONG_NHAN",
        "--set", "source=Sở Công Thương")  # fmt: skip


@pytest.fixture
def workspace(run, both_stores):
    assert run("init", workspace=both_stores).code == 0
    return both_stores


@pytest.fixture
def bring(run, workspace, tmp_path):
    def call(name, text, *options):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return run("import", "sites", path, *options, "--json", workspace=workspace)

    return call


def sites(workspace):
    with open_workspace(workspace) as opened:
        frame = opened.read("sites").set_index("site_id")[["name", "workers", "source"]]
    return frame.astype(object).where(frame.notna(), None).T.to_dict("list")


def remembered(run, workspace):
    return run("mappings", "--json", workspace=workspace).json


def test_it_is_used_for_the_same_headers_and_said(run, workspace, bring, tmp_path):
    first = bring("quy-1.csv", f"{HEADERS}A,An,10,ghi 1\n", *TOLD)
    assert first.code == 0
    assert "remembered" not in first.json
    (held,) = remembered(run, workspace)
    assert (held["layer"], held["file"]) == ("sites", "quy-1.csv")
    # The same columns in another order are the same look.
    second = bring("quy-2.csv", "TEN_GOI,MA_SO,GHI,CONG_NHAN\nBình,B,ghi 2,20\n")
    assert second.code == 0
    assert held["mapping_id"] in second.json["remembered"]
    assert sites(workspace) == {
        "A": ["An", 10, "Sở Công Thương"],
        # One value for all rows belongs to the file it was said with.
        "B": ["Bình", 20, None],
    }
    told = run("issues", "--kind", "mapping-remembered", "--json", workspace=workspace).json
    assert [(issue["file"], issue["value"]) for issue in told] == [("quy-2.csv", "quy-1.csv")]
    plain = run("import", "sites", tmp_path / "quy-2.csv", "--dry-run", workspace=workspace)
    assert "--map site_id=MA_SO" in plain.err
    assert "--forget" in plain.err


def test_other_headers_and_other_layers_are_not_touched(run, workspace, bring, tmp_path):
    assert bring("a.csv", f"{HEADERS}A,An,10,ghi 1\n", *TOLD).code == 0
    other = bring("b.csv", "MA_SO,TEN_GOI,CONG_NHAN\nB,Bình,20\n", "--dry-run")
    assert "remembered" not in other.json
    parks = run("import", "parks", tmp_path / "a.csv", "--dry-run", "--json", workspace=workspace)
    assert "remembered" not in parks.json


def test_what_is_said_anew_goes_before_it(workspace, bring):
    assert bring("a.csv", f"{HEADERS}A,An,10,ghi 1\n", *TOLD).code == 0
    assert bring("b.csv", f"{HEADERS}B,Bình,20,Kho\n", "--map", "source=GHI").code == 0
    assert bring("c.csv", f"{HEADERS}C,Chung,30,Sổ\n").code == 0
    found = sites(workspace)
    assert found["B"] == ["Bình", 20, "Kho"]
    assert found["C"] == ["Chung", 30, "Sổ"]


def test_a_value_for_all_rows_goes_before_a_remembered_column(workspace, bring):
    assert bring("a.csv", f"{HEADERS}A,An,10,ghi 1\n", *TOLD).code == 0
    assert bring("b.csv", f"{HEADERS}B,Bình,20,Kho\n", "--set", "workers=7").code == 0
    assert sites(workspace)["B"] == ["Bình", 7, None]


def test_it_is_forgotten_when_asked_and_when_its_import_is_taken_back(run, workspace, bring):
    text = f"{HEADERS}A,An,10,ghi 1\n"
    dry = bring("a.csv", text, *TOLD, "--dry-run")
    assert dry.code == 0
    assert remembered(run, workspace) == []  # a dry run confirms nothing
    first = bring("a.csv", text, *TOLD).json
    (held,) = remembered(run, workspace)
    assert run("mappings", "--forget", "nichts", workspace=workspace).code == 2
    assert run("mappings", "--forget", held["mapping_id"], workspace=workspace).code == 0
    assert remembered(run, workspace) == []
    # The same import again stores no row, but what was told is remembered again.
    again = bring("a.csv", text, *TOLD).json
    assert again["nothing_changed"]
    assert len(remembered(run, workspace)) == 1
    assert bring("b.csv", f"{HEADERS}B,Bình,20,ghi 3\n", "--forget").code in {0, 1}
    assert remembered(run, workspace) == []
    second = bring("c.csv", f"{HEADERS}C,Chung,30,ghi 4\n", *TOLD).json
    assert len(remembered(run, workspace)) == 1
    assert run("undo", second["import_id"], workspace=workspace).code == 0
    assert remembered(run, workspace) == []
    assert first["import_id"] != second["import_id"]
