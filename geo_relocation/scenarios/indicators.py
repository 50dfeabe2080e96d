"""The registry of indicators: one place where each figure of a plan is defined.

Map, workbook, document and comparison read the stored values; none of them counts for itself.
A stored value carries the version of its formula, so that a changed formula never passes for
a changed plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo_relocation.errors import UnknownNameError
from geo_relocation.messages import Language, _
from geo_relocation.model import schema, split_codes
from geo_relocation.model.enums import IndicatorKey
from geo_relocation.model.money import SupportOutcome
from geo_relocation.model.sectors import division
from geo_relocation.support.estimate import Estimate


@dataclass(frozen=True)
class Plan:
    """What indicators are computed from.

    Attributes
    ----------
    assignments
        The plan's rows of that layer, one per firm in scope.
    sites, parks
        The layers, also with rows that the plan does not name.
    approved
        Rows of the plan that this one is based on; None where it is based on none.
    support
        What the firms placed get; None where nobody worked it out.
    """

    assignments: pd.DataFrame
    sites: pd.DataFrame
    parks: pd.DataFrame
    approved: pd.DataFrame | None = None
    support: Estimate | None = None

    @property
    def placed(self) -> pd.DataFrame:
        """Rows of the firms placed, with their site's workers and their park's rent."""
        rows = self.assignments[self.assignments["park_id"].notna()]
        rows = rows.merge(self.sites[["site_id", "workers"]], on="site_id", how="left")
        return rows.merge(self.parks[["park_id", "rent_usd_m2"]], on="park_id", how="left")


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
        The formula; NaN where the plan does not say.
    """

    key: IndicatorKey
    version: int
    unit: str
    formula: str
    better: int
    compute: Callable[[Plan], float]

    def label(self, language: Language = "vi") -> str:
        """Name for people."""
        return self.key.label(language)


def _sum(values: pd.Series) -> float:
    return float(values.astype(float).sum())


def _weighted_mean(values: pd.Series, weights: pd.Series) -> float:
    weight = weights.astype(float).fillna(0.0)
    total = float(weight.sum())
    return float((values.astype(float) * weight).sum()) / total if total else np.nan


def _share(plan: Plan) -> float:
    return len(plan.placed) / len(plan.assignments) if len(plan.assignments) else np.nan


def _wrong_specialisation(plan: Plan) -> float:
    special = plan.parks.set_index("park_id")["specialisation"]
    sector = plan.sites.set_index("site_id")["vsic"].map(division)
    wrong = [
        bool(wanted := split_codes(special.get(park))) and sector.get(site) not in wanted
        for site, park in _pairs(plan.placed)
    ]
    return float(sum(wrong))


def _wishes_refused(plan: Plan) -> float:
    wish = plan.sites.set_index("site_id")["wish_place"]
    refused = [
        bool(wanted := split_codes(wish.get(site))) and park not in wanted
        for site, park in _pairs(plan.placed)
    ]
    return float(sum(refused))


def _changed(plan: Plan) -> float:
    if plan.approved is None:
        return 0.0
    before = dict(_pairs(plan.approved[plan.approved["park_id"].notna()]))
    return float(sum(before.get(site, park) != park for site, park in _pairs(plan.placed)))


def _pairs(rows: pd.DataFrame) -> Iterator[tuple[str, str]]:
    return zip(rows["site_id"], rows["park_id"], strict=True)


def _left_out_workers(plan: Plan) -> float:
    left = plan.assignments[plan.assignments["park_id"].isna()]
    workers = plan.sites.set_index("site_id")["workers"]
    return _sum(left["site_id"].map(workers))


def _support(plan: Plan) -> float:
    """Money that could be worked out; NaN where none could."""
    items = plan.support.items if plan.support is not None else ()
    known = [item for item in items if item.outcome is SupportOutcome.COMPUTED]
    return float(sum(item.counted for item in known)) / 1e9 if known else np.nan


def _support_unknown(plan: Plan) -> float:
    if plan.support is None:
        return np.nan
    unknown = SupportOutcome.NOT_COMPUTED
    return float(len({i.firm.site_id for i in plan.support.items if i.outcome is unknown}))


def _parks_used(plan: Plan) -> float:
    return float(plan.placed["park_id"].nunique())


REGISTRY: tuple[Indicator, ...] = (
    Indicator(
        IndicatorKey.PLACED, 1, "cơ sở",
        "rows with a park", 1, lambda plan: float(len(plan.placed)),
    ),
    Indicator(
        IndicatorKey.UNPLACED, 1, "cơ sở",
        "rows without a park", -1, lambda plan: float(len(plan.assignments) - len(plan.placed)),
    ),
    Indicator(
        IndicatorKey.PLACED_SHARE, 1, "1",
        "placed / (placed + unplaced)", 1, _share,
    ),
    Indicator(
        IndicatorKey.LAND_HA, 1, "ha",
        "sum of land_m2 / 10 000", 0, lambda plan: _sum(plan.placed["land_m2"]) / 10_000.0,
    ),
    Indicator(
        IndicatorKey.DISTANCE_KM, 1, "km",
        "sum of distance_km", -1, lambda plan: _sum(plan.placed["distance_km"]),
    ),
    Indicator(
        IndicatorKey.DISTANCE_MEAN_KM, 1, "km",
        "mean of distance_km", -1, lambda plan: float(plan.placed["distance_km"].mean()),
    ),
    Indicator(
        IndicatorKey.DISTANCE_WORKER_KM, 1, "km",
        "mean of distance_km weighted by workers", -1,
        lambda plan: _weighted_mean(plan.placed["distance_km"], plan.placed["workers"]),
    ),
    Indicator(
        IndicatorKey.WORKERS, 1, "người",
        "sum of workers", 0, lambda plan: _sum(plan.placed["workers"]),
    ),
    Indicator(
        IndicatorKey.WORKERS_LEFT_OUT, 1, "người",
        "sum of workers", -1, _left_out_workers,
    ),
    Indicator(
        IndicatorKey.WRONG_SPECIALISATION, 2, "cơ sở",
        "rows whose park is specialised, but not in the division of the firm", -1,
        _wrong_specialisation,
    ),
    Indicator(
        IndicatorKey.WISHES_REFUSED, 2, "cơ sở",
        "rows whose site wishes for other parks", -1,
        _wishes_refused,
    ),
    Indicator(
        IndicatorKey.CHANGED, 2, "cơ sở",
        "rows whose park in the plan that this one is based on is another", -1, _changed,
    ),
    Indicator(
        IndicatorKey.RENT_MUSD, 1, "triệu USD",
        "sum of rent_usd_m2 × land_m2 / 10⁶; parks without a stated rent count 0", -1,
        lambda plan: _sum(plan.placed["rent_usd_m2"] * plan.placed["land_m2"]) / 1e6,
    ),
    Indicator(
        IndicatorKey.PARKS_USED, 1, "khu",
        "different parks", 0, _parks_used,
    ),
    Indicator(
        IndicatorKey.SUPPORT_BVND, 1, "tỷ đồng",
        "sum of the support that can be computed, each firm as of the middle of the year of its "
        "move; empty where none can", -1, _support,
    ),
    Indicator(
        IndicatorKey.SUPPORT_UNKNOWN, 1, "cơ sở",
        "firms placed for which some support cannot be computed", -1, _support_unknown,
    ),
    Indicator(
        IndicatorKey.COST_KM, 1, "km",
        "sum of cost_km", -1, lambda plan: _sum(plan.placed["cost_km"]),
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
    """
    plan = Plan(assignments, sites, parks, approved, support)
    rows = [
        {
            "plan_id": plan_id,
            "key": one.key.value,
            "version": one.version,
            "value": round(one.compute(plan), 6),
            "unit": one.unit,
        }
        for one in REGISTRY
    ]
    return schema("indicators").conform(pd.DataFrame(rows))
