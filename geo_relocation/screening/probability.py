"""Probability of conflict for sites whose location is uncertain."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from geo_relocation.geo import overlay
from geo_relocation.geo.accuracy import share_of_places, uncertainty_region
from geo_relocation.geo.parallel import in_threads
from geo_relocation.screening.parameters import ScreeningParameters
from geo_relocation.screening.shares import (
    CATEGORIES,
    ZoneIndex,
    housing_columns,
    precedence_rank,
)

GeometryArray = NDArray[np.object_]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_WHOLE = 1 - 1e-9


def residential_probability(
    land: GeometryArray,
    radius: FloatArray,
    nominal: FloatArray,
    vague: BoolArray,
    zones: ZoneIndex,
    parameters: ScreeningParameters,
    *,
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
        Residential share at the stated place.
    vague
        Sites that are known only by their commune: they reach the probability of conflict only
        if all the land within reach is housing, because samples could miss the part that is not.
    zones
        The zones that decide.
    threads
        For the overlay of the places tried.

    Returns
    -------
    array
        In [0, 1]; 0 or 1 where the location is exact.
    """
    probability = (nominal >= parameters.residential_threshold).astype(float)
    present = ~(shapely.is_missing(land) | shapely.is_empty(land))
    unsure = np.flatnonzero(present & (radius > 0))
    if len(unsure) == 0:
        return probability
    region = uncertainty_region(land[unsure], radius[unsure])
    owner, housing = housing_within(region, zones, parameters, threads=threads)
    within = np.zeros(len(unsure))
    np.add.at(within, owner, shapely.area(housing))
    share = within / shapely.area(region)
    # A site without area conflicts just where housing is, so the share of land within reach is
    # the answer; and where all that land is housing, or none of it, it is so for every site.
    probability[unsure] = np.where(share >= _WHOLE, 1.0, np.clip(share, 0.0, 1.0))
    bare = shapely.area(land[unsure]) == 0
    mixed = np.flatnonzero((share > 0) & (share < _WHOLE) & ~bare)

    def in_conflict(moved: GeometryArray, row: IntArray) -> BoolArray:
        covered = housing_share(moved, mixed[row], housing, owner, threads=threads)
        return np.asarray(covered >= parameters.residential_threshold)

    probability[unsure[mixed]] = share_of_places(
        land[unsure[mixed]], radius[unsure[mixed]], in_conflict, samples=parameters.samples
    )
    ceiling = np.nextafter(parameters.conflict_probability, 0)
    partly = unsure[vague[unsure] & (share < _WHOLE)]
    probability[partly] = np.minimum(probability[partly], ceiling)
    return probability


def housing_within(
    region: GeometryArray, zones: ZoneIndex, parameters: ScreeningParameters, *, threads: int
) -> tuple[IntArray, GeometryArray]:
    """The land within each region that counts as housing once all claims are settled.

    Settling the claims once per region, not once per place tried, is what makes sampling
    affordable: precedence depends on the point of land alone, not on the site.

    Returns
    -------
    owner : array
        Index of the region of each polygon, sorted.
    housing : array of geometries
        Polygons that do not overlap within one region.
    """
    pieces = overlay.intersect(region, zones.geometry, threads=threads, keep_all=True)
    category = zones.category[pieces.zone]
    group = zones.tier[pieces.zone] * len(CATEGORIES) + precedence_rank(parameters)[category]
    site, settled, left, _ = overlay.resolve(pieces, group)
    rank = precedence_rank(parameters)[housing_columns(parameters)]
    mine = np.isin(settled % len(CATEGORIES), rank)
    parts, index = shapely.get_parts(left[mine], return_index=True)
    return site[mine][index], parts


def housing_share(
    moved: GeometryArray,
    region: IntArray,
    housing: GeometryArray,
    owner: IntArray,
    *,
    threads: int,
) -> FloatArray:
    """Share of each moved site that lies in the housing of its own region.

    Parameters
    ----------
    moved
        Sites at a place tried.
    region
        Region that each belongs to.
    housing, owner
        As from `housing_within`.
    """
    part, site = shapely.STRtree(moved).query(housing)
    own = owner[part] == region[site]
    part, site = part[own], site[own]
    shapely.prepare(housing)
    area = shapely.area(moved)
    common = np.zeros(len(part))
    inside = shapely.contains_properly(housing[part], moved[site])
    common[inside] = np.where(area[site[inside]] > 0, area[site[inside]], 1.0)
    bare = ~inside & (area[site] == 0)
    common[bare] = shapely.intersects(housing[part[bare]], moved[site[bare]])
    cut = np.flatnonzero(~inside & ~bare)
    cut = cut[shapely.intersects(housing[part[cut]], moved[site[cut]])]
    common[cut] = in_threads(
        lambda a, b: shapely.area(shapely.intersection(a, b)),
        moved[site[cut]],
        housing[part[cut]],
        threads=threads,
    )
    covered = np.zeros(len(moved))
    np.add.at(covered, site, common)
    return covered / np.where(area > 0, area, 1.0)
