"""The assertions that users share fail where they should, and their examples run."""

from __future__ import annotations

import doctest
import math

import pandas as pd
import pytest

from geo_relocation import testing
from geo_relocation.errors import SchemaError
from geo_relocation.matching import MatchSpecification
from geo_relocation.testing import (
    assert_layers_equal,
    assert_plan_valid,
    at,
    layer,
    small_province,
)


def test_the_examples_hold():
    assert doctest.testmod(testing).attempted > 0
    assert doctest.testmod(testing).failed == 0


def changed(frame, column, value):
    other = frame.copy()
    other.loc[1, column] = value
    return other


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("land_m2", math.nextafter(10_000.0, 0.0)),
        ("land_m2", math.nan),
        ("name", "Xưởng 1 "),
        ("geometry", at(0.1).buffer(50.0000001)),
        ("geometry", None),
    ],
)
def test_layers_that_differ_by_the_last_bit_are_not_equal(column, value):
    sites = small_province().frames["sites"]
    assert_layers_equal(sites.copy(), sites)
    with pytest.raises(AssertionError, match="sites"):
        assert_layers_equal(changed(sites, column, value), sites, name="sites")
    with pytest.raises(AssertionError):
        assert_layers_equal(sites.to_crs(32648), sites)
    with pytest.raises(AssertionError):
        assert_layers_equal(sites.iloc[::-1].reset_index(drop=True), sites)


def test_a_plan_that_breaks_a_rule_is_not_valid():
    world = small_province(firms=3, land_ha=2.0)
    specification = MatchSpecification(phases=(2026,))
    rows = [("S00", "P", 2026), ("S01", "P", 2026), ("S02", "P", 2026)]
    plan = pd.DataFrame(rows, columns=["site_id", "park_id", "phase"])
    assert_plan_valid(world.layers, specification, plan.iloc[:2])
    with pytest.raises(AssertionError, match="P"):
        assert_plan_valid(world.layers, specification, plan)


def test_a_row_that_does_not_fit_the_dictionary_is_refused():
    with pytest.raises(SchemaError):
        layer("sites", [{"site_id": "S", "nothing_of_the_kind": 1}])
