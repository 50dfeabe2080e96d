"""Budgets by firm, year and payer agree with what each firm is told, year by year."""

from __future__ import annotations

import numpy as np
from worlds import OWNER, parameters

from geo_relocation.model.enums import ParkKind
from geo_relocation.model.money import Payer, SupportOutcome
from geo_relocation.support import catalogue, gather_firms, parse_parameters, support_budget
from geo_relocation.support.estimate import estimate
from geo_relocation.testing import layer

SITES = layer(
    "sites",
    [
        OWNER | {"site_id": "a", "lease_end": "2028-01-01"},
        OWNER | {"site_id": "b", "moving_cost_mvnd": 40.0, "workers": 8, "stop_months": 2.0},
        {"site_id": "c"},
    ],
)
FIGURES = parameters(
    land_price_vnd_m2=2_000_000, stoppage_pay_vnd_month=5_000_000, ccn_moving_share=0.5
)
FINDINGS = SITES[["site_id"]].assign(verdict="conflict", in_park=False)


def worked_out(names, **given):
    known = catalogue(names)
    read = parse_parameters(FIGURES, known.parameters, policies=frozenset(known.policies))
    return support_budget(SITES, (2026, 2027, 2028), known, read, **given)


def paid(budget, site, year, payer):
    return budget.dong[
        budget.site_ids.index(site), budget.years.index(year), budget.payers.index(payer)
    ]


def test_a_lease_that_runs_out_costs_less_each_year_and_in_the_end_nothing():
    budget = worked_out(["N01"])
    # 2000-01-01 to 2028-01-01 has 10 227 days; on 1 July 549, 184 and none remain.
    # 2 000 000 × 5 000 × 549 ÷ 10 227 = 536 814 315.04, × 184 = 179 915 908.87
    assert [paid(budget, "a", year, Payer.DISTRICT) for year in budget.years] == [
        536_814_315, 179_915_909, 0,
    ]  # fmt: skip
    district = budget.unknown[:, :, budget.payers.index(Payer.DISTRICT)]
    assert district.tolist() == [[0, 0, 0], [0, 0, 0], [1, 1, 1]]
    assert budget.unknown.sum() == district.sum()


def test_each_payer_has_its_own_column_and_employers_none():
    budget = worked_out(["N05", "N06", "N22"])
    assert Payer.EMPLOYER not in budget.payers
    assert paid(budget, "b", 2027, Payer.LABOUR) == 80_000_000  # 8 × 5 000 000 × 2
    assert paid(budget, "b", 2027, Payer.FINANCE) == 370_370_367
    assert budget.dong[budget.site_ids.index("b"), 1].sum() == 450_370_367


def test_the_kind_of_the_new_place_counts_where_it_is_known():
    for kind, amount, unknown in (
        (None, 0, 1),
        (ParkKind.INDUSTRIAL_PARK, 0, 0),
        (ParkKind.CLUSTER, 20_000_000, 0),
    ):
        budget = worked_out(["N19"], findings=FINDINGS, park_kind=kind)
        assert paid(budget, "b", 2026, Payer.INDUSTRY) == amount
        assert budget.unknown[1, 0].sum() == unknown


def test_the_table_is_what_the_estimate_of_a_plan_comes_to():
    known = catalogue()
    read = parse_parameters(FIGURES, known.parameters, policies=frozenset(known.policies))
    given = {"findings": FINDINGS}
    budget = support_budget(
        SITES, (2026, 2027, 2028), known, read, park_kind=ParkKind.CLUSTER, **given
    )
    moves = {"a": 2027, "b": 2028, "c": 2026}
    plan = SITES[["site_id"]].assign(park_id="P", phase=list(moves.values()))
    parks = layer("parks", [{"park_id": "P", "name": "P", "kind": "cluster"}])
    found = estimate(gather_firms(SITES, plan=plan, parks=parks, **given), known, read)
    chosen = np.array([budget.years.index(year) for year in moves.values()])
    by_firm = budget.dong[np.arange(3), chosen]
    assert found.total == by_firm.sum() > 0
    assert found.sums("payer") == {
        payer.value: int(amount)
        for payer, amount in sorted(zip(budget.payers, by_firm.sum(axis=0), strict=True))
        if amount
    }
    unknown = [one for one in found.items if one.outcome is SupportOutcome.NOT_COMPUTED]
    lacking = [one for one in unknown if one.payer is not Payer.EMPLOYER]
    assert len(lacking) == budget.unknown[np.arange(3), chosen].sum() > 0
