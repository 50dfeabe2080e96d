"""A city drawn from a seed: zones that fit together without gap or overlap, and sites on them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import Voronoi

from geo_relocation.model import schema
from geo_relocation.model.enums import ZoneCategory, ZoneStatus
from geo_relocation.screening.parameters import DEFAULT_ORDER

GeometryArray = NDArray[np.object_]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

CRS = "EPSG:9210"
SEED = 7

_CORNER = np.array([580_000.0, 1_170_000.0])
_SIDE = 40_000.0

_FREQUENCY = {
    ZoneCategory.RESIDENTIAL: 0.38,
    ZoneCategory.AGRICULTURE: 0.14,
    ZoneCategory.INDUSTRIAL: 0.10,
    ZoneCategory.GREEN: 0.09,
    ZoneCategory.COMMERCIAL: 0.07,
    ZoneCategory.PUBLIC: 0.06,
    ZoneCategory.TRANSPORT: 0.05,
    ZoneCategory.WATER: 0.05,
    ZoneCategory.MIXED: 0.03,
    ZoneCategory.OTHER: 0.03,
}


def make_zones(count: int, seed: int = SEED) -> gpd.GeoDataFrame:
    """Zones that cover a square of 40 km, about 110 corners each.

    Cells round random seeds, denser round 25 centres, whose common borders wind: every border
    stays within the triangle of its two ends and one of the two seeds, and no two such triangles
    overlap, so that zones never do.

    Parameters
    ----------
    count
        How many.
    seed
        Of everything random.

    Returns
    -------
    GeoDataFrame
        Layer `zones`, all of existing use.
    """
    rng = np.random.default_rng(seed)
    seeds = _cell_seeds(count, rng)
    # Seeds mirrored at the four sides give cells that end at the square.
    mirrored = [
        seeds * [-1, 1],
        seeds * [1, -1],
        [2, 0] - seeds * [1, -1],
        [0, 2] - seeds * [-1, 1],
    ]
    diagram = Voronoi(np.vstack([seeds, *mirrored]))
    ends = np.asarray(diagram.ridge_vertices)
    beside = np.asarray(diagram.ridge_points)
    ours = (beside < count).any(axis=1)
    ends, beside = ends[ours], beside[ours]
    border, start = _winding_borders(
        diagram.vertices, ends, diagram.points[beside], outer=(beside >= count).any(axis=1), rng=rng
    )
    number = {frozenset(pair): row for row, pair in enumerate(ends.tolist())}
    shapes = []
    for cell in diagram.point_region[:count]:
        corners = diagram.regions[cell]
        ring = []
        for a, b in zip(corners, corners[1:] + corners[:1], strict=True):
            row = number[frozenset((a, b))]
            line = border[start[row] : start[row + 1]]
            ring.append(line[:-1] if ends[row, 0] == a else line[:0:-1])
        shapes.append(shapely.Polygon(np.vstack(ring) * _SIDE + _CORNER))
    category = rng.choice(
        np.array([kind.value for kind in _FREQUENCY]), count, p=list(_FREQUENCY.values())
    )
    rows = {
        "zone_id": [f"Z{n}" for n in range(count)],
        "category": category,
        "status": ZoneStatus.EXISTING.value,
    }
    return schema("zones").conform(gpd.GeoDataFrame(rows, geometry=shapes, crs=CRS))


def _cell_seeds(count: int, rng: np.random.Generator) -> FloatArray:
    """Points in the unit square, 60 % anywhere and 40 % round centres."""
    centres = rng.random((25, 2))
    near = centres[rng.integers(0, 25, count)] + rng.normal(0, 0.06, (count, 2))
    anywhere = rng.random((count, 2))
    chosen = near[: int(count * 0.4)]
    inside = ((chosen > 0) & (chosen < 1)).all(axis=1)
    return np.vstack((chosen[inside], anywhere[: count - inside.sum()]))


def _winding_borders(
    vertices: FloatArray,
    ends: IntArray,
    beside: FloatArray,
    *,
    outer: NDArray[np.bool_],
    rng: np.random.Generator,
) -> tuple[FloatArray, IntArray]:
    """Points of every border from its first end to its second, and where each border starts."""
    count = rng.integers(7, 33, len(ends))
    start = np.r_[0, np.cumsum(count)]
    line = np.repeat(np.arange(len(ends)), count)
    along = (np.arange(start[-1]) - start[line]) / (count[line] - 1)
    straight = (
        vertices[ends[line, 0]] * (1 - along[:, None]) + vertices[ends[line, 1]] * along[:, None]
    )
    walk = np.cumsum(rng.normal(0, 1, start[-1]))
    walk -= walk[start[line]]
    pull = np.minimum(np.abs(walk) * 0.03, 0.25) * np.sin(np.pi * along)
    pull[outer[line]] = 0.0
    towards = beside[np.arange(len(ends)), rng.integers(0, 2, len(ends))]
    points = straight + pull[:, None] * (towards[line] - straight)
    # Ends must be the very same numbers in all borders that meet there.
    points[start[:-1]] = vertices[ends[:, 0]]
    points[start[1:] - 1] = vertices[ends[:, 1]]
    return points, start


def make_sites(count: int, seed: int = SEED) -> gpd.GeoDataFrame:
    """Factory plots of 4 to 12 corners, half of them round 40 centres.

    Returns
    -------
    GeoDataFrame
        Layer `sites`.
    """
    rng = np.random.default_rng(seed + 1)
    centre = rng.random((count, 2))
    near = rng.random((40, 2))[rng.integers(0, 40, count // 2)]
    centre[: count // 2] = near + rng.normal(0, 0.05, (count // 2, 2))
    centre = np.clip(centre, 0.015, 0.985) * _SIDE + _CORNER
    radius = np.clip(rng.lognormal(np.log(30), 0.7, count), 5, 400)
    corners = rng.integers(4, 13, count)
    start = np.r_[0, np.cumsum(corners)]
    owner = np.repeat(np.arange(count), corners)
    step = np.arange(start[-1]) - start[owner]
    angle = 2 * np.pi * (step + 0.7 * rng.random(start[-1])) / corners[owner]
    angle += rng.uniform(0, 2 * np.pi, count)[owner]
    reach = radius[owner] * rng.uniform(0.7, 1.2, start[-1])
    points = centre[owner] + reach[:, None] * np.column_stack((np.cos(angle), np.sin(angle)))
    # Corners in the order of their angle about one point inside cannot cross.
    shapes = shapely.polygons(shapely.linearrings(points, indices=owner))
    rows = {"site_id": [f"S{n}" for n in range(count)]}
    return schema("sites").conform(gpd.GeoDataFrame(rows, geometry=shapes, crs=CRS))


def make_overlapping(count: int, seed: int = SEED) -> gpd.GeoDataFrame:
    """Zones of existing use and, over half of the city, planned ones that do not fit them.

    Returns
    -------
    GeoDataFrame
        Layer `zones`, with a column `rank`: who keeps land that several claim, 0 first, by the
        order of precedence that screening states as its default.
    """
    existing = make_zones(count, seed)
    planned = make_zones(max(count // 2, 50), seed + 5).iloc[::2]
    planned = planned.assign(status=ZoneStatus.PLANNED.value, zone_id="P" + planned["zone_id"])
    zones = pd.concat([planned, existing], ignore_index=True)
    order = [category.value for category in DEFAULT_ORDER]
    rank = zones["category"].map(order.index) + 10 * (zones["status"] == ZoneStatus.EXISTING)
    return zones.assign(rank=rank.astype("int64"))


def make_rectangles(count: int, seed: int = SEED) -> gpd.GeoDataFrame:
    """The plots of `make_sites`, each as the north–south rectangle round it."""
    sites = make_sites(count, seed)
    return sites.set_geometry(shapely.box(*sites.bounds.to_numpy().T), crs=CRS)
