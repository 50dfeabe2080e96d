"""The verb `screen`: hold sites against zones and keep the run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from geo_relocation.ingest.readers import read_table
from geo_relocation.progress import SILENT, Progress
from geo_relocation.screening import (
    DistanceTable,
    ScreeningParameters,
    compare_runs,
    screen,
    summarise,
)
from geo_relocation.screening.distances import shipped_table
from geo_relocation.workspace.base import WorkspaceBase, new_id
from geo_relocation.workspace.side_files import places_of_sites, read_places


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
        started, run_id = self.store.now(), new_id("screen")
        table = table or shipped_table(parameters.distance_table)
        with self.snapshot() as seen:
            self.require("sites", "zones")
            seen.load("screen")
        named = {"houses": houses, "sensitive": sensitive, "sources": sources}
        limits = self.settings.reading
        files = {name: read_table(path, limits=limits) for name, path in named.items() if path}
        places = {
            name: (
                places_of_sites(raw, self.crs, what="sources of pollution")
                if name == "sources"
                else read_places(raw, self.crs)
            )
            for name, raw in files.items()
        }
        findings = screen(
            seen.metric("sites"),
            seen.metric("zones"),
            run_id=run_id,
            parameters=parameters,
            parks=seen.metric_if_any("parks"),
            admin_units=seen.metric_if_any("admin_units"),
            table=table,
            houses=places.get("houses"),
            sensitive=places.get("sensitive"),
            sources=places.get("sources"),
            threads=self.settings.threads,
            progress=progress,
        )
        recorded = parameters.model_dump(mode="json")
        recorded["distance_table"] = table.id
        key = seen.key("screen", {**recorded, "distances": table.distances}, **places)
        recorded |= {name: {"file": raw.file, "sha256": raw.sha256} for name, raw in files.items()}
        with self.writing() as transaction:
            self.require_still_there(transaction, "sites", seen.read("sites"))
            transaction.append("findings", findings)
            self.record_run(
                transaction,
                run_id=run_id,
                kind="screen",
                started_at=started,
                parameters=recorded,
                input_hash=str(key),
            )
        return ScreenRun(run_id, findings, parameters)

    def compare_screenings(self, before: str, after: str | None = None) -> pd.DataFrame:
        """Sites whose finding differs between two runs; `after` is the newest when left out."""
        with self.snapshot():
            self.run(before)
            runs = self.findings(before), self.findings(after)
        return compare_runs(*runs)
