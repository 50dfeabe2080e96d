"""Plan dossiers as TT 16/2025/TT-BXD lays them out: HoSoGIS with HienTrang and QuyHoach.

A dossier comes as a folder or a zip of FileGDBs or GeoPackages, or as one of them alone. The
class `ChucNangSuDungDat_A` of HienTrang becomes existing zones and that of QuyHoach planned
ones. Its land use stands in words on three levels; the deepest that the code table knows gives
the category, so that a precise word never hides behind a vague one, nor an unknown one behind
nothing.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from geo_relocation.errors import EmptyLayerError, LimitError, UsageError
from geo_relocation.ingest import archives, vectors
from geo_relocation.ingest.raw import Note, RawTable
from geo_relocation.ingest.staging import staged
from geo_relocation.messages import _
from geo_relocation.model.enums import ZoneStatus
from geo_relocation.model.land_use import categorise
from geo_relocation.settings import ReadingLimits

LAND_USE_CLASS = "ChucNangSuDungDat_A"
CODE_SYSTEM = "tt16"
CODE_VERSION = "16/2025/TT-BXD"

_PARTS = {"hientrang": ZoneStatus.EXISTING, "quyhoach": ZoneStatus.PLANNED}
_PREFIX = {ZoneStatus.EXISTING: "HT", ZoneStatus.PLANNED: "QH"}
_SUFFIXES = (".gdb", ".gpkg")
_LEVELS = ("chucNangSuDungDatMuc3", "chucNangSuDungDatMuc2", "chucNangSuDungDatMuc1")


@dataclass(frozen=True)
class Part:
    """One database of a dossier.

    Attributes
    ----------
    name
        `HienTrang` or `QuyHoach`, as the file writes it.
    path
        The database, or the zip that holds it.
    inside
        Its name in the zip; None outside of one.
    status
        What its zones are.
    """

    name: str
    path: Path
    inside: str | None
    status: ZoneStatus


def dossier_parts(path: Path, limits: ReadingLimits | None = None) -> list[Part]:
    """The databases of a plan dossier with land use; empty if `path` is none.

    Raises
    ------
    NotSpatialError, LimitError
        If a zip or folder is damaged or larger than allowed.
    """
    limits = limits or ReadingLimits()
    named: list[tuple[Path, Path, str | None]]
    if path.suffix.lower() == ".zip" and path.is_file():
        inside = archives.sources(archives.members(path, limits))
        named = [(Path(name), path, name) for name in inside]
    elif path.is_dir() and path.suffix.lower() != ".gdb":
        named = [(p, p, None) for p in _databases(path, limits)]
    else:
        named = [(path, path, None)]
    parts = [
        Part(name.stem, source, inside, _PARTS[name.stem.lower()])
        for name, source, inside in named
        if name.suffix.lower() in _SUFFIXES and name.stem.lower() in _PARTS
    ]
    return sorted(parts, key=lambda part: part.status.value)


def _databases(folder: Path, limits: ReadingLimits) -> list[Path]:
    """FileGDBs and GeoPackages below a folder, in order; links are not followed."""
    found, seen = [], 0
    for place, folders, files in os.walk(folder):
        seen += len(folders) + len(files)
        if seen > limits.members:
            raise LimitError(
                _(
                    "{folder} holds more than {count:n} files.",
                    folder=folder.name or folder,
                    count=limits.members,
                ),
                "members",
                limits.members,
            )
        here = [Path(place, name) for name in (*folders, *files)]
        found += [path for path in here if path.suffix.lower() in _SUFFIXES]
        folders[:] = [name for name in folders if not name.lower().endswith(".gdb")]
    return sorted(found)


def read_dossier(
    path: Path,
    limits: ReadingLimits | None = None,
    *,
    code_table: Mapping[str, str] | None = None,
) -> RawTable | None:
    """The land use of a plan dossier as one table; None if `path` is no dossier.

    Parameters
    ----------
    path
        Folder, zip, FileGDB or GeoPackage.
    limits
        How much it may ask of this computer.
    code_table
        The user's own land-use words → categories, which count as known.

    Raises
    ------
    EmptyLayerError
        If no part of the dossier holds land use.
    UsageError
        If its parts are in different reference systems.
    """
    limits = limits or ReadingLimits()
    parts = dossier_parts(path, limits)
    tables, notes = [], []
    for part in parts:
        with staged(part.path, limits, inside=part.inside) as source:
            raw = vectors.read_part(source, LAND_USE_CLASS, limits)
        if raw is not None and len(raw):
            tables.append(_with_words(raw, part, code_table))
        else:
            notes.append(Note("dossier-part-empty", value=part.name))
    if not parts or (not tables and path.suffix.lower() == ".gpkg"):
        return None
    if not tables:
        raise EmptyLayerError(
            _("The plan dossier {file} holds no land use.", file=path.name),
            why=_(
                "{layer} is absent or empty in {parts}.",
                layer=LAND_USE_CLASS,
                parts=[p.name for p in parts],
            ),
        )
    return _joined(path, tables).noted(*notes)


def _with_words(raw: RawTable, part: Part, code_table: Mapping[str, str] | None) -> RawTable:
    """The table with the columns that a zone needs beside the dossier's own."""
    frame = raw.frame.copy()
    frame["status"] = part.status.value
    frame["code_system"] = CODE_SYSTEM
    frame["code_version"] = CODE_VERSION
    frame["land_use_text"] = _deepest_known(frame, code_table)
    codes = frame.get("maDoiTuong")
    if codes is not None and codes.notna().all() and codes.is_unique:
        frame["zone_id"] = [f"{_PREFIX[part.status]}-{code}" for code in codes]
    return RawTable(
        frame=frame,
        rows=raw.rows,
        file=raw.file,
        layer=part.name,
        geometry=raw.geometry,
        crs=raw.crs,
        encoding=raw.encoding,
        notes=raw.notes,
        parts=np.full(len(frame), part.name, dtype=object),
    )


def _deepest_known(frame: pd.DataFrame, code_table: Mapping[str, str] | None) -> pd.Series:
    """The deepest level whose words have a category, else the deepest that says anything."""
    levels = [frame[name] for name in _LEVELS if name in frame]
    known = pd.Series(None, index=frame.index, dtype=object)
    said = pd.Series(None, index=frame.index, dtype=object)
    for level in levels:
        words = level.astype(object).where(level.notna() & (level.astype(str).str.strip() != ""))
        found = pd.notna(categorise(CODE_SYSTEM, words.to_numpy(dtype=object), extra=code_table))
        known = known.where(known.notna(), words.where(found))
        said = said.where(said.notna(), words)
    return known.where(known.notna(), said)


def _joined(path: Path, tables: list[RawTable]) -> RawTable:
    systems = {table.crs for table in tables}
    if len(systems) > 1:
        raise UsageError(
            _("The parts of {file} are in different reference systems.", file=path.name),
            hint=_("Import each of them by itself."),
        )
    geometries = [table.geometry for table in tables if table.geometry is not None]
    return RawTable(
        frame=pd.concat([table.frame for table in tables], ignore_index=True),
        rows=np.concatenate([table.rows for table in tables]),
        file=path.name,
        layer=" + ".join(table.layer for table in tables),
        geometry=np.concatenate(geometries),
        crs=tables[0].crs,
        encoding=tables[0].encoding,
        notes=tuple(note for table in tables for note in table.notes),
        parts=np.concatenate([table.parts for table in tables if table.parts is not None]),
    )
