"""What becomes of the land that a plan's firms leave, as the zones foresee it."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from geo_relocation.model import schema
from geo_relocation.model.enums import ZoneCategory
from geo_relocation.scenarios.breakdown import where_they_stand
from geo_relocation.scenarios.rows import PUBLIC_WORKS
from geo_relocation.standing.new_units import NewUnits
from geo_relocation.standing.units import Districts

ORDER = (*PUBLIC_WORKS, *(one for one in ZoneCategory if one not in PUBLIC_WORKS))
"""In which uses are listed: public works first."""

_LEAST_SHARE = 1e-4
"""Below it land without a zone is what rounding left."""


def land_after_use(
    assignments: pd.DataFrame,
    sites: pd.DataFrame,
    findings: pd.DataFrame,
    known: Districts,
    units: NewUnits,
    *,
    plan_id: str,
) -> pd.DataFrame:
    """The `after_use` frame of a plan: old land of each firm placed, by planned use.

    Parameters
    ----------
    assignments
        The plan's rows of that layer.
    sites
        The layer.
    findings
        Of one screening run. Their shares are those of the zones that decided there: planned
        ones, and by default existing ones where nothing is planned.
    known
        Old districts by code and by the ways people write their names.
    units
        Wards and communes, likewise.
    plan_id
        Key of the plan.

    Returns
    -------
    DataFrame
        A row for each site and use. Land in no zone is of unknown use; a site whose land is not
        known has one row without area.
    """
    placed = assignments[assignments["park_id"].notna()].reset_index(drop=True)
    stand = where_they_stand(placed["site_id"], sites, findings, known, units)
    seen = findings.drop_duplicates("site_id").set_index("site_id").reindex(placed["site_id"])
    stated = stand["land_m2"].astype(float).to_numpy()
    land = np.where(np.isnan(stated), seen["land_m2"].astype(float).to_numpy(), stated)
    firms = zip(placed["site_id"], placed["phase"], stand["city"], stand["unit"], strict=True)
    rows = [
        {
            "plan_id": plan_id,
            "site_id": site,
            "category": use,
            "year": year,
            "city_code": city,
            "unit_code": unit,
            "land_m2": area * share,
        }
        for (site, year, city, unit), area, shares in zip(firms, land, seen["shares"], strict=True)
        for use, share in _uses(shares if area == area else None).items()  # noqa: PLR0124 - NaN
    ]
    columns = schema("after_use").columns
    return schema("after_use").conform(pd.DataFrame(rows, columns=columns))


def _uses(shares: object) -> dict[str, float]:
    """Share of a site's land by planned use, all of it."""
    stated = json.loads(shares) if isinstance(shares, str) else {}
    found = {str(use): float(share) for use, share in stated.items() if share > 0}
    rest = 1.0 - sum(found.values())
    if rest > _LEAST_SHARE:
        unknown = ZoneCategory.UNKNOWN.value
        found[unknown] = found.get(unknown, 0.0) + rest
    return found


def after_use_table(rows: pd.DataFrame, *by: str) -> pd.DataFrame:
    """Firms and hectares of vacated land, by planned use and whatever else is asked for.

    Parameters
    ----------
    rows
        `after_use` of one plan.
    by
        Columns beside the use: `city_code`, `unit_code`, `year`.

    Returns
    -------
    DataFrame
        `category`, the columns asked for, `firms`, `land_ha`; public works first.
    """
    place = {use.value: number for number, use in enumerate(ORDER)}
    found = (
        rows.groupby(["category", *by], dropna=False, sort=True)
        .agg(firms=("site_id", "nunique"), land_ha=("land_m2", lambda area: area.sum() / 1e4))
        .reset_index()
    )
    ordered = found.assign(_place=found["category"].map(place))
    return ordered.sort_values(["_place", *by]).drop(columns="_place").reset_index(drop=True)
