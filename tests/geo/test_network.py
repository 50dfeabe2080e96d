"""Road distances: known answers, and a twin that walks the graph in plain Python."""

from __future__ import annotations

import heapq

import geopandas as gpd
import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from shapely import LineString, MultiLineString

from geo_relocation.geo.network import build_network, road_distances


def roads(*lines, oneway=None):
    return gpd.GeoDataFrame(
        {"oneway": oneway or ["no"] * len(lines)}, geometry=list(lines), crs="EPSG:9210"
    )


def distance(layer, origin, destination):
    found = road_distances(
        np.array([origin], float), np.array([destination], float), build_network(layer)
    )
    return float(found[0, 0])


SQUARE = LineString([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)])


def test_along_the_road_with_the_way_to_it():
    assert distance(roads(SQUARE), (0, -7), (100, 105)) == pytest.approx(7 + 200 + 5)


def test_on_one_segment():
    assert distance(roads(SQUARE), (20, 0), (70, 0)) == pytest.approx(50)


def test_one_way_goes_round():
    ring = roads(SQUARE, oneway=["forward"])
    assert distance(ring, (20, 0), (70, 0)) == pytest.approx(50)
    assert distance(ring, (70, 0), (20, 0)) == pytest.approx(350)
    back = roads(SQUARE, oneway=["backward"])
    assert distance(back, (70, 0), (20, 0)) == pytest.approx(50)


def test_roads_that_do_not_meet_are_infinite():
    apart = roads(LineString([(0, 0), (10, 0)]), LineString([(0, 50), (10, 50)]))
    assert np.isinf(distance(apart, (0, 0), (10, 50)))


def test_the_shorter_of_two_parallel_roads_and_multilines():
    layer = roads(
        MultiLineString([[(0, 0), (50, 0), (100, 0)], [(0, 0), (50, 80), (100, 0)]]),
        LineString([(100, 0), (200, 0)]),
        None,
    )
    assert distance(layer, (0, 0), (200, 0)) == pytest.approx(200)


def test_no_roads_at_all():
    empty = roads(LineString())
    assert np.isinf(distance(empty, (0, 0), (1, 1)))


def plain_dijkstra(edges, source):
    best, queue = {source: 0.0}, [(0.0, source)]
    while queue:
        far, node = heapq.heappop(queue)
        if far > best[node]:
            continue
        for other, length in edges.get(node, []):
            if far + length < best.get(other, np.inf):
                best[other] = far + length
                heapq.heappush(queue, (best[other], other))
    return best


grid = st.tuples(st.integers(0, 4), st.integers(0, 4))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(grid, grid, st.sampled_from(["no", "forward", "backward"])), min_size=1))
def test_equals_plain_dijkstra_between_nodes(rows):
    rows = [(a, b, way) for a, b, way in rows if a != b]
    if not rows:
        return
    edges = {}
    for a, b, way in rows:
        length = float(np.hypot(a[0] - b[0], a[1] - b[1]))
        if way != "backward":
            edges.setdefault(a, []).append((b, length))
        if way != "forward":
            edges.setdefault(b, []).append((a, length))
    layer = roads(*(LineString([a, b]) for a, b, _ in rows), oneway=[w for *_, w in rows])
    nodes = sorted({node for a, b, _ in rows for node in (a, b)})
    found = road_distances(np.array(nodes, float), np.array(nodes, float), build_network(layer))
    for i, start in enumerate(nodes):
        best = plain_dijkstra(edges, start)
        for j, end in enumerate(nodes):
            # Lines may cross without meeting, and a node may lie on another line's middle:
            # there the snapped way can only be shorter or join another line.
            if not _ambiguous(nodes, rows):
                assert found[i, j] == pytest.approx(best.get(end, np.inf), abs=1e-6)


def _ambiguous(nodes, rows):
    lines = [(LineString([a, b]), a, b) for a, b, _ in rows]
    from shapely import Point

    return any(
        line.distance(Point(node)) < 1e-9 and node not in (a, b)
        for node in nodes
        for line, a, b in lines
    )
