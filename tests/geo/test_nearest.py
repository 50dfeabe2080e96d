"""Nearest distances against the plain all-pairs computation."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_relocation.geo.nearest import boundary_chunks, nearest_distance


def arr(*geometries):
    out = np.empty(len(geometries), dtype=object)
    out[:] = geometries
    return out


coordinate = st.floats(-500, 500, allow_nan=False).map(lambda v: round(v, 3))
blobs = st.builds(
    lambda x, y, r, hole: (
        shapely.Point(x, y)
        .buffer(r)
        .difference(shapely.Point(x, y).buffer(r / 2) if hole else shapely.Polygon())
    ),
    coordinate,
    coordinate,
    st.floats(1, 80),
    st.booleans(),
)
shapes = st.one_of(
    blobs,
    st.builds(lambda a, b: shapely.union_all([a, b]), blobs, blobs),
    st.builds(shapely.Point, coordinate, coordinate),
)


@settings(deadline=None)
@given(st.lists(shapes, min_size=1, max_size=5), st.lists(shapes, min_size=1, max_size=5))
def test_equals_all_pairs(sites, targets):
    a, b = arr(*sites), arr(*targets)
    distance, target = nearest_distance(a, b, threads=1)
    plain = shapely.distance(a[:, None], b[None, :])
    assert np.allclose(distance, plain.min(axis=1), atol=1e-6)
    assert np.allclose(plain[np.arange(len(a)), target], plain.min(axis=1), atol=1e-6)


def test_a_site_in_a_hole_is_measured_to_the_inner_ring():
    ring = shapely.Point(0, 0).buffer(100, quad_segs=64).difference(shapely.box(-50, -50, 50, 50))
    distance, _ = nearest_distance(arr(shapely.Point(0, 0)), arr(ring))
    assert distance[0] == pytest.approx(50)


def test_parts_of_a_multipolygon_are_not_passed_over():
    both = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(100, 0, 101, 1)])
    distance, target = nearest_distance(arr(shapely.Point(90, 0.5)), arr(both))
    assert distance[0] == pytest.approx(10)
    assert target[0] == 0


def test_beyond_the_radius_is_not_a_number():
    sites = arr(shapely.Point(0, 0), shapely.Point(99, 0), None)
    distance, target = nearest_distance(sites, arr(shapely.box(100, -1, 102, 1)), within=50)
    assert np.isnan(distance[0])
    assert distance[1] == pytest.approx(1)
    assert np.isnan(distance[2])
    assert target.tolist() == [-1, 0, -1]


def test_no_targets():
    distance, target = nearest_distance(arr(shapely.Point(0, 0)), arr())
    assert np.isnan(distance[0])
    assert target[0] == -1


def test_chunks_cover_the_whole_boundary():
    shape = shapely.Point(0, 0).buffer(50, quad_segs=33)
    chunks, owner = boundary_chunks(arr(shape))
    assert shapely.length(chunks).sum() == pytest.approx(shape.length)
    assert shapely.get_num_coordinates(chunks).max() <= 9
    assert set(owner) == {0}
