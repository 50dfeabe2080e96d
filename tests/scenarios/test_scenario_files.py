"""Scenario files: all mistakes at once, and the shipped ones are good."""

from __future__ import annotations

import pytest

from geo_relocation.errors import ScenarioError, UnknownNameError
from geo_relocation.scenarios import load_shipped, parse_scenario, shipped_scenarios

BAD = """
id = "Not An Id"
phases = [2027, 2026]
[who]
verdict = ["conflict"]
[where]
parks = ["nowhere"]
assumed_free_share = 1.5
[limits]
moves_per_year = { 2030 = 5 }
[weights]
refused_wish = -1
[[locks]]
site = "ghost"
park = "p"
[[exclusions]]
site = "ghost"
park = "p"
"""


def test_all_mistakes_are_reported_at_once():
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(BAD, known_parks={"p"}, known_sites={"s"})
    listed = "\n".join(caught.value.mistakes)
    for part in (
        "id:",
        "title:",
        "who.verdict:",
        "assumed_free_share",
        "refused_wish",
        "phases: the years must ascend",
        "there is no park 'nowhere'",
        "there is no site 'ghost'",
    ):
        assert part in listed


def test_contradictions_are_found_where_every_field_is_good():
    text = """
id = "x"
title = "X"
phases = [2026]
[limits]
moves_per_year = { 2030 = 5 }
[where]
parks = ["p"]
exclude_parks = ["p"]
[[locks]]
site = "s"
park = "p"
phase = 2031
[[locks]]
site = "s"
park = "q"
[[exclusions]]
site = "s"
"""
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text)
    listed = "\n".join(caught.value.mistakes)
    for part in (
        "2030 is not a phase",
        "locked twice",
        "2031",
        "locked and excluded",
        "both named",
    ):
        assert part in listed


def test_text_that_is_not_toml_says_so():
    with pytest.raises(ScenarioError, match="not valid TOML"):
        parse_scenario("id = ")


def test_the_shipped_scenarios_are_good_and_found_by_id():
    assert {"default", "by-year"} <= set(shipped_scenarios())
    default = load_shipped("default")
    assert default.match.phases == (2026,)
    assert default.where.assumed_free_share == 0.2
    with pytest.raises(UnknownNameError, match="by-year"):
        load_shipped("nothing")
