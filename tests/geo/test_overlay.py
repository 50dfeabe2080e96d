"""Overlay against a second way of computing it: a fine grid of points."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_relocation.geo import overlay


def arr(*geometries):
    out = np.empty(len(geometries), dtype=object)
    out[:] = geometries
    return out


boxes = st.builds(
    lambda x, y, w, h: shapely.box(x, y, x + w, y + h),
    st.integers(0, 12),
    st.integers(0, 12),
    st.integers(1, 8),
    st.integers(1, 8),
)


def by_cells(sites, zones, group, n_groups):
    """Count unit cells: exact for boxes with whole-number corners."""
    areas = np.zeros((len(sites), n_groups))
    for i, site in enumerate(sites):
        x0, y0, x1, y1 = map(int, site.bounds)
        for x in range(x0, x1):
            for y in range(y0, y1):
                cell = shapely.Point(x + 0.5, y + 0.5)
                claims = [g for zone, g in zip(zones, group, strict=True) if zone.contains(cell)]
                if claims:
                    areas[i, min(claims)] += 1
    return areas


@settings(deadline=None)
@given(
    st.lists(boxes, min_size=1, max_size=4),
    st.lists(st.tuples(boxes, st.integers(0, 2)), min_size=1, max_size=6),
)
def test_group_areas_equal_a_count_of_cells(sites, labelled):
    zones = arr(*(zone for zone, _ in labelled))
    group = np.array([g for _, g in labelled])
    pieces = overlay.intersect(arr(*sites), zones, threads=1)
    areas, _ = overlay.group_areas(pieces, group[pieces.zone], n_sites=len(sites), n_groups=3)
    assert np.allclose(areas, by_cells(sites, zones, group, 3), atol=1e-6)


def test_overlapping_zones_of_one_group_count_once_and_are_not_contested():
    site = arr(shapely.box(0, 0, 10, 10))
    zones = arr(shapely.box(-1, -1, 6, 11), shapely.box(4, -1, 11, 11))
    pieces = overlay.intersect(site, zones)
    areas, contested = overlay.group_areas(pieces, np.zeros(2, dtype=int), n_sites=1, n_groups=1)
    assert areas[0, 0] == pytest.approx(100)
    assert not contested[0]


def test_overlapping_groups_are_contested_and_the_stronger_wins():
    site = arr(shapely.box(0, 0, 10, 10))
    zones = arr(shapely.box(-1, -1, 11, 11), shapely.box(0, 0, 4, 10))
    pieces = overlay.intersect(site, zones)
    group = np.array([1, 0])[pieces.zone]
    areas, contested = overlay.group_areas(pieces, group, n_sites=1, n_groups=2)
    assert areas[0] == pytest.approx([40, 60])
    assert contested[0]


def test_touching_borders_leave_no_sliver_and_no_mixed_collection():
    # The zone meets the site in an area and, along another edge, in a line.
    zone = shapely.Polygon([(5, 0), (10, 0), (10, 20), (0, 20), (0, 10), (5, 10)])
    pieces = overlay.intersect(arr(shapely.box(0, 0, 10, 10)), arr(zone, shapely.box(0, 0, 5, 10)))
    areas, contested = overlay.group_areas(pieces, np.arange(2)[pieces.zone], n_sites=1, n_groups=2)
    assert areas[0] == pytest.approx([50, 50])
    assert not contested[0]


def test_missing_and_empty_geometries_match_nothing():
    pieces = overlay.intersect(arr(None, shapely.Polygon()), arr(shapely.box(0, 0, 1, 1), None))
    assert len(pieces.site) == 0


def test_threads_do_not_change_the_result():
    rng = np.random.default_rng(1)
    xy = rng.uniform(0, 1000, (3000, 2))
    sites = shapely.box(xy[:, 0], xy[:, 1], xy[:, 0] + 30, xy[:, 1] + 20)
    grid = np.arange(0, 1000, 37)
    gx, gy = (a.ravel() for a in np.meshgrid(grid, grid))
    zones = shapely.buffer(shapely.points(gx, gy), 25)
    one, two = (overlay.intersect(sites, zones, threads=n) for n in (1, 2))
    assert np.array_equal(one.site, two.site)
    assert np.array_equal(one.area, two.area)


def test_largest_share_takes_the_first_of_equals():
    sites = arr(shapely.box(0, 0, 10, 10), shapely.box(50, 50, 60, 60))
    zones = arr(shapely.box(0, 0, 5, 10), shapely.box(5, 0, 10, 10))
    pieces = overlay.intersect(sites, zones)
    assert overlay.largest_share(pieces, n_sites=2).tolist() == [0, -1]


def test_discs_have_the_area_that_was_asked_for():
    discs = overlay.as_discs(
        arr(shapely.Point(0, 0), shapely.Point(5, 5)), np.array([1234.5, np.nan])
    )
    assert discs[0].area == pytest.approx(1234.5, rel=1e-9)
    assert discs[1].equals(shapely.Point(5, 5))
