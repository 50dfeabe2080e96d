"""Run a vectorised geometry call over slices of its arrays in threads.

Shapely's array functions release Python's lock, so threads give a real gain without copying.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Several slices per thread even out geometries of unequal weight.
_SLICES_PER_THREAD = 8
_TOO_FEW_TO_SHARE = 512


def in_threads(
    function: Callable[..., NDArray[Any]],
    *arrays: NDArray[Any],
    threads: int,
    least: int = _TOO_FEW_TO_SHARE,
) -> NDArray[Any]:
    """`function(*arrays)`, computed slice by slice in threads and joined in order.

    Parameters
    ----------
    function
        Takes equally long slices of `arrays`, returns an array as long as they are.
    threads
        How many to use; 1 calls the function directly.
    least
        Rows from which threads are worth their start.
    """
    if threads <= 1 or len(arrays[0]) < least:
        return function(*arrays)
    slices = [np.array_split(array, threads * _SLICES_PER_THREAD) for array in arrays]
    with ThreadPoolExecutor(threads) as pool:
        return np.concatenate(list(pool.map(function, *slices)))
