"""Probability that a site lies on some kind of land, where its location is uncertain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely

from geo_relocation.arrays import FloatArray, GeometryArray, IntArray, Mask
from geo_relocation.geo import overlay
from geo_relocation.geo.accuracy import share_of_places, uncertainty_region
from geo_relocation.geo.common_area import common_area
from geo_relocation.geo.outlines import Outlines, outlines
from geo_relocation.screening.parameters import ScreeningParameters
from geo_relocation.screening.shares import CATEGORIES, ZoneIndex, precedence_rank

_WHOLE = 1 - 1e-9


@dataclass(frozen=True)
class RegionLand:
    """Polygons that make up some kind of land within each of several regions.

    Attributes
    ----------
    polygons
        The polygons.
    region, part
        Which polygons belong to which region, sorted by region; those of one region do not
        overlap.
    """

    polygons: Outlines
    region: IntArray
    part: IntArray

    @classmethod
    def of_settled(
        cls, settled: tuple[IntArray, IntArray, GeometryArray], mine: Mask
    ) -> RegionLand:
        """Land that `overlay.resolve` settled, its parts apart; `mine` says which of it."""
        region, _, land = settled
        parts, index = shapely.get_parts(land[mine], return_index=True)
        return cls(outlines(parts), region[mine][index], np.arange(len(parts)))


def residential_probability(
    land: GeometryArray,
    radius: FloatArray,
    nominal: FloatArray,
    vague: Mask,
    zones: ZoneIndex,
    parameters: ScreeningParameters,
    *,
    columns: list[int],
    threads: int,
) -> FloatArray:
    """Share of the places where each site may be that are in conflict.

    Parameters
    ----------
    land
        Outlines, discs or points at their stated place.
    radius
        Accuracy in metres; a site with 0 is where it is.
    nominal
        Share of its land in `columns` at the stated place.
    vague
        Sites that are known only by their commune: they reach the probability of conflict only
        if all the land within reach is housing, because samples could miss the part that is not.
    zones
        The zones that decide.
    columns
        Places in `CATEGORIES` of those that count as housing here.
    threads
        For the places tried.

    Returns
    -------
    array
        In [0, 1]; 0 or 1 where the location is exact.
    """
    return mostly_on(
        land,
        radius,
        nominal >= parameters.residential_threshold - overlay.SHARE_TOLERANCE,
        vague,
        lambda region: _land_within(region, zones, parameters, columns, threads=threads),
        parameters,
        threshold=parameters.residential_threshold,
        threads=threads,
    )


def mostly_on(
    land: GeometryArray,
    radius: FloatArray,
    stated: Mask,
    vague: Mask,
    ground_within: Callable[[Outlines], list[RegionLand]],
    parameters: ScreeningParameters,
    *,
    threshold: float,
    threads: int,
) -> FloatArray:
    """Share of the places where each site may be at which it lies mostly on some ground.

    Parameters
    ----------
    land, radius
        Outlines, discs or points at their stated place, and their accuracy in metres.
    stated
        The answer at the stated place, which is that of a site with accuracy 0.
    vague
        Sites that are certain (reach `conflict_probability`) only if all the land within reach
        is such ground.
    ground_within
        From the land within reach of the sites that have any uncertainty, to the ground there;
        a region may occur in one ground only.
    threshold
        Share of its land from which a site lies mostly on it.
    threads
        For the places tried.

    Returns
    -------
    array
        In [0, 1]; 0 or 1 where the location is exact.
    """
    probability = stated.astype(float)
    present = ~(shapely.is_missing(land) | shapely.is_empty(land))
    unsure = np.flatnonzero(present & (radius > 0))
    if len(unsure) == 0:
        return probability
    region = outlines(uncertainty_region(land[unsure], radius[unsure]))
    share = np.zeros(len(unsure))
    tried = np.zeros(len(unsure))
    sites = outlines(land[unsure])
    for ground in ground_within(region):
        within = common_area(region, ground.polygons, ground.region, ground.part, threads=threads)
        np.add.at(share, ground.region, within / shapely.area(region.geometry[ground.region]))
        # Where all land within reach is of this kind, or none, every place has one answer.
        mixed = (share > 0) & (share < _WHOLE)
        asked = mixed[ground.region]
        rows = np.unique(ground.region[asked])
        tried[rows] = share_of_places(
            sites.take(rows),
            radius[unsure[rows]],
            ground.polygons,
            np.searchsorted(rows, ground.region[asked]),
            ground.part[asked],
            threshold=threshold,
            samples=parameters.samples,
            threads=threads,
        )
    ceiling = np.nextafter(parameters.conflict_probability, 0)
    tried[vague[unsure]] = np.minimum(tried[vague[unsure]], ceiling)
    probability[unsure] = np.select([share >= _WHOLE, share <= 0], [1.0, 0.0], tried)
    return probability


def _land_within(
    region: Outlines,
    zones: ZoneIndex,
    parameters: ScreeningParameters,
    columns: list[int],
    *,
    threads: int,
) -> list[RegionLand]:
    """The land within each region that is of some categories once all claims are settled.

    Where zones do not overlap within reach, the zones are that land. Elsewhere claims are
    settled once per region, not once per place tried: precedence depends on the point of land
    alone, not on the site.
    """
    pieces = overlay.intersect(region, zones.outlines, threads=threads)
    rank = precedence_rank(parameters)
    group = zones.tier[pieces.zone] * len(CATEGORIES) + rank[zones.category[pieces.zone]]
    wanted = rank[columns]
    contested = overlay.sites_with_overlaps(region, zones.outlines, pieces, threads=threads)
    hard = contested[pieces.site]
    plain = ~hard & np.isin(group % len(CATEGORIES), wanted)
    settled = overlay.resolve(
        region, zones.outlines, pieces.take(hard), group[hard], threads=threads
    )
    return [
        RegionLand(zones.outlines, pieces.site[plain], pieces.zone[plain]),
        RegionLand.of_settled(settled, np.isin(settled[1] % len(CATEGORIES), wanted)),
    ]
