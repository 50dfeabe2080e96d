"""A workspace in one GeoPackage file: nothing to set up, and QGIS opens it."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from pyproj import CRS

from geo_relocation.errors import FileMissingError, StoreError, UsageError
from geo_relocation.lazy import pd
from geo_relocation.messages import _
from geo_relocation.store import frames
from geo_relocation.store.audit import HistoryCheck, audit
from geo_relocation.store.geopackage import container, foreign
from geo_relocation.store.geopackage.connection import (
    bounded,
    checked_version,
    connect,
    reading,
    translated,
)
from geo_relocation.store.geopackage.ledger import FileLedger
from geo_relocation.store.geopackage.locks import begin_to_write, commit
from geo_relocation.store.geopackage.migrate import migrate
from geo_relocation.store.geopackage.reading import GeoPackageReading
from geo_relocation.store.geopackage.transaction import GeoPackageTransaction
from geo_relocation.store.migrations import Migration, require_newest
from geo_relocation.store.patience import USUAL, Patience
from geo_relocation.store.protocol import Bbox, Foreign, Where
from geo_relocation.store.stored import stated_crs


class GeoPackageStore:
    """One workspace in one file.

    A transaction is one SQLite transaction. What it changes stays in memory until it is
    committed, so readers see the old content meanwhile; a commit that is killed half-way is
    rolled back from its journal by whoever opens the file next.

    Parameters
    ----------
    path
        A workspace that exists.
    patience
        How to wait for other processes that read or write.
    """

    def __init__(self, path: Path, *, patience: Patience = USUAL) -> None:
        self.path = path
        self.url = str(path)
        self.actor = ""
        self._patience = patience
        self._closed = False
        require_newest(str(path), checked_version(path, patience))
        self._layout: tuple[int, tuple[Foreign, ...]] | None = None
        with reading(path, patience) as connection:
            with bounded(connection, path):
                foreign.refuse(path, foreign.examine(connection))
            self._crs = stated_crs(self.url, _info(connection))
            self._examine(connection)

    @classmethod
    def create(
        cls,
        path: Path,
        *,
        crs: CRS,
        scheme: Mapping[str, object],
        patience: Patience = USUAL,
    ) -> GeoPackageStore:
        """Make a new workspace. It appears under its name when it is complete.

        Raises
        ------
        UsageError
            If the file exists, or is not named ``.gpkg``.
        FileMissingError
            If its folder does not exist.
        """
        _check_new(path)
        draft = _draft_beside(path)
        try:
            with translated(path), closing(connect(draft, patience.seconds)) as connection:
                connection.execute("BEGIN IMMEDIATE")
                container.build(connection, crs, frames.new_info(crs, scheme))
                connection.execute("COMMIT")
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        return cls(path, patience=patience)

    @classmethod
    def migrate(cls, path: Path, *, patience: Patience = USUAL, actor: str = "") -> Migration:
        """Bring a workspace of an older layout to the newest; see `migrate.migrate`."""
        version = checked_version(path, patience)
        return migrate(path, version, patience=patience, actor=actor)

    @property
    def crs(self) -> CRS:
        """The working CRS."""
        return self._crs

    @property
    def info(self) -> dict[str, str]:
        """Facts on the workspace: schema version, scheme, when and by what it was made."""
        with self._reading() as connection:
            return _info(connection)

    @property
    def foreign(self) -> tuple[Foreign, ...]:
        """What stands in the file that this program did not make."""
        with self._reading() as connection:
            return self._examine(connection)

    def _examine(self, connection: sqlite3.Connection) -> tuple[Foreign, ...]:
        """Look at the file's objects, if they changed since they were last looked at.

        Raises
        ------
        ForeignObjectError
            If something stands in for this program's own tables.
        """
        number = int(connection.execute("PRAGMA schema_version").fetchone()[0])
        if self._layout is None or self._layout[0] != number:
            with bounded(connection, self.path):
                found = foreign.examine(connection, container.srs_id_of(self._crs))
            foreign.refuse(self.path, found)
            self._layout = number, found
        return self._layout[1]

    def read(
        self, layer: str, *, where: Where | None = None, bbox: Bbox | None = None
    ) -> pd.DataFrame:
        """Rows of a layer, conformed and ordered by key; see `protocol.Reader.read`."""
        with self.reading() as reader:
            return reader.read(layer, where=where, bbox=bbox)

    def count(self, layer: str, *, where: Where | None = None) -> int:
        """Number of rows for which all conditions hold."""
        with self.reading() as reader:
            return reader.count(layer, where=where)

    @contextmanager
    def reading(self) -> Iterator[GeoPackageReading]:
        """See one state; see `protocol.Store.reading`."""
        with self._reading() as connection:
            asked = GeoPackageReading(connection, self.path, self._crs)
            try:
                yield asked
            finally:
                asked.over = True

    def check_history(self) -> HistoryCheck:
        """Recompute the chain; see `protocol.Store.check_history`."""
        with self.reading() as reader:
            links, head = reader.history()
            return audit(links, head, reader)

    def now(self) -> datetime:
        """The present moment by this computer's clock."""
        with self._reading() as connection:
            return FileLedger(connection).now()

    @contextmanager
    def transaction(self) -> Iterator[GeoPackageTransaction]:
        """Begin to write; see `protocol.Store.transaction`."""
        self._require_open()
        with translated(self.path):
            connection = connect(self.path, 0)
        with closing(connection):
            with translated(self.path):
                # Changed pages stay in memory until the commit: spilling them would lock
                # readers out for as long as the transaction lasts.
                connection.execute("PRAGMA cache_spill = OFF")
                # The same checks were made on the whole frame; by row they take five times as
                # long as everything else. They stay in force for other programs.
                connection.execute("PRAGMA ignore_check_constraints = ON")
                begin_to_write(connection, self.path, self._patience)
                self._examine(connection)
                taken_off = foreign.take_off(connection)
            writing = GeoPackageTransaction(connection, self.path, self._crs, actor=self.actor)
            try:
                yield writing
                with translated(self.path):
                    writing.finish()
                    for trigger in taken_off:
                        connection.execute(trigger)
                    commit(connection, self.path, self._patience)
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise
            finally:
                writing.over = True

    def close(self) -> None:
        """Refuse further use. Connections live no longer than one question or transaction."""
        self._closed = True

    def _require_open(self) -> None:
        if self._closed:
            raise StoreError(
                _("{url} was closed.", url=self.url), hint=_("Open it again with open_store.")
            )

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        self._require_open()
        with reading(self.path, self._patience) as connection:
            self._examine(connection)
            yield connection


def _info(connection: sqlite3.Connection) -> dict[str, str]:
    return dict(connection.execute("SELECT key, value FROM georeloc_info ORDER BY key"))


def _check_new(path: Path) -> None:
    if path.suffix.lower() != ".gpkg":
        raise UsageError(
            _("A workspace file is named .gpkg, unlike {path}.", path=path),
            hint=_("Or give the address of a database: postgresql://user@host:port/database"),
        )
    if path.exists():
        raise UsageError(
            _("{path} exists already and is left as it is.", path=path),
            hint=_("Choose another name, or remove the file first."),
        )
    if not path.absolute().parent.is_dir():
        raise FileMissingError(
            _("The folder of {path} does not exist.", path=path), hint=_("Make it first.")
        )


def _draft_beside(path: Path) -> Path:
    """An empty file in the folder of `path`, to be renamed when it is complete."""
    try:
        with NamedTemporaryFile(
            dir=path.absolute().parent, prefix=f".{path.stem}-", suffix=".gpkg", delete=False
        ) as draft:
            made = Path(draft.name)
    except OSError as error:
        raise StoreError(
            _("{path} cannot be made: {reason}.", path=path, reason=error.strerror),
            hint=_("Check the permissions of the folder and the space on the disk."),
        ) from error
    # A temporary file is private; a workspace gets the rights that any new file has.
    umask = os.umask(0)
    os.umask(umask)
    made.chmod(0o666 & ~umask)
    return made
