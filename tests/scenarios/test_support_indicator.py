"""The budget of a plan as an indicator: what can be computed, and for how many firms it cannot."""

from __future__ import annotations

import numpy as np

from geo_relocation.scenarios import compute_indicators
from geo_relocation.support import NONE_GIVEN, catalogue, estimate, gather_firms
from geo_relocation.testing import layer

STOPS = {"land_recovery": "project", "rent_mode": "one-off", "production_stop": "full"}
SITES = layer(
    "sites",
    [
        STOPS | {"site_id": "a", "after_tax_income_mvnd": 4000.0},
        STOPS | {"site_id": "b", "after_tax_income_mvnd": 500.5},
        STOPS | {"site_id": "c"},
        STOPS | {"site_id": "d", "after_tax_income_mvnd": 70.0},
    ],
)
PARKS = layer("parks", [{"park_id": "P", "name": "P"}])
PLAN = layer(
    "assignments",
    [
        {"plan_id": "p", "site_id": site, "park_id": park, "phase": year, "reason": ""}
        for site, park, year in (
            ("a", "P", 2026), ("b", "P", 2027), ("c", "P", 2027), ("d", None, None),
        )
    ],
)  # fmt: skip


def indicators(support):
    found = compute_indicators(PLAN, SITES, PARKS, plan_id="p", support=support)
    return found.set_index("key")["value"]


def test_what_can_be_computed_is_added_up_and_the_rest_is_counted():
    known = catalogue(["N05"])
    made = estimate(gather_firms(SITES, plan=PLAN, parks=PARKS), known, NONE_GIVEN)
    found = indicators(made)
    assert found["support_bvnd"] == 1.35015  # 0.3 × (4 000 + 500.5) million; d is not placed
    assert found["support_unknown"] == 1
    assert made.by_year_and_payer() == {
        "2026": {"finance": 1_200_000_000}, "2027": {"finance": 150_150_000},
    }  # fmt: skip


def test_where_nothing_can_be_computed_the_sum_is_unknown_not_nought():
    made = estimate(gather_firms(SITES, plan=PLAN, parks=PARKS), catalogue(["N01"]), NONE_GIVEN)
    found = indicators(made)
    assert np.isnan(found["support_bvnd"])
    assert found["support_unknown"] == 3
    assert np.isnan(indicators(None)["support_unknown"])
