"""The verb `match`: place relocating firms, verify the plan, store it whole."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd

from geo_relocation.errors import (
    EmptyScopeError,
    InvalidPlanError,
    ScenarioError,
)
from geo_relocation.ingest.readers import read_side_table, read_table
from geo_relocation.matching import (
    Problem,
    Solution,
    Violation,
    build_problem,
    explain,
    scenario_row,
)
from geo_relocation.matching.check import check
from geo_relocation.matching.cost_columns import with_cost_columns
from geo_relocation.matching.demand import summaries
from geo_relocation.matching.plan.changes import change_words, smallest_changes
from geo_relocation.matching.plan.costs import cost_terms
from geo_relocation.matching.plan.lots import assign_lots
from geo_relocation.matching.plan.replan import plan_changes
from geo_relocation.matching.plan.spending import spending
from geo_relocation.messages import _
from geo_relocation.model.toml import read_toml
from geo_relocation.scenarios import (
    Base,
    Scenario,
    load_shipped,
    parse_scenario,
    shipped_base,
    shipped_scenarios,
    stored_content,
)
from geo_relocation.version import VERSION
from geo_relocation.workspace.base import Desk, WorkspaceBase
from geo_relocation.workspace.base_plan import BasePlan
from geo_relocation.workspace.figures import plan_figures
from geo_relocation.workspace.inputs import MatchInputs
from geo_relocation.workspace.keys import Key
from geo_relocation.workspace.match_run import MatchRun
from geo_relocation.workspace.runs import Run
from geo_relocation.workspace.side_files import homes_of_workers, plan_by_hand, plan_columns
from geo_relocation.workspace.stored_plans import StoredPlans
from geo_relocation.workspace.support_basis import SupportBasis, parameters_of

Beside = Callable[[str], str]
"""Gives the content of a file that is named in another."""

TRIED = 50
"""Firms left out for which changes are tried with every plan, the weightiest first."""


class Plans(WorkspaceBase):
    """Plans on the layers, findings and decisions of a workspace.

    Parameters
    ----------
    desk
        Of the workspace.

    Attributes
    ----------
    stored_plans
        Those that were made.
    """

    stored_plans: StoredPlans

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.stored_plans = StoredPlans(desk)

    def scenario(self, name: str) -> Scenario:
        """A shipped scenario by its id, or one from TOML text, checked against this workspace.

        Parameters
        ----------
        name
            An id such as ``default``: one word without the signs that TOML consists of. Anything
            else is the content of a scenario file.

        Raises
        ------
        UnknownNameError
            If no shipped scenario has the id.
        ScenarioError
            With all mistakes in the text, cities, parks and sites that do not exist included.
        """
        one_word = len(name.split()) == 1 and not set(name) & set("=[#")
        return load_shipped(name) if one_word else self.read_scenario(name)

    def read_scenario(self, text: str, *, beside: Beside | None = None) -> Scenario:
        """A scenario from the content of its file, checked against this workspace.

        Parameters
        ----------
        text
            Content of the file.
        beside
            Gives the content of a file that it extends, by its name; None: it extends no file.

        Raises
        ------
        ScenarioError
            With all mistakes in the text, cities, parks and sites that do not exist included.
        """
        with self.snapshot() as seen:
            parks, sites, decided = seen.read("parks"), seen.read("sites"), seen.decisions
            opens = parks.set_index("park_id")["opens"].dropna().astype(int)
            return parse_scenario(
                text,
                known_parks=dict(zip(parks["park_id"], parks["name"], strict=True)),
                known_sites=set(sites["site_id"]),
                known_districts=seen.districts,
                known_units=seen.new_units,
                known_groups=None if decided.empty else set(decided["group"].dropna()),
                known_batches=None if decided.empty else set(decided["batch"].dropna()),
                bases=lambda name: self._base(name, beside),
                opens=opens.to_dict(),
            )

    def _base(self, name: str, beside: Beside | None) -> Base:
        """What a scenario extends: a file, a shipped scenario, or the scenario of a plan."""
        if name.endswith(".toml") and beside is not None:
            try:
                raw = read_toml(beside(name))
            except ValueError as error:
                raise ScenarioError(
                    name, [_("not valid TOML: {reason}", reason=str(error))]
                ) from error
            return Base(str(raw.get("id", name)), raw)
        if name in shipped_scenarios():
            return shipped_base(name)
        plan = self.stored_plans.plan(name)
        content = stored_content(str(plan["specification"]))
        return Base(str(plan["plan_id"]), {k: v for k, v in content.items() if k != "extends"})

    def match_inputs(self, approved: str | None = None) -> MatchInputs:
        """All that a plan depends on, as it is at one moment.

        Parameters
        ----------
        approved
            Plan to stay close to.

        Raises
        ------
        EmptyWorkspaceError
            If sites, parks or a screening run are missing.
        """
        with self.snapshot() as seen:
            self.require("sites", "parks")
            self.latest_run("screen")
            seen.load("match")
            staying = self.stored_plans.plan_assignments(approved) if approved else None
            basis = SupportBasis.read(seen, parameters_of(self.settings.support_parameters))
        return MatchInputs(seen, self.scheme.south, staying, basis)

    def problem(
        self,
        scenario: Scenario,
        *,
        approved: str | None = None,
        homes: str | Path | None = None,
        inputs: MatchInputs | None = None,
    ) -> Problem:
        """The matching problem of a scenario on the newest findings.

        Parameters
        ----------
        scenario
            Who, where, limits and weights.
        approved
            Plan to stay close to.
        homes
            File of places where workers live: a column `site_id`, any number of rows for a
            site, and `workers`, 1 where it is left out.
        inputs
            What it is built on, as from `match_inputs`; read now when left out.

        Raises
        ------
        EmptyWorkspaceError
            If sites, parks or a screening run are missing.
        EmptyScopeError
            If the scenario puts nobody in scope.
        IngestError
            If `homes` cannot be read, has no geometry, states no reference system or has no
            column of site ids.
        DataError
            If one of the homes has no place, belongs to no site, or states a number of workers
            that cannot be used.
        """
        given = inputs or self.match_inputs(approved)
        seen = given.seen
        decisions = seen.read("decisions")
        made = build_problem(
            seen.metric("sites"),
            seen.findings,
            seen.metric("parks"),
            seen.metric_if_any("lots"),
            seen.metric_if_any("roads"),
            specification=scenario,
            decisions=decisions if len(decisions) else None,
            events=seen.read("events"),
            admin_units=seen.metric_if_any("admin_units"),
            crosswalk=seen.crosswalk,
            south_districts=given.south,
            years=seen.years,
            batch_years=seen.batch_years,
            homes=(
                homes_of_workers(read_table(homes, limits=self.settings.reading), self.crs)
                if homes
                else None
            ),
            approved=given.approved,
            support=partial(given.support.table, seen),
        )
        if not made.scope.firms:
            raise EmptyScopeError(
                _("The scenario puts nobody in scope."),
                why=made.scope.words,
                hint=_("Widen who in the scenario, or see what was decided: geo-relocation assess"),
            )
        return made

    def base_plan(self, plan_id: str | None) -> BasePlan | None:
        """A plan as the base of another; None for none."""
        if plan_id is None:
            return None
        with self.snapshot():
            row = self.stored_plans.plan(plan_id)
            return BasePlan(row, self.read("assignments", where={"plan_id": row["plan_id"]}))

    def store_plan(
        self,
        problem: Problem,
        solution: Solution,
        scenario: Scenario,
        *,
        plan_id: str,
        run: Run,
        ends: tuple[str, ...] = (),
        inputs: MatchInputs,
        key: Key,
        based_on: str | None = None,
        lots: bool = False,
        base: BasePlan | None = None,
    ) -> MatchRun:
        """Verify, explain and write a plan in one transaction.

        Parameters
        ----------
        key
            Of all that the search saw.
        ends
            All plans that the run leaves, where it ends with this one.
        base
            The plan that is the base of the scenario.
        """
        plan, asked = problem.assignment(solution.chosen), problem.specification
        violations = check(inputs.layers(asked, plan), asked, plan)
        if violations:
            raise InvalidPlanError([violation.message for violation in violations])
        changes = plan_changes(problem, solution) if based_on else []
        given = assign_lots(problem, solution.chosen) if lots else None
        assignments = explain(
            problem,
            solution,
            plan_id=plan_id,
            lot_ids=given.lots if given else None,
            smallest_change=change_words(smallest_changes(problem, solution.chosen, most=TRIED)),
        )
        costs = cost_terms(problem, solution, plan_id=plan_id)
        against = base.against(problem, solution, assignments) if base else None
        rows = scenario_row(
            problem,
            solution,
            plan_id=plan_id,
            scenario=scenario.id,
            title=scenario.title,
            author=run.actor.name,
            created_at=run.started,
            input_hash=str(key),
            version=VERSION,
            based_on=based_on,
            base=against.kept() if against else None,
        )
        figures = plan_figures(problem, inputs, assignments, plan_id)
        with self.writing() as transaction:
            for layer in ("sites", "parks"):
                self.require_still_there(transaction, layer, inputs.seen.read(layer))
            transaction.append("scenarios", rows)
            transaction.append("assignments", assignments)
            transaction.append("cost_terms", costs)
            for layer, values in figures.items():
                transaction.append(layer, values)
            if ends:
                left = {**run.parameters, "plans": list(ends)}
                run.stored(transaction, *ends, input_hash=str(key), parameters=left)
        budgets = spending(problem, solution.chosen)
        notes = [note.message for note in problem.notes] + [one.words for one in budgets]
        if solution.unplaced > TRIED:
            notes.append(
                _(
                    "The smallest change is tried for the first {count:n} firms left out only.",
                    count=TRIED,
                )
            )
        if given:
            notes += given.notes
        return MatchRun(
            plan_id,
            rows.iloc[0],
            with_cost_columns(assignments, costs),
            tuple(notes),
            problem.scope,
            tuple(summaries(problem, solution.chosen)),
            tuple(changes),
            against,
            tuple(budgets),
        )

    def check_plan(self, scenario: Scenario, assignment: pd.DataFrame) -> list[Violation]:
        """All rules that a plan breaks, also one made by hand.

        Parameters
        ----------
        assignment
            Columns `site_id`, `park_id`, `phase`.
        """
        inputs = self.match_inputs()
        specification = self.problem(scenario, inputs=inputs).specification
        return check(inputs.layers(specification, assignment), specification, assignment)

    def check_plan_file(self, scenario: Scenario, path: str | Path) -> list[Violation]:
        """All rules that a plan from a CSV or Excel file breaks.

        Raises
        ------
        IngestError, DataError
            If the file cannot be read, or is no plan.
        """
        raw = read_side_table(path, plan_columns(), limits=self.settings.reading)
        return self.check_plan(scenario, plan_by_hand(raw))
