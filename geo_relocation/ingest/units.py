"""Administrative units with time: which unit a place lay in on a day, and what became of it.

On 2025-07-01 the districts ceased and 91 communes became 36 units that re-use old codes under
other names. So a unit is told by its code and its period, a place by where it lies, and an old
commune that was divided by the place within it.
"""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_relocation.geo.crs import require_same_projected_crs
from geo_relocation.model.enums import AdminLevel, CrosswalkKind

REFORM = date(2025, 7, 1)
"""First day of the new units; the districts' last day was the day before."""


def units_on(
    admin_units: gpd.GeoDataFrame, on: date, level: AdminLevel | None = None
) -> gpd.GeoDataFrame:
    """The units in force on a day, of one level or of all."""
    day = pd.Timestamp(on)
    valid = (admin_units["valid_from"] <= day) & ~(admin_units["valid_to"] < day)
    if level is not None:
        valid &= admin_units["level"] == level.value
    return admin_units[valid].reset_index(drop=True)


def locate_units(
    places: gpd.GeoSeries, admin_units: gpd.GeoDataFrame, *, on: date, level: AdminLevel
) -> pd.DataFrame:
    """The unit that each place lay in on a day.

    Parameters
    ----------
    places
        Points or outlines in metres; a missing place has no unit.
    admin_units
        Rows of the layer `admin_units` in the same CRS, of any periods.
    on
        The day.
    level
        The level wanted.

    Returns
    -------
    DataFrame
        Indexed like `places`: `code`, `name`, `share` of an outline's land in that unit (1 for
        a point), and `codes`, all units touched, joined by ``;``. An outline belongs to the
        unit with most of its land, a point on a boundary to the unit with the smaller code.
    """
    units = units_on(admin_units, on, level).sort_values("code", ignore_index=True)
    found = pd.DataFrame({"code": None, "name": None, "share": np.nan, "codes": None},
                         index=places.index, dtype=object)  # fmt: skip
    found["share"] = found["share"].astype(float)
    if not len(units) or places.isna().all():
        return found
    require_same_projected_crs(places, units)
    pairs = _shares(places.geometry.to_numpy(), units.geometry.to_numpy())
    codes, names = units["code"].to_numpy(object), units["name"].to_numpy(object)
    best = pairs.sort_values(["place", "share", "unit"], ascending=[True, False, True])
    best = best.drop_duplicates("place")
    rows = places.index[best["place"].to_numpy()]
    unit = best["unit"].to_numpy()
    found.loc[rows, "code"], found.loc[rows, "name"] = codes[unit], names[unit]
    found.loc[rows, "share"] = best["share"].to_numpy()
    pairs["code"] = codes[pairs["unit"].to_numpy()]
    touched = pairs.groupby("place", sort=True)["code"].agg(";".join)
    found.loc[places.index[touched.index.to_numpy()], "codes"] = touched.to_numpy()
    return found


def _shares(places: NDArray[np.object_], units: NDArray[np.object_]) -> pd.DataFrame:
    """Touching pairs of place and unit with the share of the place's land, units in order."""
    shapely.prepare(units)
    place, unit = shapely.STRtree(units).query(places, predicate="intersects")
    area = shapely.area(places[place])
    share = np.ones(len(place))
    # Most places lie wholly in one unit, which is quick to see.
    cut = np.flatnonzero((area > 0) & ~shapely.covers(units[unit], places[place]))
    shared = shapely.area(shapely.intersection(places[place[cut]], units[unit[cut]]))
    share[cut] = shared / area[cut]
    pairs = pd.DataFrame({"place": place, "unit": unit, "share": share})
    # An outline that only touches a boundary has no land there.
    pairs = pairs[(pairs["share"] > 0) | ~pairs.duplicated("place", keep=False)]
    return pairs.sort_values(["place", "unit"], ignore_index=True)


def old_to_new(
    old_codes: pd.Series,
    places: gpd.GeoSeries,
    crosswalk: pd.DataFrame,
    admin_units: gpd.GeoDataFrame,
    *,
    on: date = REFORM,
) -> pd.DataFrame:
    """The new unit of each old commune, by the place within it where the commune was divided.

    Parameters
    ----------
    old_codes
        Commune codes before the reform.
    places
        Where the rows lie, same index; may be missing.
    crosswalk
        Rows of the table `admin_crosswalk`.
    admin_units
        Units with their geometry, for divided communes.
    on
        A day on which the new units are in force.

    Returns
    -------
    DataFrame
        `new_code`, `new_name` and `how`: `whole`, `geometry` (divided, resolved by the place),
        `default` (divided and no place: the unit that took the largest part), `contradiction`
        (the place lies in a unit that the commune did not pass into), `unknown`.
    """
    located = locate_units(places, admin_units, on=on, level=AdminLevel.COMMUNE)
    options = dict(iter(crosswalk.groupby("old_code")))
    pairs = list(zip(old_codes.astype(object), located["code"], strict=True))
    # Many sites share a commune and a unit.
    known = {pair: _successor(options.get(pair[0]), pair[1]) for pair in dict.fromkeys(pairs)}
    rows = [known[pair] for pair in pairs]
    return pd.DataFrame(rows, index=old_codes.index, columns=["new_code", "new_name", "how"])


def _successor(options: pd.DataFrame | None, located: object) -> tuple[object, object, str]:
    if options is None:
        return None, None, "unknown"
    inside = options[options["new_code"] == located]
    known = located is not None and not pd.isna(located)
    if len(inside):
        row = inside.iloc[0]
        divided = row["kind"] == CrosswalkKind.DIVIDED.value
        return row["new_code"], row["new_name"], "geometry" if divided else "whole"
    row = options.sort_values("is_default", ascending=False).iloc[0]
    if known:
        return row["new_code"], row["new_name"], "contradiction"
    whole = row["kind"] == CrosswalkKind.WHOLE.value
    return row["new_code"], row["new_name"], "whole" if whole else "default"


def tally(sites: pd.DataFrame, by: str) -> pd.DataFrame:
    """Number of sites, land and workers by old district, old commune or new unit.

    Parameters
    ----------
    sites
        Rows of the layer `sites`.
    by
        `old_district`, `old_commune` or `new_unit`; the same sites give the same totals.

    Returns
    -------
    DataFrame
        `code`, `name`, `sites`, `land_m2`, `workers`, and of how many sites land and workers
        are not known; sorted by code. Units without a code are told by their name; sites
        without either come last, in a row with neither.
    """
    code, name = sites[f"{by}_code"], sites[by]
    found = sites.assign(code=code, name=name, unit=code.fillna(name).fillna(""))
    for column in ("land_m2", "workers"):
        found[f"{column}_unknown"] = found[column].isna()
    grouped = found.groupby("unit", sort=False)
    totals = grouped.agg(
        code=("code", "first"), name=("name", "first"), sites=("site_id", "size"),
        land_m2=("land_m2", "sum"), land_unknown=("land_m2_unknown", "sum"),
        workers=("workers", "sum"), workers_unknown=("workers_unknown", "sum"),
    )  # fmt: skip
    return totals.sort_values(["code", "name"], na_position="last", ignore_index=True)
