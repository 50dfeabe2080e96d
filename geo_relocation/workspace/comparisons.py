"""The verb `scenario compare`: plans side by side, each change forced or following from one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from geo_relocation.errors import GeoRelocationError, UsageError
from geo_relocation.lazy import later, pd
from geo_relocation.messages import Language, Message, _
from geo_relocation.workspace.base import Desk, WorkspaceBase
from geo_relocation.workspace.keys import PARAMETERS, parts_of
from geo_relocation.workspace.plan_names import in_order
from geo_relocation.workspace.plans import Plans

if TYPE_CHECKING:
    from geo_relocation.matching.plan.differences import Difference, differences, unexplained
    from geo_relocation.scenarios import Comparison, Scenario, compare, stored_content
else:
    differences = later("geo_relocation.matching.plan.differences", "differences")
    unexplained = later("geo_relocation.matching.plan.differences", "unexplained")
    compare = later("geo_relocation.scenarios", "compare")
    stored_content = later("geo_relocation.scenarios", "stored_content")
    Scenario = later("geo_relocation.scenarios", "Scenario")

FEWEST, MOST = 2, 6
"""Plans that can be compared at once."""

_NO_QUESTION = ("id", "title", "description", "extends", "effort")
"""Of a scenario, what says nothing about which plan is best."""


class Comparisons(WorkspaceBase):
    """Plans of a workspace against one of them.

    Parameters
    ----------
    desk
        Of the workspace.
    plans
        How plans are made and stored.
    """

    def __init__(self, desk: Desk, plans: Plans) -> None:
        super().__init__(desk)
        self._plans = plans

    def compare(self, *names: str, language: Language | None = None) -> Comparison:
        """Two to six plans: indicators, and the firms that fare otherwise than in the first.

        Whether a change is forced is judged by each plan's own scenario on the data as they are.

        Parameters
        ----------
        names
            The plans, the base first, by whatever `plan_names.plan_id_of` knows them.
        language
            Language of the names of the indicators; that of the settings when left out.

        Raises
        ------
        UsageError
            If fewer or more are named, or a name is not known.
        """
        if not FEWEST <= len(names) <= MOST:
            raise UsageError(
                _("Two plans or more are needed, six at most."), hint=_("See: scenario show")
            )
        with self.snapshot():
            ids = list(dict.fromkeys(self._plans.stored_plans.find(name) for name in names))
            known = in_order(self.read("scenarios")).set_index("plan_id", drop=False)
            chosen = known.loc[ids].reset_index(drop=True)
            indicators = self._of_plans("indicators", ids)
            found: dict[str, Sequence[Difference]] = {}
            notes: list[Message] = []
            for _number, plan in chosen.iloc[1:].iterrows():
                found[plan["plan_id"]] = self._against(ids[0], plan, notes)
        return compare(
            chosen,
            indicators,
            found,
            questions={row["plan_id"]: _question(row) for _n, row in chosen.iterrows()},
            notes=notes,
            language=language or self.settings.language,
        )

    def _against(self, base: str, plan: pd.Series, notes: list[Message]) -> list[Difference]:
        """The firms that a plan treats otherwise than the base."""
        before, after = (
            self.read("assignments", where={"plan_id": one}) for one in (base, plan["plan_id"])
        )
        based_on = None if pd.isna(plan["based_on"]) else str(plan["based_on"])
        try:
            problem = self._plans.problem(
                Scenario.stored(str(plan["specification"])),
                inputs=self._plans.match_inputs(based_on),
            )
        except (GeoRelocationError, ValueError) as error:
            why = error.what if isinstance(error, GeoRelocationError) else str(error)
            notes.append(
                _(
                    "The scenario of plan {plan} does not fit the data as they are: its "
                    "changes have no reason. {why}",
                    plan=plan["plan_id"],
                    why=why,
                )
            )
            return unexplained(before, after)
        return differences(problem, before, after)

    def _of_plans(self, layer: str, ids: Sequence[str]) -> pd.DataFrame:
        """Rows of some plans, in the order the plans were named."""
        rows = [self.read(layer, where={"plan_id": plan_id}) for plan_id in ids]
        return pd.concat(rows, ignore_index=True)


def _question(plan: pd.Series) -> str:
    """A word that plans share which answer the same question on the same data."""
    asked = stored_content(str(plan["specification"]))
    plain = {key: value for key, value in asked.items() if key not in _NO_QUESTION}
    data = parts_of(str(plan["input_hash"]))
    if not data:  # Of an earlier version: on which data is not known.
        return str(plan["plan_id"])
    data.pop(PARAMETERS, None)
    based = None if pd.isna(plan["based_on"]) else plan["based_on"]
    return json.dumps([plain, data, based], sort_keys=True)
