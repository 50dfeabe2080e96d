"""The chain's links and the workspace's facts in a database."""

from __future__ import annotations

from datetime import datetime

import psycopg

from geo_relocation.store.history import HEAD, HISTORY_TABLE, LINK_COLUMNS, Link
from geo_relocation.store.postgis.tables import INFO_TABLE

_COLUMNS = ", ".join(f'"{name}"' for name in LINK_COLUMNS)


class DatabaseLedger:
    """Links and facts, within the transaction of a connection; see `history.Ledger`."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def links(self) -> list[Link]:
        """All links, oldest first."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM {HISTORY_TABLE} ORDER BY sequence"
        ).fetchall()
        return [Link(*row) for row in rows]

    def head(self) -> str | None:
        """The newest link as the workspace's facts name it."""
        row = self._connection.execute(
            f"SELECT value FROM {INFO_TABLE} WHERE key = %s", (HEAD,)
        ).fetchone()
        return None if row is None else str(row[0])

    def last_link(self) -> Link | None:
        """The newest link."""
        row = self._connection.execute(
            f"SELECT {_COLUMNS} FROM {HISTORY_TABLE} ORDER BY sequence DESC LIMIT 1"
        ).fetchone()
        return None if row is None else Link(*row)

    def add_link(self, link: Link) -> None:
        """Write a link."""
        marks = ", ".join(["%s"] * len(LINK_COLUMNS))
        self._connection.execute(
            f"INSERT INTO {HISTORY_TABLE} ({_COLUMNS}) VALUES ({marks})",
            tuple(vars(link).values()),
        )

    def knows(self, layer: str, member: str) -> bool:
        """Whether a member has a link already."""
        row = self._connection.execute(
            f"SELECT 1 FROM {HISTORY_TABLE} WHERE layer = %s AND member = %s LIMIT 1",
            (layer, member),
        ).fetchone()
        return row is not None

    def now(self) -> datetime:
        """The present moment by the server's clock, not that of the transaction's beginning."""
        row = self._connection.execute("SELECT clock_timestamp()").fetchone()
        if row is None:  # pragma: no cover - a SELECT without FROM has one row
            raise TypeError("the server gave no time")
        found: datetime = row[0]
        return found

    def account(self) -> str:
        """The role that writes."""
        row = self._connection.execute("SELECT session_user").fetchone()
        return str(row[0]) if row else ""

    def set_info(self, key: str, value: str) -> None:
        """Write one of the workspace's facts."""
        self._connection.execute(
            f"INSERT INTO {INFO_TABLE} VALUES (%s, %s) "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, value),
        )
