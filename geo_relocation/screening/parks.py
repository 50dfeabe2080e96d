"""Which sites stand in a park or cluster, over all the places where each may be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo_relocation.arrays import FloatArray, GeometryArray, IntArray, Mask, TextArray
from geo_relocation.geo import overlay
from geo_relocation.geo.outlines import Outlines
from geo_relocation.screening.land import Labelled
from geo_relocation.screening.parameters import ScreeningParameters
from geo_relocation.screening.probability import RegionLand, mostly_on

_HALF = 0.5


@dataclass(frozen=True)
class InPark:
    """What is known of each site and the parks; one entry per site in every array.

    Attributes
    ----------
    probability
        Share of the places where the site may be at which at least half of its land lies in
        parks; NaN for a site without location.
    inside, outside
        Whether that is certain, by the probabilities that `parameters` names for housing.
        Neither holds for a question.
    park
        The park that holds at least half of the land for certain, or None.
    """

    probability: FloatArray
    inside: Mask
    outside: Mask
    park: TextArray

    def answers(self) -> NDArray[np.object_]:
        """True, False, or None for a question."""
        answer = np.full(len(self.inside), None, dtype=object)
        answer[self.inside], answer[self.outside] = True, False
        return answer


def in_parks(
    land: Outlines,
    point: GeometryArray,
    radius: FloatArray,
    vague: Mask,
    parks: Labelled,
    parameters: ScreeningParameters,
    *,
    threads: int,
) -> InPark:
    """Whether each site stands in a park, and in which.

    Parameters
    ----------
    land
        Outlines, discs or points at their stated place.
    point
        A point inside each.
    radius
        Accuracy in metres; a site with 0 is where it is.
    vague
        Sites that are known only by their commune: certain to be inside only if all the land
        within reach is.
    parks
        Parks and clusters; they may lie in one another.
    threads
        For the areas and the places tried.
    """
    shapes = land.geometry
    stated, best = _stated(land, point, parks.outlines, threads=threads)
    probability = mostly_on(
        shapes,
        radius,
        stated,
        vague,
        lambda region: _parks_within(region, parks.outlines, threads=threads),
        parameters,
        threshold=_HALF,
        threads=threads,
    )
    located = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    inside = located & (probability >= parameters.conflict_probability)
    which = np.where(inside & (radius <= 0), best, -1)
    unsure = np.flatnonzero(inside & (radius > 0))
    which[unsure] = _certain_park(
        shapes[unsure], radius[unsure], vague[unsure], parks.outlines, parameters, threads=threads
    )
    park = np.full(len(land), None, dtype=object)
    park[which >= 0] = parks.ids[which[which >= 0]]
    return InPark(
        probability=np.where(located, probability, np.nan),
        inside=inside,
        outside=located & (probability <= parameters.clear_probability),
        park=park,
    )


def _stated(
    land: Outlines, point: GeometryArray, parks: Outlines, *, threads: int
) -> tuple[Mask, IntArray]:
    """At the stated place: whether half of the land is in parks, and the park that holds half.

    Where parks lie in one another and hold as much, it is the smaller one; −1 for none.
    """
    pieces = overlay.intersect(land, parks, threads=threads)
    group = np.zeros(len(pieces.site), dtype=np.int64)
    together, _ = overlay.group_areas(land, parks, pieces, group, n_groups=1, threads=threads)
    area = shapely.area(land.geometry)
    size = shapely.area(parks.geometry)
    needed = area * (_HALF - overlay.SHARE_TOLERANCE)
    stated = (area > 0) & (together[:, 0] >= needed)
    best = overlay.largest_share(pieces, n_sites=len(land), size=size)
    held = np.zeros(len(land))
    np.maximum.at(held, pieces.site, pieces.area)
    best[held < needed] = -1
    at, which = overlay.containing(point, parks.geometry)
    bare = area[at] == 0
    at, which = at[bare], which[bare]
    order = np.lexsort((-size[which], at))
    best[at[order]], stated[at] = which[order], True
    return stated, best


def _certain_park(
    shapes: GeometryArray,
    radius: FloatArray,
    vague: Mask,
    parks: Outlines,
    parameters: ScreeningParameters,
    *,
    threads: int,
) -> IntArray:
    """The park that each uncertain site stands in for certain, −1 for none."""
    best = np.full(len(shapes), -1, dtype=np.int64)
    # A park that it stands in for certain has land within the accuracy of the stated place.
    park, site = shapely.STRtree(shapes).query(
        parks.geometry, predicate="dwithin", distance=float(radius.max(initial=0.0))
    )
    probability = mostly_on(
        shapes[site],
        radius[site],
        np.zeros(len(site), dtype=bool),
        vague[site],
        lambda _: [RegionLand(parks, np.arange(len(site)), park)],
        parameters,
        threshold=_HALF,
        threads=threads,
    )
    certain = np.flatnonzero(probability >= parameters.conflict_probability)
    size = shapely.area(parks.geometry)[park]
    order = certain[np.lexsort((-size[certain], probability[certain], site[certain]))]
    best[site[order]] = park[order]
    return best


def _parks_within(region: Outlines, parks: Outlines, *, threads: int) -> list[RegionLand]:
    """The land within each region that lies in any park; parks may lie in one another."""
    pieces = overlay.intersect(region, parks, threads=threads)
    nested = overlay.sites_with_overlaps(region, parks, pieces, threads=threads)[pieces.site]
    group = np.zeros(len(pieces.site), dtype=np.int64)
    settled = overlay.resolve(region, parks, pieces.take(nested), group[nested], threads=threads)
    return [
        RegionLand(parks, pieces.site[~nested], pieces.zone[~nested]),
        RegionLand.of_settled(settled, np.ones(len(settled[0]), dtype=bool)),
    ]
