"""Screening: which sites conflict with residential land, and how sure that is."""

from __future__ import annotations

import json
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_relocation.arrays import FloatArray, GeometryArray, Mask, TextArray
from geo_relocation.geo import overlay
from geo_relocation.geo.crs import require_same_projected_crs
from geo_relocation.geo.nearest import nearest_distance
from geo_relocation.geo.outlines import Outlines, outlines
from geo_relocation.messages import _
from geo_relocation.model import schema
from geo_relocation.model.enums import AdminLevel, LocationSource, ZoneCategory, ZoneStatus
from geo_relocation.model.references import require_known_sites
from geo_relocation.progress import SILENT, Progress
from geo_relocation.screening.distances import DistanceTable, shipped_table
from geo_relocation.screening.land import (
    Labelled,
    accuracy_of,
    codes_by_row,
    ids_by_row,
    labelled,
    land_of,
    measured_from,
    representative_points,
    units_of,
)
from geo_relocation.screening.parameters import ScreeningParameters
from geo_relocation.screening.parks import InPark, in_parks
from geo_relocation.screening.probability import residential_probability
from geo_relocation.screening.shares import (
    CATEGORIES,
    Shares,
    ZoneIndex,
    category_shares,
    deciding_zones,
    doubtful_columns,
    housing_columns,
)
from geo_relocation.screening.verdict import Measures, decide

BLOCK = 100_000
"""Sites held in memory at once: a million sites pass through in ten blocks."""

_SHARE_DIGITS = 9
"""Of the shares as they are told, so that no order hangs on how a sum was rounded; the verdict
does not either (`overlay.SHARE_TOLERANCE`)."""


@dataclass(frozen=True)
class Surroundings:
    """The layers that sites are held against, prepared once for all blocks.

    Attributes
    ----------
    zones
        The zones that decide.
    housing
        Residential zones, and houses where a layer of them is given.
    housing_is_planned
        Whether planned zones stand in, because no existing ones are known.
    sensitive
        Schools, health stations and the like.
    parks, districts, units
        Polygons with their ids.
    sources
        Sources of pollution with the `site_id` of each, or None.
    table
        Required distances.
    """

    zones: ZoneIndex
    housing: Outlines
    housing_is_planned: bool
    sensitive: Outlines
    parks: Labelled
    districts: Labelled
    units: Labelled
    sources: gpd.GeoDataFrame | None
    table: DistanceTable


def screen(
    sites: gpd.GeoDataFrame,
    zones: gpd.GeoDataFrame,
    *,
    run_id: str,
    parameters: ScreeningParameters | None = None,
    parks: gpd.GeoDataFrame | None = None,
    admin_units: gpd.GeoDataFrame | None = None,
    houses: gpd.GeoDataFrame | None = None,
    sensitive: gpd.GeoDataFrame | None = None,
    sources: gpd.GeoDataFrame | None = None,
    table: DistanceTable | None = None,
    threads: int = 2,
    progress: Progress = SILENT,
) -> pd.DataFrame:
    """Hold every site against the zones and say conflict, clear or check.

    Parameters
    ----------
    sites, zones, parks, admin_units
        Layers of the data dictionary in one projected CRS, metres.
    run_id
        Written into every row.
    parameters
        Thresholds; the defaults of `ScreeningParameters` when left out.
    houses
        Footprints of legal houses, where a layer of them exists; distances are then taken to
        these as well as to residential zones.
    sensitive
        Schools, health stations, public buildings.
    sources
        Sources of pollution, or the buildings that hold them: `site_id` and points, lines or
        polygons, any number for a site. Distances of a site that has any are measured from
        them, those of the others from the outline.
    table
        Required distances; the table that `parameters` names when left out.
    threads
        Threads for the geometry work.
    progress
        Told about each block of sites.

    Returns
    -------
    DataFrame
        Layer `findings`: one row per site.

    Raises
    ------
    CrsMismatchError
        If the layers are not in one projected CRS in metres.
    DataError
        If a source of pollution belongs to no site.
    """
    parameters = parameters or ScreeningParameters()
    given = (parks, admin_units, houses, sensitive, sources)
    require_same_projected_crs(sites, zones, *(layer for layer in given if layer is not None))
    require_known_sites(sources, sites, what=_("Sources of pollution"))
    around = survey_surroundings(
        zones,
        parameters,
        parks=parks,
        admin_units=admin_units,
        houses=houses,
        sensitive=sensitive,
        sources=sources,
        table=table,
    )
    progress.start(_("Screening sites"), total=len(sites))
    blocks = []
    for start in range(0, max(len(sites), 1), BLOCK):
        block = sites.iloc[start : start + BLOCK]
        blocks.append(_screen_block(block, around, parameters, run_id=run_id, threads=threads))
        progress.advance(len(block))
    progress.finish()
    return schema("findings").conform(pd.concat(blocks, ignore_index=True))


def survey_surroundings(
    zones: gpd.GeoDataFrame,
    parameters: ScreeningParameters,
    *,
    parks: gpd.GeoDataFrame | None = None,
    admin_units: gpd.GeoDataFrame | None = None,
    houses: gpd.GeoDataFrame | None = None,
    sensitive: gpd.GeoDataFrame | None = None,
    sources: gpd.GeoDataFrame | None = None,
    table: DistanceTable | None = None,
) -> Surroundings:
    """Prepare what sites are held against.

    Housing is what exists: existing residential zones and houses. Only where no existing zones
    are known at all do planned ones stand in, and the findings say so.
    """
    residential = zones[zones["category"].isin(parameters.housing_categories)]
    existing = zones["status"] == ZoneStatus.EXISTING
    if existing.any():
        residential = residential[existing.loc[residential.index]]
    housing = [residential.geometry.to_numpy()]
    if houses is not None:
        housing.append(houses.geometry.to_numpy())
    empty: GeometryArray = np.empty(0, dtype=object)
    districts = units = None
    if admin_units is not None:
        districts = admin_units[admin_units["level"] == AdminLevel.DISTRICT]
        units = admin_units[
            (admin_units["level"] == AdminLevel.COMMUNE) & admin_units["valid_to"].isna()
        ]
    return Surroundings(
        zones=deciding_zones(zones, parameters),
        housing=outlines(np.concatenate(housing)),
        housing_is_planned=not existing.any(),
        sensitive=outlines(empty if sensitive is None else sensitive.geometry.to_numpy()),
        parks=labelled(parks, "park_id"),
        districts=labelled(districts, "code"),
        units=labelled(units, "code"),
        sources=sources,
        table=table or shipped_table(parameters.distance_table),
    )


def _screen_block(
    sites: gpd.GeoDataFrame,
    around: Surroundings,
    parameters: ScreeningParameters,
    *,
    run_id: str,
    threads: int,
) -> pd.DataFrame:
    """Screen one block of sites."""
    shapes = land_of(sites)
    land = outlines(shapes)
    point = representative_points(sites.geometry.to_numpy())
    radius = accuracy_of(sites, parameters)
    shares = category_shares(land, around.zones, parameters, threads=threads)
    vague = (sites["location_source"] == LocationSource.UNIT).to_numpy(dtype=bool)
    park = in_parks(land, point, radius, vague, around.parks, parameters, threads=threads)
    district, districts = units_of(land, point, around.districts, threads=threads)
    unit, units = units_of(land, point, around.units, threads=threads)
    measures = _measure(
        sites, shapes, radius, vague, shares, park, around, parameters, threads=threads
    )
    verdict, reason, detail = decide(measures, parameters)
    located = measures.located
    return pd.DataFrame(
        {
            "site_id": sites["site_id"].to_numpy(),
            "run_id": run_id,
            "verdict": verdict,
            "reason": reason,
            "residential_share": np.where(
                located, np.round(measures.nominal, _SHARE_DIGITS), np.nan
            ),
            "residential_probability": np.where(located, measures.probability, np.nan),
            "housing_distance_m": measures.distance,
            "sensitive_distance_m": measures.to_sensitive,
            "required_distance_m": np.where(park.inside, np.nan, measures.required),
            "point_categories": _point_categories(point, around.zones),
            "shares": _shares_json(shares, located),
            "land_m2": np.where(located, shapely.area(shapes), np.nan),
            "accuracy_m": np.where(located, radius, np.nan),
            "city_code": district,
            "city_codes": districts,
            "unit_code": unit,
            "unit_codes": units,
            "park_id": park.park,
            "in_park": park.answers(),
            "park_probability": park.probability,
            "zone_ids": ids_by_row(shares.site, shares.zone, around.zones.label, len(sites)),
            "detail": detail,
        }
    )


def _measure(
    sites: gpd.GeoDataFrame,
    land: GeometryArray,
    radius: FloatArray,
    vague: Mask,
    shares: Shares,
    park: InPark,
    around: Surroundings,
    parameters: ScreeningParameters,
    *,
    threads: int,
) -> Measures:
    """Everything that the verdict is taken from."""
    nominal = shares.share[:, housing_columns(parameters)].sum(axis=1)
    probability = residential_probability(
        land,
        radius,
        nominal,
        vague,
        around.zones,
        parameters,
        columns=housing_columns(parameters),
        threads=threads,
    )
    doubtful, possible = nominal, probability
    if (around.zones.category == CATEGORIES.index(ZoneCategory.UNKNOWN)).any():
        columns = doubtful_columns(parameters)
        doubtful = shares.share[:, columns].sum(axis=1)
        possible = residential_probability(
            land, radius, doubtful, vague, around.zones, parameters, columns=columns,
            threads=threads,
        )  # fmt: skip
    required = (
        np.full(len(sites), parameters.housing_buffer_m)
        if parameters.housing_buffer_m is not None
        else around.table.required(sites)
    )
    # A site that may be anywhere in a wide circle may be near housing far from its stated place.
    reach = np.maximum(parameters.search_radius_m, np.nan_to_num(required) + radius)
    origin = outlines(measured_from(sites, land, around.sources))
    distances = []
    for layer in (around.housing, around.sensitive):
        metres, _ = nearest_distance(
            origin, layer, within=float(reach.max(initial=0.0)), threads=threads
        )
        distances.append(np.where(metres <= reach, metres, np.nan))
    return Measures(
        located=~(shapely.is_missing(land) | shapely.is_empty(land)),
        cover=shares.share.sum(axis=1),
        nominal=nominal,
        doubtful=doubtful,
        possible=possible,
        lowest=shares.lowest,
        highest=shares.highest,
        probability=probability,
        distance=distances[0],
        to_sensitive=distances[1],
        housing_is_planned=around.housing_is_planned,
        required=required,
        accuracy=radius,
        in_park=park.inside,
        perhaps_in_park=~park.inside & ~park.outside,
        park_probability=park.probability,
    )


def _point_categories(point: GeometryArray, zones: ZoneIndex) -> TextArray:
    """Categories of all zones that hold the representative point."""
    at, zone = overlay.containing(point, zones.outlines.geometry)
    label = np.array([category.value for category in CATEGORIES], dtype=object)
    return codes_by_row(at, zones.category[zone], label, len(point))


def _shares_json(shares: Shares, located: Mask) -> TextArray:
    """Shares of every category that has any, as JSON text."""
    rounded = np.round(shares.share, _SHARE_DIGITS)
    texts = np.full(len(located), None, dtype=object)
    for row in np.flatnonzero(located):
        texts[row] = json.dumps(
            {CATEGORIES[i].value: float(rounded[row, i]) for i in np.flatnonzero(rounded[row])},
            sort_keys=True,
        )
    return texts
