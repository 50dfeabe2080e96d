"""Commands on scenario files: write one to fill in, and check one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo_relocation.cli.common import Session, command
from geo_relocation.cli.language import spoken
from geo_relocation.cli.options import Writes
from geo_relocation.cli.stages import chosen_scenario
from geo_relocation.errors import UsageError
from geo_relocation.lazy import Deferred, later
from geo_relocation.messages import _
from geo_relocation.publish.kinds import SCENARIO
from geo_relocation.standing.names import name_key

if TYPE_CHECKING:
    from geo_relocation import scenarios
    from geo_relocation.publish.files import replaced
    from geo_relocation.workspace.trials import scenario_of
else:
    scenarios = Deferred("geo_relocation.scenarios")
    replaced = later("geo_relocation.publish.files", "replaced")
    scenario_of = later("geo_relocation.workspace.trials", "scenario_of")

_SUFFIX = ".toml"
_LONGEST_ID = 60


def register_files(scenario: typer.Typer) -> None:
    """Add the commands to the group."""
    _register_new(scenario)
    _register_check(scenario)


def _register_new(scenario: typer.Typer) -> None:
    @command(scenario, "new")
    def new(
        session: Session,
        name: Annotated[
            Path,
            typer.Argument(metavar="NAME", help="What it is called, or the file to write."),
            Writes(SCENARIO),
        ],
        *,
        base: Annotated[
            str,
            typer.Option(
                "--from", metavar="SCENARIO|PLAN", help="Shipped id, TOML file or plan to copy."
            ),
        ] = "default",
        title: Annotated[
            str | None,
            typer.Option(metavar="TEXT", help="The question it asks. [default: the name]"),
        ] = None,
    ) -> None:
        """Write a scenario file to fill in: every field with its meaning and what holds now.

        Nothing changed, it gives the plan of the scenario it was copied from.

        Example: scenario new "Cây Trường chậm một năm" --from default
        """
        stem = name.name.removesuffix(_SUFFIX)
        key = "-".join(name_key(stem).split())[:_LONGEST_ID].rstrip("-")
        if not key:
            raise UsageError(
                _("{name:q} cannot be the name of a scenario.", name=str(name)),
                hint=_("It needs a letter or a digit."),
            )
        file = name if name.suffix == _SUFFIX else name.with_name(key + _SUFFIX)
        if base in scenarios.shipped_scenarios():
            found = scenarios.load_shipped(base)
        else:
            with session.workspace() as workspace:
                found = (
                    chosen_scenario(workspace, base)
                    if Path(base).suffix == _SUFFIX
                    else scenario_of(workspace.plans.stored_plans.plan(base))
                )
        stated = found.model_dump(exclude_unset=True, exclude={"description", "extends"})
        made = type(found).model_validate(stated | {"id": key, "title": title or stem})
        with replaced(file, SCENARIO, session.protected) as draft:
            draft.write_text(scenarios.scenario_template(made, spoken()), "utf-8")
        session.report({"scenario": key, "title": made.title, "file": str(file)})


def _register_check(scenario: typer.Typer) -> None:
    @command(scenario, "check")
    def check(
        session: Session,
        file: Annotated[
            str, typer.Argument(metavar="SCENARIO", help="A TOML file, or a shipped id.")
        ],
    ) -> None:
        """Say whether a scenario can be used here, or list every mistake in it.

        Fields, contradictions, and the names of cities, parks and firms of the workspace.
        """
        with session.workspace() as workspace:
            found = chosen_scenario(workspace, file)
            if file in scenarios.shipped_scenarios():
                found = workspace.plans.read_scenario(scenarios.shipped_text(file))
        if not session.as_json:
            session.say(_("No mistakes."))
        session.report(
            {"scenario": found.id, "title": found.title, "years": list(found.phases) or None}
            | ({"mistakes": []} if session.as_json else {})
        )
