"""Addresses of before and since the reform name their unit, and say how surely."""

from __future__ import annotations

import socket
import time

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_relocation.errors import UnknownNameError
from geo_relocation.text.address import find_place, parse_addresses
from geo_relocation.text.gazetteer import (
    build_gazetteer,
    national_crosswalk,
    national_gazetteer,
    short_key,
)

from .vietnamese_words import crosswalk_rows

ROWS = crosswalk_rows()
OLD = sorted({(r["old_ward_code"], r["old_ward"], r["old_district"]) for r in ROWS})
NEW = sorted({(r["new_ward_code"], r["new_ward"]) for r in ROWS})


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Nothing here may ask a geocoder."""

    def refuse(*_):
        raise AssertionError("network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def place(address, **options):
    return find_place(address, national_gazetteer(), **options)


def test_the_national_tables_agree_with_the_published_crosswalk():
    ours = {
        (r.old_code, r.old_name, r.old_district_code, r.old_district, r.new_code, r.new_name,
         r.kind, str(r.is_default))
        for r in national_crosswalk().itertuples()
    }  # fmt: skip
    published = {
        (r["old_ward_code"], r["old_ward"], r["old_district_code"], r["old_district"],
         r["new_ward_code"], r["new_ward"], r["kind"], r["is_default"])
        for r in ROWS
    }  # fmt: skip
    assert len(ours) == 107
    assert ours == published


@pytest.mark.parametrize(("code", "commune", "district"), OLD)
def test_every_old_commune_in_the_usual_ways_of_writing(code, commune, district):
    short = commune.replace("Phường ", "P.").replace("Xã ", "X. ").replace("Thị trấn", "TT.")
    city = district.replace("Thành phố", "TX").replace("Huyện", "H.")
    name, town = short_key(commune), short_key(district)
    for address in (
        f"12/5 đường số 3, {commune}, {district}, tỉnh Bình Dương",
        f"Số 7 Trần Hưng Đạo, KP 4, {short}, {city}, BD",
        f"99 QL13, {name}, {town}, binh duong",
        f"99 QL13 {commune} {district} Bình Dương",
        f"Tổ 3, ấp Bình Hòa, {commune.upper()}, {district.upper()}, TỈNH BÌNH DƯƠNG",
    ):
        found = place(address)
        assert (found.old_commune_code, found.old_commune, found.old_district) == (
            code,
            commune,
            district,
        ), address
        assert found.era == "old"
        assert found.confidence >= 0.85


@pytest.mark.parametrize(("code", "name"), NEW)
def test_every_new_unit(code, name):
    for address in (f"12 đường số 3, {name}, TP. Hồ Chí Minh", f"{name.lower()}, tp.hcm"):
        found = place(address)
        assert (found.new_unit_code, found.new_unit, found.era) == (code, name, "new")
        assert found.old_commune is None
        assert found.confidence >= 0.9


def test_successors_follow_the_crosswalk():
    for code, commune, district in OLD:
        rows = [r for r in ROWS if r["old_ward_code"] == code]
        found = place(f"{commune}, {district}, Bình Dương")
        if len(rows) == 1:
            assert found.new_unit_code == rows[0]["new_ward_code"]
            assert found.candidates is None
        else:
            assert found.new_unit_code is None
            assert set(found.candidates.split(";")) == {r["new_ward_code"] for r in rows}


def test_one_name_in_two_districts_needs_the_district_or_the_kind():
    assert place("phường An Bình, Dĩ An").old_commune_code == "25960"
    assert place("xã An Bình, Phú Giáo").old_commune_code == "25870"
    assert place("xã An Bình, Bình Dương").old_commune_code == "25870"
    found = place("An Bình, Bình Dương")
    assert found.confidence == 0
    assert set(found.candidates.split(";")) == {"25960", "25870"}


def test_what_is_not_stated_lowers_the_confidence():
    full = place("phường Lái Thiêu, TP Thuận An, Bình Dương").confidence
    no_kind = place("Lái Thiêu, Thuận An, Bình Dương").confidence
    no_district = place("phường Lái Thiêu, Bình Dương").confidence
    era_open = place("phường Lái Thiêu").confidence
    assert full > no_district > era_open
    assert full > no_kind > era_open > 0
    assert place("phường Lái Thiêu").era == "old"
    assert place("phường Lái Thiêu", assume="new").era == "new"


def test_a_city_is_not_the_ward_of_its_name():
    assert place("12 Yersin, Thủ Dầu Một, Bình Dương").confidence == 0
    assert place("12 Yersin, Thủ Dầu Một, TP.HCM").new_unit == "Phường Thủ Dầu Một"
    assert place("Dĩ An, TP Dĩ An, Bình Dương").old_commune == "Phường Dĩ An"
    assert place("Bình Dương").confidence == 0


def test_quarters_and_streets_are_not_communes():
    found = place("Đường Lái Thiêu 45, khu phố Bình Hòa, phường An Phú, TP Thuận An, Bình Dương")
    assert found.old_commune == "Phường An Phú"
    assert found.street == "Đường Lái Thiêu 45, khu phố Bình Hòa"


def test_districts_of_the_time_before_2014():
    found = place("xã Đất Cuốc, huyện Tân Uyên, Bình Dương")
    assert found.old_commune == "Xã Đất Cuốc"
    assert found.old_district == "Huyện Bắc Tân Uyên"
    assert found.confidence < 0.7


def test_other_provinces():
    found = place("phường 5, quận 3, TP HCM")
    assert (found.old_commune_code, found.province) == ("27151", "Thành phố Hồ Chí Minh")
    assert place("xã Lái Thiêu, huyện Long Thành, Đồng Nai").confidence == 0
    assert place("12 Hàng Bài, Hà Nội").confidence == 0


def test_a_column():
    column = pd.Series(
        ["P. Lái Thiêu, Thuận An", "???", None, "phường Tân Đông Hiệp, Dĩ An", "An Bình, BD",
         "phường Lái Thiêu"],
        index=range(5, 11), dtype=object,
    )  # fmt: skip
    places, problems = parse_addresses(column)
    assert list(places.index) == list(range(5, 11))
    assert places.loc[5, "old_commune_code"] == "25966"
    assert places["confidence"].dtype == float
    assert places["old_commune"].isna().tolist() == [False, True, True, False, True, False]
    assert list(zip(problems["position"], problems["kind"], strict=True)) == [
        (1, "address-unknown"),
        (3, "address-divided"),
        (4, "address-ambiguous"),
        (5, "address-unsure"),
    ]
    empty, problems = parse_addresses(pd.Series([], dtype=object))
    assert "old_commune" in empty
    assert problems.empty


def test_a_workspace_can_bring_its_own_crosswalk():
    crosswalk = pd.DataFrame(
        {
            "old_code": ["1", "1"], "old_name": ["Phường Mới Toanh"] * 2,
            "old_district_code": ["9"] * 2, "old_district": ["Thành phố Xa Xôi"] * 2,
            "new_code": ["2", "3"], "new_name": ["Phường Hai", "Phường Ba"],
            "kind": ["divided"] * 2, "is_default": [False, True],
        }
    )  # fmt: skip
    own = build_gazetteer(crosswalk, "Tỉnh Nào Đó", "Thành phố Khác")
    found = find_place("P. Mới Toanh, TP Xa Xôi", own)
    assert (found.old_commune_code, found.candidates) == ("1", "3;2")
    with pytest.raises(UnknownNameError):
        national_crosswalk("Atlantis")


@given(st.text(max_size=40))
def test_nothing_breaks_it(text):
    assert 0 <= place(text).confidence <= 1


def test_twenty_thousand_take_seconds():
    addresses = pd.Series(
        [
            f"{n} đường số {n % 50}, {OLD[n % 91][1]}, {OLD[n % 91][2]}, Bình Dương"
            for n in range(20_000)
        ]
    )
    begin = time.perf_counter()
    places, _ = parse_addresses(addresses)
    assert time.perf_counter() - begin < 60
    assert places["old_commune_code"].notna().all()
