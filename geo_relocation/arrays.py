"""Names for the kinds of arrays that the modules hand to each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Mask = NDArray[np.bool_]
Flag = np.ndarray[tuple[int], np.dtype[np.bool_]]
"""A list of yes and no, in one dimension."""
TextArray = NDArray[np.object_]
"""Python objects: words, fractions, None where nothing is stated."""
GeometryArray = NDArray[np.object_]
"""Shapely geometries, None where there is none."""
ObjectArray = NDArray[np.object_]
"""Python objects of any kind: a column as it was read."""
