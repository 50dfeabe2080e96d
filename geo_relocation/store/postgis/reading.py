"""Reading layers inside one database transaction."""

from __future__ import annotations

import pandas as pd
import psycopg
from pyproj import CRS

from geo_relocation.model import schema as schema_of
from geo_relocation.store import frames
from geo_relocation.store.history import Link
from geo_relocation.store.postgis import bulk
from geo_relocation.store.postgis.address import Address
from geo_relocation.store.postgis.connection import translated
from geo_relocation.store.postgis.ledger import DatabaseLedger
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

    def history(self) -> tuple[list[Link], str | None]:
        """All links of the chain, and the newest as the workspace's facts name it."""
        frames.require_running(over=self.over)
        with translated(self._address):
            ledger = DatabaseLedger(self._connection)
            return ledger.links(), ledger.head()

    def count(self, layer: str, *, where: Where | None = None) -> int:
        """Number of rows for which all conditions hold."""
        frames.require_running(over=self.over)
        schema = schema_of(layer)
        with translated(self._address):
            return bulk.count(self._connection, schema, where)
