"""Commands that run the stages: screen and match, and what reads their results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from pydantic import ValidationError

from geo_relocation.cli.common import Session, command
from geo_relocation.cli.texts import read_side_rows, read_text
from geo_relocation.errors import InvalidPlanError, UsageError
from geo_relocation.lazy import Deferred
from geo_relocation.messages import _, listed_mistakes

if TYPE_CHECKING:
    from geo_relocation.workspace import Workspace

if TYPE_CHECKING:
    from geo_relocation import screening
    from geo_relocation.scenarios import Scenario
else:
    screening = Deferred("geo_relocation.screening")

_DISTANCES = ("match", "value", "distance_m")

ScenarioArgument = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="A TOML file, or the id of a shipped scenario.")
]


def chosen_scenario(workspace: Workspace, name: str) -> Scenario:
    """The scenario of a TOML file, or a shipped one by its id."""
    path = Path(name)
    if path.suffix == ".toml":
        return workspace.plans.read_scenario(
            read_text(path), beside=lambda other: read_text(path.parent / other)
        )
    return workspace.plans.scenario(name)


def load_table(name: str | None) -> screening.DistanceTable | None:
    """A distance table from a CSV or Excel file, or a shipped one by id."""
    if name is None:
        return None
    if name in screening.shipped_tables():
        return screening.shipped_tables()[name]
    path = Path(name)
    return screening.distance_table(read_side_rows(path, _DISTANCES), table_id=path.stem)


def screening_parameters(**given: object) -> screening.ScreeningParameters:
    """Parameters from the options that were given; the rest keep their defaults."""
    try:
        return screening.ScreeningParameters.model_validate(
            {key: value for key, value in given.items() if value is not None}
        )
    except ValidationError as error:
        raise UsageError(
            _("The screening options cannot be used: {reason}.", reason=listed_mistakes(error))
        ) from error


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    _register_screen(app)
    _register_match(app)


def _register_screen(app: typer.Typer) -> None:
    @command(app)
    def screen(
        session: Session,
        *,
        housing_buffer: Annotated[
            float | None,
            typer.Option(
                metavar="METRES",
                help="Required distance to housing, in place of the table. "
                "[default: from the table]",
            ),
        ] = None,
        distance_table: Annotated[
            str | None,
            typer.Option(
                metavar="ID|FILE",
                help="Table of required distances: a shipped one by its id, or a CSV, xlsx or ods "
                "file. [default: tcvn-4449-1987, superseded]",
            ),
        ] = None,
        threshold: Annotated[
            float | None,
            typer.Option(
                metavar="SHARE", help="Residential share that means conflict. [default: 0.5]"
            ),
        ] = None,
        plan_basis: Annotated[
            Literal["planned-then-existing", "planned", "existing", "both"] | None,
            typer.Option(help="Which zones decide. [default: planned-then-existing]"),
        ] = None,
        mixed_is_residential: Annotated[
            bool, typer.Option(help="Count mixed zones as housing.")
        ] = False,
        houses: Annotated[
            Path | None,
            typer.Option(metavar="FILE", help="House footprints to take distances to as well."),
        ] = None,
        sensitive: Annotated[
            Path | None,
            typer.Option(metavar="FILE", help="Schools, health stations, public buildings."),
        ] = None,
        sources: Annotated[
            Path | None,
            typer.Option(
                metavar="FILE",
                help="Sources of pollution or the buildings that hold them, with a column "
                "site_id, to measure distances from. [default: from the outline]",
            ),
        ] = None,
    ) -> None:
        """Flag the sites that conflict with residential land.

        Every site gets one of three verdicts (conflict, clear, check) with its reason; the run
        and its thresholds are kept. Compare two runs with: geo-relocation runs --compare ID
        """
        parameters = screening_parameters(
            housing_buffer_m=housing_buffer,
            residential_threshold=threshold,
            plan_basis=plan_basis,
            mixed_is_residential=mixed_is_residential or None,
        )
        with session.workspace() as workspace, session.progress() as progress:
            run = workspace.screening.screen(
                parameters,
                table=load_table(distance_table),
                houses=houses,
                sensitive=sensitive,
                sources=sources,
                progress=progress,
            )
        summary = run.summary()
        session.report(summary, title=_("Screening"))


HomesOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Where workers live, with columns site_id and workers; counts as "
        "weights.homes of the scenario says.",
    ),
]


def _register_match(app: typer.Typer) -> None:
    @command(app)
    def match(
        session: Session,
        scenario: Annotated[
            str | None,
            typer.Argument(
                metavar="SCENARIO|RUN",
                help="A TOML file, or the id of a shipped scenario; with --resume also a run.",
            ),
        ] = None,
        *,
        seconds: Annotated[
            float | None, typer.Option(metavar="N", help="Wall-clock limit of the search.")
        ] = None,
        work: Annotated[
            int | None,
            typer.Option(metavar="N", help="Limit in moves: the same plan on every machine."),
        ] = None,
        seed: Annotated[int | None, typer.Option(metavar="N", help="Seed of the search.")] = None,
        based_on: Annotated[
            str | None,
            typer.Option(
                "--replan",
                metavar="[PLAN]",
                help="Keep this plan, the approved one where none is named, but where change pays.",
            ),
        ] = None,
        near: Annotated[
            str | None,
            typer.Option(
                metavar="PLAN|none",
                help="Of plans as good, take the one nearest to this, and tell every change. "
                "[default: the newest plan of what the scenario extends]",
            ),
        ] = None,
        lots: Annotated[bool, typer.Option("--lots", help="Also give firms their lots.")] = False,
        homes: HomesOption = None,
        resume: Annotated[
            bool,
            typer.Option(
                "--resume",
                help="Go on from the best plan of an interrupted search: of the run that is "
                "named, else of the newest, of the scenario if that is named.",
            ),
        ] = False,
        check: Annotated[
            Path | None,
            typer.Option(
                metavar="FILE.csv|xlsx",
                help="Only check a plan made by hand: columns site_id, park_id, phase.",
            ),
        ] = None,
    ) -> None:
        """Place the firms that are to move into parks: as many as possible, then at least cost.

        Who that is, and in which years, is said first. The default takes the sites whose route
        in force is to relocate, over the years of the scheme that remain; while nothing was
        decided, those in conflict.

        The plan is verified by code that knows nothing of the solver, and stored with its bound
        and gap. While it runs, the best plan so far is kept in a draft file beside the
        workspace; should the search be interrupted, --resume goes on from there.
        Start with: geo-relocation match default
        """
        if scenario is None and not resume:
            raise UsageError(
                _("Which scenario?"),
                hint=_("Example: {command}", command="geo-relocation match default"),
            )
        options: dict[str, Any] = {
            "seconds": seconds, "work": work, "seed": seed,
            "based_on": based_on, "lots": lots, "homes": homes, "near": near,
        }  # fmt: skip
        with session.workspace() as workspace:
            run_id = scenario if resume and workspace.runs.knows(scenario) else None
            chosen = chosen_scenario(workspace, scenario) if scenario and not run_id else None
            if chosen is not None and check is not None:
                violations = workspace.plans.check_plan_file(chosen, check)
                if violations:
                    raise InvalidPlanError([violation.message for violation in violations])
                session.report({"violations": 0})
                return
            with session.progress() as progress:
                if chosen is None or resume:
                    run = workspace.resume(run_id, scenario=chosen, progress=progress, **options)
                else:
                    run = workspace.match(chosen, progress=progress, **options)
        summary = run.summary()
        if not session.as_json:
            session.say(run.scope.words)
            against = summary.pop("base", None)
            summary["notes"] = [*(against["changes"] if against else []), *summary["notes"][1:]]
            del summary["scope"]
            del summary["rules"]  # the notes say them
            summary.pop("budget", None)  # the notes say it
        session.report(summary, title=str(run.row["title"]))
