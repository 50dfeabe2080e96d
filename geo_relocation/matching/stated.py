"""Numbers as they were written: the decimals of a layer as exact fractions.

A float stands for the shortest decimal that it is printed as, which is what somebody typed or a
file held. Sums and products of fractions are exact, so a firm fits or it does not, and a number
that was derived (land × a factor) is compared as what it is, not as what floats make of it.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from geo_relocation.arrays import FloatArray, TextArray

M2_DIGITS = 2
"""Digits after the point to which an area measured on an outline is taken, in m²."""


def fraction(value: float) -> Fraction:
    """The decimal that a float is written as."""
    return Fraction(repr(float(value)))


def fractions(values: FloatArray) -> TextArray:
    """The decimals that floats are written as; None where there is no finite number."""
    distinct, where = np.unique(values, return_inverse=True)
    known = np.array(
        [fraction(value) if np.isfinite(value) else None for value in distinct], dtype=object
    )
    return known[where.reshape(-1)].reshape(np.shape(values))


def times(values: TextArray, factor: Fraction) -> TextArray:
    """Fractions times a factor; None stays None."""
    found = np.empty(len(values), dtype=object)
    found[:] = [None if value is None else value * factor for value in values]
    return found


def floats(values: TextArray) -> FloatArray:
    """The floats nearest to fractions; NaN for None."""
    flat = [np.nan if value is None else float(value) for value in values.reshape(-1)]
    return np.array(flat, dtype=np.float64).reshape(values.shape)


def at_least(value: Fraction) -> float:
    """The least float whose decimal is not below a fraction."""
    found = float(value)
    return found if fraction(found) >= value else float(np.nextafter(found, np.inf))
