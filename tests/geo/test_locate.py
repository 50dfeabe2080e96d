"""The best of what is known about a place, with an accuracy that holds."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, Polygon, box

from geo_relocation.errors import CrsMismatchError
from geo_relocation.geo.locate import COORDINATE_ACCURACY_M, Evidence, locate, position_from_unit

CRS = "EPSG:9210"
HORSESHOE = Polygon([(0, 0), (10, 0), (10, 10), (8, 10), (8, 2), (2, 2), (2, 10), (0, 10)])


def series(*shapes):
    return gpd.GeoSeries(list(shapes), crs=CRS)


def kinds(found):
    return list(zip(found.issues["position"], found.issues["kind"], strict=True))


def test_a_square_is_covered_from_its_middle():
    found = position_from_unit(series(box(0, 0, 2000, 2000)))
    assert found.points[0].equals_exact(Point(1000, 1000), 1e-6)
    assert found.accuracy_m[0] == pytest.approx(1000 * 2**0.5)


def test_a_horseshoe_gets_a_point_on_its_land():
    found = position_from_unit(series(HORSESHOE))
    assert HORSESHOE.distance(found.points[0]) < 1e-9
    assert found.accuracy_m[0] == pytest.approx(
        max(found.points[0].distance(Point(c)) for c in HORSESHOE.exterior.coords)
    )


def test_islands_are_covered_too_and_missing_units_stay_missing():
    islands = MultiPolygon([box(0, 0, 1, 1), box(100, 0, 101, 1)])
    found = position_from_unit(series(islands, None, Polygon()))
    assert found.accuracy_m[0] >= 50
    assert islands.distance(found.points[0]) < 1e-9
    assert list(found.points[1:]) == [None, None]
    assert np.isnan(found.accuracy_m[1:]).all()


coordinate = st.integers(0, 1000)


@given(st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=12, unique=True))
def test_the_radius_covers_any_unit_and_no_point_of_it_does_much_better(corners):
    unit = shapely.concave_hull(shapely.MultiPoint(corners), ratio=0.3)
    if unit.geom_type != "Polygon" or unit.area < 1:
        return
    found = position_from_unit([unit])
    point, radius = found.points[0], found.accuracy_m[0]
    assert unit.distance(point) < 1e-6
    assert shapely.hausdorff_distance(point, unit) <= radius + 1e-6
    smallest = shapely.minimum_bounding_radius(unit)
    moved = point.distance(shapely.minimum_bounding_circle(unit).centroid)
    assert smallest - 1e-6 <= radius <= smallest + moved + 1e-3


WARD = box(0, 0, 4000, 4000)
PROVINCE = box(-10_000, -10_000, 50_000, 50_000)
PLOT = box(1000, 1000, 1100, 1100)


def test_order_of_trust():
    nothing = None
    found = locate(
        Evidence(
            outline=series(PLOT, nothing, nothing, nothing, nothing),
            coordinates=series(Point(1050, 1050), Point(1050, 1050), nothing, nothing, nothing),
            coordinates_accuracy_m=pd.Series([5.0, np.nan, 5.0, 5.0, 5.0]),
            parcel=series(PLOT, PLOT, PLOT, nothing, nothing),
            unit=series(WARD, WARD, WARD, WARD, nothing),
        ),
        province=PROVINCE,
    )
    sources = found.locations["location_source"].tolist()
    assert sources == ["survey", "coordinates", "parcel", "unit", "unknown"]
    accuracy = found.locations["accuracy_m"].tolist()
    assert accuracy[:3] == [0.0, COORDINATE_ACCURACY_M, 0.0]
    assert accuracy[3] == pytest.approx(2000 * 2**0.5)
    assert np.isnan(accuracy[4])
    assert found.locations.geometry.isna().tolist() == [False] * 4 + [True]
    assert found.locations.crs == CRS
    assert kinds(found) == [(4, "location-missing")]


def test_coordinates_in_another_ward_than_the_address():
    found = locate(
        Evidence(
            coordinates=series(Point(5600, 100), Point(4030, 100), Point(10, 10)),
            unit=series(WARD, WARD, WARD),
        )
    )
    # 4030 is 30 m over the border, which an accuracy of 50 m explains.
    assert kinds(found) == [(0, "outside-address-unit")]
    assert found.issues.loc[0, "value"] == "1600"
    assert "1,600 m" in found.issues.loc[0, "message"]
    assert found.locations["location_source"].tolist() == ["coordinates"] * 3


def test_what_is_outside_the_province_gives_way_to_what_is_inside():
    far = Point(600_000, 100)
    found = locate(
        Evidence(coordinates=series(far, far), unit=series(WARD, None)), province=PROVINCE
    )
    assert found.locations["location_source"].tolist() == ["unit", "coordinates"]
    assert kinds(found) == [(0, "outside-province"), (1, "outside-province")]
    assert found.issues["severity"].tolist() == ["error", "error"]


def test_evidence_that_disagrees_is_told_with_its_distance():
    found = locate(
        Evidence(
            outline=series(PLOT, PLOT),
            coordinates=series(Point(1050, 1050), Point(1700, 1050)),
            parcel=series(None, box(1100, 1000, 1200, 1100)),
        )
    )
    assert kinds(found) == [(1, "locations-disagree")]
    assert found.issues.loc[0, "value"] == "600"


def test_reference_systems_must_agree_and_be_metric():
    with pytest.raises(CrsMismatchError):
        locate(Evidence(coordinates=series(Point(0, 0)), unit=gpd.GeoSeries([WARD], crs=32648)))
    with pytest.raises(CrsMismatchError):
        locate(Evidence(coordinates=gpd.GeoSeries([Point(106, 11)], crs=4326)))


def test_no_evidence_and_no_sites():
    assert locate(Evidence()).locations.empty
    empty = locate(Evidence(coordinates=series()))
    assert empty.locations.empty
    assert list(empty.issues.columns)[:3] == ["position", "value", "kind"]


def test_ten_thousand_sites_at_once():
    points = shapely.points(np.random.default_rng(1).uniform(0, 4000, (10_000, 2)))
    found = locate(
        Evidence(
            coordinates=gpd.GeoSeries(points, crs=CRS),
            unit=gpd.GeoSeries([WARD] * 10_000, crs=CRS),
        ),
        province=PROVINCE,
    )
    assert found.issues.empty
    assert (found.locations["location_source"] == "coordinates").all()
