"""Every rule has a plan that breaks it, and the verifier names the rule."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString

from geo_relocation.errors import EmptyWorkspaceError
from geo_relocation.matching import MatchSpecification, solve
from geo_relocation.matching.verify import verify
from geo_relocation.model import schema

SITE = {"site_id": "a", "vsic": "16", "env_level": "II", "wastewater_m3d": 30.0}
PARK = {"park_id": "p", "free_ha": 20.0}


def plan(*rows):
    return pd.DataFrame(rows, columns=["site_id", "park_id", "phase"])


def rules(problem, *rows):
    return {violation.rule for violation in verify(problem, plan(*rows))}


def spec(**raw):
    return MatchSpecification.model_validate(raw)


CASES = {
    "unknown-site": (SITE, PARK, {}, ("zz", "p", 2026)),
    "unknown-park": (SITE, PARK, {}, ("a", "zz", 2026)),
    "unknown-phase": (SITE, PARK, {}, ("a", "p", 2031)),
    "park-excluded": (SITE, PARK, {"where": {"exclude_parks": ["p"]}}, ("a", "p", 2026)),
    "not-receiving": (SITE, PARK | {"receives": False}, {}, ("a", "p", 2026)),
    "not-open": (SITE, PARK | {"opens": 2028}, {"phases": [2026, 2028]}, ("a", "p", 2026)),
    "no-place": (SITE, PARK | {"xy": None}, {}, ("a", "p", 2026)),
    "excluded": (SITE, PARK, {"exclusions": [{"site": "a", "park": "p"}]}, ("a", "p", 2026)),
    "sector": (SITE, PARK | {"refused_sectors": "10;16"}, {}, ("a", "p", 2026)),
    "env-level": (SITE, PARK | {"env_level_max": "III"}, {}, ("a", "p", 2026)),
    "out-of-years": (
        SITE | {"latest_phase": 2026},
        PARK,
        {"phases": [2026, 2027]},
        ("a", "p", 2027),
    ),
    "no-land": (SITE | {"land_m2": None}, PARK, {}, ("a", "p", 2026)),
    "land": (SITE, PARK | {"free_ha": 9.9}, {}, ("a", "p", 2026)),
    "wastewater": (SITE, PARK | {"wastewater_m3d": 29.0}, {}, ("a", "p", 2026)),
    "moves-quota": (SITE, PARK, {"limits": {"moves_per_year": {2026: 0}}}, ("a", "p", 2026)),
    "land-quota": (SITE, PARK, {"limits": {"land_ha_per_year": {2026: 9.0}}}, ("a", "p", 2026)),
    "lock": (
        SITE,
        PARK,
        {"phases": [2026, 2027], "locks": [{"site": "a", "phase": 2027}]},
        ("a", "p", 2026),
    ),
}


@pytest.mark.parametrize("rule", CASES)
def test_names_the_broken_rule_and_no_other(province, rule):
    site, park, raw, row = CASES[rule]
    problem = province([site], [park], spec(**raw))
    assert rules(problem, row) == ({rule, "lock"} if rule == "lock" else {rule})


def test_a_good_plan_has_no_violation(province):
    assert verify(province([SITE], [PARK]), plan(("a", "p", 2026))) == []


def test_a_row_without_a_park_is_a_firm_left_out(province):
    assert verify(province([SITE], [PARK]), plan(("a", None, None))) == []


def test_a_firm_listed_twice(province):
    problem = province([SITE], [PARK | {"free_ha": 90.0}])
    assert rules(problem, ("a", "p", 2026), ("a", "p", 2026)) == {"twice"}


def test_a_locked_firm_that_is_missing(province):
    problem = province([SITE], [PARK], spec(locks=[{"site": "a", "park": "p"}]))
    assert rules(problem) == {"lock"}


def test_a_southern_park_receives_only_where_it_says_so(province):
    south = {"south_districts": ["Thuận An"]}
    silent = PARK | {"old_district": "Thuận An"}
    assert rules(province([SITE], [silent], **south), ("a", "p", 2026)) == {"south"}
    stated = silent | {"receives": True}
    assert rules(province([SITE], [stated], **south), ("a", "p", 2026)) == set()


@pytest.mark.parametrize(("inside", "forbidden"), [(True, {"own-park"}), (None, set())])
def test_a_firm_may_not_move_into_the_park_it_is_certain_to_stand_in(province, inside, forbidden):
    row = {"site_id": "a", "run_id": "r", "verdict": "conflict", "reason": "residential"}
    row |= {"park_id": "p", "in_park": inside, "park_probability": 1.0 if inside else 0.3}
    problem = province([SITE], [PARK], findings=schema("findings").conform(pd.DataFrame([row])))
    assert rules(problem, ("a", "p", 2026)) == forbidden
    assert (problem.rules[0, 0] > 0) == bool(forbidden)
    assert ("perhaps-in-park" in {note.code for note in problem.notes}) == (not inside)


def decided(site: str = "a", **values: str) -> dict[str, str]:
    """A decision to relocate."""
    return {
        "decision_id": f"d-{site}",
        "site_id": site,
        "run_id": "r",
        "ruleset": "x",
        "ruleset_version": "1",
        "ruleset_hash": "",
        "decided_at": "2026-01-01",
        "route": "relocate",
        "triggers": "{}",
        "input_hash": "",
        "author": "x",
    } | values


def test_a_firm_does_not_move_before_its_batch(province):
    rows = [decided(batch="2"), decided("b", batch="9"), decided("c")]
    decisions = schema("decisions").conform(pd.DataFrame(rows))
    sites = [SITE, SITE | {"site_id": "b"}, SITE | {"site_id": "c"}]
    bound = spec(phases=[2026, 2027], limits={"batches": {"1": 2026, "2": 2027}})
    problem = province(sites, [PARK | {"free_ha": 90.0}], bound, decisions=decisions)
    assert rules(problem, ("a", "p", 2026)) == {"out-of-years"}
    assert rules(problem, ("a", "p", 2027)) == set()
    # A batch the scenario does not name, and no batch at all, do not bind; the plan says so.
    assert rules(problem, ("b", "p", 2026), ("c", "p", 2026)) == set()
    noted = {note.code: note.count for note in problem.notes}
    assert (noted["batch-unnamed"], noted["batch-none"]) == (1, 1)
    plan = solve(problem, work=1).assignment(problem).set_index("site_id")["phase"]
    assert plan["a"] == 2027
    free = province([SITE], [PARK], spec(phases=[2026, 2027]), decisions=decisions)
    assert rules(free, ("a", "p", 2026)) == set()


def test_years_of_batches_need_batches(province):
    bound = spec(limits={"batches": {"1": 2026}})
    with pytest.raises(EmptyWorkspaceError, match="batch"):
        province([SITE], [PARK], bound)


def test_a_deadline_of_the_assessment_binds(province):
    decisions = schema("decisions").conform(pd.DataFrame([decided(deadline="2026-12-31")]))
    problem = province([SITE], [PARK], spec(phases=[2026, 2027]), decisions=decisions)
    assert rules(problem, ("a", "p", 2027)) == {"out-of-years"}
    free = spec(phases=[2026, 2027], limits={"deadlines": False})
    problem = province([SITE], [PARK], free, decisions=decisions)
    assert rules(problem, ("a", "p", 2027)) == set()


def test_no_road_where_the_scenario_demands_one(province):
    roads = schema("roads").conform(
        gpd.GeoDataFrame(
            {"road_id": ["r1", "r2"]},
            geometry=[LineString([(0, 0), (900, 0)]), LineString([(9e4, 0), (9.1e4, 0)])],
            crs="EPSG:9210",
        )
    )
    far = PARK | {"xy": (90, 0)}
    problem = province([SITE], [far], spec(factors={"unreachable": "forbid"}), roads=roads)
    assert rules(problem, ("a", "p", 2026)) == {"unreachable"}
    lenient = province([SITE], [far], roads=roads)
    assert rules(lenient, ("a", "p", 2026)) == set()
    assert [note.count for note in lenient.notes if note.code == "unreachable"] == [1]


def test_land_adds_up_over_the_years_and_unused_quota_only_when_carried(province):
    sites = [{"site_id": s, "land_m2": 6e4} for s in "abc"]
    years = {"phases": [2026, 2027]}
    problem = province(sites, [PARK | {"free_ha": 12.0}], spec(**years))
    over = [("a", "p", 2026), ("b", "p", 2026), ("c", "p", 2027)]
    assert rules(problem, *over) == {"land"}
    quota = {"moves_per_year": {2026: 1, 2027: 1}}
    late = [("a", "p", 2027), ("b", "p", 2027)]
    strict = province(sites, [PARK], spec(**years, limits=quota))
    assert rules(strict, *late) == {"moves-quota"}
    carried = province(sites, [PARK], spec(**years, limits=quota | {"carry_over": True}))
    assert rules(carried, *late) == set()
