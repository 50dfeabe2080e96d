"""Scenarios: what a planner asks, as a file; what came of it, as indicators to compare."""

from geo_relocation.scenarios.after_use import after_use_table, land_after_use
from geo_relocation.scenarios.breakdown import compute_breakdowns
from geo_relocation.scenarios.comparison import Comparison, compare
from geo_relocation.scenarios.extending import Base
from geo_relocation.scenarios.homes import ways_of_workers
from geo_relocation.scenarios.indicators import (
    REGISTRY,
    Indicator,
    compute_indicators,
    indicator,
)
from geo_relocation.scenarios.specification import (
    Scenario,
    load_shipped,
    parse_scenario,
    shipped_base,
    shipped_scenarios,
    shipped_text,
    stored_content,
)
from geo_relocation.scenarios.template import scenario_template
from geo_relocation.scenarios.titles import said_title

__all__ = [
    "REGISTRY",
    "Base",
    "Comparison",
    "Indicator",
    "Scenario",
    "after_use_table",
    "compare",
    "compute_breakdowns",
    "compute_indicators",
    "indicator",
    "land_after_use",
    "load_shipped",
    "parse_scenario",
    "said_title",
    "scenario_template",
    "shipped_base",
    "shipped_scenarios",
    "shipped_text",
    "stored_content",
    "ways_of_workers",
]
