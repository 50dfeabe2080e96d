"""New rows against those a workspace holds: what is added, what changes, how to undo it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geo_relocation.arrays import Mask
from geo_relocation.ingest.keys import record_ids
from geo_relocation.model import LayerSchema, schema
from geo_relocation.model.enums import UndoOperation

_NOT_COMPARED = {"import_id"}


@dataclass(frozen=True)
class UpsertPlan:
    """What an import does to a layer.

    Attributes
    ----------
    added
        New rows, conformed.
    changed
        Rows as they will be, conformed: new values where the source gave one, else the old.
    unchanged
        Number of rows that the workspace already holds as they are.
    changes
        One row per changed value: `record_id`, `field`, `before`, `after`, as texts.
    undo
        Rows of the layer `undo_log`.
    """

    added: pd.DataFrame
    changed: pd.DataFrame
    unchanged: int
    changes: pd.DataFrame
    undo: pd.DataFrame

    @property
    def rows(self) -> int:
        """Number of rows added or changed."""
        return len(self.added) + len(self.changed)

    @property
    def upserts(self) -> pd.DataFrame:
        """Added and changed rows in one frame, for the store's `upsert`."""
        if self.changed.empty:
            return self.added
        if self.added.empty:
            return self.changed
        return pd.concat([self.added, self.changed], ignore_index=True)


def plan_upsert(
    layer: str,
    existing: pd.DataFrame,
    new: pd.DataFrame,
    *,
    import_id: str,
    given: pd.DataFrame | None = None,
) -> UpsertPlan:
    """Compare new rows with those a workspace holds, by key.

    A value that the new source does not give (an empty cell, a missing column, an assumed
    default) leaves what is known as it is, and rows that the source no longer has stay: an
    import never removes anything.

    Parameters
    ----------
    layer
        Name of the layer.
    existing, new
        Conformed frames; `new` has each key once, and names the import that its rows are from.
    import_id
        The import that brings `new`.
    given
        Like `new`, True where a value was given (`Prepared.given`); all of it if left out.
    """
    shape = schema(layer)
    old_ids = pd.Index(record_ids(existing, shape))
    new_ids = record_ids(new, shape)
    place = old_ids.get_indexer(new_ids)
    known = place >= 0
    added = new[~known].reset_index(drop=True)
    before = existing.iloc[place[known]].reset_index(drop=True)
    fresh = new[known].reset_index(drop=True)
    after, differs = _overlay(shape, before, fresh, _rows(given, known))
    touched = differs.any(axis=1).to_numpy(dtype=bool)
    after = after[touched].reset_index(drop=True)
    before = before[touched].reset_index(drop=True)
    ids = new_ids[known][touched]
    if len(after):
        after["import_id"] = fresh["import_id"].to_numpy()[touched]
        after = shape.conform(after)
    undo = pd.concat(
        [
            _undo_rows(shape, import_id, new_ids[~known], UndoOperation.ADDED, None, added),
            _undo_rows(shape, import_id, ids, UndoOperation.CHANGED, before, after),
        ],
        ignore_index=True,
    )
    return UpsertPlan(
        added=added,
        changed=after,
        unchanged=int((~touched).sum()),
        changes=_changes(shape, ids, before, after, differs[touched].reset_index(drop=True)),
        undo=schema("undo_log").conform(undo),
    )


def _rows(given: pd.DataFrame | None, rows: Mask) -> pd.DataFrame | None:
    return None if given is None else given[rows].reset_index(drop=True)


def _overlay(
    shape: LayerSchema, before: pd.DataFrame, new: pd.DataFrame, given: pd.DataFrame | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The old rows with the new values laid over them, and where that makes a difference."""
    after = before.copy()
    differs = pd.DataFrame(False, index=before.index, columns=list(shape.columns))
    for name in shape.columns:
        if name in _NOT_COMPARED or name in shape.key:
            continue
        if name == "geometry":
            old, fresh = before.geometry.to_numpy(), new.geometry.to_numpy()
            takes = ~shapely.is_missing(fresh)
            if given is not None:
                takes = takes & (given[name].to_numpy(dtype=bool) | shapely.is_missing(old))
            other = takes & ~_same_place(old, fresh)
        else:
            takes = new[name].notna().to_numpy(dtype=bool)
            if given is not None:
                # An assumption may fill a gap but not replace what is known.
                unknown = before[name].isna().to_numpy(dtype=bool)
                takes = takes & (given[name].to_numpy(dtype=bool) | unknown)
            other = takes & ~_same(before[name], new[name])
        if other.any():
            differs[name] = other
            values = after[name].to_numpy(dtype=object).copy()
            values[other] = new[name].to_numpy(dtype=object)[other]
            after[name] = _like(values, before, name)
    return after, differs


def _like(values: NDArray[np.object_], before: pd.DataFrame, name: str) -> object:
    if name == "geometry":
        return gpd.GeoSeries(values, index=before.index, crs=before.crs)
    return pd.Series(values, index=before.index).astype(before[name].dtype)


def _same(left: pd.Series, right: pd.Series) -> Mask:
    equal = (left == right).fillna(value=False).to_numpy(dtype=bool, copy=True)
    if isinstance(left.dtype, pd.StringDtype):
        # The same letters, composed or not: other programs write either.
        apart = np.flatnonzero(~equal & left.notna().to_numpy() & right.notna().to_numpy())
        composed = [side.iloc[apart].str.normalize("NFC") for side in (left, right)]
        equal[apart] = (composed[0] == composed[1]).to_numpy(dtype=bool)
    same: Mask = equal | (left.isna() & right.isna()).to_numpy(dtype=bool)
    return same


def _same_place(left: NDArray[np.object_], right: NDArray[np.object_]) -> Mask:
    both_missing = shapely.is_missing(left) & shapely.is_missing(right)
    same: Mask = shapely.equals_identical(left, right) | both_missing
    return same


def _changes(
    shape: LayerSchema,
    ids: NDArray[np.object_],
    before: pd.DataFrame,
    after: pd.DataFrame,
    differs: pd.DataFrame,
) -> pd.DataFrame:
    rows = [
        (ids[i], name, _shown(before[name].iloc[i]), _shown(after[name].iloc[i]))
        for name in shape.columns
        for i in np.flatnonzero(differs[name].to_numpy(dtype=bool))
    ]
    columns = ["record_id", "field", "before", "after"]
    found = pd.DataFrame(rows, columns=columns, dtype="str")
    return found.sort_values(["record_id", "field"], ignore_index=True)


def _shown(value: object) -> str | None:
    if isinstance(value, shapely.Geometry):
        point = value.representative_point()
        return f"{value.geom_type} ({point.x:.1f}, {point.y:.1f})"
    if pd.isna(value):
        return None
    return str(value)


def _undo_rows(
    shape: LayerSchema,
    import_id: str,
    ids: NDArray[np.object_],
    operation: UndoOperation,
    before: pd.DataFrame | None,
    after: pd.DataFrame,
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "import_id": import_id,
            "layer": shape.name,
            "record_id": pd.Series(ids, dtype=object),
            "operation": operation.value,
            "before": None
            if before is None
            else pd.Series(list(encode_rows(before)), dtype=object),
            "after_hash": pd.Series(row_hashes(after, shape.name), dtype=object),
        }
    )


def encode_rows(frame: pd.DataFrame) -> Iterator[str]:
    """Each row as JSON, geometry as hexadecimal WKB; `decode_rows` turns it back."""
    plain = {name: _texts(frame, name) for name in frame.columns}
    for i in range(len(frame)):
        row = {name: values[i] for name, values in plain.items() if values[i] is not None}
        yield json.dumps(row, ensure_ascii=False, sort_keys=True)


def decode_rows(layer: str, texts: list[str], crs: CRS) -> pd.DataFrame:
    """Rows that `encode_rows` wrote, conformed."""
    shape = schema(layer)
    rows = pd.DataFrame([json.loads(text) for text in texts])
    for attribute in shape.fields:
        if attribute.name in rows and attribute.dtype in {"float64", "Int64"}:
            rows[attribute.name] = pd.to_numeric(rows[attribute.name])
        elif attribute.name in rows and attribute.dtype == "boolean":
            rows[attribute.name] = rows[attribute.name].map({"True": True, "False": False})
    if shape.geometry is None:
        return shape.conform(rows)
    held = rows.pop("geometry") if "geometry" in rows else pd.Series(None, index=rows.index)
    geometry = shapely.from_wkb(held.to_numpy(dtype=object, na_value=None))
    return shape.conform(gpd.GeoDataFrame(rows, geometry=geometry, crs=crs))


def row_hashes(frame: pd.DataFrame, layer: str) -> list[str]:
    """A hash of each row's content, the same whichever store the row was read from."""
    shape = schema(layer)
    columns = [
        (name, _texts(frame, name))
        for name in shape.columns
        if name != "geometry" and frame[name].notna().any()
    ]
    places = shapely.to_wkb(frame.geometry.to_numpy()) if shape.geometry is not None else None
    hashes = []
    for i in range(len(frame)):
        text = "\x1f".join(f"{name}={v[i]}" for name, v in columns if v[i] is not None)
        digest = blake2b(text.encode(), digest_size=12)
        if places is not None and places[i] is not None:
            digest.update(places[i])
        hashes.append(digest.hexdigest())
    return hashes


def _texts(frame: pd.DataFrame, name: str) -> list[str | None]:
    """A column as texts that give the same values back."""
    if name == "geometry":
        wkb = shapely.to_wkb(frame.geometry.to_numpy(), hex=True)
        return [None if text is None else str(text) for text in wkb]
    values = frame[name]
    if values.dtype.kind == "M":
        return [None if pd.isna(v) else v.isoformat() for v in values]
    if values.dtype.kind == "f":
        return [None if np.isnan(v) else repr(float(v)) for v in values]
    held = values.to_numpy(dtype=object, na_value=None)
    return [None if v is None else str(v) for v in held]
