"""An empty list from the program comes back as it was filled in, whatever program saved it."""

import json
import os
import shutil
import subprocess
import time

import openpyxl
import pandas as pd
import pytest
from pyproj import CRS

from geo_relocation.ingest.pipeline import prepare
from geo_relocation.ingest.readers import read_table
from geo_relocation.model import IMPORTED, schema
from geo_relocation.model.templates import template_columns
from geo_relocation.workspace import open_workspace

LAYERS = tuple(name.replace("_", "-") for name in IMPORTED)


@pytest.fixture
def template(run, tmp_path):
    def make(layer, *options):
        path = tmp_path / "mau.xlsx"
        done = run("import", "--template", layer, path, *options, "--json")
        assert done.code == 0, done.err
        return path

    return make


def filled(path, *keys):
    """The example, as rows of data under other keys."""
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    example = [cell.value for cell in page[2]]
    for row, key in enumerate(keys, start=3):
        for column, value in enumerate([key, *example[1:]], start=1):
            page.cell(row, column).value = value
    book.save(path)
    return path


def converted(path, folder, kind):
    if not shutil.which("soffice"):
        if os.environ.get("GEORELOC_TEST_ALLOW_SKIP") == "1":
            pytest.skip("LibreOffice is not installed (GEORELOC_TEST_ALLOW_SKIP=1)")
        pytest.fail("LibreOffice is not installed: apt-get install libreoffice-calc.")
    subprocess.run(
        ["soffice", "--headless", "--convert-to", kind, "--outdir", folder, path],
        check=True, capture_output=True, timeout=180, env={**os.environ, "HOME": str(folder)},
    )  # fmt: skip
    return folder / f"{path.stem}.{kind}"


def prepared(path, layer):
    raw = read_table(path)
    return prepare(raw, layer, import_id="I", working_crs=CRS.from_epsg(9210))


def plain(frame):
    held = frame.astype(object).where(frame.notna(), None)
    return [[str(value) for value in row] for row in held.to_numpy().tolist()]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("layer", LAYERS)
def test_every_column_of_a_filled_template_is_known(template, layer, language):
    path = filled(template(layer, "--lang", language), "K1", "K2")
    name = layer.replace("-", "_")
    done = prepared(path, name)
    assert set(done.columns.columns) == {c.name for c in template_columns(name, language)}
    assert not done.columns.unmapped
    assert done.rows_accepted == 2
    # The example was set aside, the sheets that explain are named, and nothing is wrong.
    kinds = done.issues["kind"].value_counts()
    assert (kinds["example-row"], kinds["sheets-explain"]) == (1, 1)
    # There are no parks here, and the two rows say the same.
    odd = {"wish-place-open", "park-unknown", "duplicate-possible"}
    assert set(done.issues.loc[done.issues["severity"] != "info", "kind"]) <= odd
    keys = done.frame[schema(name).key[0]]
    assert keys.str.removeprefix("P35-").tolist() == ["K1", "K2"]  # lots are named by their park


def test_values_are_those_of_the_example(template):
    site = prepared(filled(template("sites"), "K1"), "sites").frame.iloc[0]
    assert site["name"] == "Công ty TNHH Gỗ Ví Dụ"
    assert site["phone"] == "0274 000 0000"
    assert (site["wish"], site["ownership"], site["env_level"]) == ("relocate", "domestic", "III")
    assert bool(site["fire_accepted"])
    assert not site["env_breach"]
    assert str(site["lease_end"])[:10] == "2030-12-31"
    assert (site["land_m2"], site["workers"]) == (5200, 120)
    assert site["location_source"] == "coordinates"


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_saved_by_libreoffice_it_comes_in_the_same(template, tmp_path, kind):
    path = filled(template("sites"), "K1", "K2")
    (tmp_path / "saved").mkdir()
    saved = converted(path, tmp_path / "saved", kind)
    ours, theirs = prepared(path, "sites"), prepared(saved, "sites")
    assert theirs.columns.columns == ours.columns.columns
    columns = [name for name in ours.frame if name != "geometry"]
    assert plain(theirs.frame[columns]) == plain(ours.frame[columns])
    assert theirs.frame.geometry.geom_equals_exact(ours.frame.geometry, 0.01).all()
    assert set(theirs.issues["kind"]) - {"hidden-rows"} == set(ours.issues["kind"])


def test_lists_of_values_and_notes_are_there(template):
    book = openpyxl.load_workbook(template("sites"))
    assert book.sheetnames == ["Cơ sở sản xuất", "Hướng dẫn", "Danh mục"]
    page = book.worksheets[0]
    headers = {cell.value: cell for cell in page[1]}
    rules = {str(rule.sqref).split(":")[0]: rule for rule in page.data_validations.dataValidation}
    wish = headers["Nguyện vọng"]
    where = rules[f"{wish.column_letter}2"].formula1
    name, cells = where.split("!")
    words = [cell.value for (cell,) in book[name.strip("'")][cells.replace("$", "")]]
    assert words[:2] == ["Di dời", "Chuyển đổi công năng"]
    assert "xin ở lại" in wish.comment.text


def test_a_template_is_named_after_its_layer_and_replaces_nothing_of_yours(
    run, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert run("import", "--template", "parks", "--json").json["workbook"] == "mau-parks.xlsx"
    # Its own kind is replaced, what somebody filled in is not.
    assert run("import", "--template", "parks").code == 0
    time.sleep(1.1)  # a workbook knows its seconds only
    filled(tmp_path / "mau-parks.xlsx", "P1")
    before = (tmp_path / "mau-parks.xlsx").read_bytes()
    refused = run("import", "--template", "parks", "--json")
    assert refused.code == 2
    assert (tmp_path / "mau-parks.xlsx").read_bytes() == before
    assert run("import", "--template", "streets").code == 2
    assert run("import", "sites").code == 2


@pytest.fixture
def workspace(run, both_stores):
    assert run("init", workspace=both_stores).code == 0
    return both_stores


def test_a_dry_run_gives_its_issues_as_a_workbook_or_table(run, workspace, tmp_path):
    source = tmp_path / "ds.csv"
    source.write_text(
        "Mã cơ sở,Tên doanh nghiệp,Lao động,Nguyện vọng\nA,Gỗ,nhiều,xin ở lại\nB,=1+1,5,khó nói\n",
        "utf-8",
    )
    book, table = tmp_path / "loi.xlsx", tmp_path / "loi.csv"
    for path, language in ((book, "vi"), (table, "en")):
        done = run("import", "sites", source, "--dry-run", "--issues", path, "--json",
                   "--lang", language, workspace=workspace)  # fmt: skip
        assert done.code == 0, done.err
        assert done.json["issue_list"] == str(path)
        assert "issues.value" in done.json["confidential"]
    with open_workspace(workspace) as opened:
        assert opened.store.count("issues") == opened.store.count("sites") == 0
    shown = pd.read_excel(book, engine="openpyxl")
    told = pd.read_csv(table, encoding="utf-8-sig")
    assert len(shown) == len(told) > 0
    assert "không rõ là hướng nào" in shown.to_csv()
    assert "names no one route" in told.to_csv()
    assert json.loads(run("issues", "--json", workspace=workspace).out) == []
