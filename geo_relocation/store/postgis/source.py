"""A table of a database as a source: read in one transaction that cannot write."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import unquote

import numpy as np
import psycopg
from psycopg import sql

from geo_relocation.arrays import ObjectArray
from geo_relocation.errors import IngestError, LimitError, UsageError
from geo_relocation.messages import _
from geo_relocation.settings import ReadingLimits
from geo_relocation.store.postgis.address import Address, parse_address
from geo_relocation.store.postgis.connection import connect, translated

_TABLE = re.compile(r"([?&])table=([^&#@\s]*)(&?)")
_PLAIN = frozenset(
    {"int2", "int4", "int8", "float4", "float8", "bool", "text", "varchar", "bpchar", "name",
     "date", "timestamp", "timestamptz"}
)  # fmt: skip
_SHAPES = frozenset({"geometry", "geography"})
_COLUMNS = """
SELECT a.attname, t.typname FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""


@dataclass(frozen=True)
class SourceTable:
    """Rows of a table or view.

    Attributes
    ----------
    name
        Schema and table, as the address names them.
    fields, columns
        Columns other than the geometry: names, and values by column.
    wkb
        Geometries as well-known binary, None for a table without.
    crs
        The reference system of the geometries; None where they state none.
    """

    name: str
    fields: list[str]
    columns: list[ObjectArray]
    wkb: ObjectArray | None
    crs: str | None


def read_source(text: str, limits: ReadingLimits) -> SourceTable:
    """Read a table that an address names: ``postgresql://user@host/database?table=schema.table``.

    Raises
    ------
    UsageError
        If the address cannot be read, or names no table that is there. Nothing of a password is
        repeated.
    UnreachableError
        If the server cannot be reached.
    IngestError
        If the table has several geometry columns or reference systems.
    LimitError
        If it has too many rows or columns.
    """
    address, parts = _address(text)
    name = ".".join(parts)
    table = sql.Identifier(*parts)
    with closing(connect(address)) as connection, translated(address):
        # Whatever a view calls, it writes nothing.
        connection.read_only = True
        connection.execute(
            "SELECT set_config('statement_timeout', %s, true)", (f"{int(limits.seconds * 1000)}",)
        )
        found = connection.execute(_COLUMNS, (table.as_string(connection),)).fetchall()
        if not found:
            raise UsageError(
                _("{place} has no table {table:q} that this user may see.",
                  place=address.place, table=name)
            )  # fmt: skip
        shapes = [column for column, kind in found if kind in _SHAPES]
        if len(shapes) > 1:
            raise IngestError(
                _("{table} has several geometry columns: {columns}.", table=name, columns=shapes),
                hint=_("Make a view with one of them, and name the view."),
            )
        fields = [column for column, kind in found if kind not in _SHAPES]
        if len(fields) > limits.columns:
            raise LimitError(
                _("{table} has {count:n} columns.", table=name, count=len(fields)),
                "columns",
                limits.columns,
            )
        rows = _rows(connection, table, found, limits)
        if len(rows) > limits.rows:
            raise LimitError(
                _("{table} has more than {count:n} rows.", table=name, count=limits.rows),
                "rows",
                limits.rows,
            )
        crs = _crs(connection, table, shapes[0], name) if shapes else None
    held = np.empty((len(rows), len(found)), dtype=object)
    for i, row in enumerate(rows):
        held[i] = row
    where = {column: place for place, (column, _kind) in enumerate(found)}
    wkb = held[:, where[shapes[0]]] if shapes else None
    return SourceTable(name, fields, [held[:, where[field]] for field in fields], wkb, crs)


def _address(text: str) -> tuple[Address, list[str]]:
    """The address of the database, and schema and table."""
    named = _TABLE.search(text)
    plain = text
    if named is not None:
        plain = text[: named.start()] + (named[1] if named[3] else "") + text[named.end() :]
    address = parse_address(plain)
    parts = unquote(named[2]).split(".") if named is not None else []
    if not 1 <= len(parts) <= 2 or not all(parts):  # noqa: PLR2004 - schema and table
        raise UsageError(
            _("The address names no table to be read."),
            hint=_("Write it as postgresql://user@host/database?table=schema.table."),
        )
    return address, parts if len(parts) > 1 else ["public", *parts]


def _rows(
    connection: psycopg.Connection,
    table: sql.Identifier,
    found: list[tuple[str, str]],
    limits: ReadingLimits,
) -> list[tuple[object, ...]]:
    asked = sql.SQL(", ").join(_selected(column, kind) for column, kind in found)
    query = sql.SQL("SELECT {} FROM {} LIMIT {}").format(asked, table, limits.rows + 1)
    return connection.execute(query).fetchall()


def _selected(column: str, kind: str) -> sql.Composable:
    """A column in a form that has a value here: shapes as binary, what is unusual as text."""
    name = sql.Identifier(column)
    if kind in _SHAPES:
        return sql.SQL("ST_AsBinary(ST_CurveToLine({}::geometry))").format(name)
    if kind in _PLAIN:
        return name
    return sql.SQL("{}::float8" if kind == "numeric" else "{}::text").format(name)


def _crs(
    connection: psycopg.Connection, table: sql.Identifier, column: str, name: str
) -> str | None:
    query = sql.SQL(
        "SELECT DISTINCT ST_SRID({0}::geometry) FROM {1} WHERE {0} IS NOT NULL LIMIT 3"
    ).format(sql.Identifier(column), table)
    srids = [srid for (srid,) in connection.execute(query).fetchall()]
    if len(srids) > 1:
        raise IngestError(
            _("The geometries of {table} are in several reference systems: {srids}.",
              table=name, srids=[str(srid) for srid in srids]),
            hint=_("Make a view that has one of them, and name the view."),
        )  # fmt: skip
    if not srids or not srids[0]:
        return None
    row = connection.execute(
        "SELECT auth_name, auth_srid, srtext FROM spatial_ref_sys WHERE srid = %s", (srids[0],)
    ).fetchone()
    if row is None:
        return None
    return f"{row[0]}:{row[1]}" if row[0] else str(row[2])
