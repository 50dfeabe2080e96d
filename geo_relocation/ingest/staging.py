"""A private copy of a source: its reader sees these files and no others.

The copy stands in a folder of its own that is removed afterwards. What a reader writes beside a
source, and what a source names beside itself, ends there; what was hashed and what was read are
the same bytes.
"""

from __future__ import annotations

import shutil
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from geo_relocation.errors import IngestError, LimitError, NotSpatialError, UsageError
from geo_relocation.ingest import archives
from geo_relocation.ingest.formats import (
    FILEGDB,
    SHAPEFILE,
    WORKBOOK,
    ZIP,
    Format,
    recognise,
)
from geo_relocation.messages import _
from geo_relocation.settings import ReadingLimits

_MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Staged:
    """A source that is ready to be read.

    Attributes
    ----------
    path
        The copy: a file, or the folder of a FileGDB or of several shapefiles.
    format
        What it is.
    file
        Name of the source as the user gave it, for messages.
    """

    path: Path
    format: Format
    file: str


@contextmanager
def staged(path: Path, limits: ReadingLimits, *, inside: str | None = None) -> Iterator[Staged]:
    """Copy a source, and what belongs to it, into a private folder for as long as it is read.

    Parameters
    ----------
    path
        A file, a FileGDB or a zip.
    limits
        Size and count.
    inside
        Which source of a zip is meant; its only one when left out.

    Raises
    ------
    NotSpatialError
        If it is of no format that comes in.
    UsageError
        If a zip holds several sources.
    LimitError
        If it is larger than allowed.
    """
    form = recognise(path)
    with _private_folder() as folder:
        try:
            if form is ZIP:
                copy = _unpacked(path, folder, limits, inside)
                form = _of_copy(copy)
            else:
                if form is WORKBOOK and zipfile.is_zipfile(path):
                    archives.members(path, limits)
                copy = _copied(path, form, folder, limits)
        except OSError as error:
            raise IngestError(
                _(
                    "{file} cannot be copied to {folder}, from where it is read.",
                    file=path.name,
                    folder=folder.parent,
                ),
                why=_("The system says: {detail:q}.", detail=error.strerror or str(error)),
                hint=_("Make room there, or name another folder in the variable TMPDIR."),
            ) from error
        yield Staged(copy, form, path.name)


@contextmanager
def _private_folder() -> Iterator[Path]:
    try:
        made = TemporaryDirectory(prefix="geo-relocation-", ignore_cleanup_errors=True)
    except OSError as error:
        raise IngestError(
            _("There is no folder for temporary files."),
            why=_("The system says: {detail:q}.", detail=error.strerror or str(error)),
            hint=_("Name one in the variable TMPDIR."),
        ) from error
    with made as place:
        yield Path(place).resolve()


def _copied(path: Path, form: Format, folder: Path, limits: ReadingLimits) -> Path:
    target = folder / path.name
    left = limits.megabytes * _MEGABYTE
    if form is FILEGDB:
        parts = _parts_of_folder(path, limits)
    else:
        beside = {p.name.lower(): p for p in path.parent.iterdir()} if form.sidecars else {}
        stem = path.name[: len(path.name) - len(path.suffix)].lower()
        parts = [path, *(beside[stem + s] for s in form.sidecars if stem + s in beside)]
        parts = [part for part in parts if part.is_file()]
    for part in parts:
        left -= part.stat().st_size
        if left < 0:
            raise LimitError(
                _("{file} is larger than {size:n} MB.", file=path.name, size=limits.megabytes),
                "megabytes",
                limits.megabytes,
            )
        copy = target / part.relative_to(path) if form is FILEGDB else folder / _renamed(part, path)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(part, copy)
    return target


def _renamed(part: Path, path: Path) -> str:
    """A sidecar under the name by which its reader looks for it: the file's own stem."""
    return path.name if part == path else path.stem + part.name[len(path.stem) :].lower()


def _parts_of_folder(folder: Path, limits: ReadingLimits) -> list[Path]:
    """The files of a FileGDB.

    Raises
    ------
    NotSpatialError
        If it holds a link, a pipe or a device.
    LimitError
        If it holds too many.
    """
    found = sorted(folder.iterdir())
    if len(found) > limits.members:
        raise LimitError(
            _("{file} holds {count:n} files.", file=folder.name, count=len(found)),
            "members",
            limits.members,
        )
    for part in found:
        mode = part.lstat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise NotSpatialError(
                _(
                    "{folder} holds {part:q}, which is a link, a pipe or a device.",
                    folder=folder.name,
                    part=part.name,
                )
            )
    return [part for part in found if part.is_file()]


def _unpacked(path: Path, folder: Path, limits: ReadingLimits, inside: str | None) -> Path:
    """The one source of a zip, or the folder of its shapefiles."""
    found = archives.members(path, limits)
    named = archives.sources(found)
    if inside is None:
        inside = _only(path, named)
    within = [m for m in found if not inside or _belongs(m.filename, inside)]
    archives.unpack(path, within, folder, limits)
    return folder.joinpath(*inside.split("/")) if inside else folder


def _only(path: Path, named: list[str]) -> str:
    """The source of a zip that is meant: its only one, or the folder of its shapefiles."""
    if not named:
        raise NotSpatialError(
            _("{file} holds no spatial file.", file=path.name),
            why=_("Looked for .gdb, .gpkg, .shp, .geojson, .kml, .dxf, .dgn."),
        )
    if len(named) == 1:
        return named[0]
    folders = {name.rpartition("/")[0] for name in named}
    if len(folders) == 1 and all(name.lower().endswith(".shp") for name in named):
        return folders.pop()
    raise UsageError(
        _("{file} holds several data sources: {names}.", file=path.name, names=list(named)),
        hint=_("Unzip it and name one of them."),
    )


def _belongs(member: str, source: str) -> bool:
    """Whether a member of a zip is a source, lies in it, or stands beside it with its name."""
    folder, _, name = source.rpartition("/")
    beside = f"{folder}/{Path(name).stem}." if folder else f"{Path(name).stem}."
    return member == source or member.startswith((source + "/", beside))


def _of_copy(copy: Path) -> Format:
    """The format of what came out of a zip; a folder is one of shapefiles."""
    if copy.is_dir() and copy.suffix.lower() != ".gdb":
        for part in copy.glob("*.[sS][hH][pP]"):
            recognise(part)
        return SHAPEFILE
    return recognise(copy)
