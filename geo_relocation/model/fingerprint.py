"""Hashes of what went into a run, so that a result can be traced to its inputs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from geo_relocation.lazy import gpd, np, pd, shapely


def frame_hash(*frames: pd.DataFrame, parameters: Mapping[str, object] | None = None) -> str:
    """SHA-256 over the content of frames and parameters.

    The same rows in the same order give the same hash, whichever store they came from and
    whichever import brought them.
    """
    digest = hashlib.sha256()
    for frame in frames:
        for name in frame.columns.drop(["import_id", "sequence"], errors="ignore"):
            digest.update(name.encode())
            digest.update(_column_bytes(frame, name))
    if parameters is not None:
        digest.update(json.dumps(dict(parameters), sort_keys=True, default=str).encode())
    return digest.hexdigest()


def _column_bytes(frame: pd.DataFrame, name: str) -> bytes:
    """The values of one column as bytes."""
    if isinstance(frame, gpd.GeoDataFrame) and name == frame.geometry.name:
        blobs = shapely.to_wkb(frame.geometry.to_numpy(), output_dimension=2)
        return b"".join(
            b"\0" if blob is None else len(blob).to_bytes(8, "little") + blob for blob in blobs
        )
    hashed = pd.util.hash_pandas_object(frame[name], index=False)
    return np.ascontiguousarray(hashed.to_numpy()).tobytes()
