"""The smallest change is exact and tried; a hectare's value is found by solving again."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geo_relocation.matching import MatchSpecification, explain, solve
from geo_relocation.matching.plan.advice import hectare_value, with_more_land
from geo_relocation.matching.plan.changes import change_words, more_hectares, smallest_changes
from geo_relocation.matching.plan.room import Room
from geo_relocation.matching.problem import Choices
from geo_relocation.matching.verify import verify
from geo_relocation.model import schema
from geo_relocation.model.told.frames import said_frame
from geo_relocation.words import say


def explained(problem, solution, **given):
    """What is stored of a plan, as a reader is told it."""
    return said_frame(explain(problem, solution, **given), "vi")


def test_hectares_that_are_lacking_to_the_hundred_square_metres(province):
    sites = [{"site_id": "a", "land_m2": 60_000.0}, {"site_id": "b", "land_m2": 50_050.0}]
    parks = [{"park_id": "p", "free_ha": 10.0}, {"park_id": "q", "free_ha": 1.0, "xy": (9, 0)}]
    problem = province(sites, parks)
    solution = solve(problem, work=5)
    (site, found), *rest = smallest_changes(problem, solution.chosen).items()
    assert not rest
    (change,) = found.changes
    lacking = 1.01 if site == "b" else 1.0
    assert (change.kind, change.park_id) == ("land", "p")
    assert change.amount == pytest.approx(lacking + (0 if site == "b" else 0.01), abs=0.0101)
    # One step less does not place it, one as said does.
    assert solve(with_more_land(problem, "p", change.amount), work=5).placed == 2
    assert solve(with_more_land(problem, "p", change.amount - 0.02), work=5).placed == 1


def test_a_sector_or_level_that_stands_in_the_way_is_named(province):
    site = {"site_id": "a", "vsic": "20", "env_level": "I"}
    parks = [
        {"park_id": "sector", "free_ha": 50.0, "refused_sectors": "20;21"},
        {"park_id": "level", "free_ha": 50.0, "env_level_max": "II"},
    ]
    problem = province([site], parks)
    solution = solve(problem, work=5)
    found = smallest_changes(problem, solution.chosen)["a"]
    assert {(c.kind, c.park_id) for c in found.changes} == {
        ("sector", "sector"),
        ("env-level", "level"),
    }
    rows = explained(problem, solution, plan_id="x", smallest_change=change_words({"a": found}))
    assert "nhận thêm ngành 20" in rows["smallest_change"].iloc[0]
    assert rows["reason_code"].iloc[0] == "no-park"


def test_wastewater_that_is_lacking_to_the_tenth_of_a_cubic_metre(province):
    sites = [
        {"site_id": "a", "wastewater_m3d": 30.0},
        {"site_id": "b", "wastewater_m3d": 25.27},
    ]
    park = {"park_id": "p", "free_ha": 50.0, "wastewater_m3d": 40.0}
    problem = province(sites, [park])
    solution = solve(problem, work=5)
    ((site, tried),) = smallest_changes(problem, solution.chosen).items()
    (change,) = tried.changes
    assert (change.kind, change.park_id) == ("wastewater", "p")
    assert change.amount == pytest.approx(15.3)
    assert site in "ab"
    for more, placed in ((change.amount, 2), (change.amount - 0.1, 1)):
        larger = province(sites, [park | {"wastewater_m3d": 40.0 + more}])
        assert solve(larger, work=5).placed == placed


@pytest.mark.parametrize("carry", [False, True])
@pytest.mark.parametrize(
    ("quota", "kind", "amount"),
    [
        ({"moves_per_year": {2026: 1, 2027: 1}}, "moves-quota", 1.0),
        ({"land_ha_per_year": {2026: 10.0, 2027: 13.0}}, "land-quota", 7.0),
    ],
)
def test_the_quota_of_a_year_is_raised_by_what_is_lacking(province, carry, quota, kind, amount):
    def specified(limits):
        return MatchSpecification.model_validate(
            {"phases": [2026, 2027], "limits": {"carry_over": carry} | limits}
        )

    sites = [{"site_id": s} for s in "abc"]
    park = {"park_id": "p", "free_ha": 50.0}
    problem = province(sites, [park], specified(quota))
    solution = solve(problem, work=5)
    assert solution.placed == 2
    (tried,) = smallest_changes(problem, solution.chosen).values()
    (change,) = tried.changes
    assert (change.kind, change.park_id, change.amount) == (kind, "p", pytest.approx(amount))
    name = next(iter(quota))
    for more, placed in ((change.amount, 3), (change.amount - 0.01, 2)):
        if kind == "moves-quota" and placed == 2:
            continue
        raised = quota[name] | {change.phase: quota[name][change.phase] + more}
        again = province(sites, [park], specified({name: raised}))
        assert solve(again, work=5).placed == placed


@settings(max_examples=40)
@given(
    quota=st.lists(st.none() | st.integers(0, 3), min_size=3, max_size=3),
    phases=st.lists(st.integers(0, 2), max_size=4),
    carry=st.booleans(),
    year=st.integers(0, 2),
)
def test_what_a_year_can_still_take_is_what_the_verifier_lets_it_take(
    province, quota, phases, carry, year
):
    years = [2026, 2027, 2028]
    limits = {y: q for y, q in zip(years, quota, strict=True) if q is not None}
    spec = MatchSpecification.model_validate(
        {"phases": years, "limits": {"moves_per_year": limits, "carry_over": carry}}
    )
    sites = [{"site_id": f"s{i}", "land_m2": 1e4} for i in range(len(phases) + 4)]
    problem = province(sites, [{"park_id": "p", "free_ha": 500.0}], spec)
    link = np.full(len(sites), -1)
    phase = np.zeros(len(sites), dtype=np.int64)
    for firm, when in enumerate(phases):
        link[firm], phase[firm] = firm, when
    choices = Choices(link, phase)
    assume(not verify(problem, problem.assignment(choices)))
    for firm in range(len(phases), len(sites)):
        said = Room.of(problem, Choices(link.copy(), phase.copy())).lacking(firm).moves[year]
        link[firm], phase[firm] = firm, year
        fine = not verify(problem, problem.assignment(Choices(link, phase)))
        assert fine == (said == 0)
        if not fine:
            return


@pytest.mark.parametrize(
    ("years", "words"),
    [
        ({"earliest_phase": 2028}, "từ 2028; kịch bản 2026–2027"),
        ({"latest_phase": 2025}, "chậm nhất 2025; kịch bản 2026–2027"),
        ({"earliest_phase": 2027, "latest_phase": 2026}, "từ 2027 nhưng chậm nhất 2026"),
    ],
)
def test_a_firm_that_may_move_in_no_year_of_the_scenario_is_told_so(province, years, words):
    specification = MatchSpecification.model_validate({"phases": [2026, 2027]})
    park = {"park_id": "p", "free_ha": 50.0}
    problem = province([{"site_id": "a"} | years], [park], specification)
    rows = explained(problem, solve(problem, work=5), plan_id="x")
    assert rows["reason_code"].iloc[0] == "no-year"
    assert words in rows["reason"].iloc[0]


def test_a_hectare_where_it_is_short_places_a_firm_and_elsewhere_nothing(province):
    sites = [{"site_id": s, "land_m2": 50_000.0} for s in "ab"]
    parks = [{"park_id": "p", "free_ha": 9.0}, {"park_id": "q", "free_ha": 0.5, "xy": (5, 5)}]
    problem = province(sites, parks)
    solution = solve(problem, work=5)
    assert hectare_value(problem, solution, "p").placed == 1
    assert hectare_value(problem, solution, "q").placed == 0


def test_more_land_is_accepted_by_the_verifier_too(province):
    problem = province([{"site_id": "a"}], [{"park_id": "p", "free_ha": 9.0}])
    more = with_more_land(problem, "p", 1.0)
    assert verify(more, solve(more, work=5).assignment(more)) == []
    assert solve(more, work=5).placed == 1


@pytest.mark.parametrize(
    ("park", "land"),
    [
        ({"free_ha": 0.0}, ()),
        ({"free_ha": 0.0}, ({"park": "p", "ha": 0.0},)),
        ({"free_ha": 7.0}, ({"park": "p", "ha": 0.0},)),
        ({"free_ha": None}, ()),
    ],
)
def test_hectares_from_nothing_are_the_same_whichever_way_they_come(province, park, land):
    sites = [{"site_id": f"s{i}", "land_m2": 10_000.0} for i in range(9)]

    def specified(*steps):
        return MatchSpecification.model_validate(
            {"phases": [2026, 2027], "where": {"land": [*land, *steps]}}
        )

    def parks(**values):
        return [{"park_id": "p", **park, **values}, {"park_id": "q", "free_ha": 1.0}]

    problem = province(sites, parks(), specified())
    solution = solve(problem, work=5)
    assert solution.placed == 1
    # By a hectare more, by the layer, by a step of the scenario, and firm by firm.
    assert hectare_value(problem, solution, "p", ha=5.0).placed == 5
    step = {"park": "p", "ha": 5.0, "from_year": 2026}
    plain = MatchSpecification.model_validate({"phases": [2026, 2027]})
    assert solve(province(sites, parks(free_ha=5.0), plain), work=5).placed == 6
    if not land:
        assert solve(province(sites, parks(), specified(step)), work=5).placed == 6
    for tried in smallest_changes(problem, solution.chosen).values():
        assert [c.amount for c in tried.changes if c.kind == "land"] == [1.0]


def test_hectares_in_a_park_are_added_from_the_year_it_opens(province):
    spec = MatchSpecification.model_validate({"phases": [2026, 2027, 2028]})
    problem = province([{"site_id": "a"}], [{"park_id": "p", "free_ha": 0.0, "opens": 2027}], spec)
    steps = more_hectares(problem, "p", 10.0).where.land
    assert [(step.from_year, step.ha) for step in steps] == [(2027, 10.0), (2028, 10.0)]
    solution = solve(with_more_land(problem, "p", 10.0), work=5)
    assert solution.placed == 1


def test_the_quota_of_a_year_is_named_where_it_binds_and_not_the_land(province):
    spec = MatchSpecification.model_validate(
        {"phases": [2026, 2027], "limits": {"moves_per_year": {2026: 1, 2027: 1}}}
    )
    sites = [{"site_id": s} for s in "abcd"]
    problem = province(sites, [{"park_id": "p", "free_ha": 90.0}], spec)
    rows = explained(problem, solve(problem, work=5), plan_id="x")
    out = rows[rows["park_id"].isna()]
    assert len(out) == 2
    assert set(out["reason_code"]) == {"moves-quota"}
    assert out["reason"].str.contains("chỉ nhận được trong năm 2026–2027, đã hết lượt dời").all()
    assert not out["reason"].str.contains("đất,").any()
    for listed in out["alternatives"]:
        assert json.loads(listed)[0]["obstacle"] == "hết lượt dời năm 2026–2027"


def test_limits_that_bind_together_are_both_named(province):
    spec = MatchSpecification.model_validate({"limits": {"moves_per_year": {2026: 1}}})
    sites = [{"site_id": s} for s in "ab"]
    problem = province(sites, [{"park_id": "p", "free_ha": 15.0}], spec)
    solution = solve(problem, work=5)
    rows = explained(problem, solution, plan_id="x")
    (out,) = rows.loc[rows["park_id"].isna(), "reason"]
    assert "đã hết lượt dời" in out
    assert "đồng thời 1 khu được phép đều không đủ đất, thiếu ít nhất 5 ha" in out
    (tried,) = smallest_changes(problem, solution.chosen).values()
    assert tried.changes == ()


def test_a_cheaper_park_that_opens_later_is_not_said_to_be_given_to_others(province):
    spec = MatchSpecification.model_validate(
        {"phases": [2026, 2027, 2028], "weights": {"later_phase_per_year": 50.0}}
    )
    parks = [
        {"park_id": "later", "free_ha": 90.0, "opens": 2028, "xy": (5, 0)},
        {"park_id": "now", "free_ha": 90.0, "xy": (40, 0)},
    ]
    problem = province([{"site_id": "a"}], parks, spec)
    (row,) = explained(problem, solve(problem, work=5), plan_id="x").itertuples()
    assert (row.park_id, row.reason_code) == ("now", "cheapest")
    (other,) = json.loads(row.alternatives)
    assert (other["park_id"], other["phase"], other["obstacle"]) == ("later", 2028, None)
    assert other["cost_km"] > row.cost_km


def test_the_cheapest_of_the_other_parks_are_listed_cheapest_first(province):
    """By what each costs, not by how the layer has them; a firm left out has its own list."""
    far = {"west": 40, "own": 5, "north": 90, "east": 20, "south": 60}
    parks = [{"park_id": park, "free_ha": 10.0, "xy": (km, 0)} for park, km in far.items()]
    spec = MatchSpecification.model_validate({"limits": {"moves_per_year": {2026: 1}}})
    problem = province([{"site_id": "a"}, {"site_id": "b"}], parks, spec)
    rows = explained(problem, solve(problem, work=5), plan_id="x")
    listed = {
        row.park_id if isinstance(row.park_id, str) else None: json.loads(row.alternatives)
        for row in rows.itertuples()
    }
    assert {own: [one["park_id"] for one in found] for own, found in listed.items()} == {
        "own": ["east", "west", "south"],
        None: ["own", "east", "west"],
    }
    for found in listed.values():
        costs = [one["cost_km"] for one in found]
        assert costs == sorted(costs)


def test_an_earlier_year_whose_quota_is_full_is_named(province):
    spec = MatchSpecification.model_validate(
        {"phases": [2026, 2027], "limits": {"moves_per_year": {2026: 1}}}
    )
    sites = [{"site_id": s} for s in "ab"]
    problem = province(sites, [{"park_id": "p", "free_ha": 90.0}], spec)
    rows = explained(problem, solve(problem, work=5), plan_id="x").set_index("phase")
    assert rows.loc[2026, "reason_code"] == "cheapest"
    assert rows.loc[2027, "reason_code"] == "cheaper-quota"
    words = "rẻ hơn nhưng không vào được: p năm 2026 (hết lượt dời năm 2026)"
    assert words in rows.loc[2027, "reason"]


def test_a_deadline_is_moved_and_a_park_is_opened_earlier_or_let_in(province):
    spec = MatchSpecification.model_validate(
        {"phases": [2026, 2027, 2028], "where": {"exclude_parks": ["out"]}}
    )
    decision = {
        "decision_id": "d", "site_id": "a", "run_id": "r", "ruleset": "x", "ruleset_version": "1",
        "ruleset_hash": "", "decided_at": "2026-01-05T03:00:00", "route": "relocate",
        "deadline": "2026-12-31", "triggers": "{}", "input_hash": "", "author": "An",
    }  # fmt: skip
    parks = [
        {"park_id": "late", "free_ha": 90.0, "opens": 2027},
        {"park_id": "out", "free_ha": 90.0},
        {"park_id": "no", "free_ha": 90.0, "receives": False},
    ]
    decisions = schema("decisions").conform(pd.DataFrame([decision]))
    problem = province([{"site_id": "a"}], parks, spec, decisions=decisions)
    tried = smallest_changes(problem, solve(problem, work=5).chosen)["a"]
    found = {(c.kind, c.park_id): c for c in tried.changes}
    assert set(found) == {
        ("years", "late"), ("opening", "late"), ("park", "out"), ("receives", "no"),
    }  # fmt: skip
    assert "hạn xử lý 31/12/2026" in say(found["years", "late"].message, "vi")
    assert found["years", "late"].amount == found["opening", "late"].amount == 1
    assert [str(lever) for lever in tried.untried] == []


def test_what_is_not_tried_is_named(province):
    park = {"park_id": "p", "free_ha": 90.0, "accepted_sectors": "10"}
    problem = province([{"site_id": "a", "vsic": None}], [park])
    tried = smallest_changes(problem, solve(problem, work=5).chosen)["a"]
    assert tried.changes == ()
    assert set(map(str, tried.untried)) == {"sector-unknown", "horizon"}
