"""Faults of reference systems are found by where the data lands."""

import numpy as np
import pytest
from pyproj import CRS

from geo_relocation.errors import UsageError
from geo_relocation.geo.crs import VN2000, WGS84, transform
from geo_relocation.geo.crs_detect import (
    BINH_DUONG,
    Extent,
    detect,
    parse_reading,
    vn2000_twin,
)
from geo_relocation.words import say

TM3 = CRS.from_epsg(9210)
OTHER = CRS.from_epsg(9213)  # meridian 106°30'
EXTENT = Extent()


def province(crs: CRS, count: int = 200) -> np.ndarray:
    """Positions all over the province, in a CRS."""
    generator = np.random.default_rng(7)
    west, south, east, north = BINH_DUONG
    lon = generator.uniform(west + 0.03, east - 0.03, count)
    lat = generator.uniform(south + 0.03, north - 0.03, count)
    return np.column_stack(transform(lon, lat, WGS84, crs))


def test_what_lands_in_the_province_as_stated_is_left_alone():
    found = detect(province(TM3), stated=TM3, extent=EXTENT)
    assert found.chosen is not None
    assert (found.chosen.crs, found.chosen.swap, found.corrected) == (TM3, False, False)


def test_swapped_axes_are_the_one_reading_and_are_corrected():
    points = province(TM3)
    found = detect(points[:, ::-1], stated=TM3, extent=EXTENT)
    assert found.corrected
    assert found.chosen is not None
    assert found.chosen.code == "EPSG:9210+swap"
    assert np.array_equal(found.chosen.apply(points[:, ::-1]), points)


def test_feet_under_a_metric_system():
    points = province(TM3)
    found = detect(points / 0.3048, stated=TM3, extent=EXTENT)
    assert found.corrected
    assert found.chosen is not None
    assert found.chosen.code == "EPSG:9210+feet"
    assert np.allclose(found.chosen.apply(points / 0.3048), points)


def test_degrees_under_a_projected_system_need_a_decision_because_of_the_datum():
    found = detect(province(WGS84), stated=TM3, extent=EXTENT)
    assert found.chosen is None
    assert {r.crs for r in found.candidates} == {WGS84, VN2000}
    assert {r.fault for r in found.candidates} == {"degrees"}


def test_metres_under_degrees_over_the_whole_province_leave_one_meridian():
    found = detect(province(TM3), stated=WGS84, extent=EXTENT)
    assert found.chosen is not None
    assert found.chosen.crs == TM3
    assert found.chosen.fault == "projected"
    assert found.corrected


def test_another_meridian_next_door_is_suspected_and_not_changed_unasked():
    """27 or 82 km off is still the neighbourhood: it could be a neighbour's data."""
    found = detect(province(OTHER), stated=CRS.from_epsg(9211), extent=EXTENT)
    assert found.chosen is not None
    assert found.chosen.crs == CRS.from_epsg(9211)
    assert found.suspect
    assert OTHER in [r.crs for r in found.candidates]


def test_another_meridian_far_away_is_corrected_when_one_alone_is_possible():
    found = detect(province(TM3), stated=CRS.from_epsg(9218), extent=EXTENT)
    assert found.corrected
    assert found.chosen is not None
    assert found.chosen.crs == TM3


def test_no_system_and_a_small_file_lists_what_is_possible():
    small = np.column_stack(
        transform(np.linspace(106.60, 106.62, 50), np.linspace(11.1, 11.12, 50), WGS84, TM3)
    )
    found = detect(small, stated=None, extent=EXTENT)
    assert found.chosen is None
    codes = {r.code for r in found.candidates}
    assert "EPSG:9210" in codes
    assert len(codes) > 1
    assert not any("swap" in code for code in codes)


def test_no_system_over_the_whole_province_is_one_reading():
    found = detect(province(TM3), stated=None, extent=EXTENT)
    assert found.chosen is not None
    assert found.chosen.code == "EPSG:9210"
    assert found.corrected


def test_data_from_elsewhere_is_kept_as_stated():
    liechtenstein = np.array([[538000.0, 5219000.0], [540000.0, 5221000.0]])
    found = detect(liechtenstein, stated=CRS.from_epsg(32632), extent=EXTENT)
    assert found.chosen is not None
    assert found.chosen.crs == CRS.from_epsg(32632)
    assert not found.corrected


def test_what_the_user_says_is_kept_but_for_swapped_axes():
    points = province(TM3)
    told = parse_reading("EPSG:9210")
    straight = detect(points, stated=WGS84, extent=EXTENT, told=told)
    swapped = detect(points[:, ::-1], stated=None, extent=EXTENT, told=told)
    assert straight.chosen is not None
    assert swapped.chosen is not None
    assert (straight.chosen.code, straight.corrected) == ("EPSG:9210", False)
    assert (swapped.chosen.code, swapped.corrected) == ("EPSG:9210+swap", True)


BARE = "+proj=tmerc +lat_0=0 +lon_0=105.75 +k=0.9999 +x_0=500000 +y_0=0 +ellps=WGS84 +units=m"
PASTED = (
    f"{BARE} +towgs84=-191.90441429,-39.30318279,-111.45032835,"
    "0.00928836,-0.01975479,0.00427372,0.252906278"
)


def test_vn2000_without_its_datum_is_recognised_by_its_projection():
    twin = vn2000_twin(CRS.from_proj4(f"{BARE} +no_defs"))
    assert twin == (TM3, "no-datum")
    # The fault is worth 226 m, which no extent could show.
    x, y = 603654.627, 1206111.987
    right = np.array(transform(np.array([x]), np.array([y]), TM3, WGS84)).ravel()
    wrong = np.array(
        transform(np.array([x]), np.array([y]), CRS.from_proj4(f"{BARE} +no_defs"), WGS84)
    ).ravel()
    metres = np.hypot(*((right - wrong) * 111_000 * np.array([np.cos(np.radians(10.9)), 1])))
    assert 220 < metres < 232


def test_pasted_datum_parameters_lead_to_the_pinned_operation():
    assert vn2000_twin(CRS.from_proj4(f"{PASTED} +no_defs")) == (TM3, "towgs84")


@pytest.mark.parametrize(
    "datum", ["+datum=WGS84", "+ellps=WGS84 +towgs84=0,0,0", "+ellps=WGS84 +towgs84=0,0,0,0,0,0,0"]
)
def test_a_three_degree_zone_of_vn2000_on_wgs84_is_read_as_vn2000(datum):
    named = CRS.from_proj4(f"{BARE.replace('+ellps=WGS84', datum)} +no_defs")
    twin = vn2000_twin(named)
    assert twin is not None
    assert twin[0] == TM3
    found = detect(province(TM3), stated=named, extent=EXTENT)
    assert found.corrected
    assert found.chosen is not None
    assert found.chosen.crs == TM3


@pytest.mark.parametrize(
    "proj",
    [
        "+proj=utm +zone=48 +datum=WGS84 +units=m",
        "+proj=tmerc +lat_0=0 +lon_0=105 +k=0.9996 +x_0=500000 +y_0=0 +datum=WGS84 +units=m",
        "+proj=tmerc +lat_0=0 +lon_0=105.75 +k=0.9999 +x_0=400000 +y_0=0 +datum=WGS84 +units=m",
    ],
)
def test_other_systems_on_wgs84_are_not_taken_for_vn2000(proj):
    assert vn2000_twin(CRS.from_proj4(f"{proj} +no_defs")) is None
    assert vn2000_twin(CRS.from_epsg(32648)) is None
    assert vn2000_twin(TM3) is None


def test_a_missing_datum_is_corrected_and_said():
    found = detect(province(TM3), stated=CRS.from_proj4(f"{BARE} +no_defs"), extent=EXTENT)
    assert found.corrected
    assert found.chosen is not None
    assert (found.chosen.crs, found.chosen.fault) == (TM3, "no-datum")
    assert "VN-2000" in say(found.chosen.explain(), "vi")


def test_an_outline_judges_more_sharply_than_its_bounds():
    import shapely

    half = Extent(outline=shapely.box(106.2, 10.8, 106.6, 11.6))
    lon, lat = np.array([106.3, 106.9]), np.array([11.0, 11.0])
    assert half.share(lon, lat) == pytest.approx(0.5)
    assert Extent().share(lon, lat) == 1.0


@pytest.mark.parametrize("value", ["EPSG:9210+mirror", "EPSG:0", "nonsense"])
def test_a_reading_that_does_not_exist_is_refused(value):
    with pytest.raises(UsageError):
        parse_reading(value)
