"""What an address says about a site's place: its units, and a position where nothing better is.

An address gives a commune at best. A site of which no more is known gets the middle of its
commune with an accuracy that reaches the commune's farthest corner, never a point that pretends.
Where coordinates are known the address is a check on them.
"""

from __future__ import annotations

from datetime import timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_relocation.arrays import GeometryArray, Mask, ObjectArray
from geo_relocation.geo.crs import is_vn2000, metres_per_unit
from geo_relocation.geo.locate import position_from_unit
from geo_relocation.ingest.draft import Draft
from geo_relocation.ingest.units import REFORM, units_on
from geo_relocation.model import split_codes
from geo_relocation.model.enums import AdminLevel, LocationSource
from geo_relocation.text.address import parse_addresses

_PARTS = ("address", "old_commune", "old_district", "new_unit")
_UNITS = ("old_commune", "old_district", "new_unit")
_TRUSTED = 0.8
_TOUCHING_METRES = 1.0


def settle_addresses(draft: Draft, admin_units: gpd.GeoDataFrame) -> None:
    """Take units from the addresses of sites, and positions where there is nothing better.

    Parameters
    ----------
    draft
        Rows of `sites`, with their places.
    admin_units
        The units that the workspace knows, of any periods, in its CRS.
    """
    written = _written(draft)
    rows = draft.kept & pd.notna(written)
    if not rows.any() or not (is_vn2000(draft.working_crs) or draft.extent is not None):
        return
    parsed = parse_addresses(pd.Series(written, dtype=object).where(rows, None))
    places = parsed.places
    unplaced = rows & shapely.is_missing(draft.geometry)
    # Of a site whose place is known, an address that says nothing is no problem.
    told = parsed.problems["position"].isin(np.flatnonzero(unplaced))
    draft.log.add_problems(parsed.problems[told], "address")
    sure = rows & (places["confidence"].to_numpy(dtype=float) >= _TRUSTED)
    _fill_units(draft, places, sure)
    polygons = _polygons(places, admin_units)
    known = sure & ~shapely.is_missing(polygons)
    _check_places(draft, polygons, known & ~unplaced, places)
    _place(draft, polygons, known & unplaced)


def use_new_address(draft: Draft) -> None:
    """Let the address since the reform stand in where that before it is missing; the log counts.

    A list that brings the old address later replaces it.
    """
    rows = draft.missing("address") & ~draft.missing("new_address")
    if rows.any():
        draft.fill("address", rows, draft.column("new_address")[rows])
        draft.log.add("new-address-used", field="address", count=int(rows.sum()))


def _written(draft: Draft) -> ObjectArray:
    """The address with the units that stand in columns of their own behind it."""
    columns = [draft.column(name) for name in _PARTS]
    joined = np.full(len(draft.raw), None, dtype=object)
    for i in range(len(joined)):
        joined[i] = ", ".join(str(c[i]) for c in columns if c[i] is not None) or None
    return joined


def _fill_units(draft: Draft, places: pd.DataFrame, sure: Mask) -> None:
    """Fill unit codes, and names that have no column of their own, from what addresses say."""
    filled = np.zeros(len(sure), dtype=bool)
    for name in (*_UNITS, *(f"{unit}_code" for unit in _UNITS)):
        found = places[name].astype(object).to_numpy(dtype=object, na_value=None)
        rows = sure & draft.missing(name) & pd.notna(found)
        if rows.any():
            draft.fill(name, rows, found[rows])
            filled |= rows
    if filled.any():
        draft.log.add("units-from-address", field="address", count=int(filled.sum()))


def _polygons(places: pd.DataFrame, admin_units: gpd.GeoDataFrame) -> GeometryArray:
    """Outlines of the communes that addresses name; of a divided one, all that it may be."""
    before = REFORM - timedelta(days=1)
    new = _outlines(units_on(admin_units, REFORM, AdminLevel.COMMUNE))
    old = _outlines(units_on(admin_units, before, AdminLevel.COMMUNE))
    district = _outlines(units_on(admin_units, before, AdminLevel.DISTRICT))
    found = np.full(len(places), None, dtype=object)
    columns = ("old_commune_code", "new_unit_code", "candidates", "old_district_code")
    for i, codes in enumerate(places[list(columns)].itertuples(index=False)):
        commune, unit, candidates, city = codes
        options = [new[code] for code in split_codes(candidates) if code in new]
        for outline in (
            old.get(commune),
            new.get(unit),
            shapely.union_all(options) if options else None,
            district.get(city),
        ):
            if outline is not None:
                found[i] = outline
                break
    return found


def _outlines(units: gpd.GeoDataFrame) -> dict[str, shapely.Geometry]:
    return dict(zip(units["code"], units.geometry, strict=True))


def _check_places(draft: Draft, polygons: GeometryArray, rows: Mask, places: pd.DataFrame) -> None:
    """Say where a location lies farther from the commune of its address than it may."""
    if not rows.any():
        return
    metre = metres_per_unit(draft.working_crs)
    reach = np.array([_TOUCHING_METRES if v is None or pd.isna(v) else max(float(v), 1.0)
                      for v in draft.column("accuracy_m")])  # fmt: skip
    apart = np.zeros(len(rows))
    apart[rows] = shapely.distance(draft.geometry[rows], polygons[rows]) * metre
    for i in np.flatnonzero(rows & (apart > reach)):
        unit = places["old_commune"].iloc[i]
        shown = places["new_unit"].iloc[i] if pd.isna(unit) else unit
        draft.log.add(
            "outside-address-unit",
            position=int(i),
            field="address",
            value=shown,
            figures={"metres": float(apart[i])},
        )


def _place(draft: Draft, polygons: GeometryArray, rows: Mask) -> None:
    """Give rows without a location the middle of their commune, with its radius."""
    if not rows.any():
        return
    positions = position_from_unit(polygons[rows])
    metres = positions.accuracy_m * metres_per_unit(draft.working_crs)
    draft.geometry[rows] = positions.points
    draft.fill("accuracy_m", rows, np.ceil(metres))
    draft.fill("location_source", rows, LocationSource.UNIT.value)
    draft.assumed_place |= rows
    for i, radius in zip(np.flatnonzero(rows), metres, strict=True):
        draft.log.add(
            "placed-by-unit", position=int(i), field="address", figures={"metres": float(radius)}
        )
