"""Connections to PostgreSQL, and its errors in the program's own words."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy as sa
from psycopg import errors as pg
from psycopg.conninfo import make_conninfo

from geo_relocation.errors import (
    AppendOnlyError,
    GeoRelocationError,
    SchemaError,
    StoreError,
    UnreachableError,
    UsageError,
    WorkspaceBusyError,
)
from geo_relocation.store.postgis.address import Address

CONNECT_SECONDS = 4
_LOCK_CLASS = 0x67656F72  # "geor": keeps our advisory locks apart from other programs'
APPEND_ONLY_STATE = "GR001"
"""SQLSTATE that the guard of append-only tables raises."""


def connect(address: Address) -> psycopg.Connection:
    """A connection whose names are looked up in the workspace's schema first.

    Raises
    ------
    UnreachableError
        If the server does not answer within `CONNECT_SECONDS`, or does not let us in.
    """
    try:
        connection = psycopg.connect(
            make_conninfo("", **address.options),
            connect_timeout=CONNECT_SECONDS,
            client_encoding="utf-8",
        )
    except psycopg.OperationalError as error:
        raise UnreachableError(f"{address.url} cannot be reached: {_short(error)}.") from None
    except psycopg.ProgrammingError as error:
        raise UsageError(f"{address.url} cannot be used: {_short(error)}.") from None
    with translated(address):
        set_session(connection, address)
    return connection


def set_session(connection: psycopg.Connection, address: Address) -> None:
    """Find names in the workspace's schema, then where PostGIS is; give instants in UTC."""
    connection.execute(
        "SELECT set_config('search_path', concat_ws(', ', quote_ident(%s), "
        "(SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace n "
        "ON n.oid = extnamespace WHERE extname = 'postgis'), 'public'), false), "
        "set_config('timezone', 'UTC', false)",
        (address.schema,),
    )
    connection.commit()


def lock_writers_out(connection: psycopg.Connection, address: Address, seconds: float) -> None:
    """Become the schema's only writer until the transaction ends.

    Raises
    ------
    LockNotAvailable
        If another one still writes after `seconds`; `translated` makes it WorkspaceBusyError.
    """
    connection.execute(
        "SELECT set_config('lock_timeout', %s, true)", (f"{max(1, int(seconds * 1000))}ms",)
    )
    connection.execute(
        "SELECT pg_advisory_xact_lock(%s, %s)",
        (_LOCK_CLASS, zlib.crc32(address.schema.encode()) - 2**31),
    )


@contextmanager
def translated(address: Address) -> Iterator[None]:
    """Turn PostgreSQL's errors into errors that say what to do."""
    try:
        yield
    except psycopg.Error as error:
        raise _translate(address, error) from error
    except sa.exc.DBAPIError as error:
        if isinstance(error.orig, psycopg.Error):
            raise _translate(address, error.orig) from error
        raise


def _translate(address: Address, error: psycopg.Error) -> GeoRelocationError:
    said = error.diag.message_primary or _short(error)
    if error.sqlstate == APPEND_ONLY_STATE:
        return AppendOnlyError(f"{said}.")
    match error:
        case pg.LockNotAvailable() | pg.DeadlockDetected():
            return WorkspaceBusyError(f"{address.url} is being written by another process.")
        case pg.IntegrityError() | pg.DataError():
            detail = error.diag.message_detail or ""
            return SchemaError(f"{address.url} refuses a row: {said}.", why=detail)
        case pg.InsufficientPrivilege():
            return StoreError(
                f"{address.url} does not allow this: {said}.",
                hint="Ask the database's administrator for the right.",
            )
        case psycopg.OperationalError() | psycopg.InterfaceError():
            return UnreachableError(f"{address.url} broke off: {said}. Nothing was changed.")
        case _:
            return StoreError(f"{address.url}: {said}.", hint="Nothing was changed.")


def _short(error: Exception) -> str:
    """The first line of a message; the rest repeats the connection's options."""
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__
