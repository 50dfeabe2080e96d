"""Firms as support sees them: from the layers, the decisions in force, a plan, and assumptions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from geo_relocation.lazy import pd
from geo_relocation.model.enums import LandOrigin, RentMode, Route
from geo_relocation.support.facts import Firm, Kind, Value, evidence_registry
from geo_relocation.support.parameters import Assumption
from geo_relocation.support.tables import exact, is_finite

_SAYS_NOTHING = {
    "land_origin": {LandOrigin.UNKNOWN.value},
    "route": {Route.UNDECIDED.value},
}
"""Codes that stand for "not known"."""

_RENT_OF = {
    LandOrigin.OWNED.value: RentMode.NONE.value,
    LandOrigin.SUBLEASE.value: RentMode.SUBLEASE.value,
}
"""What the origin of the land says of the rent, by what the words mean."""

_MADE: Mapping[Kind, Callable[[object], Value]] = {
    "number": lambda value: exact(float(value)) if isinstance(value, float) else exact(int(value)),  # type: ignore[call-overload]
    "boolean": bool,
    "text": str,
    "date": lambda value: pd.Timestamp(value).date(),
}


def gather_firms(
    sites: pd.DataFrame,
    *,
    as_of: dt.date | None = None,
    cities: Sequence[str | None] | None = None,
    decisions: pd.DataFrame | None = None,
    findings: pd.DataFrame | None = None,
    plan: pd.DataFrame | None = None,
    parks: pd.DataFrame | None = None,
    assumed: Mapping[str, Assumption] | None = None,
) -> list[Firm]:
    """What support is worked out from, for each site.

    Parameters
    ----------
    sites
        Rows of that layer.
    as_of
        The day as of which policies are asked; None: for the firms of a plan the middle of the year
        of their move.
    cities
        Code of the old district-level city of each site, in their order.
    decisions
        The decision in force on each site.
    findings
        Of one screening.
    plan
        Columns `site_id`, `park_id`, `phase` (the year of the move). Where it is given, only the
        firms that it places are taken.
    parks
        The layer, for the kind of the new place.
    assumed
        Stands in for evidence that the register lacks, by key.

    Returns
    -------
    list of Firm
        In the order of `sites`.

    Raises
    ------
    ValueError
        If neither a day nor a plan says when: a mistake in the program.
    """
    if as_of is None and plan is None:
        raise ValueError("neither a day nor a plan says when")
    placed = None if plan is None else plan[plan["park_id"].notna()].set_index("site_id")
    rows = sites if placed is None else sites[sites["site_id"].isin(placed.index)]
    known = _columns(rows, "sites", rows)
    for layer, frame in (("decisions", decisions), ("findings", findings)):
        if frame is not None:
            beside = frame.drop_duplicates("site_id").set_index("site_id")
            known |= _columns(beside.reindex(rows["site_id"]), layer, rows)
    years = pd.Series(as_of.year if as_of else 0, index=rows.index)
    if placed is not None:
        years = rows["site_id"].map(placed["phase"]).astype("int64")
        if parks is not None:
            kinds = rows["site_id"].map(placed["park_id"]).map(parks.set_index("park_id")["kind"])
            known["park_kind"] = [None if pd.isna(kind) else str(kind) for kind in kinds]
    city = dict(zip(sites["site_id"], cities or [None] * len(sites), strict=True))
    found = []
    for place, (site_id, year) in enumerate(zip(rows["site_id"], years.tolist(), strict=True)):
        day = as_of or middle_of(year)
        values = {
            key: value for key, column in known.items() if (value := column[place]) is not None
        }
        found.append(_firm(site_id, day, year, city[site_id], values, assumed or {}))
    return found


def middle_of(year: int) -> dt.date:
    """The day as of which the support of a year is asked where nobody names a day."""
    return dt.date(year, 7, 1)


def _columns(frame: pd.DataFrame, layer: str, rows: pd.DataFrame) -> dict[str, list[Value | None]]:
    """Values of the evidence that a layer has, by key, in the order of the sites."""
    found: dict[str, list[Value | None]] = {}
    for key, one in evidence_registry().items():
        if one.origin != layer or key not in frame.columns:
            continue
        silent = _SAYS_NOTHING.get(key, set())
        made = _MADE[one.kind]
        column = frame[key].astype(object).tolist()
        if len(column) != len(rows):
            raise ValueError(layer)
        found[key] = [
            None if pd.isna(value) or value in silent or not is_finite(value) else made(value)
            for value in column
        ]
    return found


def _firm(
    site_id: str,
    day: dt.date,
    year: int,
    city: str | None,
    values: dict[str, Value],
    assumptions: Mapping[str, Assumption],
) -> Firm:
    assumed = {key: one.value for key, one in assumptions.items() if key not in values}
    values = values | assumed
    if city is not None:
        values["city_code"] = city
    return Firm(site_id, day, year, city, values | _derived(values, day), frozenset(assumed))


def _derived(values: Mapping[str, Value], day: dt.date) -> dict[str, Value]:
    """Fact made from other evidence."""
    found: dict[str, Value] = {}
    origin = values.get("land_origin")
    if "rent_mode" not in values and origin in _RENT_OF:
        found["rent_mode"] = _RENT_OF[str(origin)]
    begun, ends, built = (values.get(key) for key in ("lease_start", "lease_end", "workshop_year"))
    if isinstance(ends, dt.date):
        found["lease_days_left"] = exact(max((ends - day).days, 0))
        if isinstance(begun, dt.date):
            found["lease_days"] = exact((ends - begun).days)
    if built is not None and not isinstance(built, str | bool | dt.date):
        found["workshop_age"] = max(exact(day.year) - built, exact(0))
    return found
