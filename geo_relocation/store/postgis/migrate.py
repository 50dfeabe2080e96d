"""Carrying out the steps of a migration on a schema of a database."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import psycopg
import sqlalchemy as sa
from psycopg import sql
from pyproj import CRS
from sqlalchemy.schema import CreateColumn

from geo_relocation.model import LayerSchema, schemas
from geo_relocation.store.history import Chain, Link
from geo_relocation.store.migrations import Migration, Step, steps_from
from geo_relocation.store.patience import Patience
from geo_relocation.store.postgis import bulk
from geo_relocation.store.postgis.address import Address
from geo_relocation.store.postgis.connection import lock_writers_out
from geo_relocation.store.postgis.facts import checked_info, srid_of_schema
from geo_relocation.store.postgis.layout import (
    GUARDED,
    comment,
    guard,
    make_view,
    shared_connection,
)
from geo_relocation.store.postgis.ledger import DatabaseLedger
from geo_relocation.store.postgis.tables import build_metadata
from geo_relocation.store.postgis.transaction import PostGISTransaction
from geo_relocation.store.protocol import SCHEMA_VERSION, Reader, Where

_EARLIER_MARK = "georeloc_migration"
"""Table in which the first layout noted its version."""


class _Work:
    """What a step may do with the rows that are there; see `migrations.Migrating`."""

    def __init__(
        self, connection: psycopg.Connection, address: Address, crs: CRS, srid: int, actor: str
    ) -> None:
        self._connection = connection
        self._crs, self._srid = crs, srid
        self.ledger = DatabaseLedger(connection)
        self.reader: Reader = PostGISTransaction(connection, address, crs, srid)
        self.chain = Chain(self.ledger, actor=actor, account=self.ledger.account())

    def links(self) -> list[Link]:
        """All links of the chain, oldest first."""
        return self.ledger.links()

    def read_as(self, schema: LayerSchema, where: Where) -> pd.DataFrame:
        """Rows of a table as an earlier layout had it."""
        return bulk.read(self._connection, schema, self._crs, self._srid, where=where, bbox=None)

    def execute(self, statement: str) -> None:
        """Run SQL that both databases understand."""
        self._connection.execute(statement)


def migrate(address: Address, *, patience: Patience, actor: str) -> Migration:
    """Bring a workspace to the newest layout, in one transaction.

    Raises
    ------
    UsageError
        If it has the newest layout already.
    StoreError
        If this role may not change the tables. Nothing is changed then.
    """
    with shared_connection(address) as (shared, connection):
        info, version = checked_info(connection, address)
        steps = steps_from(address.url, version)
        lock_writers_out(connection, address, patience)
        srid = srid_of_schema(connection, address)
        _add(shared, connection, build_metadata(srid), steps)
        work = _Work(connection, address, CRS.from_user_input(info["crs"]), srid, actor)
        for step in steps:
            if step.keep is not None:
                step.keep(work)
        _retire(connection, steps)
        for step in steps:
            if step.fill is not None:
                step.fill(work)
        work.chain.finish(work.reader)
        guard(connection, GUARDED)
        make_view(connection)
        comment(connection)
        work.ledger.set_info("schema_version", str(SCHEMA_VERSION))
    titles = tuple(step.title for step in steps)
    return Migration(address.url, version, SCHEMA_VERSION, titles, None)


def _add(
    shared: sa.Connection,
    connection: psycopg.Connection,
    metadata: sa.MetaData,
    steps: Iterable[Step],
) -> None:
    """Make what is new; guards are off until the rows are seen to."""
    connection.execute(f"DROP TABLE IF EXISTS {_EARLIER_MARK}")
    for step in steps:
        # Only where rows are changed: a trigger of somebody else's elsewhere stays as it is.
        for name in sorted(step.altered - {layer for layer, _ in step.retired}):
            connection.execute(
                sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(name))
            )
        for name in step.tables:
            metadata.tables[name].create(shared, checkfirst=True)
        for layer, name in step.columns:
            column = metadata.tables[layer].columns[name]
            made = CreateColumn(column).compile(dialect=shared.dialect)
            shared.execute(sa.text(f'ALTER TABLE "{layer}" ADD COLUMN IF NOT EXISTS {made}'))
        for layer, name in {*step.columns, *step.values}:
            _allow_values(connection, layer, name)


def _retire(connection: psycopg.Connection, steps: Iterable[Step]) -> None:
    """Take off the columns that go."""
    for step in steps:
        for layer, name in step.retired:
            connection.execute(
                sql.SQL("ALTER TABLE {} DROP COLUMN IF EXISTS {}").format(
                    sql.Identifier(layer), sql.Identifier(name)
                )
            )


def _allow_values(connection: psycopg.Connection, layer: str, column: str) -> None:
    """Make the check of a column with a list of values, as the dictionary has it now."""
    enum = schemas()[layer].attribute(column).enum
    if enum is None:
        return
    names = {
        "table": sql.Identifier(layer),
        "check": sql.Identifier(f"{layer}_{column}_check"),
        "column": sql.Identifier(column),
        "values": sql.SQL(", ").join(sql.Literal(member.value) for member in enum),
    }
    for statement in (
        "ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {check}",
        "ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({column} IN ({values}))",
    ):
        connection.execute(sql.SQL(statement).format(**names))
