"""Where a site's land lies: shares per zone category under a stated rule for overlaps."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo_relocation.arrays import FloatArray, IntArray
from geo_relocation.geo import overlay
from geo_relocation.geo.claims import settled_areas
from geo_relocation.geo.outlines import Outlines, outlines
from geo_relocation.model.enums import ZoneCategory, ZoneStatus
from geo_relocation.screening.parameters import ScreeningParameters

CATEGORIES = tuple(ZoneCategory)


@dataclass(frozen=True)
class ZoneIndex:
    """The zones that decide, ready to be overlaid.

    Attributes
    ----------
    outlines
        Polygons, metres.
    category
        Index into `CATEGORIES` of each zone.
    tier
        0 for the zones that win over the others by status, 1 for those that fill in.
    label
        Zone ids.
    """

    outlines: Outlines
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
        outlines=outlines(zones.geometry.to_numpy()[keep]),
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


def doubtful_columns(parameters: ScreeningParameters) -> list[int]:
    """Places in `CATEGORIES` of those that are housing or may be."""
    return [CATEGORIES.index(name) for name in parameters.doubtful_categories]


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
    site, zone
        Pairs of a site and a zone that it has land in.
    """

    share: FloatArray
    lowest: FloatArray
    highest: FloatArray
    site: IntArray
    zone: IntArray


def category_shares(
    sites: Outlines, zones: ZoneIndex, parameters: ScreeningParameters, *, threads: int
) -> Shares:
    """Share of each site's land that lies in each zone category.

    Land that several zones claim goes to the stronger status (by the plan basis), then to the
    category that comes first in the order of precedence.

    Parameters
    ----------
    sites
        Outlines, discs or points, metres. A point has no area: it counts whole for the
        strongest category of the zones that hold it.
    zones
        The zones that decide.
    parameters
        Precedence, and which categories count as housing.
    threads
        For the areas.
    """
    pieces = overlay.intersect(sites, zones.outlines, threads=threads)
    land = shapely.area(sites.geometry)
    has_area = land > 0
    rank = precedence_rank(parameters)
    width = len(CATEGORIES)
    tier = zones.tier[pieces.zone]
    group = tier * width + rank[zones.category[pieces.zone]]
    ordered, contested = overlay.group_areas(
        sites, zones.outlines, pieces, group, n_groups=2 * width, threads=threads
    )
    by_rank = ordered[:, :width] + ordered[:, width:]
    share = np.zeros((len(sites), width))
    share[has_area] = np.clip(by_rank[has_area][:, rank] / land[has_area, None], 0, 1)

    point, zone = overlay.containing(sites.geometry[~has_area], zones.outlines.geometry)
    at_points = np.flatnonzero(~has_area)[point]
    _settle_points(share, at_points, zones, zone, rank)

    columns = housing_columns(parameters)
    nominal = share[:, columns].sum(axis=1)
    lowest, highest = nominal.copy(), nominal.copy()
    doubtful = pieces.take(contested[pieces.site])
    for bound, housing_first in ((lowest, False), (highest, True)):
        row, share_there = _housing_extreme(
            sites, zones, doubtful, columns, housing_first=housing_first, threads=threads
        )
        bound[row] = np.clip(share_there / land[row], 0, 1)
    _extremes_at_points(lowest, highest, at_points, zone, zones, columns)
    named = pieces.without_slivers()
    return Shares(
        share,
        lowest,
        highest,
        np.concatenate((named.site, at_points)),
        np.concatenate((named.zone, zone)),
    )


def _housing_extreme(
    sites: Outlines,
    zones: ZoneIndex,
    pieces: overlay.Pieces,
    columns: list[int],
    *,
    housing_first: bool,
    threads: int,
) -> tuple[IntArray, FloatArray]:
    """Land in housing if that had the first or the last claim among zones of equal standing."""
    housing = np.isin(zones.category[pieces.zone], columns)
    weaker = ~housing if housing_first else housing
    row, areas, _ = settled_areas(
        sites,
        zones.outlines,
        pieces.site,
        pieces.zone,
        2 * zones.tier[pieces.zone] + weaker,
        n_groups=4,
        threads=threads,
    )
    mine = [0, 2] if housing_first else [1, 3]
    return row, areas[:, mine].sum(axis=1)


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
