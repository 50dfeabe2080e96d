"""Nearest distances against the plain all-pairs computation."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_relocation.geo.nearest import nearest_distance, pack


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


def test_a_target_inside_a_site_and_a_site_inside_a_target_touch():
    big, small = shapely.box(0, 0, 100, 100), shapely.Point(50, 50).buffer(3)
    for a, b in ((big, small), (small, big)):
        assert nearest_distance(arr(a), arr(b))[0][0] == 0


def test_the_second_part_of_a_site_is_looked_at_too():
    parts = shapely.MultiPolygon([shapely.box(500, 0, 501, 1), shapely.box(10, 10, 11, 11)])
    assert nearest_distance(arr(parts), arr(shapely.box(0, 0, 100, 100)))[0][0] == 0


def test_a_shared_border_is_no_distance():
    a, b = shapely.box(600_000.1, 0, 600_010.3, 7), shapely.box(600_010.3, 2, 600_020.7, 4)
    assert nearest_distance(arr(a), arr(b))[0][0] == 0


def test_at_the_radius_counts_and_beyond_does_not():
    sites = arr(shapely.Point(0, 0), shapely.Point(0, -0.001))
    distance, target = nearest_distance(sites, arr(shapely.box(-1, 50, 1, 60)), within=50)
    assert distance[0] == 50
    assert np.isnan(distance[1])
    assert target.tolist() == [0, -1]


def test_many_targets_and_threads_give_the_plain_answer():
    rng = np.random.default_rng(5)
    targets = shapely.buffer(shapely.points(rng.uniform(0, 5000, (700, 2))), 20)
    sites = shapely.buffer(shapely.points(rng.uniform(0, 5000, (1500, 2))), 5, quad_segs=2)
    distance, target = nearest_distance(sites, targets, threads=2)
    plain = shapely.distance(sites[:, None], targets[None, :])
    assert np.allclose(distance, plain.min(axis=1), atol=1e-9)
    assert np.allclose(plain[np.arange(len(sites)), target], plain.min(axis=1), atol=1e-9)


def test_lines_and_points_are_targets_too():
    sites = arr(shapely.Point(0, 3), shapely.box(9, 9, 11, 11))
    targets = arr(shapely.LineString([(-5, 0), (5, 0)]), shapely.Point(10, 10), None)
    distance, target = nearest_distance(sites, targets)
    assert distance.tolist() == [3, 0]
    assert target.tolist() == [0, 1]


def test_every_box_of_the_tree_holds_its_children():
    rng = np.random.default_rng(2)
    low = rng.uniform(0, 100, (333, 2))
    tree = pack(np.hstack((low, low + rng.uniform(0, 5, (333, 2)))))
    assert sorted(tree.order) == list(range(333))
    sizes = np.diff(tree.level)
    assert sizes.tolist() == [333, 42, 6, 1]
    for level in range(1, len(sizes)):
        for node in range(sizes[level]):
            below = tree.box[tree.level[level - 1] :][
                node * 8 : min((node + 1) * 8, sizes[level - 1])
            ]
            box = tree.box[tree.level[level] + node]
            assert (box[:2] == below[:, :2].min(axis=0)).all()
            assert (box[2:] == below[:, 2:].max(axis=0)).all()
