"""What a finished search gives back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geo_relocation.lazy import pd

if TYPE_CHECKING:
    from geo_relocation.matching.plan.replan import PlanChange
    from geo_relocation.matching.plan.spending import Spent
    from geo_relocation.matching.scope_words import Scope
    from geo_relocation.messages import Message
    from geo_relocation.workspace.base_plan import Against


@dataclass(frozen=True)
class MatchRun:
    """A plan that was verified and stored.

    Attributes
    ----------
    plan_id
        Under which it is stored.
    row
        Its record in `scenarios`.
    assignments
        One row per firm, placed or not, with a column of costs for each term.
    notes
        What was assumed or left out while the problem was built, and firms without a fitting
        lot where lots were given.
    scope
        Who was in scope, and why.
    rules
        The rules on groups of firms with their demand, supply and what the plan makes of them.
    changes
        Against the plan it is based on, firm by firm with the reason.
    base
        What came of the changes against the plan that is the base of its scenario.
    budgets
        What it takes of each support budget.
    """

    plan_id: str
    row: pd.Series
    assignments: pd.DataFrame
    notes: tuple[Message, ...]
    scope: Scope
    rules: tuple[dict[str, object], ...] = ()
    changes: tuple[PlanChange, ...] = ()
    base: Against | None = None
    budgets: tuple[Spent, ...] = ()

    def summary(self) -> dict[str, Any]:
        """Who was in scope, status, counts, cost, bound and gap; notes and changes as messages."""
        keys = (
            "plan_id", "scenario", "status", "placed", "unplaced", "unplaced_bound",
            "cost", "bound", "gap", "seconds", "seed",
        )  # fmt: skip
        found = json.loads(self.row[list(keys)].to_json())
        if self.changes:
            found["changes"] = [change.message for change in self.changes]
        if self.base is not None:
            found["base"] = self.base.summary()
        if self.budgets:
            found["budget"] = [one.summary() for one in self.budgets]
        return {
            "scope": self.scope.summary(),
            "rules": list(self.rules),
            **found,
            "notes": [self.scope.words, *self.notes],
        }
