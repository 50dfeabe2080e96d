"""The page on scenarios is a scenario that parses, and names every field and indicator."""

from __future__ import annotations

import re
from pathlib import Path

from geo_relocation.scenarios import REGISTRY, Scenario, parse_scenario

PAGE = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text("utf-8")


def test_the_example_parses():
    example = re.search(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)
    assert example is not None
    assert parse_scenario(example.group(1)).id == "thuan-an-2028"


def test_every_field_is_documented():
    skipped = {"description", "assumed_land_m2", "detour_source", "earliest", "phase", "work"}
    for name, field in Scenario.model_fields.items():
        parts = getattr(field.annotation, "model_fields", {})
        for key in [name, *parts]:
            assert key in skipped or re.search(rf"\b{key}\b", PAGE), key


def test_every_indicator_is_documented():
    for one in REGISTRY:
        assert f"`{one.key}`" in PAGE
