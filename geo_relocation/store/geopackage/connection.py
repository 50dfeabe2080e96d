"""Connections to a workspace file, and SQLite's errors in the program's own words."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from geo_relocation.errors import (
    AppendOnlyError,
    DamagedWorkspaceError,
    FileMissingError,
    GeoRelocationError,
    NotAWorkspaceError,
    SchemaError,
    StoreError,
    WorkspaceBusyError,
)
from geo_relocation.messages import _
from geo_relocation.store import frames
from geo_relocation.store.geopackage.ddl import APPEND_ONLY_MESSAGE
from geo_relocation.store.geopackage.holders import who_may_hold
from geo_relocation.store.geopackage.locks import begin_to_read
from geo_relocation.store.patience import Patience

_MAGIC = b"SQLite format 3\0"
_PRIMARY_CODE = 0xFF  # the low byte of an extended result code
_BASE_SECONDS = 20.0
_SECONDS_PER_MEGABYTE = 2.0
"""Far more than a sound file takes to be read."""
_INSTRUCTIONS = 100_000  # of SQLite's machine, between two looks at the clock
_BACKUP = _("Restore a backup; nothing was changed.")
_PERMISSIONS = _("Check the permissions of the file and of its folder.")
_DAMAGE = {
    0,  # Python's own: text of a column that is none
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_ERROR,  # the program's questions are sound, so tables or indexes are not
    sqlite3.SQLITE_FORMAT,
    sqlite3.SQLITE_INTERRUPT,
}
_NOTHING_CHANGED = _("Nothing was changed.")
_HINTS = {
    sqlite3.SQLITE_READONLY: _PERMISSIONS,
    sqlite3.SQLITE_CANTOPEN: _PERMISSIONS,
    sqlite3.SQLITE_PERM: _PERMISSIONS,
    sqlite3.SQLITE_FULL: _("Make space on the disk; the workspace was left as it was."),
}


def connect(path: Path, timeout: float) -> sqlite3.Connection:
    """A connection to a file that exists; transactions are begun by hand."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=timeout, isolation_level=None
    )
    # What stands in a file may come from anywhere: it may not call functions with side effects.
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


@contextmanager
def legible(path: Path) -> Iterator[None]:
    """SQLite's own words about a damaged file may be no text, which Python fails to decode."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise DamagedWorkspaceError(
            _("{path} is damaged: it holds text that is none.", path=path), hint=_BACKUP
        ) from error


@contextmanager
def bounded(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Questions that end: in a damaged file pages may name each other in a circle."""
    megabytes = path.stat().st_size / 2**20
    until = time.monotonic() + _BASE_SECONDS + _SECONDS_PER_MEGABYTE * megabytes
    connection.set_progress_handler(lambda: time.monotonic() > until, _INSTRUCTIONS)
    try:
        with legible(path):
            yield
    finally:
        connection.set_progress_handler(None, 0)


@contextmanager
def reading(path: Path, patience: Patience) -> Iterator[sqlite3.Connection]:
    """A short-lived connection that sees one state, so that no lock outlives a question."""
    with translated(path), closing(connect(path, 0)) as connection:
        with legible(path):
            begin_to_read(connection, path, patience)
        yield connection


def checked_version(path: Path, patience: Patience) -> int:
    """The version of a workspace's layout; a path that is not one this program knows is refused."""
    if path.is_dir():
        raise NotAWorkspaceError(_("{path} is a folder.", path=path))
    if not path.exists():
        raise FileMissingError(
            _("There is no workspace {path}.", path=path),
            hint=_("Make one with: geo-relocation -w {path} init", path=path),
        )
    try:
        with path.open("rb") as file:
            start = file.read(len(_MAGIC))
    except OSError as error:
        raise StoreError(
            _("{path} cannot be read: {reason}.", path=path, reason=error.strerror),
            hint=_PERMISSIONS,
        ) from error
    if start != _MAGIC:
        raise NotAWorkspaceError(_("{path} is not a GeoPackage.", path=path))
    with reading(path, patience) as connection, bounded(connection, path):
        found = connection.execute(
            "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'georeloc_info'"
        ).fetchone()
        if found is None or not found[0].upper().startswith("CREATE TABLE"):
            raise NotAWorkspaceError(
                _("{path} is a GeoPackage, but not a workspace.", path=path),
                hint=_(
                    "To bring its layers in, make a workspace and import them: "
                    "geo-relocation -w NEW.gpkg init, then geo-relocation -w "
                    "NEW.gpkg import …"
                ),
            )
        stated = connection.execute(
            "SELECT value FROM georeloc_info WHERE key = 'schema_version'"
        ).fetchone()
    return frames.checked_version(str(path), stated[0] if stated else None)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into errors that say what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise _translate(path, error) from error


def _translate(path: Path, error: sqlite3.Error) -> GeoRelocationError:
    code = getattr(error, "sqlite_errorcode", 0)
    if code == sqlite3.SQLITE_CONSTRAINT_TRIGGER and APPEND_ONLY_MESSAGE in str(error):
        return AppendOnlyError(f"{path.name}: {error}.")
    if code & _PRIMARY_CODE in _DAMAGE and not isinstance(error, sqlite3.ProgrammingError):
        return _damage(path, error)
    match code & _PRIMARY_CODE:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return WorkspaceBusyError(
                _("{path} is being written by another process; nothing was changed.", path=path),
                why=who_may_hold(path),
            )
        case sqlite3.SQLITE_CONSTRAINT:
            return SchemaError(_("{name} refuses a row: {reason}.", name=path.name, reason=error))
        case sqlite3.SQLITE_NOTADB:
            return NotAWorkspaceError(
                _("{path} is damaged or not a GeoPackage ({reason}).", path=path, reason=error),
                hint=_("Restore a backup."),
            )
        case primary:
            hint = _HINTS.get(primary, _NOTHING_CHANGED)
            return StoreError(
                _("{path} cannot be used: {reason}.", path=path, reason=error), hint=hint
            )


def _damage(path: Path, error: sqlite3.Error) -> GeoRelocationError:
    if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
        return DamagedWorkspaceError(
            _(
                "{path} is damaged: a question takes far longer than a file of its size allows.",
                path=path,
            ),
            hint=_BACKUP,
        )
    return DamagedWorkspaceError(
        _("{path} is damaged ({reason}).", path=path, reason=error), hint=_BACKUP
    )
