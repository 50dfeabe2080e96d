"""The solver against brute force over all placements, with every rule switched on in turn."""

from __future__ import annotations

import hypothesis.strategies as st
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from geo_relocation.errors import ConflictingLocksError
from geo_relocation.matching import MatchSpecification, solve, verify

SLOW = settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
RULES = (
    "land",
    "sector",
    "environment",
    "wastewater",
    "phases",
    "moves-quota",
    "land-quota",
    "carry-over",
    "exclusion",
    "lock",
    "priority",
    "wish",
    "deadline",
)
coordinate = st.integers(0, 60)
hectares = st.integers(1, 12)


@st.composite
def tiny(draw: st.DrawFn, rule: str):
    """A problem small enough to try every placement, in which one rule matters."""
    by_year = rule in {"phases", "moves-quota", "land-quota", "carry-over", "deadline"}
    firms = draw(st.integers(1, 4 if by_year else 5))
    parks = draw(st.integers(1, 2 if by_year else 3))
    site_rows = [_site(draw, rule, i, parks) for i in range(firms)]
    park_rows = [_park(draw, rule, p) for p in range(parks)]
    raw: dict[str, object] = {
        "phases": [2026, 2027] if by_year else [2026],
        "factors": {"detour": 1.0},
        "weights": {"later_phase_per_year": draw(st.sampled_from([0.0, 3.0]))},
    }
    limits: dict[str, object] = {"wastewater": rule == "wastewater"}
    if rule in {"moves-quota", "carry-over"}:
        limits["moves_per_year"] = {2026: draw(st.integers(0, 2)), 2027: draw(st.integers(0, 2))}
    if rule == "land-quota":
        limits["land_ha_per_year"] = {2026: draw(hectares), 2027: draw(hectares)}
    limits["carry_over"] = rule == "carry-over"
    raw["limits"] = limits
    if rule == "exclusion":
        park = draw(st.sampled_from(["p0", None]))
        raw["exclusions"] = [{"site": "s0"} if park is None else {"site": "s0", "park": park}]
    if rule == "lock":
        raw["locks"] = [{"site": "s0", "park": f"p{parks - 1}"}]
    return site_rows, park_rows, MatchSpecification.model_validate(raw)


def _site(draw: st.DrawFn, rule: str, i: int, parks: int) -> dict[str, object]:
    row: dict[str, object] = {
        "site_id": f"s{i}",
        "xy": (draw(coordinate), draw(coordinate)),
        "land_m2": 1e4 * draw(hectares),
    }
    if rule == "sector":
        row["vsic"] = draw(st.sampled_from(["1010", "16", "C31", None]))
    if rule == "environment":
        row["env_level"] = draw(st.sampled_from(["I", "II", "III", "none", None]))
    if rule == "wastewater":
        row["wastewater_m3d"] = draw(st.sampled_from([0.0, 12.5, 40.0, None]))
    if rule == "priority":
        row["priority"] = draw(st.sampled_from([0.5, 1.0, 2.0, 3.5]))
    if rule == "wish":
        row["wish_place"] = draw(st.sampled_from([None, "p0", f"p{parks - 1};p0"]))
    if rule == "deadline":
        row["earliest_phase"] = draw(st.sampled_from([None, 2027]))
        row["latest_phase"] = draw(st.sampled_from([None, 2026, 2027]))
    return row


def _park(draw: st.DrawFn, rule: str, p: int) -> dict[str, object]:
    row: dict[str, object] = {
        "park_id": f"p{p}",
        "xy": (draw(coordinate), draw(coordinate)),
        "free_ha": float(draw(st.integers(0, 20))),
        "rent_usd_m2": draw(st.sampled_from([None, 40.0, 90.0])),
        "specialisation": draw(st.sampled_from([None, "10", "16;31"])),
    }
    if rule == "sector":
        row["accepted_sectors"] = draw(st.sampled_from([None, "10;31"]))
        row["refused_sectors"] = draw(st.sampled_from([None, "16"]))
    if rule == "environment":
        row["env_level_max"] = draw(st.sampled_from([None, "II", "III", "none"]))
    if rule == "wastewater":
        row["wastewater_m3d"] = draw(st.sampled_from([None, 20.0, 50.0]))
    if rule == "phases":
        row["opens"] = draw(st.sampled_from([None, 2026, 2027, 2028]))
        row["status"] = draw(st.sampled_from(["operating", "planned"]))
    return row


@pytest.mark.parametrize("rule", RULES)
def test_equals_brute_force(rule, province, brute_force, plan_cost) -> None:
    @SLOW
    @given(tiny(rule))
    def check(rows) -> None:
        problem = province(*rows)
        expected = brute_force(problem)
        if expected is None:
            with pytest.raises(ConflictingLocksError):
                solve(problem, work=50)
            return
        solution = solve(problem, work=50)
        plan = solution.assignment(problem)
        assert verify(problem, plan) == []
        assert (solution.weight_unplaced, solution.cost) == pytest.approx(expected, abs=2e-3)
        assert solution.bound == pytest.approx(solution.cost, abs=1e-9)
        assert plan_cost(problem, plan) == pytest.approx(solution.cost, abs=2e-3)

    check()


def test_swapping_land_and_demand_is_not_allowed(province) -> None:
    """One large firm into one small park: a solver with the sides swapped would place it."""
    problem = province(
        [{"site_id": "big", "land_m2": 20e4}], [{"park_id": "small", "free_ha": 10.0}]
    )
    solution = solve(problem, work=10)
    assert solution.unplaced == solution.unplaced_bound == 1
    fits = province([{"site_id": "s", "land_m2": 10e4}], [{"park_id": "p", "free_ha": 20.0}])
    assert solve(fits, work=10).placed == 1
    # Each alone would fit, both together would not: the sum of demands is what binds.
    two = [{"site_id": s, "land_m2": 6e4} for s in ("a", "b")]
    assert solve(province(two, [{"park_id": "p", "free_ha": 10.0}]), work=10).placed == 1


def test_placement_goes_before_cost(province) -> None:
    """The near firm alone would be cheaper; placing both costs more and comes first."""
    sites = [{"site_id": "near", "xy": (1, 0)}, {"site_id": "far", "xy": (50, 0)}]
    parks = [
        {"park_id": "here", "xy": (0, 0), "free_ha": 10.0},
        {"park_id": "there", "xy": (500, 0), "free_ha": 10.0},
    ]
    solution = solve(province(sites, parks), work=10)
    assert (solution.placed, solution.cost) == (2, pytest.approx(500.0 - 50.0 + 1.0))


def test_nobody_in_scope_is_a_result(province) -> None:
    spec = MatchSpecification.model_validate({"who": {"where": {"site_id": "nobody"}}})
    problem = province([{"site_id": "a"}], [{"park_id": "p", "free_ha": 1.0}], spec)
    solution = solve(problem, work=1)
    assert (str(solution.status), solution.placed, solution.gap) == ("empty", 0, 0.0)
    assert verify(problem, solution.assignment(problem)) == []


def test_locks_that_cannot_hold_are_named_and_no_others(province) -> None:
    spec = MatchSpecification.model_validate(
        {"locks": [{"site": s, "park": "p"} for s in ("a", "b")] + [{"site": "c", "park": "q"}]}
    )
    sites = [{"site_id": s, "land_m2": 6e4} for s in ("a", "b", "c")]
    parks = [{"park_id": "p", "free_ha": 10.0}, {"park_id": "q", "free_ha": 10.0}]
    with pytest.raises(ConflictingLocksError, match=r"2 locks cannot hold together: a, b\."):
        solve(province(sites, parks, spec), work=10)


def test_a_lock_to_a_park_that_refuses_says_why(province) -> None:
    spec = MatchSpecification.model_validate({"locks": [{"site": "a", "park": "p"}]})
    problem = province(
        [{"site_id": "a", "vsic": "20"}],
        [{"park_id": "p", "free_ha": 99.0, "refused_sectors": "20"}],
        spec,
    )
    with pytest.raises(ConflictingLocksError, match="sector not accepted"):
        solve(problem, work=10)


def test_same_seed_and_work_give_the_same_plan(province) -> None:
    sites = [
        {"site_id": f"s{i:02}", "xy": (i * 7 % 31, i * 3 % 17), "land_m2": 1e4 * (1 + i % 5)}
        for i in range(40)
    ]
    parks = [{"park_id": f"p{i}", "xy": (i * 10, 5), "free_ha": 20.0} for i in range(5)]
    problem = province(sites, parks)
    one, again, two = (solve(problem, work=20, seed=7, threads=t) for t in (1, 1, 2))
    pd.testing.assert_frame_equal(one.assignment(problem), again.assignment(problem))
    pd.testing.assert_frame_equal(one.assignment(problem), two.assignment(problem))
