"""Commands around files coming in: init, import, issues."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from geo_relocation.cli.common import Session, command
from geo_relocation.cli.labels import written
from geo_relocation.cli.language import spoken
from geo_relocation.cli.options import Writes
from geo_relocation.cli.tables import ALL
from geo_relocation.cli.texts import read_text
from geo_relocation.cli.upkeep import report_history
from geo_relocation.lazy import Deferred, later
from geo_relocation.messages import Text, _, joined
from geo_relocation.model import IMPORTED
from geo_relocation.model.enums import Severity
from geo_relocation.model.land_use import CODE_SYSTEMS
from geo_relocation.model.scheme import parse_scheme
from geo_relocation.publish.kinds import CHANGE_BOOK, ISSUE_BOOK, LAND_USE_BOOK

if TYPE_CHECKING:
    from geo_relocation.geo.crs import parse_working_crs
    from geo_relocation.workspace import create_workspace
else:
    parse_working_crs = later("geo_relocation.geo.crs", "parse_working_crs")
    create_workspace = later("geo_relocation.workspace", "create_workspace")

if TYPE_CHECKING:
    from geo_relocation.workspace import imports
    from geo_relocation.workspace.import_log import ImportReport
else:
    imports = Deferred("geo_relocation.workspace.imports")

LAYERS = ", ".join(name.replace("_", "-") for name in IMPORTED)
SHOWN_CHANGES = 20


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    _register_init(app)
    _register_import(app)
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


def _register_import(app: typer.Typer) -> None:
    @command(app, "import")
    def import_(
        session: Session,
        *,
        layer: Annotated[
            str,
            typer.Argument(metavar="LAYER", help="What the file holds: " + LAYERS + "."),
        ],
        file: Annotated[
            str,
            typer.Argument(
                metavar="FILE",
                help="GeoPackage, shapefile, GeoJSON, FileGDB, GeoParquet, DXF, CSV, Excel, or a "
                "zip of one; or a table: postgresql://user@host/database?table=schema.table",
            ),
        ],
        source_layer: Annotated[
            str | None,
            typer.Option(
                "--layer", metavar="NAME", help="Layer or sheet, where there are several."
            ),
        ] = None,
        mapping: Annotated[
            list[str] | None,
            typer.Option(
                "--map",
                metavar="attribute=column",
                help="Which column holds an attribute; may be repeated. [default: by the headers]",
            ),
        ] = None,
        constants: Annotated[
            list[str] | None,
            typer.Option(
                "--set", metavar="attribute=value", help="One value for all rows; may be repeated."
            ),
        ] = None,
        where: Annotated[
            str | None, typer.Option(metavar="SQL", help="Only rows that meet this condition.")
        ] = None,
        crs: Annotated[
            str | None,
            typer.Option(
                metavar="EPSG:N",
                help="Reference system of the file, where it states none or a wrong one.",
            ),
        ] = None,
        encoding: Annotated[
            str | None, typer.Option(help="Text encoding: utf-8, tcvn3, vni, cp1258, …")
        ] = None,
        code_system: Annotated[
            str | None,
            typer.Option(help=f"System of the land-use codes of zones: {', '.join(CODE_SYSTEMS)}."),
        ] = None,
        code_table: Annotated[
            Path | None,
            typer.Option(
                metavar="FILE",
                help="Your own table, CSV or Excel: columns code and category. Codes that no table "
                "knows are listed by: issues --unknown-uses FILE.xlsx",
            ),
        ] = None,
        duplicates: Annotated[
            Literal["ask", "merge", "keep"],
            typer.Option(help="Sites that may be the same as another: hold back, merge or keep."),
        ] = "ask",
        changes: Annotated[
            Path | None,
            typer.Option(metavar="FILE.xlsx", help="Write every changed value as a workbook."),
            Writes(CHANGE_BOOK),
        ] = None,
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help="Say what would happen and store nothing.")
        ] = False,
    ) -> None:
        """Import a file into a layer, with a log of every repair and refusal.

        Rows with a known id are updated, new ones added, none removed; what changed is shown,
        value by value. A file lands whole or not at all. See what was repaired or refused with:
        geo-relocation issues

        Example: geo-relocation import zones plan.gpkg --layer landuse --code-system vn-2024
        """  # fmt: skip
        with session.workspace() as workspace, session.progress() as progress:
            report = workspace.imports.import_layer(
                layer,
                file,
                source_layer=source_layer,
                mapping=imports.parse_pairs(mapping or [], "--map"),
                constants=imports.parse_pairs(constants or [], "--set"),
                where=where,
                crs=crs,
                encoding=encoding,
                code_system=code_system,
                code_table=workspace.imports.read_code_table(code_table) if code_table else None,
                duplicates=duplicates,
                dry_run=dry_run,
                progress=progress,
            )
            workbook = (
                workspace.imports.log.export_changes(report, changes, force=session.force)
                if changes
                else None
            )
        summary = report.summary() | session.written("workbook", workbook)
        report_import(session, report, summary, title=_("Import"))
        if report.prepared.rows_accepted == 0:
            raise typer.Exit(1)

    @command(app, tabular=True)
    def undo(
        session: Session,
        import_id: Annotated[
            str | None, typer.Argument(metavar="IMPORT", help="The import. [default: list them]")
        ] = None,
        *,
        keep_history: Annotated[
            bool,
            typer.Option(
                "--keep-history",
                help="Even where decisions, entries or findings hang on rows that go: these stay, "
                "plans with such rows are removed.",
            ),
        ] = False,
    ) -> None:
        """Take an import back as a whole, or list the imports that there are.

        Refused where rows were changed since: undo the later imports first. Refused where
        something hangs on rows that go, unless it is to be kept without them.
        """
        with session.workspace() as workspace:
            if import_id is None:
                columns = ["import_id", "layer", "file", "imported_at", "author", "rows_added",
                           "rows_changed", "undone_at"]  # fmt: skip
                session.show_frame(workspace.read("imports")[columns])
                return
            session.report(
                workspace.imports.undo_import(import_id, keep_history=keep_history),
                title=_("Undone"),
            )


def report_import(
    session: Session, report: ImportReport, summary: dict[str, Any], *, title: Text
) -> None:
    """Show counts, and the values that changed: the first of them, or with --json all."""
    changes = report.plan.changes
    if session.as_json:
        plain = changes.astype(object).where(changes.notna(), None)
        session.report({**summary, "changes": plain.to_dict("records")})
        return
    session.report(summary, title=joined((title, _("(dry run)"))) if report.dry_run else title)
    if report.nothing_changed:
        session.say(
            _("Nothing changed: import {id} brought the same already.", id=report.import_id)
        )
    if len(changes):
        session.show_frame(changes.head(SHOWN_CHANGES), title=_("Changes"))
    if len(changes) > SHOWN_CHANGES:
        session.say(
            _(
                "{shown:n} of {count:n} changed values; all of them with --changes FILE.xlsx "
                "or --json.",
                shown=SHOWN_CHANGES,
                count=len(changes),
            )
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
                import_id=import_id, layer=layer, kind=kind, closed=closed
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
                        first["message" if spoken() == "vi" else "message_en"],
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
                "; ".join(f"{record}: {detail}" for record, detail in result.examples[:2]),
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
