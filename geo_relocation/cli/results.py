"""Commands that write what people look at: map and export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geo_relocation.cli.common import Session, command
from geo_relocation.cli.options import Writes
from geo_relocation.errors import UsageError
from geo_relocation.messages import _
from geo_relocation.publish.kinds import (
    DOCUMENT,
    GEOPARQUET,
    LEADER_DOCUMENT,
    LEADER_PDF,
    MAP,
    WORKBOOK,
    qgis_folder,
)

PlanOption = Annotated[
    str | None, typer.Option("--plan", metavar="PLAN", help="The plan to show. [default: newest]")
]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    export = typer.Typer(help="Write a QGIS project, a workbook, a report or GeoParquet files.")
    app.add_typer(export, name="export")

    @command(app, "map")
    def map_(
        session: Session,
        out: Annotated[
            Path, typer.Option("--out", metavar="FILE.html", help="The file to write."), Writes(MAP)
        ],
        plan: PlanOption = None,
        base_tiles: Annotated[
            bool,
            typer.Option("--base-tiles", help="Fetch a street map while the page is open."),
        ] = False,
        with_confidential: Annotated[
            bool,
            typer.Option(
                "--with-confidential",
                help="Also show what the data dictionary marks as personal or confidential.",
            ),
        ] = False,
    ) -> None:
        """Write the interactive map: one HTML file that needs no internet.

        Tax codes, breaches, wishes and grounds of decisions are left out unless asked for.

        Example: geo-relocation map --out maps/ban-do.html
        """
        with session.workspace() as workspace:
            written = workspace.publications.map(
                out,
                plan_id=plan,
                base_tiles=base_tiles,
                with_confidential=with_confidential,
                force=session.force,
            )
        size = {"bytes": written.path.stat().st_size}
        session.report(session.written("map", written) | size)

    @command(export, "qgis")
    def qgis(
        session: Session,
        out: Annotated[
            Path,
            typer.Option("--out", metavar="FOLDER", help="Folder to write."),
            Writes(qgis_folder()),
        ],
        plan: PlanOption = None,
    ) -> None:
        """Write a styled QGIS project with its GeoPackage; the folder can be moved or copied."""
        with session.workspace() as workspace:
            written = workspace.publications.export_qgis(out, plan_id=plan, force=session.force)
        session.report(session.written("project", written))

    @command(export, "xlsx")
    def xlsx(
        session: Session,
        out: Annotated[
            Path,
            typer.Option("--out", metavar="FILE.xlsx", help="File to write."),
            Writes(WORKBOOK),
        ],
        plan: PlanOption = None,
    ) -> None:
        """Write the workbook: list per city, findings, plan, firms left out, parks."""
        with session.workspace() as workspace:
            written = workspace.publications.export_xlsx(out, plan_id=plan, force=session.force)
        session.report(session.written("workbook", written))

    @command(export, "docx")
    def docx(
        session: Session,
        out: Annotated[
            Path,
            typer.Option("--out", metavar="FILE.docx", help="File to write."),
            Writes(DOCUMENT),
        ],
        plan: PlanOption = None,
    ) -> None:
        """Write the report as a Word document."""
        with session.workspace() as workspace:
            written = workspace.publications.export_docx(out, plan_id=plan, force=session.force)
        session.report(session.written("report", written))

    @command(export, "geoparquet")
    def geoparquet(
        session: Session,
        out: Annotated[
            Path,
            typer.Option("--out", metavar="FOLDER", help="Folder to write."),
            Writes(GEOPARQUET),
        ],
    ) -> None:
        """Write every layer and table as a (Geo)Parquet file."""
        with session.workspace() as workspace:
            written = workspace.publications.export_geoparquet(out, force=session.force)
        session.report({"files": []} | session.written("files", *written, None))

    _register_reports(app)


def _register_reports(app: typer.Typer) -> None:
    report = typer.Typer(help="Write pages for people who decide.")
    app.add_typer(report, name="report")

    @command(report, "leader")
    def leader(
        session: Session,
        plan: Annotated[
            str | None, typer.Argument(metavar="PLAN", help="A plan. [default: newest]")
        ] = None,
        *,
        out: Annotated[
            Path | None,
            typer.Option("--out", metavar="FILE.docx", help="Write a Word document."),
            Writes(LEADER_DOCUMENT),
        ] = None,
        pdf: Annotated[
            Path | None,
            typer.Option("--pdf", metavar="FILE.pdf", help="Write a PDF (needs LibreOffice)."),
            Writes(LEADER_PDF),
        ] = None,
    ) -> None:
        """Write one A4 page on a plan: question, answer, firms, land, years, money, map.

        It says what is proven and what is assumed.

        Example: geo-relocation report leader --out trang.docx --pdf trang.pdf
        """
        if out is None and pdf is None:
            raise UsageError(
                _("No file is named for the page."), hint=_("Give --out, --pdf or both.")
            )
        with session.workspace() as workspace:
            written = workspace.publications.leader_page(
                out, pdf, plan_id=plan, force=session.force
            )
        session.report(session.written("files", *written, None))
