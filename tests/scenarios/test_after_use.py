"""What becomes of the land that firms leave: known answers by hand, and no hectare lost."""

from __future__ import annotations

import json

import pytest

from geo_relocation.scenarios import after_use_table, compute_indicators, land_after_use
from geo_relocation.standing.new_units import NewUnits
from geo_relocation.standing.units import Districts
from geo_relocation.testing import layer

KNOWN = Districts.of([("725", "Thuận An"), ("724", "Dĩ An")])
UNITS = NewUnits.of([("25966", "Phường An Phú"), ("25978", "Phường Bình Hòa")])
PARKS = layer("parks", [{"park_id": "P", "name": "P"}])
SITES = layer(
    "sites",
    [
        {"site_id": "a", "land_m2": 20_000.0},
        {"site_id": "b", "land_m2": 10_000.0, "old_district": "Dĩ An"},
        {"site_id": "c"},
        {"site_id": "d", "land_m2": 90_000.0},
        {"site_id": "e"},
    ],
)


def finding(site, shares, **more):
    shared = {"run_id": "r", "verdict": "conflict", "reason": "inside-residential"}
    told = None if shares is None else json.dumps(shares)
    return shared | {"site_id": site, "shares": told} | more


FINDINGS = layer(
    "findings",
    [
        finding("a", {"residential": 0.75, "public": 0.25}, city_code="725", unit_code="25966"),
        finding("b", {"green": 0.3, "transport": 0.2}, land_m2=7.0),
        finding("c", {"residential": 1.0}, land_m2=5_000.0, city_code="725"),
        finding("d", {"public": 1.0}, city_code="725"),
        finding("e", None, city_code="724"),
    ],
)
PLAN = layer(
    "assignments",
    [
        {"plan_id": "p", "site_id": site, "park_id": park, "phase": year, "reason": ""}
        for site, park, year in (
            ("a", "P", 2026), ("b", "P", 2027), ("c", "P", 2027), ("d", None, None),
            ("e", "P", 2027),
        )
    ],
)  # fmt: skip


@pytest.fixture
def rows():
    return land_after_use(PLAN, SITES, FINDINGS, KNOWN, UNITS, plan_id="p")


def listed(frame):
    return [tuple(row) for row in frame.to_numpy(dtype=object).tolist()]


def test_hectares_by_use_public_works_first(rows):
    # b lies half in no zone; c states no land, so that which was screened counts; d stays; of e
    # nothing is known, and it is counted without area.
    assert listed(after_use_table(rows)) == [
        ("public", 1, pytest.approx(0.5)),
        ("green", 1, pytest.approx(0.3)),
        ("transport", 1, pytest.approx(0.2)),
        ("residential", 2, pytest.approx(2.0)),
        ("unknown", 2, pytest.approx(0.5)),
    ]


def test_by_city_unit_and_year(rows):
    found = after_use_table(rows, "city_code", "unit_code", "year").astype(object)
    found = found.where(found.notna(), None)
    assert listed(found[found["category"] == "residential"]) == [
        ("residential", "725", "25966", 2026, 1, pytest.approx(1.5)),
        ("residential", "725", None, 2027, 1, pytest.approx(0.5)),
    ]
    assert listed(found[found["category"] == "green"]) == [
        ("green", "724", None, 2027, 1, pytest.approx(0.3))
    ]


def test_the_indicators_say_how_much_and_how_much_for_the_public(rows):
    found = compute_indicators(PLAN, SITES, PARKS, plan_id="p", after_use=rows)
    values = found.set_index("key")["value"]
    assert (values["vacated_ha"], values["vacated_public_ha"]) == (3.5, 1.0)
    unknown = compute_indicators(PLAN, SITES, PARKS, plan_id="p").set_index("key")["value"]
    assert unknown[["vacated_ha", "vacated_public_ha"]].isna().all()


def test_a_plan_that_places_nobody_leaves_no_land():
    nobody = PLAN.assign(park_id=None, phase=None)
    plan = layer("assignments", nobody.to_dict("records"))
    rows = land_after_use(plan, SITES, FINDINGS, KNOWN, UNITS, plan_id="p")
    assert after_use_table(rows, "city_code").empty
