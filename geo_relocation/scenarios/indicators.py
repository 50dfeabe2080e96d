"""The registry of indicators: one place where each figure of a plan is defined.

Map, workbook, document and comparison read the stored values; none of them counts for itself.
A stored value carries the version of its formula, so that a changed formula never passes for
a changed plan.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo_relocation.arrays import FloatArray
from geo_relocation.errors import UnknownNameError
from geo_relocation.messages import Language, _
from geo_relocation.model import schema
from geo_relocation.model.figures import Breakdown, IndicatorKey
from geo_relocation.scenarios.rows import Rows
from geo_relocation.support.estimate import Estimate

_FIRMS = (Breakdown.CITY, Breakdown.UNIT, Breakdown.SECTOR, Breakdown.GROUP)
"""By which any firm can be told apart."""

_PLACED = (Breakdown.YEAR, *_FIRMS, Breakdown.PARK)
"""By which firms that have a park can."""

_MONEY = (*_PLACED, Breakdown.PAYER)


@dataclass(frozen=True)
class Indicator:
    """One figure of a plan.

    Attributes
    ----------
    key, version
        Stable word, which has the names for people, and the version of its formula.
    unit
        Unit of the value; `1` for a share.
    formula
        The formula in words.
    better
        -1 where less is better, 1 where more is, 0 where neither.
    compute
        The formula, over all firms of a plan or a part of them; NaN where the plan does not say.
    by
        What the figure can be broken down by.
    """

    key: IndicatorKey
    version: int
    unit: str
    formula: str
    better: int
    compute: Callable[[Rows], float]
    by: tuple[Breakdown, ...] = _PLACED

    def label(self, language: Language = "vi") -> str:
        """Name for people."""
        return self.key.label(language)


def _sum(values: FloatArray) -> float:
    return float(np.nansum(values))


def _mean(values: FloatArray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else np.nan


def _weighted_mean(values: FloatArray, weights: FloatArray) -> float:
    weight = np.nan_to_num(weights)
    total = float(weight.sum())
    return float(np.nansum(values * weight)) / total if total else np.nan


def _most_of(values: FloatArray) -> float:
    """The least value that nine of ten do not exceed: one that occurs, not one in between."""
    known = np.sort(values[~np.isnan(values)])
    return float(known[-(-9 * len(known) // 10) - 1]) if len(known) else np.nan


def _known_sum(values: FloatArray) -> float:
    """NaN where no value is known."""
    return _sum(values) if not np.isnan(values).all() else np.nan


def _hectares(land_m2: FloatArray) -> float:
    return _known_sum(land_m2) / 10_000.0


def _share(rows: Rows) -> float:
    return float(rows.is_placed.mean()) if len(rows) else np.nan


def _support(rows: Rows) -> float:
    """Money that could be worked out; NaN where none could."""
    money = rows.placed.support_vnd
    return float(np.nansum(money)) / 1e9 if not np.isnan(money).all() else np.nan


def _support_unknown(rows: Rows) -> float:
    unknown = rows.placed.support_unknown
    return float(np.nansum(unknown)) if not np.isnan(unknown).all() else np.nan


REGISTRY: tuple[Indicator, ...] = (
    Indicator(
        IndicatorKey.PLACED, 1, "cơ sở",
        "rows with a park", 1, lambda rows: float(len(rows.placed)),
    ),
    Indicator(
        IndicatorKey.UNPLACED, 1, "cơ sở",
        "rows without a park", -1, lambda rows: float(len(rows.left_out)), _FIRMS,
    ),
    Indicator(
        IndicatorKey.PLACED_SHARE, 1, "1",
        "placed / (placed + unplaced)", 1, _share, _FIRMS,
    ),
    Indicator(
        IndicatorKey.LAND_HA, 1, "ha",
        "sum of land_m2 / 10 000", 0, lambda rows: _sum(rows.placed.land_m2) / 10_000.0,
    ),
    Indicator(
        IndicatorKey.DISTANCE_KM, 1, "km",
        "sum of distance_km", -1, lambda rows: _sum(rows.placed.distance_km),
    ),
    Indicator(
        IndicatorKey.DISTANCE_MEAN_KM, 1, "km",
        "mean of distance_km", -1, lambda rows: _mean(rows.placed.distance_km),
    ),
    Indicator(
        IndicatorKey.DISTANCE_WORKER_KM, 1, "km",
        "mean of distance_km weighted by workers", -1,
        lambda rows: _weighted_mean(rows.placed.distance_km, rows.placed.workers),
    ),
    Indicator(
        IndicatorKey.DISTANCE_P90_KM, 1, "km",
        "least distance_km that nine of ten firms placed do not exceed", -1,
        lambda rows: _most_of(rows.placed.distance_km),
    ),
    Indicator(
        IndicatorKey.SMALL_FIRMS, 1, "cơ sở",
        "rows with a park and at most 100 workers", 0, lambda rows: float(len(rows.placed.small)),
    ),
    Indicator(
        IndicatorKey.SMALL_LEFT_OUT, 1, "cơ sở",
        "rows without a park and with at most 100 workers", -1,
        lambda rows: float(len(rows.left_out.small)), _FIRMS,
    ),
    Indicator(
        IndicatorKey.SMALL_DISTANCE_KM, 1, "km",
        "mean of distance_km of rows with at most 100 workers", -1,
        lambda rows: _mean(rows.placed.small.distance_km),
    ),
    Indicator(
        IndicatorKey.HOME_WORKERS, 1, "người",
        "workers of the homes given (match --homes) of firms placed; empty without homes", 0,
        lambda rows: _known_sum(rows.placed.home_workers),
    ),
    Indicator(
        IndicatorKey.HOME_BEFORE_KM, 1, "km",
        "mean way from these homes to the old site, straight line × factors.detour, weighted by "
        "workers", 0, lambda rows: _weighted_mean(rows.home_before_km, rows.home_workers),
    ),
    Indicator(
        IndicatorKey.HOME_AFTER_KM, 1, "km",
        "the same to the gate of the park", -1,
        lambda rows: _weighted_mean(rows.home_after_km, rows.home_workers),
    ),
    Indicator(
        IndicatorKey.WORKERS, 1, "người",
        "sum of workers", 0, lambda rows: _sum(rows.placed.workers),
    ),
    Indicator(
        IndicatorKey.WORKERS_LEFT_OUT, 1, "người",
        "sum of workers", -1, lambda rows: _sum(rows.left_out.workers), _FIRMS,
    ),
    Indicator(
        IndicatorKey.WRONG_SPECIALISATION, 2, "cơ sở",
        "rows whose park is specialised, but not in the division of the firm", -1,
        lambda rows: float(rows.elsewhere.sum()),
    ),
    Indicator(
        IndicatorKey.WISHES_REFUSED, 2, "cơ sở",
        "rows whose site wishes for other parks", -1, lambda rows: float(rows.refused.sum()),
    ),
    Indicator(
        IndicatorKey.CHANGED, 2, "cơ sở",
        "rows whose park in the plan that this one is based on is another", -1,
        lambda rows: float(rows.changed.sum()),
    ),
    Indicator(
        IndicatorKey.VACATED_HA, 1, "ha",
        "sum of after_use.land_m2 / 10 000", 0, lambda rows: _hectares(rows.placed.vacated_m2),
    ),
    Indicator(
        IndicatorKey.VACATED_PUBLIC_HA, 1, "ha",
        "the same, of the uses public, green and transport", 0,
        lambda rows: _hectares(rows.placed.vacated_public_m2),
    ),
    Indicator(
        IndicatorKey.RENT_MUSD, 1, "triệu USD",
        "sum of rent_usd_m2 × land_m2 / 10⁶; parks without a stated rent count 0", -1,
        lambda rows: _sum(rows.placed.rent_usd_m2 * rows.placed.land_m2) / 1e6,
    ),
    Indicator(
        IndicatorKey.PARKS_USED, 1, "khu",
        "different parks", 0, lambda rows: float(len(set(rows.placed.park))),
        (Breakdown.YEAR, *_FIRMS),
    ),
    Indicator(
        IndicatorKey.SUPPORT_BVND, 1, "tỷ đồng",
        "sum of the support that can be computed, each firm as of the middle of the year of its "
        "move; empty where none can", -1, _support, _MONEY,
    ),
    Indicator(
        IndicatorKey.SUPPORT_UNKNOWN, 1, "cơ sở",
        "firms placed for which some support cannot be computed", -1, _support_unknown, _MONEY,
    ),
    Indicator(
        IndicatorKey.COST_KM, 1, "km",
        "sum of cost_km", -1, lambda rows: _sum(rows.placed.cost_km),
    ),
)  # fmt: skip


def indicator(key: str) -> Indicator:
    """The indicator of that key.

    Raises
    ------
    UnknownNameError
        If the registry has none.
    """
    for one in REGISTRY:
        if one.key == key:
            return one
    raise UnknownNameError(_("indicator"), key, [one.key for one in REGISTRY])


def compute_indicators(
    assignments: pd.DataFrame,
    sites: pd.DataFrame,
    parks: pd.DataFrame,
    *,
    plan_id: str,
    approved: pd.DataFrame | None = None,
    support: Estimate | None = None,
    after_use: pd.DataFrame | None = None,
    homes: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The `indicators` frame of a plan.

    Parameters
    ----------
    assignments
        The plan's rows of that layer.
    sites, parks
        The layers.
    plan_id
        Key of the plan.
    approved
        Rows of the plan that this one is based on, if any.
    support
        What the firms placed get, if somebody worked it out.
    after_use
        What becomes of the land that they leave, if somebody worked it out.
    homes
        Ways of their workers, as `ways_of_workers` gives them, if homes are given.
    """
    whole = Rows.of(assignments, sites, parks, approved, support, after_use, homes)
    rows = [
        {
            "plan_id": plan_id,
            "key": one.key.value,
            "version": one.version,
            "value": round(one.compute(whole), 6),
            "unit": one.unit,
        }
        for one in REGISTRY
    ]
    return schema("indicators").conform(pd.DataFrame(rows))
