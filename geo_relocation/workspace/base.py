"""What every verb of a workspace needs: its store, settings, layers and record of runs."""

from __future__ import annotations

import json
import secrets
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pyproj import CRS

from geo_relocation.errors import (
    DamagedWorkspaceError,
    DataError,
    EmptyWorkspaceError,
    StoreError,
    StrandedError,
    UnknownNameError,
)
from geo_relocation.lazy import gpd, later, pd
from geo_relocation.messages import _, listed_mistakes
from geo_relocation.model import schema
from geo_relocation.model.scheme import Scheme
from geo_relocation.model.told import Label
from geo_relocation.publish.kinds import Kind
from geo_relocation.settings import Settings
from geo_relocation.standing.days import today
from geo_relocation.store import Reader, Store, Transaction
from geo_relocation.version import VERSION
from geo_relocation.workspace.actor import Actor
from geo_relocation.workspace.recording import Stored, counting
from geo_relocation.workspace.runs import Record
from geo_relocation.workspace.snapshot import Snapshot, at_one_moment, newest_run

if TYPE_CHECKING:
    from geo_relocation.geo.crs import to_metres
    from geo_relocation.publish.files import Protected, check_target
else:
    to_metres = later("geo_relocation.geo.crs", "to_metres")
    Protected = later("geo_relocation.publish.files", "Protected")
    check_target = later("geo_relocation.publish.files", "check_target")

_HISTORIES = ("decisions", "events")


def now() -> datetime:
    """The present moment by this computer's clock; what is stored takes the store's own."""
    return datetime.now(UTC)


def new_id(prefix: str) -> str:
    """An id that sorts by time and does not clash between offices."""
    return f"{prefix}-{now():%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"


class Desk:
    """What all parts of one open workspace share.

    Parameters
    ----------
    store
        Where the layers live.
    settings
        Author, language and threads.

    Attributes
    ----------
    stored
        What was committed since the workspace was opened.
    sources
        Files that the present command reads: no output replaces them.
    held
        What each thread reads from at present: a snapshot or a transaction.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.settings = settings
        self.stored = Stored()
        self.sources: tuple[Path, ...] = ()
        self.held = threading.local()


class WorkspaceBase:
    """Reading and writing of a workspace: what each of its parts can do.

    Parameters
    ----------
    desk
        Shared by all parts, so that they see one state in a snapshot or while writing.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @property
    def store(self) -> Store:
        """Where the layers live."""
        return self.desk.store

    @property
    def settings(self) -> Settings:
        """Author, language and threads."""
        return self.desk.settings

    @property
    def stored(self) -> Stored:
        """What was committed since the workspace was opened."""
        return self.desk.stored

    def protected(self, path: str | Path, kind: Kind, *, force: bool = False) -> Protected:
        """What an output must not replace, checked before any work is done for it.

        Raises
        ------
        ProtectedFileError, UsageError
            See `publish.files.check_target`.
        """
        file = None if "://" in self.store.url else Path(self.store.url)
        found = Protected(workspace=file, sources=self.desk.sources, force=force)
        check_target(path, kind, found)
        return found

    @property
    def crs(self) -> CRS:
        """Working CRS: projected."""
        return self.store.crs

    @property
    def author(self) -> str:
        """Who is named in imports, runs and decisions."""
        return self.settings.author or "(chưa khai báo)"

    @property
    def actor(self) -> Actor:
        """Who acts where a call does not say: the settings' author in their role."""
        return Actor(self.author, self.settings.role or None, self.settings.role_since)

    @cached_property
    def runs(self) -> Record:
        """The record of all runs."""
        return Record(self, VERSION)

    @property
    def today(self) -> date:
        """The present day in Vietnam, or the one that the settings put in its place."""
        return self.settings.today or today()

    @cached_property
    def scheme(self) -> Scheme:
        """The relocation scheme this workspace serves."""
        try:
            return Scheme.model_validate_json(self.store.info["scheme"])
        except (KeyError, ValidationError) as error:
            why = (
                listed_mistakes(error)
                if isinstance(error, ValidationError)
                else _("It is missing.")
            )
            raise DamagedWorkspaceError(
                _("The scheme that {url} states cannot be read.", url=self.store.url), why=why
            ) from error

    @property
    def _reader(self) -> Reader:
        """Where to read: the snapshot or transaction that this thread is in, else the store."""
        held: Reader | None = getattr(self.desk.held, "reader", None)
        return held or self.store

    @contextmanager
    def _reading_from(self, reader: Reader) -> Iterator[None]:
        self.desk.held.reader = reader
        try:
            yield
        finally:
            self.desk.held.reader = None

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """See the workspace as it is now, whatever others commit before the block ends.

        All that this thread reads of the workspace in the block is of one state; within
        another snapshot, or while writing, of that one's. A file keeps its writers waiting
        meanwhile: read in the block, compute after it.
        """
        held = self._reader
        if isinstance(held, Snapshot):
            yield held
        elif held is not self.store:
            yield Snapshot(held, self)
        else:
            with self.store.reading() as reader:
                seen = Snapshot(reader, self)
                with self._reading_from(seen):
                    yield seen

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Write in one transaction, in which all that this thread reads is of one state too.

        Raises
        ------
        StoreError
            Within a snapshot or another transaction: what was read there might have changed.
        WorkspaceBusyError
            If another process is writing.
        """
        if self._reader is not self.store:
            raise StoreError(
                _("Nothing can be written here."),
                why=_("What was read in this block might have changed since."),
                hint=_("Begin to write first, then read."),
            )
        rows = Counter[str]()
        with self.store.transaction() as transaction:
            counted = counting(transaction, rows)
            with self._reading_from(counted):
                yield counted
        self.stored.add(rows)

    def count(self, layer: str, *, where: Mapping[str, object] | None = None) -> int:
        """Number of rows for which all conditions hold; see `read`."""
        return self._reader.count(layer, where=where)

    def read(self, layer: str, *, where: Mapping[str, object] | None = None) -> pd.DataFrame:
        """Rows of a layer or table, in the columns of the data dictionary.

        Parameters
        ----------
        layer
            Name in the dictionary.
        where
            Column → value (equal), list of values (one of them) or None (empty).
        """
        return self._reader.read(layer, where=where)

    def metric(self, layer: str) -> gpd.GeoDataFrame:
        """A layer with coordinates in metres, as the stages take it."""
        return to_metres(self.read(layer))

    @at_one_moment
    def metric_if_any(self, layer: str) -> gpd.GeoDataFrame | None:
        """A layer in metres, or None where it has no rows."""
        return self.metric(layer) if self.count(layer) else None

    def require(self, *layers: str) -> None:
        """Check that layers have rows.

        Raises
        ------
        EmptyWorkspaceError
            Naming the first that has none.
        """
        for layer in layers:
            if not self.count(layer):
                raise EmptyWorkspaceError(
                    _(
                        "The workspace has no {layer} yet.",
                        layer=Label(layer, schema(layer).vi.lower(), layer.replace("_", " ")),
                    ),
                    hint=_(
                        "Import them first: geo-relocation import {word} FILE",
                        word=layer.replace("_", "-"),
                    ),
                )

    @at_one_moment
    def site(self, site_id: str) -> pd.Series:
        """One site.

        Raises
        ------
        UnknownNameError
            If the workspace has no such site.
        StrandedError
            If it has no longer: its import was taken back, its history is kept.
        """
        found = self.read("sites", where={"site_id": site_id})
        if found.empty:
            if any(self.count(name, where={"site_id": site_id}) for name in _HISTORIES):
                raise StrandedError(
                    _(
                        "Site {site_id:q} is no longer there: its import was taken back.",
                        site_id=site_id,
                    ),
                    hint=_(
                        "What was decided and recorded: geo-relocation list history {site_id}",
                        site_id=site_id,
                    ),
                )
            raise UnknownNameError(_("site"), site_id, ())
        return found.iloc[0]

    def latest_run(self, kind: str) -> str:
        """Id of the newest run of a kind: screen or assess.

        Raises
        ------
        EmptyWorkspaceError
            If there is none.
        """
        return newest_run(self.read("runs", where={"kind": kind}), kind)

    @at_one_moment
    def record(self, layer: str, key: str) -> pd.Series:
        """The row of one run or plan, by its id.

        Parameters
        ----------
        layer
            `runs`, or `scenarios` for a plan.

        Raises
        ------
        UnknownNameError
            If there is none of that id.
        """
        column = schema(layer).key[0]
        found = self.read(layer, where={column: key})
        if found.empty:
            what = {"run_id": _("run"), "plan_id": _("plan")}[column]
            raise UnknownNameError(what, key, list(self.read(layer)[column]))
        return found.iloc[0]

    def run(self, run_id: str) -> pd.Series:
        """The record of one run; see `record`."""
        return self.record("runs", run_id)

    def parameters(self, run_id: str, *needed: str) -> dict[str, Any]:
        """What a run was made with.

        Raises
        ------
        UnknownNameError
            If there is no run of that id.
        DamagedWorkspaceError
            If its record lacks something that is needed.
        """
        found: dict[str, Any] = json.loads(self.run(run_id)["parameters"])
        lacking = [name for name in needed if name not in found]
        if lacking:
            raise DamagedWorkspaceError(
                _(
                    "The record of run {run_id} does not say {names}.",
                    run_id=run_id,
                    names=", ".join(lacking),
                )
            )
        return found

    @at_one_moment
    def findings(self, run_id: str | None = None) -> pd.DataFrame:
        """Findings of one screening run, the newest when none is named."""
        return self.read("findings", where={"run_id": run_id or self.latest_run("screen")})

    @staticmethod
    def require_still_there(transaction: Transaction, layer: str, seen: pd.DataFrame) -> None:
        """Check, before results are stored, that the rows they are about were not removed.

        Raises
        ------
        DataError
            If some were, while the results were worked out.
        """
        key = schema(layer).key[0]
        there = transaction.count(layer, where={key: seen[key]})
        if there < len(seen):
            raise DataError(
                _(
                    "{count:n} {layer} were removed while this was worked out.",
                    count=len(seen) - there,
                    layer=layer,
                ),
                why=_("Another command took them back meanwhile; nothing was stored."),
                hint=_("Run this again."),
            )

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()
