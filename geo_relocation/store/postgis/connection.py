"""Connections to PostgreSQL, and its errors in the program's own words."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager

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
from geo_relocation.messages import _
from geo_relocation.store.history import account_of_computer
from geo_relocation.store.patience import Patience
from geo_relocation.store.postgis.address import Address
from geo_relocation.store.postgis.tables import INFO_TABLE

CONNECT_SECONDS = 4
_UNTOLD_SECONDS = 1.0
"""Waiting that is not worth a word."""
_NAME = f"geo-relocation {account_of_computer()}@{socket.gethostname()}"[:63]
"""What others see when they ask who holds a lock."""
_DEFAULTS = {
    "fallback_application_name": _NAME,
    # A line that was cut in silence is noticed within 40 seconds.
    "keepalives_idle": "20",
    "keepalives_interval": "5",
    "keepalives_count": "4",
}
"""What the address may say otherwise."""
APPEND_ONLY_STATE = "GR001"
"""SQLSTATE that the guard of append-only tables raises."""

_WHO_WRITES = """
SELECT DISTINCT a.usename, a.application_name, host(a.client_addr),
       'since ' || to_char(a.xact_start, 'HH24:MI:SS "UTC"')
FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_stat_activity a USING (pid)
WHERE c.relnamespace = to_regnamespace(%s) AND l.granted AND a.pid <> ALL(%s)
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')
ORDER BY 1, 2
"""


def connect(address: Address) -> psycopg.Connection:
    """A connection whose names are looked up in the workspace's schema first.

    Raises
    ------
    UnreachableError
        If the server does not answer within `CONNECT_SECONDS`, or does not let us in.
    """
    try:
        connection = psycopg.connect(
            make_conninfo("", **_DEFAULTS | address.options),
            connect_timeout=CONNECT_SECONDS,
            client_encoding="utf-8",
        )
    except psycopg.OperationalError as error:
        said = address.without_secrets(_short(error))
        raise UnreachableError(
            _("{place} cannot be reached: {said}.", place=address.place, said=said)
        ) from None
    except psycopg.ProgrammingError as error:
        said = address.without_secrets(_short(error))
        raise UsageError(
            _("{place} cannot be used: {said}.", place=address.place, said=said)
        ) from None
    with translated(address):
        set_session(connection, address)
    return connection


def set_session(connection: psycopg.Connection, address: Address) -> None:
    """Find names in the workspace's schema, then where PostGIS is; give instants in UTC."""
    connection.execute(
        "SELECT set_config('search_path', concat_ws(', ', quote_ident(%s), "
        "(SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace n "
        "ON n.oid = extnamespace WHERE extname = 'postgis'), 'public', 'pg_temp'), false), "
        "set_config('timezone', 'UTC', false)",
        (address.schema,),
    )
    connection.commit()


def limit_waiting(connection: psycopg.Connection, seconds: float) -> None:
    """Give up waiting for others' locks after some seconds, until the transaction ends."""
    connection.execute(
        "SELECT set_config('lock_timeout', %s, true)", (f"{max(1, int(seconds * 1000))}ms",)
    )


def limit_all_waiting(connection: psycopg.Connection, seconds: float) -> None:
    """The same for as long as the connection lasts."""
    connection.execute(
        "SELECT set_config('lock_timeout', %s, false)", (f"{max(1, int(seconds * 1000))}ms",)
    )
    connection.commit()


def lock_writers_out(connection: psycopg.Connection, address: Address, patience: Patience) -> None:
    """Become the schema's only writer until the transaction ends; readers are not kept out.

    The lock is on a table, so that only who may change the workspace can hold it. An advisory
    lock could be taken by any role that may connect.

    Raises
    ------
    LockNotAvailable
        If another one still writes when patience ends; `translated` makes it WorkspaceBusyError.
    """
    lock = f"LOCK TABLE {INFO_TABLE} IN EXCLUSIVE MODE"
    at_once = min(_UNTOLD_SECONDS, patience.seconds)
    left = patience.seconds - at_once
    try:
        limit_waiting(connection, at_once)
        connection.execute(lock)
    except pg.LockNotAvailable:
        if left <= 0:
            raise
        connection.rollback()
        patience.tell(
            f"{address.url} is being written by another process; waiting for up to "
            f"{patience.seconds:g} s. {_holders(address, connection)}".rstrip()
        )
        limit_waiting(connection, left)
        connection.execute(lock)
    limit_waiting(connection, patience.seconds)


@contextmanager
def translated(address: Address, own: psycopg.Connection | None = None) -> Iterator[None]:
    """Turn PostgreSQL's errors into errors that say what to do.

    Parameters
    ----------
    own
        The connection that is used in the block, so as not to be named when it waits for others.
    """
    try:
        yield
    except psycopg.Error as error:
        raise _translate(address, error, own) from error
    except sa.exc.DBAPIError as error:
        if isinstance(error.orig, psycopg.Error):
            raise _translate(address, error.orig, own) from error
        raise


def _holders(address: Address, own: psycopg.Connection | None) -> str:
    """Who writes, or holds rows that were changed: roles, programs, computers."""
    try:
        with closing(connect(address)) as asking:
            rows = asking.execute(
                _WHO_WRITES, (address.schema, [own.info.backend_pid if own else 0])
            ).fetchall()
    except (psycopg.Error, GeoRelocationError):
        return ""
    words = [f"{role} ({', '.join(filter(None, rest))})" for role, *rest in rows]
    return f"Held by {'; '.join(words)}." if words else ""


def _translate(
    address: Address, error: psycopg.Error, own: psycopg.Connection | None
) -> GeoRelocationError:
    said = error.diag.message_primary or _short(error)
    if error.sqlstate == APPEND_ONLY_STATE:
        return AppendOnlyError(f"{said}.")
    match error:
        case pg.LockNotAvailable() | pg.DeadlockDetected():
            return WorkspaceBusyError(
                _("{url} is being written by another process.", url=address.url),
                why=_holders(address, own),
            )
        case pg.IntegrityError() | pg.DataError():
            detail = error.diag.message_detail or ""
            return SchemaError(
                _("{url} refuses a row: {said}.", url=address.url, said=said), why=detail
            )
        case pg.InsufficientPrivilege():
            return StoreError(
                _("{url} does not allow this: {said}.", url=address.url, said=said),
                hint=_("Ask the database's administrator for the right."),
            )
        case psycopg.OperationalError() | psycopg.InterfaceError():
            return UnreachableError(
                _("{url} broke off: {said}. Nothing was changed.", url=address.url, said=said)
            )
        case _:
            detail = error.diag.message_detail or ""
            return StoreError(f"{address.url}: {said}.", why=detail, hint=_("Nothing was changed."))


def _short(error: Exception) -> str:
    """The first line of a message; the rest repeats the connection's options."""
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__
