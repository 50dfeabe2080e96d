"""Screening: which sites conflict with residential land, and how sure that is."""

from __future__ import annotations

import json
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_relocation.geo import overlay
from geo_relocation.geo.crs import require_same_projected_crs
from geo_relocation.geo.nearest import nearest_distance
from geo_relocation.model import join_codes, schema
from geo_relocation.model.enums import AdminLevel, LocationSource, ZoneStatus
from geo_relocation.progress import SILENT, Progress
from geo_relocation.screening.distances import DistanceTable, shipped_table
from geo_relocation.screening.parameters import ScreeningParameters
from geo_relocation.screening.probability import residential_probability
from geo_relocation.screening.shares import (
    CATEGORIES,
    Shares,
    ZoneIndex,
    category_shares,
    deciding_zones,
    housing_columns,
)
from geo_relocation.screening.verdict import Measures, decide

GeometryArray = NDArray[np.object_]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

BLOCK = 100_000
"""Sites held in memory at once: a million sites pass through in ten blocks."""


@dataclass(frozen=True)
class Surroundings:
    """The layers that sites are held against, prepared once for all blocks.

    Attributes
    ----------
    zones
        The zones that decide.
    housing
        Residential zones, and houses where a layer of them is given.
    housing_basis
        What `housing` was made of, in words for the run record.
    sensitive
        Schools, health stations and the like.
    parks, districts, units
        Polygons with their ids.
    table
        Required distances.
    """

    zones: ZoneIndex
    housing: GeometryArray
    housing_basis: str
    sensitive: GeometryArray
    parks: tuple[GeometryArray, NDArray[np.object_]]
    districts: tuple[GeometryArray, NDArray[np.object_]]
    units: tuple[GeometryArray, NDArray[np.object_]]
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
    """
    parameters = parameters or ScreeningParameters()
    given = [layer for layer in (parks, admin_units, houses, sensitive) if layer is not None]
    require_same_projected_crs(sites, zones, *given)
    around = survey_surroundings(
        zones,
        parameters,
        parks=parks,
        admin_units=admin_units,
        houses=houses,
        sensitive=sensitive,
        table=table,
    )
    progress.start("Screening sites", total=len(sites))
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
    table: DistanceTable | None = None,
) -> Surroundings:
    """Prepare what sites are held against.

    Housing is what exists: existing residential zones and houses. Only where no existing zones
    are known at all do planned ones stand in, and the run says so.
    """
    residential = zones[zones["category"].isin(parameters.housing_categories)]
    existing = zones["status"] == ZoneStatus.EXISTING
    if existing.any():
        residential, basis = residential[existing.loc[residential.index]], "existing zones"
    else:
        basis = "planned zones, as no existing zones are known"
    housing = residential.geometry.to_numpy()
    if houses is not None and len(houses):
        housing = np.concatenate((housing, houses.geometry.to_numpy()))
        basis += " and houses"
    empty: GeometryArray = np.empty(0, dtype=object)
    nothing = (empty, empty)
    districts, units = nothing, nothing
    if admin_units is not None and len(admin_units):
        districts = _labelled(admin_units[admin_units["level"] == AdminLevel.DISTRICT], "code")
        current = admin_units[
            (admin_units["level"] == AdminLevel.COMMUNE) & admin_units["valid_to"].isna()
        ]
        units = _labelled(current, "code")
    return Surroundings(
        zones=deciding_zones(zones, parameters),
        housing=housing,
        housing_basis=basis,
        sensitive=empty if sensitive is None else sensitive.geometry.to_numpy(),
        parks=nothing if parks is None else _labelled(parks, "park_id"),
        districts=districts,
        units=units,
        table=table or shipped_table(parameters.distance_table),
    )


def _labelled(layer: gpd.GeoDataFrame, key: str) -> tuple[GeometryArray, NDArray[np.object_]]:
    """Polygons of a layer with their ids."""
    geometry = layer.geometry.to_numpy()
    areal = shapely.get_dimensions(geometry) == shapely.get_dimensions(shapely.box(0, 0, 1, 1))
    return geometry[areal], layer[key].to_numpy(dtype=object)[areal]


def _screen_block(
    sites: gpd.GeoDataFrame,
    around: Surroundings,
    parameters: ScreeningParameters,
    *,
    run_id: str,
    threads: int,
) -> pd.DataFrame:
    """Screen one block of sites."""
    stated = sites.geometry.to_numpy()
    land = _with_area(stated, sites["land_m2"].to_numpy(dtype=float))
    located = ~(shapely.is_missing(land) | shapely.is_empty(land))
    radius = _accuracy(sites, stated, parameters)
    shares = category_shares(land, around.zones, parameters, threads=threads)
    nominal = shares.share[:, housing_columns(parameters)].sum(axis=1)
    distance, _ = nearest_distance(
        land, around.housing, within=parameters.search_radius_m, threads=threads
    )
    to_sensitive, _ = nearest_distance(
        land, around.sensitive, within=parameters.search_radius_m, threads=threads
    )
    point = np.full(len(land), None, dtype=object)
    point[located] = shapely.point_on_surface(stated[located])
    park, in_park = _home(land, point, around.parks, threads=threads)
    district, districts = _largest(land, point, around.districts, threads=threads)
    unit, units = _largest(land, point, around.units, threads=threads)
    vague = (sites["location_source"] == LocationSource.UNIT).to_numpy(dtype=bool)
    probability = residential_probability(
        land, radius, nominal, vague, around.zones, parameters, threads=threads
    )
    required = (
        np.full(len(sites), parameters.housing_buffer_m)
        if parameters.housing_buffer_m is not None
        else around.table.required(sites)
    )
    measures = Measures(
        located=located,
        cover=shares.share.sum(axis=1),
        nominal=nominal,
        lowest=shares.lowest,
        highest=shares.highest,
        probability=probability,
        distance=distance,
        to_sensitive=to_sensitive,
        required=required,
        accuracy=radius,
        in_park=in_park,
    )
    verdict, reason, detail = decide(measures, parameters)
    return pd.DataFrame(
        {
            "site_id": sites["site_id"].to_numpy(),
            "run_id": run_id,
            "verdict": verdict,
            "reason": reason,
            "residential_share": np.where(located, nominal, np.nan),
            "residential_probability": np.where(located, probability, np.nan),
            "housing_distance_m": distance,
            "sensitive_distance_m": to_sensitive,
            "required_distance_m": np.where(in_park, np.nan, required),
            "point_categories": _point_categories(point, around.zones),
            "shares": _shares_json(shares, located),
            "land_m2": np.where(located, shapely.area(land), np.nan),
            "accuracy_m": np.where(located, radius, np.nan),
            "city_code": district,
            "city_codes": districts,
            "unit_code": unit,
            "unit_codes": units,
            "park_id": park,
            "zone_ids": [join_codes(ids) for ids in shares.touched],
            "detail": detail,
        }
    )


def _with_area(stated: GeometryArray, land_m2: FloatArray) -> GeometryArray:
    """Outlines as they are; points as discs of the stated land area."""
    is_point = shapely.get_dimensions(stated) == 0
    land = stated.copy()
    land[is_point] = overlay.as_discs(stated[is_point], land_m2[is_point])
    return land


def _accuracy(
    sites: gpd.GeoDataFrame, stated: GeometryArray, parameters: ScreeningParameters
) -> FloatArray:
    """Accuracy in metres; an unrecorded one is 0 for an outline, the parameter for a point."""
    recorded = sites["accuracy_m"].to_numpy(dtype=float)
    is_point = shapely.get_dimensions(stated) == 0
    assumed = np.where(is_point, parameters.unknown_accuracy_m, 0.0)
    return np.where(np.isnan(recorded), assumed, recorded)


def _home(
    land: GeometryArray,
    point: GeometryArray,
    parks: tuple[GeometryArray, NDArray[np.object_]],
    *,
    threads: int,
) -> tuple[NDArray[np.object_], BoolArray]:
    """The park that holds most of each site, and whether it holds at least half of it."""
    polygons, ids = parks
    pieces = overlay.intersect(land, polygons, threads=threads)
    area = shapely.area(land)
    best = overlay.largest_share(pieces, n_sites=len(land))
    held = np.zeros(len(land))
    np.maximum.at(held, pieces.site, pieces.area)
    half = (area > 0) & (held >= area / 2)
    at, which = overlay.containing(point, polygons)
    bare = area[at] == 0
    best[at[bare]], half[at[bare]] = which[bare], True
    park = np.full(len(land), None, dtype=object)
    park[half] = ids[best[half]]
    return park, half


def _largest(
    land: GeometryArray,
    point: GeometryArray,
    units: tuple[GeometryArray, NDArray[np.object_]],
    *,
    threads: int,
) -> tuple[NDArray[np.object_], list[str | None]]:
    """The unit with the most of each site, and all units it has land in."""
    polygons, codes = units
    if len(polygons) == 0:
        return np.full(len(land), None, dtype=object), [None] * len(land)
    pieces = overlay.intersect(land, polygons, threads=threads)
    best = overlay.largest_share(pieces, n_sites=len(land))
    at, which = overlay.containing(point, polygons)
    bare = best[at] < 0
    best[at[bare]] = which[bare]
    main = np.full(len(land), None, dtype=object)
    main[best >= 0] = codes[best[best >= 0]]
    owner = np.concatenate((pieces.site, at[bare]))
    names = codes[np.concatenate((pieces.zone, which[bare]))]
    order = np.argsort(owner, kind="stable")
    parts = np.split(names[order], np.searchsorted(owner[order], np.arange(1, len(land))))
    return main, [join_codes(sorted(set(map(str, part)))) for part in parts]


def _point_categories(point: GeometryArray, zones: ZoneIndex) -> list[str | None]:
    """Categories of all zones that hold the representative point."""
    at, zone = overlay.containing(point, zones.geometry)
    category = zones.category[zone]
    parts = np.split(category, np.searchsorted(at, np.arange(1, len(point))))
    return [join_codes(CATEGORIES[number] for number in sorted(set(part))) for part in parts]


def _shares_json(shares: Shares, located: BoolArray) -> list[str | None]:
    """Shares of every category that has any, as JSON text."""
    return [
        json.dumps({CATEGORIES[i].value: float(row[i]) for i in np.flatnonzero(row)})
        if present
        else None
        for row, present in zip(shares.share, located, strict=True)
    ]
