"""The command `sectors`: codes for sites that name their sector in words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geo_relocation.cli.common import Session, command
from geo_relocation.cli.importing import report_import
from geo_relocation.cli.options import Writes
from geo_relocation.errors import UsageError
from geo_relocation.messages import _
from geo_relocation.publish.kinds import SECTOR_BOOK


def register(app: typer.Typer) -> None:
    """Add the command to the application."""

    @command(app, tabular=True)
    def sectors(
        session: Session,
        *,
        suggest: Annotated[
            Path | None,
            typer.Option(
                metavar="FILE.xlsx",
                help="Write the suggestions as a workbook to be confirmed: in its last column an x "
                "takes the suggestion, another code goes before it.",
            ),
            Writes(SECTOR_BOOK),
        ] = None,
        confirm: Annotated[
            Path | None,
            typer.Option(
                metavar="FILE", help="Give the sites the codes that such a list confirms."
            ),
        ] = None,
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help="Say what would be filled and store nothing.")
        ] = False,
    ) -> None:
        """Suggest VSIC codes for sites that name their sector in words, and take confirmed ones.

        Nothing is filled in unless a person confirms it; a code that is there is never replaced.
        It counts as an import, so that undo takes it back.

        Example: geo-relocation sectors --suggest nganh.xlsx
        """
        if suggest is not None and confirm is not None:
            raise UsageError(
                _("--suggest and --confirm exclude each other."),
                hint=_("First write the list, then confirm it."),
            )
        with session.workspace() as workspace:
            words = workspace.imports.sectors
            if suggest is not None:
                written = words.export_suggestions(suggest, force=session.force)
                session.report(session.written("workbook", written))
                return
            if confirm is None:
                session.show_frame(words.suggestions().drop(columns="confirmed"))
                return
            report = words.confirm(confirm, dry_run=dry_run)
        summary = {
            "import_id": report.import_id,
            "sites": len(report.prepared.frame),
            "sites_filled": len(report.plan.changed),
            "still_empty": int(report.prepared.frame["vsic"].isna().sum()),
            "dry_run": dry_run,
        }
        report_import(session, report, summary, title=_("Sectors of the sites"))
