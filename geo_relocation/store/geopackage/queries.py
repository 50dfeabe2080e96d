"""Reading layers: conditions and boxes as SQL, rows as frames."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from pyproj import CRS

from geo_relocation.lazy import gpd, np, pd
from geo_relocation.model import LayerSchema
from geo_relocation.store import frames, stored
from geo_relocation.store.frames import ColumnFilter
from geo_relocation.store.geopackage import blobs, columns
from geo_relocation.store.geopackage.columns import quoted
from geo_relocation.store.geopackage.container import srs_id_of
from geo_relocation.store.geopackage.ddl import rtree_name
from geo_relocation.store.protocol import Bbox, Where

_BATCH = 20_000


def where_sql(schema: LayerSchema, where: Where | None) -> tuple[str, list[Any]]:
    """A WHERE clause (or nothing) and its parameters."""
    parts, parameters = [], []
    for condition in frames.conditions(schema, where):
        sql, values = _condition_sql(condition)
        parts.append(f"({sql})")
        parameters += values
    return (f" WHERE {' AND '.join(parts)}" if parts else ""), parameters


def _condition_sql(condition: ColumnFilter) -> tuple[str, list[Any]]:
    column = quoted(condition.attribute.name)
    missing = f"{column} IS NULL"
    if condition.values.empty:
        return (missing if condition.or_missing else "0"), []
    values = columns.encode(condition.values, condition.attribute)
    if len(values) == 1:
        sql, parameters = f"{column} = ?", values
    elif condition.attribute.type == "real":
        # JSON would pass numbers through decimal text, which older SQLite rounds.
        sql, parameters = f"{column} IN ({', '.join('?' * len(values))})", values
    else:
        sql = f"{column} IN (SELECT value FROM json_each(?))"
        parameters = [json.dumps(values)]
    return (f"{sql} OR {missing}" if condition.or_missing else sql), parameters


def read(
    connection: sqlite3.Connection,
    schema: LayerSchema,
    crs: CRS,
    *,
    where: Where | None,
    bbox: Bbox | None,
) -> pd.DataFrame:
    """Rows of a layer as a conformed frame, ordered by key."""
    clause, parameters = where_sql(schema, where)
    if bbox is not None:
        frames.check_bbox(schema, bbox)
        clause += (" AND " if clause else " WHERE ") + (
            f"fid IN (SELECT id FROM {quoted(rtree_name(schema))} "
            "WHERE minx <= ? AND maxx >= ? AND miny <= ? AND maxy >= ?)"
        )
        parameters += [bbox[2], bbox[0], bbox[3], bbox[1]]
    names = ", ".join(map(quoted, schema.columns))
    order = ", ".join(map(quoted, schema.key))
    rows = connection.execute(
        f"SELECT {names} FROM {quoted(schema.name)}{clause} ORDER BY {order}", parameters
    )
    batches = []
    while batch := rows.fetchmany(_BATCH):
        batches.append(_frame(batch, schema, crs))
    if not batches:
        return schema.empty(crs=crs)
    frame = pd.concat(batches, ignore_index=True) if len(batches) > 1 else batches[0]
    stored.checked(schema, frame)
    return frame if bbox is None else frames.inside(frame, bbox)


def _frame(rows: list[tuple[Any, ...]], schema: LayerSchema, crs: CRS) -> pd.DataFrame:
    by_column = dict(zip(schema.columns, zip(*rows, strict=True), strict=True))
    data = {a.name: columns.decode(by_column[a.name], a) for a in schema.fields}
    if schema.geometry is None:
        return pd.DataFrame(data)
    shapes = frames.normalised(
        blobs.decode(by_column["geometry"], schema, srs_id_of(crs)), schema.geometry
    )
    return gpd.GeoDataFrame(data, geometry=gpd.GeoSeries(shapes, crs=crs))


def count(connection: sqlite3.Connection, schema: LayerSchema, where: Where | None) -> int:
    """Number of rows for which all conditions hold."""
    clause, parameters = where_sql(schema, where)
    row = connection.execute(
        f"SELECT count(*) FROM {quoted(schema.name)}{clause}", parameters
    ).fetchone()
    return int(row[0])


def fids_by_key(
    connection: sqlite3.Connection, schema: LayerSchema, asked: pd.DataFrame
) -> pd.DataFrame:
    """The key columns, as SQLite keeps them, and the `fid` of every row that may be asked for.

    Rows that all belong to one plan are compared with those of that plan alone.
    """
    names, first = [*schema.key, "fid"], schema.key[0]
    alike = asked[first].unique()
    clause, parameters = where_sql(schema, {first: alike[0]} if len(alike) == 1 else None)
    rows = connection.execute(
        f"SELECT {', '.join(map(quoted, names))} FROM {quoted(schema.name)}{clause}", parameters
    ).fetchall()
    return pd.DataFrame(rows, columns=names).astype({"fid": np.int64})
