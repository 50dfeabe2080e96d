"""Indicators: known answers, versions, and totals that agree with the plan."""

from __future__ import annotations

import pandas as pd
import pytest

from geo_relocation.errors import DataError
from geo_relocation.scenarios import REGISTRY, compare, compute_indicators
from geo_relocation.testing import layer

SITES = layer(
    "sites",
    [
        {"site_id": "a", "workers": 10, "wish_place": "q;r", "vsic": "C16210"},
        {"site_id": "b", "workers": 30, "wish_place": "q;p", "vsic": "10"},
        {"site_id": "c", "workers": None},
        {"site_id": "d", "workers": 5, "wish_place": "q", "vsic": "10"},
    ],
)
PARKS = layer("parks", [{"park_id": "p", "name": "P", "rent_usd_m2": 50.0}])


def assignments(plan_id, **parks):
    rows = [
        {
            "plan_id": plan_id,
            "site_id": site,
            "park_id": park,
            "phase": 2026 if park else None,
            "land_m2": 20_000.0 if park else None,
            "distance_km": km,
            "cost_km": km,
            "reason": "",
        }
        for site, (park, km) in parks.items()
    ]
    return layer("assignments", rows)


ONE = assignments("one", a=("p", 4.0), b=("p", 8.0), c=("p", 6.0), d=(None, None))
BEFORE = assignments("old", a=("p", 4.0), b=("q", 8.0), c=(None, None))
TWO = assignments("two", a=("p", 4.0), b=(None, None), c=("p", 6.0), d=(None, None))


def values(frame, plan_id):
    table = compute_indicators(frame, SITES, PARKS, plan_id=plan_id)
    assert list(table["key"]) == [one.key for one in REGISTRY]
    return dict(zip(table["key"], table["value"], strict=True))


def test_known_answers():
    found = values(ONE, "one")
    assert (found["placed"], found["unplaced"], found["placed_share"]) == (3, 1, 0.75)
    assert (found["land_ha"], found["distance_km"], found["distance_mean_km"]) == (6, 18, 6)
    # (10 × 4 + 30 × 8) / 40: the firm whose workers are not known has no weight.
    assert found["distance_worker_km"] == 7.0
    assert (found["workers"], found["workers_left_out"]) == (40, 5)
    assert (found["wishes_refused"], found["rent_musd"], found["parks_used"]) == (1, 3.0, 1)


def test_counts_do_not_depend_on_what_the_scenario_charges():
    special = PARKS.assign(specialisation="16;31")
    table = compute_indicators(ONE, SITES, special, plan_id="one", approved=BEFORE)
    found = dict(zip(table["key"], table["value"], strict=True))
    # Two firms are of another sector than wood and furniture, or of none that is known; one had
    # another park before, and one none.
    assert (found["wrong_specialisation"], found["wishes_refused"], found["changed"]) == (2, 1, 1)
    assert values(ONE, "one")["changed"] == 0


def test_a_plan_of_nobody_has_counts_of_zero_and_no_means():
    empty = assignments("none", d=(None, None))
    found = values(empty, "none")
    assert (found["placed"], found["cost_km"]) == (0, 0)
    assert pd.isna(found["distance_mean_km"])


def plans(**gaps):
    """Rows of plans: two placed and two left out, proven but for a gap of the cost."""
    return pd.DataFrame(
        [
            {"plan_id": plan, "placed": 2, "unplaced": 2, "unplaced_bound": 2, "cost": 30.0,
             "bound": 30.0 * (1 - gap), "gap": gap}
            for plan, gap in gaps.items()
        ]
    )  # fmt: skip


def tables():
    return pd.concat(
        compute_indicators(f, SITES, PARKS, plan_id=p) for p, f in (("one", ONE), ("two", TWO))
    )


def test_comparison_names_the_plan_that_is_better_beyond_what_is_proven():
    found = compare(plans(one=0.0, two=0.0), tables(), {})
    best = dict(zip(found.indicators["key"], found.indicators["best"], strict=True))
    assert (best["placed"], best["distance_km"], best["wishes_refused"]) == ("one", "two", "")
    # A gap as wide as the difference leaves nothing to be said of figures that are not proven.
    wide = compare(plans(one=0.9, two=0.9), tables(), {})
    said = wide.indicators.set_index("key")
    assert (said.loc["distance_km", "best"], said.loc["distance_km", "distinguishable"]) == (
        "",
        False,
    )
    assert said.loc["placed", "best"] == "one"
    alike = compare(plans(one=0.0, two=0.0), tables(), {}, questions={"one": "q", "two": "q"})
    assert not alike.indicators["distinguishable"].any()
    assert not alike.indicators["best"].any()


def test_values_of_different_formulas_are_not_compared():
    old = compute_indicators(ONE, SITES, PARKS, plan_id="one").assign(version=0)
    new = compute_indicators(TWO, SITES, PARKS, plan_id="two")
    with pytest.raises(DataError, match="different versions"):
        compare(plans(one=0.0, two=0.0), pd.concat([old, new]), {})


def test_every_indicator_is_named_in_both_languages_and_once():
    assert len({one.key for one in REGISTRY}) == len(REGISTRY)
    assert all(one.label("vi") and one.label("en") and one.formula for one in REGISTRY)
