"""Writing layers inside one database transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pandas as pd
import psycopg
from psycopg import errors as pg
from psycopg import sql
from pyproj import CRS

from geo_relocation.errors import SchemaError
from geo_relocation.messages import _
from geo_relocation.model import LayerSchema
from geo_relocation.model import schema as schema_of
from geo_relocation.store import frames
from geo_relocation.store.history import MEMBER_BY, Chain
from geo_relocation.store.postgis import bulk
from geo_relocation.store.postgis.address import Address
from geo_relocation.store.postgis.connection import translated
from geo_relocation.store.postgis.ledger import DatabaseLedger
from geo_relocation.store.protocol import Bbox, Where

_WORTH_ANALYZING = 1_000
"""Rows from which PostgreSQL's planner should look at the new content at once."""


class PostGISTransaction:
    """A write in progress on one schema; see `protocol.Transaction`.

    Attributes
    ----------
    over
        Whether it has been committed or rolled back; it then refuses to be used.
    """

    def __init__(
        self,
        connection: psycopg.Connection,
        address: Address,
        crs: CRS,
        srid: int,
        *,
        actor: str = "",
    ) -> None:
        self.over = False
        self._ledger = DatabaseLedger(connection)
        self._chain = Chain(self._ledger, actor=actor, account=self._ledger.account())
        self._connection = connection
        self._address = address
        self._crs = crs
        self._srid = srid

    def read(
        self, layer: str, *, where: Where | None = None, bbox: Bbox | None = None
    ) -> pd.DataFrame:
        """Rows of a layer with the changes made so far."""
        schema = schema_of(layer)
        with self._working():
            return bulk.read(
                self._connection, schema, self._crs, self._srid, where=where, bbox=bbox
            )

    def count(self, layer: str, *, where: Where | None = None) -> int:
        """Number of rows for which all conditions hold, with the changes made so far."""
        schema = schema_of(layer)
        with self._working():
            return bulk.count(self._connection, schema, where)

    def now(self) -> datetime:
        """The present moment by the server's clock."""
        with self._working():
            return self._ledger.now()

    def append(self, layer: str, frame: pd.DataFrame) -> int:
        """Add rows with new keys; return how many."""
        schema = schema_of(layer)
        ready = frames.canonical(schema, frame, self._crs)
        with self._working() as cursor:
            ready = self._chain.numbered(schema, ready)
            self._copy(cursor, schema, ready)
            self._chain.appended(schema, ready)
        return len(ready)

    def replace(self, layer: str, frame: pd.DataFrame) -> int:
        """Make these rows the whole content of the layer; return how many."""
        schema = frames.changeable(schema_of(layer))
        ready = frames.canonical(schema, frame, self._crs)
        with self._working() as cursor:
            self._note_changed(schema, None, ready)
            # Not TRUNCATE, which would make readers wait and then see nothing.
            cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(layer)))
            self._copy(cursor, schema, ready)
        return len(ready)

    def upsert(self, layer: str, frame: pd.DataFrame) -> int:
        """Add rows whose key is new and overwrite the others whole; return how many."""
        schema = frames.changeable(schema_of(layer))
        ready = frames.canonical(schema, frame, self._crs)
        with self._working() as cursor:
            self._chain.changed(schema, ready)
            bulk.upsert(cursor, schema, ready, self._srid)
            self._analyze(cursor, schema, len(ready))
        return len(ready)

    def delete(self, layer: str, *, where: Where) -> int:
        """Remove the rows for which all conditions hold; return how many."""
        schema = frames.changeable(schema_of(layer))
        clause, parameters = bulk.where_sql(schema, where)
        statement = sql.SQL("DELETE FROM {}{}").format(sql.Identifier(layer), clause)
        with self._working() as cursor:
            self._note_changed(schema, where, None)
            return cursor.execute(statement, parameters).rowcount

    def set_info(self, key: str, value: str) -> None:
        """Write one entry of the workspace's own table of facts."""
        with self._working():
            self._ledger.set_info(key, value)

    def finish(self) -> None:
        """Link what was changed; the store commits after it."""
        self._chain.finish(self)

    @contextmanager
    def _working(self) -> Iterator[psycopg.Cursor]:
        """One step of the transaction; a step that fails leaves nothing half done."""
        frames.require_running(over=self.over)
        chained = set(self._chain.stale)
        try:
            with (
                translated(self._address, self._connection),
                self._connection.transaction(),
                self._connection.cursor() as cursor,
            ):
                yield cursor
        except BaseException:
            self._chain.stale = chained
            raise

    def _note_changed(
        self, schema: LayerSchema, where: Where | None, new: pd.DataFrame | None
    ) -> None:
        """Tell the chain which rows are about to go, and which come in their place."""
        if schema.name not in MEMBER_BY:
            return
        self._chain.changed(schema, self.read(schema.name, where=where))
        if new is not None:
            self._chain.changed(schema, new)

    def _copy(self, cursor: psycopg.Cursor, schema: LayerSchema, ready: pd.DataFrame) -> None:
        try:
            bulk.copy_in(cursor, schema.name, schema, ready, self._srid)
        except pg.UniqueViolation as error:
            raise SchemaError(
                _("Layer {layer:q} has a row of that key already.", layer=schema.name),
                why=f"{error.diag.message_detail}",
                hint=frames.KEY_TAKEN_HINT,
            ) from error
        self._analyze(cursor, schema, len(ready))

    def _analyze(self, cursor: psycopg.Cursor, schema: LayerSchema, rows: int) -> None:
        if rows >= _WORTH_ANALYZING:
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(schema.name)))
