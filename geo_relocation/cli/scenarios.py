"""Commands that look at scenarios and plans: show, compare, and what else there could be."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo_relocation.cli import comparing
from geo_relocation.cli.common import Session, command
from geo_relocation.cli.language import spoken
from geo_relocation.cli.scenario_files import register_files
from geo_relocation.cli.stages import HomesOption, ScenarioArgument, chosen_scenario
from geo_relocation.cli.tables import ALL
from geo_relocation.errors import UsageError
from geo_relocation.lazy import Deferred, later, pd
from geo_relocation.messages import _
from geo_relocation.model.figures import Breakdown
from geo_relocation.workspace import plan_names

if TYPE_CHECKING:
    from geo_relocation.workspace.out_of_date import OutOfDate

if TYPE_CHECKING:
    from geo_relocation import scenarios
    from geo_relocation.matching.plan import siting_trials
    from geo_relocation.scenarios import said_title
else:
    scenarios = Deferred("geo_relocation.scenarios")
    said_title = later("geo_relocation.scenarios", "said_title")
    siting_trials = Deferred("geo_relocation.matching.plan.siting_trials")

SecondsOption = Annotated[
    float | None, typer.Option(metavar="N", help="Wall-clock limit of each search.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    scenario = typer.Typer(help="Scenarios and plans: show, compare, alternatives, what-if.")
    app.add_typer(scenario, name="scenario")
    _register_views(scenario)
    comparing.register(scenario)
    _register_approval(scenario)
    _register_why(scenario)
    _register_questions(scenario)
    register_files(scenario)


_FOR_MACHINES = {"specification", "input_hash", "sequence"}
"""What a plan holds that says nothing to a person."""


def _register_views(scenario: typer.Typer) -> None:
    @command(scenario, "show", tabular=True)
    def show(
        session: Session,
        plan: Annotated[
            str | None, typer.Argument(metavar="PLAN", help="A plan. [default: list them]")
        ] = None,
        *,
        by: Annotated[
            Breakdown | None,
            typer.Option(
                help="The figures of the plan part by part; of the newest plan, if none is named."
            ),
        ] = None,
    ) -> None:
        """List the shipped scenarios and the plans made, or show one plan with its indicators.

        Example: scenario show PLAN --by city
        """
        if by is not None:
            _show_parts(session, plan, by)
            return
        with session.workspace() as workspace, workspace.snapshot():
            if plan is not None:
                row = workspace.plans.stored_plans.plan(plan)
                plan = str(row["plan_id"])
                values = workspace.read("indicators", where={"plan_id": plan})
                old = workspace.plans.stored_plans.plans_out_of_date(row.to_frame().T).get(plan)
                hidden = {"specification"} if session.as_json else _FOR_MACHINES
                session.report(
                    {
                        **{key: row[key] for key in row.index if key not in hidden},
                        "out_of_date": _told(session, old),
                        **workspace.approvals.of(plan),
                        "indicators": dict(zip(values["key"], values["value"], strict=True)),
                    }
                )
                return
            plans = plan_names.in_order(workspace.read("scenarios"))
            outdated = workspace.plans.stored_plans.plans_out_of_date(plans)
            approved = [workspace.approvals.of(one) for one in plans["plan_id"]]
        plans = plans.drop(columns=["approved_at", "approved_by"]).assign(
            **{key: [one[key] for one in approved] for key in ("approved_at", "approved_by")}
        )
        if not session.as_json:
            for name, shipped in scenarios.shipped_scenarios().items():
                session.say(" – ".join(filter(None, (name, shipped.title, shipped.description))))
        columns = [
            "number",
            "plan_id",
            "title",
            "scenario",
            "created_at",
            "status",
            "placed",
            "unplaced",
            "cost",
            "gap",
            "out_of_date",
            "approved_at",
            "approved_by",
        ]
        told = [_told(session, outdated.get(one)) for one in plans["plan_id"]]
        told_of_each = pd.Series(told, index=plans.index, dtype=object)
        titles = [said_title(str(title), spoken()) for title in plans["title"].fillna("")]
        session.show_frame(plans.assign(out_of_date=told_of_each, title=titles)[columns])


_OF_PARTS = (
    "placed",
    "unplaced",
    "land_ha",
    "distance_mean_km",
    "workers",
    "support_bvnd",
    "support_unknown",
)
"""What of the parts a terminal has room for; with --json or --csv there is all."""


def _show_parts(session: Session, plan: str | None, by: Breakdown) -> None:
    """The indicators of a plan part by part."""
    with session.workspace() as workspace:
        stored = workspace.plans.stored_plans
        row = stored.plan(plan or plan_names.NEWEST)
        chosen = str(row["plan_id"])
        if by is Breakdown.AFTER_USE:
            whole = session.as_json or session.view != ALL
            asked = ("city_code", *(("unit_code", "year") if whole else ()))
            found = stored.after_use(chosen, *asked, language=spoken())
            session.show_frame(found, hidden=("city_code",))
            return
        found = stored.breakdown(chosen, by, spoken())
    rows = found.astype(object).where(found.notna(), None).to_numpy().tolist()
    seen = ["part", *(key for key in _OF_PARTS if key in found.columns)]
    named = "" if pd.isna(row["title"]) else said_title(str(row["title"]), spoken())
    title = _("{by}: plan {plan}", by=by, plan=named or chosen)
    session.show(list(found.columns), rows, title=title, seen=seen)


def _told(session: Session, old: OutOfDate | None) -> object:
    """Why a plan no longer matches the workspace: in words, or with --json in codes."""
    if old is None:
        return None
    return old.summary() if session.as_json else old.words(spoken())


PlanArgument = Annotated[str, typer.Argument(metavar="PLAN", help="A plan.")]
DocumentOption = Annotated[
    str, typer.Option(metavar="TEXT", help="Number of the document that says so.")
]
DateOption = Annotated[
    datetime, typer.Option(metavar="DATE", formats=["%Y-%m-%d"], help="Day of the document.")
]
NoteOption = Annotated[str | None, typer.Option(metavar="TEXT", help="Anything to add.")]


def _register_approval(scenario: typer.Typer) -> None:
    @command(scenario, "approve")
    def approve(
        session: Session,
        plan: PlanArgument,
        *,
        document: DocumentOption,
        date: DateOption,
        note: NoteOption = None,
    ) -> None:
        """Record that a plan is approved, by which document, and who says so.

        One plan at most is approved: it takes the place of the one before. Nothing of it is
        ever changed; it is undone by the approval of another plan, or withdrawn with a document.
        Re-planning (match --replan) starts from the approved plan.

        Example: scenario approve PLAN --document "12/QĐ-UBND" --date 2026-07-01
        """
        with session.workspace() as workspace:
            entry = workspace.approvals.approve(
                plan, document=document, dated=date.date(), note=note
            )
        session.report(_entry(entry))

    @command(scenario, "withdraw")
    def withdraw(
        session: Session,
        plan: PlanArgument,
        *,
        document: DocumentOption,
        date: DateOption,
        note: NoteOption = None,
    ) -> None:
        """Withdraw the approval of a plan; no plan is approved then."""
        with session.workspace() as workspace:
            entry = workspace.approvals.withdraw(
                plan, document=document, dated=date.date(), note=note
            )
        session.report(_entry(entry))


def _entry(entry: pd.Series) -> dict[str, Any]:
    """An entry without the number that the store gives it."""
    return {
        key: None if pd.isna(value) else value for key, value in entry.items() if key != "sequence"
    }


def _register_why(scenario: typer.Typer) -> None:
    @command(scenario, "why")
    def why(
        session: Session,
        site: Annotated[str, typer.Argument(metavar="SITE", help="Site id.")],
        *,
        plan: Annotated[
            str | None, typer.Option(metavar="PLAN", help="A plan. [default: the newest]")
        ] = None,
        scenario: Annotated[
            str | None,
            typer.Option(
                metavar="SCENARIO",
                help="A TOML file or shipped id whose rules hold when changes are tried. "
                "[default: the scenario stored with the plan]",
            ),
        ] = None,
    ) -> None:
        """Say why a firm goes where a plan puts it, or what single change would place it.

        Changes are tried at once, on the data as they are now, with the other firms where the
        plan puts them.
        """
        with session.workspace() as workspace:
            chosen = chosen_scenario(workspace, scenario) if scenario else None
            summary = workspace.trials.why(site, plan_id=plan, scenario=chosen).summary()
        if session.as_json:
            session.report(summary)
            return
        others = pd.DataFrame(summary.pop("others"))
        summary["changes"] = [change["message"] for change in summary["changes"]]
        session.report(
            {key: value for key, value in summary.items() if value not in (None, [], {})}
        )
        if len(others):
            session.show_frame(others, title=_("Other parks"))


def _register_questions(scenario: typer.Typer) -> None:
    @command(scenario, "alternatives", tabular=True)
    def alternatives(
        session: Session,
        name: ScenarioArgument,
        *,
        count: Annotated[int, typer.Option(min=1, help="How many beside the best.")] = 3,
        within: Annotated[float, typer.Option(help="Share by which they may cost more.")] = 0.02,
        seconds: SecondsOption = None,
        homes: HomesOption = None,
    ) -> None:
        """Store plans that are nearly as good as the best and differ as much as can be found.

        The best comes first. Each has the status and gap that are proven of it; `dearer` is the
        share by which it costs more than the best.
        """
        with session.workspace() as workspace, session.progress() as progress:
            runs = workspace.trials.alternatives(
                chosen_scenario(workspace, name),
                count=count,
                within=within,
                seconds=seconds,
                homes=homes,
                progress=progress,
            )
        keys = ("plan_id", "status", "placed", "unplaced", "cost", "gap")
        found = [run.summary() for run in runs]
        least = found[0]["cost"]
        rows = [
            [*(one[key] for key in keys), (one["cost"] - least) / least if least else 0.0]
            for one in found
        ]
        session.show([*keys, "dearer"], rows)

    @command(scenario, "frontier", tabular=True)
    def frontier(session: Session, name: ScenarioArgument, *, homes: HomesOption = None) -> None:
        """Show what less distance costs in specialisation and rent, and the other way round."""
        with session.workspace() as workspace, session.progress() as progress:
            chosen = chosen_scenario(workspace, name)
            points = workspace.trials.frontier(chosen, homes=homes, progress=progress)
        session.show_frame(pd.DataFrame([asdict(point) for point in points]))

    @command(scenario, "hectare")
    def hectare(
        session: Session,
        name: ScenarioArgument,
        park: Annotated[str, typer.Argument(metavar="PARK", help="Park id.")],
        *,
        ha: Annotated[float, typer.Option(help="Hectares more.")] = 1.0,
        homes: HomesOption = None,
    ) -> None:
        """Show what a hectare more in a park brings, by solving again."""
        with session.workspace() as workspace, session.progress() as progress:
            workspace.trials.require_park(park)
            chosen = chosen_scenario(workspace, name)
            value = workspace.trials.hectare_value(
                chosen, park, ha=ha, homes=homes, progress=progress
            )
        session.report(asdict(value))

    @command(scenario, "siting", tabular=True)
    def siting(
        session: Session,
        name: ScenarioArgument,
        *,
        candidate: Annotated[
            list[str],
            typer.Option(
                metavar="PARK:HA:KM:YEAR[:SECTORS]",
                help="A site that may be opened: park id, hectares, opening cost in "
                "km-equivalents, earliest year, VSIC divisions joined by commas; repeat it.",
            ),
        ],
        most: Annotated[
            int | None, typer.Option(min=1, help="Parks that may be opened at most.")
        ] = None,
        homes: HomesOption = None,
    ) -> None:
        """Show which new parks to open, for which sector, and what each set adds.

        The best set comes first; bound_km is what no set that leaves out as little can go
        below, gap how much dearer than the best there is it may be.

        Example: scenario siting default --candidate P52:40:500:2028:16,31
        """
        candidates = [parse_candidate(text) for text in candidate]
        with session.workspace() as workspace, session.progress() as progress:
            for one in candidates:
                workspace.trials.require_park(one.park_id)
            chosen = chosen_scenario(workspace, name)
            found = workspace.trials.siting(
                chosen, candidates, most=most, homes=homes, progress=progress
            )
        session.show_frame(found)


def parse_candidate(text: str) -> siting_trials.Candidate:
    """A candidate site from ``PARK:HA:KM:YEAR[:SECTORS]``.

    Raises
    ------
    UsageError
        If it is not of that form.
    """
    parts = text.split(":")
    try:
        park, ha, km, year = parts[0], float(parts[1]), float(parts[2]), int(parts[3])
    except (IndexError, ValueError) as error:
        raise UsageError(
            _("{text:q} is no candidate site.", text=text),
            hint=_("Write PARK:HA:KM:YEAR[:SECTORS], e.g. P52:40:500:2028:16,31"),
        ) from error
    sectors = tuple(filter(None, parts[4].split(","))) if len(parts) > 4 else ()  # noqa: PLR2004
    return siting_trials.Candidate(park, ha, km, year, sectors)
