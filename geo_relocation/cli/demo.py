"""Commands to try the program: sample and demo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo_relocation.cli.common import Session, command
from geo_relocation.cli.options import Writes
from geo_relocation.lazy import later
from geo_relocation.messages import _
from geo_relocation.publish.kinds import (
    DEMO,
    DEMO_WORKSPACE,
    RECORD,
    demo_record,
    describe_demo,
)

if TYPE_CHECKING:
    from geo_relocation.assessment import load_batch_policy, load_deadlines, load_shipped
    from geo_relocation.publish.files import Protected, replaced
    from geo_relocation.workspace import Workspace, create_workspace
else:
    load_batch_policy = later("geo_relocation.assessment", "load_batch_policy")
    load_deadlines = later("geo_relocation.assessment", "load_deadlines")
    load_shipped = later("geo_relocation.assessment", "load_shipped")
    Protected = later("geo_relocation.publish.files", "Protected")
    replaced = later("geo_relocation.publish.files", "replaced")
    create_workspace = later("geo_relocation.workspace", "create_workspace")

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
            counts = workspace.imports.load_sample(progress=progress)
        session.report(counts, title=_("Sample data"))

    @command(app)
    def demo(
        session: Session,
        folder: Annotated[
            Path,
            typer.Argument(metavar="FOLDER", help="Where to write; made when missing."),
            Writes(DEMO),
        ] = Path("build/demo"),
    ) -> None:
        """Run the whole job on the sample province: files, flags, decisions, plan, map, lists.

        Results of an earlier demo are replaced. Its workspace mau.gpkg is replaced only if
        nothing was done with it since; your own is never touched.
        """
        file = folder / "mau.gpkg"
        protected = Protected(sources=session.sources, force=session.force)
        with replaced(file, DEMO_WORKSPACE, protected) as draft:
            # The workspace takes its name when everything is done: stopped before, the folder
            # keeps what was there.
            with create_workspace(
                str(draft), crs="EPSG:9210", settings=session.settings
            ) as workspace:
                found = run_demo(session, workspace, folder)
            description = describe_demo(draft)
        with replaced(demo_record(file), RECORD) as record:
            record.write_text(description, "utf-8")
        session.report(found | {"workspace": str(file)}, title=_("Sample data, no real figures"))


def run_demo(session: Session, workspace: Workspace, folder: Path) -> dict[str, Any]:
    """All stages in order; results go to `folder`. Returns what there is to report."""
    with session.progress() as progress:
        if SHAPEFILES.is_dir():
            for layer, name in FILES:
                workspace.imports.import_layer(layer, SHAPEFILES / name, progress=progress)
        else:
            workspace.imports.load_sample(progress=progress)
        screened = workspace.screening.screen(progress=progress).summary()
        assessed = workspace.decisions.assess(
            load_shipped(DEMO_RULES),
            deadlines=load_deadlines(DEMO_DEADLINES),
            batch_policy=load_batch_policy(DEMO_BATCHES),
            progress=progress,
        ).summary()
        made = workspace.match(
            workspace.plans.scenario("default"), seconds=DEMO_SECONDS, progress=progress
        )
        plan = made.summary()
        progress.start(_("Writing the results"), total=4)
        written = {}
        for key, write, target in (
            ("map", workspace.publications.map, "ban-do.html"),
            ("qgis", workspace.publications.export_qgis, "qgis"),
            ("workbook", workspace.publications.export_xlsx, "danh-sach.xlsx"),
            ("report", workspace.publications.export_docx, "bao-cao.docx"),
        ):
            written[key] = str(write(folder / target, force=session.force))
            progress.advance()
        progress.finish()
    verdicts = screened["verdicts"]
    if not session.as_json:
        session.say(made.scope.words)
    return {
        "sites": screened["sites"],
        "verdicts": verdicts,
        "routes": assessed["routes"],
        **({"scope": plan["scope"]} if session.as_json else {}),
        "placed": plan["placed"],
        "unplaced": plan["unplaced"],
        "cost_km": plan["cost"],
        "gap": plan["gap"],
        "workspace": "",
        **written,
    }
