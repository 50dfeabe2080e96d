"""Spatial files through GDAL: what its drivers read, turned into tables.

GDAL itself runs apart, see `geo_relocation.ingest.apart`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from pandas.api.types import is_bool_dtype, is_numeric_dtype
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo_relocation.arrays import GeometryArray
from geo_relocation.errors import NotSpatialError, UnknownNameError, UsageError
from geo_relocation.geo.crs_detect import places_things
from geo_relocation.geo.repair import closed_lines_as_polygons
from geo_relocation.ingest.apart import read_apart
from geo_relocation.ingest.convert import text_of
from geo_relocation.ingest.encodings import SINGLE_BYTES, decoded, detected, known_encoding
from geo_relocation.ingest.formats import (
    DBF,
    DGN,
    DXF,
    MAPINFO_MIF,
    MAPINFO_TAB,
    PARQUET,
    SHAPEFILE,
)
from geo_relocation.ingest.raw import Note, RawTable, Tally
from geo_relocation.ingest.staging import Staged, staged
from geo_relocation.messages import _
from geo_relocation.settings import ReadingLimits

_STYLING: dict[str, object] = {
    "timestamp": None, "begin": None, "end": None, "altitudeMode": None, "tessellate": -1,
    "extrude": 0, "visibility": -1, "drawOrder": None, "icon": None, "description": None,
}  # fmt: skip
"""Columns that GDAL reads of every KML, and what they hold where the file does not say."""


def layer_names(path: Path, limits: ReadingLimits) -> list[str]:
    """Names of a spatial file's layers.

    Raises
    ------
    NotSpatialError, LimitError
        If it cannot be read.
    """
    with staged(path, limits) as source:
        if source.format is PARQUET:
            return [source.path.stem]
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
        if source.format is PARQUET:
            return _table(read_apart(source, "parquet", limits), source.file)
        parts = _missing_parts(source)
        raw = _read_in_encoding(source, limits, layer, encoding).noted(*parts)
    if source.format in {MAPINFO_TAB, MAPINFO_MIF}:
        raw = raw.noted(*_zeros(raw))
    if source.format not in {DXF, DGN} or raw.geometry is None:
        return raw
    areas, closed = closed_lines_as_polygons(raw.geometry)
    raw = replace(raw, geometry=areas)
    if not closed.any():
        return raw
    return raw.noted(Note("lines-closed", count=int(closed.sum())))


def _zeros(raw: RawTable) -> list[Note]:
    """Notes on numbers that are 0 in a format that cannot say that a number is not there."""
    counts = {
        str(name): int((raw.frame[name] == 0).sum())
        for name in raw.frame
        if is_numeric_dtype(raw.frame[name]) and not is_bool_dtype(raw.frame[name])
    }
    return [Note("zero-unsure", field=name, count=n) for name, n in counts.items() if n]


def _missing_parts(source: Staged) -> list[Note]:
    """Notes on the parts of a shapefile that may be missing.

    Raises
    ------
    NotSpatialError
        If one is missing without which rows have no attributes or no outline.
    """
    if source.format is not SHAPEFILE:
        return []
    folder = source.path if source.path.is_dir() else source.path.parent
    held = {part.name.lower() for part in folder.iterdir()}
    outlines = list(folder.glob("*.[sS][hH][pP]")) if source.path.is_dir() else [source.path]
    notes = []
    for path in outlines:
        stem = path.stem.lower()
        needed = [suffix for suffix in (".shx", ".dbf") if stem + suffix not in held]
        if needed:
            raise NotSpatialError(
                _(
                    "{file} is not whole: {parts} is missing beside it.",
                    file=source.file,
                    parts=[path.stem + suffix for suffix in needed],
                ),
                why=_("A shapefile is at least three files: .shp, .shx and .dbf."),
                hint=_("Copy all files of that name into one folder, or ask for a GeoPackage."),
            )
        if stem + ".prj" not in held:
            notes.append(Note("shapefile-part-missing", value=f"{path.stem}.prj"))
    return notes


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
        return UnknownNameError(_("layer in {file}", file=file), layer, names)
    if not names:
        return NotSpatialError(_("{file} holds no layer.", file=file))
    spatial = [name for name, kind in layers if kind is not None] or names
    return UsageError(
        _("{file} has {count:n} layers: {names}.", file=file, count=len(spatial), names=spatial),
        hint=_("Choose one with --layer."),
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
    found = _without_styling(found)
    fields, repeated = _told_apart(found["fields"])
    columns: dict[str, pd.Series] = {}
    notes = [Note("column-repeated", field=name, value=was) for name, was in repeated.items()]
    for name, field, values in zip(fields, found["fields"], found["columns"], strict=True):
        columns[name], count = _decoded(_column(values), found["domains"].get(field, {}))
        if count:
            notes.append(Note("domain-decoded", field=name, count=count))
    frame = pd.DataFrame(columns, index=range(len(fids)))
    notes += [Note("geometry-unreadable", row=int(fids[i]) + 1, cells=1) for i in unreadable]
    raw = RawTable(
        frame=frame,
        rows=_feature_numbers(fids),
        file=file,
        layer=found["chosen"],
        geometry=geometry,
        crs=_crs(found["crs"]),
        encoding=found["used"] or found["encoding"],
        notes=tuple(notes),
        typed=True,
    )
    return replace(raw, tally=Tally(int(raw.cells_by_row().sum()) + len(unreadable)))


def _without_styling(found: dict[str, Any]) -> dict[str, Any]:
    """What was read, without the columns that GDAL gives each KML whether it has them or not."""
    if not {*_STYLING} <= set(found["fields"]):
        return found
    kept = [
        i
        for i, (name, values) in enumerate(zip(found["fields"], found["columns"], strict=True))
        if name not in _STYLING or not _says_nothing(values, _STYLING[name])
    ]
    return found | {name: [found[name][i] for i in kept] for name in ("fields", "columns")}


def _says_nothing(values: np.ndarray, otherwise: object) -> bool:
    held = pd.Series(values)
    return bool((held.isna() | (held == otherwise)).all())


def _told_apart(fields: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Names of columns, each once, and those that were given another one."""
    taken: set[str] = set()
    names, repeated = [], {}
    for field in fields:
        count, name = 1, field
        while name in taken or (count > 1 and name in fields):
            count += 1
            name = f"{field} ({count})"
        if name != field:
            repeated[name] = field
        taken.add(name)
        names.append(name)
    return names, repeated


def _decoded(values: pd.Series, words: dict[str, str]) -> tuple[pd.Series, int]:
    """A column with the words that its codes stand for, and how many there were.

    A code that the list does not have stays as it is.
    """
    if not words:
        return values, 0
    cells = values.astype(object).where(values.notna(), None)
    found = [None if cell is None else words.get(text_of(cell)) for cell in cells]
    known = sum(one is not None for one in found)
    decoded = [cell if one is None else one for cell, one in zip(cells, found, strict=True)]
    return (pd.Series(decoded, dtype=object), known) if known else (values, 0)


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
