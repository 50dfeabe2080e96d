"""What counts as known, and what is derived."""

from __future__ import annotations

import json

import numpy as np
import pytest

from geo_relocation.assessment.evidence import evidence_registry, gather
from geo_relocation.errors import DataError, UnknownNameError

from .frames import clear, conflict, make_findings, make_sites


def value(key: str, finding: dict[str, object] | None = None, **site: object) -> object:
    findings = (
        []
        if finding is None
        else [{"site_id": "A", "verdict": "clear", "reason": "outside"} | finding]
    )
    table = gather(make_sites([{"site_id": "A"} | site]), make_findings(findings), [key])
    found = table.values[key][0]
    return None if found is None or (isinstance(found, float) and np.isnan(found)) else found


def test_every_label_is_there_in_both_languages():
    for item in evidence_registry().values():
        assert item.vi
        assert item.en
        assert item.kind in ("number", "boolean", "text", "date")


def test_a_missing_value_is_missing_and_not_zero():
    assert value("env_breach") is None
    assert value("workers") is None
    assert value("env_breach", env_breach=False) == 0.0
    assert value("residential_share") is None
    assert value("env_severity") is None
    assert value("env_severity", env_level="none") == 0.0


@pytest.mark.parametrize(
    ("reason", "known"),
    [
        ("location-too-vague", False),
        ("no-location", False),
        ("no-zone", False),
        ("zones-disagree", False),
        ("partial-overlap", True),
        ("residential", True),
    ],
)
def test_share_at_an_uncertain_place_is_not_known(reason, known):
    finding = {"verdict": "check", "reason": reason, "residential_share": 0.6}
    finding["shares"] = json.dumps({"residential": 0.6, "industrial": 0.4})
    assert (value("residential_share", finding) is not None) == known
    assert (value("share_industrial", finding) is not None) == known
    if known:
        assert value("share_green", finding) == 0.0


@pytest.mark.parametrize(
    ("verdict", "reason", "expected"),
    [
        ("conflict", "residential", 1.0),
        ("clear", "outside", 0.0),
        ("check", "too-near-housing", 0.0),
        ("check", "too-near-sensitive", 0.0),
        ("check", "partial-overlap", None),
        ("check", "location-too-vague", None),
    ],
)
def test_residential_verdict(verdict, reason, expected):
    assert value("residential_verdict", {"verdict": verdict, "reason": reason}) == expected


@pytest.mark.parametrize(
    ("distance", "required", "ratio", "shortfall"),
    [
        (80.0, 100.0, 0.8, 20.0),
        (150.0, 100.0, 1.5, -50.0),
        (0.0, 50.0, 0.0, 50.0),
        (None, 100.0, np.inf, -np.inf),
        (80.0, None, None, None),
        (10.0, 0.0, np.inf, -10.0),
    ],
)
def test_environmental_distance(distance, required, ratio, shortfall):
    finding = {"housing_distance_m": distance, "required_distance_m": required}
    assert value("distance_ratio", finding) == ratio
    assert value("distance_shortfall_m", finding) == shortfall


def test_distance_of_a_vague_place_is_not_known():
    finding = {"verdict": "check", "reason": "location-too-vague", "required_distance_m": 100.0}
    assert value("distance_ratio", finding) is None
    assert value("distance_ratio", finding | {"housing_distance_m": 10.0}) is None
    assert value("distance_ratio") is None


def test_city_comes_from_screening_before_the_register():
    assert value("city_code", {"city_code": "724"}, old_district_code="725") == "724"
    assert value("city_code", {}, old_district_code="725") == "725"
    assert value("city_code") is None


def test_whether_a_site_stands_in_a_park_may_be_a_question():
    assert value("in_park", {"in_park": True, "park_id": "song-than-1"}) == 1.0
    assert value("in_park", {"in_park": False}) == 0.0
    assert value("in_park", {"park_probability": 0.09}) is None
    assert value("in_park") is None


def test_two_runs_at_once_are_refused():
    sites = make_sites([{"site_id": "A"}])
    with pytest.raises(DataError, match="more than one row"):
        gather(sites, make_findings([conflict("A"), clear("A")]), ["verdict"])


def test_findings_are_matched_by_site_and_not_by_position():
    sites = make_sites([{"site_id": "A"}, {"site_id": "B"}, {"site_id": "C"}])
    table = gather(
        sites, make_findings([conflict("C", 0.9), conflict("A", 0.7)]), ["residential_share"]
    )
    np.testing.assert_array_equal(table.values["residential_share"], [0.7, np.nan, 0.9])


def test_unknown_evidence():
    with pytest.raises(UnknownNameError, match="smell"):
        gather(make_sites([{"site_id": "A"}]), make_findings([]), ["smell"])
