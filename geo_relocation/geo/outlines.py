"""Geometries as flat arrays of short pieces of boundary, the form that compiled loops read.

A boundary is cut into chunks of at most eight segments, each with its box. Most chunks of a
large zone lie far from a small site, and one look at the box passes over them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo_relocation.arrays import FloatArray, GeometryArray, IntArray
from geo_relocation.compiling import compiled

_SEGMENTS = 8
_FIRST_MULTI = shapely.GeometryType.MULTIPOINT


class Chunks(NamedTuple):
    """Boundaries in arrays; one entry per chunk unless said otherwise.

    Attributes
    ----------
    xy
        All coordinates, shape (coordinates, 2), metres.
    begin, end
        First and last coordinate of the chunk, both included; a point has one.
    box
        xmin, ymin, xmax, ymax.
    side
        1 where land lies to the left of the direction of travel, -1 to the right, 0 where the
        chunk bounds no land (lines and points).
    first
        First chunk of each geometry, shape (geometries + 1,).
    """

    xy: FloatArray
    begin: IntArray
    end: IntArray
    box: FloatArray
    side: NDArray[np.int8]
    first: IntArray


@dataclass(frozen=True)
class Outlines:
    """A layer's geometries with their boundaries in chunks, made once and asked many times.

    Attributes
    ----------
    geometry
        The geometries; None and empty ones are allowed and have no chunk.
    bounds
        xmin, ymin, xmax, ymax of each, NaN where there is none; shape (geometries, 4).
    chunks
        Their boundaries.
    """

    geometry: GeometryArray
    bounds: FloatArray
    chunks: Chunks

    def __len__(self) -> int:
        return len(self.geometry)

    def take(self, rows: IntArray) -> Outlines:
        """Some of the geometries, in the order given."""
        return outlines(self.geometry[rows])


def outlines(geometry: GeometryArray) -> Outlines:
    """Cut the boundaries of polygons, and lines and points, into chunks.

    Parameters
    ----------
    geometry
        Geometries of any kind, in a projected CRS, metres.
    """
    lines, owner, land = _rings_lines_points(geometry)
    xy = shapely.get_coordinates(lines)
    start = np.r_[0, np.cumsum(shapely.get_num_coordinates(lines))].astype(np.int64)
    length = np.diff(start)
    count = np.maximum(1, -(-(length - 1) // _SEGMENTS))
    begin, end, box, side = _cut(xy, start, count, land)
    first = np.searchsorted(np.repeat(owner, count), np.arange(len(geometry) + 1))
    return Outlines(geometry, shapely.bounds(geometry), Chunks(xy, begin, end, box, side, first))


def _rings_lines_points(
    geometry: GeometryArray,
) -> tuple[GeometryArray, IntArray, NDArray[np.int8]]:
    """Geometries of one run of coordinates each; their owner; 1 shell, -1 hole, 0 no land."""
    # A polygon without holes is one run of coordinates as it stands. Only the others are taken
    # apart, because a new geometry costs more than its coordinates.
    owner = np.arange(len(geometry))
    apart = shapely.get_type_id(geometry) >= _FIRST_MULTI
    apart |= shapely.get_num_interior_rings(geometry) > 0
    parts, index = shapely.get_parts(geometry[apart], return_index=True)
    part_owner = owner[apart][index]
    while (shapely.get_type_id(parts) >= _FIRST_MULTI).any():
        parts, index = shapely.get_parts(parts, return_index=True)
        part_owner = part_owner[index]
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    rings, polygon = shapely.get_rings(parts[areal], return_index=True)
    whole = np.concatenate((geometry[~apart], parts[~areal]))
    lines = np.concatenate((whole, rings))
    owners = np.concatenate((owner[~apart], part_owner[~areal], part_owner[areal][polygon]))
    land = np.ones(len(lines), dtype=np.int8)
    land[: len(whole)] = shapely.get_type_id(whole) == shapely.GeometryType.POLYGON
    land[len(whole) :] = np.where(np.diff(polygon, prepend=-1) > 0, 1, -1)
    order = np.argsort(owners, kind="stable")
    order = order[shapely.get_num_coordinates(lines[order]) > 0]
    return lines[order], owners[order].astype(np.int64), land[order]


@compiled()
def _cut(
    xy: FloatArray, start: IntArray, count: IntArray, land: NDArray[np.int8]
) -> tuple[IntArray, IntArray, FloatArray, NDArray[np.int8]]:
    """Chunks of each ring, with their boxes and the side on which land lies."""
    total = count.sum()
    begin = np.empty(total, np.int64)
    end = np.empty(total, np.int64)
    box = np.empty((total, 4))
    side = np.zeros(total, np.int8)
    chunk = 0
    for ring in range(len(count)):
        low, high = start[ring], start[ring + 1] - 1
        twice_area = 0.0
        for i in range(low, high):
            twice_area += (xy[i, 0] - xy[low, 0]) * (xy[i + 1, 1] - xy[low, 1])
            twice_area -= (xy[i + 1, 0] - xy[low, 0]) * (xy[i, 1] - xy[low, 1])
        turn = land[ring] if twice_area > 0 else -land[ring]
        for step in range(count[ring]):
            a = low + step * _SEGMENTS
            b = min(a + _SEGMENTS, high)
            begin[chunk], end[chunk], side[chunk] = a, b, turn
            box[chunk, 0] = box[chunk, 2] = xy[a, 0]
            box[chunk, 1] = box[chunk, 3] = xy[a, 1]
            for i in range(a + 1, b + 1):
                box[chunk, 0] = min(box[chunk, 0], xy[i, 0])
                box[chunk, 1] = min(box[chunk, 1], xy[i, 1])
                box[chunk, 2] = max(box[chunk, 2], xy[i, 0])
                box[chunk, 3] = max(box[chunk, 3], xy[i, 1])
            chunk += 1
    return begin, end, box, side
