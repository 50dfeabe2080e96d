"""What may be said of a site whose place is known only to within some metres."""

from __future__ import annotations

import numpy as np
import shapely

from geo_relocation.arrays import FloatArray, GeometryArray, IntArray
from geo_relocation.compiling import compiled
from geo_relocation.geo.common_area import shifted_common
from geo_relocation.geo.nearest import covers
from geo_relocation.geo.outlines import Chunks, Outlines
from geo_relocation.geo.overlay import SHARE_TOLERANCE
from geo_relocation.geo.parallel import in_threads

_GOLDEN_ANGLE = np.pi * (3.0 - np.sqrt(5.0))
_QUARTER = 16


def sunflower(n: int) -> FloatArray:
    """Evenly spread points in the unit disc.

    Parameters
    ----------
    n
        How many.

    Returns
    -------
    array of shape (n, 2)
        The same points at every call. Each stands for an equal part of the disc, so an average
        over them converges faster than one over random points.

    References
    ----------
    Vogel, H. (1979). A better way to construct the sunflower head. Mathematical Biosciences 44.
    """
    k = np.arange(n)
    radius = np.sqrt((k + 0.5) / n)
    angle = k * _GOLDEN_ANGLE
    return np.column_stack((radius * np.cos(angle), radius * np.sin(angle)))


def uncertainty_region(sites: GeometryArray, accuracy: FloatArray) -> GeometryArray:
    """All the land that each site may cover, given that it may be `accuracy` metres away."""
    # The arc is drawn with corners; widened so that its sides touch the true arc from outside.
    wide = accuracy / np.cos(np.pi / (4 * _QUARTER))
    return np.asarray(shapely.buffer(sites, wide, quad_segs=_QUARTER), dtype=object)


def share_of_places(
    sites: Outlines,
    accuracy: FloatArray,
    ground: Outlines,
    site: IntArray,
    part: IntArray,
    *,
    threshold: float,
    samples: int,
    threads: int = 2,
) -> FloatArray:
    """Share of the places where each site may be at which it lies mostly on some ground.

    Every place within `accuracy` metres of the stated one is taken as equally likely, because
    a source that states one radius says no more than that.

    Parameters
    ----------
    sites
        Outlines or points at their stated place, metres.
    accuracy
        Metres.
    ground
        Polygons.
    site, part
        Which polygons of `ground` make up the ground of each site, sorted by site. Those of
        one site must not overlap.
    threshold
        Share of a site's land from which it lies mostly on the ground. A point lies on it
        wholly or not at all.
    samples
        Places tried per site.
    threads
        For the trials.

    Returns
    -------
    array
        In [0, 1], in steps of 1 / `samples`.
    """
    start = np.searchsorted(site, np.arange(len(sites) + 1)).astype(np.int64)
    needed = shapely.area(sites.geometry) * (threshold - SHARE_TOLERANCE)
    return in_threads(
        lambda *slices: _try_places(
            sites.chunks, sites.bounds, ground.chunks, ground.bounds, part, sunflower(samples),
            *slices,
        ),
        np.arange(len(sites)), start[:-1], start[1:], accuracy, needed, threads=threads, least=2,
    )  # fmt: skip


@compiled()
def _try_places(  # noqa: PLR0917 - arrays only, for the compiler
    sites: Chunks,
    bounds: FloatArray,
    ground: Chunks,
    ground_bounds: FloatArray,
    part: IntArray,
    offsets: FloatArray,
    row: IntArray,
    start: IntArray,
    stop: IntArray,
    accuracy: FloatArray,
    needed: FloatArray,
) -> FloatArray:
    """Share of the offsets at which each site has as much land on its ground as is needed."""
    share = np.zeros(len(row))
    for n in range(len(row)):
        mine = part[start[n] : stop[n]]
        box = bounds[row[n]]
        for k in range(len(offsets)):
            dx, dy = offsets[k, 0] * accuracy[n], offsets[k, 1] * accuracy[n]
            if needed[n] > 0.0:
                held = _on_ground(
                    sites, row[n], box, dx, dy, ground, ground_bounds, mine, needed[n]
                )
            else:
                held = _point_on_ground(ground, ground_bounds, mine, box[0] + dx, box[1] + dy)
            share[n] += held
        share[n] /= len(offsets)
    return share


@compiled()
def _on_ground(
    sites: Chunks,
    row: int,
    box: FloatArray,
    dx: float,
    dy: float,
    ground: Chunks,
    bounds: FloatArray,
    mine: IntArray,
    needed: float,
) -> bool:
    """Whether a site moved by (dx, dy) has enough land in polygons that do not overlap."""
    held = 0.0
    for p in mine:
        west, south = max(box[0] + dx, bounds[p, 0]), max(box[1] + dy, bounds[p, 1])
        east, north = min(box[2] + dx, bounds[p, 2]), min(box[3] + dy, bounds[p, 3])
        if west < east and south < north:
            held += shifted_common(sites, row, dx, dy, ground, p, west, south, east)
            if held >= needed:
                return True
    return False


@compiled()
def _point_on_ground(
    ground: Chunks, bounds: FloatArray, mine: IntArray, x: float, y: float
) -> bool:
    for p in mine:
        if bounds[p, 0] <= x <= bounds[p, 2] and bounds[p, 1] <= y <= bounds[p, 3]:  # noqa: SIM102
            if covers(ground, p, x, y):
                return True
    return False
