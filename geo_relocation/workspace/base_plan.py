"""The plan that another is made from by changes, and what came of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from geo_relocation.lazy import later, pd
from geo_relocation.messages import Message
from geo_relocation.model.told import stored, told

if TYPE_CHECKING:
    from geo_relocation.matching import Problem, Solution
    from geo_relocation.matching.plan.differences import differences
    from geo_relocation.matching.plan.solve import Near
    from geo_relocation.scenarios import Scenario
    from geo_relocation.scenarios.effects import asked_changes, effects, total
else:
    differences = later("geo_relocation.matching.plan.differences", "differences")
    Near = later("geo_relocation.matching.plan.solve", "Near")
    Scenario = later("geo_relocation.scenarios", "Scenario")
    asked_changes = later("geo_relocation.scenarios.effects", "asked_changes")
    effects = later("geo_relocation.scenarios.effects", "effects")
    total = later("geo_relocation.scenarios.effects", "total")

LEAST_SHARE, MOST_SHARE = 0.001, 0.01
"""By what share of the cost a plan may be dearer than the cheapest found to stay near its base: as
much as the base is proven to be within the best, within these."""


@dataclass(frozen=True)
class BasePlan:
    """A plan that another is compared with and stays near to.

    Attributes
    ----------
    row, assignments
        Its rows of these layers.
    """

    row: pd.Series
    assignments: pd.DataFrame

    @property
    def plan_id(self) -> str:
        """Its id."""
        return str(self.row["plan_id"])

    def near(self) -> Near:
        """For the search: how near, at what price."""
        placed = self.assignments[self.assignments["park_id"].notna()]
        share = min(max(LEAST_SHARE, float(self.row["gap"])), MOST_SHARE)
        return Near(placed[["site_id", "park_id", "phase"]], share)

    def against(self, problem: Problem, solution: Solution, made: pd.DataFrame) -> Against:
        """What the changes of a plan did.

        Parameters
        ----------
        problem, solution
            Of the plan.
        made
            Its rows of `assignments`.
        """
        found = differences(problem, self.assignments, made)
        name = str(self.row["title"] or self.plan_id)
        said = [total(name, found, solution.cost - float(self.row["cost"]))]
        try:
            before = Scenario.stored(str(self.row["specification"])).model_dump(mode="json")
        except ValidationError:
            said.append(told("changes.unreadable", plan=self.plan_id))
        else:
            after = problem.specification.model_dump(mode="json")
            asked = asked_changes(before, after, problem.frames.parks)
            said += [one.message for one in effects(asked, found, problem)]
        if solution.given_up > 0:
            said.append(told("changes.near", km=solution.given_up))
        kinds = [str(one.kind) for one in found]
        return Against(
            self.plan_id, tuple(said), kinds.count("forced"), kinds.count("consequent"),
            round(solution.cost - float(self.row["cost"]), 3), round(solution.given_up, 3),
        )  # fmt: skip


@dataclass(frozen=True)
class Against:
    """A plan against its base.

    Attributes
    ----------
    plan_id
        The base.
    changes
        What changed in all, then each change with what it does, in words that may be stored.
    forced, consequent
        Firms that fare differently.
    more_km
        Cost less that of the base, km-equivalents.
    given_up_km
        What it costs more than the cheapest plan found, to stay near.
    """

    plan_id: str
    changes: tuple[Message, ...]
    forced: int
    consequent: int
    more_km: float
    given_up_km: float

    def summary(self) -> dict[str, Any]:
        """What scripts read."""
        return dict(vars(self)) | {"changes": list(self.changes)}

    def kept(self) -> Mapping[str, Any]:
        """What is stored with the plan."""
        return self.summary() | {"changes": [stored(one) for one in self.changes]}
