"""Making the tables of a workspace: extension, schema, migrations, comments."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import psycopg
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from psycopg import sql
from pyproj import CRS

from geo_relocation.errors import StoreError, UnreachableError, UsageError
from geo_relocation.model import schemas
from geo_relocation.store import frames
from geo_relocation.store.postgis.address import Address
from geo_relocation.store.postgis.connection import connect, lock_writers_out, translated
from geo_relocation.store.postgis.reference_systems import ensure_srid
from geo_relocation.store.postgis.tables import INFO_TABLE

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "georeloc_migration"
"""Which migration the schema stands at; other programs may keep their own in this database."""
_LOCK_SECONDS = 5.0


def build(address: Address, crs: CRS, scheme: Mapping[str, object]) -> None:
    """Make an empty workspace, in one transaction.

    Raises
    ------
    UsageError
        If the schema holds a workspace, or tables with the same names.
    StoreError
        If PostGIS cannot be switched on.
    """
    engine = sa.create_engine(
        "postgresql+psycopg://", creator=lambda: connect(address), poolclass=sa.pool.NullPool
    )
    with translated(address), engine.begin() as shared:
        connection = shared.connection.driver_connection
        if connection is None:  # pragma: no cover - an open SQLAlchemy connection has one
            raise UnreachableError(f"{address.url} broke off.")
        lock_writers_out(connection, address, _LOCK_SECONDS)
        _ensure_postgis(connection, address)
        _ensure_schema(connection, address)
        srid = ensure_srid(connection, crs)
        upgrade(shared, address, srid)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {INFO_TABLE} VALUES (%s, %s)",
                list(frames.new_info(crs, scheme).items()),
            )
        _comment(connection)


def _ensure_postgis(connection: psycopg.Connection, address: Address) -> None:
    found = connection.execute("SELECT 1 FROM pg_extension WHERE extname = 'postgis'").fetchone()
    if found is not None:
        return
    try:
        connection.execute("CREATE EXTENSION postgis SCHEMA public")
    except psycopg.Error as error:
        raise StoreError(
            f"The database of {address.url} has no PostGIS, and it cannot be switched on: "
            f"{error.diag.message_primary}.",
            hint="Ask the administrator to install PostGIS and run there: "
            "CREATE EXTENSION postgis;",
        ) from error


def _ensure_schema(connection: psycopg.Connection, address: Address) -> None:
    connection.execute(
        sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(address.schema))
    )
    names = [INFO_TABLE, VERSION_TABLE, *schemas()]
    taken = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace "
        "AND relname = ANY(%s) ORDER BY relname",
        (address.schema, names),
    ).fetchall()
    present = [name for (name,) in taken]
    if INFO_TABLE in present:
        raise UsageError(
            f"{address.url} is a workspace already and is left as it is.",
            hint="Name another schema, as in ?schema=trial, or drop that one first.",
        )
    if present:
        raise UsageError(
            f"The schema {address.schema!r} holds other tables of the same names: "
            f"{', '.join(present)}.",
            hint="Name another schema, as in ?schema=trial.",
        )


def upgrade(shared: sa.Connection, address: Address, srid: int) -> None:
    """Run the migrations that the schema has not seen yet, in the connection's transaction."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes.update(connection=shared, schema=address.schema, srid=srid)
    command.upgrade(config, "head")


def _comment(connection: psycopg.Connection) -> None:
    """Write what layers and columns mean where database tools show it."""
    for schema in schemas().values():
        words = f"{schema.vi} / {schema.en}. {schema.description}"
        connection.execute(
            sql.SQL("COMMENT ON TABLE {} IS {}").format(
                sql.Identifier(schema.name), sql.Literal(words)
            )
        )
        for attribute in schema.attributes:
            words = f"{attribute.header('vi')} / {attribute.en}. {attribute.description}".strip()
            connection.execute(
                sql.SQL("COMMENT ON COLUMN {}.{} IS {}").format(
                    sql.Identifier(schema.name),
                    sql.Identifier(attribute.name),
                    sql.Literal(words),
                )
            )
