"""Writing layers inside one SQLite transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from pyproj import CRS

from geo_relocation.arrays import IntArray
from geo_relocation.errors import DamagedWorkspaceError, SchemaError
from geo_relocation.lazy import gpd, np, pd, shapely
from geo_relocation.messages import _
from geo_relocation.model import LayerSchema
from geo_relocation.model import schema as schema_of
from geo_relocation.store import frames
from geo_relocation.store.geopackage import blobs, columns, container, ddl, queries, rtree
from geo_relocation.store.geopackage.columns import quoted
from geo_relocation.store.geopackage.connection import translated
from geo_relocation.store.geopackage.ledger import FileLedger
from geo_relocation.store.history import MEMBER_BY, Chain, account_of_computer
from geo_relocation.store.protocol import Bbox, Where

_BATCH = 20_000
_WORTH_REBUILDING = 5_000
"""Changed rows from which the spatial index is built anew rather than box by box."""


class GeoPackageTransaction:
    """A write in progress on one file; see `protocol.Transaction`.

    Attributes
    ----------
    over
        Whether it has been committed or rolled back; it then refuses to be used.
    """

    def __init__(
        self, connection: sqlite3.Connection, path: Path, crs: CRS, *, actor: str = ""
    ) -> None:
        self.over = False
        self._ledger = FileLedger(connection)
        self._chain = Chain(self._ledger, actor=actor, account=account_of_computer())
        self._connection = connection
        self._path = path
        self._crs = crs
        self._touched: dict[str, LayerSchema] = {}
        self._stale: set[str] = set()

    def read(
        self, layer: str, *, where: Where | None = None, bbox: Bbox | None = None
    ) -> pd.DataFrame:
        """Rows of a layer with the changes made so far."""
        schema = schema_of(layer)
        with self._working():
            if bbox is not None:
                self._refresh_index(schema)
            return queries.read(self._connection, schema, self._crs, where=where, bbox=bbox)

    def count(self, layer: str, *, where: Where | None = None) -> int:
        """Number of rows for which all conditions hold, with the changes made so far."""
        schema = schema_of(layer)
        with self._working():
            return queries.count(self._connection, schema, where)

    def now(self) -> datetime:
        """The present moment by this computer's clock."""
        return self._ledger.now()

    def append(self, layer: str, frame: pd.DataFrame) -> int:
        """Add rows with new keys; return how many."""
        schema = schema_of(layer)
        ready = frames.canonical(schema, frame, self._crs)
        with self._working():
            self._touch(schema)
            ready = self._chain.numbered(schema, ready)
            fids = self._existing_fids(schema, ready)
            taken = fids >= 0
            if taken.any():
                row = ready[taken].iloc[0]
                raise SchemaError(
                    _(
                        "Layer {layer:q} has {key} already.",
                        layer=layer,
                        key=frames.describe_key(row, schema),
                    ),
                    hint=frames.KEY_TAKEN_HINT,
                )
            self._insert(schema, ready, fids)
            self._chain.appended(schema, ready)
        return len(ready)

    def replace(self, layer: str, frame: pd.DataFrame) -> int:
        """Make these rows the whole content of the layer; return how many."""
        schema = frames.changeable(schema_of(layer))
        ready = frames.canonical(schema, frame, self._crs)
        with self._working():
            self._touch(schema)
            self._note_changed(schema, None, ready)
            self._connection.execute(f"DELETE FROM {quoted(layer)}")
            if schema.geometry is not None:
                rtree.clear(self._connection, schema)
            self._insert(schema, ready, np.full(len(ready), -1))
        return len(ready)

    def upsert(self, layer: str, frame: pd.DataFrame) -> int:
        """Add rows whose key is new and overwrite the others whole; return how many."""
        schema = frames.changeable(schema_of(layer))
        ready = frames.canonical(schema, frame, self._crs)
        with self._working():
            self._touch(schema)
            self._chain.changed(schema, ready)
            self._insert(schema, ready, self._existing_fids(schema, ready))
        return len(ready)

    def delete(self, layer: str, *, where: Where) -> int:
        """Remove the rows for which all conditions hold; return how many."""
        schema = frames.changeable(schema_of(layer))
        clause, parameters = queries.where_sql(schema, where)
        with self._working():
            self._touch(schema)
            self._note_changed(schema, where, None)
            if schema.geometry is not None and layer not in self._stale:
                self._connection.execute(
                    f"DELETE FROM {quoted(ddl.rtree_name(schema))} WHERE id IN "
                    f"(SELECT fid FROM {quoted(layer)}{clause})",
                    parameters,
                )
            gone = self._connection.execute(f"DELETE FROM {quoted(layer)}{clause}", parameters)
        return gone.rowcount

    def set_info(self, key: str, value: str) -> None:
        """Write one entry of the workspace's own table of facts."""
        with self._working():
            self._ledger.set_info(key, value)

    def finish(self) -> None:
        """Put the index triggers back and note what changed; the store commits after it."""
        self._chain.finish(self)
        for schema in self._touched.values():
            self._refresh_index(schema)
            container.touch(self._connection, schema, self._extent(schema))
            for statement in ddl.rtree_triggers(schema).values() if schema.geometry else ():
                self._connection.execute(statement)

    @contextmanager
    def _working(self) -> Iterator[None]:
        """One step of the transaction; a step that fails leaves nothing half done."""
        frames.require_running(over=self.over)
        before = dict(self._touched), set(self._stale)
        chained = set(self._chain.stale)
        with translated(self._path):
            self._connection.execute("SAVEPOINT step")
            try:
                yield
            except BaseException:
                # This also puts back the triggers that the step may have been first to take off.
                self._connection.execute("ROLLBACK TO step")
                self._touched, self._stale = before
                self._chain.stale = chained
                raise
            finally:
                self._connection.execute("RELEASE step")

    def _touch(self, schema: LayerSchema) -> None:
        """Take the index triggers off before the first change of a layer."""
        if schema.name in self._touched:
            return
        self._touched[schema.name] = schema
        if schema.geometry is None:
            return
        prefix = f"{ddl.rtree_name(schema)}_"
        # Also those of other programs' making: GDAL adds update5 to update7 in newer versions.
        names = self._connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ? "
            "AND substr(name, 1, ?) = ?",
            (schema.name, len(prefix), prefix),
        ).fetchall()
        for (name,) in names:
            self._connection.execute(f"DROP TRIGGER {quoted(name)}")

    def _note_changed(
        self, schema: LayerSchema, where: Where | None, new: pd.DataFrame | None
    ) -> None:
        """Tell the chain which rows are about to go, and which come in their place."""
        if schema.name not in MEMBER_BY:
            return
        self._chain.changed(schema, self.read(schema.name, where=where))
        if new is not None:
            self._chain.changed(schema, new)

    def _existing_fids(self, schema: LayerSchema, frame: pd.DataFrame) -> IntArray:
        """The `fid` of each row whose key is in the layer already, else -1."""
        known = queries.fids_by_key(self._connection, schema, frame)
        if known.empty or frame.empty:
            return np.full(len(frame), -1)
        key = {name: columns.encode(frame[name], schema.attribute(name)) for name in schema.key}
        asked = pd.MultiIndex.from_frame(pd.DataFrame(key, dtype=object))
        there = pd.MultiIndex.from_frame(known[list(schema.key)].astype(object))
        position = there.get_indexer(asked)
        fids = known["fid"].to_numpy()
        found: IntArray = np.where(position >= 0, fids[position], -1)
        return found

    def _insert(self, schema: LayerSchema, frame: pd.DataFrame, fids: IntArray) -> None:
        """Write rows: with a fid they overwrite that row, with -1 they are new."""
        if schema.geometry is not None and len(frame) >= _WORTH_REBUILDING:
            self._stale.add(schema.name)
        new = fids < 0
        fids = fids.copy()
        fids[new] = self._next_fid(schema) + np.arange(int(new.sum()))
        for start in range(0, len(frame), _BATCH):
            chosen = slice(start, start + _BATCH)
            self._insert_batch(schema, frame.iloc[chosen], fids[chosen].tolist())

    def _insert_batch(self, schema: LayerSchema, frame: pd.DataFrame, fids: list[int]) -> None:
        names = [a for a in schema.fields if a.default or frame[a.name].notna().any()]
        values: list[Sequence[Any]] = [fids]
        values += [columns.encode(frame[a.name], a) for a in names]
        written = ["fid", *(a.name for a in names)]
        if schema.geometry is not None:
            shapes = np.asarray(gpd.GeoDataFrame(frame).geometry.to_numpy(), dtype=object)
            values.append(blobs.encode(shapes, self._srs_id(schema)))
            written.append("geometry")
            if schema.name not in self._stale:
                self._index(schema, fids, shapes)
        renewed = ", ".join(f"{quoted(name)} = excluded.{quoted(name)}" for name in schema.columns)
        self._connection.executemany(
            f"INSERT INTO {quoted(schema.name)} ({', '.join(map(quoted, written))}) "
            f"VALUES ({', '.join('?' * len(written))}) ON CONFLICT (fid) DO UPDATE SET {renewed}",
            zip(*values, strict=True),
        )

    def _refresh_index(self, schema: LayerSchema) -> None:
        """Bring the spatial index up to date, if it was left behind by a big change."""
        if schema.name in self._stale:
            rtree.rebuild(self._connection, schema)
            self._stale.discard(schema.name)

    def _index(self, schema: LayerSchema, fids: list[int], shapes: NDArray[np.object_]) -> None:
        index = quoted(ddl.rtree_name(schema))
        present = ~shapely.is_missing(shapes)
        ids = np.asarray(fids)
        bounds = shapely.bounds(shapes)[present][:, [0, 2, 1, 3]]
        self._connection.executemany(
            f"DELETE FROM {index} WHERE id = ?", zip(ids[~present].tolist(), strict=True)
        )
        self._connection.executemany(
            f"INSERT OR REPLACE INTO {index} VALUES (?, ?, ?, ?, ?)",
            zip(ids[present].tolist(), *bounds.T.tolist(), strict=True),
        )

    def _next_fid(self, schema: LayerSchema) -> int:
        """A number that no row has or ever had."""
        row = self._connection.execute(
            "SELECT seq FROM sqlite_sequence WHERE name = ?", (schema.name,)
        ).fetchone()
        return int(row[0]) + 1 if row else 1

    def _srs_id(self, schema: LayerSchema) -> int:
        row = self._connection.execute(
            "SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = ?", (schema.name,)
        ).fetchone()
        if row is None:
            raise DamagedWorkspaceError(
                _(
                    "The layer {layer:q} is no longer declared as one with a geometry.",
                    layer=schema.name,
                )
            )
        return int(row[0])

    def _extent(self, schema: LayerSchema) -> tuple[float, float, float, float] | None:
        if schema.geometry is None:
            return None
        index = quoted(ddl.rtree_name(schema))
        row = self._connection.execute(
            f"SELECT min(minx), min(miny), max(maxx), max(maxy) FROM {index}"
        ).fetchone()
        return None if row[0] is None else row
