"""Geometries cut into short chunks of boundary."""

import numpy as np
import pytest
import shapely

from geo_relocation.geo.outlines import outlines


def arr(*geometries):
    out = np.empty(len(geometries), dtype=object)
    out[:] = geometries
    return out


def edges(chunks, row):
    mine = range(chunks.first[row], chunks.first[row + 1])
    return [
        (tuple(chunks.xy[i]), tuple(chunks.xy[i + 1]), chunks.side[c])
        for c in mine
        for i in range(chunks.begin[c], chunks.end[c])
    ]


def test_chunks_cover_the_whole_boundary():
    shape = shapely.Point(0, 0).buffer(50, quad_segs=33)
    chunks = outlines(arr(shape)).chunks
    length = sum(np.hypot(b[0] - a[0], b[1] - a[1]) for a, b, _ in edges(chunks, 0))
    assert length == pytest.approx(shape.length)
    assert (chunks.end - chunks.begin).max() <= 8
    for c in range(len(chunks.begin)):
        xy = chunks.xy[chunks.begin[c] : chunks.end[c] + 1]
        assert chunks.box[c].tolist() == [*xy.min(axis=0), *xy.max(axis=0)]


@pytest.mark.parametrize("turned", [False, True])
def test_land_lies_on_the_named_side_of_shells_and_holes(turned):
    shape = shapely.box(0, 0, 10, 10).difference(shapely.box(4, 4, 6, 6))
    if turned:
        shape = shapely.reverse(shape)
    both = shapely.MultiPolygon([shape, shapely.box(20, 0, 30, 10)])
    for a, b, side in edges(outlines(arr(both)).chunks, 0):
        dx, dy = b[0] - a[0], b[1] - a[1]
        length = np.hypot(dx, dy)
        step = 0.01 * side
        beside = shapely.Point(
            (a[0] + b[0]) / 2 - step * dy / length, (a[1] + b[1]) / 2 + step * dx / length
        )
        assert both.contains(beside)


def test_lines_points_and_nothing_bound_no_land():
    layer = arr(
        None,
        shapely.LineString([(0, 0), (1, 1), (2, 0)]),
        shapely.Polygon(),
        shapely.MultiPoint([(5, 5), (6, 6)]),
        shapely.GeometryCollection([shapely.Point(0, 0), shapely.box(0, 0, 1, 1)]),
        shapely.LineString(),
    )
    chunks = outlines(layer).chunks
    assert np.diff(chunks.first).tolist() == [0, 1, 0, 2, 2, 0]
    assert sorted(np.abs(chunks.side)) == [0, 0, 0, 0, 1]
    assert len(edges(chunks, 1)) == 2
    assert len(edges(chunks, 3)) == 0


def test_an_empty_layer_has_no_chunk():
    layer = outlines(arr())
    assert len(layer) == 0
    assert layer.chunks.first.tolist() == [0]
