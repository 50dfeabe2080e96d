"""The condition of ``--where``: one meaning in every format, and nothing but a condition."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, datetime

import numpy as np
import pandas as pd

from geo_relocation.errors import UsageError
from geo_relocation.ingest.raw import Note, RawTable
from geo_relocation.messages import Message, _

_FUNCTIONS = frozenset(
    {
        "abs", "coalesce", "ifnull", "iif", "instr", "length", "like", "lower", "ltrim", "nullif",
        "round", "rtrim", "substr", "substring", "trim", "typeof", "upper",
    }
)  # fmt: skip
_LONGEST = 10_000
_STEPS = 10_000_000
"""Steps of SQLite's machine per check of the condition's cost."""
_CHECKS = 30


def filtered(raw: RawTable, where: str | None) -> RawTable:
    """The rows of a table that meet an SQL condition over its columns.

    The condition is SQLite's; in a sheet or CSV, texts that look like numbers compare as
    numbers. It may compare, join and call plain functions of texts and numbers; it may not ask
    tables.

    Raises
    ------
    UsageError
        If the condition cannot be read, or is more than a condition.
    """
    if where is None:
        return raw
    _require_condition(raw, where)
    columns = _columns(raw, where)
    affinity = "" if raw.typed else " NUMERIC"
    names = ["_position INTEGER PRIMARY KEY", *(_quoted(name) + affinity for name in columns)]
    marks = ", ".join("?" * len(names))
    with closing(sqlite3.connect(":memory:")) as database:
        try:
            database.execute(f"CREATE TABLE source ({', '.join(names)})")
            rows = zip(
                range(len(raw)), *(column.map(_sqlite) for column in columns.values()), strict=True
            )
            database.executemany(f"INSERT INTO source VALUES ({marks})", rows)
            found = _positions(database, where)
        except (sqlite3.Error, sqlite3.Warning, OverflowError) as error:
            why = _("The database says: {detail:q}.", detail=str(error))
            raise _refused(raw, where, why) from error
    mask = np.zeros(len(raw), dtype=bool)
    mask[found] = True
    if mask.all():
        return raw
    left = int(raw.cells_by_row()[~mask].sum())
    note = Note("rows-filtered", value=where, count=int((~mask).sum()), cells=left)
    return raw.take(mask).noted(note)


def _positions(database: sqlite3.Connection, where: str) -> list[int]:
    """Rows that meet the condition, asked under guard."""
    selects = checks = 0

    def allow(action: int, first: str | None, second: str | None, *_where: str | None) -> int:
        nonlocal selects
        if action == sqlite3.SQLITE_SELECT:
            selects += 1
            return sqlite3.SQLITE_OK if selects == 1 else sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_READ and first == "source":
            return sqlite3.SQLITE_OK
        called = str(second or first).lower()
        known = action == sqlite3.SQLITE_FUNCTION and called in _FUNCTIONS
        return sqlite3.SQLITE_OK if known else sqlite3.SQLITE_DENY

    def tire() -> int:
        nonlocal checks
        checks += 1
        return checks > _CHECKS

    database.set_authorizer(allow)
    database.set_progress_handler(tire, _STEPS)
    held = database.execute(f"SELECT _position FROM source WHERE (\n{where}\n)").fetchall()
    return [int(position) for (position,) in held]


def _require_condition(raw: RawTable, where: str) -> None:
    """Refuse what would end the condition and begin something else."""
    if len(where) > _LONGEST:
        raise _refused(
            raw, where[:80] + "…", _("It is longer than {count:n} letters.", count=_LONGEST)
        )
    depth, quote = 0, ""
    for position, letter in enumerate(where):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"`":
            quote = letter
        elif letter == "[":
            quote = "]"
        elif letter in ";\x00" or where[position : position + 2] in {"--", "/*"}:
            raise _refused(raw, where, _("It is more than a condition."))
        else:
            depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth < 0:
            break
    if depth or quote:
        raise _refused(raw, where, _("A bracket or a quotation mark has no other end."))


def _columns(raw: RawTable, where: str) -> dict[str, pd.Series]:
    """The columns that the condition may name, and a spatial layer's feature number as `fid`."""
    columns = {str(name): raw.frame[name] for name in raw.frame}
    if raw.typed and "fid" not in {name.lower() for name in columns}:
        columns["fid"] = pd.Series(raw.rows)
    words = where.lower()
    return {
        name: values
        for name, values in columns.items()
        if name.lower() in words or name.replace('"', '""').lower() in words
    }


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _sqlite(value: object) -> object:
    """A value as SQLite takes it; numbers beyond its integers as floating point."""
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, int) and abs(value) >= 1 << 63:
        return str(value)
    if isinstance(value, (int, float, str)):
        return value
    if isinstance(value, (datetime, date)):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    return str(value)


def _refused(raw: RawTable, where: str, why: Message) -> UsageError:
    return UsageError(
        _("The filter {where:q} cannot be applied to {file}.", where=where, file=raw.file),
        why=why,
        hint=_(
            "It is an SQL condition over the file's columns, e.g. \"landuse = 'industrial'\"; "
            "names with spaces stand in double quotes."
        ),
    )
