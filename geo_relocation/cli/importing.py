"""Commands that bring files in, and take them back: import, undo."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from geo_relocation.cli.common import Session, command
from geo_relocation.cli.options import Writes
from geo_relocation.errors import UnknownNameError, UsageError
from geo_relocation.lazy import Deferred, later
from geo_relocation.messages import Text, _, joined
from geo_relocation.model import IMPORTED
from geo_relocation.model.land_use import CODE_SYSTEMS
from geo_relocation.publish.kinds import CHANGE_BOOK, ISSUE_BOOK

if TYPE_CHECKING:
    from geo_relocation.publish import write_template
    from geo_relocation.workspace import imports
    from geo_relocation.workspace.import_log import ImportReport
else:
    imports = Deferred("geo_relocation.workspace.imports")
    write_template = later("geo_relocation.publish", "write_template")

LAYERS = ", ".join(name.replace("_", "-") for name in IMPORTED)
SHOWN_CHANGES = 20


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""

    @command(app, "import")
    def import_(
        session: Session,
        *,
        layer: Annotated[
            str,
            typer.Argument(metavar="LAYER", help="What the file holds: " + LAYERS + "."),
        ],
        file: Annotated[
            str | None,
            typer.Argument(
                metavar="FILE",
                show_default=False,
                help="GeoPackage, shapefile, GeoJSON, FileGDB, GeoParquet, DXF, CSV, Excel, or a "
                "zip of one; or a table: postgresql://user@host/database?table=schema.table",
            ),
        ] = None,
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
            typer.Option(
                help="Sites that may be the same as another, and sites, parks, lots and zones that "
                "contradict the known one of their id: hold back and ask, merge into it, or keep "
                "as one of their own."
            ),
        ] = "ask",
        changes: Annotated[
            Path | None,
            typer.Option(metavar="FILE.xlsx", help="Write every changed value as a workbook."),
            Writes(CHANGE_BOOK),
        ] = None,
        issues: Annotated[
            Path | None,
            typer.Option(
                metavar="FILE.xlsx",
                help="Write every repair, assumption and refusal of this file, also of a dry run: "
                "a workbook, or a table where the name ends in .csv.",
            ),
            Writes(ISSUE_BOOK),
        ] = None,
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help="Say what would happen and store nothing.")
        ] = False,
        forget: Annotated[
            bool,
            typer.Option(
                "--forget",
                help="Forget what --map and --code-system said with earlier files of these "
                "headers, and read this one without.",
            ),
        ] = False,
        template: Annotated[
            bool,
            typer.Option(
                "--template",
                help="Write an empty workbook for the layer to FILE instead: headers, lists of "
                "values, an example. [default FILE: mau-LAYER.xlsx]",
            ),
        ] = False,
    ) -> None:
        """Import a file into a layer, with a log of every repair and refusal.

        Rows with a known id are updated, new ones added, none removed; what changed is shown,
        value by value. A file lands whole or not at all. See what was repaired or refused with:
        geo-relocation issues

        Example: geo-relocation import zones plan.gpkg --layer landuse --code-system vn-2024
        """  # fmt: skip
        if template:
            report_template(session, layer, file)
            return
        if file is None:
            raise UsageError(
                _("Which file is to be imported is missing."),
                hint=_("Example: geo-relocation import sites danhsach.xlsx"),
            )
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
                forget=forget,
                dry_run=dry_run,
                progress=progress,
            )
            workbook = (
                workspace.imports.log.export_changes(report, changes, force=session.force)
                if changes
                else None
            )
            log = workspace.imports.log
            told = log.export_report(report, issues, force=session.force) if issues else None
        summary = report.summary() | session.written("workbook", workbook)
        summary |= session.written("issue_list", told)
        report_import(session, report, summary, title=_("Import"))
        if report.prepared.rows_accepted == 0:
            raise typer.Exit(1)

    @command(app, tabular=True)
    def mappings(
        session: Session,
        *,
        forget: Annotated[
            str | None,
            typer.Option(metavar="ID", help="Forget one of them; all: every one."),
        ] = None,
    ) -> None:
        """List what is remembered about the columns of files, or forget it.

        What --map and --code-system say with a file is used again for files with the same
        headers, and each time it is said so.
        """
        with session.workspace() as workspace:
            known = workspace.imports.mappings
            if forget is not None:
                session.report({"forgotten": known.forget(forget)}, title=_("Forgotten"))
                return
            found = known.remembered()
        if not session.as_json and session.view.csv is None:
            found["options"] = [_as_options(json.loads(text)) for text in found["options"]]
        columns = ["mapping_id", "layer", "options", "file", "confirmed_at", "author"]
        session.show_frame(found[columns])

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


def _as_options(told: Mapping[str, Any]) -> str:
    """What is remembered of a file, as it would be typed."""
    words = [f"--map {field}={column}" for field, column in told.get("map", {}).items()]
    if told.get("code_system"):
        words.append(f"--code-system {told['code_system']}")
    return " ".join(words)


def report_template(session: Session, layer: str, file: str | None) -> None:
    """Write an empty workbook for a layer."""
    name = layer.replace("-", "_")
    if name not in IMPORTED:
        raise UnknownNameError(_("layer to import into"), layer, IMPORTED)
    path = Path(file or f"mau-{layer}.xlsx")
    # The name of the file stands where that of a source would.
    protected = replace(session.protected, sources=())
    written = write_template(name, path, language=session.settings.language, protected=protected)
    session.report({"layer": name, "workbook": str(written)}, title=_("Template"))


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
    if report.remembered is not None:
        session.note(
            _(
                "{words} was said with {file} on {day:d} and is used for files with the same "
                "headers; forget it with: geo-relocation mappings --forget {id}",
                words=report.remembered.told.words,
                file=report.remembered.file,
                day=report.remembered.at,
                id=report.remembered.mapping_id,
            )
        )
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
