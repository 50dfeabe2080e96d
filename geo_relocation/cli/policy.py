"""Commands of policy: assess, override, explain, robustness."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo_relocation.cli.common import Session, command
from geo_relocation.cli.language import spoken
from geo_relocation.cli.options import Writes
from geo_relocation.cli.texts import read_text
from geo_relocation.lazy import later, pd
from geo_relocation.messages import _
from geo_relocation.model import split_codes
from geo_relocation.model.enums import Route
from geo_relocation.publish.kinds import CHART, PAGE

if TYPE_CHECKING:
    from geo_relocation.assessment import (
        BatchPolicy,
        Deadlines,
        RuleSet,
        load_batch_policy,
        load_deadlines,
        load_shipped,
        parse_batch_policy,
        parse_deadlines,
        parse_ruleset,
        shipped_rulesets,
    )
    from geo_relocation.assessment.reading import shipped_text
else:
    load_batch_policy = later("geo_relocation.assessment", "load_batch_policy")
    load_deadlines = later("geo_relocation.assessment", "load_deadlines")
    load_shipped = later("geo_relocation.assessment", "load_shipped")
    parse_batch_policy = later("geo_relocation.assessment", "parse_batch_policy")
    parse_deadlines = later("geo_relocation.assessment", "parse_deadlines")
    parse_ruleset = later("geo_relocation.assessment", "parse_ruleset")
    shipped_rulesets = later("geo_relocation.assessment", "shipped_rulesets")
    shipped_text = later("geo_relocation.assessment.reading", "shipped_text")

RulesOption = Annotated[
    str, typer.Option("--rules", metavar="ID|FILE.toml", help="The rule set; see: rules")
]
DeadlinesOption = Annotated[
    str | None,
    typer.Option(
        metavar="ID|FILE.toml",
        help="Version of the deadlines by city; see: schedules show [default: none]",
    ),
]
BatchesOption = Annotated[
    str | None,
    typer.Option(
        metavar="ID|FILE.toml",
        help="Order and quotas of batches; see: schedules show [default: none]",
    ),
]


def _is_file(name: str) -> bool:
    return Path(name).suffix == ".toml"


def load_rules(name: str) -> RuleSet:
    """A shipped rule set by id, or one from a file."""
    return parse_ruleset(read_text(Path(name))) if _is_file(name) else load_shipped(name)


def load_dates(name: str) -> Deadlines:
    """Shipped deadlines by id, or from a file."""
    return parse_deadlines(read_text(Path(name))) if _is_file(name) else load_deadlines(name)


def load_batches(name: str) -> BatchPolicy:
    """A shipped batch policy by id, or one from a file."""
    return parse_batch_policy(read_text(Path(name))) if _is_file(name) else load_batch_policy(name)


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    _register_assess(app)
    _register_firm(app)
    _register_robustness(app)


def _register_assess(app: typer.Typer) -> None:
    @command(app)
    def assess(
        session: Session,
        *,
        rules: RulesOption,
        deadlines: DeadlinesOption = None,
        batches: BatchesOption = None,
    ) -> None:
        """Decide a route, group, batch and deadline for every site, with the reasons.

        Evidence that is missing is reported, never taken as nought. Decisions are kept for
        good: a later assessment or override adds to them.

        Example: geo-relocation assess --rules any-of-four-2024 --deadlines press-2025
        """
        ruleset = load_rules(rules)
        dates = load_dates(deadlines) if deadlines else None
        policy = load_batches(batches) if batches else None
        with session.workspace() as workspace, session.progress() as progress:
            run = workspace.decisions.assess(
                ruleset, deadlines=dates, batch_policy=policy, progress=progress
            )
        session.report(run.summary(), title=ruleset.words.say(spoken()))

    @command(app, tabular=True)
    def rules(
        session: Session,
        *,
        show: Annotated[
            str | None, typer.Option(metavar="ID", help="Print this rule set, to copy and edit.")
        ] = None,
    ) -> None:
        """List the rule sets that ship with the program, with their source and standing."""
        if show:
            session.print_text(shipped_text(_("rule set"), "rules", show))
            return
        found = [load_shipped(name) for name in shipped_rulesets()]
        session.show(
            ["id", "version", "status", "date", "title", "source"],
            [[r.id, r.version, r.status, r.date, r.words.say(spoken()), r.source] for r in found],
        )


def _register_firm(app: typer.Typer) -> None:
    @command(app)
    def override(
        session: Session,
        site: Annotated[str, typer.Argument(metavar="SITE", help="Site id.")],
        *,
        route: Annotated[str, typer.Option(help="One of: " + ", ".join(Route) + ".")],
        ground: Annotated[str, typer.Option(help="Why; required.")],
        author: Annotated[str | None, typer.Option(help="Who decides. [default: setting]")] = None,
        compulsory: Annotated[bool | None, typer.Option(help="Whether it compels.")] = None,
        deadline: Annotated[
            dt.datetime | None, typer.Option(metavar="DATE", formats=["%Y-%m-%d"])
        ] = None,
    ) -> None:
        """Decide otherwise on one site. What was decided before stays on record."""
        with session.workspace() as workspace:
            made = workspace.decisions.override(
                site,
                route,
                ground=ground,
                author=author,
                compulsory=compulsory,
                deadline=deadline.date() if deadline else None,
            )
        row = made.iloc[0]
        session.report({key: row[key] for key in ("decision_id", "route", "author", "replaces")})

    @command(app)
    def explain(
        session: Session,
        site: Annotated[str, typer.Argument(metavar="SITE", help="Site id.")],
        *,
        out: Annotated[
            Path | None,
            typer.Option(metavar="FILE.html", help="Write a page to print."),
            Writes(PAGE),
        ] = None,
    ) -> None:
        """Say why a site was decided on as it was: place, rules, values, margins, sources."""
        with session.workspace() as workspace:
            if out is not None:
                written = workspace.decisions.export_explanation(
                    site, out, language=session.language, force=session.force
                )
                session.report(session.written("page", written))
                return
            page = workspace.decisions.explain(site, language=session.language)
        if session.as_json:
            session.report({"site_id": site, "text": page.text})
        else:
            session.print_text(page.text)


def _register_robustness(app: typer.Typer) -> None:
    @command(app, tabular=True)
    def robustness(
        session: Session,
        *,
        rules: RulesOption,
        shift: Annotated[float, typer.Option(help="Share by which thresholds move.")] = 0.1,
        near: Annotated[
            bool, typer.Option("--near", help="List the firms within that share instead.")
        ] = False,
        against: Annotated[
            str | None,
            typer.Option(metavar="ID|FILE.toml", help="Compare with this rule set instead."),
        ] = None,
        chart: Annotated[
            Path | None,
            typer.Option(metavar="FILE.svg", help="Write the table as a chart."),
            Writes(CHART),
        ] = None,
    ) -> None:
        """Show how firmly the result stands: how many firms change route if thresholds move."""
        ruleset = load_rules(rules)
        with session.workspace() as workspace:
            if against is not None:
                other = load_rules(against)
                found = workspace.decisions.compare_rules(ruleset, other)
                if not session.as_json:
                    found = _with_titles(found, ruleset, other)
            elif near:
                found = workspace.decisions.near_thresholds(ruleset, within=shift)
            else:
                found = workspace.decisions.sensitivity(ruleset, shift=shift)
                if chart is not None:
                    workspace.decisions.export_sensitivity(found, chart, force=session.force)
        session.show_frame(found, hidden=("parameter", "trigger", "evidence"))


def _with_titles(found: pd.DataFrame, *rulesets: RuleSet) -> pd.DataFrame:
    """A comparison of rule sets with the words of groups and criteria in place of their ids."""
    named = {}
    for end, ruleset in zip("ab", rulesets, strict=True):
        groups = {one.id: one.words.say(spoken()) for one in ruleset.groups}
        criteria = {one.id: one.words.say(spoken()) for one in ruleset.triggers}
        named[f"group_{end}"] = found[f"group_{end}"].map(lambda one, to=groups: to.get(one, one))
        named[f"met_{end}"] = [
            "; ".join(criteria[one] for one in split_codes(ids)) for ids in found[f"met_{end}"]
        ]
    return found.assign(**named)
