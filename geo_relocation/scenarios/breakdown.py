"""Indicators of a plan part by part: by year, city, unit, sector, park, group and payer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import numpy as np
import pandas as pd

from geo_relocation.arrays import TextArray
from geo_relocation.model import schema
from geo_relocation.model.figures import UNKNOWN_PART, Breakdown
from geo_relocation.model.sectors import division
from geo_relocation.scenarios.indicators import REGISTRY
from geo_relocation.scenarios.rows import Rows
from geo_relocation.standing.new_units import NewUnits, unit_codes
from geo_relocation.standing.units import Districts, city_codes
from geo_relocation.support.estimate import Estimate

Parts: TypeAlias = Mapping[Breakdown, list[tuple[str, Rows]]]
"""Of each breakdown the parts, by code, that have firms."""


def compute_breakdowns(
    assignments: pd.DataFrame,
    sites: pd.DataFrame,
    parks: pd.DataFrame,
    *,
    plan_id: str,
    findings: pd.DataFrame | None,
    decisions: pd.DataFrame,
    known: Districts,
    units: NewUnits,
    approved: pd.DataFrame | None = None,
    support: Estimate | None = None,
    after_use: pd.DataFrame | None = None,
    homes: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The `indicator_parts` frame of a plan: each indicator for each part of the firms.

    Parameters
    ----------
    assignments
        The plan's rows of that layer.
    sites, parks
        The layers.
    plan_id
        Key of the plan.
    findings
        Of one screening run: which city and unit a site lies in; None: as the sites state.
    decisions
        The decision in force on each site.
    known
        Old districts by code and by the ways people write their names.
    units
        Wards and communes, likewise.
    approved
        Rows of the plan that this one is based on, if any.
    support
        What the firms placed get, if somebody worked it out.
    after_use
        What becomes of the land that they leave, if somebody worked it out.
    homes
        Ways of their workers, as `ways_of_workers` gives them, if homes are given.

    Returns
    -------
    DataFrame
        Rows only where a part has firms and the figure is known. Firms of which nothing tells
        where they belong are the part `unknown`, so that counts and sums add up to the plan's.
    """
    rows = Rows.of(assignments, sites, parks, approved, support, after_use, homes)
    labels = _labels(rows, assignments, sites, findings, decisions, known, units)
    parts: dict[Breakdown, list[tuple[str, Rows]]] = {
        by: [(part, rows.take(label == part)) for part in sorted({*label} - {None})]
        for by, label in labels.items()
    }
    parts[Breakdown.PAYER] = _by_payer(rows, support)
    found = [
        {
            "plan_id": plan_id,
            "key": one.key.value,
            "by": by.value,
            "of": part,
            "value": round(value, 6),
            "unit": one.unit,
        }
        for one in REGISTRY
        for by in one.by
        for part, firms in parts[by]
        if not np.isnan(value := one.compute(firms))
    ]
    columns = schema("indicator_parts").columns
    return schema("indicator_parts").conform(pd.DataFrame(found, columns=columns))


def _labels(
    rows: Rows,
    assignments: pd.DataFrame,
    sites: pd.DataFrame,
    findings: pd.DataFrame | None,
    decisions: pd.DataFrame,
    known: Districts,
    units: NewUnits,
) -> dict[Breakdown, TextArray]:
    """The part that each firm belongs to, by breakdown; None: to no part of it."""
    own = where_they_stand(rows.site, sites, findings, known, units)
    group = decisions.drop_duplicates("site_id").set_index("site_id")["group"]
    years = [None if pd.isna(year) else str(int(year)) for year in assignments["phase"]]
    return {
        Breakdown.YEAR: np.array(years, dtype=object),
        Breakdown.CITY: _named(own["city"]),
        Breakdown.UNIT: _named(own["unit"]),
        Breakdown.SECTOR: _named(own["vsic"].map(division)),
        Breakdown.GROUP: _named(own["site_id"].map(group)),
        Breakdown.PARK: rows.park,
    }


def where_they_stand(
    site_ids: Iterable[str],
    sites: pd.DataFrame,
    findings: pd.DataFrame | None,
    known: Districts,
    units: NewUnits,
) -> pd.DataFrame:
    """Rows of `sites` for some ids, with the codes `city` and `unit`; None where nothing tells."""
    own = sites.drop_duplicates("site_id").set_index("site_id").reindex(pd.Index(site_ids))
    own = own.rename_axis("site_id").reset_index()
    return own.assign(city=city_codes(own, findings, known), unit=unit_codes(own, findings, units))


def _named(values: pd.Series | TextArray) -> TextArray:
    known = pd.Series(values, dtype=object)
    found: TextArray = known.where(known.notna(), UNKNOWN_PART).to_numpy(dtype=object)
    return found


def _by_payer(rows: Rows, support: Estimate | None) -> list[tuple[str, Rows]]:
    """All firms, with the support of one payer at a time."""
    items = () if support is None else support.items
    payers = sorted({item.payer.value for item in items})
    return [
        (payer, rows.paid(item for item in items if item.payer.value == payer)) for payer in payers
    ]
