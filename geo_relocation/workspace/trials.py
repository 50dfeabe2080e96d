"""What if: one firm in a plan, other plans as good, a hectare more, new parks."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from geo_relocation.errors import DataError, UnknownNameError
from geo_relocation.lazy import later, pd
from geo_relocation.messages import Message, _, listed_mistakes, ngettext
from geo_relocation.model import split_codes
from geo_relocation.model.told import recalled
from geo_relocation.progress import SILENT, Progress
from geo_relocation.workspace.actor import Actor
from geo_relocation.workspace.base import Desk, WorkspaceBase, new_id
from geo_relocation.workspace.inputs import MatchInputs
from geo_relocation.workspace.match_run import MatchRun
from geo_relocation.workspace.plans import Plans

if TYPE_CHECKING:
    from geo_relocation.matching import solve
    from geo_relocation.matching.check import check
    from geo_relocation.matching.cost_columns import described
    from geo_relocation.matching.plan.advice import HectareValue, free_place, hectare_value
    from geo_relocation.matching.plan.alternatives import FrontierPoint, alternatives, frontier
    from geo_relocation.matching.plan.changes import Change, smallest_changes, triable
    from geo_relocation.matching.plan.siting import siting, siting_table
    from geo_relocation.matching.plan.siting_trials import Candidate
    from geo_relocation.matching.problem import Choices, Problem
    from geo_relocation.model.reasons import FirmBarrier
    from geo_relocation.scenarios import Scenario
else:
    triable = later("geo_relocation.matching.plan.changes", "triable")
    check = later("geo_relocation.matching.check", "check")
    solve = later("geo_relocation.matching", "solve")
    described = later("geo_relocation.matching.cost_columns", "described")
    free_place = later("geo_relocation.matching.plan.advice", "free_place")
    hectare_value = later("geo_relocation.matching.plan.advice", "hectare_value")
    alternatives = later("geo_relocation.matching.plan.alternatives", "alternatives")
    frontier = later("geo_relocation.matching.plan.alternatives", "frontier")
    smallest_changes = later("geo_relocation.matching.plan.changes", "smallest_changes")
    siting = later("geo_relocation.matching.plan.siting", "siting")
    siting_table = later("geo_relocation.matching.plan.siting", "siting_table")
    FirmBarrier = later("geo_relocation.model.reasons", "FirmBarrier")
    Scenario = later("geo_relocation.scenarios", "Scenario")


@dataclass(frozen=True)
class FirmInPlan:
    """What a plan says about one firm.

    Attributes
    ----------
    firm
        Name, park, year, land in m², distance in km, lots and reason (a message, or text of an
        earlier version), by the columns of
        `assignments`; None where the plan says nothing, as of the park of a firm left out.
    terms
        Cost by term, km-equivalents; empty for a firm left out.
    others
        The best other parks, each with its cost and what stands in the way (`obstacle`).
    changes
        Single changes that would place a firm left out, each tried now.
    notes
        What has to be known about them.
    """

    firm: dict[str, Any]
    terms: dict[str, float]
    others: list[dict[str, Any]]
    changes: tuple[Change, ...] = ()
    notes: list[Message] = field(default_factory=list)

    @property
    def placed(self) -> bool:
        """Whether the plan gives the firm a park."""
        return self.firm["park_id"] is not None

    def summary(self) -> dict[str, Any]:
        """All of it, as plain values and messages."""
        changes = [
            {key: value for key, value in vars(change).items() if key != "site_id"}
            for change in self.changes
        ]
        return {
            **self.firm,
            "terms": self.terms,
            "others": self.others,
            "changes": changes,
            "notes": self.notes,
        }


class Trials(WorkspaceBase):
    """Questions to a plan or scenario, most of which are answered by solving again.

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

    def why(
        self, site_id: str, *, plan_id: str | None = None, scenario: Scenario | None = None
    ) -> FirmInPlan:
        """Why a firm goes where a plan puts it, or what would place it.

        Parameters
        ----------
        site_id
            The firm.
        plan_id
            A stored plan; the newest when left out.
        scenario
            Whose rules hold when changes are tried for a firm left out; that of the plan, as
            it was stored, when left out.

        Raises
        ------
        UnknownNameError
            If there is no such site or plan.
        EmptyWorkspaceError
            If there is no plan yet.
        DataError
            If the firm takes no part in the plan, or the plan's scenario is needed and cannot
            be read.
        """
        with self.snapshot():
            self.site(site_id)
            plan = self._plans.stored_plans.plan(plan_id or self._plans.stored_plans.latest_plan())
            rows = self._plans.stored_plans.plan_assignments(plan["plan_id"])
            mine = rows[rows["site_id"] == site_id]
            if mine.empty:
                raise DataError(
                    _(
                        "Site {site_id:q} takes no part in plan {plan_id}.",
                        site_id=site_id,
                        plan_id=plan["plan_id"],
                    ),
                    why=_("It was not in the scope of the scenario."),
                    hint=_(
                        "Its finding and decision: geo-relocation explain {site_id}",
                        site_id=site_id,
                    ),
                )
            found = self._firm(plan, mine.iloc[0])
            if found.placed:
                return found
            inputs = self._plans.match_inputs()
        return self._with_changes(found, rows, inputs, scenario or scenario_of(plan))

    def _firm(self, plan: pd.Series, row: pd.Series) -> FirmInPlan:
        """What is stored about one firm."""
        parks = self.read("parks").set_index("park_id")["name"].dropna().to_dict()
        name = self.site(row["site_id"])["name"]
        said = json.loads(row.to_json())
        firm = {
            "plan_id": plan["plan_id"],
            "scenario": plan["scenario"],
            "site_id": row["site_id"],
            "name": None if pd.isna(name) else name,
            "park_id": said["park_id"],
            "park": parks.get(said["park_id"]),
            "phase": said["phase"],
            "lots": list(split_codes(said["lot_ids"])),
            **{key: said[key] for key in ("land_m2", "distance_km", "cost_km")},
            "reason_code": said["reason_code"],
            "reason": recalled(said["reason"]),
        }
        costs = {term: said[column.name] for term, column in described(row.index).items()}
        listed = json.loads(said["alternatives"] or "[]")
        for other in listed:
            if other.get("obstacle") is not None:
                other["obstacle"] = recalled(other["obstacle"])
        return FirmInPlan(
            firm,
            {name: value for name, value in costs.items() if value is not None},
            [
                {"park_id": one["park_id"], "park": parks.get(one["park_id"]), **one}
                for one in listed
            ],
        )

    def _with_changes(
        self, found: FirmInPlan, rows: pd.DataFrame, inputs: MatchInputs, scenario: Scenario
    ) -> FirmInPlan:
        """A firm left out, with the changes that place it on the data as they are now."""
        problem, site = self._plans.problem(scenario, inputs=inputs), found.firm["site_id"]
        plan = rows.loc[rows["park_id"].notna(), ["site_id", "park_id", "phase"]]
        notes: list[Message] = []
        layers = inputs.layers(problem.specification, plan)
        if broken := check(layers, problem.specification, plan):
            notes.append(
                ngettext(
                    "On the data and scenario that are tried the plan breaks {count:n} rule: "
                    "{example}",
                    "On the data and scenario that are tried the plan breaks {count:n} rules, "
                    "for example: {example}",
                    len(broken),
                    example=broken[0].message,
                )
            )
        tried, words = _tried(problem, problem.choices(plan), site)
        return replace(found, changes=tried, notes=[*notes, *words])

    def alternatives(
        self,
        scenario: Scenario,
        *,
        count: int = 3,
        within: float = 0.02,
        seconds: float | None = None,
        homes: str | Path | None = None,
        actor: Actor | None = None,
        progress: Progress = SILENT,
    ) -> list[MatchRun]:
        """Plans that place as much, cost at most a share more, and differ as much as can be.

        The best plan comes first; all of them are verified and stored.
        """
        with self.runs.begin(
            "alternatives",
            new_id("alternatives"),
            actor=actor or self.actor,
            parameters={
                "scenario": scenario.id,
                "content": scenario.model_dump(mode="json"),
                "count": count,
                "within": within,
                "seconds": seconds,
                "homes": str(homes) if homes else None,
            },
            progress=progress,
        ) as run:
            inputs = self._plans.match_inputs()
            problem = self._plans.problem(scenario, homes=homes, inputs=inputs)
            best = solve(
                problem, seconds=seconds, threads=self.settings.threads, progress=run.progress
            )
            others = alternatives(
                problem, best, count=count, within=within, seconds=seconds, progress=run.progress
            )
            solutions = (best, *(other.solution for other in others))
            ids = tuple(new_id("plan") for _ in solutions)
            return [
                self._plans.store_plan(
                    problem,
                    solution,
                    scenario,
                    plan_id=plan_id,
                    run=run,
                    ends=ids if plan_id == ids[-1] else (),
                    inputs=inputs,
                    key=inputs.key(
                        problem, seconds=seconds, count=count, within=within, number=number
                    ),
                )
                for number, (plan_id, solution) in enumerate(zip(ids, solutions, strict=True))
            ]

    def frontier(
        self,
        scenario: Scenario,
        *,
        homes: str | Path | None = None,
        progress: Progress = SILENT,
    ) -> list[FrontierPoint]:
        """What less distance costs in specialisation and rent, and the other way round."""
        return frontier(self._plans.problem(scenario, homes=homes), progress=progress)

    def hectare_value(
        self,
        scenario: Scenario,
        park_id: str,
        *,
        ha: float = 1.0,
        homes: str | Path | None = None,
        progress: Progress = SILENT,
    ) -> HectareValue:
        """What some hectares more in a park bring, found by solving again."""
        problem = self._plans.problem(scenario, homes=homes)
        best = solve(problem, threads=self.settings.threads, progress=progress)
        return hectare_value(problem, best, park_id, ha=ha, progress=progress)

    def require_park(self, park_id: str) -> None:
        """Check that there is such a park.

        Raises
        ------
        UnknownNameError
            Naming those that there are.
        """
        parks = list(self.read("parks")["park_id"])
        if park_id not in parks:
            raise UnknownNameError(_("park"), park_id, parks)

    def siting(
        self,
        scenario: Scenario,
        candidates: list[Candidate],
        *,
        most: int | None = None,
        homes: str | Path | None = None,
        progress: Progress = SILENT,
    ) -> pd.DataFrame:
        """Which new parks to open, for which sector, and what each set of openings adds.

        Parameters
        ----------
        candidates
            Parks of the parks layer that are not open yet, with size, cost and earliest year.
        most
            How many of them may be opened; None: any number.
        homes
            File of places where workers live, as for `problem`.
        progress
            Told of each search; raising from it cancels.
        """
        problem = self._plans.problem(scenario, homes=homes)
        return siting_table(siting(problem, candidates, most=most, progress=progress))


def _tried(problem: Problem, plan: Choices, site: str) -> tuple[tuple[Change, ...], list[Message]]:
    """The changes that place a firm left out, or why there are none."""
    if site not in problem.firms.site_id:
        return (), [_("The firm is not in the scope of the scenario any more.")]
    if place := free_place(problem, plan, site):
        park, year = place
        return (), [
            _(
                "There is room in {park} in {year} now: nothing has to change, plan again.",
                park=park,
                year=year,
            )
        ]
    tried = smallest_changes(problem, plan, sites=[site]).get(site)
    if tried is None:
        barrier = problem.firms.barrier[problem.firms.site_id == site][0]
        return (), [_("No change can be tried: {why}.", why=FirmBarrier.of(barrier))]
    notes: list[Message] = []
    if not tried.changes:
        kinds = [lever.words for lever in triable()]
        notes.append(
            _(
                "Tried in every park and year: {kinds}. "
                "None of these alone is enough to place the firm.",
                kinds=kinds,
            )
        )
        earliest = problem.firms.earliest[problem.firms.site_id == site][0]
        if earliest > problem.phases[-1]:
            last = problem.phases[-1]
            notes.append(
                _(
                    "It may only move from {earliest}, after the scenario's last year ({last}).",
                    earliest=int(earliest),
                    last=last,
                )
            )
        if tried.untried:
            others = [lever.words for lever in tried.untried]
            notes.append(_("Not tried, may be enough: {kinds}.", kinds=others))
    return tried.changes, notes


def scenario_of(plan: pd.Series) -> Scenario:
    """The scenario that is stored with a plan.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    try:
        return Scenario.stored(plan["specification"])
    except ValidationError as error:
        raise DataError(
            _("The scenario stored with plan {plan_id} cannot be read.", plan_id=plan["plan_id"]),
            why=listed_mistakes(error),
            hint=_("Name the scenario whose rules hold: --scenario FILE.toml"),
        ) from error
