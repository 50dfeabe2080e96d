"""A unit's middle, with an accuracy that holds."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, Polygon, box

from geo_relocation.geo.locate import position_from_unit

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
