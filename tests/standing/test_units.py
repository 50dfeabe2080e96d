"""Old districts by code and by the ways people write their names."""

from __future__ import annotations

import unicodedata

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from geo_relocation.model import schema
from geo_relocation.model.scheme import default_scheme
from geo_relocation.standing.units import Districts, city_codes, districts, south_area, south_codes

NAMES = {
    "718": "Thành phố Thủ Dầu Một",
    "719": "Huyện Bàu Bàng",
    "721": "Thị xã Bến Cát",
    "723": "TP Tân Uyên",
    "724": "Dĩ An",
    "725": "Thành phố Thuận An",
    "726": "Huyện Bắc Tân Uyên",
}
KNOWN = Districts.of(NAMES.items())


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Thuận An", "725"),
        ("TP.Thuận An", "725"),
        ("TP. Thuận An", "725"),
        ("T.P Thuận An", "725"),
        ("Tp Thuận An", "725"),
        ("TPThuận An", "725"),
        ("Thành phố Thuận An", "725"),
        ("thành  phố thuận an ", "725"),
        ("THUẬN AN", "725"),
        ("thuan an", "725"),
        ("Thuan-An", "725"),
        ("Thuan An City", "725"),
        (unicodedata.normalize("NFD", "Thành phố Thuận An"), "725"),
        ("725", "725"),
        (725, "725"),
        ("725.0", "725"),
        ("thị xã Bến Cát", "721"),
        ("TX. Bến Cát", "721"),
        ("Tx.Bến Cát", "721"),
        ("tp bến cát", "721"),
        ("H. Bàu Bàng", "719"),
        ("DĨ AN", "724"),
        ("di an", "724"),
        ("Tân Uyên", "723"),
        ("Huyện Bắc Tân Uyên", "726"),
        ("Bắc Tân Uyên", "726"),
    ],
)
def test_a_district_is_known_however_it_is_written(written, code) -> None:
    assert KNOWN.code(written) == code


@pytest.mark.parametrize(
    "written",
    ["Phường Thuận An", "Xã Bàu Bàng", "Thuận", "999", "", "An", None, float("nan"), "tp"],
)
def test_what_is_no_district_is_none(written) -> None:
    assert KNOWN.code(written) is None


def test_a_name_that_two_districts_share_tells_neither() -> None:
    both = Districts.of([("001", "Quận Châu Thành"), ("002", "Huyện Châu Thành")])
    assert both.code("Châu Thành") is None
    assert both.code("002") == "002"


def test_layers_are_asked_in_turn() -> None:
    units = schema("admin_units").conform(
        gpd.GeoDataFrame(
            [
                {
                    "code": "725",
                    "level": "district",
                    "name": "Thuận An",
                    "valid_from": "2020-01-01",
                },
                {"code": "25975", "level": "commune", "name": "Dĩ An", "valid_from": "2025-07-01"},
            ],
            geometry=[box(0, 0, 1, 1)] * 2,
            crs=9210,
        )
    )
    crosswalk = pd.DataFrame({"old_district_code": ["724"], "old_district": ["TP Dĩ An"]})
    found = districts(units, crosswalk)
    assert dict(found.names) == {"725": "Thuận An", "724": "TP Dĩ An"}
    assert found.code("Dĩ An") == "724"


def sites(*rows):
    return schema("sites").conform(
        gpd.GeoDataFrame(list(rows), geometry=[None] * len(rows), crs=9210)
    )


def test_the_city_of_a_site_is_what_screening_found_then_its_code_then_its_name() -> None:
    frame = sites(
        {"site_id": "a", "old_district": "TP.Dĩ An", "old_district_code": "725"},
        {"site_id": "b", "old_district": "TP.Dĩ An", "old_district_code": "725"},
        {"site_id": "c", "old_district": "TP.Dĩ An"},
        {"site_id": "d", "old_district": "Hà Nội"},
        {"site_id": "e"},
    )
    findings = pd.DataFrame({"site_id": ["e", "a"], "city_code": [None, "718"]})
    assert city_codes(frame, findings, KNOWN).tolist() == ["718", "725", "724", None, None]
    assert city_codes(frame, None, KNOWN).tolist() == ["725", "725", "724", None, None]


def test_the_south_of_the_scheme_is_told_by_code_or_name() -> None:
    assert south_codes(default_scheme().south, KNOWN) == {"718", "721", "723", "724", "725"}
    assert south_codes(["Thuận An", "TP Dĩ An"], KNOWN) == {"724", "725"}


def test_the_land_of_the_south_is_what_is_marked_else_what_the_scheme_names() -> None:
    rows = [
        {"code": "725", "level": "district", "name": "Thuận An", "scheme_zone": None},
        {"code": "719", "level": "district", "name": "Bàu Bàng", "scheme_zone": None},
        {"code": "111", "level": "commune", "name": "X", "scheme_zone": "south"},
        {"code": "718", "level": "district", "name": "Thủ Dầu Một", "scheme_zone": "north"},
    ]
    boxes = [box(i, 0, i + 1, 1) for i in range(4)]
    units = schema("admin_units").conform(
        gpd.GeoDataFrame([r | {"valid_from": "2020-01-01"} for r in rows], geometry=boxes, crs=9210)
    )
    area = south_area(units, ["718", "725"])
    assert area is not None
    assert area.equals(box(0, 0, 1, 1).union(box(2, 0, 3, 1)))
    assert south_area(units.iloc[[1]], ["725"]) is None
    assert south_area(None, ["725"]) is None
