"""Checks and conversions that all stores share: frames on their way in, conditions, boxes."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geo_relocation.errors import (
    AppendOnlyError,
    CrsMismatchError,
    NewerSchemaError,
    NotAWorkspaceError,
    SchemaError,
    StoreError,
    UsageError,
)
from geo_relocation.lazy import gpd
from geo_relocation.messages import _
from geo_relocation.model import Attribute, LayerSchema
from geo_relocation.store.json_forms import wrong_json
from geo_relocation.store.protocol import SCHEMA_VERSION, Bbox, Where

_FIRST_DAY = np.datetime64("0001-01-01T00:00:00", "us")
_LAST_DAY = np.datetime64("9999-12-31T23:59:59.999999", "us")

_MULTI = {"polygon": "MultiPolygon", "line": "MultiLineString"}
_PARTS_ALLOWED = {
    "point": (shapely.GeometryType.POINT,),
    "line": (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING),
    "polygon": (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON),
}

_VERSION = re.compile(r"[0-9]{1,9}")
_COLLECTIONS = (list, tuple, set, frozenset, np.ndarray, pd.Series, pd.Index)


def canonical(schema: LayerSchema, frame: pd.DataFrame, crs: CRS) -> pd.DataFrame:
    """The frame as it will be read back: conformed, checked, in the form that stores keep.

    Rows are compared with stored ones in this form only: a polygon and its multipolygon of
    one part, 0.0 and -0.0, an instant and the same cut to milliseconds are one value.

    Raises
    ------
    SchemaError
        Naming layer, column and value, if a row does not fit the dictionary.
    CrsMismatchError
        If `frame` is in another CRS than the workspace.
    """
    if schema.geometry is not None:
        _check_crs(schema, frame, crs)
    ready = schema.conform(frame, crs=crs)
    for attribute in schema.fields:
        ready[attribute.name] = _checked(ready[attribute.name], attribute)
    if schema.geometry is not None:
        ready = _with_geometry(ready, schema.geometry, crs)
    for attribute in schema.attributes:
        if attribute.required:
            _check_present(ready, schema, attribute)
    repeated = ready.duplicated(list(schema.key))
    if repeated.any():
        key = describe_key(ready[repeated].iloc[0], schema)
        raise SchemaError(
            _("Layer {layer:q} is given {key} twice.", layer=schema.name, key=key),
            hint=_("A key may stand once only."),
        )
    return ready


def describe_key(row: pd.Series, schema: LayerSchema) -> str:
    """The key of a row in words: ``site_id 'S1'``."""
    return ", ".join(f"{column} {_shown(row[column])!r}" for column in schema.key)


def _shown(value: object) -> str:
    return str(value.date()) if isinstance(value, pd.Timestamp) else str(value)


def _check_crs(schema: LayerSchema, frame: pd.DataFrame, crs: CRS) -> None:
    own = frame.crs if isinstance(frame, gpd.GeoDataFrame) else None
    if own is None or CRS(own).equals(crs, ignore_axis_order=True):
        return
    raise CrsMismatchError(
        _(
            "Layer {layer:q} is given in {own_crs}, the workspace is in {crs}.",
            layer=schema.name,
            own_crs=CRS(own).name,
            crs=crs.name,
        ),
        hint=_("Reproject it first with geo.crs.reproject."),
    )


def _refuse(attribute: Attribute, value: object, why: str) -> SchemaError:
    return SchemaError(
        _(
            "Column {attribute:q} of {layer:q} holds {value:q}.",
            attribute=attribute.name,
            layer=attribute.layer,
            value=value,
        ),
        why=why,
    )


def _checked(values: pd.Series, attribute: Attribute) -> pd.Series:
    """One column with values that every store can hold, or an error that names the first other."""
    if attribute.type == "real":
        infinite = np.isinf(values.to_numpy())
        if infinite.any():
            raise _refuse(attribute, values[infinite].iloc[0], "Numbers must be finite.")
        return values + 0.0  # turns -0.0, which SQLite does not keep, into 0.0
    if attribute.type in {"date", "datetime"}:
        return _checked_times(values, attribute)
    if attribute.dtype == "str":
        _check_texts(values, attribute)
    return values


def _checked_times(values: pd.Series, attribute: Attribute) -> pd.Series:
    instants = values.dt.tz_localize(None) if attribute.type == "datetime" else values
    outside = (instants < _FIRST_DAY) | (instants > _LAST_DAY)
    if outside.any():
        raise _refuse(attribute, str(values[outside].iloc[0]), "Years run from 1 to 9999.")
    if attribute.type == "date":
        return values
    cut = instants.to_numpy().astype("datetime64[ms]").astype("datetime64[us]")
    return pd.Series(cut, index=values.index).dt.tz_localize("UTC")


def _check_texts(values: pd.Series, attribute: Attribute) -> None:
    if attribute.enum is not None:
        allowed = [member.value for member in attribute.enum]
        strange = values.notna() & ~values.isin(allowed)
        if strange.any():
            raise _refuse(attribute, values[strange].iloc[0], f"Allowed: {', '.join(allowed)}.")
        return
    wrong = wrong_json(values, attribute) if attribute.type == "json" else None
    if wrong is not None:
        raise _refuse(attribute, values.iloc[wrong[0]], wrong[1])
    with_nul = values.str.contains("\0", regex=False, na=False).astype(bool)
    if with_nul.any():
        raise _refuse(attribute, values[with_nul].iloc[0], "Texts cannot hold a NUL character.")


def _check_present(frame: pd.DataFrame, schema: LayerSchema, attribute: Attribute) -> None:
    missing = frame[attribute.name].isna()
    if not missing.any():
        return
    row = int(np.flatnonzero(missing.to_numpy())[0])
    key = "" if attribute.name in schema.key else f" ({describe_key(frame.iloc[row], schema)})"
    raise SchemaError(
        _(
            "Column {attribute:q} of {layer:q} has no value in row {row}{key}.",
            attribute=attribute.name,
            layer=schema.name,
            row=row + 1,
            key=key,
        ),
        why=_("It is required."),
    )


def _with_geometry(frame: pd.DataFrame, attribute: Attribute, crs: CRS) -> gpd.GeoDataFrame:
    shapes = np.asarray(frame["geometry"].to_numpy(), dtype=object)
    unfit = unfit_shape(shapes, attribute)
    if unfit is not None:
        row, why = unfit
        raise _refuse(attribute, f"{shapes[row].geom_type}: {shapes[row].wkt[:80]}", why)
    shapes = normalised(shapes, attribute)
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=crs))


def unfit_shape(shapes: NDArray[np.object_], attribute: Attribute) -> tuple[int, str] | None:
    """Number of the first shape that a geometry column cannot hold, and why; None if all fit."""
    allowed = _PARTS_ALLOWED.get(attribute.type)
    if allowed is not None:
        strange = np.flatnonzero(~np.isin(shapely.get_type_id(shapes), [-1, *allowed]))
        if len(strange):
            return int(strange[0]), f"The layer holds {attribute.type}s."
    # Every coordinate is looked at: bounds skip over NaN.
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    loose = owner[~np.isfinite(points).all(axis=1)]
    return (int(loose[0]), "Coordinates must be finite.") if len(loose) else None


def normalised(shapes: NDArray[np.object_], attribute: Attribute) -> NDArray[np.object_]:
    """Shapes as a store keeps them: in the plane, empty ones missing, multi where the layer is."""
    shapes = shapely.force_2d(shapes)
    shapes[shapely.is_empty(shapes)] = None
    if attribute.type == "polygon":
        single = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
        shapes[single] = shapely.multipolygons(shapes[single][:, None])
    elif attribute.type == "line":
        single = shapely.get_type_id(shapes) == shapely.GeometryType.LINESTRING
        shapes[single] = shapely.multilinestrings(shapes[single][:, None])
    return shapes


def geometry_type_name(attribute: Attribute) -> str:
    """Name of the geometry type of a column, in the words of OGC Simple Features."""
    return _MULTI.get(attribute.type, attribute.type).upper()


@dataclass(frozen=True)
class ColumnFilter:
    """One column's condition: equal to one of `values`, or missing where `or_missing`.

    Attributes
    ----------
    attribute
        The column.
    values
        Values without missing ones, in the column's own dtype.
    or_missing
        Whether a missing value fulfils the condition as well.
    """

    attribute: Attribute
    values: pd.Series
    or_missing: bool


def conditions(schema: LayerSchema, where: Where | None) -> list[ColumnFilter]:
    """The conditions of a `where`, with values cast to their column's type.

    Raises
    ------
    UnknownNameError
        If the layer has no such column.
    SchemaError
        If the column could never hold the value: asking for it is a slip of the pen.
    UsageError
        If a geometry is compared with anything but None.
    """
    found = []
    for name, wanted in (where or {}).items():
        attribute = schema.attribute(name)
        given = list(wanted) if isinstance(wanted, _COLLECTIONS) else [wanted]
        present = [value for value in given if not _is_missing(value)]
        if attribute.is_geometry:
            if present:
                raise UsageError(
                    _("A geometry can only be asked whether it is missing."), hint=_("Use bbox.")
                )
            values = pd.Series([], dtype=object)
        else:
            column = schema.conform(pd.DataFrame({name: pd.Series(present, dtype=object)}))[name]
            values = _checked(column, attribute)
        found.append(ColumnFilter(attribute, values, or_missing=len(present) < len(given)))
    return found


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or value != value  # noqa: PLR0124


def check_bbox(schema: LayerSchema, bbox: Bbox) -> None:
    """Refuse a box that is none, and a box for a layer without places."""
    if schema.geometry is None:
        raise UsageError(
            _("Layer {layer:q} has no geometry to filter by a box.", layer=schema.name)
        )
    corners = tuple(bbox)
    well_formed = len(corners) == 4 and all(math.isfinite(c) for c in corners)  # noqa: PLR2004
    if not well_formed or corners[0] > corners[2] or corners[1] > corners[3]:
        raise UsageError(
            _("{bbox:q} is not a box.", bbox=bbox),
            hint=_("Give min x, min y, max x, max y in the working CRS."),
        )


def inside(frame: gpd.GeoDataFrame, bbox: Bbox) -> gpd.GeoDataFrame:
    """Rows whose bounds touch the box, exactly; spatial indexes round outwards."""
    bounds = shapely.bounds(frame.geometry.to_numpy())
    with np.errstate(invalid="ignore"):
        touching = (
            (bounds[:, 0] <= bbox[2])
            & (bounds[:, 2] >= bbox[0])
            & (bounds[:, 1] <= bbox[3])
            & (bounds[:, 3] >= bbox[1])
        )
    return frame[touching].reset_index(drop=True)


def crs_text(crs: CRS) -> str:
    """A text from which exactly this CRS can be made again: its code if it has one, else WKT."""
    authority = crs.to_authority(min_confidence=100)
    if authority is not None and CRS.from_authority(*authority) == crs:
        return ":".join(authority)
    return crs.to_wkt("WKT2_2019")


def new_info(crs: CRS, scheme: Mapping[str, object]) -> dict[str, str]:
    """The facts that every new workspace holds about itself."""
    return {
        "schema_version": str(SCHEMA_VERSION),
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "version": metadata.version("geo-relocation"),
        "crs": crs_text(crs),
        "scheme": json.dumps(
            dict(scheme), ensure_ascii=False, sort_keys=True, default=str, allow_nan=False
        ),
    }


def checked_version(url: str, stated: str | None) -> int:
    """The version of a layout; one that is newer than this program, or none, is refused."""
    if stated is None or not _VERSION.fullmatch(str(stated)):
        raise NotAWorkspaceError(
            _(
                "{url} states no schema version that can be read ({stated:q}).",
                url=url,
                stated=stated,
            )
        )
    if int(stated) > SCHEMA_VERSION:
        raise NewerSchemaError(
            _(
                "{url} has schema version {stated}; this program knows up to {current}.",
                url=url,
                stated=stated,
                current=SCHEMA_VERSION,
            )
        )
    return int(stated)


KEY_TAKEN_HINT = _("Use upsert to overwrite it, or give the row another key.")


def changeable(schema: LayerSchema) -> LayerSchema:
    """The same schema, unless its rows must not be changed or removed.

    Raises
    ------
    AppendOnlyError
        If the layer is append-only.
    """
    if schema.append_only:
        raise AppendOnlyError(
            _("Rows of {layer:q} can be added, not changed or removed.", layer=schema.name)
        )
    return schema


def require_running(*, over: bool) -> None:
    """Refuse to use a transaction, or a moment of reading, whose block has ended."""
    if over:
        raise StoreError(
            _("This transaction is over."),
            hint=_("Begin another one with store.transaction() or store.reading()."),
        )
