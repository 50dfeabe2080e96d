"""Plans that were made: their records, who goes where, whether they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_relocation.errors import EmptyWorkspaceError
from geo_relocation.lazy import later, pd
from geo_relocation.messages import Language, _
from geo_relocation.model import schema
from geo_relocation.model.figures import UNKNOWN_PART, Breakdown, IndicatorKey
from geo_relocation.workspace.base import WorkspaceBase
from geo_relocation.workspace.figures import names_of_parts
from geo_relocation.workspace.out_of_date import OutOfDate, out_of_date
from geo_relocation.workspace.plan_names import in_order, newest_plan, plan_id_of

if TYPE_CHECKING:
    from geo_relocation.matching.cost_columns import with_cost_columns
    from geo_relocation.scenarios import after_use_table
else:
    after_use_table = later("geo_relocation.scenarios", "after_use_table")
    with_cost_columns = later("geo_relocation.matching.cost_columns", "with_cost_columns")


_NAMED = (
    ("city_code", Breakdown.CITY, "city"),
    ("unit_code", Breakdown.UNIT, "new_unit"),
)
"""Columns of codes, what they are parts of, and the columns of their names."""


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

    def breakdown(self, name: str, by: Breakdown, language: Language) -> pd.DataFrame:
        """The indicators of a plan, named as in `find`, part by part.

        Returns
        -------
        DataFrame
            A row for each part: `of` (its code), `part` (its name), and a column for each
            indicator, empty where it is not known or means nothing for a part.

        Raises
        ------
        UnknownNameError
            If there is no such plan.
        EmptyWorkspaceError
            If the plan has none: a version of the program made it that kept none.
        """
        with self.snapshot() as seen:
            plan_id = self.find(name)
            found = self.read("indicator_parts", where={"plan_id": plan_id})
            names = names_of_parts(seen, by, language)
        if found.empty:
            raise EmptyWorkspaceError(
                _("The plan {plan} was stored without figures by part.", plan=plan_id),
                hint=_("Run its scenario again: geo-relocation match"),
            )
        found = found[found["by"] == by.value]
        wide = found.pivot_table(index="of", columns="key", values="value", aggfunc="first")
        keys = [one.value for one in IndicatorKey if one.value in wide.columns]
        wide = wide[keys].rename_axis(columns=None).reset_index()
        wide.insert(1, "part", [names.get(of, of) for of in wide["of"]])
        wide = wide.assign(_last=wide["of"] == UNKNOWN_PART).sort_values(["_last", "part", "of"])
        return wide.drop(columns="_last").reset_index(drop=True)

    def after_use(self, name: str, *by: str, language: Language) -> pd.DataFrame:
        """What the zones foresee for the land that the firms of a plan leave.

        Parameters
        ----------
        name
            The plan, as in `find`.
        by
            Beside the use: `city_code`, `unit_code`, `year`.
        language
            Of what is said of land of which nothing tells where it lies.

        Returns
        -------
        DataFrame
            `category`, the columns asked for, before the codes their names `city` and `new_unit`,
            `firms`, `land_ha`; public works first.

        Raises
        ------
        UnknownNameError
            If there is no such plan.
        """
        with self.snapshot() as seen:
            rows = self.read("after_use", where={"plan_id": self.find(name)})
            found = after_use_table(rows, *by)
            for code, part, column in _NAMED:
                if code in by:
                    names = names_of_parts(seen, part, language)
                    keys = found[code].astype(object).where(found[code].notna(), UNKNOWN_PART)
                    at = found.columns.get_loc(code)
                    found.insert(at, column, [names.get(key, key) for key in keys])
        return found

    def named_figures(self, plan_id: str, language: Language) -> dict[str, pd.DataFrame]:
        """`indicator_parts` and `after_use` of a plan, with names in place of codes."""
        where = {"plan_id": plan_id}
        with self.snapshot() as seen:
            parts, land = (
                self.read(name, where=where) for name in ("indicator_parts", "after_use")
            )
            names = {by.value: names_of_parts(seen, by, language) for by in Breakdown}
        codes = zip(parts["by"], parts["of"], strict=True)
        parts = parts.assign(of=[names.get(by, {}).get(of, of) for by, of in codes])
        for code, by, _column in _NAMED:
            keys = land[code].astype(object).where(land[code].notna(), UNKNOWN_PART)
            land = land.assign(**{code: [names[by.value].get(key, key) for key in keys]})
        found = {"indicator_parts": parts, "after_use": land}
        return {name: schema(name).conform(frame) for name, frame in found.items()}

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
