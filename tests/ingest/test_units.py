"""Old districts and new units as two periods; places find the right one of each."""

from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo_relocation.geo.crs import WGS84, reproject
from geo_relocation.ingest.merge import plan_upsert
from geo_relocation.ingest.pipeline import prepare
from geo_relocation.ingest.readers import read_table
from geo_relocation.ingest.units import (
    REFORM,
    locate_units,
    old_to_new,
    tally,
    units_on,
)
from geo_relocation.model import schema
from geo_relocation.model.enums import AdminLevel

from .making import EAST, NORTH, TM3

BEFORE = date(2025, 6, 30)
CROSSWALK = Path(__file__).parents[2] / "geo_relocation" / "sample" / "admin_crosswalk.csv"


def unit(code: str, name: str, level: str, start: str, end: str | None, *box: float) -> dict:
    return {
        "code": code, "name": name, "level": level, "valid_from": start, "valid_to": end,
        "geometry": shapely.box(EAST + box[0], NORTH + box[1], EAST + box[2], NORTH + box[3]),
    }  # fmt: skip


@pytest.fixture
def small() -> gpd.GeoDataFrame:
    """Two old communes side by side; the second was cut across when three became two."""
    old = [unit("1", "Xã Tây", "commune", "2004-01-01", "2025-06-30", 0, 0, 100, 100),
           unit("2", "Xã Đông", "commune", "2004-01-01", "2025-06-30", 100, 0, 200, 100),
           unit("90", "Huyện", "district", "1997-01-01", "2025-06-30", 0, 0, 200, 100)]  # fmt: skip
    new = [unit("1", "Phường Mới", "commune", "2025-07-01", None, 0, 0, 150, 100),
           unit("3", "Phường Xa", "commune", "2025-07-01", None, 150, 0, 200, 100)]  # fmt: skip
    frame = gpd.GeoDataFrame(pd.DataFrame(old + new), geometry="geometry", crs=TM3)
    return schema("admin_units").conform(frame)


@pytest.fixture
def crosswalk() -> pd.DataFrame:
    rows = [("1", "Xã Tây", "1", "Phường Mới", "whole", True),
            ("2", "Xã Đông", "1", "Phường Mới", "divided", True),
            ("2", "Xã Đông", "3", "Phường Xa", "divided", False)]  # fmt: skip
    columns = ["old_code", "old_name", "new_code", "new_name", "kind", "is_default"]
    frame = pd.DataFrame(rows, columns=columns)
    return schema("admin_crosswalk").conform(
        frame.assign(old_district_code="90", old_district="Huyện")
    )


def at(*places: tuple[float, float] | None) -> gpd.GeoSeries:
    return gpd.GeoSeries(
        [None if p is None else shapely.Point(EAST + p[0], NORTH + p[1]) for p in places], crs=TM3
    )


def test_a_code_names_another_unit_after_the_reform(small):
    places = at((50, 50), (120, 50), (180, 50), None, (999, 999))
    before = locate_units(places, small, on=BEFORE, level=AdminLevel.COMMUNE)
    after = locate_units(places, small, on=REFORM, level=AdminLevel.COMMUNE)
    assert before["name"].tolist()[:3] == ["Xã Tây", "Xã Đông", "Xã Đông"]
    assert after["name"].tolist()[:3] == ["Phường Mới", "Phường Mới", "Phường Xa"]
    assert before["code"].isna().tolist() == [False] * 3 + [True] * 2
    assert len(units_on(small, REFORM, AdminLevel.DISTRICT)) == 0
    assert len(units_on(small, BEFORE)) == 3


def test_an_outline_belongs_where_most_of_its_land_is(small):
    outline = gpd.GeoSeries([shapely.box(EAST + 80, NORTH, EAST + 130, NORTH + 10)], crs=TM3)
    found = locate_units(outline, small, on=BEFORE, level=AdminLevel.COMMUNE).iloc[0]
    assert (found["code"], found["share"], found["codes"]) == ("2", pytest.approx(0.6), "1;2")
    inside = gpd.GeoSeries([shapely.box(EAST + 10, NORTH, EAST + 90, NORTH + 10)], crs=TM3)
    found = locate_units(inside, small, on=BEFORE, level=AdminLevel.COMMUNE).iloc[0]
    assert (found["code"], found["share"], found["codes"]) == ("1", 1.0, "1")


def test_a_divided_commune_is_resolved_by_the_place_in_it(small, crosswalk):
    codes = pd.Series(["1", "2", "2", "2", "1", "7"])
    places = at((50, 50), (120, 50), (180, 50), None, (180, 50), (50, 50))
    found = old_to_new(codes, places, crosswalk, small)
    assert found["new_code"].tolist()[:5] == ["1", "1", "3", "1", "1"]
    assert found["how"].tolist() == [
        "whole", "geometry", "geometry", "default", "contradiction", "unknown"]  # fmt: skip


def test_the_same_sites_have_the_same_totals_by_district_and_by_new_unit():
    sites = schema("sites").conform(pd.DataFrame({
        "site_id": list("abc"), "land_m2": [1.0, 2.0, None], "workers": [5, 6, 7],
        "old_district": ["D1", "D1", None], "new_unit": ["U1", "U2", "U2"],
    }), crs=TM3)  # fmt: skip
    by_district, by_unit = tally(sites, "old_district"), tally(sites, "new_unit")
    for name, total in (("sites", 3), ("land_m2", 3.0), ("workers", 18)):
        assert by_district[name].sum() == by_unit[name].sum() == total


@pytest.fixture(scope="session")
def crosswalk_2025() -> pd.DataFrame:
    return prepare(read_table(CROSSWALK), "admin_crosswalk", import_id="X", working_crs=TM3).frame


def test_the_crosswalk_comes_in_as_published(crosswalk_2025):
    assert crosswalk_2025["old_code"].nunique() == 91
    assert crosswalk_2025["new_code"].nunique() == 36
    divided = crosswalk_2025[crosswalk_2025["kind"] == "divided"]
    assert divided["old_code"].nunique() == 16
    assert (crosswalk_2025.groupby("old_code")["is_default"].sum() == 1).all()


@pytest.fixture(scope="session")
def real_units(real_data) -> gpd.GeoDataFrame:
    """The real districts and new units, imported as two periods into one layer."""
    held = schema("admin_units").empty(TM3)
    for file, options in (
        ("bd_districts_dvhcvn_corrected.geojson",
         {"mapping": {"code": "level2_id"},
          "constants": {"level": "district", "valid_from": "1997-01-01",
                        "valid_to": "2025-06-30"}}),
        ("bd_wards_2025_36.geojson",
         {"constants": {"level": "commune", "valid_from": "2025-07-01"}}),
    ):  # fmt: skip
        done = prepare(read_table(real_data / file), "admin_units", import_id=file,
                       working_crs=TM3, **options)  # fmt: skip
        assert done.rows_refused == 0
        plan = plan_upsert("admin_units", held, done.frame, import_id=file, given=done.given)
        assert plan.changed.empty
        held = pd.concat([held, plan.added], ignore_index=True) if len(held) else plan.added
    return held


@pytest.mark.real
def test_200_places_get_their_old_district_and_new_unit(real_data, real_units, crosswalk_2025):
    """Against ray casting on the files' own degrees, which shares nothing with the import."""
    assert len(units_on(real_units, BEFORE)) == 9
    assert len(units_on(real_units, REFORM)) == 36
    wards = gpd.read_file(real_data / "bd_wards_2025_36.geojson")
    districts = gpd.read_file(real_data / "bd_districts_dvhcvn_corrected.geojson")
    split = crosswalk_2025[crosswalk_2025["kind"] == "divided"]["new_code"].unique()
    points = seeded(wards, 200, set(split))
    places = reproject(gpd.GeoSeries(points, crs=WGS84), TM3)
    found_old = locate_units(places, real_units, on=BEFORE, level=AdminLevel.DISTRICT)
    found_new = locate_units(places, real_units, on=REFORM, level=AdminLevel.COMMUNE)
    for i, point in enumerate(points):
        district = [r.level2_id for r in districts.itertuples() if inside(point, r.geometry)]
        ward = [r.code for r in wards.itertuples() if inside(point, r.geometry)]
        assert found_new["code"].iloc[i] == ward[0]
        # The two sources draw the outer boundary a little differently.
        assert found_old["code"].iloc[i] == (district[0] if district else None)
    assert found_old["code"].notna().mean() > 0.97
    # Codes are re-used: the code alone would name a unit of the wrong time.
    assert found_new["code"].isin(set(crosswalk_2025["old_code"])).all()


@pytest.mark.real
def test_divided_communes_are_resolved_where_their_places_lie(real_units, crosswalk_2025):
    divided = crosswalk_2025[crosswalk_2025["kind"] == "divided"]
    wards = units_on(real_units, REFORM).set_index("code")
    places = [shapely.point_on_surface(wards.geometry[code]) for code in divided["new_code"]]
    found = old_to_new(
        divided["old_code"].reset_index(drop=True),
        gpd.GeoSeries(places, crs=TM3), crosswalk_2025, real_units)  # fmt: skip
    assert found["new_code"].tolist() == divided["new_code"].tolist()
    assert set(found["how"]) == {"geometry"}


def seeded(wards: gpd.GeoDataFrame, count: int, first: set[str]) -> list[shapely.Point]:
    """Points inside units, those that took parts of divided communes before the others."""
    generator = np.random.default_rng(2025)
    order = sorted(range(len(wards)), key=lambda i: wards["code"].iloc[i] not in first)
    points: list[shapely.Point] = []
    while len(points) < count:
        area = wards.geometry.iloc[order[len(points) % len(order)]]
        west, south, east, north = area.bounds
        point = shapely.Point(generator.uniform(west, east), generator.uniform(south, north))
        if inside(point, area):
            points.append(point)
    return points


def inside(point: shapely.Point, area: shapely.Geometry) -> bool:
    """Even-odd ray casting."""
    crossings = 0
    for part in shapely.get_parts(area):
        for ring in (part.exterior, *part.interiors):
            x, y = np.asarray(ring.coords).T
            straddles = (y[:-1] > point.y) != (y[1:] > point.y)
            with np.errstate(divide="ignore", invalid="ignore"):
                at_x = x[:-1] + (point.y - y[:-1]) * (x[1:] - x[:-1]) / (y[1:] - y[:-1])
            crossings += int(np.sum(straddles & (at_x > point.x)))
    return crossings % 2 == 1
