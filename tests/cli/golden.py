"""What the sample gives, column by column, so that a change of it has a name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

GOLDEN = Path(__file__).parents[1] / "golden" / "sample.csv"

_DIGITS = 6
"""Decimals of a figure that count: what libraries round otherwise is no other result."""

_FEW = 12
"""Values of a column that are listed one by one, with how often each is there."""


def _decisions(frame: pd.DataFrame) -> pd.DataFrame:
    triggers = [
        [{key: one.get(key) for key in ("id", "result", "values", "margin")} for one in found]
        for found in map(json.loads, frame["triggers"])
    ]
    columns = ["site_id", "route", "compulsory", "group", "batch", "deadline", "points", "missing"]
    return frame[columns].assign(triggers=triggers)


def _assignments(frame: pd.DataFrame) -> pd.DataFrame:
    others = [
        [[one["park_id"], one["phase"], one["cost_km"]] for one in json.loads(found)]
        if isinstance(found, str)
        else None
        for found in frame["alternatives"]
    ]
    columns = ["site_id", "park_id", "phase", "land_m2", "distance_km", "cost_km", "reason_code"]
    return frame[columns].assign(alternatives=others)


def _scenarios(frame: pd.DataFrame) -> pd.DataFrame:
    columns = ["status", "placed", "unplaced", "unplaced_bound", "cost", "bound", "gap"]
    return frame[["scenario", *columns]]


CODES_AND_FIGURES: Mapping[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "findings": lambda frame: frame.drop(columns=["run_id", "detail"]),
    "decisions": _decisions,
    "assignments": _assignments,
    "scenarios": _scenarios,
    "indicators": lambda frame: frame[["key", "value", "unit"]],
}
"""Layer → its columns without sentences, and without what says who and when."""


def told(layers: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One row for each column of some layers.

    Returns
    -------
    DataFrame
        `column` as layer.column, `present` (rows with a value), `values` (how often each is
        there where they are few, else the sum of numbers), `sha256` of all of them in the order
        of the first column.
    """
    rows = []
    for layer, frame in layers.items():
        plain = CODES_AND_FIGURES[layer](frame)
        plain = plain.sort_values(plain.columns[0], kind="stable")
        for name in plain.columns:
            column = [_plain(value) for value in plain[name].astype(object)]
            there = [value for value in column if value is not None]
            digest = hashlib.sha256(json.dumps(column, ensure_ascii=False).encode()).hexdigest()
            rows.append((f"{layer}.{name}", str(len(there)), _in_short(there), digest))
    return pd.DataFrame(rows, columns=["column", "present", "values", "sha256"])


def _plain(value: Any) -> Any:
    """A value as JSON has it, rounded."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        value = json.loads(value)
    if isinstance(value, dict):
        return {key: _plain(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if value is None or pd.isna(value):
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return round(float(value), _DIGITS)
    return value if isinstance(value, bool) else str(value)


def _in_short(there: list[Any]) -> str:
    counts = pd.Series([str(value) for value in there], dtype=object).value_counts()
    if len(counts) <= _FEW:
        return ", ".join(f"{key}: {count}" for key, count in sorted(counts.items()))
    numbers = [value for value in there if isinstance(value, float)]
    return f"sum {sum(numbers):.3f}" if numbers else f"{len(counts)} different"


def differences(now: pd.DataFrame) -> list[str]:
    """What is not as it was written down, column by column."""
    was = pd.read_csv(GOLDEN, dtype=str, keep_default_na=False).set_index("column")
    now = now.set_index("column")
    found = [f"{name} is gone" for name in was.index.difference(now.index)]
    found += [f"{name} is new" for name in now.index.difference(was.index)]
    for name in was.index.intersection(now.index, sort=False):
        before, after = was.loc[name], now.loc[name]
        if before["sha256"] != after["sha256"]:
            shown = [f"{row['present']} with a value, {row['values']}" for row in (before, after)]
            same = " (the same in sum, on other rows)" if shown[0] == shown[1] else ""
            found.append(f"{name}: was {shown[0]}; is {shown[1]}{same}")
    return found
