"""What is claimed about a plan holds for the stated numbers: every plan of tiny worlds is tried."""

from __future__ import annotations

import importlib
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from geo_relocation.assignment import model
from geo_relocation.assignment.model import Scale
from geo_relocation.errors import ConflictingLocksError, DataError
from geo_relocation.matching import MatchSpecification, Problem, build_problem, solve, translation
from geo_relocation.matching.stated import fractions
from geo_relocation.matching.translation import translate
from tests.matching.twin import Best, Twin
from tests.matching.worlds import RULES, World, random_world, worlds

solving = importlib.import_module("geo_relocation.matching.plan.solve")

SHORT = 2 * len(RULES)
EVERY = 700


CITIES = pd.DataFrame({"old_district_code": ["724"], "old_district": ["TP Dĩ An"]})


def problem_of(world: World) -> Problem:
    return build_problem(
        world.sites,
        world.findings,
        world.parks,
        None,
        world.roads,
        specification=world.specification,
        decisions=world.decisions,
        events=world.events,
        crosswalk=CITIES,
        south_districts=world.south,
        homes=world.homes,
        approved=world.approved,
    )


def check_claims(world: World, best: Best, *, proven: bool, work: int) -> None:
    """The plan is allowed, no bound is above the best plan, and `optimal` is the truth."""
    problem = problem_of(world)
    solution = solve(problem, work=work)
    plan = solution.assignment(problem)
    twin = Twin(world)
    chosen = {row.site_id: (row.park_id, int(row.phase)) for row in plan.itertuples(index=False)}
    assert twin.holds(chosen)
    assert all(place in twin.choices(twin.sites[site]) for site, place in chosen.items())
    out = set(twin.sites) - set(chosen)
    left = sum((twin.weight(twin.sites[site]) for site in out), Fraction(0))
    metres = sum(
        twin.cost(twin.sites[s], twin.parks[park], year) for s, (park, year) in chosen.items()
    )
    assert solution.weight_unplaced == pytest.approx(float(left), rel=1e-12)
    assert solution.cost == pytest.approx(metres / 1000, rel=1e-12)
    assert solution.unplaced_bound <= best.fewest_left
    assert solution.weight_unplaced_bound <= float(best.left) * (1 + 1e-12)
    if left == best.left:
        assert solution.bound <= best.metres / 1000 * (1 + 1e-12)
    if proven or str(solution.status) == "optimal":
        assert (left, metres) == (best.left, best.metres)
        assert str(solution.status) in {"optimal", "empty"}


def check_world(rule: str, seed: int, *, proven: bool = True, work: int = 20) -> None:
    world = random_world(rule, seed)
    best = Twin(world).best()
    if best is None:
        with pytest.raises(ConflictingLocksError):
            solve(problem_of(world), work=work)
        return
    check_claims(world, best, proven=proven, work=work)


@pytest.mark.parametrize("rule", RULES)
def test_the_best_of_all_plans(rule: str) -> None:
    for name, seed in worlds(SHORT):
        if name == rule:
            check_world(rule, seed)


@pytest.mark.nightly
@pytest.mark.parametrize(("rule", "seed"), worlds(EVERY - SHORT, first_seed=SHORT))
def test_the_best_of_all_plans_in_many_worlds(rule: str, seed: int) -> None:
    check_world(rule, seed)


@pytest.mark.parametrize(("rule", "seed"), worlds(len(RULES), first_seed=1_000)[::3])
def test_what_the_search_claims_without_the_exact_model(rule, seed, monkeypatch) -> None:
    monkeypatch.setattr(solving, "_tried_exactly", lambda model: False)
    check_world(rule, seed, proven=False, work=1)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize(("rule", "seed"), worlds(len(RULES), first_seed=2_000)[1::3])
def test_what_is_claimed_where_no_exact_unit_exists(rule, seed, exact, monkeypatch) -> None:
    """Units so coarse that every number is rounded: the claims are weaker, and true."""
    for module in (model, translation):
        monkeypatch.setattr(module, "HEADROOM", 4_000)
        monkeypatch.setattr(module, "FINE", 300)
    if not exact:
        monkeypatch.setattr(solving, "_tried_exactly", lambda model: False)
    world = random_world(rule, seed)
    best = Twin(world).best()
    if best is not None and not world.specification.locks:
        check_claims(world, best, proven=False, work=1)


def test_firms_that_fill_a_park_to_the_last_decimal_all_fit(province) -> None:
    sites = [{"site_id": f"s{i:02}", "land_m2": 1234.5} for i in range(40)]
    solution = solve(province(sites, [{"park_id": "p", "free_ha": 4.938}]), work=10)
    assert (solution.placed, solution.unplaced_bound, str(solution.status)) == (40, 0, "optimal")
    solution = solve(province(sites, [{"park_id": "p", "free_ha": 4.9379999}]), work=10)
    assert (solution.placed, solution.unplaced_bound, str(solution.status)) == (39, 1, "optimal")


def test_a_derived_need_is_the_product_of_the_decimals(province) -> None:
    """3 × 1,234.5 m² × 1.1 = 4,073.85 m²; in floats the product is a hair more than 1,357.95."""
    spec = MatchSpecification.model_validate({"factors": {"land_needed": 1.1}})
    sites = [{"site_id": s, "land_m2": 1234.5} for s in "abc"]
    assert solve(province(sites, [{"park_id": "p", "free_ha": 0.407385}], spec), work=5).placed == 3


def test_weights_are_counted_as_they_are_stated(province) -> None:
    """One firm of 0.126 outweighs the other of 0.1259, though both round to 0.13."""
    sites = [{"site_id": s, "priority": p} for s, p in (("a", 0.1259), ("b", 0.126))]
    problem = province(sites, [{"park_id": "p", "free_ha": 10.0}])
    solution = solve(problem, work=5)
    assert solution.assignment(problem)["site_id"].tolist() == ["b"]
    assert solution.weight_unplaced == solution.weight_unplaced_bound == 0.1259


amounts = st.floats(1e-9, 1e9, allow_subnormal=False) | st.decimals(
    0, 10**9, places=6, allow_nan=False
).map(float)


@settings(max_examples=200, deadline=None)
@given(st.lists(amounts, min_size=1, max_size=8), st.sampled_from([2**12, 2**30, 2**52]), amounts)
def test_rounded_amounts_stay_on_their_side(values, most, limit) -> None:
    stated = fractions(np.array(values))
    scale = Scale.of(stated, most=most)
    room = scale.room(Fraction(repr(limit)))
    exact = Fraction(repr(limit))
    for some in range(1, len(values) + 1):
        total = sum(stated[:some])
        if scale.up[:some].sum() <= room:
            assert total <= exact
        if total <= exact:
            assert scale.down[:some].sum() <= room
            assert not scale.exact or scale.up[:some].sum() <= room
    assert scale.up.sum() <= most + len(values)


def test_a_cost_that_cannot_be_summed_is_said(province) -> None:
    spec = MatchSpecification.model_validate({"weights": {"distance": 1e300}})
    problem = province([{"site_id": "a", "xy": (9, 0)}], [{"park_id": "p", "free_ha": 99.0}], spec)
    with pytest.raises(DataError, match="too large"):
        translate(problem)


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
@pytest.mark.parametrize(
    "raw",
    [
        lambda x: {"limits": {"land_ha_per_year": {2026: x}}},
        lambda x: {"where": {"land": [{"park": "p", "ha": x}]}},
        lambda x: {"weights": {"rent_per_usd_m2": x}},
    ],
)
def test_a_number_without_end_is_no_number(raw, value) -> None:
    with pytest.raises(ValidationError, match="finite"):
        MatchSpecification.model_validate(raw(value))


def test_large_costs_are_counted_in_larger_units(province) -> None:
    spec = MatchSpecification.model_validate(
        {"weights": {"refused_wish": 1.5e13}, "factors": {"detour": 1.0}}
    )
    sites = [{"site_id": s, "xy": (3, 4), "wish_place": "q", "land_m2": 1e4} for s in "ab"]
    solution = solve(province(sites, [{"park_id": "p", "free_ha": 99.0}], spec), work=1)
    assert solution.cost == pytest.approx(2 * (1.5e13 + 5), rel=1e-15)
    assert solution.bound <= solution.cost
    assert solution.gap < 1e-9
