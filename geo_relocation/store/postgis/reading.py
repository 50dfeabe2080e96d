"""Reading layers inside one database transaction."""

from __future__ import annotations

import pandas as pd
import psycopg
from pyproj import CRS

from geo_relocation.model import schema as schema_of
from geo_relocation.store import frames
from geo_relocation.store.postgis import bulk
from geo_relocation.store.postgis.address import Address
from geo_relocation.store.postgis.connection import translated
from geo_relocation.store.protocol import Bbox, Where


class PostGISReading:
    """One state of a schema, in a transaction of REPEATABLE READ; see `protocol.Store.reading`.

    Attributes
    ----------
    over
        Whether the block has ended; it then refuses to be used.
    """

    def __init__(
        self, connection: psycopg.Connection, address: Address, crs: CRS, srid: int
    ) -> None:
        self.over = False
        self._connection = connection
        self._address = address
        self._crs = crs
        self._srid = srid

    def read(
        self, layer: str, *, where: Where | None = None, bbox: Bbox | None = None
    ) -> pd.DataFrame:
        """Rows of a layer; see `protocol.Reader.read`."""
        frames.require_running(over=self.over)
        schema = schema_of(layer)
        with translated(self._address):
            return bulk.read(
                self._connection, schema, self._crs, self._srid, where=where, bbox=bbox
            )

    def count(self, layer: str, *, where: Where | None = None) -> int:
        """Number of rows for which all conditions hold."""
        frames.require_running(over=self.over)
        schema = schema_of(layer)
        with translated(self._address):
            return bulk.count(self._connection, schema, where)
