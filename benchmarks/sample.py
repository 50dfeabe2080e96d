"""The main job on the sample province, and what is asked around it, as cases for matching."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import geo_relocation
from benchmarks.instances import Case
from geo_relocation.assessment import load_batch_policy, load_deadlines
from geo_relocation.assessment import load_shipped as load_rules
from geo_relocation.assignment.model import Model
from geo_relocation.matching.translation import translate
from geo_relocation.scenarios.specification import Scenario, load_shipped
from geo_relocation.workspace import Workspace, create_workspace

_YEARS = range(2026, 2031)
_HALF_FREE: dict[str, Any] = {"assumed_free_share": 0.1, "unknown_opening": "last"}

FAMILY: dict[str, dict[str, Any]] = {
    "by-conflict": {},
    "default": {},
    "pilot": {"who": {"cities": ["725"]}},
    "all-years": {
        "phases": [*_YEARS],
        "limits": {"wastewater": True, "deadlines": False, "batches": {}},
    },
    "tight": {
        "phases": [*_YEARS],
        "where": _HALF_FREE,
        "limits": {
            "wastewater": True,
            "carry_over": True,
            "batches": {},
            "moves_per_year": {2026: 150, **dict.fromkeys(_YEARS[1:], 250)},
            "land_ha_per_year": {2026: 60.0, **dict.fromkeys(_YEARS[1:], 120.0)},
        },
    },
}
"""Name → what differs from the shipped scenario of that name, or else from the default.

`by-conflict` is more demand than five parks have land for; `pilot` the firms of one city;
`all-years` leaves the year of every firm free; `tight` half of the land and quotas of
firms and land by year.
"""


def family(workspace: Path | None, names: list[str]) -> list[Case]:
    """The cases of those names, on a workspace that is made when None is given."""
    with _sample(workspace) as opened:
        return [Case(name, _model(opened, name)) for name in names]


def scenario(name: str) -> Scenario:
    """The scenario of a case, whole."""
    base = load_shipped("default" if FAMILY[name] else name)
    stated = base.model_dump(mode="json", exclude_unset=True) | FAMILY[name] | {"id": name}
    return Scenario.model_validate(stated)


def _model(workspace: Workspace, name: str) -> Model:
    return translate(workspace.plans.problem(scenario(name))).model


@contextmanager
def _sample(file: Path | None) -> Iterator[Workspace]:
    """A workspace with the sample, screened and decided upon as the demo does it."""
    if file is not None:
        with geo_relocation.open(str(file)) as workspace:
            yield workspace
        return
    with tempfile.TemporaryDirectory() as folder:
        target = str(Path(folder) / "sample.gpkg")
        with create_workspace(target, crs="EPSG:9210") as workspace:
            fill(workspace)
            yield workspace


def fill(workspace: Workspace) -> None:
    """Load the sample, screen it, decide upon it."""
    workspace.imports.load_sample()
    workspace.screening.screen()
    workspace.decisions.assess(
        load_rules("any-of-four-2024"),
        deadlines=load_deadlines("press-2025"),
        batch_policy=load_batch_policy("template"),
    )
