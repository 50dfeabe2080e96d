"""Sites against administration with time: the old district and the new unit of each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import reduce

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_relocation.geo.crs import to_metres
from geo_relocation.ingest.issues import IssueLog
from geo_relocation.ingest.keys import record_ids
from geo_relocation.ingest.prepared import Prepared
from geo_relocation.ingest.raw import RawTable
from geo_relocation.ingest.units import REFORM, locate_units, old_to_new, units_on
from geo_relocation.messages import Message
from geo_relocation.model import schema, split_codes
from geo_relocation.model.accuracy import PLACED_UNSEEN
from geo_relocation.model.enums import AdminLevel
from geo_relocation.model.fingerprint import frame_hash
from geo_relocation.model.told import told
from geo_relocation.text.gazetteer import short_key

SOURCE = "đối chiếu đơn vị hành chính"
"""What stands for a file name in the record and the issues of such a run."""

_AREAL = 2
_INSIDE = 0.95


def resolve_units(
    sites: gpd.GeoDataFrame,
    crosswalk: pd.DataFrame,
    admin_units: gpd.GeoDataFrame,
    *,
    import_id: str,
) -> Prepared:
    """Fill the old district and the new unit of sites where they are not recorded.

    An old commune tells its district, and its new unit if it passed whole; of a divided one,
    and of a site without a known commune, the place decides: an outline by most of its land, a
    point if 95 % of the circle of its accuracy lie in one unit. Where neither can tell, or they
    contradict each other, the unit stays empty and the site is in the issue log. What is
    recorded is never replaced.

    Parameters
    ----------
    sites
        The layer as the workspace has it.
    crosswalk
        Rows of `admin_crosswalk`; may be empty.
    admin_units
        Units of both periods in the CRS of the sites; may be empty.
    import_id
        Under which the change is stored, logged and can be undone.

    Returns
    -------
    Prepared
        All sites, with the values filled in marked as given.
    """
    filling = _Filling(sites)
    admin_units = admin_units.assign(name=_official(admin_units, crosswalk))
    units = to_metres(admin_units) if len(admin_units) else admin_units
    places = _reach(sites)
    city = locate_units(places, units, on=REFORM - timedelta(days=1), level=AdminLevel.DISTRICT)
    here = locate_units(places, units, on=REFORM, level=AdminLevel.COMMUNE)
    outline = shapely.get_dimensions(sites.geometry.to_numpy()) == _AREAL
    in_city, in_unit = (found["share"].ge(_INSIDE) | outline for found in (city, here))
    communes = sites["old_commune_code"]
    passed = old_to_new(communes, places.where(in_unit, None), crosswalk, units)
    how = passed["how"]
    stated = crosswalk.drop_duplicates("old_code").set_index("old_code")
    filling.fill("old_district", communes.map(stated["old_district_code"]),
                 communes.map(stated["old_district"]), how != "contradiction")  # fmt: skip
    filling.fill("old_district", city["code"], city["name"], (how == "unknown") & in_city)
    filling.fill("new_unit", passed["new_code"], passed["new_name"],
                 how.isin(["whole", "geometry"]))  # fmt: skip
    filling.fill("new_unit", here["code"], here["name"], (how == "unknown") & in_unit)

    filling.report_contradictions(how == "contradiction", here["name"])
    new = units_on(units, REFORM, AdminLevel.COMMUNE)
    names = dict(zip(new["code"], new["name"], strict=True))
    for i in np.flatnonzero(filling.open("new_unit") & (how != "contradiction")):
        if how.iloc[i] == "default":
            options = crosswalk.loc[crosswalk["old_code"] == communes.iloc[i], "new_name"]
            filling.undecided(int(i), told("detail.divided-between", units=list(options)))
        elif pd.notna(here["code"].iloc[i]):
            near = [names[code] for code in split_codes(here["codes"].iloc[i])]
            filling.undecided(int(i), told("detail.near-border", units=near))
        elif pd.notna(communes.iloc[i]):
            filling.undecided(int(i), told("detail.not-in-crosswalk"))
    return filling.prepared(import_id, frame_hash(crosswalk, admin_units))


def _official(units: gpd.GeoDataFrame, crosswalk: pd.DataFrame) -> pd.Series:
    """Names of units as the crosswalk spells them, where it has them: maps leave out the kind."""
    names = units["name"].copy()
    new = units["valid_from"] >= pd.Timestamp(REFORM)
    district = units["level"] == AdminLevel.DISTRICT.value
    for rows, code, name in (
        (new, "new_code", "new_name"),
        (district & ~new, "old_district_code", "old_district"),
    ):
        spelt = crosswalk.drop_duplicates(code).set_index(code)[name]
        names[rows] = units.loc[rows, "code"].map(spelt).fillna(names[rows])
    return names


def _reach(sites: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Where each site may lie, in metres: its outline, or a point with its accuracy round it."""
    placed = sites.geometry.where(~sites["location_source"].isin(PLACED_UNSEEN), None)
    places = to_metres(placed)
    point = shapely.get_dimensions(places.to_numpy()) < _AREAL
    radius = sites["accuracy_m"].fillna(0.0).to_numpy(dtype=float)
    drawn = shapely.buffer(places.to_numpy(), np.where(point, radius, 0.0))
    # A circle without radius is empty, and an outline that is buffered may change.
    kept = np.where(point & (radius > 0), drawn, places.to_numpy())
    return gpd.GeoSeries(kept, index=places.index, crs=places.crs)


class _Filling:
    """Sites with what is filled in, and the log of what could not be.

    Parameters
    ----------
    sites
        As they are; stays untouched.
    """

    def __init__(self, sites: gpd.GeoDataFrame) -> None:
        told = ("old_commune_code", "name", "site_id")
        shown = reduce(lambda kept, name: kept.fillna(sites[name]), told, sites["old_commune"])
        self._shown = shown.to_numpy(dtype=object)
        self._filled = sites.copy()
        self._given = pd.DataFrame(data=False, index=sites.index, columns=list(sites.columns))
        raw = RawTable(sites[["site_id"]], np.arange(1, len(sites) + 1), file=SOURCE)
        self._log = IssueLog(raw, "sites")

    def open(self, unit: str) -> pd.Series:
        """Sites whose unit is still not known, not even by name."""
        return self._filled[unit].isna() & self._filled[f"{unit}_code"].isna()

    def fill(self, unit: str, codes: pd.Series, names: pd.Series, rows: pd.Series) -> None:
        """Fill code and name of a unit where they are empty and contradict nothing recorded."""
        held, code = self._filled[unit], self._filled[f"{unit}_code"]
        same_name = held.isna() | (
            held.fillna("").map(short_key) == names.fillna("").map(short_key)
        )
        rows = rows & codes.notna() & same_name & (code.isna() | (code == codes))
        for name, values in ((unit, names), (f"{unit}_code", codes)):
            gaps = rows & self._filled[name].isna()
            self._filled.loc[gaps, name] = values[gaps]
            self._given.loc[gaps, name] = True

    def report_contradictions(self, rows: pd.Series, located: pd.Series) -> None:
        """Log the sites that lie in a unit which their old commune did not pass into."""
        for i in np.flatnonzero(rows & self.open("new_unit")):
            self._add("unit-contradiction", int(i), {"unit": str(located.iloc[i])})

    def undecided(self, position: int, cause: Message) -> None:
        """Log a site whose unit cannot be told."""
        self._add("unit-undecided", position, {"cause": cause})

    def _add(self, kind: str, position: int, figures: Mapping[str, object]) -> None:
        shown = self._shown[position]
        self._log.add(kind, position=position, field="new_unit", value=shown, figures=figures)

    def prepared(self, import_id: str, inputs: str) -> Prepared:
        """The filled sites in the form that imports are stored in."""
        shape = schema("sites")
        issues = self._log.frame(import_id, dict(enumerate(record_ids(self._filled, shape))))
        return Prepared.of_sites(
            self._filled,
            self._given,
            # There is no file whose rows could be looked up.
            issues.assign(row=pd.array([None] * len(issues), dtype="Int64")),
            import_id=import_id,
            file=SOURCE,
            sha256=inputs,
        )
