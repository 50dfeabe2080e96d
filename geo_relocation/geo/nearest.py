"""Distance from sites to the nearest of many geometries: arrays in, arrays out.

Boundaries are held as short chunks (`outlines`) in a packed tree of boxes. A search walks down
the tree, nearest boxes first, and measures a chunk only if its box lies nearer than the best
distance so far.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely

from geo_relocation.arrays import FloatArray, GeometryArray, IntArray, Mask
from geo_relocation.compiling import compiled
from geo_relocation.geo.outlines import Chunks, Outlines, outlines
from geo_relocation.geo.parallel import in_threads
from geo_relocation.geo.segments import segments_apart

_FANOUT = 8
_DEEPEST = 24
_TOUCHING = 1e-9
"""Metres. Coordinates of six million metres have no smaller digits."""


class BoxTree(NamedTuple):
    """Boxes packed level by level.

    Attributes
    ----------
    order
        The chunks in the order of the lowest level.
    box
        xmin, ymin, xmax, ymax of all nodes, lowest level first.
    level
        Where each level begins in `box`, and the end.
    """

    order: IntArray
    box: FloatArray
    level: IntArray


def nearest_distance(
    sites: GeometryArray | Outlines,
    targets: GeometryArray | Outlines,
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
    asked = sites if isinstance(sites, Outlines) else outlines(sites)
    goal = targets if isinstance(targets, Outlines) else outlines(targets)
    distance = np.full(len(asked), np.nan)
    target = np.full(len(asked), -1, dtype=np.int64)
    if len(goal.chunks.begin) == 0:
        return distance, target
    hit, held = shapely.STRtree(asked.geometry).query(goal.geometry)
    inside = in_threads(
        lambda i, j: _starts_inside(asked.chunks, goal.chunks, i, j), held, hit, threads=threads
    )
    distance[held[inside]] = 0.0
    target[held[inside][::-1]] = hit[inside][::-1]

    rest = np.flatnonzero((target < 0) & (np.diff(asked.chunks.first) > 0))
    tree = pack(goal.chunks.box)
    found = in_threads(
        lambda rows: _search(asked.chunks, goal.chunks, tree, rows, float(within)),
        rest,
        threads=threads,
    )
    reached = found[:, 1] >= 0
    chunk = found[reached, 1].astype(np.int64)
    metres = found[reached, 0]
    distance[rest[reached]] = np.where(metres < _TOUCHING, 0.0, metres)
    target[rest[reached]] = np.searchsorted(goal.chunks.first, chunk, side="right") - 1
    return distance, target


def pack(box: FloatArray) -> BoxTree:
    """Sort boxes into strips (Leutenegger, Lopez, Edgington 1997) and stack boxes over them."""
    count = len(box)
    middle = box[:, :2] + box[:, 2:]
    strips = max(1, int(np.sqrt(count / _FANOUT)))
    strip = np.empty(count, dtype=np.int64)
    strip[np.argsort(middle[:, 0], kind="stable")] = np.arange(count) * strips // count
    order = np.lexsort((middle[:, 1], strip))
    levels = [box[order]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        starts = np.arange(0, len(below), _FANOUT)
        low = np.minimum.reduceat(below[:, :2], starts)
        levels.append(np.hstack((low, np.maximum.reduceat(below[:, 2:], starts))))
    sizes = [len(boxes) for boxes in levels]
    return BoxTree(order, np.vstack(levels), np.r_[0, np.cumsum(sizes)].astype(np.int64))


@compiled()
def _starts_inside(sites: Chunks, targets: Chunks, i: IntArray, j: IntArray) -> Mask:
    """Whether any ring, line or point of a site begins inside a target."""
    inside = np.zeros(len(i), np.bool_)
    for pair in range(len(i)):
        first = sites.first[i[pair]]
        for chunk in range(first, sites.first[i[pair] + 1]):
            starts = chunk == first or sites.end[chunk - 1] != sites.begin[chunk]
            at = sites.begin[chunk]
            if starts and covers(targets, j[pair], sites.xy[at, 0], sites.xy[at, 1]):
                inside[pair] = True
                break
    return inside


@compiled()
def covers(chunks: Chunks, row: int, x: float, y: float) -> bool:
    """Whether a point lies inside, by the number of borders east of it."""
    inside = False
    for chunk in range(chunks.first[row], chunks.first[row + 1]):
        if (
            chunks.side[chunk] == 0
            or chunks.box[chunk, 1] > y
            or chunks.box[chunk, 3] < y
            or chunks.box[chunk, 2] < x
        ):
            continue
        for i in range(chunks.begin[chunk], chunks.end[chunk]):
            ay, by = chunks.xy[i, 1] - y, chunks.xy[i + 1, 1] - y
            if (ay > 0.0) != (by > 0.0):
                ax, bx = chunks.xy[i, 0] - x, chunks.xy[i + 1, 0] - x
                inside ^= (ax * by - bx * ay > 0.0) == (by > ay)
    return inside


@compiled()
def _boxes_apart(a: FloatArray, b: FloatArray) -> float:
    """Squared distance of two boxes."""
    dx = max(0.0, a[0] - b[2], b[0] - a[2])
    dy = max(0.0, a[1] - b[3], b[1] - a[3])
    return float(dx * dx + dy * dy)


@compiled()
def _search(
    sites: Chunks, targets: Chunks, tree: BoxTree, rows: IntArray, within: float
) -> FloatArray:
    """Distance and nearest chunk of each site; infinite where none is within the radius."""
    found = np.empty((len(rows), 2))
    waiting = np.empty((_DEEPEST * _FANOUT, 2), np.int64)
    bound = np.empty(_DEEPEST * _FANOUT)
    box = np.empty(4)
    top = len(tree.level) - 2
    for number in range(len(rows)):
        row = rows[number]
        _whole_box(sites, row, box)
        # A hair wider, so that a target at the very radius is not lost to rounding.
        best, nearest = within * within * (1 + 1e-12) + 1e-18, -1
        waiting[0, 0], waiting[0, 1], bound[0] = top, 0, 0.0
        size = 1
        while size > 0:
            size -= 1
            level, node = waiting[size]
            if bound[size] >= best:
                continue
            if level == 0:
                chunk = tree.order[node]
                apart = _measure(sites, row, targets, chunk, box, best)
                if apart < best:
                    best, nearest = apart, chunk
                continue
            size = _open(tree, level, node, box, best, waiting, bound, size)
        found[number, 0] = min(np.sqrt(best), within) if nearest >= 0 else np.inf
        found[number, 1] = nearest
    return found


@compiled()
def _open(
    tree: BoxTree,
    level: int,
    node: int,
    box: FloatArray,
    best: float,
    waiting: IntArray,
    bound: FloatArray,
    size: int,
) -> int:
    """Put a node's children on the stack, the nearest on top; the new size of the stack."""
    base = tree.level[level - 1]
    begin = size
    for child in range(node * _FANOUT, min((node + 1) * _FANOUT, tree.level[level] - base)):
        apart = _boxes_apart(box, tree.box[base + child])
        if apart >= best:
            continue
        place = size
        while place > begin and bound[place - 1] < apart:
            bound[place] = bound[place - 1]
            waiting[place, 0], waiting[place, 1] = waiting[place - 1, 0], waiting[place - 1, 1]
            place -= 1
        bound[place] = apart
        waiting[place, 0], waiting[place, 1] = level - 1, child
        size += 1
    return size


@compiled()
def _whole_box(chunks: Chunks, row: int, box: FloatArray) -> None:
    """The box of a geometry."""
    box[:2], box[2:] = np.inf, -np.inf
    for chunk in range(chunks.first[row], chunks.first[row + 1]):
        for side in range(2):
            box[side] = min(box[side], chunks.box[chunk, side])
            box[side + 2] = max(box[side + 2], chunks.box[chunk, side + 2])


@compiled()
def _measure(
    sites: Chunks, row: int, targets: Chunks, chunk: int, box: FloatArray, best: float
) -> float:
    """Squared distance of a site to a chunk of boundary, or `best` if that is less."""
    begin, end = targets.begin[chunk], targets.end[chunk]
    x, y = targets.xy[begin, 0], targets.xy[begin, 1]
    # A target may lie wholly inside the site and cross none of its edges.
    if box[0] <= x <= box[2] and box[1] <= y <= box[3] and covers(sites, row, x, y):
        return 0.0
    for part in range(sites.first[row], sites.first[row + 1]):
        if _boxes_apart(sites.box[part], targets.box[chunk]) >= best:
            continue
        first, last = sites.begin[part], sites.end[part]
        for e in range(first, max(last, first + 1)):
            e1 = min(e + 1, last)
            for f in range(begin, max(end, begin + 1)):
                f1 = min(f + 1, end)
                apart = segments_apart(
                    sites.xy[e, 0] - x, sites.xy[e, 1] - y,
                    sites.xy[e1, 0] - x, sites.xy[e1, 1] - y,
                    targets.xy[f, 0] - x, targets.xy[f, 1] - y,
                    targets.xy[f1, 0] - x, targets.xy[f1, 1] - y,
                )  # fmt: skip
                best = min(best, apart)
    return best
