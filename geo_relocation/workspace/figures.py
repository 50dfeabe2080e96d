"""The figures of a plan that are stored with it, and their parts as people call them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from geo_relocation.lazy import later, pd
from geo_relocation.messages import Language
from geo_relocation.model.figures import Breakdown
from geo_relocation.standing.parts import part_names
from geo_relocation.workspace.inputs import MatchInputs
from geo_relocation.workspace.snapshot import Snapshot

if TYPE_CHECKING:
    from geo_relocation.matching.problem import Problem
    from geo_relocation.scenarios import (
        compute_breakdowns,
        compute_indicators,
        land_after_use,
        ways_of_workers,
    )
else:
    ways_of_workers = later("geo_relocation.scenarios", "ways_of_workers")
    land_after_use = later("geo_relocation.scenarios", "land_after_use")
    compute_breakdowns = later("geo_relocation.scenarios", "compute_breakdowns")
    compute_indicators = later("geo_relocation.scenarios", "compute_indicators")


def plan_figures(
    problem: Problem, inputs: MatchInputs, assignments: pd.DataFrame, plan_id: str
) -> dict[str, pd.DataFrame]:
    """Rows of `indicators`, `indicator_parts` and `after_use` of a plan, by layer.

    Parameters
    ----------
    problem
        Which the plan solves.
    inputs
        What the plan was made from.
    assignments
        The plan's rows of that layer.
    plan_id
        Key of the plan.
    """
    seen = inputs.seen
    sites, parks = seen.read("sites"), seen.read("parks")
    support = inputs.support.of_plan(seen, assignments)
    lived = problem.frames.homes
    ways = None
    if lived is not None:
        ways = ways_of_workers(
            lived,
            assignments,
            dict(zip(problem.firms.site_id, problem.firms.xy, strict=True)),
            dict(zip(problem.parks.park_id, problem.parks.xy, strict=True)),
            detour=problem.specification.factors.detour,
        )
    vacated = land_after_use(
        assignments, sites, seen.findings, seen.districts, seen.new_units, plan_id=plan_id
    )
    return {
        "after_use": vacated,
        "indicators": compute_indicators(
            assignments,
            sites,
            parks,
            plan_id=plan_id,
            approved=inputs.approved,
            support=support,
            after_use=vacated,
            homes=ways,
        ),
        "indicator_parts": compute_breakdowns(
            assignments,
            sites,
            parks,
            plan_id=plan_id,
            findings=seen.findings,
            decisions=seen.decisions,
            known=seen.districts,
            units=seen.new_units,
            approved=inputs.approved,
            support=support,
            after_use=vacated,
            homes=ways,
        ),
    }


def names_of_parts(seen: Snapshot, by: Breakdown, language: Language) -> Mapping[str, str]:
    """What people call the parts of a breakdown, by code; a code without a name is not in it."""
    return part_names(
        by,
        parks=seen.read("parks"),
        units=seen.read("admin_units"),
        crosswalk=seen.crosswalk,
        known=seen.districts,
        language=language,
    )
