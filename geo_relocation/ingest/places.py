"""Where rows lie: geometry of the file or coordinate columns → places in the working CRS."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geo_relocation.errors import UnknownCrsError
from geo_relocation.geo.crs import WGS84, metres_per_unit, transform
from geo_relocation.geo.repair import Kind, not_finite, of_kind, repair_polygons, without_z
from geo_relocation.ingest.convert import as_objects
from geo_relocation.ingest.draft import Draft
from geo_relocation.ingest.raw import Geometries, Mask
from geo_relocation.text.numbers import parse_numbers

_KIND_WORDS = {
    "polygon": ("vùng (polygon)", "a polygon"),
    "line": ("đường (line)", "a line"),
    "point": ("điểm (point)", "a point"),
    "geometry": ("vùng hoặc điểm", "a polygon or one point"),
}
_MARGIN_DEGREES = 3.0
_LARGEST_DEGREES = (180.0, 90.0)


def locate(draft: Draft) -> None:
    """Give every row its place in the working CRS, or log why it has none.

    Raises
    ------
    UnknownCrsError
        If the coordinates state no reference system and none follows from them.
    """
    source, crs = _source(draft)
    draft.source_crs = crs
    required = draft.schema.geometry is not None and draft.schema.geometry.required
    empty = shapely.is_missing(source) | shapely.is_empty(source)
    source[empty] = None
    if required:
        draft.refuse("geometry-missing", empty)
    else:
        draft.log.add_rows("no-location", empty & draft.kept)
    if empty.all() or crs is None:
        return
    draft.refuse("geometry-not-finite", not_finite(source))
    flat, had_z = without_z(source)
    if had_z.any():
        draft.log.add("z-dropped", count=int(had_z.sum()))
    fitting = _fitting(draft, flat)
    moved = _moved(draft, fitting, crs)
    draft.geometry = _repaired(draft, moved)


def _source(draft: Draft) -> tuple[Geometries, CRS | None]:
    """Geometries and their CRS, from the file or from coordinate columns."""
    raw, columns = draft.raw, draft.columns.columns
    if raw.geometry is not None:
        if raw.crs is None and not shapely.is_missing(raw.geometry).all():
            raise UnknownCrsError(f"{raw.file} states no coordinate reference system.")
        return raw.geometry.copy(), raw.crs
    if "wkt" in columns:
        return _from_wkt(draft, columns["wkt"])
    for x_name, y_name in (("lon", "lat"), ("easting", "northing"), ("x", "y")):
        if x_name in columns and y_name in columns:
            return _from_columns(draft, columns[x_name], columns[y_name], x_name == "lon")
    return np.full(len(raw), None, dtype=object), None


def _from_wkt(draft: Draft, column: str) -> tuple[Geometries, CRS | None]:
    texts = as_objects(draft.raw.frame[column])
    usable = np.array([isinstance(text, str) for text in texts], dtype=bool)
    found = np.full(len(texts), None, dtype=object)
    found[usable] = shapely.from_wkt(texts[usable].astype(str), on_invalid="ignore")
    unread = usable & shapely.is_missing(found)
    draft.log.add_rows("position-unreadable", unread, field=column, values=texts)
    if draft.raw.crs is None and not shapely.is_missing(found).all():
        raise UnknownCrsError(f"The outlines in column {column!r} state no reference system.")
    return found, draft.raw.crs


def _from_columns(
    draft: Draft, x_column: str, y_column: str, degrees: bool
) -> tuple[Geometries, CRS | None]:
    x, x_unread = _ordinates(draft, x_column)
    y, y_unread = _ordinates(draft, y_column)
    both = np.isfinite(x) & np.isfinite(y)
    half = (np.isfinite(x) ^ np.isfinite(y)) & ~x_unread & ~y_unread
    draft.log.add_rows("position-half", half, field=f"{x_column}, {y_column}")
    found = np.full(len(x), None, dtype=object)
    found[both] = shapely.points(x[both], y[both])
    if not both.any():
        return found, None
    crs = draft.raw.crs
    if crs is None:
        crs = _assumed_crs(draft, x[both], y[both], degrees, x_column, y_column)
    return found, crs


def _ordinates(draft: Draft, column: str) -> tuple[NDArray[np.float64], Mask]:
    values = draft.raw.frame[column]
    held = pd.Series(as_objects(values), dtype=object)
    parsed = parse_numbers(held)
    draft.log.add_problems(parsed.problems, column)
    numbers = parsed.values.to_numpy(dtype=float)
    return numbers, held.notna().to_numpy() & ~np.isfinite(numbers)


def _assumed_crs(
    draft: Draft,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    degrees: bool,
    x_column: str,
    y_column: str,
) -> CRS:
    """WGS 84 for numbers that can only be degrees; anything else must be told."""
    small = (np.abs(x) <= _LARGEST_DEGREES[0]).mean(), (np.abs(y) <= _LARGEST_DEGREES[1]).mean()
    if degrees or min(small) > 0.5:  # noqa: PLR2004 - most of the rows
        draft.log.add(
            "crs-assumed",
            value=WGS84.name,
            detail=f"Cột {x_column}, {y_column} ghi độ và tệp không nêu hệ tọa độ.",
            detail_en=f"Columns {x_column}, {y_column} hold degrees and no system is stated.",
        )
        return WGS84
    raise UnknownCrsError(
        f"Columns {x_column!r} and {y_column!r} hold plane coordinates of an unknown system."
    )


def _fitting(draft: Draft, source: Geometries) -> Geometries:
    """The parts that fit the layer; rows without any are refused."""
    attribute = draft.schema.geometry
    kind: Kind = attribute.type if attribute is not None else "geometry"  # type: ignore[assignment]
    fitting, dropped, wrong = of_kind(source, kind)
    names = np.array([g.geom_type if g is not None else "" for g in source], dtype=object)
    vi, en = _KIND_WORDS[kind]
    draft.refuse("geometry-type", wrong, values=names, detail=vi, detail_en=en)
    draft.log.add_rows(
        "geometry-parts", dropped & draft.kept, values=names, detail=vi, detail_en=en
    )
    return fitting


def _moved(draft: Draft, source: Geometries, crs: CRS) -> Geometries:
    """The geometries in the working CRS; rows that land nowhere sensible are refused."""
    target = draft.working_crs
    usable = draft.kept & ~shapely.is_missing(source)

    def move(points: NDArray[np.float64]) -> NDArray[np.float64]:
        moved = points.copy()
        moved[:, 0], moved[:, 1] = transform(points[:, 0], points[:, 1], crs, target)
        return moved

    out = np.full(len(source), None, dtype=object)
    out[usable] = shapely.transform(source[usable], move)
    outside = usable & not_finite(out)
    limits = sensible_bounds(target)
    if limits is not None:
        left, bottom, right, top = shapely.bounds(out).T
        x, y = (left + right) / 2, (bottom + top) / 2
        far = (x < limits[0]) | (y < limits[1]) | (x > limits[2]) | (y > limits[3])
        outside |= usable & far
    draft.refuse("outside-crs", outside, detail=target.name)
    return out


def sensible_bounds(crs: CRS) -> tuple[float, float, float, float] | None:
    """Bounds in a CRS beyond which its coordinates make no sense; None if it does not say.

    The stated area of use, three degrees wider on each side.
    """
    area = crs.area_of_use
    if area is None:
        return None
    west, east = area.west - _MARGIN_DEGREES, area.east + _MARGIN_DEGREES
    south = max(area.south - _MARGIN_DEGREES, -89.0)
    north = min(area.north + _MARGIN_DEGREES, 89.0)
    if west > east:  # over the date line
        return None
    along = np.linspace(0.0, 1.0, 21)
    lon = np.concatenate(
        [west + along * (east - west)] * 2 + [np.full(21, west), np.full(21, east)]
    )
    lat = np.concatenate(
        [np.full(21, south), np.full(21, north)] + [south + along * (north - south)] * 2
    )
    x, y = transform(lon, lat, WGS84, crs)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        return None
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def _repaired(draft: Draft, geometry: Geometries) -> Geometries:
    geometry[draft.refused] = None
    mended = repair_polygons(geometry)
    draft.refuse("geometry-collapsed", mended.collapsed, values=mended.reasons)
    square_metres = mended.area_change * metres_per_unit(draft.working_crs) ** 2
    for i in np.flatnonzero(mended.changed & draft.kept):
        draft.log.add(
            "geometry-repaired",
            position=int(i),
            value=mended.reasons[i],
            detail=f"{square_metres[i]:+.1f} m²",
        )
    return mended.geometry
