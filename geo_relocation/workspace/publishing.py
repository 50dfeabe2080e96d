"""The verbs `map` and `export`: what people look at."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from geo_relocation import publish
from geo_relocation.errors import EmptyWorkspaceError, UsageError
from geo_relocation.model import IMPORTABLE
from geo_relocation.publish.content import Content
from geo_relocation.workspace.matching import Matching
from geo_relocation.workspace.moment import at_one_moment


class Publishing(Matching):
    """Maps, QGIS projects and lists from the layers and newest results of a workspace."""

    @at_one_moment
    def content(self, plan_id: str | None = None) -> Content:
        """What there is to show: all layers, the newest run, and a plan.

        Parameters
        ----------
        plan_id
            The plan to show; the newest, if any, when left out.
        """
        self.require("sites")
        layers = {name: self.read(name) for name in IMPORTABLE}
        findings, parameters = None, {}
        try:
            run_id = self.latest_run("screen")
        except EmptyWorkspaceError:
            pass
        else:
            findings = self.findings(run_id)
            parameters = json.loads(self.run(run_id)["parameters"])
        plans = self.read("scenarios")
        chosen = plan_id or (self.latest_plan() if len(plans) else None)
        scenario = assignments = indicators = None
        if chosen:
            assignments = self.plan_assignments(chosen)
            scenario = plans[plans["plan_id"] == chosen]
            indicators = self.read("indicators", where={"plan_id": chosen})
        decisions = self.read("decisions")
        return Content(
            title=self.scheme.name,
            crs=self.crs,
            language=self.settings.language,
            findings=findings,
            decisions=decisions if len(decisions) else None,
            scenario=scenario,
            assignments=assignments,
            indicators=indicators,
            parameters=parameters,
            notes=(self.scheme.status_note,) if self.scheme.status_note else (),
            **layers,
        )

    def map(
        self, path: str | Path, *, plan_id: str | None = None, base_tiles: bool = False
    ) -> Path:
        """Write one self-contained HTML map.

        Parameters
        ----------
        path
            The file to write.
        plan_id
            The plan to show; the newest when left out.
        base_tiles
            Fetch a street map from the internet while the page is open.
        """
        return publish.write_map(self.content(plan_id), _target(path), base_tiles=base_tiles)

    def export_qgis(self, folder: str | Path, *, plan_id: str | None = None) -> Path:
        """Write a folder with a styled QGIS project and its GeoPackage; returns the project."""
        return publish.write_qgis(self.content(plan_id), _target(folder))

    def export_xlsx(self, path: str | Path, *, plan_id: str | None = None) -> Path:
        """Write the workbook with the preliminary list, the plan and those left out."""
        return publish.write_workbook(self.content(plan_id), _target(path))

    def export_docx(self, path: str | Path, *, plan_id: str | None = None) -> Path:
        """Write the report."""
        return publish.write_document(self.content(plan_id), _target(path))

    def export_geoparquet(self, folder: str | Path) -> list[Path]:
        """Write every layer that has rows as one GeoParquet (or Parquet) file each.

        The files come into being together, once all of them are written.
        """
        folder = _target(folder)
        folder.mkdir(parents=True, exist_ok=True)
        tables = ("findings", "decisions", "events", "scenarios", "assignments", "indicators")
        with self.moment():
            layers = {name: self.read(name) for name in (*IMPORTABLE, *tables)}
        written = []
        with tempfile.TemporaryDirectory(dir=folder, prefix=".writing-") as draft:
            for name, frame in layers.items():
                if len(frame):
                    frame.to_parquet(Path(draft) / f"{name}.parquet")
                    written.append(folder / f"{name}.parquet")
            for path in written:
                (Path(draft) / path.name).replace(path)
        return written


def _target(path: str | Path) -> Path:
    """A path to write to, with its folder made.

    Raises
    ------
    UsageError
        If the folder cannot be made or written to.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"{path.parent} cannot be used as a folder.", why=str(error), hint="Name another."
        ) from error
    if not os.access(path.parent, os.W_OK):
        raise UsageError(f"{path.parent} may not be written to.", hint="Name another folder.")
    return path
