"""Plans that were made: their records, who goes where, whether they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_relocation.lazy import later, pd
from geo_relocation.workspace.base import WorkspaceBase
from geo_relocation.workspace.out_of_date import OutOfDate, out_of_date
from geo_relocation.workspace.plan_names import in_order, newest_plan, plan_id_of

if TYPE_CHECKING:
    from geo_relocation.matching.cost_columns import with_cost_columns
else:
    with_cost_columns = later("geo_relocation.matching.cost_columns", "with_cost_columns")


class StoredPlans(WorkspaceBase):
    """The plans of a workspace, as they were stored."""

    def latest_plan(self) -> str:
        """Id of the newest plan.

        Raises
        ------
        EmptyWorkspaceError
            If there is none.
        """
        return newest_plan(self.read("scenarios"))

    def find(self, name: str) -> str:
        """Id of the plan that is meant by an id, ``newest``, a number, a title or a scenario.

        See `plan_names.plan_id_of`.
        """
        return plan_id_of(self.read("scenarios"), name)

    def newest_of(self, key: str) -> str | None:
        """Id of the newest plan of a scenario, or of the plan itself; None where there is none."""
        plans = in_order(self.read("scenarios"))
        mine = plans[(plans["plan_id"] == key) | (plans["scenario"] == key)]
        return None if mine.empty else str(mine["plan_id"].iloc[-1])

    def plan(self, name: str) -> pd.Series:
        """The record of the plan that `find` finds."""
        return self.record("scenarios", self.find(name))

    def plans_out_of_date(self, plans: pd.DataFrame) -> dict[str, OutOfDate]:
        """Those of some plans that no longer match the workspace, by id.

        Parameters
        ----------
        plans
            Rows of `scenarios`.
        """
        if plans.empty:
            return {}
        with self.snapshot() as seen:
            now = seen.key("match", {})
            found = {
                str(plan["plan_id"]): out_of_date(
                    seen, "match", stored=plan["input_hash"], made_at=plan["created_at"], now=now
                )
                for _, plan in plans.iterrows()
            }
        return {plan: old for plan, old in found.items() if old}

    def plan_assignments(self, plan_id: str) -> pd.DataFrame:
        """Who goes where in one plan, and what each term of the cost adds.

        Returns
        -------
        DataFrame
            Rows of `assignments`, with a column for each term behind `cost_km`:
            `cost_distance`, `cost_rent` and so on, made from the rows of `cost_terms`.
        """
        with self.snapshot():
            where = {"plan_id": self.find(plan_id)}
            plan, terms = (self.read(name, where=where) for name in ("assignments", "cost_terms"))
        return with_cost_columns(plan, terms)
