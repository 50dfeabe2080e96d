"""One moment of a workspace: what a verb and its stages see, what holds in it, and its key."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar

from pyproj import CRS

from geo_relocation.errors import EmptyWorkspaceError
from geo_relocation.lazy import gpd, later, pd
from geo_relocation.messages import _
from geo_relocation.model.fingerprint import frame_hash
from geo_relocation.model.scheme import Scheme
from geo_relocation.standing.decisions import in_force
from geo_relocation.standing.list import COMMITTED, FINISHED, state_as_of
from geo_relocation.standing.new_units import NewUnits, new_units
from geo_relocation.standing.units import Districts, districts, south_codes
from geo_relocation.store import Bbox, Reader, Where
from geo_relocation.text.gazetteer import national_crosswalk
from geo_relocation.workspace.batch_years import batch_years
from geo_relocation.workspace.keys import FORMULAS, PARAMETERS, STAGES, Key

if TYPE_CHECKING:
    from geo_relocation.geo.crs import to_metres
else:
    to_metres = later("geo_relocation.geo.crs", "to_metres")

P = ParamSpec("P")
R = TypeVar("R")

_OF_THE_RUN = ["decision_id", "run_id", "decided_at", "sequence", "replaces"]


class Facts(Protocol):
    """What is to be known of a workspace beside its layers."""

    @property
    def crs(self) -> CRS:
        """Working CRS."""

    @property
    def scheme(self) -> Scheme:
        """The relocation scheme."""

    @property
    def today(self) -> date:
        """The present day."""


class Snapshot:
    """A workspace at one moment: each layer is read when it is first asked for, and once.

    When the moment is over, what was read can still be used, and nothing else can be had: a
    stage that computes for long gets all it needs with `load` and computes afterwards.

    Parameters
    ----------
    reader
        Sees one state for as long as it lasts.
    facts
        Of the workspace.
    """

    def __init__(self, reader: Reader, facts: Facts) -> None:
        self._reader = reader
        self._facts = facts
        self._layers: dict[str, pd.DataFrame] = {}
        self._hashes: dict[str, str] = {}

    def read(
        self, layer: str, *, where: Where | None = None, bbox: Bbox | None = None
    ) -> pd.DataFrame:
        """Rows of a layer; see `store.Reader.read`. Whoever changes the frame changes a copy."""
        if where or bbox is not None:
            return self._reader.read(layer, where=where, bbox=bbox)
        if layer not in self._layers:
            self._layers[layer] = self._reader.read(layer)
        return self._layers[layer].copy(deep=False)

    def count(self, layer: str, *, where: Where | None = None) -> int:
        """Number of rows; see `store.Reader.count`."""
        if layer in self._layers and not where:
            return len(self._layers[layer])
        return self._reader.count(layer, where=where)

    def metric(self, layer: str) -> gpd.GeoDataFrame:
        """A layer with coordinates in metres, as the stages take it."""
        return to_metres(self.read(layer))

    def metric_if_any(self, layer: str) -> gpd.GeoDataFrame | None:
        """A layer in metres, or None where it has no rows."""
        return self.metric(layer) if len(self.read(layer)) else None

    @property
    def crs(self) -> CRS:
        """Working CRS."""
        return self._facts.crs

    @cached_property
    def findings(self) -> pd.DataFrame:
        """Findings of the newest screening.

        Raises
        ------
        EmptyWorkspaceError
            If there is none.
        """
        run = newest_run(self._reader.read("runs", where={"kind": "screen"}), "screen")
        return self._reader.read("findings", where={"run_id": run})

    @cached_property
    def decisions(self) -> pd.DataFrame:
        """The decision in force on each site."""
        return in_force(self.read("decisions"))

    @cached_property
    def states(self) -> pd.DataFrame:
        """State of each site on the list."""
        return state_as_of(self.read("events"), self.read("sites"))

    @cached_property
    def batch_years(self) -> dict[str, int]:
        """First year of each batch as it was decided."""
        return batch_years(self.decisions, self._reader.read("runs"))

    @cached_property
    def crosswalk(self) -> pd.DataFrame:
        """A table that names old districts: the workspace's, or where it has none the nation's."""
        crosswalk = self.read("admin_crosswalk")
        known = districts(self.read("admin_units"), crosswalk)
        return crosswalk if known.names else national_crosswalk()

    @cached_property
    def districts(self) -> Districts:
        """Old districts by code and by the ways people write their names."""
        return districts(
            self.read("admin_units"),
            self.crosswalk,
            sites=self.read("sites"),
            named=self._facts.scheme.south,
        )

    @cached_property
    def new_units(self) -> NewUnits:
        """Wards and communes since 2025-07-01 by code and by the ways people write their names."""
        return new_units(self.read("admin_units"), self.crosswalk, sites=self.read("sites"))

    @cached_property
    def south(self) -> frozenset[str]:
        """Codes of the districts that firms leave."""
        return south_codes(self._facts.scheme.south, self.districts)

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Years of the scheme that remain."""
        return self._facts.scheme.years_from(self._facts.today.year)

    def load(self, stage: str) -> None:
        """Read all that a stage needs, so that it can compute when the moment is over."""
        for part in STAGES[stage].parts:
            self.hash(part)

    def key(
        self, stage: str, parameters: Mapping[str, object], **given: pd.DataFrame | None
    ) -> Key:
        """Hash of all that a stage sees: equal key, equal result.

        Parameters
        ----------
        stage
            Kind of run, of those in `keys.STAGES`.
        parameters
            What it is asked: plain values, those of rule sets and tables included.
        given
            Frames that it is given from elsewhere, by name.
        """
        parts = {name: self.hash(name) for name in STAGES[stage].parts}
        parts[FORMULAS] = frame_hash(parameters={stage: STAGES[stage].versions})
        parts[PARAMETERS] = frame_hash(parameters=parameters)
        brought = {name: frame for name, frame in given.items() if frame is not None}
        return Key(parts | {name: frame_hash(frame) for name, frame in brought.items()})

    def hash(self, part: str) -> str:
        """Hash of a part (see `part`), the same on every store and from whichever run."""
        if part not in self._hashes:
            found = self.part(part)
            self._hashes[part] = (
                frame_hash(found)
                if isinstance(found, pd.DataFrame)
                else frame_hash(parameters={part: found})
            )
        return self._hashes[part]

    def part(self, name: str) -> object:
        """What of the workspace a stage depends on, without what only says when it was written.

        Parameters
        ----------
        name
            A layer, or findings (of the newest screening), decisions (in force), list (who is
            finished or committed), batch_years, south, years, crs.
        """
        made = _PARTS.get(name)
        return made(self) if made else self.read(name)


def _findings(seen: Snapshot) -> pd.DataFrame | None:
    try:
        return seen.findings.drop(columns="run_id")
    except EmptyWorkspaceError:
        return None


def _list(seen: Snapshot) -> pd.DataFrame:
    """Who is finished and who committed: no other step of the list changes a result."""
    state = seen.states["state"]
    return pd.DataFrame(
        {
            "site_id": seen.states["site_id"],
            "finished": state.isin([one.value for one in FINISHED]),
            "committed": state.isin([one.value for one in COMMITTED]),
        }
    )


_PARTS: dict[str, Callable[[Snapshot], object]] = {
    "findings": _findings,
    "decisions": lambda seen: seen.decisions.drop(columns=_OF_THE_RUN),
    "list": _list,
    "admin_crosswalk": lambda seen: seen.crosswalk,
    "batch_years": lambda seen: seen.batch_years,
    "south": lambda seen: sorted(seen.south),
    "years": lambda seen: seen.years,
    "crs": lambda seen: seen.crs.to_string(),
}
"""Parts that are not simply the rows of a layer."""


def newest(rows: pd.DataFrame, *order: str) -> pd.Series:
    """The row that the store numbered last; of rows with one number, the last by `order`."""
    ordered = rows.sort_values(["sequence", *order], kind="stable", na_position="first")
    return ordered.iloc[-1]


def newest_run(runs: pd.DataFrame, kind: str) -> str:
    """Id of the newest of some runs of a kind.

    Raises
    ------
    EmptyWorkspaceError
        If there is none.
    """
    if runs.empty:
        raise EmptyWorkspaceError(
            _("There is no {kind} run yet.", kind=kind),
            hint=_("Run: geo-relocation {kind}", kind=kind),
        )
    return str(newest(runs, "started_at", "run_id")["run_id"])


class HasSnapshot(Protocol):
    """Something with a `snapshot` to read in."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """See one state; within another snapshot, that one's."""


W = TypeVar("W", bound=HasSnapshot)


def at_one_moment(verb: Callable[Concatenate[W, P], R]) -> Callable[Concatenate[W, P], R]:
    """A verb that only reads: all of it sees one state of the workspace.

    A verb that computes for long holds no state meanwhile: it reads within
    ``with self.snapshot():`` and computes after that block.
    """

    @functools.wraps(verb)
    def within(workspace: W, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with workspace.snapshot():
            return verb(workspace, *args, **kwargs)

    return within
