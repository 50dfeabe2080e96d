"""The verbs `match` and `resume`: a search is a run, with a draft of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pydantic import ValidationError

from geo_relocation.errors import DataError
from geo_relocation.lazy import later, pd
from geo_relocation.messages import Message, _, listed_mistakes
from geo_relocation.model.fingerprint import frame_hash
from geo_relocation.progress import SILENT, Progress
from geo_relocation.standing.days import day_of
from geo_relocation.workspace.actor import Actor
from geo_relocation.workspace.approvals import APPROVED, Approvals
from geo_relocation.workspace.base import Desk, WorkspaceBase, new_id
from geo_relocation.workspace.drafts import SearchDraft, draft_path
from geo_relocation.workspace.match_run import MatchRun
from geo_relocation.workspace.plans import Plans
from geo_relocation.workspace.runs import Run

if TYPE_CHECKING:
    from geo_relocation.matching import solve
    from geo_relocation.scenarios import Scenario
else:
    solve = later("geo_relocation.matching", "solve")
    Scenario = later("geo_relocation.scenarios", "Scenario")


NOT_NEAR = "none"
"""In place of a plan to stay near to: none."""


@dataclass(frozen=True)
class SearchOptions:
    """Options of a search; see `Workspace.match`."""

    seconds: float | None = None
    work: int | None = None
    seed: int | None = None
    based_on: str | None = None
    lots: bool = False
    homes: str | None = None
    near: str | None = None

    def recorded(self, scenario: Scenario) -> dict[str, Any]:
        """With the scenario, as the run records them."""
        content = scenario.model_dump(mode="json")
        return {"scenario": scenario.id, "content": content, **vars(self)}

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> Self:
        """From what a run recorded."""
        return cls(**{one.name: parameters.get(one.name, one.default) for one in fields(cls)})

    def but(self, **changed: Any) -> Self:
        """The same with those changed that are given. A new limit takes the place of both."""
        given = {key: value for key, value in changed.items() if value not in (None, False)}
        if given.keys() & {"seconds", "work"}:
            given = {"seconds": None, "work": None, **given}
        return replace(self, **given)


class Searches(WorkspaceBase):
    """Searches for plans, and how they go on.

    Parameters
    ----------
    desk
        Of the workspace.
    plans
        Problems and how plans are stored.
    approvals
        Which plan is approved.
    """

    def __init__(self, desk: Desk, plans: Plans, approvals: Approvals) -> None:
        super().__init__(desk)
        self._plans = plans
        self._approvals = approvals

    def match(
        self,
        scenario: Scenario,
        *,
        seconds: float | None = None,
        work: int | None = None,
        seed: int | None = None,
        based_on: str | None = None,
        lots: bool = False,
        homes: str | Path | None = None,
        near: str | None = None,
        resume: str | None = None,
        actor: Actor | None = None,
        progress: Progress = SILENT,
    ) -> MatchRun:
        """Solve a scenario, verify the plan independently, and store it.

        Parameters
        ----------
        scenario
            As from `geo_relocation.scenarios.parse_scenario`.
        seconds
            Wall-clock limit. Leave it out and give `work` for a plan that does not depend on
            the speed of the machine.
        work
            Limit in moves, the same on every machine.
        seed
            Of the search; the scenario's own when left out.
        based_on
            A plan to stay close to, ``approved`` for the one that is approved: a change costs
            what the scenario's weights say, and firms that signed or are moving stay where that
            plan put them.
        lots
            Give the placed firms lots inside their parks.
        homes
            File of places where workers live, as for `problem`.
        near
            A plan that the search begins with: of plans as good within what is proven the one
            nearest to it is taken, and every change against it is told. The newest plan of what
            the scenario extends when left out; ``none`` for none.
        resume
            A run that was interrupted, to go on with from its draft; see `resume`.
        actor
            Who asks for it; by the settings when left out.
        progress
            Told the best plan and the bound as they improve.

        Raises
        ------
        InvalidPlanError
            If the verifier finds a violation; nothing is stored then.
        EmptyWorkspaceError
            If the approved plan is asked for and there is none.
        UsageError
            If the run to go on with is running or stored.
        """
        based_on, notes = self._base(based_on)
        near, more = self._near(near, scenario)
        notes += more
        options = SearchOptions(
            seconds, work, seed, based_on, lots, str(homes) if homes else None, near
        )
        with self.runs.begin(
            "match",
            resume or new_id("match"),
            actor=actor or self.actor,
            parameters=options.recorded(scenario),
            progress=progress,
        ) as run:
            found = self._match(run, scenario, options)
        return replace(found, notes=(*notes, *found.notes))

    def resume(
        self,
        run_id: str | None = None,
        *,
        scenario: Scenario | None = None,
        actor: Actor | None = None,
        progress: Progress = SILENT,
        **changed: Any,
    ) -> MatchRun:
        """Go on with a search that was interrupted, from the best plan it had.

        Parameters
        ----------
        run_id
            The run; the newest that can be resumed when left out.
        scenario
            In place of the one that the run was asked with; where no run is named, the newest
            run of this scenario.
        actor, progress
            As for `match`.
        **changed
            Options of `match` that are not as they were.

        Raises
        ------
        UnknownNameError, UsageError
            If there is no such run, or it cannot be resumed.
        DataError
            If its scenario cannot be read.
        """
        life = self.runs.to_resume("match", run_id, scenario.id if scenario else None)
        options = SearchOptions.of(life["parameters"]).but(**changed)
        return self.match(
            scenario or scenario_of_run(life),
            **vars(options),
            resume=str(life["run_id"]),
            actor=actor,
            progress=progress,
        )

    def _base(self, based_on: str | None) -> tuple[str | None, list[Message]]:
        """The plan that a re-plan starts from, and what is to be said of it."""
        if based_on is None:
            return None, []
        standing = self._approvals.in_force()
        approved = based_on == APPROVED
        plan = self._approvals.plan() if approved else self._plans.stored_plans.find(based_on)
        return plan, [base_words(plan, standing)]

    def _near(self, near: str | None, scenario: Scenario) -> tuple[str | None, list[Message]]:
        """The plan that a search begins with, and what is to be said of it."""
        if near == NOT_NEAR:
            return NOT_NEAR, []
        if near is not None:
            return self._plans.stored_plans.find(near), []
        if not scenario.extends:
            return None, []
        found = self._plans.stored_plans.newest_of(scenario.extends)
        if found is not None:
            return found, []
        missing = _(
            "There is no plan of {base} yet: what the changes do is not told. Make it first: "
            "geo-relocation match {base}",
            base=scenario.extends,
        )
        return None, [missing]

    def _match(self, run: Run, scenario: Scenario, options: SearchOptions) -> MatchRun:
        """Search, keeping a draft, and store the plan with the end of the run."""
        inputs = self._plans.match_inputs(options.based_on)
        problem = self._plans.problem(scenario, homes=options.homes, inputs=inputs)
        kept = SearchDraft(draft_path(self.store.url, run.run_id), str(inputs.key(problem)))
        base = self._plans.base_plan(None if options.near == NOT_NEAR else options.near)
        start, notes = kept.beginning() if run.again else (None, [])
        near = base.near() if base else None
        if start is None and near is not None:
            start = near.plan
        solution = solve(
            problem,
            seconds=options.seconds,
            work=options.work,
            seed=options.seed,
            threads=self.settings.threads,
            progress=run.progress,
            start=start,
            keep=kept.save,
            near=near,
        )
        plan_id = new_id("plan")
        found = self._plans.store_plan(
            problem,
            solution,
            scenario,
            plan_id=plan_id,
            run=run,
            ends=(plan_id,),
            inputs=inputs,
            key=inputs.key(
                problem,
                seconds=options.seconds,
                work=options.work,
                seed=options.seed,
                lots=options.lots,
                near=None if near is None else near.share,
                start=None if start is None else frame_hash(start),
            ),
            based_on=options.based_on,
            lots=options.lots,
            base=base,
        )
        kept.discard()
        if kept.trouble:
            notes.append(
                _("No draft could be kept during the search: {reason}", reason=kept.trouble)
            )
        return replace(found, notes=(*notes, *found.notes))


def scenario_of_run(life: pd.Series) -> Scenario:
    """The scenario that a search was asked with.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    try:
        return Scenario.model_validate(life["parameters"].get("content"))
    except ValidationError as error:
        raise DataError(
            _("The scenario of run {run_id} cannot be read.", run_id=life["run_id"]),
            why=listed_mistakes(error),
            hint=_("Name it: geo-relocation match SCENARIO --resume"),
        ) from error


def base_words(plan: str, approval: pd.Series | None) -> Message:
    """From which plan a re-plan starts, and whether it is the approved one."""
    if approval is None:
        return _("Planned again from plan {plan}; no plan has been approved yet.", plan=plan)
    paper = _(
        "document {number} of {day:d}",
        number=approval["document_no"],
        day=day_of(approval["document_date"]),
    )
    if approval["plan_id"] == plan:
        return _("Planned again from the approved plan {plan} ({paper}).", plan=plan, paper=paper)
    return _(
        "Planned again from plan {plan}, which is not the approved plan {approved} ({paper}).",
        plan=plan,
        approved=approval["plan_id"],
        paper=paper,
    )
