"""Plans that were made: their records, who goes where, how they compare, whether they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_relocation.lazy import later, pd
from geo_relocation.messages import Language
from geo_relocation.workspace.base import WorkspaceBase
from geo_relocation.workspace.out_of_date import OutOfDate, out_of_date
from geo_relocation.workspace.plan_names import in_order, newest_plan, plan_id_of

if TYPE_CHECKING:
    from geo_relocation.matching.cost_columns import with_cost_columns
    from geo_relocation.scenarios import Comparison, compare
else:
    with_cost_columns = later("geo_relocation.matching.cost_columns", "with_cost_columns")
    compare = later("geo_relocation.scenarios", "compare")


class StoredPlans(WorkspaceBase):
    """The plans of a workspace, as they were stored."""

    def compare_plans(self, *plan_ids: str, language: Language | None = None) -> Comparison:
        """Two or more plans side by side: indicators, and the firms that fare differently.

        Parameters
        ----------
        plan_ids
            The plans.
        language
            Language of the names of the indicators; that of the settings when left out.
        """
        with self.snapshot():
            for plan_id in plan_ids:
                self.plan(plan_id)
            indicators = self._of_plans("indicators", plan_ids)
            assignments = self._of_plans("assignments", plan_ids)
        return compare(indicators, assignments, language=language or self.settings.language)

    def _of_plans(self, layer: str, plan_ids: tuple[str, ...]) -> pd.DataFrame:
        """Rows of some plans, in the order the plans were named."""
        rows = [self.read(layer, where={"plan_id": plan_id}) for plan_id in plan_ids]
        return pd.concat(rows, ignore_index=True)

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
