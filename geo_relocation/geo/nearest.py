"""Distance from sites to the nearest of many polygons: arrays in, arrays out."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from geo_relocation.geo.parallel import in_threads

GeometryArray = NDArray[np.object_]
IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

# Distance to a short piece of boundary costs little, and the tree finds the right piece:
# measured five times faster than asking whole polygons of a hundred corners.
_SEGMENTS_PER_CHUNK = 8


def nearest_distance(
    sites: GeometryArray,
    targets: GeometryArray,
    *,
    within: float = np.inf,
    threads: int = 2,
) -> tuple[FloatArray, IntArray]:
    """Distance of each site to the nearest target.

    Parameters
    ----------
    sites
        Any geometries in a projected CRS, metres.
    targets
        Polygons, lines or points in the same CRS.
    within
        Search radius in metres.
    threads
        For the search.

    Returns
    -------
    distance : array
        Metres; 0 where a site touches or overlaps a target, NaN where none lies within the
        radius.
    target : array
        Index of the nearest target (of one of them, when several are equally near), -1 where
        there is none.
    """
    distance = np.full(len(sites), np.nan)
    target = np.full(len(sites), -1, dtype=np.int64)
    present = ~(shapely.is_missing(sites) | shapely.is_empty(sites))
    usable = np.flatnonzero(~(shapely.is_missing(targets) | shapely.is_empty(targets)))
    if len(usable) == 0 or not present.any():
        return distance, target

    hit_target, hit_site = shapely.STRtree(sites).query(targets[usable], predicate="intersects")
    distance[hit_site] = 0.0
    target[hit_site[::-1]] = usable[hit_target[::-1]]

    rest = np.flatnonzero(present & (target < 0))
    chunks, owner = boundary_chunks(targets[usable])
    tree = shapely.STRtree(chunks)
    radius = None if np.isinf(within) else within

    def search(block: IntArray) -> NDArray[np.float64]:
        (asked, found), metres = tree.query_nearest(
            sites[block], max_distance=radius, return_distance=True, all_matches=False
        )
        result = np.full((len(block), 2), np.nan)
        result[asked, 0] = metres
        result[asked, 1] = owner[found]
        return result

    if len(rest):
        found = in_threads(search, rest, threads=threads)
        reached = ~np.isnan(found[:, 0])
        distance[rest[reached]] = found[reached, 0]
        target[rest[reached]] = usable[found[reached, 1].astype(np.int64)]
    return distance, target


def boundary_chunks(targets: GeometryArray) -> tuple[GeometryArray, IntArray]:
    """Cut boundaries and lines into short chunks.

    Parameters
    ----------
    targets
        Polygons, lines or points, none missing.

    Returns
    -------
    chunks : array of geometries
        Lines of at most eight segments, and the points as they are.
    owner : array of int
        Index of the target that each chunk belongs to.
    """
    # get_rings passes over multi-polygons in silence, so they are taken apart first.
    parts, part_owner = shapely.get_parts(targets, return_index=True)
    kind = shapely.get_type_id(parts)
    is_area = kind == shapely.GeometryType.POLYGON
    is_line = (kind == shapely.GeometryType.LINESTRING) | (kind == shapely.GeometryType.LINEARRING)
    is_point = kind == shapely.GeometryType.POINT
    rings, ring_part = shapely.get_rings(parts[is_area], return_index=True)
    lines = np.concatenate((rings, parts[is_line]))
    line_owner = np.concatenate((part_owner[is_area][ring_part], part_owner[is_line]))
    points, point_owner = parts[is_point], part_owner[is_point]
    if len(lines) == 0:
        return points, point_owner
    xy, line = shapely.get_coordinates(lines, return_index=True)
    start = np.r_[0, np.flatnonzero(np.diff(line)) + 1]
    length = np.diff(np.r_[start, len(line)])
    n_chunks = -(-(length - 1) // _SEGMENTS_PER_CHUNK)
    chunk_line = np.repeat(np.arange(len(start)), n_chunks)
    position = np.arange(len(chunk_line)) - np.repeat(np.r_[0, np.cumsum(n_chunks)[:-1]], n_chunks)
    begin = start[chunk_line] + position * _SEGMENTS_PER_CHUNK
    end = np.minimum(begin + _SEGMENTS_PER_CHUNK, start[chunk_line] + length[chunk_line] - 1)
    corners = end - begin + 1
    offset = np.r_[0, np.cumsum(corners)[:-1]]
    index = np.repeat(begin - offset, corners) + np.arange(corners.sum())
    chunks = shapely.linestrings(xy[index], indices=np.repeat(np.arange(len(begin)), corners))
    return np.concatenate((chunks, points)), np.concatenate((line_owner[chunk_line], point_owner))
