"""The verb `screen`: hold sites against zones and keep the run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_relocation.lazy import later, pd
from geo_relocation.messages import _
from geo_relocation.progress import SILENT, Progress
from geo_relocation.workspace.actor import Actor
from geo_relocation.workspace.base import WorkspaceBase, new_id
from geo_relocation.workspace.runs import Run
from geo_relocation.workspace.side_files import places_of_sites, read_places

if TYPE_CHECKING:
    from geo_relocation.ingest.readers import read_table
    from geo_relocation.screening import (
        DistanceTable,
        ScreeningParameters,
        compare_runs,
        screen,
        summarise,
    )
    from geo_relocation.screening.distances import shipped_table
else:
    read_table = later("geo_relocation.ingest.readers", "read_table")
    ScreeningParameters = later("geo_relocation.screening", "ScreeningParameters")
    compare_runs = later("geo_relocation.screening", "compare_runs")
    screen = later("geo_relocation.screening", "screen")
    summarise = later("geo_relocation.screening", "summarise")
    shipped_table = later("geo_relocation.screening.distances", "shipped_table")


@dataclass(frozen=True)
class ScreenRun:
    """A finished screening run.

    Attributes
    ----------
    run_id
        Under which it is stored.
    findings
        One row per site.
    parameters
        The thresholds it used.
    """

    run_id: str
    findings: pd.DataFrame
    parameters: ScreeningParameters

    def summary(self) -> dict[str, Any]:
        """Counts by verdict, reason and category, with the run id."""
        return {"run_id": self.run_id, **summarise(self.findings)}


class Screening(WorkspaceBase):
    """Screening on the layers of a workspace."""

    def screen(
        self,
        parameters: ScreeningParameters | None = None,
        *,
        table: DistanceTable | None = None,
        houses: str | Path | None = None,
        sensitive: str | Path | None = None,
        sources: str | Path | None = None,
        actor: Actor | None = None,
        progress: Progress = SILENT,
    ) -> ScreenRun:
        """Flag the sites that conflict with residential land, and store the run.

        Parameters
        ----------
        parameters
            Thresholds; the defaults when left out.
        table
            Required distances; the table that `parameters` names when left out.
        houses
            File of house footprints: distances are taken to these as well.
        sensitive
            File of schools, health stations and other public buildings.
        sources
            File of sources of pollution, or of the buildings that hold them: a column `site_id`
            and points, lines or polygons, any number for a site. Distances of the sites in it
            are measured from them.
        actor
            Who asks for it; by the settings when left out.
        progress
            Told about each block of sites.

        Raises
        ------
        EmptyWorkspaceError
            If there are no sites or no zones.
        IngestError
            If a file cannot be read, has no geometry or states no reference system, or if
            `sources` has no column of site ids.
        DataError
            If a source of pollution has no place, or belongs to no site.
        """
        parameters = parameters or ScreeningParameters()
        table = table or shipped_table(parameters.distance_table)
        files = {"houses": houses, "sensitive": sensitive, "sources": sources}
        asked = parameters.model_dump(mode="json") | {"distance_table": table.id}
        with self.runs.begin(
            "screen",
            new_id("screen"),
            actor=actor or self.actor,
            parameters=asked | {name: str(path) for name, path in files.items() if path},
            progress=progress,
        ) as run:
            return self._screen(run, parameters, asked, table, files)

    def _screen(
        self,
        run: Run,
        parameters: ScreeningParameters,
        asked: dict[str, Any],
        table: DistanceTable,
        named: Mapping[str, str | Path | None],
    ) -> ScreenRun:
        """Do it, and store the findings with the end of the run."""
        with self.snapshot() as seen:
            self.require("sites", "zones")
            seen.load("screen")
        limits = self.settings.reading
        files = {name: read_table(path, limits=limits) for name, path in named.items() if path}
        places = {
            name: (
                places_of_sites(raw, self.crs, what=_("sources of pollution"))
                if name == "sources"
                else read_places(raw, self.crs)
            )
            for name, raw in files.items()
        }
        findings = screen(
            seen.metric("sites"),
            seen.metric("zones"),
            run_id=run.run_id,
            parameters=parameters,
            parks=seen.metric_if_any("parks"),
            admin_units=seen.metric_if_any("admin_units"),
            table=table,
            houses=places.get("houses"),
            sensitive=places.get("sensitive"),
            sources=places.get("sources"),
            threads=self.settings.threads,
            progress=run.progress,
        )
        key = str(seen.key("screen", {**asked, "distances": table.distances}, **places))
        recorded = asked | {
            name: {"file": raw.file, "sha256": raw.sha256} for name, raw in files.items()
        }
        with self.writing() as transaction:
            self.require_still_there(transaction, "sites", seen.read("sites"))
            transaction.append("findings", findings)
            run.stored(transaction, input_hash=key, parameters=recorded)
        return ScreenRun(run.run_id, findings, parameters)

    def compare_screenings(self, before: str, after: str | None = None) -> pd.DataFrame:
        """Sites whose finding differs between two runs; `after` is the newest when left out."""
        with self.snapshot():
            self.run(before)
            runs = self.findings(before), self.findings(after)
        return compare_runs(*runs)
