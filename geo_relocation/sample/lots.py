"""Lots inside the receiving parks: a schematic subdivision with sample states."""

# ruff: noqa: PLR2004 - the proportions of a drawing stand where they are used

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from geo_relocation.arrays import FloatArray
from geo_relocation.model.enums import LotState, RecordKind
from geo_relocation.sample.drawing import rounded, turned
from geo_relocation.sample.parks import SAMPLE

_GREEN_STRIP_M = 15.0  # inside the fence; QCVN 01:2021/BXD asks for 10 m or more
_STREET_M = 22.0  # between rows of lots
_BETWEEN_M = 2.0
_DEPTHS_M = (75.0, 90.0, 110.0, 140.0, 180.0, 220.0)
_SMALLEST_M2, _LARGEST_M2 = 5_000.0, 50_000.0
_DIVISIBLE_FROM_M2 = 15_000.0


def make_lots(parks: pd.DataFrame, roads: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Lots for the free land of each receiving park, with a few that are already leased."""
    made: list[dict[str, object]] = []
    corridors = shapely.buffer(roads["geometry"].to_numpy(), _STREET_M / 2)
    tree = shapely.STRtree(corridors)
    for park in parks[parks["receives"]].itertuples():
        crossing = corridors[np.sort(tree.query(park.geometry, predicate="intersects"))]
        land = park.geometry.buffer(-_GREEN_STRIP_M).difference(shapely.union_all(crossing))
        made += _park_lots(park, land, rng)
    return pd.DataFrame(made)


def _park_lots(
    park: object, land: shapely.Geometry, rng: np.random.Generator
) -> list[dict[str, object]]:
    """Lots of one park, from one side inwards until its free land is used up."""
    free_left = park.free_ha * 1e4  # type: ignore[attr-defined]
    leased_left = 0.18 * free_left if park.status == "operating" else 0.0  # type: ignore[attr-defined]
    first_year = 2026 if pd.isna(park.opens) else max(2026, int(park.opens))  # type: ignore[attr-defined]
    lots: list[dict[str, object]] = []
    for shape in _rectangles(park.geometry, land, free_left, rng):  # type: ignore[attr-defined]
        area = shape.area
        leased = leased_left > 0 and rng.random() < 0.25
        if leased:
            leased_left -= area
        elif area > free_left:
            continue
        else:
            free_left -= area
        lots.append(_lot(park, len(lots) + 1, shape, first_year, rng, leased=leased))
        if free_left < _SMALLEST_M2:
            break
    return lots


def _lot(
    park: object,
    number: int,
    shape: shapely.Polygon,
    first_year: int,
    rng: np.random.Generator,
    *,
    leased: bool,
) -> dict[str, object]:
    """One row of the layer."""
    area = float(round(shape.area, 1))
    divisible = area >= _DIVISIBLE_FROM_M2 and not leased
    reserved = not leased and rng.random() < 0.04
    state = LotState.LEASED if leased else LotState.RESERVED if reserved else LotState.FREE
    return {
        "lot_id": f"{park.park_id}-L{number:03d}",  # type: ignore[attr-defined]
        "park_id": park.park_id,  # type: ignore[attr-defined]
        "area_m2": area,
        "state": state,
        "available_from": None if leased else int(first_year + rng.integers(0, 3) // 2),
        "divisible": divisible,
        "min_area_m2": _SMALLEST_M2 if divisible else None,
        "tenant": "Bên thuê mẫu" if leased else None,
        "rent_usd_m2": park.rent_usd_m2,  # type: ignore[attr-defined]
        "note": f"Lô vẽ sơ đồ; tình trạng và giá là {SAMPLE}",
        "source": "Dữ liệu mẫu do dự án tạo",
        "record_kind": RecordKind.SAMPLE,
        "geometry": shape,
    }


def _rectangles(
    park: shapely.Polygon, land: shapely.Geometry, free_m2: float, rng: np.random.Generator
) -> list[shapely.Polygon]:
    """Lots in rows parallel to the park's long side, together in one part of it."""
    angle = _long_side_angle(park)
    centre = np.array(park.centroid.coords[0])
    flat = shapely.transform(land, lambda points: turned(points - centre, -angle, np.zeros(2)))
    shapely.prepare(flat)
    left, bottom, right, top = flat.bounds
    right = min(right, left + 2.4 * np.sqrt(free_m2))
    shapes: list[shapely.Polygon] = []
    y = bottom
    row = 0
    while y < top and len(shapes) < 400:
        depth = float(rng.choice(_DEPTHS_M))
        x = left
        while x < right:
            wanted = float(np.exp(rng.normal(np.log(depth * depth * 1.1), 0.45)))
            width = min(max(wanted, _SMALLEST_M2 * 1.02), _LARGEST_M2 * 0.98) / depth
            lot = shapely.box(x, y, x + width, y + depth)
            if flat.contains(lot):
                shapes.append(lot)
                x += width + _BETWEEN_M
            else:
                x += 10.0
        row += 1
        y += depth + (_STREET_M if row % 2 == 0 else _BETWEEN_M)
    back = shapely.transform(
        np.array(shapes, dtype=object), lambda points: turned(points, angle, centre)
    )
    return list(rounded(back))


def _long_side_angle(park: shapely.Polygon) -> float:
    """Direction of the longest edge, in the sense of `turned`."""
    corners: FloatArray = np.array(park.exterior.coords)
    edges = np.diff(corners, axis=0)
    dx, dy = edges[np.argmax(np.hypot(edges[:, 0], edges[:, 1]))]
    return float(np.arctan2(dy, dx))
