"""Commands of schedules: the versions of deadlines and batches, and what another would change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo_relocation import publish
from geo_relocation.cli.common import Session, command
from geo_relocation.cli.labels import label
from geo_relocation.cli.language import spoken
from geo_relocation.cli.options import Writes
from geo_relocation.cli.policy import load_batches, load_dates
from geo_relocation.errors import UsageError
from geo_relocation.lazy import later, pd
from geo_relocation.messages import Language, _
from geo_relocation.model import schema
from geo_relocation.publish.kinds import SCHEDULE_BOOK, SCHEDULES

if TYPE_CHECKING:
    from geo_relocation.assessment import (
        BatchPolicy,
        Deadlines,
        load_batch_policy,
        load_deadlines,
        shipped_batch_policies,
        shipped_deadlines,
    )
    from geo_relocation.assessment.reading import shipped_text
else:
    load_batch_policy = later("geo_relocation.assessment", "load_batch_policy")
    load_deadlines = later("geo_relocation.assessment", "load_deadlines")
    shipped_batch_policies = later("geo_relocation.assessment", "shipped_batch_policies")
    shipped_deadlines = later("geo_relocation.assessment", "shipped_deadlines")
    shipped_text = later("geo_relocation.assessment.reading", "shipped_text")

DatesArgument = Annotated[
    str, typer.Argument(metavar="ID|FILE.toml", help="Version of the deadlines; see: show")
]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    schedules = typer.Typer(help="Deadlines and batches: versions, and what another would change.")
    app.add_typer(schedules, name="schedules")
    _register_show(schedules)
    _register_compare(schedules)


def _register_show(schedules: typer.Typer) -> None:
    @command(schedules, "show", tabular=True)
    def show(
        session: Session,
        *,
        deadlines: Annotated[
            str | None,
            typer.Option(metavar="ID", help="Print these deadlines, to copy and edit."),
        ] = None,
        batches: Annotated[
            str | None,
            typer.Option(metavar="ID", help="Print this batch policy, to copy and edit."),
        ] = None,
    ) -> None:
        """List the deadlines and batch policies that ship, with their source and standing."""
        for kind, folder, name in (
            (_("set of deadlines"), "deadlines", deadlines),
            (_("batch policy"), "batches", batches),
        ):
            if name:
                session.print_text(shipped_text(kind, folder, name))
        if deadlines or batches:
            return
        found: list[tuple[str, Deadlines | BatchPolicy]] = [
            ("deadlines", load_deadlines(name)) for name in shipped_deadlines()
        ]
        found += [("batches", load_batch_policy(name)) for name in shipped_batch_policies()]
        session.show(
            ["for", "id", "version", "status", "date", "title", "source"],
            [
                [
                    kind if session.as_json else label(kind),
                    *(one.id, one.version, one.status, one.date),
                    *(one.words.say(spoken()), one.source),
                ]
                for kind, one in found
            ],
        )


def _register_compare(schedules: typer.Typer) -> None:
    @command(schedules, "compare", tabular=True)
    def compare(
        session: Session,
        first: DatesArgument,
        second: DatesArgument,
        *,
        batches: Annotated[
            str | None,
            typer.Option(metavar="ID|FILE.toml", help="Batch policy of both. [default: none]"),
        ] = None,
        second_batches: Annotated[
            str | None,
            typer.Option(
                metavar="ID|FILE.toml", help="Batch policy of the second. [default: the same]"
            ),
        ] = None,
        rows: Annotated[int, typer.Option(min=0, help="Firms to show.")] = 20,
        xlsx: Annotated[
            Path | None,
            typer.Option(metavar="FILE.xlsx", help="Write all of them as a workbook."),
            Writes(SCHEDULE_BOOK),
        ] = None,
    ) -> None:
        """Show which firms would get another deadline or batch under another version.

        Routes stay as they were decided; nothing is stored. To compare batch policies alone,
        name the same deadlines twice.

        Example: geo-relocation schedules compare plan-2022 press-2025 --batches plan-2022
        """
        if second_batches and not batches:
            raise UsageError(
                _("--second-batches needs --batches."), hint=_("Name what it is compared with.")
            )
        policy = load_batches(batches) if batches else None
        other = load_batches(second_batches) if second_batches else policy
        dates = load_dates(first), load_dates(second)
        with session.workspace() as workspace:
            found = workspace.decisions.compare_schedules((dates[0], policy), (dates[1], other))
        changed = _named(found[found["changed"]], *dates)
        summary = _summary(found)
        if xlsx is not None:
            book = publish.write_table(
                changed.rename(columns=_headers(session.settings.language)),
                xlsx,
                title="Đợt và thời hạn",
                language=session.settings.language,
                what=(SCHEDULES, SCHEDULE_BOOK),
                protected=session.protected,
            )
            summary |= session.written("workbook", book)
        dated = {name: changed[name].dt.date for name in ("deadline_a", "deadline_b")}
        plain = changed.assign(**dated).astype(object).where(changed.notna(), None)
        if session.as_json:
            session.report({**summary, "sites_changed": plain.to_dict("records")})
            return
        session.report(summary, title=" → ".join(version.words.say(spoken()) for version in dates))
        shown = plain.head(rows)
        if len(shown):
            session.show_frame(shown)
        if len(shown) < len(changed):
            session.say(
                _(
                    "{shown:n} of {count:n}; all of them with --xlsx or --json.",
                    shown=len(shown),
                    count=len(changed),
                )
            )


def _named(changed: pd.DataFrame, first: Deadlines, second: Deadlines) -> pd.DataFrame:
    """The firms that change, with their city by name."""
    cities = {code: city.name for each in (first, second) for code, city in each.cities.items()}
    named = changed["city_code"].map(lambda code: cities.get(code, code))
    days = changed["days"].astype("Int64")
    return changed.assign(city_code=named, days=days).drop(columns="changed")


def _headers(language: Language) -> dict[str, str]:
    """Headers of the workbook, in the words of the data dictionary."""
    headers = {
        name: schema("sites").attribute(name).header(language) for name in ("site_id", "name")
    }
    headers["city_code"] = schema("sites").attribute("old_district").header(language)
    for name in ("deadline", "batch"):
        words = schema("decisions").attribute(name).header(language)
        headers |= {f"{name}_a": f"{words} (1)", f"{name}_b": f"{words} (2)"}
    return headers | {"days": "Chậm hơn (ngày)" if language == "vi" else "Later by (days)"}


def _summary(found: pd.DataFrame) -> dict[str, Any]:
    """How many firms change what."""
    before, after = found["batch_a"].fillna(""), found["batch_b"].fillna("")
    return {
        "sites": len(found),
        "changed": int(found["changed"].sum()),
        "deadline_earlier": int((found["days"] < 0).sum()),
        "deadline_later": int((found["days"] > 0).sum()),
        "deadline_gained": int((found["deadline_a"].isna() & found["deadline_b"].notna()).sum()),
        "deadline_lost": int((found["deadline_a"].notna() & found["deadline_b"].isna()).sum()),
        "batch_changed": int((before != after).sum()),
        "batches_before": before[before != ""].value_counts().sort_index().to_dict(),
        "batches_after": after[after != ""].value_counts().sort_index().to_dict(),
    }
