"""Geometries as GeoPackage blobs: a header with the bounds, then WKB. Whole columns at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

# GeoPackage 1.2, 2.1.3: magic, version 0, flags, srs_id, min x, max x, min y, max y.
_HEADER = np.dtype(
    [("magic", "S2"), ("version", "u1"), ("flags", "u1"), ("srs_id", "<i4"), ("box", "<f8", 4)]
)
_LITTLE_ENDIAN_WITH_BOX = 0b0000_0011
_BASE_BYTES = 8
_BOX_BYTES = (0, 32, 48, 48, 64)
_MIN_X, _MIN_Y, _MAX_X, _MAX_Y = range(4)


def encode(shapes: NDArray[np.object_], srs_id: int) -> list[bytes | None]:
    """Blobs of geometries that are not empty; None stays None."""
    header = np.zeros(len(shapes), dtype=_HEADER)
    header["magic"] = b"GP"
    header["flags"] = _LITTLE_ENDIAN_WITH_BOX
    header["srs_id"] = srs_id
    header["box"] = shapely.bounds(shapes)[:, [_MIN_X, _MAX_X, _MIN_Y, _MAX_Y]]
    heads = header.tobytes()
    size = _HEADER.itemsize
    bodies = shapely.to_wkb(shapes, byte_order=1)
    return [
        None if body is None else heads[row * size : (row + 1) * size] + body
        for row, body in enumerate(bodies)
    ]


def decode(blobs: Sequence[bytes | None]) -> NDArray[np.object_]:
    """Geometries of blobs, whatever program wrote them; None stays None."""
    bodies = [None if blob is None else blob[_body_start(blob) :] for blob in blobs]
    shapes: NDArray[np.object_] = shapely.from_wkb(np.array(bodies, dtype=object))
    return shapes


def _body_start(blob: bytes) -> int:
    return _BASE_BYTES + _BOX_BYTES[(blob[3] >> 1) & 0b111]
