"""The verb `screen`: hold sites against zones and keep the run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from geo_relocation.geo.crs import to_metres
from geo_relocation.model.fingerprint import frame_hash
from geo_relocation.progress import SILENT, Progress
from geo_relocation.screening import (
    DistanceTable,
    ScreeningParameters,
    compare_runs,
    screen,
    summarise,
)
from geo_relocation.workspace.base import WorkspaceBase, new_id, now


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
        progress: Progress = SILENT,
    ) -> ScreenRun:
        """Flag the sites that conflict with residential land, and store the run.

        Parameters
        ----------
        parameters
            Thresholds; the defaults when left out.
        table
            Required distances; the table that `parameters` names when left out.
        progress
            Told about each block of sites.

        Raises
        ------
        EmptyWorkspaceError
            If there are no sites or no zones.
        """
        self.require("sites", "zones")
        parameters = parameters or ScreeningParameters()
        started, run_id = now(), new_id("screen")
        layers = {name: self.read(name) for name in ("sites", "zones", "parks", "admin_units")}
        metric = {name: to_metres(frame) if len(frame) else None for name, frame in layers.items()}
        findings = screen(
            metric["sites"],
            metric["zones"],
            run_id=run_id,
            parameters=parameters,
            parks=metric["parks"],
            admin_units=metric["admin_units"],
            table=table,
            threads=self.settings.threads,
            progress=progress,
        )
        recorded = parameters.model_dump(mode="json")
        if table is not None:
            recorded["distance_table"] = table.id
        with self.store.transaction() as transaction:
            transaction.append("findings", findings)
            self.record_run(
                transaction,
                run_id=run_id,
                kind="screen",
                started_at=started,
                parameters=recorded,
                input_hash=frame_hash(*layers.values(), parameters=recorded),
            )
        return ScreenRun(run_id, findings, parameters)

    def compare_screenings(self, before: str, after: str | None = None) -> pd.DataFrame:
        """Sites whose finding differs between two runs; `after` is the newest when left out."""
        self.run(before)
        return compare_runs(self.findings(before), self.findings(after))
