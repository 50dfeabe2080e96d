"""Batches and deadlines: precedence, quotas, and another version of the dates."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_relocation.assessment import (
    assess,
    compare_schedules,
    load_batch_policy,
    load_deadlines,
    load_shipped,
    parse_batch_policy,
    unbatched,
)

from .frames import DECIDED_AT, clear, conflict, innocent, make_findings, make_sites

POLICY = """
id = "test"
version = "1"
vi = "Thử"
en = "Test"
source = "Test"
date = 2026-01-01
status = "template"
pilot_cities = ["725"]
routes = ["relocate"]
order = {order}
{batches}
"""
ORDER = '["pilot", "compulsory", "severity", "readiness", "deadline"]'


def policy(*batches: str, order: str = ORDER):
    rows = "\n".join(
        f'[[batch]]\nid = "{number}"\nyear = {2026 + number}\n{batch}'
        for number, batch in enumerate(batches, start=1)
    )
    return parse_batch_policy(POLICY.format(order=order, batches=rows))


def batches_of(sites, findings, chosen) -> dict[str, str | None]:
    decisions = assess(
        make_sites(sites),
        make_findings(findings),
        load_shipped("any-of-four-2024"),
        deadlines=load_deadlines("committee-2023"),
        batch_policy=chosen,
        decided_at=DECIDED_AT,
        author="A",
        run_id="R",
    )
    values = decisions["batch"].astype(object)
    return dict(zip(decisions["site_id"], values.where(values.notna(), None), strict=True))


ONE_EACH = ("quota_firms = 1",) * 6


def test_pilot_then_compulsory_then_severity_then_readiness_then_deadline():
    sites = [
        innocent("encouraged"),
        innocent("late"),
        innocent("early"),
        innocent("ready", consent=True, wish="relocate"),
        innocent("severe", construction_breach=True),
        innocent("pilot-encouraged"),
    ]
    findings = [
        clear("encouraged", "723"),
        conflict("late", 0.8, "724"),
        conflict("early", 0.8, "723"),
        conflict("ready", 0.8, "724"),
        conflict("severe", 0.8, "724"),
        clear("pilot-encouraged", "725"),
    ]
    assert batches_of(sites, findings, policy(*ONE_EACH)) == {
        "pilot-encouraged": "1",
        "severe": "2",
        "ready": "3",
        "early": "4",
        "late": "5",
        "encouraged": "6",
    }


def test_the_policy_sets_the_order():
    sites = [innocent("pilot"), innocent("compelled")]
    findings = [clear("pilot", "725"), conflict("compelled", 0.8, "724")]
    assert batches_of(sites, findings, policy(*ONE_EACH))["pilot"] == "1"
    turned = policy(*ONE_EACH, order='["compulsory", "pilot"]')
    assert batches_of(sites, findings, turned)["compelled"] == "1"


def test_batch_open_to_some_cities_only():
    sites = [innocent("a"), innocent("b")]
    findings = [conflict("a", 0.8, "725"), conflict("b", 0.9, "724")]
    assert batches_of(sites, findings, policy('cities = ["725"]', "")) == {"a": "1", "b": "2"}


def test_land_quota_and_firms_that_no_batch_takes():
    sites = [innocent(name, land_m2=land) for name, land in (("a", 8e3), ("b", 5e3), ("c", 2e3))]
    findings = [conflict(name, share) for name, share in (("a", 0.9), ("b", 0.8), ("c", 0.7))]
    assert batches_of(sites, findings, policy("quota_land_ha = 1.0")) == {
        "a": "1",
        "b": None,
        "c": "1",
    }


def test_unbatched_firms_are_listed(decide, any_of_four):
    chosen = policy("quota_firms = 1")
    sites = make_sites([innocent("a"), innocent("b"), innocent("c", wish="stay")])
    findings = make_findings([conflict("a"), conflict("b", 0.7), clear("c")])
    decisions = decide(sites, findings, any_of_four, batch_policy=chosen)
    assert list(unbatched(decisions, chosen)["site_id"]) == ["b"]


@given(
    shares=st.lists(st.sampled_from([0.0, 0.6, 0.7, 0.9]), min_size=1, max_size=12),
    firms=st.integers(0, 5),
    hectares=st.sampled_from([0.0, 0.5, 2.0]),
)
@settings(max_examples=12, deadline=None)
def test_no_quota_is_ever_exceeded(shares, firms, hectares):
    sites = [innocent(f"S{i:02}", land_m2=2500.0 * (1 + i % 3)) for i in range(len(shares))]
    findings = [conflict(f"S{i:02}", share) for i, share in enumerate(shares)]
    chosen = policy(f"quota_firms = {firms}", f"quota_land_ha = {hectares}")
    found = batches_of(sites, findings, chosen)
    land = {site["site_id"]: site["land_m2"] for site in sites}
    assert sum(batch == "1" for batch in found.values()) <= firms
    assert sum(land[s] for s, batch in found.items() if batch == "2") <= hectares * 10_000
    if firms >= len(shares):
        assert set(found.values()) == {"1"}


def test_deadline_only_for_sites_that_change(decide, any_of_four):
    sites = make_sites([innocent("go"), innocent("stay", wish="stay"), {"site_id": "open"}])
    findings = make_findings([conflict("go", city="718"), clear("stay"), clear("open")])
    decisions = decide(sites, findings, any_of_four).set_index("site_id")
    assert decisions.loc["go", "deadline"] == pd.Timestamp("2030-06-30")
    assert decisions.loc[["stay", "open"], "deadline"].isna().all()


def test_without_a_version_there_is_no_deadline(decide, any_of_four):
    sites, findings = make_sites([innocent("A")]), make_findings([conflict("A")])
    row = decide(sites, findings, any_of_four, deadlines=None).iloc[0]
    assert pd.isna(row["deadline"])
    assert pd.isna(row["batch"])


def test_another_version_of_the_deadlines(decide, any_of_four):
    sites = make_sites([innocent(city) for city in ("725", "718", "721", "719")])
    findings = make_findings([conflict(city, city=city) for city in ("725", "718", "721", "719")])
    decisions = decide(sites, findings, any_of_four)
    changes = compare_schedules(
        decisions,
        sites,
        findings,
        (load_deadlines("committee-2023"), None),
        (load_deadlines("press-2025"), None),
    ).set_index("site_id")
    assert changes["changed"].to_dict() == {"725": False, "718": True, "721": True, "719": False}
    early = (dt.date(2029, 12, 31) - dt.date(2030, 6, 30)).days
    assert changes.loc["718", "days"] == early
    assert changes.loc["721", "days"] == -365
    assert pd.isna(changes.loc["719", "days"])


def test_comparison_gives_each_version_what_assess_gives(decide, any_of_four):
    sites = make_sites(
        [innocent(f"S{i}", fire_breach=i % 2 == 0, fire_fixable=False) for i in range(9)]
    )
    findings = make_findings(
        [conflict(f"S{i}", 0.1 * i, ("725", "724", "723")[i % 3]) for i in range(9)]
    )
    first = (load_deadlines("committee-2023"), load_batch_policy("plan-2022"))
    second = (load_deadlines("press-2025"), policy("quota_firms = 2", "quota_firms = 3", ""))
    made = [
        decide(sites, findings, any_of_four, deadlines=dates, batch_policy=batches)
        for dates, batches in (first, second)
    ]
    changes = compare_schedules(made[0], sites, findings, first, second)
    for end, decisions in zip("ab", made, strict=True):
        for name in ("deadline", "batch"):
            left = (
                changes[f"{name}_{end}"]
                .astype(object)
                .where(changes[f"{name}_{end}"].notna(), None)
            )
            right = decisions[name].astype(object).where(decisions[name].notna(), None)
            assert left.tolist() == right.tolist()


@pytest.mark.parametrize("name", ["plan-2022", "template"])
def test_shipped_policies_take_every_firm(decide, any_of_four, name):
    sites = make_sites([innocent(f"S{i}") for i in range(20)])
    findings = make_findings([conflict(f"S{i}", city=("725", "724")[i % 2]) for i in range(20)])
    chosen = load_batch_policy(name)
    decisions = decide(sites, findings, any_of_four, batch_policy=chosen)
    assert unbatched(decisions, chosen).empty
    pilot = decisions["batch"][::2]
    assert (pilot == "1").all()
