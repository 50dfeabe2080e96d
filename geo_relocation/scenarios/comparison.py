"""Two or more plans side by side: their indicators, and the firms that fare differently."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geo_relocation.errors import DataError
from geo_relocation.messages import Language, _
from geo_relocation.model.dictionary import unit_in
from geo_relocation.scenarios.indicators import indicator


@dataclass(frozen=True)
class Comparison:
    """Plans side by side.

    Attributes
    ----------
    indicators
        One row per indicator: `key`, `label`, `unit`, a column per plan, `best` (the plan that
        is better than all others, empty where none is or where neither direction is).
    firms
        One row per firm that is not treated alike in all plans: `site_id` and a column per
        plan, ``park (year)`` or empty.
    """

    indicators: pd.DataFrame
    firms: pd.DataFrame


def compare(
    indicators: pd.DataFrame, assignments: pd.DataFrame, *, language: Language = "vi"
) -> Comparison:
    """Compare the plans whose rows are given.

    Parameters
    ----------
    indicators, assignments
        Rows of those layers of all plans to compare, in the order of their first rows.
    language
        Language of the labels.

    Raises
    ------
    DataError
        If a value of one plan was computed by another version of the formula.
    """
    plans = list(dict.fromkeys(indicators["plan_id"]))
    versions = indicators.groupby("key")["version"].nunique()
    if mixed := sorted(versions.index[versions > 1]):
        raise DataError(
            _(
                "Indicators of different versions cannot be compared: {names}.",
                names=[indicator(key) for key in mixed],
            ),
            hint=_("Run the older scenario again."),
        )
    return Comparison(
        _indicator_table(indicators, plans, language), _firm_table(assignments, plans)
    )


def _indicator_table(
    indicators: pd.DataFrame, plans: list[str], language: Language
) -> pd.DataFrame:
    rows = []
    for key in dict.fromkeys(indicators["key"]):
        mine = indicators[indicators["key"] == key].set_index("plan_id")["value"]
        known = indicator(key)
        values = {plan: float(mine.get(plan, float("nan"))) for plan in plans}
        best = _best(values, known.better)
        words = {"label": known.label(language), "unit": unit_in(known.unit, language)}
        rows.append({"key": key, **words, **values, "best": best})
    return pd.DataFrame(rows)


def _best(values: dict[str, float], better: int) -> str:
    """The one plan that is better than all others."""
    ranked = sorted((-better * value, plan) for plan, value in values.items() if not pd.isna(value))
    if better == 0 or not ranked:
        return ""
    alone = len(ranked) == 1 or ranked[0][0] < ranked[1][0]
    return ranked[0][1] if alone else ""


def _firm_table(assignments: pd.DataFrame, plans: list[str]) -> pd.DataFrame:
    rows = assignments[assignments["plan_id"].isin(plans)]
    place = [
        "" if pd.isna(park) else f"{park} ({year})"
        for park, year in zip(rows["park_id"], rows["phase"], strict=True)
    ]
    table = (
        rows.assign(place=place)
        .pivot_table(index="site_id", columns="plan_id", values="place", aggfunc="first")
        .reindex(columns=plans)
        .fillna("")
    )
    differs = table.ne(table.iloc[:, 0], axis=0).any(axis=1)
    return table[differs].rename_axis(columns=None).reset_index()
