"""Where a site's land lies: shares per zone category under a stated rule for overlaps."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo_relocation.geo import overlay
from geo_relocation.model.enums import ZoneCategory, ZoneStatus
from geo_relocation.screening.parameters import ScreeningParameters

GeometryArray = NDArray[np.object_]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

CATEGORIES = tuple(ZoneCategory)


@dataclass(frozen=True)
class ZoneIndex:
    """The zones that decide, ready to be overlaid.

    Attributes
    ----------
    geometry
        Polygons, metres.
    category
        Index into `CATEGORIES` of each zone.
    tier
        0 for the zones that win over the others by status, 1 for those that fill in.
    label
        Zone ids.
    """

    geometry: GeometryArray
    category: IntArray
    tier: IntArray
    label: NDArray[np.object_]


def deciding_zones(zones: gpd.GeoDataFrame, parameters: ScreeningParameters) -> ZoneIndex:
    """Choose the zones that decide, by the plan basis."""
    planned = (zones["status"] == ZoneStatus.PLANNED).to_numpy()
    basis = parameters.plan_basis
    keep = np.ones(len(zones), dtype=bool)
    if basis == "planned":
        keep = planned
    elif basis == "existing":
        keep = ~planned
    tier = np.where(planned, 0, 1) if basis == "planned-then-existing" else np.zeros(len(zones))
    numbers = {category.value: number for number, category in enumerate(CATEGORIES)}
    return ZoneIndex(
        geometry=zones.geometry.to_numpy()[keep],
        category=zones["category"].map(numbers).to_numpy(dtype=np.int64)[keep],
        tier=tier.astype(np.int64)[keep],
        label=zones["zone_id"].to_numpy(dtype=object)[keep],
    )


def precedence_rank(parameters: ScreeningParameters) -> IntArray:
    """Strength of each of `CATEGORIES` on contested land, 0 is strongest."""
    rank = np.empty(len(CATEGORIES), dtype=np.int64)
    for place, name in enumerate(parameters.precedence):
        rank[CATEGORIES.index(name)] = place
    return rank


def housing_columns(parameters: ScreeningParameters) -> list[int]:
    """Places in `CATEGORIES` of those that count as housing."""
    return [CATEGORIES.index(name) for name in parameters.housing_categories]


@dataclass(frozen=True)
class Shares:
    """Where the land of each site lies.

    Attributes
    ----------
    share
        Share of each site per category, shape (sites, categories), each square metre once.
    lowest, highest
        Residential share if housing had the last or the first claim to contested land; they
        differ only where zones of the same standing disagree.
    touched
        Ids of the zones that each site has land in.
    """

    share: FloatArray
    lowest: FloatArray
    highest: FloatArray
    touched: list[tuple[str, ...]]


def category_shares(
    sites: GeometryArray, zones: ZoneIndex, parameters: ScreeningParameters, *, threads: int
) -> Shares:
    """Share of each site's land that lies in each zone category.

    Land that several zones claim goes to the stronger status (by the plan basis), then to the
    category that comes first in the order of precedence.

    Parameters
    ----------
    sites
        Outlines, discs or points, metres. A point has no area: it counts whole for the
        categories of the zones that hold it.
    """
    n = len(sites)
    pieces = overlay.intersect(sites, zones.geometry, threads=threads)
    land = shapely.area(sites)
    has_area = land > 0
    category = zones.category[pieces.zone]
    tier = zones.tier[pieces.zone]
    housing = np.isin(category, [CATEGORIES.index(name) for name in parameters.housing_categories])

    rank = precedence_rank(parameters)
    width = len(CATEGORIES)
    group = tier * width + rank[category]
    ordered, contested = overlay.group_areas(pieces, group, n_sites=n, n_groups=2 * width)
    by_rank = ordered[:, :width] + ordered[:, width:]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.clip(by_rank[:, rank] / land[:, None], 0, 1)
    share[~has_area] = 0.0

    point, zone = overlay.containing(sites[~has_area], zones.geometry)
    at_points = np.flatnonzero(~has_area)[point]
    _settle_points(share, at_points, zones, zone, rank)

    columns = housing_columns(parameters)
    nominal = share[:, columns].sum(axis=1)
    lowest, highest = nominal.copy(), nominal.copy()
    doubtful = np.flatnonzero(contested)
    if len(doubtful):
        rows = np.isin(pieces.site, doubtful)
        sub = overlay.Pieces(
            np.searchsorted(doubtful, pieces.site[rows]),
            pieces.zone[rows],
            pieces.area[rows],
            pieces.geometry[rows],
        )
        for first, bound in ((True, highest), (False, lowest)):
            strength = 2 * tier[rows] + np.where(
                housing[rows], 0 if first else 1, 1 if first else 0
            )
            areas, _ = overlay.group_areas(sub, strength, n_sites=len(doubtful), n_groups=4)
            mine = areas[:, [0, 2]] if first else areas[:, [1, 3]]
            bound[doubtful] = np.clip(mine.sum(axis=1) / land[doubtful], 0, 1)
    _extremes_at_points(lowest, highest, at_points, zone, zones, columns)
    return Shares(share, lowest, highest, _touched(n, pieces, at_points, zone, zones.label))


def _settle_points(
    share: FloatArray, site: IntArray, zones: ZoneIndex, zone: IntArray, rank: IntArray
) -> None:
    """Give each point wholly to the strongest category that holds it."""
    strength = zones.tier[zone] * len(CATEGORIES) + rank[zones.category[zone]]
    order = np.lexsort((-strength, site))
    winner = np.full(len(share), -1, dtype=np.int64)
    winner[site[order]] = zones.category[zone[order]]
    held = np.flatnonzero(winner >= 0)
    share[held, winner[held]] = 1.0


def _extremes_at_points(
    lowest: FloatArray,
    highest: FloatArray,
    site: IntArray,
    zone: IntArray,
    zones: ZoneIndex,
    housing: list[int],
) -> None:
    """Mark the points on which zones of the same standing disagree."""
    if len(site) == 0:
        return
    strongest = np.full(len(lowest), np.iinfo(np.int64).max)
    np.minimum.at(strongest, site, zones.tier[zone])
    decides = zones.tier[zone] == strongest[site]
    is_housing = np.isin(zones.category[zone], housing)
    highest[site[decides & is_housing]] = 1.0
    lowest[site[decides & ~is_housing]] = 0.0


def _touched(
    n: int, pieces: overlay.Pieces, site: IntArray, zone: IntArray, label: NDArray[np.object_]
) -> list[tuple[str, ...]]:
    """Ids of the zones of each site, sorted."""
    owner = np.concatenate((pieces.site, site))
    names = label[np.concatenate((pieces.zone, zone))]
    order = np.argsort(owner, kind="stable")
    splits = np.searchsorted(owner[order], np.arange(1, n))
    return [tuple(sorted(map(str, part))) for part in np.split(names[order], splits)]
