"""Indicators by part: known answers, and parts that add up to the plan."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_relocation.model.figures import Breakdown, IndicatorKey
from geo_relocation.scenarios import REGISTRY, compute_breakdowns, compute_indicators
from geo_relocation.standing.new_units import NewUnits
from geo_relocation.standing.units import Districts
from geo_relocation.support import NONE_GIVEN, catalogue, estimate, gather_firms
from geo_relocation.testing import layer

KNOWN = Districts.of([("725", "Thuận An"), ("724", "Dĩ An")])
UNITS = NewUnits.of([("25966", "Phường An Phú"), ("25978", "Phường Bình Hòa")])
STOPS = {"land_recovery": "project", "rent_mode": "one-off", "production_stop": "full"}
SITES = layer(
    "sites",
    [
        STOPS | {"site_id": "a", "workers": 100, "vsic": "C16210", "after_tax_income_mvnd": 4000.0},
        STOPS | {"site_id": "b", "workers": 101, "vsic": "16.2", "old_district": "TP. Dĩ An",
                 "after_tax_income_mvnd": 500.5},
        {"site_id": "c", "workers": 7, "old_district_code": "725", "new_unit_code": "25975"},
        {"site_id": "d", "workers": 5, "vsic": "10", "old_district": "Thuận An"},
    ],
)  # fmt: skip
PARKS = layer("parks", [{"park_id": name, "name": name} for name in ("P", "Q")])
FINDINGS = layer(
    "findings",
    [{"site_id": "a", "run_id": "r", "verdict": "conflict", "reason": "inside-residential",
      "city_code": "725", "unit_code": "25966"}],
)  # fmt: skip
NO_DECISIONS = layer("decisions", [])


def plan(*rows):
    return layer(
        "assignments",
        [
            {"plan_id": "p", "site_id": site, "park_id": park, "phase": year, "reason": "",
             "land_m2": ha and ha * 1e4, "distance_km": km, "cost_km": km}
            for site, park, year, ha, km in rows
        ],
    )  # fmt: skip


PLAN = plan(
    ("a", "P", 2026, 2.0, 10.0),
    ("b", "P", 2027, 3.0, 20.0),
    ("c", "Q", 2027, 0.5, 33.0),
    ("d", None, None, None, None),
)


def parts(assignments=PLAN, **given):
    asked = {
        "findings": FINDINGS,
        "decisions": NO_DECISIONS,
        "known": KNOWN,
        "units": UNITS,
    } | given
    found = compute_breakdowns(assignments, SITES, PARKS, plan_id="p", **asked)
    return found.set_index(["key", "by", "of"])["value"]


def test_a_unit_that_a_site_names_is_the_one_that_who_would_find():
    named = SITES.assign(new_unit=[None, "p. bình hoà", None, None])
    found = compute_breakdowns(
        PLAN, named, PARKS, plan_id="p", findings=FINDINGS, decisions=NO_DECISIONS, known=KNOWN,
        units=UNITS,
    ).set_index(["key", "by", "of"])["value"]  # fmt: skip
    assert of(found, "placed", "unit") == {
        "25966": 1, "25975": 1, "25978": 1, "unknown": 0,  # d is left out
    }  # fmt: skip


def of(found, key, by):
    return found[key][by].to_dict()


def test_known_answers():
    found = parts()
    assert of(found, "placed", "year") == {"2026": 1, "2027": 2}
    # a lies where the screening found it, b where its words say, c and d where they state.
    assert of(found, "placed", "city") == {"724": 1, "725": 2}
    assert of(found, "unplaced", "city") == {"724": 0, "725": 1}
    assert of(found, "placed", "unit") == {"25966": 1, "25975": 1, "unknown": 1}
    assert of(found, "land_ha", "sector") == {"10": 0, "16": 5.0, "unknown": 0.5}
    assert of(found, "distance_mean_km", "park") == {"P": 15.0, "Q": 33.0}
    assert of(found, "distance_p90_km", "city") == {"724": 20.0, "725": 33.0}
    assert of(found, "small_firms", "city") == {"724": 0, "725": 2}  # 101 workers are not small
    assert of(found, "small_left_out", "sector") == {"10": 1, "16": 0, "unknown": 0}
    assert of(found, "small_distance_km", "city") == {"725": 21.5}
    # Nobody left out has a year or a park.
    assert not {"year", "park"} & set(found["unplaced"].index.get_level_values("by"))


def test_groups_are_those_of_the_decisions():
    decided = [
        {"decision_id": site, "site_id": site, "run_id": "r", "ruleset": "x",
         "ruleset_version": "1", "ruleset_hash": "h",
         "decided_at": pd.Timestamp("2026-01-01", tz="UTC"), "route": "relocate",
         "group": group, "triggers": "[]", "input_hash": "h", "author": "x"}
        for site, group in (("a", "compulsory"), ("b", "encouraged"), ("d", "compulsory"))
    ]  # fmt: skip
    found = parts(decisions=layer("decisions", decided))
    assert of(found, "placed", "group") == {"compulsory": 1, "encouraged": 1, "unknown": 1}
    assert of(found, "unplaced", "group") == {"compulsory": 1, "encouraged": 0, "unknown": 0}


def test_money_by_payer_and_year_is_the_estimate_s():
    firms = gather_firms(SITES, plan=PLAN, parks=PARKS)
    made = estimate(firms, catalogue(["N05"]), NONE_GIVEN)
    found = parts(support=made)
    # 30 % of 4 000 and of 500.5 million; c states nothing, d is not placed.
    assert of(found, "support_bvnd", "payer") == {"finance": 1.35015}
    assert of(found, "support_bvnd", "year") == {"2026": 1.2, "2027": 0.15015}
    assert of(found, "support_bvnd", "city") == {"724": 0.15015, "725": 1.2}
    assert of(found, "support_unknown", "payer") == {"finance": 1}


def test_nine_of_ten_do_not_exceed_it():
    sites = layer("sites", [{"site_id": f"s{n}"} for n in range(20)])
    rows = plan(*((f"s{n}", "P", 2026, 1.0, float(n + 1)) for n in range(20)))
    found = compute_indicators(rows, sites, PARKS, plan_id="p").set_index("key")["value"]
    assert found["distance_p90_km"] == 18.0  # 18 of 20, whatever the two farthest are


ADDS_UP = [
    IndicatorKey.PLACED, IndicatorKey.UNPLACED, IndicatorKey.LAND_HA, IndicatorKey.DISTANCE_KM,
    IndicatorKey.WORKERS, IndicatorKey.WORKERS_LEFT_OUT, IndicatorKey.SMALL_FIRMS,
    IndicatorKey.COST_KM,
]  # fmt: skip


@given(
    st.lists(
        st.tuples(st.sampled_from([None, "P", "Q"]), st.integers(2026, 2030), st.integers(0, 90)),
        min_size=4, max_size=4,
    )
)  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_parts_of_every_breakdown_add_up_to_the_plan(drawn):
    rows = plan(
        *(
            (site, park, year, 1.0, float(km)) if park else (site, None, None, None, None)
            for site, (park, year, km) in zip("abcd", drawn, strict=True)
        )
    )
    whole = compute_indicators(rows, SITES, PARKS, plan_id="p").set_index("key")["value"]
    found = parts(rows)
    summed = found.groupby(level=["key", "by"]).sum()
    for key in ADDS_UP:
        of_key = next(one for one in REGISTRY if one.key == key)
        for by in of_key.by:
            if by is not Breakdown.PAYER:
                assert summed.get((key.value, by.value), 0.0) == whole[key.value], (key, by)
    assert not np.isnan(found).any()
