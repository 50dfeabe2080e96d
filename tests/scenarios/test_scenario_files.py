"""Scenario files: all mistakes at once, and the shipped ones are good."""

from __future__ import annotations

import pytest

from geo_relocation.errors import ScenarioError, UnknownNameError
from geo_relocation.scenarios import load_shipped, parse_scenario, shipped_scenarios
from geo_relocation.standing.units import Districts

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
    listed = "\n".join(map(str, caught.value.mistakes))
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
    listed = "\n".join(map(str, caught.value.mistakes))
    for part in (
        "2030 is not a phase",
        "locked twice",
        "2031",
        "locked and excluded",
        "both named",
    ):
        assert part in listed


LAND = 'id = "x"\ntitle = "X"\n[where]\nland = [{}]\n'


@pytest.mark.parametrize(
    ("phases", "steps", "twice"),
    [
        ("", [("P1", 5, 2027), ("P1", 9, 2027)], "'P1' from 2027"),
        ("", [("P1", 5, None), ("P1", 9, None)], "'P1' from the first year"),
        ("phases = [2026, 2027]", [("P1", 5, None), ("P1", 9, 2026)], "'P1' from 2026"),
        ("", [("P1", 5, 2027), ("KCN Một", 9, 2027)], "'P1' from 2027"),
        ("", [("P1", 5, 2027), ("P1", 9, 2028), ("P2", 5, 2027)], None),
        ("phases = [2026, 2027]", [("P1", 5, None), ("P1", 9, 2027)], None),
    ],
)
def test_the_land_of_a_park_in_a_year_is_stated_once(phases, steps, twice):
    rows = [
        f'{{ park = "{park}", ha = {ha}' + (f", from_year = {year} }}" if year else " }")
        for park, ha, year in steps
    ]
    text = f"{phases}\n" + LAND.format(", ".join(rows))
    known = {"P1": "KCN Một", "P2": "KCN Hai"}
    if twice is None:
        assert len(parse_scenario(text, known_parks=known).where.land) == len(steps)
        return
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text, known_parks=known)
    (mistake,) = map(str, caught.value.mistakes)
    assert twice in mistake
    assert "stated twice" in mistake


NAMES = """
id = "x"
title = "X"
[who]
cities = ["TP. Thuận An", "DĨ AN", "{city}"]
where = {{ ownership = ["private"], colour = "red" }}
[where]
parks = ["KCN Mỹ Phước", "my phuoc 3", "{park}"]
opens = {{ "cụm An Tây" = 2028 }}
land = [{{ park = "C1", ha = 5 }}]
[[locks]]
site = "s"
park = "ccn an tay"
[[exclusions]]
site = "s"
park = "KCN Mỹ Phước 3"
"""
PARKS = {"P1": "KCN Mỹ Phước", "P3": "KCN Mỹ Phước 3", "C1": "CCN An Tây", "P9": "KCN An Tây"}
DISTRICTS = Districts.of([("725", "Thành phố Thuận An"), ("724", "Thành phố Dĩ An")])


def parsed(text):
    return parse_scenario(text, known_parks=PARKS, known_sites={"s"}, known_districts=DISTRICTS)


def test_cities_and_parks_are_named_as_people_name_them():
    text = NAMES.format(city="725", park="p3")
    text = text.replace('"private"], colour = "red"', '"fdi"]').replace("cụm An Tây", "CCN An Tây")
    made = parsed(text)
    assert made.who.cities == ("725", "724", "725")
    assert made.where.parks == ("P1", "P3", "P3")
    assert made.where.opens == {"C1": 2028}
    assert (made.locks[0].park, made.exclusions[0].park) == ("C1", "P3")


def test_every_unknown_name_is_told_with_those_that_there_are():
    with pytest.raises(ScenarioError) as caught:
        parsed(NAMES.format(city="Phường Thuận An", park="KCN Sóng Thần"))
    listed = "\n".join(map(str, caught.value.mistakes))
    for part in (
        "there is no city 'Phường Thuận An' (known: Thành phố Dĩ An (724), Thành phố Thuận An",
        "there is no park 'KCN Sóng Thần' (known: C1 CCN An Tây, P1 KCN Mỹ Phước",
        "'cụm An Tây' may be any of C1, P9",
        "ownership is never 'private' (known: domestic",
        "named 'colour'",
    ):
        assert part in listed, part


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("phases = []", "phases: the list is empty"),
        ("[who]\nverdicts = []", "who.verdicts: the list is empty"),
        ("[who]\nroutes = []", "who.routes: the list is empty"),
        ('[who]\nroutes = []\nverdicts = ["check"]', None),
    ],
)
def test_an_empty_list_is_not_taken_for_nobody(text, words):
    text = f'id = "x"\ntitle = "X"\n{text}'
    if words is None:
        assert parse_scenario(text).who.routes == ()
        return
    with pytest.raises(ScenarioError, match=words):
        parse_scenario(text)


def test_text_that_is_not_toml_says_so():
    with pytest.raises(ScenarioError, match="not valid TOML"):
        parse_scenario("id = ")


def test_the_shipped_scenarios_are_good_and_found_by_id():
    assert {"default", "by-year", "by-conflict"} <= set(shipped_scenarios())
    default = load_shipped("default")
    # What the default leaves out is what holds when a plan is made.
    assert not {"phases", "who"} & default.match.model_fields_set
    assert "batches" not in default.match.limits.model_fields_set
    assert load_shipped("by-conflict").phases == (2026,)
    assert load_shipped("by-conflict").who.verdicts == ("conflict",)
    assert default.where.assumed_free_share == 0.2
    with pytest.raises(UnknownNameError, match="by-year"):
        load_shipped("nothing")
