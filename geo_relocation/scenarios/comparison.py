"""Two to six plans side by side: their indicators, and the firms that fare differently.

The first plan is the base. A figure is known within what is proven: a cost lies between its bound
and itself, a count of firms left out likewise, any other figure within the plan's gap. Where such
ranges meet, the plans cannot be told apart by the figure, and none is called better; plans of the
same question, which differ in seed or time alone, never can.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from geo_relocation.errors import DataError
from geo_relocation.matching.plan.differences import Difference
from geo_relocation.messages import Language, Message, _
from geo_relocation.model import join_codes
from geo_relocation.model.dictionary import unit_in
from geo_relocation.model.figures import IndicatorKey
from geo_relocation.model.told import stored
from geo_relocation.scenarios.indicators import Indicator, indicator

Range = tuple[float, float]


@dataclass(frozen=True)
class Comparison:
    """Plans side by side.

    Attributes
    ----------
    plans
        Their rows of `scenarios`, the base first, with `number` and `base`.
    indicators
        One row per indicator: `key`, `label`, `unit`, a column per plan, `difference` (that of
        the plan furthest from the base), `distinguishable` (whether any two plans can be told
        apart by it) and `best` (the plan that is better than all others and can be told from
        them; empty where none is or where neither direction is).
    firms
        One row per firm and plan that treats it otherwise than the base: `plan_id`, `site_id`,
        `park_before`, `phase_before`, `park_after`, `phase_after`, `kind`, `why` (as it is
        stored), `chain`, `more_km`.
    notes
        What has to be known.
    """

    plans: pd.DataFrame
    indicators: pd.DataFrame
    firms: pd.DataFrame
    notes: tuple[Message, ...] = ()

    def of_indicators(self) -> dict[str, dict[str, object]]:
        """By key: values and differences by plan, and what can be said of them."""
        ids = self.plans["plan_id"].tolist()
        found = {}
        for row in self.indicators.to_dict("records"):
            values = {one: _number(row[one]) for one in ids}
            first = values[ids[0]]
            found[str(row["key"])] = {
                **{name: row[name] for name in ("label", "unit", "distinguishable")},
                "values": values,
                "difference": _number(row["difference"]),
                "differences": {
                    one: None if first is None or value is None else round(value - first, 6)
                    for one, value in values.items()
                },
                "best": row["best"] or None,
            }
        return found


def compare(
    plans: pd.DataFrame,
    indicators: pd.DataFrame,
    differences: Mapping[str, Sequence[Difference]],
    *,
    questions: Mapping[str, str] | None = None,
    notes: Sequence[Message] = (),
    language: Language = "vi",
) -> Comparison:
    """Compare plans.

    Parameters
    ----------
    plans
        Rows of `scenarios`, the base first.
    indicators
        Rows of that layer of all these plans.
    differences
        By plan: the firms that it treats otherwise than the base.
    questions
        By plan: a word that is the same for plans of the same question on the same data.
    notes
        What has to be known of the differences.
    language
        Language of the labels.

    Raises
    ------
    DataError
        If a value of one plan was computed by another version of the formula.
    """
    versions = indicators.groupby("key")["version"].nunique()
    if mixed := sorted(versions.index[versions > 1]):
        raise DataError(
            _(
                "Indicators of different versions cannot be compared: {names}.",
                names=[indicator(key) for key in mixed],
            ),
            hint=_("Run the older scenario again."),
        )
    ids = plans["plan_id"].tolist()
    shown = plans.assign(base=[one == ids[0] for one in ids])
    table = _indicator_table(shown, indicators, questions or {}, language)
    return Comparison(shown, table, _firm_table(differences), tuple(notes))


def _indicator_table(
    plans: pd.DataFrame, indicators: pd.DataFrame, questions: Mapping[str, str], language: Language
) -> pd.DataFrame:
    ids, rows = plans["plan_id"].tolist(), []
    records = plans.set_index("plan_id")
    stored = set(indicators["key"])
    for key in (one.value for one in IndicatorKey if one.value in stored):
        mine = indicators[indicators["key"] == key].set_index("plan_id")["value"]
        known = indicator(key)
        values = {plan: float(mine.get(plan, float("nan"))) for plan in ids}
        ranges = {plan: known_range(key, values[plan], records.loc[plan]) for plan in ids}
        apart = _Apart(ranges, questions)
        rows.append(
            {
                "key": key,
                "label": known.label(language),
                "unit": unit_in(known.unit, language),
                **values,
                "difference": _furthest(list(values.values())),
                "distinguishable": any(apart(a, b) for a, b in combinations(ids, 2)),
                "best": _best(values, known, apart),
            }
        )
    return pd.DataFrame(rows)


def known_range(key: str, value: float, plan: pd.Series) -> Range:
    """Between what a figure of a plan lies, by what is proven of the plan.

    Parameters
    ----------
    key, value
        The indicator and its value.
    plan
        Row of `scenarios`.
    """
    spare = float(plan["unplaced"] - plan["unplaced_bound"])
    firms = float(plan["placed"] + plan["unplaced"])
    if key == IndicatorKey.COST_KM:
        return value - float(plan["cost"] - plan["bound"]), value
    if key == IndicatorKey.UNPLACED:
        return value - spare, value
    if key == IndicatorKey.PLACED:
        return value, value + spare
    if key == IndicatorKey.PLACED_SHARE:
        return value, value + (spare / firms if firms else 0.0)
    width = abs(value) * float(plan["gap"])
    return value - width, value + width


@dataclass(frozen=True)
class _Apart:
    """Whether two plans can be told apart by a figure."""

    ranges: Mapping[str, Range]
    questions: Mapping[str, str]

    def __call__(self, one: str, other: str) -> bool:
        asked = self.questions.get(one)
        if asked is not None and asked == self.questions.get(other):
            return False
        (low, high), (lower, higher) = self.ranges[one], self.ranges[other]
        # NaN, a figure that is not known, is below and above nothing.
        return high < lower or higher < low


def _furthest(values: list[float]) -> float:
    """Of the differences from the first, the largest; NaN where none is known."""
    found = [value - values[0] for value in values if not pd.isna(value - values[0])]
    return max(found, key=abs, default=float("nan"))


def _best(values: Mapping[str, float], known: Indicator, apart: _Apart) -> str:
    """The one plan that is better than all others and can be told from them."""
    ranked = sorted(
        (-known.better * value, plan) for plan, value in values.items() if not pd.isna(value)
    )
    if known.better == 0 or not ranked:
        return ""
    first = ranked[0][1]
    return first if all(apart(first, other) for _value, other in ranked[1:]) else ""


FIRM_COLUMNS = (
    "plan_id", "site_id", "park_before", "phase_before", "park_after", "phase_after",
    "kind", "why", "chain", "more_km",
)  # fmt: skip


def _firm_table(differences: Mapping[str, Sequence[Difference]]) -> pd.DataFrame:
    rows = [
        (
            plan, one.site_id, *one.before, *one.after,
            None if one.kind is None else one.kind.value,
            stored(one.why), join_codes(one.chain), one.more_km,
        )
        for plan, found in differences.items()
        for one in found
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(FIRM_COLUMNS))
    years = dict.fromkeys(("phase_before", "phase_after"), "Int64")
    return frame.astype(years).astype({"more_km": "float64"})


def _number(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
