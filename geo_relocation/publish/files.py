"""The one way to write an output: beside the old one, whole, and over nothing but its own kind."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from geo_relocation.errors import GeoRelocationError, OutputError, ProtectedFileError, UsageError
from geo_relocation.messages import _
from geo_relocation.publish.kinds import FileKind, FolderKind, Kind, is_sqlite, is_workspace

_JOURNALS = ("-wal", "-shm", "-journal")
"""Endings of the files that SQLite keeps beside a database."""

_PREFIX = ".writing-"
_LOCK = ".lock"
_SETTLED = 2.0
"""Seconds after which a folder of a write whose lock is free belongs to nobody."""

_UNLOCKED = 3600.0
"""Seconds after which a folder of a write that has no lock belongs to nobody."""

_WRITERS = ("pyogrio", "pyarrow", "xlsxwriter")
"""Libraries with errors of their own for a file that cannot be written."""


@dataclass(frozen=True, kw_only=True)
class Protected:
    """What an output must not replace.

    Attributes
    ----------
    workspace
        The workspace in use, where it is a file.
    sources
        Files that the same command reads.
    force
        Replace a file also where it is not of the output's own kind. A workspace, a source and
        a folder are never replaced.
    """

    workspace: Path | None = None
    sources: tuple[Path, ...] = ()
    force: bool = False


NOTHING = Protected()


def check_target(path: str | Path, kind: Kind, protected: Protected = NOTHING) -> None:
    """Check that an output may be written, before any work is done for it.

    Raises
    ------
    ProtectedFileError
        If it would replace what it must not.
    UsageError
        If a folder is named where a file is meant, or the other way round, or its folder cannot
        be written to.
    """
    target = Path(path)
    try:
        if isinstance(kind, FileKind):
            _check_file(target, kind, protected)
            _check_folder(target.parent)
            return
        _check_folder(target)
        for name, own in kind.files.items():
            _check_file(target / name, own, protected)
    except OSError as error:
        raise UsageError(
            _("{target} cannot be written to.", target=target), why=_reason(error)
        ) from error


def _check_folder(folder: Path) -> None:
    """A folder that is there and can be written to, or that can be made."""
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    if not there.is_dir():
        raise UsageError(
            _("{there} is a file, not a folder.", there=there), hint=_("Name another folder.")
        )
    if not os.access(there, os.W_OK | os.X_OK):
        raise UsageError(
            _("{there} may not be written to.", there=there), hint=_("Name another folder.")
        )


def _check_file(target: Path, kind: FileKind, protected: Protected) -> None:
    if target.is_dir():
        raise UsageError(
            _("{target} is a folder, not a file.", target=target), hint=_("Name a file in it.")
        )
    _check_in_use(target, protected)
    if not target.exists():
        return
    if not target.is_file():
        raise UsageError(
            _("{target} is not an ordinary file.", target=target), hint=_("Name another file.")
        )
    if target.stat().st_size == 0:
        return
    own = kind.is_own(target)
    if is_workspace(target) and not (own and kind.replaces_workspace):
        raise ProtectedFileError(
            _("{target} is a workspace and is left as it is.", target=target),
            why=_(
                "It may hold decisions and a history that exist nowhere else; "
                "no output replaces it, with --force either."
            ),
            hint=_("Name another file or folder, or remove the workspace yourself."),
        )
    if not own and not protected.force:
        raise ProtectedFileError(
            _(
                "{target} exists, and is not {kind} as it was written.",
                target=target,
                kind=kind.title,
            ),
            hint=_("Name another file, or replace it with --force."),
        )


def _check_in_use(target: Path, protected: Protected) -> None:
    """Refuse the open workspace, a database's journal, and what the command reads."""
    if protected.workspace is not None and _same(target, protected.workspace):
        raise ProtectedFileError(
            _("{target} is the open workspace and is left as it is.", target=target)
        )
    place = Path(os.path.realpath(target))
    for ending in _JOURNALS:
        database = place.with_name(place.name.removesuffix(ending))
        if place.name.endswith(ending) and database.is_file() and is_sqlite(database):
            raise ProtectedFileError(
                _(
                    "{target} belongs to the database {database} and is left as it is.",
                    target=target,
                    database=database.name,
                )
            )
    for source in protected.sources:
        if _same(target, source):
            raise ProtectedFileError(
                _("{target} is read by this command and is left as it is.", target=target)
            )


def _same(first: Path, second: Path) -> bool:
    """Whether two paths are one file, by link, hard link or another spelling."""
    if os.path.realpath(first) == os.path.realpath(second):
        return True
    try:
        return first.samefile(second)
    except OSError:
        return False


@contextmanager
def replaced(path: str | Path, kind: FileKind, protected: Protected = NOTHING) -> Iterator[Path]:
    """A temporary path beside a file that takes its place when the block ends well.

    Parameters
    ----------
    path
        The file; a link is followed. Its folder is made when it is missing.
    kind
        What is written: only a file of this kind is replaced.
    protected
        What must not be replaced besides.

    Yields
    ------
    Path
        Where to write. It has the same name as the final file.

    Raises
    ------
    ProtectedFileError, UsageError
        As `check_target`.
    OutputError
        If the file cannot be written. What was there before is unchanged, and nothing else is
        left behind.
    """
    check_target(path, kind, protected)
    target = Path(os.path.realpath(path))
    with _written(target.parent, {target.name: kind}, protected) as folder:
        yield folder / target.name


@contextmanager
def replaced_in(
    folder: str | Path, kind: FolderKind, protected: Protected = NOTHING
) -> Iterator[Path]:
    """A temporary folder whose files take their places in a folder when the block ends well.

    Files that the block does not write stay away; see `replaced` for everything else.
    """
    check_target(folder, kind, protected)
    with _written(Path(os.path.realpath(folder)), kind.files, protected) as draft:
        yield draft


@contextmanager
def _written(folder: Path, kinds: Mapping[str, FileKind], protected: Protected) -> Iterator[Path]:
    made = _missing_parents(folder)
    done = False
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        with _draft_folder(folder) as draft:
            yield draft
            names = [name for name in kinds if (draft / name).is_file()]
            for name in names:
                # A disk may report that it is full as late as this.
                with (draft / name).open("r+b") as file:
                    os.fsync(file.fileno())
            for name in names:
                # Somebody may have put a file there meanwhile.
                _check_file(folder / name, kinds[name], protected)
            for name in names:
                _put(draft / name, folder / name)
        done = True
    except GeoRelocationError:
        raise
    except Exception as error:
        reason = _reason(error)
        if not reason:
            raise
        raise OutputError(
            _(
                "{target} cannot be written: {reason}.",
                target=folder / next(iter(kinds)) if len(kinds) == 1 else folder,
                reason=reason,
            ),
            why=_("What was there before is unchanged."),
        ) from error
    finally:
        if not done:
            for parent in made:
                with suppress(OSError):
                    parent.rmdir()


def _put(draft: Path, target: Path) -> None:
    target = Path(os.path.realpath(target))
    target.parent.mkdir(exist_ok=True)
    # A journal left by a program that had the old file open does not fit the new one.
    for ending in _JOURNALS:
        Path(f"{target}{ending}").unlink(missing_ok=True)
    draft.replace(target)


def _missing_parents(folder: Path) -> list[Path]:
    """The folders that have to be made, the innermost first."""
    missing = []
    while not folder.exists() and folder != folder.parent:
        missing.append(folder)
        folder = folder.parent
    return missing


@contextmanager
def _draft_folder(folder: Path) -> Iterator[Path]:
    """A hidden folder on the same file system, locked for as long as this process lives.

    What a writer leaves beside its file (journals, locks) goes with it.
    """
    draft = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=folder))
    lock = None
    try:
        # SQLite's locks go with the process that holds them, on every system.
        lock = sqlite3.connect(draft / _LOCK, isolation_level=None, check_same_thread=False)
        lock.execute("BEGIN EXCLUSIVE")
        yield draft
    finally:
        if lock is not None:
            lock.close()
        shutil.rmtree(draft, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Remove what writers left here that were killed."""
    for draft in folder.glob(f"{_PREFIX}*"):
        with suppress(OSError, sqlite3.Error):
            age = time.time() - draft.lstat().st_mtime
            lock = draft / _LOCK
            locked = lock.is_file()
            abandoned = age > (_SETTLED if locked else _UNLOCKED)
            if abandoned and (not locked or _is_free(lock)) and not draft.is_symlink():
                shutil.rmtree(draft, ignore_errors=True)


def _is_free(lock: Path) -> bool:
    connection = sqlite3.connect(lock, timeout=0, isolation_level=None)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()
    return True


def _reason(error: BaseException | None) -> str:
    """Why a file could not be written, from the first error that knows; empty if none does."""
    while error is not None:
        if isinstance(error, OSError):
            return error.strerror or str(error) or type(error).__name__
        if isinstance(error, sqlite3.Error) or type(error).__module__.startswith(_WRITERS):
            cause = _reason(error.__cause__ or error.__context__)
            return cause or str(error).strip().rstrip(".")
        error = error.__cause__ or error.__context__
    return ""
