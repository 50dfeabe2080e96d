"""Spatial files through GDAL: what its drivers read, turned into tables.

GDAL itself runs apart, see `geo_relocation.ingest.apart`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo_relocation.arrays import GeometryArray
from geo_relocation.errors import NotSpatialError, UnknownNameError, UsageError
from geo_relocation.geo.crs_detect import places_things
from geo_relocation.geo.repair import closed_lines_as_polygons
from geo_relocation.ingest.apart import read_apart
from geo_relocation.ingest.encodings import SINGLE_BYTES, decoded, detected, known_encoding
from geo_relocation.ingest.formats import DBF, DGN, DXF, SHAPEFILE
from geo_relocation.ingest.raw import Note, RawTable
from geo_relocation.ingest.staging import Staged, staged
from geo_relocation.settings import ReadingLimits


def layer_names(path: Path, limits: ReadingLimits) -> list[str]:
    """Names of a spatial file's layers.

    Raises
    ------
    NotSpatialError, LimitError
        If it cannot be read.
    """
    with staged(path, limits) as source:
        return [str(name) for name, _ in read_apart(source, "layers", limits)]


def read_vector(
    path: Path, limits: ReadingLimits, *, layer: str | None = None, encoding: str | None = None
) -> RawTable:
    """Read one layer of a spatial file; curves become lines, measures (M) are dropped.

    In drawings (DXF, DGN) closed lines are read as the areas they enclose.

    Raises
    ------
    NotSpatialError, LimitError
        If it cannot be read.
    UsageError
        If a layer must be chosen.
    UnknownNameError
        If there is no such layer.
    """
    with staged(path, limits) as source:
        raw = _read_in_encoding(source, limits, layer, encoding)
    if source.format not in {DXF, DGN} or raw.geometry is None:
        return raw
    areas, closed = closed_lines_as_polygons(raw.geometry)
    raw = replace(raw, geometry=areas)
    if not closed.any():
        return raw
    return raw.noted(Note("lines-closed", count=int(closed.sum())))


def read_part(source: Staged, layer: str, limits: ReadingLimits) -> RawTable | None:
    """The layer of a source that bears a name, in any case of its letters; None if none does.

    Raises
    ------
    NotSpatialError, LimitError
        If it cannot be read.
    """
    found = read_apart(source, "layer", limits, layer=layer, any_case=True, encodings=[None])
    return None if found["chosen"] is None else _table(found, source.file)


def _read_in_encoding(
    source: Staged, limits: ReadingLimits, layer: str | None, encoding: str | None
) -> RawTable:
    """One layer with its texts in Unicode: as told, as the file says, or as its words tell."""
    codec, legacy = known_encoding(encoding) if encoding is not None else (None, None)
    silent = source.format in {SHAPEFILE, DBF} and not _states_encoding(source.path)
    tried: list[str | None] = [codec]
    if encoding is None and source.format in {SHAPEFILE, DBF}:
        # Where the .cpg lies, the bytes are not what it says.
        tried = [SINGLE_BYTES] if silent else [None, SINGLE_BYTES]
    found = read_apart(source, "layer", limits, layer=layer, any_case=False, encodings=tried)
    if found["chosen"] is None:
        raise _no_layer(source.file, layer, found["layers"])
    raw = _table(found, source.file)
    if encoding is not None:
        return decoded(raw, legacy) if legacy is not None else raw
    if found["used"] is None:
        return detected(raw, unicode=True)
    kind = "encoding-unstated" if silent else "encoding-stated-wrong"
    return detected(_as_unicode(raw), unicode=False).noted(Note(kind, value=source.file))


def _no_layer(file: str, layer: str | None, layers: list[tuple[str, str | None]]) -> Exception:
    """Why no layer was chosen."""
    names = [name for name, _ in layers]
    if layer is not None:
        return UnknownNameError(f"layer in {file}", layer, names)
    if not names:
        return NotSpatialError(f"{file} holds no layer.")
    spatial = [name for name, kind in layers if kind is not None] or names
    return UsageError(
        f"{file} has {len(spatial)} layers: {', '.join(spatial)}.",
        hint="Choose one with --layer.",
    )


def _states_encoding(path: Path) -> bool:
    """Whether a shapefile, or a folder of shapefiles, has a .cpg."""
    folder, stem = (path, "*") if path.is_dir() else (path.parent, path.stem)
    return any(p.suffix.lower() == ".cpg" and stem in {"*", p.stem} for p in folder.iterdir())


def _as_unicode(raw: RawTable) -> RawTable:
    """Columns whose single bytes are UTF-8 after all, as modern programs write without saying."""
    frame = raw.frame.copy()
    for name in frame.columns:
        if frame[name].dtype == object or isinstance(frame[name].dtype, pd.StringDtype):
            frame[name] = frame[name].astype(object).map(_utf8)
    return replace(raw, frame=frame)


def _utf8(value: object) -> object:
    if not isinstance(value, str) or value.isascii():
        return value
    try:
        return value.encode(SINGLE_BYTES).decode("utf-8")
    except UnicodeError:
        return value


def _table(found: dict[str, Any], file: str) -> RawTable:
    """A raw table of what was read apart."""
    geometry, unreadable = _geometries(found["wkb"])
    fids = found["fids"]
    frame = pd.DataFrame(
        {
            field: _column(values)
            for field, values in zip(found["fields"], found["columns"], strict=True)
        },
        index=range(len(fids)),
    )
    return RawTable(
        frame=frame,
        rows=_feature_numbers(fids),
        file=file,
        layer=found["chosen"],
        geometry=geometry,
        crs=_crs(found["crs"]),
        encoding=found["used"] or found["encoding"],
        notes=tuple(Note("geometry-unreadable", row=int(fids[i]) + 1) for i in unreadable),
        typed=True,
    )


def _feature_numbers(fids: np.ndarray) -> np.ndarray:
    """Feature numbers from 1: GeoPackage and FileGDB already count so, the others from 0."""
    numbers = np.asarray(fids, dtype=np.int64)
    return numbers + 1 if numbers.size and numbers.min() == 0 else numbers


def _geometries(wkb: np.ndarray | None) -> tuple[GeometryArray | None, list[int]]:
    """Shapely geometries; positions of those that even a lenient reader cannot make out."""
    if wkb is None:
        return None, []
    found: GeometryArray = shapely.from_wkb(wkb, on_invalid="ignore")
    unreadable = [int(i) for i in np.flatnonzero(shapely.is_missing(found)) if wkb[i] is not None]
    if unreadable:
        found[unreadable] = shapely.from_wkb(wkb[unreadable], on_invalid="fix")
        unreadable = [i for i in unreadable if found[i] is None]
    return found, unreadable


def _column(values: np.ndarray) -> pd.Series:
    """One column; whole numbers that GDAL had to hand over as floats become integers again."""
    series = pd.Series(values)
    if series.dtype.kind == "f":
        held = series.dropna()
        finite = np.isfinite(held.to_numpy())
        if len(held) and finite.all() and (held.abs() < 2**53).all() and (held % 1 == 0).all():
            return series.astype("Int64")
    return series


def _crs(stated: object) -> CRS | None:
    if not stated:
        return None
    try:
        crs = CRS.from_user_input(stated)
    except CRSError:
        return None
    # GeoPackage's own words for "nobody knows".
    unknown = crs.name.lower().startswith("undefined") or not places_things(crs)
    return None if unknown else crs
