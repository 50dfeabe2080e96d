"""Amounts to the đồng, worked out by hand."""

import datetime as dt

import pytest

from geo_relocation.model.money import SupportOutcome
from geo_relocation.support import catalogue, estimate, gather_firms, parse_parameters
from geo_relocation.testing import layer

DAY = dt.date(2026, 1, 1)
PRICE = '[parameter.land_price_vnd_m2]\nvalue = 3_500_000\nsource = "Bảng giá thử"\n'
OWNER = {
    "land_recovery": "project",
    "rent_mode": "one-off",
    "lease_start": "2000-01-01",
    "lease_end": "2050-01-01",
    "land_m2": 5000.0,
    "production_stop": "full",
    "after_tax_income_mvnd": 1234.567891,
}


def item(policy, given=None, *, parameters="", route=None, day=DAY, names=()):
    """The item of one policy for a firm of which no more than this is known."""
    sites = layer("sites", [{"site_id": "S", **(given or {})}])
    decisions = sites[["site_id"]].assign(route=route, compulsory=None) if route else None
    known = catalogue(names)
    figures = parse_parameters(parameters, known.parameters, policies=frozenset(known.policies))
    firms = gather_firms(sites, as_of=day, decisions=decisions, assumed=figures.assumed)
    found = estimate(firms, [*known.policies.values()], known.parameters, figures)
    return next(one for one in found.items if one.policy.id == policy)


def test_land_is_compensated_for_the_days_that_remain():
    # 18 263 days from 2000-01-01 to 2050-01-01, of which 8 766 remain on 2026-01-01:
    # 3 500 000 × 5 000 × 8 766 / 18 263 = 8 399 770 026.83… (by hand)
    found = item("N01", OWNER, parameters=PRICE)
    assert (found.outcome, found.amount) == (SupportOutcome.COMPUTED, 8_399_770_027)


def test_the_nation_pays_at_most_thirty_per_cent_of_a_year():
    found = item("N05", OWNER)
    assert found.amount == 370_370_367  # 0.3 × 1 234 567 891 = 370 370 367.3
    assert found.ceiling
    given = '[parameter.stability_share]\nvalue = {}\nsource = "QĐ thử"\n'
    below = item("N05", OWNER, parameters=given.format(0.2))
    assert (below.amount, below.ceiling) == (246_913_578, False)  # 246 913 578.2
    assert item("N05", OWNER, parameters=given.format(0.5)).amount == 370_370_367


@pytest.mark.parametrize("route", ["close", "convert", "change-technology"])
def test_who_stops_or_changes_gets_half_a_million_a_square_metre(route):
    given = {"land_m2": 1234.5, "workshop_m2": 800.0}
    assert item("B01", given, route=route).amount == 617_250_000
    on = '[parameter.one_off_m2]\nvalue = "workshop_m2"\nsource = "QĐ thử"\n'
    assert item("B01", given, route=route, parameters=on).amount == 400_000_000
