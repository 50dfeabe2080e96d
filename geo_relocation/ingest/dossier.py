"""Plan dossiers as TT 16/2025/TT-BXD lays them out: HoSoGIS with HienTrang and QuyHoach.

A dossier comes as a folder or a zip of FileGDBs or GeoPackages, or as one of them alone. The
class `ChucNangSuDungDat_A` of HienTrang becomes existing zones and that of QuyHoach planned
ones. Its land use stands in words on three levels; the deepest that the code table knows gives
the category, so that a precise word never hides behind a vague one, nor an unknown one behind
nothing.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from geo_relocation.errors import EmptyLayerError, NotSpatialError, UsageError
from geo_relocation.ingest import vectors
from geo_relocation.ingest.raw import Note, RawTable
from geo_relocation.model.enums import ZoneStatus
from geo_relocation.model.land_use import categorise

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
    source
        What GDAL opens.
    status
        What its zones are.
    """

    name: str
    source: str
    status: ZoneStatus


def dossier_parts(path: Path) -> list[Part]:
    """The databases of a plan dossier with land use; empty if `path` is none."""
    if path.suffix.lower() == ".zip":
        try:
            inside = vectors.zipped_sources(path)
        except NotSpatialError:
            return []
        named = [(Path(name), f"/vsizip/{path}/{name}") for name in inside]
    elif path.is_dir() and path.suffix.lower() != ".gdb":
        found = sorted(p for p in path.rglob("*") if p.suffix.lower() in _SUFFIXES)
        named = [(p, str(p)) for p in found if not any(q.suffix == ".gdb" for q in p.parents)]
    else:
        named = [(path, str(path))]
    parts = [
        Part(name.stem, source, _PARTS[name.stem.lower()])
        for name, source in named
        if name.suffix.lower() in _SUFFIXES and name.stem.lower() in _PARTS
    ]
    return sorted(parts, key=lambda part: part.status.value)


def read_dossier(path: Path, *, code_table: Mapping[str, str] | None = None) -> RawTable | None:
    """The land use of a plan dossier as one table; None if `path` is no dossier.

    Parameters
    ----------
    path
        Folder, zip, FileGDB or GeoPackage.
    code_table
        The user's own land-use words → categories, which count as known.

    Raises
    ------
    EmptyLayerError
        If no part of the dossier holds land use.
    UsageError
        If its parts are in different reference systems.
    """
    parts = dossier_parts(path)
    tables, notes = [], []
    for part in parts:
        layer = _land_use_layer(part.source)
        if layer is None:
            notes.append(Note("dossier-part-empty", value=part.name))
            continue
        raw = vectors.read_source(part.source, path.name, layer=layer)
        if len(raw):
            tables.append(_with_words(raw, part, code_table))
        else:
            notes.append(Note("dossier-part-empty", value=part.name))
    if not parts or (not tables and path.suffix.lower() == ".gpkg"):
        return None
    if not tables:
        raise EmptyLayerError(
            f"The plan dossier {path.name} holds no land use.",
            why=f"{LAND_USE_CLASS} is absent or empty in {', '.join(p.name for p in parts)}.",
        )
    return _joined(path, tables).noted(*notes)


def _land_use_layer(source: str) -> str | None:
    """The layer with the land use; its name is searched without regard to case."""
    names = vectors.source_layers(source)
    return next((name for name, _ in names if name.lower() == LAND_USE_CLASS.lower()), None)


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
            f"The parts of {path.name} are in different reference systems.",
            hint="Import each of them by itself.",
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


def is_dossier(path: Path) -> bool:
    """Whether a file or folder is a plan dossier with land use."""
    try:
        return any(_land_use_layer(part.source) for part in dossier_parts(path))
    except (NotSpatialError, zipfile.BadZipFile):
        return False
