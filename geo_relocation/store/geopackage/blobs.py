"""Geometries as GeoPackage blobs: a header with the bounds, then WKB. Whole columns at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from geo_relocation.arrays import FloatArray, IntArray
from geo_relocation.errors import DamagedWorkspaceError
from geo_relocation.lazy import shapely
from geo_relocation.messages import _
from geo_relocation.model import LayerSchema
from geo_relocation.store.geopackage.columns import quoted
from geo_relocation.store.stored import shapes_from_wkb

# GeoPackage 1.2, 2.1.3: magic, version 0, flags, srs_id, min x, max x, min y, max y.
_HEADER = np.dtype(
    [("magic", "S2"), ("version", "u1"), ("flags", "u1"), ("srs_id", "<i4"), ("box", "<f8", 4)]
)
_LITTLE_ENDIAN_WITH_BOX = 0b0000_0011
_BASE_BYTES = 8
_BOX_BYTES = (0, 32, 48, 48, 64)
_MIN_X, _MIN_Y, _MAX_X, _MAX_Y = range(4)
_INDEX_ORDER = [_MIN_X, _MAX_X, _MIN_Y, _MAX_Y]


def encode(shapes: NDArray[np.object_], srs_id: int) -> list[bytes | None]:
    """Blobs of geometries that are not empty; None stays None."""
    header = np.zeros(len(shapes), dtype=_HEADER)
    header["magic"] = b"GP"
    header["flags"] = _LITTLE_ENDIAN_WITH_BOX
    header["srs_id"] = srs_id
    header["box"] = shapely.bounds(shapes)[:, _INDEX_ORDER]
    heads = header.tobytes()
    size = _HEADER.itemsize
    bodies = shapely.to_wkb(shapes, byte_order=1)
    return [
        None if body is None else heads[row * size : (row + 1) * size] + body
        for row, body in enumerate(bodies)
    ]


def decode(
    blobs: Sequence[object], schema: LayerSchema, srs_id: int | None = None
) -> NDArray[np.object_]:
    """Geometries of blobs, whatever program wrote them; None stays None.

    Parameters
    ----------
    srs_id
        Number of the reference system that each must state; any when left out.

    Raises
    ------
    DamagedWorkspaceError
        If one is no geometry of a GeoPackage, or in another reference system.
    """
    bodies = [None if blob is None else _body(blob, schema, srs_id) for blob in blobs]
    return shapes_from_wkb(np.array(bodies, dtype=object), schema)


def _body(blob: object, schema: LayerSchema, srs_id: int | None) -> bytes:
    """The WKB in a blob."""
    if isinstance(blob, bytes) and blob[:2] == b"GP" and len(blob) > _BASE_BYTES:
        kind = (blob[3] >> 1) & 0b111
        stated = int.from_bytes(
            blob[4:_BASE_BYTES], "little" if blob[3] & 1 else "big", signed=True
        )
        if srs_id is not None and stated != srs_id:
            raise DamagedWorkspaceError(
                _(
                    "The layer {layer:q} holds a geometry in reference system "
                    "{stated}, not {srs_id}.",
                    layer=schema.name,
                    stated=stated,
                    srs_id=srs_id,
                )
            )
        if kind < len(_BOX_BYTES):
            return blob[_BASE_BYTES + _BOX_BYTES[kind] :]
    raise DamagedWorkspaceError(
        _("The layer {layer:q} holds a geometry that is none.", layer=schema.name)
    )


def stored_bounds(
    connection: sqlite3.Connection, schema: LayerSchema
) -> tuple[IntArray, FloatArray]:
    """`fid` and bounds (min x, max x, min y, max y) of every row that has a place.

    Read from the headers; only blobs of other programs that left the bounds out are opened.
    """
    table, size = quoted(schema.name), _HEADER.itemsize
    rows = connection.execute(
        f"SELECT fid, substr(geometry, 1, {size}) FROM {table} "
        "WHERE geometry IS NOT NULL ORDER BY fid"
    ).fetchall()
    fids = np.array([fid for fid, _ in rows], dtype=np.int64)
    heads = np.frombuffer(b"".join(head.ljust(size, b"\0") for _, head in rows), dtype=_HEADER)
    bounds = heads["box"].astype(np.float64)
    foreign = heads["flags"] != _LITTLE_ENDIAN_WITH_BOX
    whole = [
        connection.execute(f"SELECT geometry FROM {table} WHERE fid = ?", (fid,)).fetchone()[0]
        for fid in fids[foreign].tolist()
    ]
    bounds[foreign] = shapely.bounds(decode(whole, schema))[:, _INDEX_ORDER]
    placed = np.isfinite(bounds).all(axis=1)
    return fids[placed], bounds[placed]
