"""What a plan is made from, as it was at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_relocation.lazy import later, pd
from geo_relocation.workspace.keys import Key
from geo_relocation.workspace.snapshot import Snapshot
from geo_relocation.workspace.support_basis import SupportBasis

if TYPE_CHECKING:
    from geo_relocation.matching import Layers, MatchSpecification
    from geo_relocation.matching.problem import Problem
else:
    Layers = later("geo_relocation.matching", "Layers")


@dataclass(frozen=True)
class MatchInputs:
    """The snapshot that a plan depends on, with all that the stage needs loaded.

    Attributes
    ----------
    seen
        The workspace.
    south
        Districts that firms leave, as the scheme has them.
    approved
        Assignments of the plan to stay close to.
    support
        Policies and parameters of support, for the budget of the plan.
    """

    seen: Snapshot
    south: tuple[str, ...]
    approved: pd.DataFrame | None
    support: SupportBasis

    def layers(self, specification: MatchSpecification, plan: pd.DataFrame) -> Layers:
        """What the independent checker is told: the layers as they were stored.

        Parameters
        ----------
        specification
            What was asked: what the plan costs is worked out, firm by firm, only for a budget.
        plan
            What is checked.
        """
        seen = self.seen
        paid = None
        if specification.limits.budget:
            paid = self.support.paid(seen, plan, specification.phases)
        return Layers(
            sites=seen.metric("sites"),
            parks=seen.metric("parks"),
            findings=seen.findings,
            decisions=seen.read("decisions"),
            events=seen.read("events"),
            roads=seen.metric_if_any("roads"),
            admin_units=seen.metric_if_any("admin_units"),
            crosswalk=seen.crosswalk,
            approved=self.approved,
            south=self.south,
            support=paid,
        )

    def key(self, problem: Problem, **search: object) -> Key:
        """Key of everything that a plan depends on.

        Parameters
        ----------
        problem
            Built from these inputs.
        search
            How a plan is looked for: limits, seed and the like. Without it, the key of the
            problem.
        """
        asked: Mapping[str, object] = problem.specification.model_dump(mode="json")
        return self.seen.key(
            "match",
            {**asked, "search": search, "support": self.support.content},
            approved=self.approved,
            homes=problem.frames.homes,
        )
