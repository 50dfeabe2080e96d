"""Taking SQLite's locks: waiting in short steps, telling so, and giving up with an error."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from geo_relocation.errors import WorkspaceBusyError
from geo_relocation.messages import _
from geo_relocation.store.geopackage.holders import who_may_hold
from geo_relocation.store.patience import Patience

_STEP = 1.0
"""Seconds after which it is told that others are waited for; SQLite cannot be stopped within."""
_PAUSE = 0.02
"""Seconds between two tries, where SQLite answers at once that waiting is in vain."""


def begin_to_read(connection: sqlite3.Connection, path: Path, patience: Patience) -> None:
    """Begin a transaction that sees one state from now on."""
    connection.execute("BEGIN")
    # Only the first question takes the lock, which lasts until the transaction ends.
    _take(connection, "SELECT count(*) FROM sqlite_master", path, patience, "being written")


def begin_to_write(connection: sqlite3.Connection, path: Path, patience: Patience) -> None:
    """Become the file's only writer."""
    _take(connection, "BEGIN IMMEDIATE", path, patience, "being written")


def commit(connection: sqlite3.Connection, path: Path, patience: Patience) -> None:
    """Put a write in place, as soon as those who are reading have finished."""
    _take(connection, "COMMIT", path, patience, "being read")


def _take(
    connection: sqlite3.Connection, statement: str, path: Path, patience: Patience, held: str
) -> None:
    """Carry out a statement that takes a lock.

    Raises
    ------
    WorkspaceBusyError
        If it is not to be had within the time.
    """
    until = time.monotonic() + patience.seconds
    told = False
    while True:
        step = max(0.0, min(_STEP, until - time.monotonic()))
        connection.execute(f"PRAGMA busy_timeout = {int(step * 1000)}")
        try:
            connection.execute(statement).fetchall()
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                raise
            if time.monotonic() >= until:
                raise WorkspaceBusyError(
                    _(
                        "{path} is {held} by another process, for over {seconds:n1} s; "
                        "nothing was changed.",
                        path=path,
                        held=held,
                        seconds=patience.seconds,
                    ),
                    why=who_may_hold(path),
                ) from error
        else:
            return
        if not told:
            told = True
            patience.tell(
                f"{path} is {held} by another process; waiting for up to "
                f"{patience.seconds:g} s. {who_may_hold(path)}"
            )
        time.sleep(_PAUSE)


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another connection holds a lock that was needed."""
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
