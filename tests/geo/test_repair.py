"""Geometry is made measurable, and every change is told."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_relocation.geo.repair import (
    closed_lines_as_polygons,
    not_finite,
    of_kind,
    repair_polygons,
    without_z,
)


def array(*geometries: object) -> np.ndarray:
    return np.array([*geometries, None], dtype=object)[:-1]


BOX = shapely.box(0, 0, 10, 10)
TIE = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
SPIKE = shapely.Polygon([(0, 0), (10, 0), (10, 10), (10, 25), (10, 10), (0, 10)])
FLAT = shapely.Polygon([(0, 0), (10, 0), (5, 0)])


def test_a_tie_becomes_its_two_triangles_and_a_spike_goes():
    done = repair_polygons(array(BOX, TIE, SPIKE, FLAT, shapely.Point(1, 1), None))
    assert done.changed.tolist() == [False, True, True, True, False, False]
    assert done.collapsed.tolist() == [False, False, False, True, False, False]
    assert shapely.area(done.geometry[:3]).tolist() == pytest.approx([100, 50, 100])
    assert done.geometry[3] is None
    assert done.geometry[4].equals(shapely.Point(1, 1))
    assert done.reasons[1] == "Self-intersection"
    assert done.area_change[1] == pytest.approx(50)


def test_two_overlapping_rings_of_one_outline_are_one_area():
    twice = shapely.MultiPolygon([shapely.box(0, 0, 10, 10), shapely.box(5, 0, 15, 10)])
    done = repair_polygons(array(twice))
    assert shapely.area(done.geometry[0]) == pytest.approx(150)
    assert done.area_change[0] == pytest.approx(-50)


def test_only_parts_of_the_wanted_kind_stay():
    mixed = shapely.GeometryCollection([
        BOX, shapely.LineString([(0, 0), (1, 1)]), shapely.Point(5, 5),
        shapely.GeometryCollection([shapely.box(20, 0, 30, 10)]),
    ])  # fmt: skip
    lines = shapely.GeometryCollection([shapely.LineString([(0, 0), (1, 1)])])
    fitting, dropped, wrong = of_kind(
        array(mixed, lines, BOX, shapely.Point(0, 0), None), "polygon"
    )
    assert shapely.area(fitting[0]) == pytest.approx(200)
    assert dropped.tolist() == [True, False, False, False, False]
    assert wrong.tolist() == [False, True, False, True, False]
    assert of_kind(array(mixed), "line")[0][0].geom_type == "LineString"


def test_a_place_is_an_outline_or_one_point():
    one, two = shapely.MultiPoint([(1, 2)]), shapely.MultiPoint([(1, 2), (3, 4)])
    line = shapely.LineString([(0, 0), (1, 1)])
    fitting, _, wrong = of_kind(array(BOX, shapely.Point(1, 1), one, two, line), "geometry")
    assert fitting[2].equals(shapely.Point(1, 2))
    assert wrong.tolist() == [False, False, False, True, True]


def test_what_is_not_finite_and_what_has_a_height_is_found():
    wild = shapely.Polygon([(0, 0), (1, 0), (np.inf, 1)])
    assert not_finite(array(BOX, wild, None)).tolist() == [False, True, False]
    flat, had = without_z(array(shapely.force_3d(BOX, 7.0), BOX, None))
    assert had.tolist() == [True, False, False]
    assert not shapely.has_z(flat).any()


def test_closed_lines_are_areas_and_open_ones_are_not():
    ring = shapely.LineString(BOX.exterior.coords)
    there_and_back = shapely.LineString([(0, 0), (1, 0), (0, 0)])
    areas, closed = closed_lines_as_polygons(
        array(ring, shapely.LineString([(0, 0), (1, 1)]), there_and_back, BOX, None)
    )
    assert closed.tolist() == [True, False, False, False, False]
    assert areas[0].equals(BOX)


POINTS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=9)


@settings(max_examples=200, deadline=None)
@given(POINTS)
def test_any_ring_ends_valid_within_its_own_hull(points):
    outline = shapely.Polygon(points)
    done = repair_polygons(array(outline))
    mended = done.geometry[0]
    if mended is None:
        assert done.collapsed[0]
        return
    assert mended.is_valid
    assert mended.geom_type in {"Polygon", "MultiPolygon"}
    assert shapely.covers(shapely.convex_hull(shapely.MultiPoint(points)).buffer(1e-9), mended)
    if not done.changed[0]:
        assert mended.equals(outline)
