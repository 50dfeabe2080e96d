"""Overlay against a second way of computing it: a fine grid of points."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_relocation.geo import overlay
from geo_relocation.geo.outlines import outlines


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


def areas_of(sites, zones, group, n_groups, threads=1):
    sites, zones = outlines(sites), outlines(zones)
    pieces = overlay.intersect(sites, zones, threads=threads)
    return overlay.group_areas(
        sites, zones, pieces, np.asarray(group)[pieces.zone], n_groups=n_groups, threads=threads
    )


@settings(deadline=None)
@given(
    st.lists(boxes, min_size=1, max_size=4),
    st.lists(st.tuples(boxes, st.integers(0, 2)), min_size=1, max_size=6),
)
def test_group_areas_equal_a_count_of_cells(sites, labelled):
    zones = arr(*(zone for zone, _ in labelled))
    group = np.array([g for _, g in labelled])
    areas, _ = areas_of(arr(*sites), zones, group, 3)
    assert np.allclose(areas, by_cells(sites, zones, group, 3), atol=1e-9)


def star(x, y, radii, turn):
    """A polygon round a point: any radii at rising angles, so it never crosses itself."""
    angle = turn + np.arange(len(radii)) * 2 * np.pi / len(radii)
    return shapely.Polygon(np.column_stack((x + radii * np.cos(angle), y + radii * np.sin(angle))))


def ring(outer, share):
    hole = shapely.affinity.scale(outer, share, share, origin=outer.centroid)
    return outer.difference(hole) if share else outer


# Near real eastings and northings, where digits are scarce.
stars = st.builds(
    star,
    st.floats(600_000, 600_120).map(lambda v: round(v, 2)),
    st.floats(1_200_000, 1_200_120).map(lambda v: round(v, 2)),
    st.lists(st.floats(5, 60), min_size=3, max_size=14).map(np.array),
    st.floats(0, 6),
)
lands = st.one_of(
    stars,
    st.builds(ring, stars, st.sampled_from([0.0, 0.3, 0.6])),
    st.builds(lambda a, b: shapely.union_all([a, b]), stars, stars),
    st.builds(lambda a, b: a.difference(b), stars, stars).filter(lambda g: g.area > 1),
).filter(lambda g: g.is_valid and g.geom_type in {"Polygon", "MultiPolygon"})


@settings(deadline=None, max_examples=150)
@given(lands, lands)
def test_common_area_equals_the_area_of_the_built_intersection(a, b):
    pieces = overlay.intersect(outlines(arr(a)), outlines(arr(b)), threads=1)
    expected = a.intersection(b).area
    assert pieces.area.sum() == pytest.approx(expected, abs=2e-6)
    assert len(pieces.site) == (expected > 1e-6) or abs(expected - 1e-6) < 1e-6


def areal(geometry):
    """Without the points and lines of touching borders, which GEOS does not overlay further."""
    parts = shapely.get_parts(geometry)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])


@settings(deadline=None, max_examples=100)
@given(lands, st.lists(st.tuples(lands, st.integers(0, 2)), min_size=1, max_size=5))
def test_group_areas_equal_unions_and_differences(site, labelled):
    """Polygons with holes and parts against the textbook way: union per group, then subtract."""
    zones = arr(*(zone for zone, _ in labelled))
    group = [g for _, g in labelled]
    areas, contested = areas_of(arr(site), zones, group, 3)
    taken, lost = shapely.Polygon(), 0.0
    for number in range(3):
        claimed = shapely.union_all([z for z, g in labelled if g == number])
        claimed = areal(claimed.intersection(site))
        assert areas[0, number] == pytest.approx(claimed.difference(taken).area, abs=1e-6)
        lost += claimed.intersection(taken).area
        taken = taken.union(claimed)
    if not 1e-7 < lost < 1e-5:
        assert contested[0] == (lost > 1e-6)


@settings(deadline=None, max_examples=60)
@given(lands, st.lists(st.tuples(lands, st.integers(0, 2)), min_size=1, max_size=4))
def test_resolved_land_has_the_settled_areas(site, labelled):
    sites = outlines(arr(site))
    zones = outlines(arr(*(zone for zone, _ in labelled)))
    pieces = overlay.intersect(sites, zones, threads=1)
    group = np.array([g for _, g in labelled])[pieces.zone]
    areas, _ = overlay.group_areas(sites, zones, pieces, group, n_groups=3, threads=1)
    _, rank, land = overlay.resolve(sites, zones, pieces, group, threads=1)
    built = np.zeros(3)
    built[rank] = shapely.area(land)
    assert built == pytest.approx(areas[0], abs=1e-5)
    assert shapely.union_all(land).area == pytest.approx(areas[0].sum(), abs=1e-5)


def test_overlapping_zones_of_one_group_count_once_and_are_not_contested():
    site = arr(shapely.box(0, 0, 10, 10))
    zones = arr(shapely.box(-1, -1, 6, 11), shapely.box(4, -1, 11, 11))
    areas, contested = areas_of(site, zones, [0, 0], 1)
    assert areas[0, 0] == pytest.approx(100)
    assert not contested[0]


def test_overlapping_groups_are_contested_and_the_stronger_wins():
    site = arr(shapely.box(0, 0, 10, 10))
    zones = arr(shapely.box(-1, -1, 11, 11), shapely.box(0, 0, 4, 10))
    areas, contested = areas_of(site, zones, [1, 0], 2)
    assert areas[0] == pytest.approx([40, 60])
    assert contested[0]


def test_an_overlap_outside_the_site_contests_nothing():
    site = arr(shapely.box(0, 0, 10, 10))
    zones = arr(
        shapely.box(0, 0, 5, 90), shapely.box(5, 0, 10, 90).union(shapely.box(0, 50, 9, 60))
    )
    areas, contested = areas_of(site, zones, [0, 1], 2)
    assert areas[0] == pytest.approx([50, 50])
    assert not contested[0]


def test_touching_borders_leave_no_sliver():
    # The zone meets the site in an area and, along another edge, in a line.
    zone = shapely.Polygon([(5, 0), (10, 0), (10, 20), (0, 20), (0, 10), (5, 10)])
    areas, contested = areas_of(
        arr(shapely.box(0, 0, 10, 10)), arr(zone, shapely.box(0, 0, 5, 10)), [0, 1], 2
    )
    assert areas[0] == pytest.approx([50, 50])
    assert not contested[0]


def test_a_zone_of_thousands_of_corners_counts_only_near_the_site():
    around = shapely.Point(0, 0).buffer(5000, quad_segs=4000)
    hole = shapely.Point(0, 0).buffer(20, quad_segs=500)
    areas, _ = areas_of(arr(shapely.box(-30, -30, 30, 30)), arr(around.difference(hole)), [0], 1)
    assert areas[0, 0] == pytest.approx(3600 - hole.area, abs=1e-8)


def test_missing_empty_and_flat_geometries_match_nothing():
    sites = arr(None, shapely.Polygon(), shapely.Point(0.5, 0.5), shapely.box(0, 0, 1, 1))
    zones = arr(None, shapely.LineString([(0, 0), (1, 1)]), shapely.box(2, 2, 3, 3))
    assert len(overlay.intersect(outlines(sites), outlines(zones)).site) == 0


def test_a_collection_counts_with_its_polygons():
    mixed = shapely.GeometryCollection(
        [shapely.Point(9, 9), shapely.MultiPolygon([shapely.box(0, 0, 4, 4)])]
    )
    areas, _ = areas_of(arr(shapely.box(2, 0, 10, 10)), arr(mixed), [0], 1)
    assert areas[0, 0] == pytest.approx(8)


def test_threads_do_not_change_the_result():
    rng = np.random.default_rng(1)
    xy = rng.uniform(0, 1000, (3000, 2))
    sites = shapely.box(xy[:, 0], xy[:, 1], xy[:, 0] + 30, xy[:, 1] + 20)
    grid = np.arange(0, 1000, 37)
    gx, gy = (a.ravel() for a in np.meshgrid(grid, grid))
    zones = shapely.buffer(shapely.points(gx, gy), 25)
    group = np.arange(len(zones)) % 3
    one, two = (areas_of(sites, zones, group, 3, threads=n) for n in (1, 2))
    assert np.array_equal(one[0], two[0])
    assert np.array_equal(one[1], two[1])
    assert one[1].any()


def test_largest_share_takes_the_first_of_equals_or_the_smaller():
    sites = outlines(arr(shapely.box(0, 0, 10, 10), shapely.box(50, 50, 60, 60)))
    zones = arr(shapely.box(0, 0, 5, 10), shapely.box(5, 0, 10, 10))
    pieces = overlay.intersect(sites, outlines(zones))
    assert overlay.largest_share(pieces, n_sites=2).tolist() == [0, -1]
    size = np.array([300.0, 200.0])
    assert overlay.largest_share(pieces, n_sites=2, size=size).tolist() == [1, -1]


def test_discs_have_the_area_that_was_asked_for():
    discs = overlay.as_discs(
        arr(shapely.Point(0, 0), shapely.Point(5, 5)), np.array([1234.5, np.nan])
    )
    assert discs[0].area == pytest.approx(1234.5, rel=1e-9)
    assert discs[1].equals(shapely.Point(5, 5))
