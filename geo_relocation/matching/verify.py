"""The independent checker asked about a problem: on the layers that it was built from."""

from __future__ import annotations

import pandas as pd

from geo_relocation.matching.check import Layers, Violation, check
from geo_relocation.matching.problem import Frames, Problem


def verify(problem: Problem, assignment: pd.DataFrame) -> list[Violation]:
    """List every rule that a plan breaks, by the layers that a problem was built from.

    A workspace asks `check` itself, on the layers as they are stored. This is for a problem
    whose frames were changed to try something out.

    Parameters
    ----------
    problem
        What the plan is for; only the frames it was given and its specification are read.
    assignment
        As for `check`.
    """
    named = set(assignment.loc[assignment["park_id"].notna(), "site_id"])
    if any(rule.kind == "must" for rule in problem.specification.rules):
        named |= set(problem.frames.sites["site_id"])  # also those that the plan leaves out
    return check(_layers(problem.frames, named), problem.specification, assignment)


def _layers(frames: Frames, named: set[str]) -> Layers:
    """The layers as given; a site that was changed for a trial stands in the frame of its own."""
    sites = frames.sites[frames.sites["site_id"].isin(named)]
    if frames.register is not None:
        others = named - set(sites["site_id"])
        sites = pd.concat([sites, frames.register[frames.register["site_id"].isin(others)]])
    return Layers(
        sites=sites,
        parks=frames.parks,
        findings=frames.findings,
        decisions=frames.decisions,
        events=frames.events,
        roads=frames.roads,
        admin_units=frames.admin_units,
        crosswalk=frames.crosswalk,
        approved=frames.approved,
        south=frames.south,
        support=frames.support,
    )
