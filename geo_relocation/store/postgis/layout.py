"""Making the tables of a workspace: extension, schema, tables, guards, view, comments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import psycopg
import sqlalchemy as sa
from psycopg import errors as pg
from psycopg import sql
from pyproj import CRS

from geo_relocation.errors import StoreError, UnreachableError, UsageError
from geo_relocation.messages import _
from geo_relocation.model import schemas
from geo_relocation.store import frames
from geo_relocation.store.history import HISTORY_TABLE
from geo_relocation.store.postgis.address import Address
from geo_relocation.store.postgis.connection import (
    APPEND_ONLY_STATE,
    connect,
    limit_waiting,
    translated,
)
from geo_relocation.store.postgis.reference_systems import add_zones, ensure_srid
from geo_relocation.store.postgis.tables import INFO_TABLE, build_metadata

_LOCK_SECONDS = 5.0

GUARDED = (HISTORY_TABLE, *(schema.name for schema in schemas().values() if schema.append_only))
"""Tables that only grow."""

_GUARD_FUNCTION = f"""
CREATE OR REPLACE FUNCTION georeloc_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '{APPEND_ONLY_STATE}';
END $$
"""
# A detail that is a code with its figures is no text to show; the figures have their columns.
_SITES_SCREENED = """
CREATE OR REPLACE VIEW sites_screened AS
SELECT s.site_id, s.name, s.tax_code, s.address, s.vsic, s.land_m2, s.workers, s.status,
       f.run_id, f.started_at AS screened_at, f.verdict, f.reason, f.residential_share,
       f.residential_probability, f.housing_distance_m, f.city_code, f.unit_code, f.park_id,
       CASE WHEN f.detail LIKE '{"say":%' THEN NULL ELSE f.detail END AS detail, s.geometry
FROM sites s
LEFT JOIN (
  SELECT DISTINCT ON (f.site_id) f.site_id, f.run_id, r.started_at, f.verdict, f.reason,
         f.residential_share, f.residential_probability, f.housing_distance_m, f.city_code,
         f.unit_code, f.park_id, f.detail
  FROM findings f LEFT JOIN runs r USING (run_id)
  ORDER BY f.site_id, r.sequence DESC NULLS LAST, r.started_at DESC NULLS LAST, f.run_id DESC
) f USING (site_id)
"""


@contextmanager
def shared_connection(address: Address) -> Iterator[tuple[sa.Connection, psycopg.Connection]]:
    """One transaction, for SQLAlchemy to make tables in and for psycopg to do the rest."""
    engine = sa.create_engine(
        "postgresql+psycopg://", creator=lambda: connect(address), poolclass=sa.pool.NullPool
    )
    with translated(address), engine.begin() as shared:
        connection = shared.connection.driver_connection
        if connection is None:  # pragma: no cover - an open SQLAlchemy connection has one
            raise UnreachableError(_("{url} broke off.", url=address.url))
        yield shared, connection


def build(address: Address, crs: CRS, scheme: Mapping[str, object]) -> None:
    """Make an empty workspace, in one transaction.

    Raises
    ------
    UsageError
        If the schema holds a workspace, or tables with the same names.
    StoreError
        If PostGIS cannot be switched on.
    """
    with shared_connection(address) as (shared, connection):
        limit_waiting(connection, _LOCK_SECONDS)
        _ensure_postgis(connection, address)
        try:
            _ensure_schema(connection, address)
            srid = ensure_srid(connection, crs)
            add_zones(connection)
            build_metadata(srid).create_all(shared, checkfirst=False)
        except (pg.UniqueViolation, sa.exc.IntegrityError) as error:
            # Names are unique in PostgreSQL's catalogue: somebody else was a moment earlier.
            raise UsageError(
                _("{url} was made by somebody else in this moment.", url=address.url),
                hint=_("Run this again to see what is there."),
            ) from error
        guard(connection, GUARDED)
        make_view(connection)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {INFO_TABLE} VALUES (%s, %s)",
                list(frames.new_info(crs, scheme).items()),
            )
        comment(connection)


def _ensure_postgis(connection: psycopg.Connection, address: Address) -> None:
    found = connection.execute("SELECT 1 FROM pg_extension WHERE extname = 'postgis'").fetchone()
    if found is not None:
        return
    try:
        connection.execute("CREATE EXTENSION postgis SCHEMA public")
    except psycopg.Error as error:
        raise StoreError(
            _(
                "The database of {url} has no PostGIS, and it cannot be switched on: {reason}.",
                url=address.url,
                reason=error.diag.message_primary,
            ),
            hint=_(
                "Ask the administrator to install PostGIS and run there: CREATE EXTENSION postgis;"
            ),
        ) from error


def _ensure_schema(connection: psycopg.Connection, address: Address) -> None:
    connection.execute(
        sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(address.schema))
    )
    names = [INFO_TABLE, HISTORY_TABLE, *schemas()]
    taken = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace "
        "AND relname = ANY(%s) ORDER BY relname",
        (address.schema, names),
    ).fetchall()
    present = [name for (name,) in taken]
    if INFO_TABLE in present:
        raise UsageError(
            _("{url} is a workspace already and is left as it is.", url=address.url),
            hint=_("Name another schema, as in ?schema=trial, or drop that one first."),
        )
    if present:
        raise UsageError(
            _(
                "The schema {schema:q} holds other tables of the same names: {names}.",
                schema=address.schema,
                names=", ".join(present),
            ),
            hint=_("Name another schema, as in ?schema=trial."),
        )


def guard(connection: psycopg.Connection, tables: Iterable[str]) -> None:
    """Let tables grow and nothing else, whatever program writes.

    Triggers per statement: they also refuse what would have touched no row, MERGE and
    ON CONFLICT included. ALWAYS, so that they hold in a session that says it replays another
    server's changes.
    """
    connection.execute(_GUARD_FUNCTION)
    for table in tables:
        names = {"table": sql.Identifier(table), "trigger": sql.Identifier(f"{table}_append_only")}
        for statement in (
            "DROP TRIGGER IF EXISTS {trigger} ON {table}",
            (
                "CREATE TRIGGER {trigger} BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION georeloc_append_only()"
            ),
            "ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}",
        ):
            connection.execute(sql.SQL(statement).format(**names))


def make_view(connection: psycopg.Connection) -> None:
    """Make the view that shows each site with its latest finding, for QGIS."""
    connection.execute(_SITES_SCREENED)


def comment(connection: psycopg.Connection) -> None:
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
