"""What a plan stores as codes and figures is read as a sentence, in the publication's language."""

from __future__ import annotations

import json
import sqlite3
import zipfile

import pytest

from geo_relocation.model.told import stored, told
from geo_relocation.publish.document import write_document
from geo_relocation.publish.qgis.export import write_qgis
from geo_relocation.publish.webmap import write_map
from geo_relocation.publish.workbook import write_workbook

from .conftest import make_assignments, make_content, with_costs

MARK = '"say"'
REASON = told("placing.left-out", why=told("placing.land-short", land=told("placing.ha", ha=1.25)))
CHANGE = told("placing.change-land", ha=1.25, park="CCN Tam Lập 2")
WORDS = {
    "vi": ("Chưa bố trí: thiếu 1,25 ha.", "Thêm 1,25 ha ở CCN Tam Lập 2."),
    "en": ("Not placed: 1.25 ha is lacking.", "1.25 ha more in CCN Tam Lập 2."),
}
OBSTACLE = {"vi": "thiếu 1,25 ha", "en": "1.25 ha is lacking"}


def planned(language):
    """The town, with a plan as the program stores one."""
    sites = make_content().sites
    rows = make_assignments(sites)
    out = rows["park_id"].isna()
    rows["reason"] = rows["reason"].mask(out, stored(REASON))
    rows["smallest_change"] = rows["smallest_change"].mask(out, stored(CHANGE))
    other = {"park_id": "KCN2", "obstacle": stored(REASON.values["why"])}
    rows["alternatives"] = rows["alternatives"].mask(~out, json.dumps([other]))
    return make_content(assignments=with_costs(rows), language=language)


def zipped(path):
    with zipfile.ZipFile(path) as file:
        return "".join(
            file.read(name).decode("utf-8", "ignore")
            for name in file.namelist()
            if name.endswith(".xml")
        )


def cells(path):
    with sqlite3.connect(path) as database:
        return "\n".join(database.iterdump())


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_publication_shows_a_code_for_a_sentence(tmp_path, language) -> None:
    content = planned(language)
    reason, change = WORDS[language]
    write_map(content, tmp_path / "map.html")
    write_workbook(content, tmp_path / "book.xlsx")
    write_document(content, tmp_path / "report.docx")
    write_qgis(content, tmp_path / "qgis")
    texts = {
        "map": (tmp_path / "map.html").read_text("utf-8"),
        "workbook": zipped(tmp_path / "book.xlsx"),
        "report": zipped(tmp_path / "report.docx"),
        "qgis": "".join(map(cells, (tmp_path / "qgis").glob("*.gpkg"))),
    }
    for name, text in texts.items():
        assert MARK not in text.replace("&quot;", '"').replace('\\"', '"'), name
    for name in ("workbook", "qgis"):
        assert reason in texts[name], name
        assert change in texts[name], name
    (other,) = json.loads(content.frame("assignments")["alternatives"].dropna().iloc[0])
    assert other["park_id"] == "KCN2"
    assert content.frame("assignments")["alternatives"].str.contains(OBSTACLE[language]).any()
