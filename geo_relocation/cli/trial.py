"""Commands to try the program: sample and demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geo_relocation.assessment import load_batch_policy, load_deadlines, load_shipped
from geo_relocation.cli.common import Session, command
from geo_relocation.model.enums import Verdict
from geo_relocation.workspace import Workspace, create_workspace

SHAPEFILES = Path(__file__).parents[2] / "data" / "shapefiles"
"""The sample as files, in a clone of the project."""

FILES = (
    ("admin_units", "admin_units.shp"),
    ("zones", "zones.shp"),
    ("sites", "sites.shp"),
    ("sites", "sites_points.shp"),
    ("parks", "parks.shp"),
    ("lots", "lots.shp"),
    ("roads", "roads.shp"),
)

DEMO_RULES, DEMO_DEADLINES, DEMO_BATCHES = "any-of-four-2024", "press-2025", "template"
DEMO_SECONDS = 15.0


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""

    @command(app)
    def sample(session: Session) -> None:
        """Fill an empty workspace with the sample province: schematic, synthetic, and says so.

        Example: geo-relocation -w thu.gpkg init, then geo-relocation -w thu.gpkg sample
        """
        with session.workspace() as workspace, session.progress() as progress:
            counts = workspace.load_sample(progress=progress)
        session.report(counts, title="Dữ liệu mẫu")

    @command(app)
    def demo(
        session: Session,
        folder: Annotated[
            Path, typer.Argument(metavar="FOLDER", help="Where to write; made when missing.")
        ] = Path("build/demo"),
    ) -> None:
        """Run the whole job on the sample province: files, flags, decisions, plan, map, lists."""
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "mau.gpkg"
        file.unlink(missing_ok=True)
        with create_workspace(str(file), crs="EPSG:9210", settings=session.settings) as workspace:
            run_demo(session, workspace, folder)


def run_demo(session: Session, workspace: Workspace, folder: Path) -> None:
    """All stages in order; results go to `folder`."""
    with session.progress() as progress:
        if SHAPEFILES.is_dir():
            for layer, name in FILES:
                workspace.import_layer(layer, SHAPEFILES / name, progress=progress)
        else:
            workspace.load_sample(progress=progress)
        screened = workspace.screen(progress=progress).summary()
        assessed = workspace.assess(
            load_shipped(DEMO_RULES),
            deadlines=load_deadlines(DEMO_DEADLINES),
            batch_policy=load_batch_policy(DEMO_BATCHES),
            progress=progress,
        ).summary()
        plan = workspace.match(
            workspace.scenario("default"), seconds=DEMO_SECONDS, progress=progress
        ).summary()
        progress.start("Writing the results", total=4)
        written = {}
        for key, write, target in (
            ("map", workspace.map, "ban-do.html"),
            ("qgis", workspace.export_qgis, "qgis"),
            ("workbook", workspace.export_xlsx, "danh-sach.xlsx"),
            ("report", workspace.export_docx, "bao-cao.docx"),
        ):
            written[key] = str(write(folder / target))
            progress.advance()
        progress.finish()
    verdicts = screened["verdicts"]
    if not session.as_json:
        verdicts = {Verdict.of(key).label(): count for key, count in verdicts.items()}
    session.report(
        {
            "sites": screened["sites"],
            "verdicts": verdicts,
            "routes": assessed["routes"],
            "placed": plan["placed"],
            "unplaced": plan["unplaced"],
            "cost_km": plan["cost"],
            "gap": plan["gap"],
            "workspace": workspace.store.url,
            **written,
        },
        title="Dữ liệu mẫu – không phải số liệu thật",
    )
