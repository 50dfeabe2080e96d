"""A scenario written out for a planner says of every field what it is, and reads as it was."""

import re
import tomllib
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from geo_relocation.model.toml import toml_value
from geo_relocation.scenarios import (
    Scenario,
    parse_scenario,
    scenario_template,
    shipped_scenarios,
)
from geo_relocation.scenarios.meanings import MEANINGS

FULL = """
id = "day-du"
title = "Có \\"ngoặc\\" \\\\ và # dấu"
phases = [2026, 2027]
[who]
verdicts = ["conflict", "check"]
where = { ownership = ["domestic"], workers = 5 }
workers = { max = 10 }
[where]
parks = ["P1"]
land = [{ park = "P1", ha = 5.5, from_year = 2027, source = "QĐ 1" }]
opens = { "KCN Một" = 2027 }
[limits]
wastewater = false
batches = { 1 = 2026, "đợt 2" = 2027 }
moves_per_year = { 2026 = 3 }
[effort]
work = 3
[[locks]]
site = "s"
phase = 2027
[[locks]]
site = "t"
park = "P1"
[[exclusions]]
site = "u"
[[rules]]
kind = "must"
firms = { sectors = ["16"], land_m2 = { min = 5 } }
parks = ["CCN"]
"""
ALL = [*shipped_scenarios().values(), parse_scenario(FULL)]
WHOLE = [scenario for scenario in ALL if not scenario.extends]


def paths(model, before=""):
    """Every field of a model and of those that it consists of, by dotted name."""
    for name, field in model.model_fields.items():
        yield f"{before}{name}"
        for part in (field.annotation, *get_args(field.annotation)):
            inside = isinstance(part, type) and issubclass(part, BaseModel)
            if inside and before == "":
                yield from paths(part, f"{name}.")


def test_every_field_of_a_scenario_is_described_and_nothing_else():
    assert set(MEANINGS) == set(paths(Scenario))


@pytest.mark.parametrize("scenario", ALL, ids=lambda one: one.id)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_is_written_reads_as_it_was(scenario, language):
    again = parse_scenario(scenario_template(scenario, language))
    assert again == scenario
    stated = scenario.model_dump(exclude_unset=True)
    written = again.model_dump(exclude_unset=True)
    assert {key: one for key, one in written.items() if one != {}} == stated


@pytest.mark.parametrize("scenario", WHOLE, ids=lambda one: one.id)
def test_every_field_that_is_not_set_can_be_set_by_taking_its_sign_away(scenario):
    lines = scenario_template(scenario, "vi").splitlines()
    places = [i for i, line in enumerate(lines) if re.match(r"# [a-z_0-9]+ = ", line)]
    header, tried = "", 0
    for i, line in enumerate(lines):
        if re.match(r"(# )?\[", line):
            header = line
        # Years that are set besides would contradict those of the example.
        clash = line.startswith("# phases") and scenario.limits.moves_per_year
        if i not in places or header.startswith("# ") or clash:
            continue
        tried += 1
        text = "\n".join([*lines[:i], line.removeprefix("# "), *lines[i + 1 :]])
        changed = parse_scenario(text)
        if "# ví dụ" not in line:
            assert changed == scenario, line
    assert tried > 10


def test_decisions_on_single_firms_can_be_set_as_well():
    text = scenario_template(ALL[0], "vi")
    for name in ("locks", "exclusions", "rules"):
        start = text.index(f"# [[{name}]]")
        block = text[start : text.index("\n\n", start)]
        set_ = re.sub(r"(?m)^# (?=\[\[|[a-z_]+ = )", "", block)
        made = Scenario.model_validate(tomllib.loads(text.replace(block, set_)))
        assert len(getattr(made, name)) == 1


values = st.recursive(
    st.text(st.characters(codec="utf-8"), max_size=12)
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=6), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(values)
def test_a_value_is_written_so_that_toml_reads_the_same(value):
    assert tomllib.loads(f"x = {toml_value(value)}") == {"x": value}
