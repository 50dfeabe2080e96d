"""What the process that reads can read beside GDAL's layers: Parquet, and lists of coded values.

Loaded by `apart_child`, and like it imports nothing of the package.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from xml.etree import ElementTree as ET

Words = dict[str, dict[str, str]]
"""Field → code → words."""


def domains_of_geopackage(database: sqlite3.Connection, layer: str) -> Words:
    """The words of coded fields, from the extension *schema* of a GeoPackage."""
    rows = database.execute(
        "SELECT c.column_name, d.value, d.description FROM gpkg_data_columns c "
        "JOIN gpkg_data_column_constraints d USING (constraint_name) "
        "WHERE lower(c.table_name) = lower(?) AND d.constraint_type = 'enum'",
        (layer,),
    )
    found: Words = {}
    for column, value, words in rows:
        if value is not None and words:
            found.setdefault(str(column), {})[str(value)] = str(words)
    return found


def domains_of_filegdb(read: Callable[..., Any], source: str, layer: str) -> Words:
    """The words of coded fields, which stand as XML among the items of a FileGDB."""
    meta, _, _, columns = read(source, layer="GDB_Items", LIST_ALL_TABLES="YES")
    items = dict(zip([str(name) for name in meta["fields"]], columns, strict=True))
    named: Words = {}
    fields: dict[str, str] = {}
    for name, text in zip(items["Name"], items["Definition"], strict=True):
        if not isinstance(text, str) or "<!DOCTYPE" in text:
            continue
        item = ET.fromstring(text)  # noqa: S314 - no document type, so no entities
        if values := {
            pair.findtext("Code", ""): pair.findtext("Name", "") for pair in item.iter("CodedValue")
        }:
            named[item.findtext("DomainName", str(name))] = values
        elif str(name).lower() == layer.lower():
            fields = {
                field.findtext("Name", ""): field.findtext("DomainName", "")
                for field in item.iter("GPFieldInfoEx")
            }
    return {field: named[domain] for field, domain in fields.items() if domain in named}


def parquet(
    job: dict[str, Any],
    refusal: Callable[[str, str], Exception],
    check_letters: Callable[[Any, dict[str, Any]], None],
) -> dict[str, Any]:
    """Rows of a GeoParquet file, or of one without geometry, as GDAL's layers come."""
    import numpy as np  # noqa: PLC0415 - loaded by those who need it
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    with pq.ParquetFile(job["source"]) as file:
        about = file.metadata
        told = json.loads((file.schema_arrow.metadata or {}).get(b"geo", b"{}"))
        for name, size in (
            ("columns", about.num_columns),
            ("rows", about.num_rows),
            ("cells", about.num_rows * about.num_columns),
        ):
            if size > job[name]:
                raise refusal(name, f"It has {size:,} {name}.")
        table = file.read(use_threads=False)
    primary, shapes = told.get("primary_column"), told.get("columns", {})
    column = shapes.get(primary, {})
    if primary is not None and str(column.get("encoding", "WKB")).upper() != "WKB":
        raise refusal("damaged", "Its geometry is not written as WKB.")
    fields = [name for name in table.column_names if name not in shapes]
    columns = []
    for name in fields:
        held = table.column(name)
        number = pa.types.is_integer(held.type) or pa.types.is_floating(held.type)
        if number and not held.null_count:
            columns.append(held.to_numpy())
            continue
        values = np.empty(len(held), dtype=object)
        values[:] = [_cell(value) for value in held.to_pylist()]
        check_letters(values, job)
        columns.append(values)
    wkb = None
    if primary is not None:
        wkb = np.empty(len(table), dtype=object)
        wkb[:] = table.column(primary).to_pylist()
    # Left out, the system is that of the standard; written as null, nobody knows it.
    crs = column.get("crs", "OGC:CRS84") if primary is not None else None
    return {
        "chosen": "", "used": None, "fields": fields, "encoding": "UTF-8", "domains": {},
        "crs": json.dumps(crs) if isinstance(crs, dict) else crs,
        "fids": np.arange(len(table)), "wkb": wkb, "columns": columns,
    }  # fmt: skip


def _cell(value: Any) -> Any:
    """A value of a kind that the answer may hold."""
    if value is None or isinstance(value, (str, bool, int, float, datetime)):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)
