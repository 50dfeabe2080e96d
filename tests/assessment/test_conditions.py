"""Three-valued logic against every way the missing evidence may turn out."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_relocation.assessment.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Concluded,
    Condition,
    Not,
    Reference,
)
from geo_relocation.assessment.evidence import EvidenceTable

KEYS = ("env_breach", "env_fixable", "fire_breach", "fire_fixable", "construction_breach")
CELL = st.sampled_from([0.0, 1.0, np.nan])


def table(**values: object) -> EvidenceTable:
    arrays = {
        key: np.array([value], dtype=object if isinstance(value, str) else float)
        for key, value in values.items()
    }
    return EvidenceTable(np.array(["A"], dtype=object), arrays)


def truth(condition: Condition, parameters=None, **values: object) -> int:
    return int(condition.evaluate(table(**values), parameters or {})[0])


@st.composite
def trees(draw):
    """A tree that asks each piece of evidence at most once."""
    parts: list[Condition] = [
        Comparison(key, "is", draw(st.booleans())) for key in draw(st.permutations(KEYS))
    ]
    while len(parts) > 1:
        size = draw(st.integers(1, min(3, len(parts))))
        kind = draw(st.sampled_from([AllOf, AnyOf]))
        joined: Condition = kind(tuple(parts[:size]))
        if draw(st.booleans()):
            joined = Not(joined)
        parts = [*parts[size:], joined] if size > 1 else [Not(parts[0]), *parts[1:]]
        if size == 1:
            parts = [AllOf((parts[0], parts[1])), *parts[2:]]
    return parts[0]


def plainly(condition: Condition, values: dict[str, float]) -> bool:
    """The condition over complete evidence, in Python's own logic."""
    if isinstance(condition, AllOf):
        return all(plainly(part, values) for part in condition.parts)
    if isinstance(condition, AnyOf):
        return any(plainly(part, values) for part in condition.parts)
    if isinstance(condition, Not):
        return not plainly(condition.part, values)
    return bool(values[condition.evidence]) is condition.operand


def outcomes(condition: Condition, values: dict[str, float]) -> set[int]:
    """What the condition may turn out to be, by trying every completion."""
    open_ = [key for key, value in values.items() if np.isnan(value)]
    found = set()
    for filled in itertools.product([0.0, 1.0], repeat=len(open_)):
        holds = plainly(condition, values | dict(zip(open_, filled, strict=True)))
        found.add(1 if holds else -1)
    return found


@given(trees(), st.fixed_dictionaries(dict.fromkeys(KEYS, CELL)))
def test_truth_is_what_all_completions_agree_on(condition, values):
    possible = outcomes(condition, values)
    assert truth(condition, **values) == (possible.pop() if len(possible) == 1 else 0)


@given(trees(), st.fixed_dictionaries(dict.fromkeys(KEYS, CELL)))
def test_only_evidence_that_can_matter_is_missing(condition, values):
    evidence = table(**values)
    named = set(condition.missing(evidence, {}, np.array([True])))
    open_ = {key for key, value in values.items() if np.isnan(value)}
    assert named <= open_
    if truth(condition, **values) != 0:
        assert named == set()
        return
    for key in open_:
        assert can_decide(condition, values, key) == (key in named)


def can_decide(condition: Condition, values: dict[str, float], key: str) -> bool:
    """Whether, for some setting of the other missing evidence, `key` turns the result."""
    others = [other for other, value in values.items() if np.isnan(value) and other != key]
    for filled in itertools.product([0.0, 1.0], repeat=len(others)):
        rest = values | dict(zip(others, filled, strict=True))
        if plainly(condition, rest | {key: 0.0}) != plainly(condition, rest | {key: 1.0}):
            return True
    return False


THRESHOLD = Comparison(
    "residential_share", "at_least", Reference("least"), unsure=Reference("clear")
)
PARAMETERS = {"least": 0.5, "clear": 0.05}


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.0, -1), (0.05, -1), (0.0501, 0), (0.4999, 0), (0.5, 1), (1.0, 1), (np.nan, 0)],
)
def test_band_in_which_the_program_does_not_decide(share, expected):
    assert truth(THRESHOLD, PARAMETERS, residential_share=share) == expected


@pytest.mark.parametrize(
    ("operator", "below", "at", "above"),
    [("at_least", -1, 1, 1), ("above", -1, -1, 1), ("at_most", 1, 1, -1), ("below", 1, -1, -1)],
)
def test_threshold_itself(operator, below, at, above):
    rule = Comparison("workers", operator, Reference("n"))
    found = [truth(rule, {"n": 100}, workers=float(number)) for number in (99, 100, 101)]
    assert found == [below, at, above]
    margins = rule.margins(np.array([90.0, np.nan]), {"n": 100})
    assert margins[0] == (-10.0 if operator in ("at_least", "above") else 10.0)
    assert np.isnan(margins[1])


@given(CELL, st.sampled_from([0.0, 0.3, 0.9, np.nan]))
def test_a_recorded_conclusion_stands_before_the_computation(stated, share):
    rule = Concluded("plan_conflict", THRESHOLD)
    values = {"plan_conflict": stated, "residential_share": share}
    expected = truth(THRESHOLD, PARAMETERS, residential_share=share)
    if not np.isnan(stated):
        expected = 1 if stated else -1
    assert truth(rule, PARAMETERS, **values) == expected


def test_conclusion_is_asked_for_where_the_value_is_known_but_does_not_decide():
    rule = Concluded("plan_conflict", THRESHOLD)

    def missing(share):
        evidence = table(plan_conflict=np.nan, residential_share=share)
        return set(rule.missing(evidence, PARAMETERS, np.array([True])))

    assert missing(0.3) == {"plan_conflict"}
    assert missing(np.nan) == {"residential_share"}
    assert missing(0.9) == set()


def test_texts_and_dates():
    within = Comparison("city_code", "in", ("725", "724"))
    assert [truth(within, city_code=code) for code in ("725", "719")] == [1, -1]
    evidence = EvidenceTable(np.array(["A"], dtype=object), {"city_code": np.array([None])})
    assert within.evaluate(evidence, {})[0] == 0
    ended = Comparison("lease_end", "below", "2026-01-01")
    day = float(np.datetime64("2025-12-31", "D").astype(int))
    assert [truth(ended, lease_end=day + late) for late in (0, 1)] == [1, -1]
