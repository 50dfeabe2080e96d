"""Commands around files coming in: init, issues, check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo_relocation.cli.common import Session, command
from geo_relocation.cli.labels import written
from geo_relocation.cli.language import spoken
from geo_relocation.cli.options import Writes
from geo_relocation.cli.tables import ALL
from geo_relocation.cli.texts import read_text
from geo_relocation.cli.upkeep import report_history
from geo_relocation.lazy import later
from geo_relocation.messages import _, joined
from geo_relocation.model.enums import Severity
from geo_relocation.model.scheme import parse_scheme
from geo_relocation.publish.kinds import ISSUE_BOOK, LAND_USE_BOOK
from geo_relocation.words import say

if TYPE_CHECKING:
    from geo_relocation.geo.crs import parse_working_crs
    from geo_relocation.workspace import create_workspace
else:
    parse_working_crs = later("geo_relocation.geo.crs", "parse_working_crs")
    create_workspace = later("geo_relocation.workspace", "create_workspace")


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    _register_init(app)
    _register_issues(app)


def _register_init(app: typer.Typer) -> None:
    @command(app)
    def init(
        session: Session,
        crs: Annotated[
            str | None,
            typer.Option(metavar="EPSG:N", help="Working CRS, projected. [default: EPSG:9210]"),
        ] = None,
        scheme: Annotated[
            Path | None,
            typer.Option(metavar="FILE.toml", help="The scheme. [default: Đề án 3210]"),
        ] = None,
    ) -> None:
        """Make a new, empty workspace.

        Example: geo-relocation -w binhduong.gpkg init
        """
        if crs is not None:
            parse_working_crs(crs)
        parsed = parse_scheme(read_text(scheme)) if scheme else None
        with create_workspace(
            session.workspace_url, crs=crs, scheme=parsed, settings=session.settings
        ) as workspace:
            session.report(
                {
                    "workspace": workspace.store.url,
                    "crs": workspace.crs.to_string(),
                    "scheme": workspace.scheme.name,
                }
            )


def _register_issues(app: typer.Typer) -> None:
    @command(app, tabular=True)
    def issues(
        session: Session,
        *,
        import_id: Annotated[
            str | None, typer.Option("--import", metavar="ID", help="Only of this import.")
        ] = None,
        layer: Annotated[
            str | None, typer.Option(metavar="LAYER", help="Only of this layer.")
        ] = None,
        kind: Annotated[
            str | None, typer.Option(metavar="KIND", help="Every row of this kind of issue.")
        ] = None,
        closed: Annotated[bool, typer.Option(help="Also those that were settled.")] = False,
        xlsx: Annotated[
            Path | None,
            typer.Option(metavar="FILE.xlsx", help="Write them all as a workbook."),
            Writes(ISSUE_BOOK),
        ] = None,
        unknown_uses: Annotated[
            Path | None,
            typer.Option(
                metavar="FILE.xlsx",
                help="Write the land uses of zones that no table knows, with zones and hectares; "
                "with a category for each it goes into: import zones --code-table",
            ),
            Writes(LAND_USE_BOOK),
        ] = None,
    ) -> None:
        """Show what was repaired, assumed or refused on the way in, worst first.

        Issues are grouped by kind, with the first of each; --kind lists all of one kind, and
        --json gives every row with its place in the source file.
        """
        with session.workspace() as workspace:
            if unknown_uses is not None:
                uses = workspace.imports.log.export_unknown_uses(unknown_uses, force=session.force)
                session.report(session.written("workbook", uses))
                return
            found = workspace.imports.log.issues(
                import_id=import_id, layer=layer, kind=kind, closed=closed, language=spoken()
            )
            if xlsx is not None:
                book = workspace.imports.log.export_issues(xlsx, closed=closed, force=session.force)
                session.report(session.written("workbook", book))
                return
        if session.as_json or kind or session.view != ALL:
            columns = ["file", "row", "record_id", "field", "value", "action", "message"]
            session.show_frame(found[columns] if kind and session.view == ALL else found)
            return
        for (severity, name), rows in found.groupby(["severity", "kind"], sort=False):
            first = rows.iloc[0]
            session.say(
                joined(
                    (
                        Severity.of(severity).label(spoken()),
                        f"{name} × {len(rows)}",
                        written(first["layer"], "layer"),
                        first["message"],
                    ),
                    between=" · ",
                )
            )
        session.say(_("{count:n} in all.", count=len(found)))

    @command(app, tabular=True)
    def check(
        session: Session,
        names: Annotated[
            list[str] | None, typer.Argument(metavar="NAME", help="Checks to run. [default: all]")
        ] = None,
        *,
        strict: Annotated[
            list[str] | None,
            typer.Option(metavar="NAME", help="Exit 1 if this check finds anything; or all."),
        ] = None,
        history: Annotated[
            bool,
            typer.Option("--history", help="Recompute the chain over what must not be rewritten."),
        ] = False,
    ) -> None:
        """Check the workspace against itself: overlaps, missing places, areas that disagree.

        With --history: whether runs, findings, decisions, events and plans are as this program
        wrote them; exit 1 with the first link of the chain that does not hold.
        """
        if history:
            report_history(session)
            return
        with session.workspace() as workspace:
            language = spoken()
            results = workspace.imports.check(names or None, strict=strict or ())
        rows = [
            [
                result.check.name,
                result.check.severity,
                result.count if result.ran else None,
                result.check.text(language),
                "; ".join(
                    f"{record}: {say(detail, language)}" for record, detail in result.examples[:2]
                ),
                result.check.remedy(language) if result.count else "",
            ]
            for result in results
        ]
        if not session.as_json:
            rows = [row for row in rows if row[2]]
        session.show(["check", "severity", "count", "what", "examples", "remedy"], rows)
        session.say(
            _(
                "{count:n} checks, {found:n} with findings.",
                count=len(results),
                found=sum(bool(r.count) for r in results),
            )
        )
