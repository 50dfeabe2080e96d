"""Connections to a workspace file, and SQLite's errors in the program's own words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from geo_relocation.errors import (
    AppendOnlyError,
    FileMissingError,
    GeoRelocationError,
    NotAWorkspaceError,
    SchemaError,
    StoreError,
    WorkspaceBusyError,
)
from geo_relocation.store import frames
from geo_relocation.store.geopackage.ddl import APPEND_ONLY_MESSAGE
from geo_relocation.store.geopackage.holders import who_may_hold
from geo_relocation.store.geopackage.locks import begin_to_read
from geo_relocation.store.patience import Patience

_MAGIC = b"SQLite format 3\0"
_PRIMARY_CODE = 0xFF  # the low byte of an extended result code
_PERMISSIONS = "Check the permissions of the file and of its folder."
_HINTS = {
    sqlite3.SQLITE_READONLY: _PERMISSIONS,
    sqlite3.SQLITE_CANTOPEN: _PERMISSIONS,
    sqlite3.SQLITE_PERM: _PERMISSIONS,
    sqlite3.SQLITE_FULL: "Make space on the disk; the workspace was left as it was.",
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
def reading(path: Path, patience: Patience) -> Iterator[sqlite3.Connection]:
    """A short-lived connection that sees one state, so that no lock outlives a question."""
    with translated(path), closing(connect(path, 0)) as connection:
        begin_to_read(connection, path, patience)
        yield connection


def checked_version(path: Path, patience: Patience) -> int:
    """The version of a workspace's layout; a path that is not one this program knows is refused."""
    if path.is_dir():
        raise NotAWorkspaceError(f"{path} is a folder.")
    if not path.exists():
        raise FileMissingError(
            f"There is no workspace {path}.",
            hint=f"Make one with: geo-relocation -w {path} init",
        )
    try:
        with path.open("rb") as file:
            start = file.read(len(_MAGIC))
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}.", hint=_PERMISSIONS) from error
    if start != _MAGIC:
        raise NotAWorkspaceError(f"{path} is not a GeoPackage.")
    with reading(path, patience) as connection:
        found = connection.execute(
            "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'georeloc_info'"
        ).fetchone()
        if found is None or not found[0].upper().startswith("CREATE TABLE"):
            raise NotAWorkspaceError(
                f"{path} is a GeoPackage, but not a workspace.",
                hint="To bring its layers in, make a workspace and import them: "
                "geo-relocation -w NEW.gpkg init, then geo-relocation -w NEW.gpkg import …",
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
    match code & _PRIMARY_CODE:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return WorkspaceBusyError(
                f"{path} is being written by another process; nothing was changed.",
                why=who_may_hold(path),
            )
        case sqlite3.SQLITE_CONSTRAINT:
            return SchemaError(f"{path.name} refuses a row: {error}.")
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return NotAWorkspaceError(
                f"{path} is damaged or not a GeoPackage ({error}).", hint="Restore a backup."
            )
        case primary:
            hint = _HINTS.get(primary, "Nothing was changed.")
            return StoreError(f"{path} cannot be used: {error}.", hint=hint)
