"""What is named as missing can change the group: by filling in everything, in every way."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from geo_relocation.assessment import load_shipped
from geo_relocation.assessment.evidence import EvidenceTable, evidence, evidence_registry
from geo_relocation.assessment.outcome import evaluate

BREACHES = tuple(
    f"{kind}_{what}" for kind in ("env", "construction", "fire") for what in ("breach", "fixable")
)


def table_of(rules, rows, keys):
    """Sites that differ in `keys` alone: far from housing, in no park, in a city of the scheme."""
    given = {"in_park": 0.0, "city_code": "725", "residential_share": 0.0, "distance_ratio": 9.0}
    given |= {"housing_distance_m": 900.0, "required_distance_m": 100.0}
    wanted = rules.keys | {need for key in rules.keys for need in evidence(key).needs}
    values = {}
    for key in wanted:
        text = evidence_registry()[key].kind == "text"
        fill = given.get(key, None if text else np.nan)
        values[key] = np.full(len(rows), fill, dtype=object if text else float)
        if key in keys:
            values[key] = np.array([row[keys.index(key)] for row in rows], dtype=float)
    return EvidenceTable(np.array([f"S{n}" for n in range(len(rows))], dtype=object), values)


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("plan-2022", (*BREACHES, "technology_renewed")),
        ("four-groups-2022", (*BREACHES, "technology_renewed")),
        ("any-of-four-2024", BREACHES),
    ],
)
def test_exactly_what_can_change_the_group_is_missing(name, keys):
    rules = load_shipped(name)
    complete = list(itertools.product((0.0, 1.0), repeat=len(keys)))
    group = evaluate(table_of(rules, complete, keys), rules).group.reshape((2,) * len(keys))
    assert (group >= 0).all()
    rows = list(itertools.product((0.0, 1.0, np.nan), repeat=len(keys)))
    missing = evaluate(table_of(rules, rows, keys), rules).missing
    for number, row in enumerate(rows):
        open_ = [key for key, value in zip(keys, row, strict=True) if np.isnan(value)]
        left = group[tuple(slice(None) if np.isnan(value) else int(value) for value in row)]
        expected = {key for axis, key in enumerate(open_) if (np.diff(left, axis=axis) != 0).any()}
        assert {key for key, mask in missing.items() if mask[number]} == expected, row


def test_renewal_is_of_no_account_where_only_the_remedy_of_a_breach_is_open():
    rules = load_shipped("plan-2022")
    table = table_of(rules, [(1.0, np.nan, np.nan, 0.0, 0.0)],
                     ("env_breach", "env_fixable", "technology_renewed", "construction_breach",
                      "fire_breach"))  # fmt: skip
    assert set(evaluate(table, rules).missing) == {"env_fixable"}
