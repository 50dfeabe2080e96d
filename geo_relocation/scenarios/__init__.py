"""Scenarios: what a planner asks, as a file; what came of it, as indicators to compare."""

from geo_relocation.scenarios.specification import (
    Scenario,
    load_shipped,
    parse_scenario,
    shipped_scenarios,
)

__all__ = ["Scenario", "load_shipped", "parse_scenario", "shipped_scenarios"]
