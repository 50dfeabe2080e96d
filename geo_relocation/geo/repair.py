"""Geometry as it comes from files → geometry that can be measured.

Every function takes and returns arrays and says what it did to each element, so that the
import can log it row by row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import GeometryType

from geo_relocation.arrays import FloatArray, GeometryArray, Mask

Kind = Literal["polygon", "line", "point", "geometry"]

_POLYGONS = (GeometryType.POLYGON, GeometryType.MULTIPOLYGON)
_LINES = (GeometryType.LINESTRING, GeometryType.LINEARRING, GeometryType.MULTILINESTRING)
_POINTS = (GeometryType.POINT, GeometryType.MULTIPOINT)
_WANTED: dict[str, tuple[GeometryType, ...]] = {
    "polygon": _POLYGONS,
    "line": _LINES,
    "point": _POINTS,
    # Places are outlines or points: a line has no land and no one position.
    "geometry": _POLYGONS + _POINTS,
}


@dataclass(frozen=True)
class Repaired:
    """Polygons made valid.

    Attributes
    ----------
    geometry
        Valid geometries; None where nothing with an area was left.
    changed
        Where the geometry was invalid.
    collapsed
        Where nothing was left.
    reasons
        What was wrong, in the geometry library's words; empty where nothing was.
    area_change
        Area after less area before, in squared units of the coordinates, as they were
        drawn: the area of an invalid outline counts overlaps by its own signs.
    """

    geometry: GeometryArray
    changed: Mask
    collapsed: Mask
    reasons: NDArray[np.object_]
    area_change: FloatArray


def not_finite(geometry: GeometryArray) -> Mask:
    """Where a coordinate is infinite or not a number."""
    points, owner = shapely.get_coordinates(geometry, return_index=True)
    bad = np.zeros(len(geometry), dtype=bool)
    bad[owner[~np.isfinite(points).all(axis=1)]] = True
    return bad


def without_z(geometry: GeometryArray) -> tuple[GeometryArray, Mask]:
    """The geometries in the plane, and where a height was dropped."""
    had = shapely.has_z(geometry)
    return np.where(had, shapely.force_2d(geometry), geometry), had


def of_kind(geometry: GeometryArray, kind: Kind) -> tuple[GeometryArray, Mask, Mask]:
    """The parts of each geometry that fit a layer's kind.

    Parameters
    ----------
    geometry
        Any geometries; None stays None.
    kind
        `polygon`, `line`, `point`, or `geometry` for an outline or one point.

    Returns
    -------
    tuple
        Geometries (None where nothing fits), where parts were dropped, and where nothing fits.
    """
    types = shapely.get_type_id(geometry)
    wanted = _WANTED[kind]
    fits = np.isin(types, wanted) | (types == GeometryType.MISSING)
    out = geometry.copy()
    mixed = types == GeometryType.GEOMETRYCOLLECTION
    for i in np.flatnonzero(mixed):
        out[i] = _parts_of(geometry[i], wanted)
    if kind == "geometry":
        several = types == GeometryType.MULTIPOINT
        single = several & (shapely.get_num_geometries(geometry) == 1)
        out[single] = shapely.get_geometry(geometry[single], 0)
        fits &= ~several | single
    none_left = (~fits & ~mixed) | (mixed & shapely.is_missing(out))
    out[none_left] = None
    return out, mixed & ~none_left, none_left


def _parts_of(collection: shapely.Geometry, wanted: tuple[GeometryType, ...]) -> object:
    """The parts of a collection that are wanted; polygons win where several kinds are."""
    parts = shapely.get_parts(collection)
    while np.any(shapely.get_type_id(parts) == GeometryType.GEOMETRYCOLLECTION):
        parts = shapely.get_parts(parts)
    types = shapely.get_type_id(parts)
    for group, join in (
        (_POLYGONS, shapely.multipolygons),
        (_LINES, shapely.multilinestrings),
        (_POINTS, shapely.multipoints),
    ):
        chosen = parts[np.isin(types, group) & np.isin(types, wanted)]
        if len(chosen):
            single = shapely.get_parts(chosen)
            return single[0] if len(single) == 1 else join(single)
    return None


def repair_polygons(geometry: GeometryArray) -> Repaired:
    """Make polygons valid, keeping their polygonal parts.

    ``make_valid`` by structure keeps what an outline encloses: the linework method turns a
    ring that doubles back into holes.

    Parameters
    ----------
    geometry
        Polygons, points or None; points pass untouched.
    """
    polygonal = np.isin(shapely.get_type_id(geometry), _POLYGONS)
    changed = polygonal & ~shapely.is_valid(geometry)
    reasons = np.full(len(geometry), "", dtype=object)
    change = np.zeros(len(geometry))
    out = geometry.copy()
    if changed.any():
        broken = geometry[changed]
        reasons[changed] = [str(text).split("[")[0] for text in shapely.is_valid_reason(broken)]
        mended = shapely.make_valid(broken, method="structure", keep_collapsed=False)
        mended, _, _ = of_kind(mended, "polygon")
        # Parts of a repair may share an edge, which one outline must not.
        still = ~shapely.is_valid(mended)
        mended[still] = [shapely.union_all(shapely.get_parts(g)) for g in mended[still]]
        change[changed] = shapely.area(mended) - shapely.area(broken)
        out[changed] = mended
    area = shapely.area(out)
    collapsed = polygonal & ((area == 0) | shapely.is_missing(out) | shapely.is_empty(out))
    out[collapsed] = None
    return Repaired(out, changed, collapsed, reasons, np.nan_to_num(change))


def closed_lines_as_polygons(geometry: GeometryArray) -> tuple[GeometryArray, Mask]:
    """Closed lines as the areas they enclose, as drawings draw them; and where that was done."""
    types = shapely.get_type_id(geometry)
    simple = np.isin(types, (GeometryType.LINESTRING, GeometryType.LINEARRING))
    closed = simple & shapely.is_closed(geometry) & (shapely.get_num_points(geometry) > 3)  # noqa: PLR2004
    out = geometry.copy()
    for i in np.flatnonzero(closed):
        out[i] = shapely.Polygon(shapely.get_coordinates(geometry[i]))
    return out, closed
