"""Spatial files through GDAL: GeoPackage, shapefile, GeoJSON, FileGDB, DXF, DGN, also zipped."""

from __future__ import annotations

import warnings
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataSourceError
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo_relocation.errors import (
    AmbiguousEncodingError,
    NotSpatialError,
    UnknownNameError,
    UsageError,
)
from geo_relocation.geo.repair import closed_lines_as_polygons
from geo_relocation.ingest.encodings import SINGLE_BYTES, decoded, detected, known_encoding
from geo_relocation.ingest.raw import Geometries, Note, RawTable

DRAWINGS = (".dxf", ".dgn")
_ZIPPED = (".gdb", ".gpkg", ".shp", ".geojson", ".json", ".dxf", ".dgn")


def open_name(path: Path) -> str:
    """The name under which GDAL opens a file, reaching into a zip where needed.

    Raises
    ------
    NotSpatialError
        If a zip is broken or holds nothing that can be read.
    """
    if path.suffix.lower() != ".zip":
        return str(path)
    inside = zipped_sources(path)
    if not inside:
        raise NotSpatialError(
            f"{path.name} holds no spatial file.", why="Looked for .gdb, .gpkg, .shp, .geojson."
        )
    if len(inside) == 1:
        return f"/vsizip/{path}/{inside[0]}"
    folders = {str(Path(name).parent) for name in inside}
    if len(folders) == 1 and all(name.lower().endswith(".shp") for name in inside):
        folder = folders.pop()
        return f"/vsizip/{path}" if folder == "." else f"/vsizip/{path}/{folder}"
    raise UsageError(
        f"{path.name} holds several data sources: {', '.join(inside)}.",
        hint="Unzip it and name one of them.",
    )


def zipped_sources(path: Path) -> list[str]:
    """Names inside a zip that are spatial sources; a FileGDB counts as one.

    Raises
    ------
    NotSpatialError
        If the zip is broken.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise NotSpatialError(f"{path.name} is not a zip file.", why=str(error)) from error
    found: list[str] = []
    for name in names:
        parts = name.split("/")
        within = next((i for i, p in enumerate(parts) if p.lower().endswith(".gdb")), None)
        source = name if within is None else "/".join(parts[: within + 1])
        if source.lower().endswith(_ZIPPED) and source not in found:
            found.append(source)
    return found


def layer_names(path: Path) -> list[str]:
    """Names of a spatial file's layers.

    Raises
    ------
    NotSpatialError
        If GDAL cannot read the file.
    """
    return [name for name, _ in source_layers(open_name(path))]


def source_layers(source: str) -> list[tuple[str, str | None]]:
    """Name and geometry type of each layer of what GDAL opens as `source`.

    Raises
    ------
    NotSpatialError
        If GDAL cannot read it.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return [(str(layer), kind) for layer, kind in pyogrio.list_layers(source)]
    except Exception as error:
        name = source.rsplit("/", 1)[-1]
        raise NotSpatialError(f"{name} cannot be read.", why=_reason(error)) from error


def choose_layer(path: Path, layer: str | None) -> str:
    """The layer to read: the one named, or the only one that holds features.

    Raises
    ------
    UnknownNameError
        If the named layer is not there.
    UsageError
        If there are several and none is named.
    NotSpatialError
        If there is none.
    """
    layers = source_layers(open_name(path))
    names = [name for name, _ in layers]
    if layer is not None:
        if layer not in names:
            raise UnknownNameError(f"layer in {path.name}", layer, names)
        return layer
    spatial = [name for name, kind in layers if kind is not None] or names
    if len(spatial) == 1:
        return spatial[0]
    if not spatial:
        raise NotSpatialError(f"{path.name} holds no layer.")
    raise UsageError(
        f"{path.name} has {len(spatial)} layers: {', '.join(spatial)}.",
        hint="Choose one with --layer.",
    )


def read_vector(
    path: Path, *, layer: str | None = None, where: str | None = None, encoding: str | None = None
) -> RawTable:
    """Read one layer of a spatial file; curves become lines, measures (M) are dropped.

    In drawings (DXF, DGN) closed lines are read as the areas they enclose.

    Raises
    ------
    NotSpatialError
        If GDAL cannot read the file.
    UsageError
        If the filter cannot be read, or a layer must be chosen.
    """
    chosen = choose_layer(path, layer)
    raw = _read_in_encoding(path, chosen, where, encoding)
    if path.suffix.lower() not in DRAWINGS or raw.geometry is None:
        return raw
    areas, closed = closed_lines_as_polygons(raw.geometry)
    raw = replace(raw, geometry=areas)
    if not closed.any():
        return raw
    return raw.noted(Note("lines-closed", count=int(closed.sum())))


def _read_in_encoding(path: Path, layer: str, where: str | None, encoding: str | None) -> RawTable:
    """One layer with its texts in Unicode: as told, as the file says, or as its words tell."""
    source, name = open_name(path), path.name
    if encoding is not None:
        codec, legacy = known_encoding(encoding)
        raw = read_source(source, name, layer=layer, where=where, encoding=codec)
        return decoded(raw, legacy) if legacy is not None else raw
    if not _is_shapefile(source):
        raw = read_source(source, name, layer=layer, where=where)
        return detected(raw, unicode=True)
    if _states_encoding(path):
        try:
            raw = read_source(source, name, layer=layer, where=where)
        except AmbiguousEncodingError:
            # The .cpg lies: the bytes are not what it says.
            note = Note("encoding-stated-wrong", value=name)
        else:
            return detected(raw, unicode=True)
    else:
        note = Note("encoding-unstated", value=name)
    raw = read_source(source, name, layer=layer, where=where, encoding=SINGLE_BYTES)
    return detected(_as_unicode(raw), unicode=False).noted(note)


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


def _is_shapefile(source: str) -> bool:
    return source.lower().endswith((".shp", ".dbf"))


def _states_encoding(path: Path) -> bool:
    """Whether a shapefile has a .cpg beside it, in its folder or in its zip."""
    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive:
            return any(name.lower().endswith(".cpg") for name in archive.namelist())
    return any(p.suffix.lower() == ".cpg" for p in path.parent.glob(f"{path.stem}.*"))


def read_source(
    source: str,
    file: str,
    *,
    layer: str,
    where: str | None = None,
    encoding: str | None = None,
) -> RawTable:
    """Read one layer of what GDAL opens as `source`; `file` names it in messages.

    Raises
    ------
    NotSpatialError
        If GDAL cannot read it.
    UsageError
        If the filter cannot be read.
    """
    try:
        with warnings.catch_warnings():
            # GDAL warns of measures and odd rings; both are checked on the geometries.
            warnings.simplefilter("ignore")
            meta, fids, wkb, columns = pyogrio.raw.read(
                source, layer=layer, where=where, encoding=encoding, return_fids=True
            )
    except UnicodeDecodeError as error:
        raise AmbiguousEncodingError(
            f"The texts of {file} are not in {encoding or 'the encoding it states'}.",
            why=_reason(error),
        ) from error
    except LookupError as error:
        raise UsageError(f"There is no encoding {encoding!r}.") from error
    except Exception as error:
        raise _refused(file, where, error) from error
    geometry, unreadable = _geometries(wkb)
    fields = [str(field) for field in meta["fields"]]
    frame = pd.DataFrame(
        {field: _column(values) for field, values in zip(fields, columns, strict=True)},
        index=range(len(fids)),
    )
    return RawTable(
        frame=frame,
        rows=_feature_numbers(fids),
        file=file,
        layer=layer,
        geometry=geometry,
        crs=_crs(meta.get("crs")),
        encoding=encoding or str(meta.get("encoding") or ""),
        notes=tuple(Note("geometry-unreadable", row=int(fids[i]) + 1) for i in unreadable),
    )


def _refused(file: str, where: str | None, error: Exception) -> Exception:
    if where is not None and not isinstance(error, DataSourceError):
        return UsageError(
            f"The filter {where!r} cannot be applied to {file}.",
            why=_reason(error),
            hint="It is an SQL condition over the file's columns, e.g. \"landuse = 'industrial'\".",
        )
    return NotSpatialError(f"{file} cannot be read.", why=_reason(error))


def _reason(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _feature_numbers(fids: np.ndarray) -> np.ndarray:
    """Feature numbers from 1: GeoPackage and FileGDB already count so, the others from 0."""
    numbers = np.asarray(fids, dtype=np.int64)
    return numbers + 1 if numbers.size and numbers.min() == 0 else numbers


def _geometries(wkb: np.ndarray | None) -> tuple[Geometries | None, list[int]]:
    """Shapely geometries; positions of those that even a lenient reader cannot make out."""
    if wkb is None:
        return None, []
    found: Geometries = shapely.from_wkb(wkb, on_invalid="ignore")
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
    return None if crs.name.lower().startswith("undefined") else crs
