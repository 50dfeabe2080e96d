"""Reading layers inside one SQLite transaction."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pandas as pd
from pyproj import CRS

from geo_relocation.model import schema as schema_of
from geo_relocation.store import frames
from geo_relocation.store.geopackage import queries
from geo_relocation.store.geopackage.connection import translated
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
        with translated(self._path):
            return queries.read(self._connection, schema, self._crs, where=where, bbox=bbox)

    def count(self, layer: str, *, where: Where | None = None) -> int:
        """Number of rows for which all conditions hold."""
        frames.require_running(over=self.over)
        schema = schema_of(layer)
        with translated(self._path):
            return queries.count(self._connection, schema, where)
