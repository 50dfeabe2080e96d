"""What the map's script decodes is what was drawn, and cannot break out of its element."""

from __future__ import annotations

import itertools
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS
from shapely import LineString, MultiPolygon, Point, Polygon, box

from geo_relocation.geo.crs import WGS84
from geo_relocation.publish.webmap import encoding

from .conftest import EAST, NORTH, VN


def decoded(rings: list[list[int]]) -> list[np.ndarray]:
    return [np.cumsum(np.array(ring).reshape(-1, 2), axis=0) / encoding.SCALE for ring in rings]


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=2, max_size=30))
def test_lines_come_back_within_half_a_step(points: list[tuple[float, float]]):
    (rings,) = encoding.encode_rings([LineString(points)])
    assert np.allclose(decoded(rings)[0], points, atol=0.5 / encoding.SCALE + 1e-12)


def test_holes_and_parts_are_rings_of_one_shape_and_nothing_is_an_empty_list():
    donut = Polygon(box(0, 0, 10, 10).exterior, [box(2, 2, 4, 4).exterior])
    shapes = [None, MultiPolygon([donut, box(20, 0, 30, 5)]), Polygon(), box(1, 1, 2, 2)]
    found = encoding.encode_rings(shapes)
    assert [len(rings) for rings in found] == [0, 3, 0, 1]
    areas = sorted(shapely.area(Polygon(ring)) for ring in decoded(found[1]))
    assert areas == pytest.approx([4.0, 50.0, 100.0])


def test_points_without_a_place_stay_missing():
    points = gpd.GeoSeries([Point(106.7, 10.905), None, Point()], crs=WGS84)
    assert encoding.encode_points(points) == [[106_700_000, 10_905_000], None, None]


def test_the_pinned_operation_places_the_check_point():
    point = gpd.GeoSeries([Point(603654.627, 1206111.987)], crs=VN)
    assert encoding.encode_points(encoding.to_wgs84(point)) == [[106_700_000, 10_905_000]]


def wavy_grid(feet: bool = False) -> gpd.GeoSeries:
    """Neighbours with a common crooked edge."""
    rng = np.random.default_rng(1)
    north = np.arange(0, 3000, 5.0)
    edges = [
        np.column_stack([x + np.cumsum(rng.normal(0, 1, len(north))), north])
        for x in (0.0, 1000.0, 2000.0, 3000.0)
    ]
    shapes = [Polygon([*left, *right[::-1]]) for left, right in itertools.pairwise(edges)]
    if feet:
        return gpd.GeoSeries(shapes, crs=CRS.from_epsg(2227)).scale(3.28, 3.28, origin=(0, 0))
    return gpd.GeoSeries(shapes, crs=VN).translate(EAST, NORTH)


def test_simplified_neighbours_still_fit_together():
    before = wavy_grid()
    after, tolerance = encoding.simplify_coverage(before)
    assert tolerance == encoding.TOLERANCES_M[0]
    counts = [shapely.get_num_coordinates(list(layer)).sum() for layer in (before, after)]
    assert counts[1] < counts[0] / 1.5
    assert shapely.coverage_is_valid(after.to_numpy())
    assert after.area.sum() == pytest.approx(before.area.sum(), rel=0.01)


def test_the_tolerance_is_in_metres_in_feet_too():
    metres = encoding.simplify_coverage(wavy_grid())[0]
    feet = encoding.simplify_coverage(wavy_grid(feet=True))[0]
    metres_left = shapely.get_num_coordinates(metres.to_numpy()).sum()
    feet_left = shapely.get_num_coordinates(feet.to_numpy()).sum()
    assert feet_left == pytest.approx(metres_left, rel=0.1)


def test_a_layer_above_the_budget_takes_a_coarser_tolerance(monkeypatch: pytest.MonkeyPatch):
    fine = shapely.get_num_coordinates(encoding.simplify_coverage(wavy_grid())[0].to_numpy()).sum()
    monkeypatch.setattr(encoding, "VERTEX_BUDGET", fine - 1)
    coarse, tolerance = encoding.simplify_coverage(wavy_grid())
    assert tolerance > encoding.TOLERANCES_M[0]
    assert shapely.get_num_coordinates(coarse.to_numpy()).sum() < fine


@given(st.lists(st.one_of(st.none(), st.sampled_from(["Thuận An", "Dĩ An", ""])), max_size=30))
def test_columns_of_texts_come_back(values: list[str | None]):
    column = encoding.encode_column(pd.Series(values, dtype="str"))
    if isinstance(column, dict):
        column = [None if i is None else column["d"][i] for i in column["i"]]
    assert (column or [None] * len(values)) == values


def test_columns_hold_what_json_knows():
    dates = pd.Series(pd.to_datetime(["2028-12-31", None]))
    assert encoding.encode_column(dates) == {"d": ["2028-12-31"], "i": [0, None]}
    numbers = pd.Series([1.0, 2.26, np.nan])
    assert encoding.encode_column(numbers, decimals=1) == [1, 2.3, None]
    flags = pd.Series([True, None], dtype="boolean")
    assert encoding.encode_column(flags) == [True, None]
    assert encoding.encode_column(pd.Series([None, None], dtype="str")) is None


@given(st.text())
def test_json_cannot_close_its_element(text: str):
    written = encoding.to_json({"name": f"</script><!--{text}"})
    assert not set("<>&\u2028\u2029") & set(written)
    assert json.loads(written)["name"] == f"</script><!--{text}"
