"""What in a workspace file this program did not make, and what is done about it.

A workspace that somebody sends is data, but SQLite runs what stands in it: a trigger changes what
is written, a view in place of a table computes whatever it likes. So the objects of a file are
held against those of a workspace made on the spot. What would answer or fill in place of our own
tables is refused; triggers on tables that this program writes are taken off while it writes and
put back; the rest cannot act and is left alone.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache

from pyproj import CRS

from geo_relocation.errors import ForeignObjectError
from geo_relocation.messages import _
from geo_relocation.model import schemas
from geo_relocation.store.geopackage import container, ddl
from geo_relocation.store.geopackage.columns import quoted
from geo_relocation.store.protocol import Foreign, Handling

_MOST_OBJECTS = 10_000
_SHOWN = 8
_ANY_CRS = 32648

_QUOTED = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|/\*.*?\*/""", re.DOTALL
)
_ACTING = re.compile(
    r"\b(?:ON\s+CONFLICT|COLLATE|GENERATED|AS\s*\(|REFERENCES|WITHOUT\s+ROWID)", re.IGNORECASE
)
_ALLOWED_TABLES = re.compile(
    r"(?:gpkg|sqlite|rtree|idx)_\w+|layer_styles|qgis_projects", re.IGNORECASE
)
_INDEX_WRITE = re.compile(
    r'(?:INSERT OR REPLACE INTO|INSERT INTO|DELETE FROM|UPDATE) "?(\w+)"?(?![\w.])[^;]*',
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Object:
    kind: str
    name: str
    table: str
    sql: str

    @property
    def is_virtual(self) -> bool:
        return _plain(self.sql).startswith("create virtual")


@dataclass(frozen=True)
class _Column:
    kind: str
    required: bool
    default: str | None
    key: int
    hidden: int


Objects = dict[tuple[str, str], _Object]


def examine(connection: sqlite3.Connection, srs_id: int | None = None) -> tuple[Foreign, ...]:
    """Everything in a file that this program did not make, the worst first.

    Only SQLite's own schema table is read until it is known that our tables are tables.

    Parameters
    ----------
    connection
        To the file.
    srs_id
        Number of the working CRS, which all our layers must be declared in; not checked when
        left out.
    """
    made, own = _objects(connection), _own_objects()
    found = [*_tables(connection, made, own), *_triggers(made, own), *_others(made, own)]
    if srs_id is not None and not any(one.handling is Handling.REFUSED for one in found):
        found += _declared_elsewhere(connection, srs_id)
    order = list(Handling)
    return tuple(sorted(found, key=lambda one: (order.index(one.handling), one.name)))


def refuse(path: object, found: tuple[Foreign, ...]) -> None:
    """Refuse a file in which something stands in for, or is missing from, our own tables.

    Raises
    ------
    ForeignObjectError
        Naming all of it.
    """
    bad = [one.words for one in found if one.handling is Handling.REFUSED]
    if bad:
        more = f" and {len(bad) - _SHOWN} more" if len(bad) > _SHOWN else ""
        raise ForeignObjectError(
            _(
                "{path} is not as this program makes a workspace: {names}{more}.",
                path=path,
                names="; ".join(bad[:_SHOWN]),
                more=more,
            ),
            why=_("Another program changed it; nothing in it was run."),
        )


def take_off(connection: sqlite3.Connection) -> list[str]:
    """Take foreign triggers off the tables that this program writes; what puts them back.

    Within a write transaction, so that whoever opens the file meanwhile or after a crash finds
    them in place.
    """
    acting = list(_acting_triggers(_objects(connection), _own_objects()))
    for trigger in acting:
        connection.execute(f"DROP TRIGGER {quoted(trigger.name)}")
    return [trigger.sql for trigger in acting]


def require_plain(path: object, connection: sqlite3.Connection) -> None:
    """Refuse a file of any layout in which something acts in place of, or on, our own tables.

    Raises
    ------
    ForeignObjectError
        Naming all of it.
    """
    made, own = _objects(connection), _own_objects()
    acting = [f"the trigger {one.name} on {one.table}" for one in _acting_triggers(made, own)]
    for one in own.values():
        there = made.get(("table", one.name.lower()))
        if ("view", one.name.lower()) in made or (there and there.is_virtual != one.is_virtual):
            acting.append(f"{one.name}, which is no ordinary table")
    if acting:
        raise ForeignObjectError(
            _(
                "{path} is not as this program makes a workspace: {names}.",
                path=path,
                names="; ".join(acting[:_SHOWN]),
            ),
            why=_("Another program put it there; nothing in it was run."),
        )


def _objects(connection: sqlite3.Connection) -> Objects:
    rows = connection.execute(
        "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master LIMIT ?",
        (_MOST_OBJECTS + 1,),
    ).fetchall()
    if len(rows) > _MOST_OBJECTS:
        raise ForeignObjectError(
            _("The file defines more than {most:n} objects.", most=_MOST_OBJECTS)
        )
    return {(kind, str(name).lower()): _Object(kind, name, table, sql)
            for kind, name, table, sql in rows}  # fmt: skip


@cache
def _own_objects() -> Objects:
    with closing(_empty_workspace()) as connection:
        return _objects(connection)


@cache
def _own_columns() -> dict[str, dict[str, _Column]]:
    with closing(_empty_workspace()) as connection:
        tables = [one.name for one in _own_objects().values() if one.kind == "table"]
        return {name: _columns(connection, name) for name in tables}


def _empty_workspace() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    container.build(connection, CRS.from_epsg(_ANY_CRS), {})
    return connection


def _columns(connection: sqlite3.Connection, table: str) -> dict[str, _Column]:
    rows = connection.execute(f"PRAGMA table_xinfo({quoted(table)})")
    return {
        name.lower(): _Column(kind.upper(), bool(required), default, key, hidden)
        for _, name, kind, required, default, key, hidden in rows
    }


def _plain(sql: str) -> str:
    """A definition without the liberties of spelling: blanks, quotes, capitals."""
    return re.sub(r'[\s"`;]+', " ", sql).replace(" (", "(").replace("( ", "(").strip().lower()


def _tables(connection: sqlite3.Connection, made: Objects, own: Objects) -> Iterator[Foreign]:
    """Our tables that are none, lack something, or do more than hold rows."""
    for one in own.values():
        if one.kind != "table" or one.name.startswith("sqlite_"):
            continue
        there = made.get(("table", one.name.lower()))
        if there is None:
            kind = "a view" if ("view", one.name.lower()) in made else "missing"
            yield Foreign(one.name, f"the table {one.name} is {kind}", Handling.REFUSED)
        elif there.is_virtual != one.is_virtual or (
            one.is_virtual and _plain(there.sql) != _plain(one.sql)
        ):
            words = f"the table {one.name} is another kind of table"
            yield Foreign(one.name, words, Handling.REFUSED)
        elif there.sql != one.sql and not one.is_virtual:
            yield from _altered(connection, there, one)


def _altered(connection: sqlite3.Connection, there: _Object, one: _Object) -> Iterator[Foreign]:
    """What was changed about one of our tables."""
    name, bad = one.name, Handling.REFUSED
    acting, expected = (_acting(each.sql) for each in (there, one))
    if acting - expected:
        words = ", ".join(sorted(acting - expected))
        yield Foreign(name, f"the table {name} has a rule of its own ({words})", bad)
    columns, wanted = _columns(connection, name), _own_columns()[name]
    for column, ours in wanted.items():
        theirs = columns.get(column)
        if theirs is None:
            yield Foreign(f"{name}.{column}", f"the column {name}.{column} is missing", bad)
        elif (theirs.default, theirs.hidden, theirs.key, theirs.required) != (
            ours.default, ours.hidden, ours.key, ours.required,
        ):  # fmt: skip
            yield Foreign(f"{name}.{column}", f"the column {name}.{column} was redefined", bad)
    for column, theirs in columns.items():
        if column in wanted:
            continue
        must = theirs.hidden or (theirs.required and theirs.default is None)
        words = f"the column {name}.{column} is not ours"
        yield Foreign(f"{name}.{column}", words, bad if must else Handling.LEFT_ALONE)
    if _unique(connection, name) is False:
        yield Foreign(name, f"the key of the table {name} is not unique", bad)


def _acting(sql: str) -> set[str]:
    """Clauses of a definition by which a table does more than hold rows."""
    return {re.sub(r"\W+", " ", m).strip().upper() for m in _ACTING.findall(_QUOTED.sub("?", sql))}


def _unique(connection: sqlite3.Connection, table: str) -> bool | None:
    """Whether the key of a layer is unique; None where the table is no layer."""
    layer = schemas().get(table)
    if layer is None:
        return None
    rows = connection.execute(f"PRAGMA index_list({quoted(table)})").fetchall()
    for _number, index, unique, origin, partial in rows:
        if unique and origin == "u" and not partial:
            parts = connection.execute(f"PRAGMA index_info({quoted(index)})").fetchall()
            if [part[2] for part in parts] == list(layer.key):
                return True
    return False


def _written_tables(own: Objects) -> set[str]:
    """Tables that this program writes: its own, the standard's, the inner ones of the index."""
    return {one.name.lower() for one in own.values() if one.kind == "table"}


def _acting_triggers(made: Objects, own: Objects) -> Iterator[_Object]:
    """Triggers that are not ours on tables that this program writes."""
    written = _written_tables(own)
    for key, one in made.items():
        if one.kind != "trigger" or one.table.lower() not in written:
            continue
        ours = own.get(key)
        if (ours is None or _plain(ours.sql) != _plain(one.sql)) and not _keeps_index(one):
            yield one


def _triggers(made: Objects, own: Objects) -> Iterator[Foreign]:
    for one in _acting_triggers(made, own):
        words = f"the trigger {one.name} on {one.table}"
        yield Foreign(f"{one.name} on {one.table}", words, Handling.SWITCHED_OFF)
    for key, one in own.items():
        if one.kind == "trigger" and key not in made:
            words = f"the trigger {one.name} on {one.table} is missing"
            yield Foreign(f"{one.name} on {one.table}", words, Handling.LEFT_ALONE)


def _keeps_index(one: _Object) -> bool:
    """Whether a trigger does no more than GDAL's, which keep a spatial index or a row count."""
    layer = schemas().get(one.table)
    index = ddl.rtree_name(layer) if layer is not None and layer.geometry is not None else "-"
    targets = {index.lower(), "gpkg_ogr_contents"}
    _head, begun, body = re.sub(r"\s+", " ", one.sql).partition(" BEGIN ")
    steps = [step.strip() for step in body.strip().removesuffix("END").split(";") if step.strip()]
    found = [_INDEX_WRITE.fullmatch(step) for step in steps]
    return bool(begun and steps) and all(
        match is not None
        and match[1].lower() in targets
        and not re.search(r"\bselect\b", match[0], re.IGNORECASE)
        for match in found
    )


def _others(made: Objects, own: Objects) -> Iterator[Foreign]:
    """Tables, views and indexes beside ours: they cannot act on what this program does."""
    written = _written_tables(own)
    for key, one in made.items():
        name = one.name.lower()
        if key in own or one.kind == "trigger" or (one.kind == "view" and name in written):
            continue
        if one.kind == "index" and (not one.sql or one.table.lower() not in written):
            continue
        if one.kind == "table" and _ALLOWED_TABLES.fullmatch(name):
            continue
        yield Foreign(one.name, f"the {one.kind} {one.name}", Handling.LEFT_ALONE)


def _declared_elsewhere(connection: sqlite3.Connection, srs_id: int) -> Iterator[Foreign]:
    """Layers that the file declares in another reference system than the workspace's."""
    rows = connection.execute(
        "SELECT table_name, srs_id FROM gpkg_geometry_columns WHERE column_name = 'geometry'"
    )
    declared = dict(rows.fetchall())
    for layer in schemas().values():
        if layer.geometry is not None and declared.get(layer.name) != srs_id:
            said = declared.get(layer.name)
            words = f"the layer {layer.name} is declared in reference system {said}, not {srs_id}"
            yield Foreign(layer.name, words, Handling.REFUSED)
