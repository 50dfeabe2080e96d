"""Sectors in words: what is suggested, and how sure it is."""

import csv
from importlib import resources

import pytest

from geo_relocation.model.sectors import divisions
from geo_relocation.text._resources import read_table
from geo_relocation.text.normalise import search_key
from geo_relocation.text.sectors import suggest_sector


@pytest.mark.parametrize(
    ("words", "vsic", "least", "most"),
    [
        ("may mặc", "14", 0.9, 1),
        ("SX bao bì giấy", "17", 0.9, 1),
        ("chế biến gỗ", "16", 0.9, 1),
        ("Đồ gỗ nội thất", "31", 0.9, 1),
        ("Sản xuất giường, tủ, bàn, ghế", "31", 1, 1),
        ("C1410 - May trang phục", "1410", 0.9, 1),
        ("gia công cơ khí, xi mạ", "25", 0.9, 1),
        ("Sản xuất sản phẩm hoá chất", "20", 0.9, 1),
        # máy is no may, bìa is no bia: the marks tell, and where there are none it is half as sure.
        ("sản xuất máy chuyên dụng", "28", 0.9, 1),
        ("bìa", "17", 0.9, 1),
        ("bia", "11", 0, 0.5),
        ("may", "14", 0, 0.5),
        # Several, or trade as well: less sure.
        ("bao bì", "17", 0, 0.3),
        ("may gia công, giày dép", "14", 0, 0.5),
        ("mua bán sắt thép", "24", 0, 0.5),
    ],
)
def test_words_suggest_a_division(words, vsic, least, most):
    found = suggest_sector(words)
    assert found is not None
    assert found.vsic == vsic
    assert least <= found.confidence <= most


@pytest.mark.parametrize("words", ["", "xin chào", "kinh doanh xăng dầu", "mua bán", "12345678"])
def test_what_names_no_production_suggests_nothing(words):
    assert suggest_sector(words) is None


def test_the_words_of_the_sample_lead_to_its_codes():
    """They were written by somebody else, for another purpose."""
    table = resources.files("geo_relocation.sample").joinpath("sectors.csv").read_text("utf-8")
    rows = list(csv.DictReader(table.splitlines()))
    found = {row["activity"]: suggest_sector(row["activity"]) for row in rows}
    right = [found[r["activity"]] for r in rows if found[r["activity"]] is not None]
    wrong = [
        row["activity"]
        for row in rows
        if (one := found[row["activity"]]) is not None and one.vsic != row["vsic"][:2]
    ]
    assert not wrong
    assert len(right) >= len(rows) - 1
    for row in rows:
        bare = suggest_sector(search_key(row["activity"]))
        if bare is not None and bare.vsic != row["vsic"][:2]:
            assert bare.confidence < 0.6, row["activity"]


def test_the_table_names_divisions_that_there_are():
    for row in read_table("sector_words.csv"):
        assert set(row["divisions"].split(";")) - {""} <= set(divisions()), row
        assert 0 < float(row["weight"]) < 1
        assert search_key(row["words"])
