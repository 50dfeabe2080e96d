"""Where the synthetic sites stand: outlines inside blocks, clustered, never on each other."""

# ruff: noqa: PLR2004 - the proportions of a drawing stand where they are used

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
import shapely

from geo_relocation.arrays import FloatArray, GeometryArray
from geo_relocation.model.enums import LocationSource
from geo_relocation.sample.drawing import GRID_M, Noise, noise, turned
from geo_relocation.sample.outline import Outline
from geo_relocation.sample.parks import standing_parks
from geo_relocation.sample.zones import SOUTH

MEAN_SITE_M2 = 18_000_000 / 2_900
"""About 1,800 ha over 2,900 firms: the published scale of the scheme."""

_CITY_SHARE = {"725": 0.31, "724": 0.21, "723": 0.26, "721": 0.12, "718": 0.10}
_SMALLEST_M2, _LARGEST_M2 = 400.0, 90_000.0
_SPREAD = 1.05  # sigma of the logarithm of the land area
_TENANTS = 11  # firms inside KCN Bình Đường
_TENANT_PARK = "P06"
# Pull of each planned category on a site; tuned so that a third to a half lie in housing.
_PULL = {
    "residential": 0.8,
    "industrial": 4.5,
    "commercial": 2.6,
    "mixed": 1.6,
    "agriculture": 0.35,
    "green": 0.45,
    "public": 0.25,
    "transport": 0.2,
    "other": 0.1,
    "water": 0.0,
}
_EDGE_SHARE = 0.16  # of the sites straddle the edge of their block
_EDGE_M = 30.0  # kept free along city edges and around parks
_TRIES = 60
# Location sources of the sites known only as a point: share, accuracy in metres from, to.
_POINT_SOURCES = (
    (LocationSource.COORDINATES, 0.35, 10.0, 50.0),
    (LocationSource.MAP, 0.20, 20.0, 100.0),
    (LocationSource.GEOCODER, 0.33, 200.0, 1500.0),
    (LocationSource.UNIT, 0.12, 1500.0, 1500.0),
)
_POINT_SHARE = 0.10


@dataclass(frozen=True)
class Buildable:
    """Blocks on which sites may stand.

    Attributes
    ----------
    shapes
        Polygons of the planned zones of one city.
    pull
        Relative weight of each, before its area.
    """

    shapes: GeometryArray
    pull: FloatArray


def place_sites(
    count: int,
    outline: Outline,
    planned: pd.DataFrame,
    parks: pd.DataFrame,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Outlines of `count` sites in the five cities, and a few tenants inside one park.

    Returns
    -------
    DataFrame
        `district`, `land_m2` (of the outline), `park_id` (tenants only), `geometry`.
    """
    tenants = min(_TENANTS, count // 20)
    sizes = _sizes(count - tenants, rng)
    cities = rng.choice(list(_CITY_SHARE), len(sizes), p=list(_CITY_SHARE.values()))
    crowd = noise(rng, 1_500.0)
    fenced = shapely.union_all(standing_parks(parks)["geometry"].to_numpy()).buffer(_EDGE_M)
    frames = [_tenants(parks, tenants, rng)]
    for code in SOUTH:
        # The largest are placed first, while there is still room.
        wanted = np.sort(sizes[cities == code])[::-1]
        ground = _ground(outline, planned, code, crowd)
        home = outline.districts[code].buffer(-_EDGE_M).difference(fenced)
        shapes = _fill(ground, wanted, home, rng)
        frames.append(pd.DataFrame({"district": code, "park_id": None, "geometry": shapes}))
    sites = pd.concat(frames, ignore_index=True)
    sites["land_m2"] = shapely.area(sites["geometry"].to_numpy())
    # The order of the register has nothing to do with place or size.
    return sites.iloc[rng.permutation(len(sites))].reset_index(drop=True)


def blur(
    sites: pd.DataFrame, outline: Outline, seeds: dict[str, FloatArray], rng: np.random.Generator
) -> pd.DataFrame:
    """What a register knows of each place: `geometry`, `accuracy_m`, `location_source`.

    Most outlines are surveyed. One site in ten is only a point, off by as much as its
    accuracy says; three have no location at all.
    """
    shapes = sites["geometry"].to_numpy().copy()
    accuracy = rng.choice([0.0, 0.5, 1.0, 2.0], len(sites), p=[0.4, 0.3, 0.2, 0.1])
    source = rng.choice(
        [LocationSource.SURVEY.value, LocationSource.PARCEL.value], len(sites), p=[0.55, 0.45]
    ).astype(object)
    loose = np.flatnonzero(sites["park_id"].isna())
    points = np.sort(rng.choice(loose, round(len(sites) * _POINT_SHARE), replace=False))
    kinds = rng.choice(len(_POINT_SOURCES), len(points), p=[kind[1] for kind in _POINT_SOURCES])
    for number, kind in zip(points, kinds, strict=True):
        name, _, low, high = _POINT_SOURCES[kind]
        radius = float(round(np.exp(rng.uniform(np.log(low), np.log(high))), -1))
        if name is LocationSource.UNIT:
            spot = seeds[sites["commune_code"].iloc[number]]
        else:
            home = outline.districts[sites["district"].iloc[number]]
            spot = _off_by(shapes[number].representative_point(), radius, home, rng)
        shapes[number] = shapely.Point(np.round(spot / GRID_M) * GRID_M)
        accuracy[number], source[number] = radius, name.value
    lost = points[: min(3, len(points) // 10)]
    shapes[lost], accuracy[lost], source[lost] = None, np.nan, LocationSource.UNKNOWN.value
    return pd.DataFrame({"geometry": shapes, "accuracy_m": accuracy, "location_source": source})


def _off_by(
    true: shapely.Point, radius: float, home: shapely.Polygon, rng: np.random.Generator
) -> FloatArray:
    """A wrong position within `radius` of the true one, still in the same city."""
    middle = np.array([true.x, true.y])
    for _ in range(_TRIES):
        away, turn = radius * np.sqrt(rng.random()), rng.uniform(0, 2 * np.pi)
        spot: FloatArray = middle + away * np.array([np.cos(turn), np.sin(turn)])
        if home.contains(shapely.Point(spot)):
            return spot
    return middle


def _sizes(count: int, rng: np.random.Generator) -> FloatArray:
    """Land areas, lognormal, with the mean of the scheme."""
    sizes = np.clip(np.exp(rng.normal(0, _SPREAD, count)), None, 14)
    for _ in range(20):
        sizes = np.clip(sizes * (MEAN_SITE_M2 / sizes.mean()), _SMALLEST_M2, _LARGEST_M2)
    return sizes


def _ground(outline: Outline, planned: pd.DataFrame, code: str, crowd: Noise) -> Buildable:
    """Blocks of one city with their pull, stronger where firms already crowd."""
    shapes = planned["geometry"].to_numpy()
    middles = shapely.point_on_surface(shapes)
    in_park = planned["lot_label"].str.startswith("P").to_numpy()
    here = shapely.contains(outline.districts[code], middles) & ~in_park
    blocks = shapes[here]
    pull = planned["category"].map(_PULL).to_numpy(float)[here]
    heights = crowd(shapely.get_coordinates(middles[here]))
    weights: FloatArray = pull * np.exp(1.1 * heights) * shapely.area(blocks)
    return Buildable(blocks, weights)


def _fill(
    ground: Buildable, sizes: FloatArray, home: shapely.Polygon, rng: np.random.Generator
) -> list[shapely.Polygon]:
    """Put a shape of each size on the ground."""
    shapely.prepare(home)
    shapely.prepare(ground.shapes)
    areas = shapely.area(ground.shapes)
    cumulated = np.cumsum(ground.pull)
    standing: dict[tuple[int, int], list[shapely.Polygon]] = {}
    placed: list[shapely.Polygon] = []
    for size in sizes:
        for attempt in range(40 * _TRIES):
            block = int(np.searchsorted(cumulated, rng.random() * cumulated[-1]))
            if areas[block] < size * 1.35:
                continue
            loose = attempt > 20 * _TRIES or rng.random() < _EDGE_SHARE
            shape = _try(ground.shapes[block], size, rng, inside=not loose)
            if shape is None or not home.contains(shape) or _hits(shape, standing):
                continue
            placed.append(shape)
            for square in _squares(shape):
                standing.setdefault(square, []).append(shape)
            break
        else:
            raise AssertionError("no room for a site")
    return placed


def _try(
    block: shapely.Polygon, size: float, rng: np.random.Generator, *, inside: bool
) -> shapely.Polygon | None:
    """A plot in line with its block's first edge, wholly inside it where asked."""
    corners = np.array(block.exterior.coords)
    edge = corners[1] - corners[0]
    angle = float(np.arctan2(edge[1], edge[0])) + rng.normal(0, 0.03)
    left, bottom, right, top = block.bounds
    spot = rng.uniform([left, bottom], [right, top])
    if not inside:
        # On the edge of the block: part of the plot lies in the neighbouring zone.
        spot = np.array(block.exterior.interpolate(rng.random(), normalized=True).coords[0])
    elif not shapely.contains_xy(block, *spot):
        return None
    ring = _plot(rng) * np.sqrt(size)
    shape = shapely.Polygon(np.round(turned(ring, angle, spot) / GRID_M) * GRID_M)
    return shape if not inside or block.contains(shape) else None


def _plot(rng: np.random.Generator) -> FloatArray:
    """Corners of a plot of area 1: a rectangle, often with a corner missing, never neat."""
    aspect = np.sqrt(rng.uniform(1.0, 2.4))
    ring = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], dtype=float)
    kind = rng.random()
    if kind < 0.14:
        x, y = rng.uniform(0.5, 0.8, 2)
        ring = np.array([(0, 0), (1, 0), (1, y), (x, y), (x, 1), (0, 1)])
    elif kind < 0.30:
        x, y = rng.uniform(0.7, 0.9, 2)
        ring = np.array([(0, 0), (1, 0), (1, y), (x, 1), (0, 1)])
    ring = (ring + rng.uniform(-0.03, 0.03, ring.shape)) * [aspect, 1 / aspect]
    shape = shapely.Polygon(ring)
    corners: FloatArray = (ring - np.array(shape.centroid.coords[0])) / np.sqrt(shape.area)
    return corners


def _squares(shape: shapely.Polygon, side: float = 320.0) -> list[tuple[int, int]]:
    """Squares of a coarse grid that a shape touches."""
    left, bottom, right, top = (int(edge // side) for edge in shape.bounds)
    return [(x, y) for x in range(left, right + 1) for y in range(bottom, top + 1)]


def _hits(shape: shapely.Polygon, standing: dict[tuple[int, int], list[shapely.Polygon]]) -> bool:
    """Whether a shape overlaps one that already stands."""
    return any(
        shape.intersects(other) for square in _squares(shape) for other in standing.get(square, ())
    )


def _tenants(parks: pd.DataFrame, count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Firms inside the pilot park: strips of it from one side to the other."""
    park = parks.set_index("park_id").loc[_TENANT_PARK]
    shapes: list[shapely.Polygon] = []
    if count:
        inner = park["geometry"].buffer(-12)
        left, bottom, right, top = inner.bounds
        cuts = np.linspace(left, right, count + 1) + 0.0
        cuts[1:-1] += rng.uniform(-0.2, 0.2, count - 1) * (right - left) / count
        for start, end in pairwise(cuts):
            strip = shapely.intersection(
                inner, shapely.box(start + 2, bottom, end - 2, top), grid_size=GRID_M
            )
            shapes.append(max(shapely.get_parts(strip), key=lambda part: part.area))
    district = "724"
    return pd.DataFrame({"district": district, "park_id": _TENANT_PARK, "geometry": shapes})
