"""How firmly a result stands: thresholds moved, firms near a threshold, rule sets compared."""

from __future__ import annotations

import html
from collections.abc import Mapping

import numpy as np
import pandas as pd

from geo_relocation.arrays import Mask
from geo_relocation.assessment.conditions import Comparison, Reference, as_number, resolve
from geo_relocation.assessment.evidence import EvidenceTable, evidence, gather
from geo_relocation.assessment.outcome import UNDECIDED, Outcome, evaluate
from geo_relocation.assessment.rules import with_parameters
from geo_relocation.assessment.ruleset import OUT_OF_SCOPE, RuleSet
from geo_relocation.assessment.wording import evidence_label, say_number
from geo_relocation.errors import RuleSetError, UsageError
from geo_relocation.messages import Language, _, joined
from geo_relocation.text.printing import printable
from geo_relocation.words import say


def sensitivity(
    sites: pd.DataFrame, findings: pd.DataFrame, ruleset: RuleSet, *, shift: float = 0.1
) -> pd.DataFrame:
    """How many firms change route or group when each threshold moves.

    Each numeric parameter is moved by itself, down and up by the part `shift`, and every site is
    decided again; nothing is estimated. A threshold of zero does not move.

    Parameters
    ----------
    shift
        Part of the threshold, 0.1 for ±10 %.

    Returns
    -------
    DataFrame
        One row per threshold: `parameter`, `label`, `label_en`, `unit`, `value`, `low`, `high`,
        `routes_low`, `routes_high` (firms whose route changes), `groups_low`, `groups_high`
        (firms whose group changes), `near` (firms whose value lies between `low` and `high`), and
        `not_possible`: why a move was left out, for a threshold that cannot stand there.

    Raises
    ------
    UsageError
        If `shift` is not between 0 and 1.
    """
    if not 0 < shift < 1:
        raise UsageError(
            _("A shift of {shift:n} makes no sense.", shift=shift),
            hint=_("Give a part, e.g. 0.1."),
        )
    table = gather(sites, findings, ruleset.keys)
    base = evaluate(table, ruleset)
    rows = [
        _moved(table, base, ruleset, name, value, shift)
        for name, value in ruleset.thresholds().items()
    ]
    return pd.DataFrame(rows, columns=_SENSITIVITY)


_SENSITIVITY = [
    "parameter",
    "label",
    "label_en",
    "unit",
    "value",
    "low",
    "high",
    "routes_low",
    "routes_high",
    "groups_low",
    "groups_high",
    "near",
    "not_possible",
]


def _moved(
    table: EvidenceTable, base: Outcome, ruleset: RuleSet, name: str, value: float, shift: float
) -> dict[str, object]:
    """One threshold, moved both ways."""
    parameter = ruleset.parameters[name]
    low, high = sorted((value * (1 - shift), value * (1 + shift)))
    row: dict[str, object] = {
        "parameter": name,
        "label": parameter.words.vi,
        "label_en": parameter.words.en,
        "unit": parameter.unit,
        "value": value,
        "low": low,
        "high": high,
        "near": int((_in_scope(base) & _between(table, ruleset, name, low, high)).sum()),
        "not_possible": "",
    }
    for end, moved in (("low", low), ("high", high)):
        try:
            other = evaluate(table, with_parameters(ruleset, {name: moved}))
        except RuleSetError as error:
            row["not_possible"] = joined(error.mistakes, "; ")
            continue
        row[f"routes_{end}"] = int((other.route != base.route).sum())
        row[f"groups_{end}"] = int((other.group != base.group).sum())
    return row


def _in_scope(outcome: Outcome) -> Mask:
    """Sites that the rule set is for, as far as is known."""
    outside = outcome.groups.index(OUT_OF_SCOPE) if OUT_OF_SCOPE in outcome.groups else None
    return np.ones(len(outcome.group), dtype=bool) if outside is None else outcome.group != outside


def _tests_of(ruleset: RuleSet, name: str) -> list[Comparison]:
    """Comparisons whose threshold, or whose unsure band, is the parameter `name`."""
    reference = Reference(name)
    return [
        test
        for trigger in ruleset.applied
        for test in trigger.when.tests()
        if reference in (test.operand, test.unsure)
    ]


def _between(table: EvidenceTable, ruleset: RuleSet, name: str, low: float, high: float) -> Mask:
    """Sites that have a compared value between two positions of a threshold."""
    inside = np.zeros(len(table), dtype=bool)
    for test in _tests_of(ruleset, name):
        values = table.values[test.evidence].astype(float)
        inside |= (values >= low) & (values <= high)
    return inside


def near_thresholds(
    sites: pd.DataFrame, findings: pd.DataFrame, ruleset: RuleSet, *, within: float = 0.1
) -> pd.DataFrame:
    """Firms within the scope that sit close to a threshold.

    Parameters
    ----------
    within
        Part of the threshold, 0.1 for 10 %.

    Returns
    -------
    DataFrame
        Nearest first: `site_id`, `trigger`, `evidence`, `label`, `value`, `threshold`, `margin`
        (above zero on the side that counts as met, in the evidence's unit), `relative` (the
        margin as a part of the threshold) and `route`.
    """
    table = gather(sites, findings, ruleset.keys)
    outcome = evaluate(table, ruleset)
    parts = []
    for trigger in ruleset.applied:
        for test in trigger.when.tests():
            if not isinstance(test.operand, Reference) or evidence(test.evidence).kind != "number":
                continue
            parts.append(_near(table, test, ruleset, within, outcome).assign(trigger=trigger.id))
    columns = ["site_id", "trigger", "evidence", "label", "value", "threshold", "margin"]
    columns += ["relative", "route"]
    if not parts:
        return pd.DataFrame(columns=columns)
    found = pd.concat(parts, ignore_index=True)
    order = found["relative"].abs().sort_values(kind="stable").index
    return found.loc[order, columns].reset_index(drop=True)


def _near(
    table: EvidenceTable,
    test: Comparison,
    ruleset: RuleSet,
    within: float,
    outcome: Outcome,
) -> pd.DataFrame:
    threshold = as_number(resolve(test.operand, ruleset.values))
    values = table.values[test.evidence].astype(float)
    margins = test.margins(values, ruleset.values)
    close = _in_scope(outcome) & (np.abs(margins) <= within * abs(threshold))
    return pd.DataFrame(
        {
            "site_id": table.site_ids[close],
            "evidence": test.evidence,
            "label": evidence_label(test.evidence),
            "value": values[close],
            "threshold": threshold,
            "margin": margins[close],
            "relative": margins[close] / abs(threshold) if threshold else margins[close] * 0.0,
            "route": outcome.route[close],
        }
    )


def compare(
    sites: pd.DataFrame, findings: pd.DataFrame, first: RuleSet, second: RuleSet
) -> pd.DataFrame:
    """Two rule sets, firm by firm.

    Returns
    -------
    DataFrame
        In the order of `sites`: `site_id`; `route_a`, `route_b`; `group_a`, `group_b`;
        `compulsory_a`, `compulsory_b`; `met_a`, `met_b` (ids of the criteria met, joined by
        ``;``); `missing_a`, `missing_b`; and `changed`, whether route or compulsion differ.
    """
    table = gather(sites, findings, first.keys | second.keys)
    columns: dict[str, object] = {"site_id": table.site_ids}
    for end, rules in (("a", first), ("b", second)):
        for name, values in _described(evaluate(table, rules), rules).items():
            columns[f"{name}_{end}"] = values
    names = ["route", "group", "compulsory", "met", "missing"]
    frame = pd.DataFrame(columns)[["site_id", *(f"{n}_{end}" for n in names for end in "ab")]]
    same = (frame["compulsory_a"] == frame["compulsory_b"]).fillna(value=False) | (
        frame["compulsory_a"].isna() & frame["compulsory_b"].isna()
    )
    return frame.assign(changed=(frame["route_a"] != frame["route_b"]) | ~same.astype(bool))


def _described(outcome: Outcome, ruleset: RuleSet) -> Mapping[str, object]:
    """An outcome as columns."""
    deciding = [trigger.id for trigger in ruleset.applied if not trigger.note]
    return {
        "route": outcome.route,
        "group": [outcome.groups[i] if i != UNDECIDED else None for i in outcome.group],
        "compulsory": pd.array(outcome.compulsory, dtype="Float64").astype("boolean"),
        "met": _joined({name: outcome.triggers[name] == 1 for name in deciding}, outcome),
        "missing": _joined(outcome.missing, outcome),
    }


def _joined(masks: Mapping[str, Mask], outcome: Outcome) -> list[str]:
    rows: list[list[str]] = [[] for _ in outcome.route]
    for name, mask in masks.items():
        for index in np.flatnonzero(mask):
            rows[index].append(name)
    return [";".join(row) for row in rows]


def sensitivity_svg(table: pd.DataFrame, *, language: Language = "vi") -> str:
    """The sensitivity table as a bar chart, a self-contained SVG.

    To the left of the middle stand the firms whose route changes when the threshold is lowered,
    to the right those when it is raised.
    """
    row_height, half, middle, top = 44, 180, 300, 56
    counts = table[["routes_low", "routes_high"]].fillna(0).astype(int)
    largest = max(int(counts.to_numpy().max(initial=0)), 1)
    height = top + row_height * len(table) + 12
    heading, lower, upper = (say(words, language) for words in _CHART_WORDS)
    parts = [
        _SVG.format(height=height),
        f"<title>{html.escape(heading)}</title>",
        "<metadata>geo-relocation robustness</metadata>",
        f'<text x="12" y="20" font-size="14">{html.escape(heading)}</text>',
        f'<text x="{middle - 8}" y="42" text-anchor="end" fill="#555">{html.escape(lower)}</text>',
        f'<text x="{middle + 8}" y="42" fill="#555">{html.escape(upper)}</text>',
        f'<line x1="{middle}" y1="48" x2="{middle}" y2="{height - 8}" stroke="#999"/>',
    ]
    for number, row in enumerate(table.itertuples(index=False)):
        y = top + row_height * number
        low, high = counts.iloc[number]
        left, right = (round(half * count / largest, 1) for count in (low, high))
        label = row.label if language == "vi" else row.label_en
        words = f"{label} ({say_number(row.value, row.unit, language)})"
        parts += [
            f'<text x="12" y="{y + 12}">{html.escape(words)}</text>',
            f'<rect x="{middle - left}" y="{y + 18}" width="{left}" height="14" fill="#b2572f"/>',
            f'<rect x="{middle}" y="{y + 18}" width="{right}" height="14" fill="#2f6db2"/>',
            f'<text x="{middle - left - 5}" y="{y + 29}" text-anchor="end">{low}</text>',
            f'<text x="{middle + right + 5}" y="{y + 29}">{high}</text>',
        ]
    return printable("".join([*parts, "</svg>\n"]))


_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="{height}" '
    'viewBox="0 0 600 {height}" font-family="sans-serif" font-size="12" role="img">'
)
_CHART_WORDS = (
    _("Firms whose route changes when a threshold moves"),
    _("threshold lowered ◂"),
    _("▸ threshold raised"),
)
"""Heading, and what stands to the left and to the right of the middle."""
