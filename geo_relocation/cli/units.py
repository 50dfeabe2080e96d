"""Commands of administrative units: fill those of sites, and totals by unit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from geo_relocation.cli.common import Session, command
from geo_relocation.cli.importing import report_import
from geo_relocation.cli.language import spoken
from geo_relocation.cli.options import Writes
from geo_relocation.messages import _
from geo_relocation.model import schema
from geo_relocation.publish.kinds import CHANGE_BOOK


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    _register_units(app)
    _register_totals(app)


def _register_units(app: typer.Typer) -> None:
    @command(app)
    def units(
        session: Session,
        *,
        changes: Annotated[
            Path | None,
            typer.Option(metavar="FILE.xlsx", help="Write every value filled in as a workbook."),
            Writes(CHANGE_BOOK),
        ] = None,
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help="Say what would be filled and store nothing.")
        ] = False,
    ) -> None:
        """Fill the old district and the new unit of sites that lack them.

        By the old commune where it passed whole, by the place where it was divided or is not
        known; what is recorded is never replaced. What cannot be told stays empty: see issues.
        It counts as an import, so that undo takes it back.
        """
        with session.workspace() as workspace:
            report = workspace.imports.units.fill_units(dry_run=dry_run)
            workbook = (
                workspace.imports.log.export_changes(report, changes, force=session.force)
                if changes
                else None
            )
        frame, kinds = report.prepared.frame, report.prepared.issues["kind"]
        left = {
            unit: int((frame[unit].isna() & frame[f"{unit}_code"].isna()).sum())
            for unit in ("old_district", "new_unit")
        }
        summary = {
            "import_id": report.import_id,
            "sites": len(frame),
            "sites_filled": len(report.plan.changed),
            "filled": report.plan.changes["field"].value_counts().to_dict(),
            "still_empty": left,
            "issues": kinds.value_counts().to_dict(),
            "dry_run": dry_run,
        } | session.written("workbook", workbook)
        report_import(session, report, summary, title=_("Administrative units of the sites"))


def _register_totals(app: typer.Typer) -> None:
    @command(app, tabular=True)
    def totals(
        session: Session,
        *,
        by: Annotated[
            Literal["old-district", "old-commune", "new-unit"],
            typer.Option(help="Units before or since 2025-07-01."),
        ] = "old-district",
    ) -> None:
        """Count sites, land and workers by old district, old commune or new unit.

        What is not known counts as nought in a sum and is counted beside it. Sites that name
        no unit come last; fill theirs with: geo-relocation units
        """
        with session.workspace() as workspace:
            found = workspace.imports.units.totals(COLUMNS[by])
        found["land_m2"] = found["land_m2"].round().astype("Int64")
        session.show_frame(found, title=schema("sites").attribute(COLUMNS[by]).header(spoken()))


COLUMNS: dict[str, Literal["old_district", "old_commune", "new_unit"]] = {
    "old-district": "old_district",
    "old-commune": "old_commune",
    "new-unit": "new_unit",
}
