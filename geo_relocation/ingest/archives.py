"""Zips under limits: what a zip or a workbook would unpack to is known before it is unpacked."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from geo_relocation.errors import LimitError, NotSpatialError
from geo_relocation.messages import _
from geo_relocation.settings import ReadingLimits

_MEGABYTE = 1 << 20
_SMALL = 10 * _MEGABYTE
_BLOCK = 1 << 20
_ENCRYPTED = 0x1
_SOURCES = (
    ".gdb", ".gpkg", ".shp", ".geojson", ".json", ".dxf", ".dgn", ".kml", ".tab", ".mif", ".fgb",
    ".gml", ".geojsonl", ".parquet", ".geoparquet",
)  # fmt: skip
# Whatever a damaged zip makes the library raise.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError,
    RuntimeError, MemoryError,
)  # fmt: skip


def members(path: Path, limits: ReadingLimits) -> list[zipfile.ZipInfo]:
    """What a zip says it holds.

    Raises
    ------
    NotSpatialError
        If it is broken or encrypted, or a member's name leads out of it.
    LimitError
        If it holds or unpacks to more than is allowed.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            found = archive.infolist()
    except _BROKEN as error:
        raise NotSpatialError(
            _("{file} is not a zip file.", file=path.name),
            why=_("The reader says: {detail:q}.", detail=str(error)),
        ) from error
    if len(found) > limits.members:
        raise LimitError(
            _("{file} holds {count:n} files.", file=path.name, count=len(found)),
            "members",
            limits.members,
        )
    for member in found:
        _require_inside(path.name, member)
        if member.file_size > max(limits.ratio * member.compress_size, _SMALL):
            raise LimitError(
                _(
                    "{member} in {file} unpacks to {times:n0} times its size.",
                    member=member.filename,
                    file=path.name,
                    times=member.file_size / max(member.compress_size, 1),
                ),
                "ratio",
                limits.ratio,
            )
    total = sum(member.file_size for member in found)
    if total > limits.megabytes * _MEGABYTE:
        raise _too_large(path.name, total, limits)
    return found


def sources(found: Sequence[zipfile.ZipInfo]) -> list[str]:
    """Names inside a zip that are spatial sources; a FileGDB counts as one.

    Zips within zips are not looked into.
    """
    names: list[str] = []
    for member in found:
        parts = member.filename.split("/")
        within = next((i for i, p in enumerate(parts) if p.lower().endswith(".gdb")), None)
        source = member.filename if within is None else "/".join(parts[: within + 1])
        if source.lower().endswith(_SOURCES) and source not in names:
            names.append(source)
    return names


def unpack(
    path: Path, chosen: Sequence[zipfile.ZipInfo], folder: Path, limits: ReadingLimits
) -> None:
    """Write members of a zip into a folder, under their own names.

    Raises
    ------
    NotSpatialError
        If a member is damaged.
    LimitError
        If they unpack to more than the zip says and is allowed.
    """
    left = limits.megabytes * _MEGABYTE
    try:
        with zipfile.ZipFile(path) as archive:
            for member in chosen:
                if member.is_dir():
                    continue
                target = folder.joinpath(*PurePosixPath(member.filename).parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as packed, target.open("wb") as out:
                    while block := packed.read(_BLOCK):
                        left -= len(block)
                        if left < 0:
                            raise _too_large(path.name, -left, limits)
                        out.write(block)
    except _BROKEN as error:
        raise NotSpatialError(
            _("{file} cannot be unpacked.", file=path.name),
            why=_("The reader says: {detail:q}.", detail=str(error)),
        ) from error


def _require_inside(file: str, member: zipfile.ZipInfo) -> None:
    """Refuse names that lead elsewhere, links, and what needs a password."""
    name = PurePosixPath(member.filename)
    if name.is_absolute() or ".." in name.parts or "\\" in member.filename or ":" in name.parts[:1]:
        raise NotSpatialError(
            _(
                "{file} holds a file whose name leads out of it: {member:q}.",
                file=file,
                member=member.filename,
            ),
            hint=_("Pack it anew with plain names."),
        )
    if stat.S_ISLNK(member.external_attr >> 16):
        raise NotSpatialError(
            _("{file} holds a link: {member:q}.", file=file, member=member.filename)
        )
    if member.flag_bits & _ENCRYPTED:
        raise NotSpatialError(
            _("{file} is protected by a password.", file=file), hint=_("Unpack it first.")
        )


def _too_large(file: str, size: int, limits: ReadingLimits) -> LimitError:
    return LimitError(
        _("{file} unpacks to more than {size:n0} MB.", file=file, size=size / _MEGABYTE),
        "megabytes",
        limits.megabytes,
    )
