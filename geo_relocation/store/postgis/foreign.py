"""What on the tables of a workspace in a database this program did not make.

A database belongs to its administrator: what acts there cannot be switched off by whoever writes.
It is named, so that nobody takes a row that a trigger changed for one that this program wrote.
What stands in place of a table is refused, as in a file.
"""

from __future__ import annotations

import psycopg

from geo_relocation.errors import ForeignObjectError
from geo_relocation.messages import _
from geo_relocation.model import schemas
from geo_relocation.store.history import HISTORY_TABLE
from geo_relocation.store.postgis.layout import GUARDED
from geo_relocation.store.postgis.tables import INFO_TABLE
from geo_relocation.store.protocol import Foreign, Handling

_KINDS = {"v": "a view", "m": "a materialised view", "f": "a foreign table"}

_OURS = "c.relnamespace = %s::regnamespace AND c.relname = ANY(%s)"

_TRIGGERS = f"""
SELECT c.relname, t.tgname, t.tgenabled, t.tgfoid::regproc::text
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND {_OURS} ORDER BY 1, 2
"""
_RULES = f"""
SELECT c.relname, r.rulename FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
WHERE r.rulename <> '_RETURN' AND {_OURS} ORDER BY 1, 2
"""


def _tables(schema: str) -> tuple[str, list[str]]:
    return schema, [INFO_TABLE, HISTORY_TABLE, *schemas()]


def refuse_other_kinds(connection: psycopg.Connection, url: str, schema: str) -> None:
    """Refuse a workspace in which something else stands in place of a table.

    Raises
    ------
    ForeignObjectError
        Naming all of it.
    """
    found = connection.execute(
        f"SELECT c.relname, c.relkind::text FROM pg_class c WHERE {_OURS} AND c.relkind = ANY(%s)"
        " ORDER BY 1",
        (*_tables(schema), list(_KINDS)),
    ).fetchall()
    if found:
        named = "; ".join(f"{name} is {_KINDS[kind]}" for name, kind in found)
        raise ForeignObjectError(
            _("{url} is not as this program makes a workspace: {named}.", url=url, named=named),
            why=_("Somebody changed it; it was not read."),
            hint=_("Ask the administrator of the database to put the table back."),
        )


def examine(connection: psycopg.Connection, schema: str) -> tuple[Foreign, ...]:
    """Triggers and rules on our tables that are not ours, and guards of ours that are off."""
    found, guarded = [], set()
    for table, name, enabled, function in connection.execute(_TRIGGERS, _tables(schema)):
        if name == f"{table}_append_only" and function.endswith("georeloc_append_only"):
            if enabled == "A":
                guarded.add(table)
        elif enabled != "D":
            found.append((f"{table}.{name}", f"the trigger {name} on {table}"))
    for table, name in connection.execute(_RULES, _tables(schema)):
        found.append((f"{table}.{name}", f"the rule {name} on {table}"))
    for table in GUARDED:
        if table not in guarded:
            words = f"nothing keeps {table}, which only grows, from being changed: its guard is off"
            found.append((table, words))
    return tuple(Foreign(name, words, Handling.IN_FORCE) for name, words in found)
