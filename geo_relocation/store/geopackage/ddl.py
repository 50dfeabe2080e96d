"""Tables, indexes and triggers of a workspace file, derived from the data dictionary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from geo_relocation.model import Attribute, LayerSchema
from geo_relocation.store.frames import geometry_type_name
from geo_relocation.store.geopackage.columns import literal, quoted, sql_type
from geo_relocation.store.history import HISTORY_TABLE, LINK_COLUMNS, SEQUENCE

APPEND_ONLY_MESSAGE = "append-only"

INFO_TABLE = """
CREATE TABLE georeloc_info (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)
"""


def history_statements() -> Iterator[str]:
    """What makes the table of the chain's links, which only grows."""
    kinds = {"sequence": "INTEGER NOT NULL PRIMARY KEY", "rows": "INTEGER NOT NULL"}
    columns = ", ".join(f"{quoted(c)} {kinds.get(c, 'TEXT NOT NULL')}" for c in LINK_COLUMNS)
    yield f"CREATE TABLE {HISTORY_TABLE} ({columns})"
    yield f"CREATE INDEX {HISTORY_TABLE}_member ON {HISTORY_TABLE} (layer, member)"
    yield from append_only_triggers(HISTORY_TABLE, (SEQUENCE,), row_id=SEQUENCE)


def layer_statements(schema: LayerSchema) -> Iterator[str]:
    """What makes the table of one layer: columns, key, checks, guards and spatial index."""
    yield table_statement(schema, schema.name)
    if schema.geometry is not None:
        yield (
            f"CREATE VIRTUAL TABLE {quoted(rtree_name(schema))} "
            "USING rtree(id, minx, maxx, miny, maxy)"
        )
    yield from trigger_statements(schema)


def table_statement(schema: LayerSchema, name: str) -> str:
    """What makes a table for the rows of a layer: columns, key and checks."""
    columns = ["fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL"]
    columns += [_column(attribute) for attribute in schema.attributes]
    key = ", ".join(map(quoted, schema.key))
    columns.append(f"CONSTRAINT {quoted(schema.name + '_key')} UNIQUE ({key})")
    return f"CREATE TABLE {quoted(name)} (\n  " + ",\n  ".join(columns) + "\n)"


def trigger_statements(schema: LayerSchema) -> Iterator[str]:
    """The triggers of a layer's table: its guards, and those of its spatial index."""
    if schema.append_only:
        yield from append_only_triggers(schema.name, schema.key)
    if schema.geometry is not None:
        yield from rtree_triggers(schema).values()


def _column(attribute: Attribute) -> str:
    name = quoted(attribute.name)
    if attribute.is_geometry:
        parts = [name, geometry_type_name(attribute)]
    else:
        parts = [name, sql_type(attribute)]
    if attribute.required:
        parts.append("NOT NULL")
    if attribute.default:
        parts.append(f"DEFAULT {_default(attribute)}")
    if attribute.enum is not None:
        allowed = ", ".join(literal(member.value) for member in attribute.enum)
        check = quoted(f"{attribute.layer}_{attribute.name}_check")
        parts.append(f"CONSTRAINT {check} CHECK ({name} IN ({allowed}))")
    return " ".join(parts)


def _default(attribute: Attribute) -> str:
    if attribute.type == "boolean":
        return str(int(attribute.default.lower() in {"true", "yes", "1"}))
    if attribute.type in {"integer", "real"}:
        return attribute.default
    return literal(attribute.default)


def append_only_triggers(name: str, key: Sequence[str], *, row_id: str = "fid") -> Iterator[str]:
    """Guards that let a table grow and nothing else, whatever program writes.

    The third one is there because ``INSERT OR REPLACE`` removes a row without firing the
    second.
    """
    table, message = quoted(name), literal(f"{name} is {APPEND_ONLY_MESSAGE}")
    for action in ("UPDATE", "DELETE"):
        yield (
            f"CREATE TRIGGER {quoted(f'{name}_no_{action.lower()}')} "
            f"BEFORE {action} ON {table} BEGIN SELECT RAISE(ABORT, {message}); END"
        )
    same_key = " AND ".join(f"{quoted(column)} = NEW.{quoted(column)}" for column in key)
    yield (
        f"CREATE TRIGGER {quoted(f'{name}_no_replace')} BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE ({same_key}) OR {row_id} = NEW.{row_id}) "
        f"BEGIN SELECT RAISE(ABORT, {message}); END"
    )


def rtree_name(schema: LayerSchema) -> str:
    """Name of the spatial index, as the GeoPackage standard wants it."""
    return f"rtree_{schema.name}_geometry"


def rtree_triggers(schema: LayerSchema) -> dict[str, str]:
    """The standard's triggers that keep the spatial index right, by name.

    They call functions (``ST_MinX`` …) that GDAL and QGIS bring along and plain SQLite does not,
    so this program takes them off while it writes and fills the index itself.
    """
    table, rtree = quoted(schema.name), quoted(rtree_name(schema))
    filled = "NEW.geometry NOT NULL AND NOT ST_IsEmpty(NEW.geometry)"
    hollow = "(NEW.geometry ISNULL OR ST_IsEmpty(NEW.geometry))"
    put = (
        f"INSERT OR REPLACE INTO {rtree} VALUES (NEW.fid, ST_MinX(NEW.geometry), "
        "ST_MaxX(NEW.geometry), ST_MinY(NEW.geometry), ST_MaxY(NEW.geometry));"
    )
    take_old = f"DELETE FROM {rtree} WHERE id = OLD.fid;"
    take_both = f"DELETE FROM {rtree} WHERE id IN (OLD.fid, NEW.fid);"
    of_geometry, of_row = "UPDATE OF geometry", "UPDATE"
    bodies = {
        "insert": ("INSERT", filled, put),
        "update1": (of_geometry, f"OLD.fid = NEW.fid AND ({filled})", put),
        "update2": (of_geometry, f"OLD.fid = NEW.fid AND {hollow}", take_old),
        "update3": (of_row, f"OLD.fid != NEW.fid AND ({filled})", take_old + " " + put),
        "update4": (of_row, f"OLD.fid != NEW.fid AND {hollow}", take_both),
        "delete": ("DELETE", "OLD.geometry NOT NULL", take_old),
    }
    return {
        f"{rtree_name(schema)}_{name}": (
            f"CREATE TRIGGER {quoted(f'{rtree_name(schema)}_{name}')} AFTER {event} ON {table} "
            f"WHEN {condition} BEGIN {body} END"
        )
        for name, (event, condition, body) in bodies.items()
    }
