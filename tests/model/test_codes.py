"""Land-use codes → categories, and VSIC divisions."""

import unicodedata

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geo_relocation.errors import SchemaError, UnknownNameError
from geo_relocation.model import land_use, sectors
from geo_relocation.model.enums import ZoneCategory


@pytest.mark.parametrize("system", land_use.CODE_SYSTEMS)
def test_every_row_has_a_known_category_and_a_source(system):
    rows = land_use.land_use_codes(system)
    assert rows
    known = {category.value for category in ZoneCategory}
    assert {row.category for row in rows} <= known
    assert all(row.source for row in rows)
    assert {row.match for row in rows} <= {"exact", "prefix"}
    assert len({row.code for row in rows}) == len(rows)


@pytest.mark.parametrize("system", land_use.CODE_SYSTEMS)
def test_every_code_of_a_table_has_its_own_category(system):
    rows = land_use.land_use_codes(system)
    found = land_use.categorise(system, [row.code for row in rows])
    assert list(found) == [row.category for row in rows]


def test_codes_that_came_and_went_between_the_versions():
    codes = ["ODT", "TMD", "SKC", "SKX", "SKT", "BHK", "SCC", "HNK", "OTC"]
    old = land_use.categorise("vn-2018", codes)
    new = land_use.categorise("vn-2024", codes)
    assert dict(zip(codes, old, strict=True)) == {
        "ODT": "residential",
        "TMD": "commercial",
        "SKC": "industrial",
        "SKX": "industrial",
        "SKT": "industrial",
        "BHK": "agriculture",
        "SCC": None,
        "HNK": None,
        "OTC": None,
    }
    assert dict(zip(codes, new, strict=True)) == {
        "ODT": "residential",
        "TMD": "commercial",
        "SKC": "industrial",
        "SKX": None,
        "SKT": None,
        "BHK": None,
        "SCC": "industrial",
        "HNK": "agriculture",
        "OTC": "residential",
    }


def test_missing_codes_stay_missing_and_spelling_does_not_matter():
    decomposed = unicodedata.normalize("NFD", "Đất ở tại đô thị")
    found = land_use.categorise("vn-2024", [" odt ", None, np.nan, "", decomposed, "no such"])
    assert list(found) == ["residential", None, None, None, "residential", None]
    assert list(land_use.categorise("osm", pd.Series(["residential", pd.NA], dtype="str"))) == [
        "residential",
        None,
    ]
    assert list(land_use.categorise("osm", [])) == []


def test_dossier_functions_in_words_and_as_classes():
    texts = {
        "Đất nhóm nhà ở hiện trạng": "residential",
        "QHDH_DAT_O_Nhomnhao": "residential",
        "Hỗn hợp nhóm nhà ở và dịch vụ": "mixed",
        "Đất ở hỗn hợp": "mixed",
        "QHDD_DAT_O_Honhop_Nhomo": "mixed",
        "Đất sản xuất công nghiệp, kho bãi": "industrial",
        "Khu làng xóm, dân cư nông thôn": "residential",
        "Đất văn hoá": "public",
        "Đất ông Ba": None,
        "Ô đất số 3": None,
    }
    assert list(land_use.categorise("tt16", list(texts))) == list(texts.values())


def test_zoning_prefixes_are_literal_and_the_longest_wins():
    codes = {
        "R-1-8(PD)": "residential",
        "RM": None,
        "A(PD)": "other",
        "A": "agriculture",
        "LI(PD)": "industrial",
        "TEC": "industrial",
        "CIC": "other",
    }
    assert list(land_use.categorise("us-zoning", list(codes))) == list(codes.values())


def test_a_users_table_wins_and_can_stand_alone():
    table = land_use.code_table(
        pd.DataFrame({"code": ["SKC", "X1", None], "category": ["mixed", "green", "green"]})
    )
    assert list(land_use.categorise("vn-2024", ["SKC", "x1", "ODT"], extra=table)) == [
        "mixed",
        "green",
        "residential",
    ]
    assert list(land_use.categorise("our-own", ["X1", "ODT"], extra=table)) == ["green", None]


def test_wrong_systems_and_tables_are_refused():
    with pytest.raises(UnknownNameError, match="vn-2024"):
        land_use.categorise("vn-1998", ["ODT"])
    with pytest.raises(SchemaError, match="housing, shops"):
        land_use.categorise("osm", ["a"], extra={"a": "shops", "b": "housing"})
    with pytest.raises(SchemaError, match="'category'"):
        land_use.code_table(pd.DataFrame({"code": ["a"]}))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("13", "13"),
        ("C1629", "16"),
        ("16.2", "16"),
        (1610, "16"),
        (3100.0, "31"),
        ("3100.0", "31"),
        ("gỗ", None),
        ("1", None),
        ("123456", None),
        (None, None),
        (np.nan, None),
        (pd.NA, None),
    ],
)
def test_division_of_a_vsic_code(code, expected):
    assert sectors.division(code) == expected


def test_divisions_keep_their_numbers_in_both_editions():
    first, second = (sectors.divisions(version) for version in sectors.VSIC_VERSIONS)
    assert list(first) == list(second) == [str(number) for number in range(10, 34)]
    assert sectors.sector_name("3100") == "Sản xuất giường, tủ, bàn, ghế"
    assert sectors.sector_name("3100", language="en") == "Furniture"
    assert sectors.sector_name("4520") is None
    with pytest.raises(UnknownNameError, match="2018, 2025"):
        sectors.divisions("2007")


@pytest.mark.real
def test_industrial_buildings_of_liechtenstein(real_data):
    path = real_data / "peer_liechtenstein_osm.gpkg"
    buildings = gpd.read_file(path, layer="buildings")
    kinds = ["industrial", "warehouse", "manufacture", "factory"]
    industrial = buildings[
        buildings["building"].isin(kinds) | (buildings["man_made"] == "works")
    ].reset_index()
    zones = gpd.read_file(path, layer="landuse")
    zones["category"] = land_use.categorise("osm", zones["landuse"])
    assert zones["category"].notna().all()
    points = gpd.GeoDataFrame(geometry=industrial.representative_point())
    pairs = points.sjoin(zones[["category", "geometry"]], predicate="within")
    inside = pairs.groupby("category").apply(lambda group: group.index.nunique())
    assert len(industrial) == 150
    assert inside["residential"] == 13
    assert inside["industrial"] == 108
    either = pairs[pairs["category"].isin(["residential", "industrial"])].index.nunique()
    assert len(industrial) - either == 29


@pytest.mark.real
def test_zones_of_san_jose(real_data):
    zones = gpd.read_file(real_data / "peer_sanjose_zoning.gpkg")
    points = gpd.read_file(real_data / "peer_sanjose_points.gpkg")
    zones["category"] = land_use.categorise("us-zoning", zones["ZONING"])
    pairs = points.sjoin(zones[["category", "geometry"]], predicate="intersects")
    assert pairs.loc[pairs["category"] == "residential"].index.nunique() == 21_799
    assert len(points) - pairs.index.nunique() == 695
    unmapped = zones.loc[zones["category"].isna(), "ZONING"].dropna()
    assert set(unmapped) == {"RM"}
