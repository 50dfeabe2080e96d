"""Zips under limits: what a zip or a workbook would unpack to is known before it is unpacked."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from geo_relocation.errors import LimitError, NotSpatialError
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
        raise NotSpatialError(f"{path.name} is not a zip file.", why=str(error)) from error
    if len(found) > limits.members:
        raise LimitError(f"{path.name} holds {len(found):,} files.", "members", limits.members)
    for member in found:
        _require_inside(path.name, member)
        if member.file_size > max(limits.ratio * member.compress_size, _SMALL):
            raise LimitError(
                f"{member.filename} in {path.name} unpacks to "
                f"{member.file_size / max(member.compress_size, 1):,.0f} times its size.",
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
        raise NotSpatialError(f"{path.name} cannot be unpacked.", why=str(error)) from error


def _require_inside(file: str, member: zipfile.ZipInfo) -> None:
    """Refuse names that lead elsewhere, links, and what needs a password."""
    name = PurePosixPath(member.filename)
    if name.is_absolute() or ".." in name.parts or "\\" in member.filename or ":" in name.parts[:1]:
        raise NotSpatialError(
            f"{file} holds a file whose name leads out of it: {member.filename!r}.",
            hint="Pack it anew with plain names.",
        )
    if stat.S_ISLNK(member.external_attr >> 16):
        raise NotSpatialError(f"{file} holds a link: {member.filename!r}.")
    if member.flag_bits & _ENCRYPTED:
        raise NotSpatialError(f"{file} is protected by a password.", hint="Unpack it first.")


def _too_large(file: str, size: int, limits: ReadingLimits) -> LimitError:
    return LimitError(
        f"{file} unpacks to more than {size / _MEGABYTE:,.0f} MB.", "megabytes", limits.megabytes
    )
