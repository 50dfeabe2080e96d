"""Who gets land that several zones claim: areas by group, each square metre counted once.

Over each site the plane is cut into upright strips at every corner and every crossing of
borders. Within a strip no two borders cross, so that the land between two neighbouring ones is
a trapezium that belongs to the same zones throughout, and its area is its width times its
height in the middle. No polygon is built, so none can be built wrongly.

Borders are first clipped to the box of the site. So a border ends, and a strip with it, where
it leaves the box above or below, which for most plots is where it crosses a side of the plot.
"""

from __future__ import annotations

import numpy as np

from geo_relocation.arrays import FloatArray, IntArray
from geo_relocation.compiling import compiled
from geo_relocation.geo.outlines import Chunks, Outlines
from geo_relocation.geo.parallel import in_threads


def settled_areas(
    sites: Outlines,
    zones: Outlines,
    site: IntArray,
    zone: IntArray,
    group: IntArray,
    *,
    n_groups: int,
    threads: int = 2,
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Areas by group, contested land given to the lowest group that claims it.

    Parameters
    ----------
    sites, zones
        Valid polygons, metres.
    site, zone
        Which zones to hold each site against, sorted by site.
    group
        Group of each pair, 0 is strongest.
    n_groups
        How many groups there are.
    threads
        For the sweep.

    Returns
    -------
    row : array
        The sites that occur in `site`.
    area : array of shape (rows, groups)
        Square metres.
    contested : array
        Square metres of each site that zones of more than one group claim.
    """
    row, start = np.unique(site, return_index=True)
    stop = np.r_[start[1:], len(site)].astype(np.int64)
    found = in_threads(
        lambda *slices: _sweep_all(
            sites.chunks, zones.chunks, sites.bounds, zone, group, n_groups, *slices
        ),
        row,
        start.astype(np.int64),
        stop,
        threads=threads,
    )
    return row, found[:, :-1], found[:, -1]


@compiled()
def _sweep_all(
    sites: Chunks,
    zones: Chunks,
    bounds: FloatArray,
    zone: IntArray,
    group: IntArray,
    n_groups: int,
    row: IntArray,
    start: IntArray,
    stop: IntArray,
) -> FloatArray:
    """Areas of each site by group, and in the last column what several groups claim."""
    areas = np.zeros((len(row), n_groups + 1))
    for n in range(len(row)):
        window = bounds[row[n]]
        count = _room(sites, row[n], window)
        for piece in range(start[n], stop[n]):
            count += _room(zones, zone[piece], window)
        edges = np.empty((count, 4))
        label = np.empty(count, np.int64)
        size = _gather(sites, row[n], window, 0, edges, label, 0)
        for piece in range(start[n], stop[n]):
            size = _gather(zones, zone[piece], window, piece - start[n] + 1, edges, label, size)
        order = np.argsort(edges[:size, 0])
        _sweep(
            edges[:size][order],
            label[:size][order],
            window[2] - window[0],
            window[3] - window[1],
            group[start[n] : stop[n]],
            areas[n],
        )
    return areas


@compiled()
def _over(box: FloatArray, window: FloatArray) -> bool:
    """Whether a chunk with that box may have edges over the window, or below it."""
    return bool(box[2] > window[0] and box[0] < window[2] and box[1] < window[3])


@compiled()
def _room(chunks: Chunks, row: int, window: FloatArray) -> int:
    """No fewer edges than a geometry leaves over a window: one may be cut in two."""
    count = 0
    for chunk in range(chunks.first[row], chunks.first[row + 1]):
        if chunks.side[chunk] != 0 and _over(chunks.box[chunk], window):
            count += 2 * (chunks.end[chunk] - chunks.begin[chunk])
    return count


@compiled()
def _gather(
    chunks: Chunks,
    row: int,
    window: FloatArray,
    name: int,
    edges: FloatArray,
    label: IntArray,
    size: int,
) -> int:
    """Append the edges of a geometry over the window, from west to east; their new number.

    What of an edge lies above the window is left out: the land below it goes on to the upper
    side. What lies below is laid flat on the lower side, where it still tells inside from
    outside. Coordinates are taken from the lower left corner.
    """
    west, south, east, north = window
    width, top = east - west, north - south
    for chunk in range(chunks.first[row], chunks.first[row + 1]):
        if chunks.side[chunk] == 0 or not _over(chunks.box[chunk], window):
            continue
        for i in range(chunks.begin[chunk], chunks.end[chunk]):
            ax, ay = chunks.xy[i, 0] - west, chunks.xy[i, 1] - south
            bx, by = chunks.xy[i + 1, 0] - west, chunks.xy[i + 1, 1] - south
            if ax > bx:
                ax, ay, bx, by = bx, by, ax, ay
            if ax == bx or bx <= 0.0 or ax >= width or min(ay, by) >= top:
                continue
            ax, ay, bx, by = _between_sides(ax, ay, bx, by, width)
            ax, ay, bx, by = _below_top(ax, ay, bx, by, top)
            if min(ay, by) < 0.0 < max(ay, by):
                x = ax + (bx - ax) * (ay / (ay - by))
                if ay < 0.0:
                    size = _append(edges, label, size, name, ax, 0.0, x, 0.0)
                    ax, ay = x, 0.0
                else:
                    size = _append(edges, label, size, name, x, 0.0, bx, 0.0)
                    bx, by = x, 0.0
            size = _append(edges, label, size, name, ax, max(ay, 0.0), bx, max(by, 0.0))
    return size


@compiled()
def _append(
    edges: FloatArray,
    label: IntArray,
    size: int,
    name: int,
    ax: float,
    ay: float,
    bx: float,
    by: float,
) -> int:
    """Add an edge unless it is upright, or was rounded to nothing; the new number of edges."""
    if ax >= bx:
        return size
    edges[size, 0], edges[size, 1], edges[size, 2], edges[size, 3] = ax, ay, bx, by
    label[size] = name
    return size + 1


@compiled()
def _between_sides(
    ax: float, ay: float, bx: float, by: float, width: float
) -> tuple[float, float, float, float]:
    """The part of an edge between x = 0 and `width`; it has some."""
    slope = (by - ay) / (bx - ax)
    if bx > width:
        bx, by = width, by - slope * (bx - width)
    if ax < 0.0:
        ax, ay = 0.0, ay - slope * ax
    return ax, ay, bx, by


@compiled()
def _below_top(
    ax: float, ay: float, bx: float, by: float, top: float
) -> tuple[float, float, float, float]:
    """The part of an edge below `top`; one without any ends where it begins."""
    if ay >= top and by >= top:
        return ax, ay, ax, ay
    if ay > top:
        return ax + (bx - ax) * ((ay - top) / (ay - by)), top, bx, by
    if by > top:
        return ax, ay, bx - (bx - ax) * ((by - top) / (by - ay)), top
    return ax, ay, bx, by


@compiled()
def _cuts(edges: FloatArray, width: float) -> FloatArray:
    """Where strips begin and end: corners and crossings, sorted; edges sorted by their west end."""
    cuts = [0.0, width]
    for i in range(len(edges)):
        for x in (edges[i, 0], edges[i, 2]):
            if 0.0 < x < width:
                cuts.append(x)  # noqa: PERF401 - the compiler knows no generators
        if edges[i, 1] == 0.0 and edges[i, 3] == 0.0:
            continue
        slope = (edges[i, 3] - edges[i, 1]) / (edges[i, 2] - edges[i, 0])
        for j in range(i + 1, len(edges)):
            left = edges[j, 0]
            if left >= edges[i, 2]:
                break
            right = min(edges[i, 2], edges[j, 2])
            other = (edges[j, 3] - edges[j, 1]) / (edges[j, 2] - edges[j, 0])
            gap = edges[i, 1] + slope * (left - edges[i, 0]) - edges[j, 1]
            later = gap + (slope - other) * (right - left)
            if gap * later < 0.0:
                x = left + (right - left) * (gap / (gap - later))
                if 0.0 < x < width:
                    cuts.append(x)
    return np.sort(np.array(cuts))


@compiled()
def _sweep(
    edges: FloatArray,
    label: IntArray,
    width: float,
    top: float,
    group: IntArray,
    areas: FloatArray,
) -> None:
    """Add the land of one site to its groups, strip by strip."""
    cuts = _cuts(edges, width)
    height = np.empty(len(edges))
    who = np.empty(len(edges), np.int64)
    inside = np.zeros(len(group) + 1, np.bool_)
    claims = np.zeros(len(areas), np.int64)
    for strip in range(len(cuts) - 1):
        across = cuts[strip + 1] - cuts[strip]
        if across <= 0.0:
            continue
        size = _stack(edges, label, cuts[strip] + 0.5 * across, height, who)
        inside[:] = False
        claims[:] = 0
        for k in range(size):
            above = height[k + 1] if k + 1 < size else top
            inside[who[k]] ^= True
            if who[k] > 0:
                claims[group[who[k] - 1]] += 1 if inside[who[k]] else -1
            if inside[0]:
                _give(claims, across * (above - height[k]), areas)


@compiled()
def _stack(edges: FloatArray, label: IntArray, x: float, height: FloatArray, who: IntArray) -> int:
    """The edges over one x from the lowest up; how many they are."""
    size = 0
    for i in range(len(edges)):
        if edges[i, 0] > x:
            break
        if edges[i, 2] <= x:
            continue
        share = (x - edges[i, 0]) / (edges[i, 2] - edges[i, 0])
        y = edges[i, 1] + (edges[i, 3] - edges[i, 1]) * share
        place = size
        while place > 0 and height[place - 1] > y:
            height[place], who[place] = height[place - 1], who[place - 1]
            place -= 1
        height[place], who[place] = y, label[i]
        size += 1
    return size


@compiled()
def _give(claims: IntArray, land: float, areas: FloatArray) -> None:
    """Give land to the strongest group with a claim; note it where there are several."""
    last = len(areas) - 1
    winner = -1
    for group in range(last):
        if claims[group] == 0:
            continue
        if winner < 0:
            winner = group
            areas[group] += land
        else:
            areas[last] += land
            break
