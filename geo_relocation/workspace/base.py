"""What every verb of a workspace needs: its store, settings, layers and record of runs."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version

import geopandas as gpd
import pandas as pd
from pyproj import CRS

from geo_relocation.errors import EmptyWorkspaceError, UnknownNameError
from geo_relocation.geo.crs import to_metres
from geo_relocation.model import schema
from geo_relocation.model.scheme import Scheme
from geo_relocation.settings import Settings
from geo_relocation.store import Store, Transaction

VERSION = version("geo-relocation")


def now() -> datetime:
    """The present moment in UTC, to the microsecond that both stores keep."""
    return datetime.now(UTC)


def new_id(prefix: str) -> str:
    """An id that sorts by time and does not clash between offices."""
    return f"{prefix}-{now():%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"


class WorkspaceBase:
    """A store with its settings.

    Parameters
    ----------
    store
        Where the layers live.
    settings
        Author, language and threads.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.settings = settings

    @property
    def crs(self) -> CRS:
        """Working CRS: projected."""
        return self.store.crs

    @property
    def author(self) -> str:
        """Who is named in imports, runs and decisions."""
        return self.settings.author or "(chưa khai báo)"

    @cached_property
    def scheme(self) -> Scheme:
        """The relocation scheme this workspace serves."""
        return Scheme.model_validate_json(self.store.info["scheme"])

    def read(self, layer: str, *, where: Mapping[str, object] | None = None) -> pd.DataFrame:
        """Rows of a layer or table, in the columns of the data dictionary.

        Parameters
        ----------
        layer
            Name in the dictionary.
        where
            Column → value (equal), list of values (one of them) or None (empty).
        """
        return self.store.read(layer, where=where)

    def metric(self, layer: str) -> gpd.GeoDataFrame:
        """A layer with coordinates in metres, as the stages take it."""
        return to_metres(self.store.read(layer))

    def metric_if_any(self, layer: str) -> gpd.GeoDataFrame | None:
        """A layer in metres, or None where it has no rows."""
        return self.metric(layer) if self.store.count(layer) else None

    def require(self, *layers: str) -> None:
        """Check that layers have rows.

        Raises
        ------
        EmptyWorkspaceError
            Naming the first that has none.
        """
        for layer in layers:
            if not self.store.count(layer):
                raise EmptyWorkspaceError(
                    f"The workspace has no {layer.replace('_', ' ')} yet.",
                    hint=f"Import them first: geo-relocation import {layer.replace('_', '-')} FILE",
                )

    def site(self, site_id: str) -> pd.Series:
        """One site.

        Raises
        ------
        UnknownNameError
            If the workspace has no such site.
        """
        found = self.read("sites", where={"site_id": site_id})
        if found.empty:
            raise UnknownNameError("site", site_id, ())
        return found.iloc[0]

    def latest_run(self, kind: str) -> str:
        """Id of the newest run of a kind: screen or assess.

        Raises
        ------
        EmptyWorkspaceError
            If there is none.
        """
        runs = self.store.read("runs", where={"kind": kind})
        if runs.empty:
            raise EmptyWorkspaceError(
                f"There is no {kind} run yet.", hint=f"Run: geo-relocation {kind}"
            )
        return str(runs.sort_values(["started_at", "run_id"])["run_id"].iloc[-1])

    def run(self, run_id: str) -> pd.Series:
        """The record of one run.

        Raises
        ------
        UnknownNameError
            If there is none of that id.
        """
        found = self.store.read("runs", where={"run_id": run_id})
        if found.empty:
            raise UnknownNameError("run", run_id, list(self.store.read("runs")["run_id"]))
        return found.iloc[0]

    def findings(self, run_id: str | None = None) -> pd.DataFrame:
        """Findings of one screening run, the newest when none is named."""
        return self.store.read("findings", where={"run_id": run_id or self.latest_run("screen")})

    def record_run(
        self,
        transaction: Transaction,
        *,
        run_id: str,
        kind: str,
        started_at: datetime,
        parameters: Mapping[str, object],
        input_hash: str,
    ) -> None:
        """Write the record of a run within its transaction."""
        row = {
            "run_id": run_id,
            "kind": kind,
            "started_at": started_at,
            "seconds": (now() - started_at).total_seconds(),
            "author": self.author,
            "parameters": json.dumps(dict(parameters), ensure_ascii=False, sort_keys=True),
            "input_hash": input_hash,
            "version": VERSION,
        }
        transaction.append("runs", schema("runs").conform(pd.DataFrame([row])))

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()
