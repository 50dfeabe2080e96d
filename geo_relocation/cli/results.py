"""Commands that write what people look at: map and export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geo_relocation.cli.common import Session, command

PlanOption = Annotated[
    str | None, typer.Option("--plan", metavar="ID", help="The plan to show. [default: newest]")
]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    export = typer.Typer(help="Write a QGIS project, a workbook, a report or GeoParquet files.")
    app.add_typer(export, name="export")

    @command(app, "map")
    def map_(
        session: Session,
        out: Annotated[Path, typer.Option("--out", metavar="FILE.html", help="The file to write.")],
        plan: PlanOption = None,
        base_tiles: Annotated[
            bool,
            typer.Option("--base-tiles", help="Fetch a street map while the page is open."),
        ] = False,
    ) -> None:
        """Write the interactive map: one HTML file that needs no internet.

        Example: geo-relocation map --out maps/ban-do.html
        """
        with session.workspace() as workspace:
            path = workspace.map(out, plan_id=plan, base_tiles=base_tiles)
        session.report({"map": str(path), "bytes": path.stat().st_size})

    @command(export, "qgis")
    def qgis(
        session: Session,
        out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Folder to write.")],
        plan: PlanOption = None,
    ) -> None:
        """Write a styled QGIS project with its GeoPackage; the folder can be moved or copied."""
        with session.workspace() as workspace:
            path = workspace.export_qgis(out, plan_id=plan)
        session.report({"project": str(path)})

    @command(export, "xlsx")
    def xlsx(
        session: Session,
        out: Annotated[Path, typer.Option("--out", metavar="FILE.xlsx", help="File to write.")],
        plan: PlanOption = None,
    ) -> None:
        """Write the workbook: list per city, findings, plan, firms left out, parks."""
        with session.workspace() as workspace:
            path = workspace.export_xlsx(out, plan_id=plan)
        session.report({"workbook": str(path)})

    @command(export, "docx")
    def docx(
        session: Session,
        out: Annotated[Path, typer.Option("--out", metavar="FILE.docx", help="File to write.")],
        plan: PlanOption = None,
    ) -> None:
        """Write the report as a Word document."""
        with session.workspace() as workspace:
            path = workspace.export_docx(out, plan_id=plan)
        session.report({"report": str(path)})

    @command(export, "geoparquet")
    def geoparquet(
        session: Session,
        out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Folder to write.")],
    ) -> None:
        """Write every layer and table as a (Geo)Parquet file."""
        with session.workspace() as workspace:
            paths = workspace.export_geoparquet(out)
        session.report({"files": [str(path) for path in paths]})
