"""What a plan is made from, as it was at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from geo_relocation.geo.crs import to_metres
from geo_relocation.matching import Layers
from geo_relocation.matching.problem import Problem
from geo_relocation.model.fingerprint import frame_hash
from geo_relocation.standing.decisions import in_force

_OF_THE_RUN = ["decision_id", "run_id", "decided_at", "sequence"]


@dataclass(frozen=True)
class MatchInputs:
    """Layers and results that a plan depends on, in the working CRS.

    Attributes
    ----------
    sites, parks, lots, roads, admin_units
        Layers.
    findings
        Of the newest screening.
    decisions
        All that were ever made.
    events
        The history of the list.
    crosswalk
        A table that names old districts.
    batch_years
        First year of each batch as it was decided.
    approved
        Assignments of the plan to stay close to.
    """

    sites: pd.DataFrame
    findings: pd.DataFrame
    parks: pd.DataFrame
    lots: pd.DataFrame
    roads: pd.DataFrame
    admin_units: pd.DataFrame
    decisions: pd.DataFrame
    events: pd.DataFrame
    crosswalk: pd.DataFrame
    batch_years: Mapping[str, int]
    approved: pd.DataFrame | None

    def metric(self, layer: str) -> gpd.GeoDataFrame:
        """A layer with coordinates in metres, as the stages take it."""
        return to_metres(getattr(self, layer))

    def metric_if_any(self, layer: str) -> gpd.GeoDataFrame | None:
        """A layer in metres, or None where it has no rows."""
        return self.metric(layer) if len(getattr(self, layer)) else None

    def layers(self, south: tuple[str, ...]) -> Layers:
        """What the independent checker is told: the layers as they were stored.

        Parameters
        ----------
        south
            Districts that firms leave, as the scheme has them.
        """
        return Layers(
            sites=self.metric("sites"),
            parks=self.metric("parks"),
            findings=self.findings,
            decisions=self.decisions,
            events=self.events,
            roads=self.metric_if_any("roads"),
            admin_units=self.metric_if_any("admin_units"),
            crosswalk=self.crosswalk,
            approved=self.approved,
            south=south,
        )

    def hash(self, problem: Problem) -> str:
        """Hash of everything that a plan depends on.

        Parameters
        ----------
        problem
            Built from these inputs.
        """
        homes = problem.frames.homes
        frames = (
            self.sites,
            # Which of them are in scope follows from the history of the list as well.
            problem.frames.sites[["site_id"]],
            self.findings.drop(columns="run_id"),
            self.parks,
            self.lots,
            self.roads,
            self.admin_units,
            in_force(self.decisions).drop(columns=_OF_THE_RUN),
            *(frame for frame in (self.approved, homes) if frame is not None),
        )
        return frame_hash(*frames, parameters=problem.specification.model_dump(mode="json"))
