"""Areas that sites share with zones: arrays in, arrays out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geo_relocation.arrays import FloatArray, GeometryArray, IntArray, Mask
from geo_relocation.geo.claims import settled_areas
from geo_relocation.geo.common_area import common_area
from geo_relocation.geo.outlines import Outlines
from geo_relocation.geo.parallel import in_threads

AREA_TOLERANCE_M2 = 1e-6
"""A site is not said to have land in something of which it has less than this."""

_NEGLIGIBLE = 1e-10
"""Part of a site's land below which a piece, or an overlap of zones, does not touch its shares."""

SHARE_TOLERANCE = 1e-9
"""Rounding allowed for where a share is held against a threshold: half is half."""

_AREAL = 2
"""Dimension of polygons in shapely's count."""


@dataclass(frozen=True)
class Pieces:
    """What each site has in common with each zone that it has land in.

    Attributes
    ----------
    site, zone
        Indices into the arrays that were overlaid, sorted by site, then zone.
    area
        Common area in square metres.
    """

    site: IntArray
    zone: IntArray
    area: FloatArray

    def take(self, rows: IntArray | Mask) -> Pieces:
        """Some of the pieces."""
        return Pieces(self.site[rows], self.zone[rows], self.area[rows])

    def without_slivers(self) -> Pieces:
        """The pieces that are land, and not two drawings of one border that differ by a hair."""
        return self.take(self.area > AREA_TOLERANCE_M2)


def intersect(sites: Outlines, zones: Outlines, *, threads: int = 2) -> Pieces:
    """Intersect sites with zones.

    Parameters
    ----------
    sites, zones
        Valid polygons in one projected CRS, metres. None and empty geometries match nothing.
    threads
        For the areas.
    """
    # The tree holds the many small sites and is asked by the few large zones: fewer walks.
    zone, site = shapely.STRtree(sites.geometry).query(zones.geometry)
    order = np.lexsort((zone, site))
    site, zone = site[order], zone[order]
    area = common_area(sites, zones, site, zone, threads=threads)
    real = area > _negligible(sites)[site]
    return Pieces(site[real], zone[real], area[real])


def _negligible(sites: Outlines) -> FloatArray:
    """Square metres of each site that do not touch its shares."""
    land: FloatArray = shapely.area(sites.geometry)
    return np.minimum(AREA_TOLERANCE_M2, _NEGLIGIBLE * land)


def group_areas(
    sites: Outlines,
    zones: Outlines,
    pieces: Pieces,
    group: IntArray,
    *,
    n_groups: int,
    threads: int = 2,
) -> tuple[FloatArray, Mask]:
    """Area of each site in each group of zones, every square metre counted once.

    Where zones of several groups lie over each other, the land goes to the group with the
    lower number; so the numbering is the order of precedence.

    Parameters
    ----------
    sites, zones
        What was intersected.
    pieces
        Result of `intersect`.
    group
        Group of each piece, 0 is strongest.
    n_groups
        How many groups there are.
    threads
        For the areas.

    Returns
    -------
    areas : array of shape (sites, groups)
        Square metres.
    contested : array of bool, shape (sites,)
        Sites on which zones of different groups overlap.
    """
    areas = np.zeros((len(sites), n_groups))
    contested = np.zeros(len(sites), dtype=bool)
    hard = sites_with_overlaps(sites, zones, pieces, threads=threads)[pieces.site]
    np.add.at(areas, (pieces.site[~hard], group[~hard]), pieces.area[~hard])
    if hard.any():
        row, settled, several = settled_areas(
            sites,
            zones,
            pieces.site[hard],
            pieces.zone[hard],
            group[hard],
            n_groups=n_groups,
            threads=threads,
        )
        areas[row] = settled
        contested[row] = several > _negligible(sites)[row]
    return areas, contested


def sites_with_overlaps(sites: Outlines, zones: Outlines, pieces: Pieces, *, threads: int) -> Mask:
    """Sites on which two zones may share land.

    Zones are held against each other over the box of the site. So a site can be taken for one
    with overlaps that has none, which costs time only. The other way round, what is passed over
    is less than a ten thousand millionth of its land.
    """
    found = np.zeros(len(sites), dtype=bool)
    negligible = _negligible(sites)
    most = int(np.bincount(pieces.site, minlength=1).max(initial=0))
    for step in range(1, most):
        # Every piece with the one `step` places after it in the same site.
        left = np.flatnonzero(pieces.site[:-step] == pieces.site[step:])
        left = left[~found[pieces.site[left]]]
        common = common_area(
            zones,
            zones,
            pieces.zone[left],
            pieces.zone[left + step],
            window=sites.bounds[pieces.site[left]],
            threads=threads,
        )
        at = pieces.site[left]
        found[at[common > negligible[at]]] = True
    return found


def resolve(
    sites: Outlines, zones: Outlines, pieces: Pieces, group: IntArray, *, threads: int = 2
) -> tuple[IntArray, IntArray, GeometryArray]:
    """The land of each group on each site, contested land given to the strongest that claims it.

    `group_areas` gives the areas alone, and much faster.

    Parameters
    ----------
    sites, zones
        What was intersected.
    pieces
        Result of `intersect`.
    group
        Group of each piece, 0 is strongest.
    threads
        For the overlay.

    Returns
    -------
    site, group : arrays
        One entry per site and group, sorted.
    land : array of geometries
        The land of the group, which may be empty.
    """
    if len(pieces.site) == 0:
        nothing = np.empty(0, dtype=np.int64)
        return nothing, nothing, np.empty(0, dtype=object)
    order = np.lexsort((group, pieces.site))
    cut = _polygonal(
        in_threads(
            shapely.intersection,
            sites.geometry[pieces.site[order]],
            zones.geometry[pieces.zone[order]],
            threads=threads,
        )
    )
    keys = np.column_stack((pieces.site[order], group[order]))
    first = np.flatnonzero(np.r_[True, np.any(np.diff(keys, axis=0) != 0, axis=1)])
    merged = _union_runs(cut, first)
    site, rank = keys[first, 0], keys[first, 1]
    # Level by level: the strongest group of every site at once, then the second, …
    starts = np.flatnonzero(np.r_[True, np.diff(site) != 0])
    counts = np.diff(np.r_[starts, len(site)])
    level = np.arange(len(site)) - np.repeat(starts, counts)
    run = np.repeat(np.arange(len(starts)), counts)
    taken = merged[starts].copy()
    left = merged.copy()
    for depth in range(1, int(level.max()) + 1):
        now = np.flatnonzero(level == depth)
        left[now] = shapely.difference(merged[now], taken[run[now]])
        taken[run[now]] = shapely.union(taken[run[now]], merged[now])
    return site, rank, _polygonal(left)


def _polygonal(geometry: GeometryArray) -> GeometryArray:
    """The same geometries without the points and lines that touching borders leave behind.

    GEOS refuses to overlay collections of mixed dimension.
    """
    mixed = np.flatnonzero(shapely.get_type_id(geometry) == shapely.GeometryType.GEOMETRYCOLLECTION)
    for row in mixed:
        parts = shapely.get_parts(geometry[row])
        geometry[row] = shapely.union_all(parts[shapely.get_dimensions(parts) == _AREAL])
    return geometry


def _union_runs(geometry: GeometryArray, first: IntArray) -> GeometryArray:
    """Union of each run of geometries; `first` holds where runs begin."""
    length = np.diff(np.r_[first, len(geometry)])
    merged = geometry[first].copy()
    for run in np.flatnonzero(length > 1):
        merged[run] = shapely.union_all(geometry[first[run] : first[run] + length[run]])
    return merged


def largest_share(pieces: Pieces, *, n_sites: int, size: FloatArray | None = None) -> IntArray:
    """Index of the zone that holds the most of each site, -1 where none does.

    Parameters
    ----------
    pieces
        Result of `intersect`.
    n_sites
        How many sites there are.
    size
        Area of each zone, square metres: of zones that hold equally much (to a square
        decimetre) the smallest is taken. Without it, and of equal sizes, the first.
    """
    best = np.full(n_sites, -1, dtype=np.int64)
    held = np.round(pieces.area, 2)
    small = np.zeros(len(held)) if size is None else -size[pieces.zone]
    order = np.lexsort((-pieces.zone, small, held, pieces.site))
    best[pieces.site[order]] = pieces.zone[order]
    return best


def containing(points: GeometryArray, zones: GeometryArray) -> tuple[IntArray, IntArray]:
    """Pairs (point, zone) where the zone covers the point, boundary included, sorted by point."""
    zone, point = shapely.STRtree(points).query(zones, predicate="intersects")
    order = np.lexsort((zone, point))
    return point[order], zone[order]


def as_discs(points: GeometryArray, area: FloatArray) -> GeometryArray:
    """Discs of a given area around points.

    Parameters
    ----------
    points
        Points, metres.
    area
        Square metres; where it is zero or unknown the point itself is returned.

    Notes
    -----
    A disc of 64 corners is widened so that its area is exactly `area`, not that of the
    polygon inscribed in the circle.
    """
    corners = 64
    known = np.nan_to_num(area) > 0
    radius = np.sqrt(2 * area[known] / (corners * np.sin(2 * np.pi / corners)))
    discs: Any = points.copy()
    discs[known] = shapely.buffer(points[known], radius, quad_segs=corners // 4)
    return np.asarray(discs, dtype=object)
