"""The smallest change is exact and tried; a hectare's value is found by solving again."""

from __future__ import annotations

import pytest

from geo_relocation.matching import MatchSpecification, explain, solve, verify
from geo_relocation.matching.advice import (
    change_words,
    hectare_value,
    smallest_changes,
    with_more_land,
)


def test_hectares_that_are_lacking_to_the_hundred_square_metres(province):
    sites = [{"site_id": "a", "land_m2": 60_000.0}, {"site_id": "b", "land_m2": 50_050.0}]
    parks = [{"park_id": "p", "free_ha": 10.0}, {"park_id": "q", "free_ha": 1.0, "xy": (9, 0)}]
    problem = province(sites, parks)
    solution = solve(problem, work=5)
    (site, found), *rest = smallest_changes(problem, solution.chosen).items()
    assert not rest
    (change,) = found
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
    assert {(c.kind, c.park_id) for c in found} == {("sector", "sector"), ("env-level", "level")}
    rows = explain(problem, solution, plan_id="x", smallest_change=change_words({"a": found}))
    assert "nhận thêm ngành 20" in rows["smallest_change"].iloc[0]
    assert rows["reason_code"].iloc[0] == "no-park"


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
    rows = explain(problem, solve(problem, work=5), plan_id="x")
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
