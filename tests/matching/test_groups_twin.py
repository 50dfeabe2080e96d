"""Rules on groups against every plan of a tiny world tried, written anew from the numbers."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from geo_relocation.errors import ConflictingLocksError, ImpossibleRuleError
from geo_relocation.matching import MatchSpecification, solve
from geo_relocation.matching.verify import verify

SECTORS = ("16", "25")


def world(seed):
    """Up to five firms and three parks on a line, whole hectares, one year, one or two rules."""
    rng = np.random.default_rng(seed)
    sites = [
        {"site_id": f"s{i}", "vsic": str(rng.choice(SECTORS)), "xy": (int(rng.integers(0, 30)), 0),
         "land_m2": 10_000.0 * int(rng.integers(1, 4)), "workers": int(rng.integers(1, 20))}
        for i in range(int(rng.integers(2, 6)))
    ]  # fmt: skip
    parks = [
        {"park_id": f"p{j}", "name": f"Khu {j}", "xy": (int(rng.integers(0, 60)), 0),
         "kind": str(rng.choice(["cluster", "industrial_park"])),
         "free_ha": float(rng.integers(1, 9))}
        for j in range(int(rng.integers(1, 4)))
    ]  # fmt: skip
    rules = []
    for _ in range(int(rng.integers(1, 3))):
        kind = str(rng.choice(["must", "prefer", "never"]))
        firms = [{"sectors": ["16"]}, {"workers": {"min": 10}}, {"sites": ["s0", "s1"]}]
        named = [["cluster"], ["p0"], [park["park_id"] for park in parks][:2]]
        rule = {"kind": kind, "firms": firms[rng.integers(3)], "parks": named[rng.integers(3)]}
        rules.append(rule | ({"price_km": int(rng.integers(1, 40))} if kind == "prefer" else {}))
    return sites, parks, rules


def means(rule, site):
    asked = rule["firms"]
    if "sectors" in asked:
        return site["vsic"] == "16"
    return site["site_id"] in asked["sites"] if "sites" in asked else site["workers"] >= 10


def names(rule, park):
    return park["park_id"] in rule["parks"] or park["kind"] in rule["parks"]


def lacks_land(rule, sites, parks):
    """Whether a rule that says must asks for more hectares than its parks have."""
    land = sum(park["free_ha"] for park in parks if names(rule, park))
    need = sum(site["land_m2"] / 10_000 for site in sites if means(rule, site))
    return rule["kind"] == "must" and need > land


def choices(site, parks, rules):
    """Parks that a firm may go to alone, with what each costs; none at all where it may stay."""
    mine, about = {}, [rule for rule in rules if means(rule, site)]
    for park in parks:
        kept_out = any(
            rule["kind"] != "prefer" and names(rule, park) != (rule["kind"] == "must")
            for rule in about
        )
        if not kept_out and site["land_m2"] / 10_000 <= park["free_ha"]:
            missed = [r["price_km"] for r in about if "price_km" in r and not names(r, park)]
            mine[park["park_id"]] = abs(site["xy"][0] - park["xy"][0]) + sum(missed)
    demanded = bool(mine) and any(rule["kind"] == "must" for rule in about)
    return list(mine.items()) + ([] if demanded else [(None, 0)])


def best(sites, parks, rules):
    """Fewest left out, then the least cost; None where what must be cannot be."""
    if any(lacks_land(rule, sites, parks) for rule in rules):
        return None
    options = [choices(site, parks, rules) for site in sites]
    found = (math.inf, math.inf)
    for plan in itertools.product(*options):
        used = dict.fromkeys((park["park_id"] for park in parks), 0.0)
        for site, (park, _) in zip(sites, plan, strict=True):
            if park is not None:
                used[park] += site["land_m2"] / 10_000
        if all(used[park["park_id"]] <= park["free_ha"] for park in parks):
            left = sum(park is None for park, _ in plan)
            found = min(found, (left, sum(cost for _, cost in plan)))
    return None if math.isinf(found[0]) else found


@pytest.mark.parametrize("first", range(0, 80, 20))
def test_no_plan_that_keeps_the_rules_is_better(province, first) -> None:
    for seed in range(first, first + 20):
        sites, parks, rules = world(seed)
        specification = MatchSpecification.model_validate(
            {"phases": [2026], "factors": {"detour": 1.0}, "rules": rules,
             "weights": {"rent_per_usd_m2": 0.0}}
        )  # fmt: skip
        problem = province(sites, parks, specification)
        expected = best(sites, parks, rules)
        if expected is None:
            with pytest.raises((ImpossibleRuleError, ConflictingLocksError)):
                solve(problem, work=1)
            continue
        solution = solve(problem, work=1)
        assert verify(problem, solution.assignment(problem)) == [], seed
        assert (solution.unplaced, solution.cost) == (expected[0], pytest.approx(expected[1])), seed


def test_the_worlds_hold_every_outcome() -> None:
    outcomes = [best(*world(seed)) for seed in range(80)]
    assert sum(one is None for one in outcomes) > 10
    assert sum(one is not None and one[0] > 0 for one in outcomes) > 10
    assert sum(one is not None and one[0] == 0 for one in outcomes) > 10
