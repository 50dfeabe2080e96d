"""What a run found in a few numbers, and what changed between two runs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geo_relocation.model import split_codes
from geo_relocation.model.enums import Verdict


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
        `site_id`, `change` (added, removed, verdict, reason or share), and verdict, reason and
        residential share of both runs with suffixes ``_before`` and ``_after``; sorted by site.
    """
    columns = ["site_id", "verdict", "reason", "residential_share"]
    both = before[columns].merge(
        after[columns], on="site_id", how="outer", suffixes=("_before", "_after"), indicator=True
    )
    moved = ~np.isclose(
        both["residential_share_after"], both["residential_share_before"], equal_nan=True
    )
    change = np.select(
        [
            both["_merge"] == "left_only",
            both["_merge"] == "right_only",
            both["verdict_before"] != both["verdict_after"],
            both["reason_before"] != both["reason_after"],
            moved,
        ],
        ["removed", "added", "verdict", "reason", "share"],
        default="",
    )
    both = both.drop(columns="_merge")
    both.insert(1, "change", change)
    return both[both["change"] != ""].sort_values("site_id", ignore_index=True)
