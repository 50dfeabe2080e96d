"""The chain's links and the workspace's facts in a file."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

from geo_relocation.store.geopackage.columns import quoted
from geo_relocation.store.history import HEAD, HISTORY_TABLE, LINK_COLUMNS, Link, in_step

_COLUMNS = ", ".join(map(quoted, LINK_COLUMNS))


class FileLedger:
    """Links and facts, within the transaction of a connection; see `history.Ledger`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def links(self) -> list[Link]:
        """All links, oldest first."""
        rows = self._connection.execute(f"SELECT {_COLUMNS} FROM {HISTORY_TABLE} ORDER BY sequence")
        return [Link(*row) for row in rows]

    def head(self) -> str | None:
        """The newest link as the workspace's facts name it."""
        row = self._connection.execute(
            "SELECT value FROM georeloc_info WHERE key = ?", (HEAD,)
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
        marks = ", ".join("?" * len(LINK_COLUMNS))
        self._connection.execute(
            f"INSERT INTO {HISTORY_TABLE} ({_COLUMNS}) VALUES ({marks})", tuple(vars(link).values())
        )

    def knows(self, layer: str, member: str) -> bool:
        """Whether a member has a link already."""
        row = self._connection.execute(
            f"SELECT 1 FROM {HISTORY_TABLE} WHERE layer = ? AND member = ? LIMIT 1",
            (layer, member),
        ).fetchone()
        return row is not None

    def now(self) -> datetime:
        """The present moment by this computer's clock, not before the newest link."""
        return in_step(datetime.now(UTC), self.last_link())

    def set_info(self, key: str, value: str) -> None:
        """Write one of the workspace's facts."""
        self._connection.execute(
            "INSERT INTO georeloc_info VALUES (?, ?) "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, value),
        )
