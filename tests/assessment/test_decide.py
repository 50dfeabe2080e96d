"""Decisions: properties of the logic, the record, overrides."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_relocation.assessment import (
    assess,
    hit_triggers,
    load_batch_policy,
    load_deadlines,
    load_shipped,
    override,
    shipped_rulesets,
    with_parameters,
)
from geo_relocation.assessment.evidence import EvidenceTable, evidence, evidence_registry
from geo_relocation.assessment.outcome import UNDECIDED, evaluate
from geo_relocation.errors import DataError, UsageError
from geo_relocation.model import schema
from geo_relocation.model.told import said
from geo_relocation.progress import CollectedProgress
from geo_relocation.standing.decisions import in_force, overrides_to_review

from .frames import DECIDED_AT, clear, conflict, innocent, make_findings, make_sites

CONCLUSIONS = {"plan_conflict"}
NUMBERS = [0.0, 0.04, 0.3, 0.5, 0.8, 1.0, 3.0]
TEXTS = {"city_code": ["725", "719"], "wish": ["stay", "convert", "relocate"]}


def cells(key: str):
    """Values that a piece of evidence may have."""
    kind = evidence_registry()[key].kind
    if kind == "text":
        return TEXTS.get(key, ["x", "y"])
    return [0.0, 1.0] if kind == "boolean" else NUMBERS


@st.composite
def incomplete_evidence(draw, rules):
    """Evidence of a few sites with gaps, and the same with some gaps filled in."""
    size = draw(st.integers(4, 12))
    before, after, gaps = {}, {}, {}
    keys = rules.keys | {need for key in rules.keys for need in evidence(key).needs}
    for key in sorted(keys):
        options = cells(key)
        full = [draw(st.sampled_from(options)) for _ in range(size)]
        hidden = [draw(st.booleans()) for _ in range(size)]
        shown = [draw(st.booleans()) for _ in range(size)]
        empty = None if evidence_registry()[key].kind == "text" else np.nan
        dtype = object if empty is None else float
        filled = [h and s and key not in CONCLUSIONS for h, s in zip(hidden, shown, strict=True)]
        before[key] = np.array(
            [empty if h else v for v, h in zip(full, hidden, strict=True)], dtype
        )
        after[key] = np.array(
            [v if f else b for v, f, b in zip(full, filled, before[key], strict=True)], dtype
        )
        gaps[key] = np.array(hidden)
    ids = np.array([f"S{i}" for i in range(size)], dtype=object)
    return EvidenceTable(ids, before), EvidenceTable(ids, after), gaps


@pytest.mark.parametrize("name", shipped_rulesets())
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_more_evidence_never_flips_what_was_decided(name, data):
    rules = load_shipped(name)
    before, after, _ = data.draw(incomplete_evidence(rules))
    first, second = evaluate(before, rules), evaluate(after, rules)
    for trigger, truth in first.triggers.items():
        known = truth != 0
        np.testing.assert_array_equal(truth[known], second.triggers[trigger][known])
    decided = first.group != UNDECIDED
    np.testing.assert_array_equal(first.group[decided], second.group[decided])
    said = ~np.isnan(first.compulsory)
    np.testing.assert_array_equal(first.compulsory[said], second.compulsory[said])


@pytest.mark.parametrize("name", shipped_rulesets())
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_what_is_named_as_missing_is_missing_and_is_what_matters(name, data):
    rules = load_shipped(name)
    table, _, gaps = data.draw(incomplete_evidence(rules))
    outcome = evaluate(table, rules)
    named = np.zeros(len(table), dtype=int)
    for key, mask in outcome.missing.items():
        assert not (mask & table.known(key)).any()
        named += mask
    np.testing.assert_array_equal(named > 0, outcome.group == UNDECIDED)
    # Filling in what is not named leaves an undecided site undecided.
    filled = dict(table.values)
    for key in table.values:
        unnamed = gaps[key] & ~outcome.missing.get(key, np.zeros(len(table), dtype=bool))
        stands_for = evidence(key).needs
        if key in CONCLUSIONS or stands_for:
            continue
        value = data.draw(st.sampled_from(cells(key)))
        filled[key] = np.array(
            [value if u else v for u, v in zip(unnamed, table.values[key], strict=True)],
            dtype=table.values[key].dtype,
        )
    later = evaluate(EvidenceTable(table.site_ids, filled), rules)
    still = outcome.group == UNDECIDED
    assert (later.group[still] == UNDECIDED).all()


@given(st.permutations(range(12)))
@settings(max_examples=6, deadline=None)
def test_order_of_the_sites_does_not_matter(order):
    sites = make_sites([innocent(f"S{i}", land_m2=1000.0 * (i % 5)) for i in range(12)])
    findings = make_findings(
        [conflict(f"S{i}", 0.1 * (i % 10), city=("725", "724", "719")[i % 3]) for i in range(12)]
    )
    rules = load_shipped("any-of-four-2024")

    def run(frame):
        decisions = assess(
            frame,
            findings.iloc[::-1],
            rules,
            deadlines=load_deadlines("press-2025"),
            batch_policy=load_batch_policy("template"),
            decided_at=DECIDED_AT,
            author="A",
            run_id="R",
        )
        return decisions.sort_values("site_id", ignore_index=True)

    pd.testing.assert_frame_equal(run(sites), run(sites.iloc[list(order)]))


def test_decision_carries_values_thresholds_margins_and_grounds(decide, any_of_four):
    sites = make_sites([innocent("A", construction_breach=True)])
    decisions = decide(sites, make_findings([conflict("A", 0.62)]), any_of_four)
    pd.testing.assert_frame_equal(decisions, schema("decisions").conform(decisions))
    row = decisions.iloc[0]
    assert row["decision_id"] == "assess-1:A"
    assert row["ruleset_hash"] == any_of_four.hash
    planning = next(t for t in json.loads(row["triggers"]) if t["id"] == "planning")
    assert planning["values"]["residential_share"] == 0.62
    assert planning["threshold"] == {"residential_share": 0.5}
    assert planning["margin"] == {"residential_share": 0.12}
    assert planning["ground"].startswith("Quy hoạch tỉnh Bình Dương")
    assert planning["fixable"] is False
    assert [t["id"] for t in hit_triggers(row["triggers"])] == ["construction", "planning"]
    assert said(row["explanation"], "vi") == (
        "Di dời: bắt buộc di dời. Vi phạm quy định pháp luật về xây dựng, đô thị. Địa điểm không "
        "phù hợp quy hoạch sử dụng đất (Tỷ lệ trong đất ở: 0,62; ngưỡng 0,5; chênh +0,12)."
    )
    assert "0.62; threshold 0.5; margin +0.12)." in said(row["explanation"], "en")


def test_input_hash_follows_the_evidence_used_and_nothing_else(decide, any_of_four):
    findings = make_findings([conflict("A", 0.62)])
    base = decide(make_sites([innocent("A")]), findings, any_of_four)["input_hash"].item()

    def hash_of(finding, **site):
        frame = make_sites([innocent("A", **site)])
        return decide(frame, make_findings([finding]), any_of_four)["input_hash"].item()

    assert hash_of(conflict("A", 0.62), note="a remark", workers=12) == base
    assert hash_of(conflict("A", 0.62, detail="other words")) == base
    assert hash_of(conflict("A", 0.63)) != base
    assert hash_of(conflict("A", 0.62), fire_breach=True) != base
    assert hash_of(conflict("A", 0.62), fire_breach=None) != base


def test_a_rule_without_its_number_is_not_applied_and_says_so(decide):
    rules = load_shipped("plan-2022")
    sites = make_sites([innocent("A", workers=500, technology_renewed=True)])
    findings = make_findings([clear("A", required_distance_m=50.0)])
    before = decide(sites, findings, rules).iloc[0]
    size = next(t for t in json.loads(before["triggers"]) if t["id"] == "size-workers")
    assert size == {"id": "size-workers", "result": "not-applied", "note": True}
    after = decide(sites, findings, with_parameters(rules, {"size_workers": 300})).iloc[0]
    size = next(t for t in json.loads(after["triggers"]) if t["id"] == "size-workers")
    assert (size["result"], size["margin"]) == ("hit", {"workers": 200})
    assert after["route"] == before["route"] == "stay"
    assert hit_triggers(after["triggers"]) == []


def test_no_sites_and_no_findings(decide, any_of_four):
    empty = make_sites([{"site_id": "A"}]).iloc[:0]
    assert decide(empty, make_findings([]), any_of_four).empty
    alone = decide(make_sites([{"site_id": "A"}]), make_findings([]), any_of_four).iloc[0]
    assert alone["route"] == "undecided"
    assert pd.isna(alone["compulsory"])


def test_progress_counts_the_sites(decide, any_of_four):
    progress = CollectedProgress()
    sites = make_sites([innocent(f"S{i}") for i in range(5)])
    decide(sites, make_findings([]), any_of_four, progress=progress)
    assert progress.tasks == ["Assessing sites"]
    assert sum(amount for _, amount in progress.steps) == 5


@pytest.fixture
def decision(decide, any_of_four):
    frame = decide(make_sites([innocent("A")]), make_findings([conflict("A")]), any_of_four)
    return frame.iloc[0]


LATER = DECIDED_AT + dt.timedelta(days=30)


def test_override_is_a_new_row_that_names_the_old_one(decision):
    before = decision.copy()
    new = override(
        decision,
        route="stay",
        author="Nguyễn A",
        ground="QĐ 12",
        decided_at=LATER,
        compulsory=False,
    ).iloc[0]
    pd.testing.assert_series_equal(decision, before)
    assert new["replaces"] == decision["decision_id"] != new["decision_id"]
    assert (new["route"], bool(new["compulsory"])) == ("stay", False)
    assert (new["author"], new["ground"]) == ("Nguyễn A", "QĐ 12")
    for carried in ("triggers", "input_hash", "ruleset_hash", "run_id", "deadline"):
        assert new[carried] == decision[carried]


@pytest.mark.parametrize(("author", "ground"), [("", "QĐ 12"), ("A", " ")])
def test_override_needs_author_and_ground(decision, author, ground):
    with pytest.raises(UsageError, match="author and its ground"):
        override(decision, route="stay", author=author, ground=ground, decided_at=LATER)


def test_override_with_an_unknown_route_or_before_the_decision(decision):
    with pytest.raises(UsageError, match="no route named 'vanish'"):
        override(decision, route="vanish", author="A", ground="B", decided_at=LATER)
    early = DECIDED_AT - dt.timedelta(days=1)
    with pytest.raises(DataError, match="before that decision"):
        override(decision, route="stay", author="A", ground="B", decided_at=early)


def test_a_later_run_does_not_undo_an_override(decision, decide, any_of_four):
    new = override(decision, route="stay", author="A", ground="B", decided_at=LATER)
    same = decide(
        make_sites([innocent("A")]),
        make_findings([conflict("A")]),
        any_of_four,
        run_id="assess-2",
        decided_at=LATER + dt.timedelta(days=1),
    )
    table = pd.concat([pd.DataFrame([decision]), new, same], ignore_index=True)
    assert in_force(table)["decision_id"].item() == new["decision_id"].item()
    assert in_force(table, DECIDED_AT)["decision_id"].item() == "assess-1:A"
    assert overrides_to_review(table).empty
    changed = decide(
        make_sites([innocent("A")]),
        make_findings([clear("A")]),
        any_of_four,
        run_id="assess-3",
        decided_at=LATER + dt.timedelta(days=2),
    )
    review = overrides_to_review(pd.concat([table, changed], ignore_index=True))
    assert review["later_decision_id"].item() == "assess-3:A"
