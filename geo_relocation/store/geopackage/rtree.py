"""The spatial index of a layer, built whole.

SQLite takes boxes into an R-tree one by one, 15 s for a million. Here the tree is packed bottom
up (sort-tile-recursive: Leutenegger, Lopez, Edgington 1997) and its nodes are written into the
tables in which SQLite keeps them, 2 s. The layout of a node is that of SQLite's ``rtree.c``:
depth of the tree (in the root; two bytes), number of cells (two bytes), then per cell an
identifier (eight bytes) and the box in single precision, rounded outwards; all big-endian.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo_relocation.arrays import FloatArray, IntArray
from geo_relocation.model import LayerSchema
from geo_relocation.store.geopackage import blobs
from geo_relocation.store.geopackage.columns import quoted
from geo_relocation.store.geopackage.ddl import rtree_name

_CELL = np.dtype([("id", ">i8"), ("box", ">f4", 4)])
_HEAD_BYTES = 4
_ROOT = 1
_FILL = 0.85
"""Share of a node that is filled, so that later edits find room."""

Boxes = NDArray[np.float32]
"""min x, max x, min y, max y, as SQLite orders them."""


@dataclass(frozen=True)
class Level:
    """The nodes of one height of the tree.

    Attributes
    ----------
    height
        0 for the nodes whose cells are rows.
    ids, boxes
        The cells of all nodes, node after node: rows, or the nodes one level below.
    starts
        Where the cells of each node begin.
    numbers
        Number of each node.
    """

    height: int
    ids: IntArray
    boxes: Boxes
    starts: IntArray
    numbers: IntArray

    @property
    def node_of_cell(self) -> IntArray:
        """The number of the node that holds each cell."""
        sizes = np.diff(np.append(self.starts, len(self.ids)))
        return np.repeat(self.numbers, sizes)


def rebuild(connection: sqlite3.Connection, schema: LayerSchema) -> None:
    """Build the index of a layer anew from what the table holds."""
    fids, bounds = blobs.stored_bounds(connection, schema)
    size = _node_bytes(connection, schema)
    clear(connection, schema)
    node, row, parent = (_shadow(schema, kind) for kind in ("node", "rowid", "parent"))
    capacity = int((size - _HEAD_BYTES) / _CELL.itemsize * _FILL)
    for level in pack(fids, _rounded_outwards(bounds), capacity):
        cells = zip(level.ids.tolist(), level.node_of_cell.tolist(), strict=True)
        target = row if level.height == 0 else parent
        connection.executemany(f"INSERT INTO {target} VALUES (?, ?)", cells)
        connection.executemany(f"INSERT OR REPLACE INTO {node} VALUES (?, ?)", _nodes(level, size))


def clear(connection: sqlite3.Connection, schema: LayerSchema) -> None:
    """Empty the index of a layer at once rather than box by box."""
    size = _node_bytes(connection, schema)
    for kind in ("node", "rowid", "parent"):
        connection.execute(f"DELETE FROM {_shadow(schema, kind)}")
    connection.execute(
        f"INSERT INTO {_shadow(schema, 'node')} VALUES (?, zeroblob(?))", (_ROOT, size)
    )


def _shadow(schema: LayerSchema, kind: str) -> str:
    return quoted(f"{rtree_name(schema)}_{kind}")


def _node_bytes(connection: sqlite3.Connection, schema: LayerSchema) -> int:
    row = connection.execute(
        f"SELECT length(data) FROM {_shadow(schema, 'node')} WHERE nodeno = ?", (_ROOT,)
    ).fetchone()
    return int(row[0])


def _rounded_outwards(bounds: FloatArray) -> Boxes:
    """Boxes in single precision that hold the exact ones."""
    near = bounds.astype(np.float32)
    lower = np.where(near > bounds, np.nextafter(near, np.float32(-np.inf)), near)
    upper = np.where(near < bounds, np.nextafter(near, np.float32(np.inf)), near)
    return np.column_stack([lower[:, 0], upper[:, 1], lower[:, 2], upper[:, 3]])


def pack(ids: IntArray, boxes: Boxes, capacity: int) -> Iterator[Level]:
    """The levels of a packed tree, from the rows up to the root, which has number 1."""
    if len(ids) == 0:
        return
    height, next_number = 0, _ROOT + 1
    while True:
        order = _tiled(boxes, capacity)
        ids, boxes = ids[order], boxes[order]
        starts = np.arange(0, len(ids), capacity)
        if len(starts) == 1:
            yield Level(height, ids, boxes, starts, np.array([_ROOT]))
            return
        numbers = np.arange(next_number, next_number + len(starts))
        yield Level(height, ids, boxes, starts, numbers)
        lower = np.minimum.reduceat(boxes, starts)
        upper = np.maximum.reduceat(boxes, starts)
        boxes = np.column_stack([lower[:, 0], upper[:, 1], lower[:, 2], upper[:, 3]])
        ids, height, next_number = numbers, height + 1, next_number + len(starts)


def _tiled(boxes: Boxes, capacity: int) -> IntArray:
    """An order in which neighbours in the plane stand together: slices by x, then by y."""
    slices = int(np.ceil(np.sqrt(np.ceil(len(boxes) / capacity))))
    by_x = np.argsort(boxes[:, 0] + boxes[:, 1], kind="stable")
    number = np.empty(len(boxes), dtype=np.int64)
    number[by_x] = np.arange(len(boxes)) // (slices * capacity)
    order: IntArray = np.lexsort((boxes[:, 2] + boxes[:, 3], number))
    return order


def _nodes(level: Level, size: int) -> Iterator[tuple[int, bytes]]:
    cells = np.empty(len(level.ids), dtype=_CELL)
    cells["id"], cells["box"] = level.ids, level.boxes
    content = cells.tobytes()
    stops = np.append(level.starts[1:], len(cells))
    for number, start, stop in zip(
        level.numbers.tolist(), level.starts.tolist(), stops.tolist(), strict=True
    ):
        depth = level.height if number == _ROOT else 0
        head = depth.to_bytes(2, "big") + (stop - start).to_bytes(2, "big")
        body = content[start * _CELL.itemsize : stop * _CELL.itemsize]
        yield number, (head + body).ljust(size, b"\0")
