"""Compact encodings for the one JSON text that a map carries.

Geometry becomes whole numbers of 1e-6 degree (0.11 m), each vertex as the difference from
the one before. Columns that repeat themselves become a list of distinct values and indices.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geo_relocation.arrays import FloatArray
from geo_relocation.geo.crs import WGS84, metres_per_unit, reproject
from geo_relocation.standing.days import day_of

SCALE = 1_000_000
"""Steps per degree: six decimals."""

TOLERANCES_M = (2.0, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0)
"""Simplification tolerances that are tried in turn, metres."""

VERTEX_BUDGET = 120_000
"""Vertices of one zone layer above which a coarser tolerance is taken."""


def to_wgs84(layer: gpd.GeoSeries | gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Geometry of a layer in longitude and latitude, by the pinned datum operation."""
    return reproject(layer.geometry, WGS84)


def simplify_coverage(geometry: gpd.GeoSeries) -> tuple[gpd.GeoSeries, float]:
    """Zones with fewer vertices, neighbours keeping their common edges.

    The finest of `TOLERANCES_M` that stays within `VERTEX_BUDGET` is taken.

    Returns
    -------
    tuple
        Simplified polygons in the same CRS, and the tolerance in metres.
    """
    if not len(geometry):
        return geometry, 0.0
    unit = metres_per_unit(CRS(geometry.crs))
    simplified = geometry.to_numpy()
    tolerance = 0.0
    for tolerance in TOLERANCES_M:
        simplified = shapely.coverage_simplify(geometry.to_numpy(), tolerance / unit)
        if shapely.get_num_coordinates(simplified).sum() <= VERTEX_BUDGET:
            break
    return gpd.GeoSeries(simplified, index=geometry.index, crs=geometry.crs), tolerance


def _deltas(coordinates: FloatArray) -> list[int]:
    steps = np.rint(coordinates * SCALE).astype(np.int64)
    steps[1:] = np.diff(steps, axis=0)
    flat: list[int] = steps.ravel().tolist()
    return flat


def encode_rings(geometry: Sequence[shapely.Geometry]) -> list[list[list[int]]]:
    """Rings or lines of each geometry, in longitude and latitude.

    The first vertex of a ring is absolute and every further one the difference from the one
    before: ``[lon, lat, dlon, dlat, …]`` in 1e-6 degree. All rings of a multipolygon, holes
    included, stand in one list: they are filled by the even-odd rule.
    """
    parts, owner = shapely.get_parts(np.asarray(geometry, dtype=object), return_index=True)
    polygonal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    rings, part = shapely.get_rings(parts[polygonal], return_index=True)
    lines = np.concatenate([rings, parts[~polygonal]])
    owners = np.concatenate([owner[polygonal][part], owner[~polygonal]])
    found: list[list[list[int]]] = [[] for _ in geometry]
    coordinates, line = shapely.get_coordinates(lines, return_index=True)
    starts = np.searchsorted(line, np.arange(len(lines) + 1))
    for number, whose in enumerate(owners):
        found[whose].append(_deltas(coordinates[starts[number] : starts[number + 1]]))
    return found


def encode_points(points: gpd.GeoSeries) -> list[list[int] | None]:
    """Points as ``[lon, lat]`` in 1e-6 degree; None where there is none."""
    coordinates = np.column_stack([points.x.to_numpy(), points.y.to_numpy()])
    known = np.isfinite(coordinates).all(axis=1)
    steps = np.rint(np.where(known[:, None], coordinates, 0) * SCALE).astype(np.int64).tolist()
    return [step if good else None for step, good in zip(steps, known, strict=True)]


def encode_column(values: pd.Series, *, decimals: int | None = None) -> object:
    """A column as a plain list, or as ``{"d": distinct, "i": indices}`` where that is shorter."""
    plain = [None if pd.isna(value) else _plain(value, decimals) for value in values]
    if all(value is None for value in plain):
        return None
    texts = [value for value in plain if isinstance(value, str)]
    distinct = sorted(set(texts))
    if len(texts) < sum(value is not None for value in plain) or len(distinct) > len(plain) / 2:
        return plain
    index = {text: number for number, text in enumerate(distinct)}
    return {"d": distinct, "i": [None if v is None else index[str(v)] for v in plain]}


def _plain(value: object, decimals: int | None) -> object:
    """A value that JSON knows."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, pd.Timestamp):
        return day_of(value).isoformat()
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        rounded = round(float(value), decimals if decimals is not None else 6)
        return int(rounded) if rounded.is_integer() else rounded
    return str(value)


def to_json(value: object) -> str:
    """JSON that may stand inside a ``<script>`` element: it cannot close it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
