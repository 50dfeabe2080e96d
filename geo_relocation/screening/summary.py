"""What a run found in a few numbers, and what changed between two runs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geo_relocation.arrays import Mask
from geo_relocation.model import join_codes, split_codes
from geo_relocation.model.enums import Verdict

_CAUSES = (
    "residential_probability",
    "housing_distance_m",
    "sensitive_distance_m",
    "required_distance_m",
    "land_m2",
    "accuracy_m",
    "park_id",
    "park_probability",
    "zone_ids",
)


def summarise(findings: pd.DataFrame) -> dict[str, Any]:
    """Counts of one run.

    Returns
    -------
    dict
        `sites`; `verdicts` with all three verdicts; `reasons`; `by_point`, categories at the
        representative points (a site in two categories counts in both, one in none under
        ``none``); `within_m`, sites within 50, 100 and 500 m of housing.
    """
    verdicts = {verdict.value: 0 for verdict in Verdict}
    verdicts.update(findings["verdict"].value_counts().to_dict())
    by_point: dict[str, int] = {}
    for value in findings["point_categories"]:
        for category in split_codes(value) or ("none",):
            by_point[category] = by_point.get(category, 0) + 1
    distance = findings["housing_distance_m"].to_numpy()
    return {
        "sites": len(findings),
        "verdicts": verdicts,
        "reasons": findings["reason"].value_counts().sort_index().to_dict(),
        "by_point": dict(sorted(by_point.items())),
        "within_m": {str(m): int(np.sum(distance <= m)) for m in (50, 100, 500)},
    }


def compare_runs(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Sites whose verdict, reason or residential share differ between two runs.

    Parameters
    ----------
    before, after
        Findings of one run each.

    Returns
    -------
    DataFrame
        `site_id`; `change` (added, removed, verdict, reason or share); `differs`, the measures
        that moved and so explain the change, as a `codes` text; verdict, reason and residential
        share of both runs with suffixes ``_before`` and ``_after``; sorted by site.
    """
    shown = ["verdict", "reason", "residential_share"]
    both = before[["site_id", *shown, *_CAUSES]].merge(
        after[["site_id", *shown, *_CAUSES]],
        on="site_id",
        how="outer",
        suffixes=("_before", "_after"),
        indicator=True,
    )
    moved = pd.DataFrame({name: _differs(both, name) for name in ("residential_share", *_CAUSES)})
    change = np.select(
        [
            both["_merge"] == "left_only",
            both["_merge"] == "right_only",
            both["verdict_before"] != both["verdict_after"],
            both["reason_before"] != both["reason_after"],
            moved["residential_share"],
        ],
        ["removed", "added", "verdict", "reason", "share"],
        default="",
    )
    known = (both["_merge"] == "both").to_numpy()
    found = both[["site_id", *(f"{name}_{run}" for name in shown for run in ("before", "after"))]]
    found.insert(1, "change", change)
    differs = moved.apply(lambda row: join_codes(moved.columns[row]), axis=1)
    found.insert(2, "differs", differs.where(known, None) if len(moved) else None)
    return found[found["change"] != ""].sort_values("site_id", ignore_index=True)


def _differs(both: pd.DataFrame, name: str) -> Mask:
    """Whether a measure differs between the runs; two missing values do not."""
    before, after = both[f"{name}_before"], both[f"{name}_after"]
    if pd.api.types.is_numeric_dtype(before):
        same = np.isclose(after, before, equal_nan=True)
    else:
        same = ((before == after) | (before.isna() & after.isna())).to_numpy(dtype=bool)
    return np.asarray(~same)
