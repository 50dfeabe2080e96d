"""A workspace in a schema of a PostGIS database, for an office where several people work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime

import pandas as pd
import psycopg
from pyproj import CRS

from geo_relocation.errors import StoreError
from geo_relocation.messages import _
from geo_relocation.store.audit import HistoryCheck, audit
from geo_relocation.store.migrations import Migration, require_newest
from geo_relocation.store.patience import USUAL, Patience
from geo_relocation.store.postgis import layout
from geo_relocation.store.postgis.address import Address, parse_address
from geo_relocation.store.postgis.commit import commit
from geo_relocation.store.postgis.connection import (
    connect,
    limit_all_waiting,
    lock_writers_out,
    translated,
)
from geo_relocation.store.postgis.facts import checked_info, read_info, srid_of_schema
from geo_relocation.store.postgis.foreign import examine, refuse_other_kinds
from geo_relocation.store.postgis.ledger import DatabaseLedger
from geo_relocation.store.postgis.migrate import migrate
from geo_relocation.store.postgis.reading import PostGISReading
from geo_relocation.store.postgis.transaction import PostGISTransaction
from geo_relocation.store.protocol import Bbox, Foreign, Where
from geo_relocation.store.stored import stated_crs


class PostGISStore:
    """One workspace in one schema of a database.

    A transaction is one database transaction behind an advisory lock, so that one process
    writes at a time and readers see the old content until it is committed.

    Parameters
    ----------
    address
        ``postgresql://user[:password]@host:port/database[?schema=name]`` of a workspace.
    patience
        How to wait for another writer.
    """

    def __init__(self, address: str, *, patience: Patience = USUAL) -> None:
        self._address: Address = parse_address(address)
        self.url = self._address.url
        self.actor = ""
        self._patience = patience
        self._closed = False
        with self._reading() as connection:
            info, version = checked_info(connection, self._address)
            require_newest(self.url, version)
            refuse_other_kinds(connection, self.url, self._address.schema)
            self._srid = srid_of_schema(connection, self._address)
        self._crs = stated_crs(self.url, info)

    @classmethod
    def create(
        cls,
        address: str,
        *,
        crs: CRS,
        scheme: Mapping[str, object],
        patience: Patience = USUAL,
    ) -> PostGISStore:
        """Make a new workspace; the database must exist, PostGIS and schema are made if needed.

        Raises
        ------
        UsageError
            If the schema holds a workspace already.
        UnreachableError
            If the server does not answer.
        """
        layout.build(parse_address(address), crs, scheme)
        return cls(address, patience=patience)

    @classmethod
    def migrate(cls, address: str, *, patience: Patience = USUAL, actor: str = "") -> Migration:
        """Bring a workspace of an older layout to the newest; see `migrate.migrate`."""
        return migrate(parse_address(address), patience=patience, actor=actor)

    @property
    def crs(self) -> CRS:
        """The working CRS."""
        return self._crs

    @property
    def foreign(self) -> tuple[Foreign, ...]:
        """What acts on our tables and is not ours; a database's administrator put it there."""
        with self._reading() as connection:
            return examine(connection, self._address.schema)

    @property
    def info(self) -> dict[str, str]:
        """Facts on the workspace: schema version, scheme, when and by what it was made."""
        with self._reading() as connection:
            return read_info(connection)

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
    def reading(self) -> Iterator[PostGISReading]:
        """See one state; see `protocol.Store.reading`."""
        with self._reading() as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            asked = PostGISReading(connection, self._address, self._crs, self._srid)
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
        """The present moment by the server's clock."""
        with self._reading() as connection:
            return DatabaseLedger(connection).now()

    @contextmanager
    def transaction(self) -> Iterator[PostGISTransaction]:
        """Begin to write; see `protocol.Store.transaction`."""
        self._require_open()
        with closing(connect(self._address)) as connection:
            with translated(self._address, connection):
                lock_writers_out(connection, self._address, self._patience)
                writing = PostGISTransaction(
                    connection, self._address, self._crs, self._srid, actor=self.actor
                )
            try:
                yield writing
                with translated(self._address):
                    writing.finish()
                    commit(connection, self._address)
            finally:
                # Closing a connection that has not committed undoes what it did.
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
    def _reading(self) -> Iterator[psycopg.Connection]:
        self._require_open()
        with closing(connect(self._address)) as connection, translated(self._address):
            limit_all_waiting(connection, self._patience.seconds)
            yield connection
