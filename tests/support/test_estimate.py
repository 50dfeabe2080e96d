"""Amounts to the đồng, worked out by hand; what is lacking; validity on both sides of a date."""

from __future__ import annotations

import datetime as dt

import pytest
from worlds import DAY, OWNER, item, parameters

from geo_relocation.model.money import Payer, SupportOutcome
from geo_relocation.support import catalogue, shipped_sets

STOPPED = OWNER | {"workers": 120, "stop_months": 4.5}
BUILT = {
    "land_recovery": "project",
    "construction_breach": False,
    "rent_mode": "yearly",
    "temporary_permit_expired": False,
    "workshop_m2": 1200.0,
    "workshop_year": 2011,
}
NEW = {"new_build_vnd_m2": 3_200_000, "workshop_life_years": 20}
HOUSEHOLD = {"ownership": "household", "production_stop": "full"}
LOAN = {"supported_interest_rate": 0.035, "loan_years": 2}
TEAM = {"workers": 120}

BY_HAND = [
    # 2000-01-01 to 2050-01-01 has 18 263 days, of which 8 766 remain on 2026-01-01.
    # 3 500 000 × 5 000 × 8 766 ÷ 18 263 = 8 399 770 026.83
    ("N01", OWNER, {"land_price_vnd_m2": 3_500_000}, {}, 8_399_770_027),
    # 950 000 000 × 8 766 ÷ 18 263 = 455 987 515.74
    ("N02", OWNER | {"rent_mode": "yearly", "land_investment_mvnd": 950.0}, {}, {}, 455_987_516),
    # 1 200 × 3 200 000 × (1 − 15/20) × 1.6 = 1 536 000 000
    ("N03", BUILT, NEW | {"building_share": 0.6}, {}, 1_536_000_000),
    # … × 9 would be above a new building: 1 200 × 3 200 000
    ("N03", BUILT, NEW | {"building_share": 8}, {}, 3_840_000_000),
    # older than its life: nothing is left
    ("N03", BUILT | {"workshop_year": 1990}, NEW | {"building_share": 0.6}, {}, 0),
    ("N04", {"land_recovery": "breach", "moving_cost_mvnd": 812.3456785}, {}, {}, 812_345_679),
    # 0.3 × 1 234 567 891 = 370 370 367.3
    ("N05", OWNER, {}, {}, 370_370_367),
    ("N05", OWNER, {"stability_share": 0.2}, {}, 246_913_578),
    ("N05", OWNER, {"stability_share": 0.5}, {}, 370_370_367),
    # 120 × 5 310 000 × 4.5, and never more than six months
    ("N06", STOPPED, {"stoppage_pay_vnd_month": 5_310_000}, {}, 2_867_400_000),
    (
        "N06", STOPPED | {"stop_months": 9.0}, {"stoppage_pay_vnd_month": 5_310_000}, {},
        3_823_200_000,
    ),
    ("N07", {"land_recovery": "term"}, {"other_support_vnd": 75_000_000}, {}, 75_000_000),
    (
        "N08", {"land_recovery": "project", "temporary_permit_expired": True, "workshop_m2": 333.3},
        {"temporary_building_vnd_m2": 150_000}, {}, 49_995_000,
    ),
    ("N10", OWNER | {"land_debt_mvnd": 120.5}, {"land_price_vnd_m2": 3_500_000}, {}, -120_500_000),
    # no more is set off than the land is compensated with: 100 × 5 000 × 8 766 ÷ 18 263
    ("N10", OWNER | {"land_debt_mvnd": 120.5}, {"land_price_vnd_m2": 100}, {}, -239_993),
    (
        "N19", {"moving_cost_mvnd": 640.0}, {"ccn_moving_share": 0.35},
        {"verdict": "conflict", "park": "cluster"}, 224_000_000,
    ),
    ("N22", HOUSEHOLD | TEAM | {"stop_months": 2}, {"stoppage_pay_vnd_month": 6_000_000}, {},
     1_440_000_000),
    # 120 × 5 % × 9 000 000 × 2 months at least
    ("N23", TEAM, {"dismissed_share": 0.05, "wage_vnd_month": 9_000_000, "uninsured_years": 1.25},
     {"route": "relocate"}, 108_000_000),
    # 120 × 5 % × 9 000 000 × half of 1.25
    ("N24", TEAM, {"leaving_share": 0.05, "wage_vnd_month": 9_000_000, "uninsured_years": 1.25},
     {"route": "relocate"}, 33_750_000),
    ("B01", {"land_m2": 1234.5, "workshop_m2": 800.0}, {}, {"route": "close"}, 617_250_000),
    ("B01", {"land_m2": 1234.5, "workshop_m2": 800.0}, {"one_off_m2": '"workshop_m2"'},
     {"route": "convert"}, 400_000_000),
    ("B02", {"land_needed_m2": 4200.0},
     {"rent_share": 0.5, "new_rent_vnd_m2_year": 85_000, "rent_years": 3}, {"route": "relocate"},
     535_500_000),
    ("B03", {"moving_cost_mvnd": 812.0}, {"moving_share": 0.3}, {"route": "relocate"}, 243_600_000),
    ("B04", {"loan_mvnd": 3000.0}, LOAN, {"route": "relocate"}, 210_000_000),
    # 0.0365 × 3 000 × 3 = 328.5: halves go up
    ("B04", {"loan_mvnd": 0.003}, {"supported_interest_rate": 0.0365, "loan_years": 3},
     {"route": "relocate"}, 329),
    ("B05", STOPPED, {"worker_support_vnd_month": 1_500_000}, {"route": "close"}, 810_000_000),
    ("P01", OWNER, {}, {}, 370_370_367),
    ("P01", OWNER | {"production_stop": "temporary"}, {}, {}, 185_185_184),
    ("P02", HOUSEHOLD | {"revenue_mvnd": 100.0}, {}, {}, 2_400_000),
    ("P02", HOUSEHOLD | {"revenue_mvnd": 100.001}, {}, {}, 4_800_000),
    ("K01", {"moving_cost_mvnd": 120.0, "loan_mvnd": 500.0}, LOAN, {"verdict": "conflict"},
     155_000_000),
    ("K01", {"moving_cost_mvnd": 180.0, "loan_mvnd": 500.0}, LOAN, {"verdict": "conflict"},
     200_000_000),
    ("K03", {"ownership": "household"}, {}, {"route": "close"}, 200_000_000),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "firm", "figures", "beside", "amount"), BY_HAND)
def test_amounts_are_those_worked_out_by_hand(policy, firm, figures, beside, amount):
    found = item(policy, firm, figures=parameters(**figures), **beside)
    assert found.outcome is SupportOutcome.COMPUTED, found
    assert found.amount == amount


def test_amounts_of_at_least_twelve_policies_are_known():
    assert len({policy for policy, *_ in BY_HAND}) >= 12


def test_early_hand_over_is_bounded_on_both_sides():
    whole = OWNER | BUILT | {"rent_mode": "one-off", "moving_cost_mvnd": 100.0}
    figures = NEW | {"building_share": 0, "early_handover_factor": 1, "ownership": None}
    del figures["ownership"]
    given = whole | {"ownership": "domestic"}
    # N01 8 399 770 027 (or less) + N03 1 200 × 3 200 000 × 5/20 + N04 100 000 000; N02 is not due
    for price, bonus in ((3_500_000, 200_000_000), (1000, 31_871_998), (0, 31_800_000)):
        found = item("P03", given, figures=parameters(land_price_vnd_m2=price, **figures))
        assert found.amount == bonus
    least = {"land_recovery": "none", "ownership": "domestic"}
    assert item("P03", least, figures=parameters(early_handover_factor=1)).amount == 5_000_000


LACKING = [
    ("N01", {}, {}, {"land_recovery", "rent_mode", "land_origin"}),
    ("N01", {"land_recovery": "project", "land_origin": "state-lease"}, {}, {"rent_mode"}),
    ("N01", {"land_recovery": "project", "land_origin": "unknown"}, {},
     {"rent_mode", "land_origin"}),
    ("N01", OWNER, {}, {"land_price_vnd_m2"}),
    ("N01", {"land_recovery": "project", "land_origin": "owned"}, {},
     {"land_price_vnd_m2", "land_m2", "lease_start", "lease_end"}),
    ("N05", OWNER | {"after_tax_income_mvnd": None}, {}, {"after_tax_income_mvnd"}),
    ("N05", OWNER | {"after_tax_income_mvnd": float("inf")}, {}, {"after_tax_income_mvnd"}),
    ("N06", OWNER, {}, {"workers", "stoppage_pay_vnd_month", "stop_months"}),
    ("N10", OWNER | {"land_debt_mvnd": 1.0}, {}, {"land_price_vnd_m2"}),
    ("N19", {"moving_cost_mvnd": 1.0}, {"verdict": "conflict"}, {"park_kind"}),
    ("B01", {"land_m2": 10.0}, {}, {"route"}),
    ("B01", {}, {"route": "close"}, {"land_m2"}),
    ("B01", {"land_m2": 10.0}, {"route": "undecided"}, {"route"}),
    ("P02", HOUSEHOLD, {}, {"revenue_mvnd"}),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "firm", "beside", "lacking"), LACKING)
def test_what_is_missing_is_named_and_never_taken_as_nought(policy, firm, beside, lacking):
    found = item(policy, firm, **beside)
    assert found.outcome is SupportOutcome.NOT_COMPUTED
    assert (found.amount, set(found.lacking)) == (None, lacking)


REFUSED = [
    ("N01", OWNER | {"rent_mode": "yearly"}),
    ("N01", OWNER | {"rent_mode": "workshop"}),
    ("N01", OWNER | {"rent_mode": None, "land_origin": "sublease"}),
    ("N01", OWNER | {"land_origin": "owned", "rent_mode": "yearly"}),
    ("N01", OWNER | {"land_recovery": "breach"}),
    ("N01", OWNER | {"land_recovery": "term"}),
    ("N01", {"land_recovery": "none"}),
    ("N02", OWNER),
    ("N03", BUILT | {"construction_breach": True}),
    ("N05", STOPPED | {"rent_mode": "yearly"}),
    ("N05", OWNER | {"production_stop": "none"}),
    ("N06", STOPPED | {"rent_mode": "workshop"}),
    ("P02", {"ownership": "fdi"}),
]


@pytest.mark.parametrize(("policy", "firm"), REFUSED)
def test_who_does_not_qualify_gets_nothing_and_is_told_why(policy, firm):
    found = item(policy, firm)
    assert found.outcome is SupportOutcome.NOT_APPLICABLE
    assert (found.amount, found.counted) == (None, 0)
    assert str(found.reason)


def test_where_the_law_does_not_say_nothing_is_computed():
    danger = item("N01", OWNER | {"land_recovery": "pollution"})
    loss = item("N05", OWNER | {"after_tax_income_mvnd": -5.0})
    no_term = item(
        "N01", OWNER | {"lease_end": "2000-01-01"}, figures=parameters(land_price_vnd_m2=1)
    )
    backwards = item(
        "N01", OWNER | {"lease_start": "2051-01-01"}, figures=parameters(land_price_vnd_m2=1)
    )
    no_level = item("H01", route="relocate")
    for found in (danger, loss, no_term, backwards, no_level):
        assert found.outcome is SupportOutcome.NOT_COMPUTED
        assert (found.amount, found.lacking) == (None, ())
        assert str(found.reason)


VALIDITY = [
    ("N01", dt.date(2024, 7, 31), dt.date(2024, 8, 1)),
    ("N07", dt.date(2025, 12, 31), dt.date(2026, 1, 1)),
    ("N11", dt.date(2026, 1, 30), dt.date(2026, 1, 31)),
    ("N26", dt.date(2011, 2, 14), dt.date(2011, 2, 15)),
    ("N26", dt.date(2018, 1, 1), dt.date(2017, 12, 31)),
]


@pytest.mark.parametrize(("policy", "without", "within"), VALIDITY)
def test_a_policy_holds_from_its_first_day_to_its_last(policy, without, within):
    firm = OWNER | {"workers": 10}
    figures = parameters(
        land_price_vnd_m2=1000, other_support_vnd=1, retrained_share=0.5, training_months=3
    )
    given = {"figures": figures, "route": "relocate"}
    assert item(policy, firm, day=without, **given).outcome is SupportOutcome.NOT_APPLICABLE
    due = item(policy, firm, day=within, **given)
    assert due.outcome in (SupportOutcome.COMPUTED, SupportOutcome.IN_KIND)
    if policy == "N26":
        assert due.amount == 7_500_000  # 500 000 × 10 × 0.5 × 3


def test_a_condition_that_asks_about_a_policy_sees_its_validity():
    assert item("N05", OWNER, day=dt.date(2024, 7, 31)).outcome is SupportOutcome.NOT_APPLICABLE


def test_parameters_hold_for_a_city_and_for_a_time():
    dated = parameters(land_price_vnd_m2=100) + "\nvalid_from = 2026-01-01\nvalid_to = 2026-12-31\n"
    for day, known in (
        (dt.date(2025, 12, 31), False),
        (dt.date(2026, 1, 1), True),
        (dt.date(2026, 12, 31), True),
        (dt.date(2027, 1, 1), False),
    ):
        found = item("N01", OWNER, figures=dated, day=day)
        assert (found.outcome is SupportOutcome.COMPUTED) == known


def test_the_ceiling_of_the_law_is_marked_until_a_level_is_set():
    assert item("N05", OWNER).ceiling
    assert not item("N05", OWNER, figures=parameters(stability_share=0.2)).ceiling


def test_evidence_may_be_assumed_openly_and_only_where_it_is_missing():
    told = '[assume.land_recovery]\nvalue = "project"\nsource = "Giả định thử"\n'
    told += '[assume.land_m2]\nvalue = 7\nsource = "Giả định thử"\n'
    figures = told + parameters(land_price_vnd_m2=1_000_000)
    known = OWNER | {"land_recovery": None}
    # 1 000 000 × 5 000 × 8 766 ÷ 18 263: the register's land, not the assumed
    found = item("N01", known, figures=figures)
    assert (found.amount, found.firm.assumed) == (2_399_934_293, {"land_recovery"})
    bare = item("N01", known | {"land_m2": None}, figures=figures)
    assert bare.amount == 3_359_908  # 1 000 000 × 7 × 8 766 ÷ 18 263 = 3 359 908.01
    assert {f.name: str(f.source) for f in bare.figures}["land_m2"] == "Giả định thử"


def test_who_pays_may_be_said_otherwise():
    assert item("N05", OWNER).payer is Payer.FINANCE
    assert item("N05", OWNER, figures='[payer]\nN05 = "labour"\n').payer is Payer.LABOUR


def test_by_default_the_law_and_the_proposals_are_worked_out_and_nothing_that_is_unsure():
    chosen = catalogue().chosen
    known = catalogue().policies
    assert {known[name].set_id for name in chosen} == {"national", "binh-duong"}
    assert not {"N14", "N27", "B07"} & set(chosen)
    assert "N14" in catalogue(["N14"]).chosen
    unsure = {name for name in chosen if "[?]" in known[name].certainty}
    assert unsure == {"N19"}, "its first day alone was not checked; the page shows the mark"
    assert {known[f"B0{n}"].status.value for n in range(1, 7)} == {"proposed"}
    # P01 stands in place of N05.
    assert "N05" not in catalogue(["national", "P01"]).chosen


def test_all_that_was_collected_is_carried():
    ids = [policy.id for one in shipped_sets().values() for policy in one.policies]
    groups = {letter: sum(name[0] == letter for name in ids) for letter in "NPBDKHCE"}
    assert groups == {"N": 27, "P": 5, "B": 7, "D": 2, "K": 3, "H": 3, "C": 2, "E": 1}
    assert DAY < dt.date(2026, 1, 31) == catalogue().policies["N11"].valid_from
