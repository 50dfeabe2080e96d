"""Reading layers inside one SQLite transaction."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from pyproj import CRS

from geo_relocation.lazy import pd
from geo_relocation.model import schema as schema_of
from geo_relocation.store import frames
from geo_relocation.store.geopackage import queries
from geo_relocation.store.geopackage.connection import bounded, translated
from geo_relocation.store.geopackage.ledger import FileLedger
from geo_relocation.store.history import Link
from geo_relocation.store.protocol import Bbox, Where


class GeoPackageReading:
    """One state of a file; see `protocol.Store.reading`.

    Attributes
    ----------
    over
        Whether the block has ended; it then refuses to be used.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, crs: CRS) -> None:
        self.over = False
        self._connection = connection
        self._path = path
        self._crs = crs

    def read(
        self, layer: str, *, where: Where | None = None, bbox: Bbox | None = None
    ) -> pd.DataFrame:
        """Rows of a layer; see `protocol.Reader.read`."""
        frames.require_running(over=self.over)
        schema = schema_of(layer)
        with translated(self._path), bounded(self._connection, self._path):
            return queries.read(self._connection, schema, self._crs, where=where, bbox=bbox)

    def history(self) -> tuple[list[Link], str | None]:
        """All links of the chain, and the newest as the workspace's facts name it."""
        frames.require_running(over=self.over)
        with translated(self._path), bounded(self._connection, self._path):
            ledger = FileLedger(self._connection)
            return ledger.links(), ledger.head()

    def count(self, layer: str, *, where: Where | None = None) -> int:
        """Number of rows for which all conditions hold."""
        frames.require_running(over=self.over)
        schema = schema_of(layer)
        with translated(self._path), bounded(self._connection, self._path):
            return queries.count(self._connection, schema, where)
