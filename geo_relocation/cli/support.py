"""Commands of support: the policies, and what firms get under them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo_relocation.cli.common import Session, command
from geo_relocation.cli.labels import written
from geo_relocation.cli.language import spoken
from geo_relocation.cli.tables import ALL
from geo_relocation.cli.texts import read_text
from geo_relocation.lazy import Deferred
from geo_relocation.messages import _
from geo_relocation.model.money import Payer, SupportKind, SupportOutcome

if TYPE_CHECKING:
    from geo_relocation import support
    from geo_relocation.support import telling
    from geo_relocation.workspace.support import SupportEstimate
else:
    support = Deferred("geo_relocation.support")
    telling = Deferred("geo_relocation.support.telling")

AsOfOption = Annotated[
    dt.datetime | None,
    typer.Option("--as-of", metavar="DATE", formats=["%Y-%m-%d"], help="Day to look at."),
]
PoliciesOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME,NAME…",
        help="Sets or single policies, or files of your own (.toml); see: support policies",
    ),
]

_SHORT = ["policy", "item", "status", "valid_from", "valid_to", "default"]
"""What of a policy a terminal has room for."""

_COLUMNS = ("site_id", "policy", "item", "amount_vnd", "year", "city", "payer", "status")


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    group = typer.Typer(help="Support for firms: dated policies, and what each firm gets.")
    app.add_typer(group, name="support")
    _register_policies(group)
    _register_estimate(group)


def _asked(policies: str | None) -> tuple[list[str], list[str]]:
    """Names of policies that ship, and contents of files."""
    names = [name.strip() for name in (policies or "").split(",") if name.strip()]
    files = [name for name in names if Path(name).suffix == ".toml"]
    return [name for name in names if name not in files], [read_text(Path(one)) for one in files]


def _register_policies(group: typer.Typer) -> None:
    @command(group, "policies", tabular=True)
    def policies(
        session: Session,
        *,
        as_of: AsOfOption = None,
        show: Annotated[
            str | None,
            typer.Option(metavar="SET", help="Print this file of policies, to copy and edit."),
        ] = None,
        form: Annotated[
            bool, typer.Option("--form", help="Print a file of parameters, to fill in.")
        ] = False,
    ) -> None:
        """List the support policies that ship; with --json or --csv all that is known of each.

        The last column says what is worked out by default. With --as-of only those valid on that
        day.
        """
        if show:
            session.print_text(support.shipped_text(show))
            return
        if form:
            session.print_text(telling.form(support.catalogue(), spoken()))
            return
        chosen = set(support.catalogue().chosen)
        rows = [
            {
                "policy": one.id,
                "item": one.label(spoken()),
                "status": one.status,
                "valid_from": one.valid_from,
                "valid_to": one.valid_to,
                "default": one.id in chosen and one.kind is not SupportKind.INFORMATION,
                "set": one.set_id,
                "kind": one.kind,
                "jurisdiction": one.jurisdiction or None,
                "beneficiary": one.beneficiary.say(spoken()),
                "condition": one.condition.say(spoken()),
                "formula": one.formula.say(spoken()),
                "cap": one.cap,
                "months": one.months,
                "who_sets": one.who_sets.say(spoken()),
                "payer": one.payer,
                "payer_source": one.payer_source.say(spoken()),
                "ground": one.ground,
                "source": one.source,
                "source_date": one.source_date,
                "certainty": one.certainty,
                "note": one.note.say(spoken()),
            }
            for one in support.catalogue().policies.values()
            if as_of is None or one.in_force(as_of.date())
        ]
        whole = session.as_json or session.view != ALL
        columns = [*rows[0]] if whole and rows else _SHORT
        session.show(columns, [[row[name] for name in columns] for row in rows])


def _register_estimate(group: typer.Typer) -> None:
    @command(group, "estimate", tabular=True)
    def estimate(
        session: Session,
        site: Annotated[
            str | None, typer.Argument(metavar="[SITE]", help="Site id; left out: all.")
        ] = None,
        *,
        plan: Annotated[
            str | None,
            typer.Option(metavar="PLAN", help="Who moves when. [default: no plan]"),
        ] = None,
        policies: PoliciesOption = None,
        as_of: AsOfOption = None,
        parameters: Annotated[
            Path | None,
            typer.Option(metavar="FILE.toml", help="What the province sets, with its source."),
        ] = None,
        items: Annotated[
            bool, typer.Option("--items", help="List every amount of every firm instead.")
        ] = False,
    ) -> None:
        """Work out what a firm gets, with the arithmetic; or all firms, with totals.

        What cannot be computed says what is lacking; nothing is guessed.

        Example: geo-relocation support estimate --plan newest --parameters tham-so.toml
        """
        names, own = _asked(policies)
        with session.workspace() as workspace:
            made = workspace.support.estimate(
                site,
                plan=plan,
                policies=names,
                own=own,
                as_of=as_of.date() if as_of else None,
                parameters=read_text(parameters) if parameters else None,
            )
            name = str(workspace.site(site)["name"]) if site else ""
        if session.as_json:
            session.report(_as_json(made, every=site is not None))
        elif site is not None:
            session.print_text(telling.page(made.found, made.known, name, spoken()))
        else:
            _show(session, made, every=items)


def _as_json(made: SupportEstimate, *, every: bool) -> dict[str, Any]:
    """All of an estimate; of many firms, only the items that give something."""
    given = (SupportOutcome.COMPUTED, SupportOutcome.IN_KIND)
    items = [item for item in made.found.items if every or item.outcome in given]
    return {
        **_about(made),
        "policies": list(made.known.chosen),
        **telling.totals(made.found),
        "items": [telling.item_row(item, spoken()) for item in items],
        "not_computed": telling.lacking_rows(made.found, made.known, spoken()),
        "parameters": telling.parameter_rows(made.found.parameters, spoken()),
    }


def _about(made: SupportEstimate) -> dict[str, Any]:
    return {
        "as_of": made.as_of,
        "plan": made.plan,
        "firms": made.firms,
        "finished": made.finished,
        "unplaced": made.unplaced,
    }


def _value(made: SupportEstimate, row: dict[str, Any]) -> str:
    """The value of a parameter: for all, then for cities by name."""
    cities = {made.cities.get(code, code): value for code, value in row["by_city"].items()}
    values = [row["value"]] if row["value"] is not None else []
    return "  ".join(written(value) for value in [*values, *([cities] if cities else [])])


def _show(session: Session, made: SupportEstimate, *, every: bool) -> None:
    """Totals, and what could not be computed or every amount."""
    found = made.found
    sums = telling.totals(found)
    by_city = {made.cities.get(code, code): sum_ for code, sum_ in sums["by_city"].items()}
    by_both = {
        year: {Payer.of(payer).label(spoken()): paid for payer, paid in payers.items()}
        for year, payers in sums["by_year_and_payer"].items()
    }
    shown = {**sums, "by_city": by_city, "by_year_and_payer": by_both}
    session.report({**_about(made), **shown}, title=_("Support"))
    for row in telling.parameter_rows(found.parameters, spoken()):
        session.say(
            _(
                "{title}: {value} ({source})",
                title=row["title"],
                value=_value(made, row),
                source=row["source"],
            )
        )
    if every:
        given = [item for item in found.items if item.outcome is SupportOutcome.COMPUTED]
        rows = [telling.item_row(item, spoken()) | {"status": item.policy.status} for item in given]
        session.show(_COLUMNS, [[row[name] for name in _COLUMNS] for row in rows])
        return
    lacking = telling.lacking_rows(found, made.known, spoken())
    if lacking:
        session.say(_("What could not be computed:"))
        session.show(
            ["policy", "item", "without", "sites"],
            [[row[name] for name in ("policy", "item", "without", "sites")] for row in lacking],
        )
