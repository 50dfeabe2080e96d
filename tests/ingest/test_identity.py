"""A key made by the program: a name alone is no identity where the place says otherwise."""

from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import pytest

from .making import TM3, issue, square, zones

HEADER = "Tên doanh nghiệp,Kinh độ,Vĩ độ,Số lao động\n"
HERE = HEADER + "Cơ sở Hồng Ân,106.70,10.95,12\nCơ sở Hoa Mai,106.71,10.95,5\n"
ELSEWHERE = HEADER + "Cơ sở Hồng Ân,106.70,11.15,7\nCơ sở Hoa Mai,106.71,11.15,8\n"


def ids(done):
    return done.frame["site_id"].tolist()


def test_a_name_at_another_place_is_another_site_and_both_are_known_again(import_csv):
    first = import_csv(HERE, "sites")
    second = import_csv(ELSEWHERE, "sites", existing=first.frame)
    assert len({*ids(first), *ids(second)}) == 4
    held = first.frame.copy()
    held = type(held)(pd.concat([held, second.frame]), crs=held.crs)
    assert ids(import_csv(HERE, "sites", existing=held)) == ids(first)
    assert ids(import_csv(ELSEWHERE, "sites", existing=held)) == ids(second)


def test_a_name_at_its_place_keeps_its_key(import_csv):
    first = import_csv(HERE, "sites")
    moved = HERE.replace("106.70,", "106.7002,")
    assert ids(import_csv(moved, "sites", existing=first.frame)) == ids(first)


ADDRESSED = "Tên doanh nghiệp,Mã số thuế,Địa chỉ,Kinh độ,Vĩ độ,Diện tích đất (m2)\n"
FULL = "Công ty TNHH Gỗ Minh Phát,0100112437,12 Lê Lợi,{x},10.95,{land}\n"


def full(x=106.70, land=1200):
    return ADDRESSED + FULL.format(x=x, land=land)


def test_one_name_at_two_places_of_a_file_is_two_sites_in_any_order(import_csv):
    text = HEADER + "Hộ Nguyễn Văn Hùng,106.70,10.95,6\nHộ Nguyễn Văn Hùng,106.70,11.15,26\n"
    rows = text.splitlines()
    turned = "\n".join([rows[0], rows[2], rows[1]])
    first = import_csv(text, "sites")
    assert len(set(ids(first))) == 2
    assert not issue(first, "key-suffixed").size
    assert ids(import_csv(turned, "sites")) == ids(first)[::-1]
    known = import_csv(turned, "sites", existing=first.frame)
    assert ids(known) == ids(first)[::-1]


def test_one_name_in_two_communes_is_two_sites_and_each_is_known_again(import_csv):
    here = "Tên doanh nghiệp,Xã/phường cũ,Số lao động\nHộ Nguyễn Văn Hùng,An Phú,6\n"
    there = here.replace("An Phú,6", "Tân Bình,26")
    first = import_csv(here, "sites")
    second = import_csv(there, "sites", existing=first.frame)
    assert ids(first) != ids(second)
    both = pd.concat([first.frame, second.frame])
    both = type(first.frame)(both, crs=first.frame.crs)
    assert ids(import_csv(here, "sites", existing=both)) == ids(first)
    assert ids(import_csv(there, "sites", existing=both)) == ids(second)


def test_a_list_that_comes_back_with_tax_codes_is_the_same_list(import_csv):
    bare = HEADER + "Cơ sở Hồng Ân,106.70,10.95,12\n"
    first = import_csv(bare, "sites")
    coded = "Tên doanh nghiệp,Kinh độ,Vĩ độ,Mã số thuế\nCơ sở Hồng Ân,106.70,10.95,0100112437\n"
    again = import_csv(coded, "sites", existing=first.frame)
    assert ids(again) == ids(first)
    addressed = "Tên doanh nghiệp,Địa chỉ,Mã số thuế\nCơ sở Hoa Mai,12 Lê Lợi,{}\n"
    held = import_csv(addressed.format(""), "sites")
    assert ids(import_csv(addressed.format("0100112437"), "sites", existing=held.frame)) == ids(
        held
    )
    other = held.frame.assign(tax_code="3700145020")
    assert ids(import_csv(addressed.format("0100112437"), "sites", existing=other)) != ids(held)


@pytest.mark.parametrize("chosen", ["ask", "merge", "keep"])
def test_the_same_firm_far_from_its_place_is_a_question(import_csv, chosen):
    first = import_csv(full(), "sites")
    moved = import_csv(full(x=106.80), "sites", existing=first.frame, duplicates=chosen)
    kinds = {"ask": "contradicted", "merge": "updated", "keep": "kept"}
    found = issue(moved, f"identity-{kinds[chosen]}")
    assert found["row"].tolist() == [2]
    assert "10.9 km" in found["message"].iloc[0] or "10,9 km" in found["message"].iloc[0]
    assert (moved.rows_refused, len(moved.frame)) == ((1, 0) if chosen == "ask" else (0, 1))
    assert chosen == "ask" or (ids(moved) == ids(first)) is (chosen == "merge")
    if chosen == "keep":
        both = type(first.frame)(pd.concat([first.frame, moved.frame]), crs=first.frame.crs)
        assert ids(import_csv(full(x=106.80), "sites", existing=both)) == ids(moved)


def test_other_land_is_a_question_unless_the_place_agrees(import_csv):
    text = "Tên doanh nghiệp,Mã số thuế,Diện tích đất (m2)\nCông ty Gỗ Minh Phát,0100112437,{}\n"
    first = import_csv(text.format(1200), "sites")
    assert import_csv(text.format(1500), "sites", existing=first.frame).rows_refused == 0
    assert import_csv(text.format(3600), "sites", existing=first.frame).rows_refused == 1
    placed = import_csv(full(), "sites")
    assert import_csv(full(land=3600), "sites", existing=placed.frame).rows_refused == 0


def test_numbers_that_each_commune_counts_from_one_are_no_identity(import_csv):
    lists = "Mã cơ sở,Tên doanh nghiệp,Kinh độ,Vĩ độ\nCS01,{},106.70,{}\n"
    first = import_csv(lists.format("Cơ sở Hồng Ân", 10.95), "sites")
    renamed = import_csv(lists.format("Cơ sở Hồng Ân 2", 11.15), "sites", existing=first.frame)
    assert ids(renamed) == ["CS01"]
    other = lists.format("Công ty Thép Việt Đức", 11.15)
    asked = import_csv(other, "sites", existing=first.frame)
    assert issue(asked, "identity-contradicted")["value"].tolist() == ["CS01"]
    assert len(asked.frame) == 0
    kept = import_csv(other, "sites", existing=first.frame, duplicates="keep")
    assert ids(kept) != ["CS01"]
    both = type(first.frame)(pd.concat([first.frame, kept.frame]), crs=first.frame.crs)
    assert ids(import_csv(other, "sites", existing=both)) == ids(kept)


def test_a_park_of_a_known_name_elsewhere_or_of_other_area_is_a_question(import_csv):
    text = "Tên khu,Kinh độ,Vĩ độ,Tổng diện tích (ha)\nCCN Tân Mỹ,{},11.10,{}\n"
    first = import_csv(text.format(106.80, 80), "parks")
    again = import_csv(text.format(106.80, 85), "parks", existing=first.frame)
    assert again.frame["park_id"].tolist() == first.frame["park_id"].tolist()
    far = import_csv(text.format(106.60, 80), "parks", existing=first.frame)
    assert issue(far, "identity-contradicted")["row"].tolist() == [2]
    ledger = "Tên khu,Tổng diện tích (ha)\nCCN Tân Mỹ,{}\n"
    assert import_csv(ledger.format(85), "parks", existing=first.frame).rows_refused == 0
    assert import_csv(ledger.format(300), "parks", existing=first.frame).rows_refused == 1


@pytest.mark.parametrize("layer", ["zones", "lots"])
def test_an_outline_far_from_that_of_its_number_is_a_question(import_frame, layer):
    def drawn(*places):
        own = {"zones": {"Loại đất": "ODT"}, "lots": {"park_id": "KCN1"}}[layer]
        name = {"zones": "maVung", "lots": "Số lô"}[layer]
        return gpd.GeoDataFrame(
            {name: [f"{n}" for n in range(len(places))], **own},
            geometry=[square(*place) for place in places], crs=TM3,
        )  # fmt: skip

    options = {"code_system": "vn-2024"} if layer == "zones" else {}
    first = import_frame(drawn((0, 0), (300, 0), (0, 300)), layer, **options)
    near = import_frame(drawn((5, 0), (300, 5), (0, 310)), layer, existing=first.frame, **options)
    assert near.rows_refused == 0
    other = drawn((0, 0), (9000, 0), (-300, 7000))
    asked = import_frame(other, layer, existing=first.frame, **options)
    assert issue(asked, "identity-contradicted")["row"].tolist() == [2, 3]
    # All by one step: the same list, its coordinates read in another way.
    moved = drawn((27000, 50), (27300, 50), (27000, 350))
    assert import_frame(moved, layer, existing=first.frame, **options).rows_refused == 0


@pytest.mark.parametrize("layer", ["sites", "parks", "lots", "zones"])
def test_what_was_asked_about_contradictions_is_recorded(import_frame, layer):
    kept = import_frame(zones([square(0, 0)]), layer, duplicates="keep", code_system="vn-2024")
    assert json.loads(kept.record["options"])["duplicates"] == "keep"
