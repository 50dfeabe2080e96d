"""What may be said of a site whose place is known only to within some metres."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely
from numpy.typing import NDArray

GeometryArray = NDArray[np.object_]
FloatArray = NDArray[np.float64]

_GOLDEN_ANGLE = np.pi * (3.0 - np.sqrt(5.0))


def sunflower(n: int) -> FloatArray:
    """Evenly spread points in the unit disc.

    Parameters
    ----------
    n
        How many.

    Returns
    -------
    array of shape (n, 2)
        The same points at every call. Each stands for an equal part of the disc, so an average
        over them converges faster than one over random points.

    References
    ----------
    Vogel, H. (1979). A better way to construct the sunflower head. Mathematical Biosciences 44.
    """
    k = np.arange(n)
    radius = np.sqrt((k + 0.5) / n)
    angle = k * _GOLDEN_ANGLE
    return np.column_stack((radius * np.cos(angle), radius * np.sin(angle)))


def uncertainty_region(sites: GeometryArray, accuracy: FloatArray) -> GeometryArray:
    """All the land that each site may cover, given that it may be `accuracy` metres away."""
    return np.asarray(shapely.buffer(sites, accuracy, quad_segs=16), dtype=object)


def share_of_places(
    sites: GeometryArray,
    accuracy: FloatArray,
    holds: Callable[[GeometryArray, NDArray[np.int64]], NDArray[np.bool_]],
    *,
    samples: int,
    block: int = 100_000,
) -> FloatArray:
    """Share of the places where each site may be at which a condition holds.

    Every place within `accuracy` metres of the stated one is taken as equally likely, because
    a source that states one radius says no more than that.

    Parameters
    ----------
    sites
        Outlines, discs or points at their stated place, metres.
    accuracy
        Metres.
    holds
        Takes moved sites and the index of each into `sites`; says where the condition holds.
    samples
        Places tried per site.
    block
        Moved sites held in memory at once.

    Returns
    -------
    array
        In [0, 1], in steps of 1 / `samples`.
    """
    offsets = sunflower(samples)
    per_block = max(1, block // samples)
    shares = np.zeros(len(sites))
    for start in range(0, len(sites), per_block):
        rows = np.arange(start, min(start + per_block, len(sites)))
        owner = np.repeat(rows, samples)
        shift = np.tile(offsets, (len(rows), 1)) * accuracy[owner, None]
        moved = _translate(sites[owner], shift)
        shares[rows] = holds(moved, owner).reshape(len(rows), samples).mean(axis=1)
    return shares


def _translate(geometry: GeometryArray, shift: FloatArray) -> GeometryArray:
    """Move each geometry by its own vector."""
    xy, index = shapely.get_coordinates(geometry, return_index=True)
    # set_coordinates works in place, so that the caller's array is copied first.
    return np.asarray(shapely.set_coordinates(geometry.copy(), xy + shift[index]), dtype=object)
