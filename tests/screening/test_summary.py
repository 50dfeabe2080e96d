"""Counts of a run and differences between runs."""

import pandas as pd

from geo_relocation.model import schema
from geo_relocation.screening import compare_runs, summarise


def findings(**columns):
    n = len(columns["site_id"])
    rows = {"run_id": ["R"] * n, "verdict": ["clear"] * n, "reason": ["outside"] * n, **columns}
    return schema("findings").conform(pd.DataFrame(rows))


def test_every_verdict_is_counted_and_two_categories_count_twice():
    found = summarise(
        findings(
            site_id=["a", "b", "c"],
            verdict=["conflict", "clear", "clear"],
            point_categories=["residential;industrial", None, "industrial"],
            housing_distance_m=[0.0, None, 50.0],
        )
    )
    assert found["sites"] == 3
    assert found["verdicts"] == {"conflict": 1, "clear": 2, "check": 0}
    assert found["by_point"] == {"industrial": 2, "none": 1, "residential": 1}
    assert found["within_m"] == {"50": 2, "100": 2, "500": 2}


def test_differences_are_named_and_the_rest_is_left_out():
    before = findings(site_id=["a", "b", "c", "d"], residential_share=[0.1, 0.1, None, 0.2])
    after = findings(
        site_id=["a", "b", "c", "e"],
        verdict=["clear", "conflict", "clear", "clear"],
        residential_share=[0.3, 0.9, None, 0.2],
    )
    found = compare_runs(before, after).set_index("site_id")["change"].to_dict()
    assert found == {"a": "share", "b": "verdict", "d": "removed", "e": "added"}


def test_what_moved_is_named():
    before = findings(
        site_id=["a", "b"],
        housing_distance_m=[10.0, None],
        zone_ids=["Z1", "Z1"],
        park_id=[None] * 2,
    )
    after = findings(
        site_id=["a", "b"],
        verdict=["check", "check"],
        housing_distance_m=[12.0, None],
        zone_ids=["Z1", "Z1;Z2"],
        park_id=[None, "P"],
    )
    found = compare_runs(before, after).set_index("site_id")["differs"].to_dict()
    assert found == {"a": "housing_distance_m", "b": "park_id;zone_ids"}


def test_two_equal_runs_differ_in_nothing():
    same = findings(site_id=["a"], residential_share=[0.3], park_id=["P"])
    assert len(compare_runs(same, same)) == 0
