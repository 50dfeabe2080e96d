"""What a mistyped position would be, if one thing in it were mended.

Tried are, in this order: the axes changed about, a decimal mark elsewhere (in one number, or lost
in both), the other sign, one digit left out, doubled, changed or turned about with its neighbour.
Nothing is corrected by this: it is what a person is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from geo_relocation.geo.crs_detect import Extent

Slip = Literal["axes", "decimal", "sign", "digit"]

_SHIFTS = tuple(shift for shift in range(-8, 9) if shift)
_SHOWN = 2
_DIGITS = 6


@dataclass(frozen=True)
class Mend:
    """A position as it may have been meant.

    Attributes
    ----------
    lon, lat
        Degrees.
    slip
        What would have gone wrong.
    """

    lon: float
    lat: float
    slip: Slip


def mends(lon: float, lat: float, extent: Extent, near: tuple[float, float]) -> list[Mend]:
    """Positions within an extent that differ from what is written by one slip.

    Parameters
    ----------
    lon, lat
        As written, in degrees or not.
    extent
        Where the position is expected.
    near
        Longitude and latitude in the middle of the other rows: where several digits could be
        the wrong one, the nearest come first.

    Returns
    -------
    list of Mend
        Of the first kind of slip that explains it; at most two.
    """
    tried: tuple[tuple[Slip, list[tuple[float, float]]], ...] = (
        ("axes", [(lat, lon)]),
        ("decimal", list(_decimals(lon, lat))),
        ("sign", [(-lon, lat), (lon, -lat), (-lon, -lat)]),
        ("digit", list(_digits(lon, lat))),
    )
    for slip, pairs in tried:
        points = np.array(pairs, dtype=float).reshape(-1, 2)
        inside = extent.contains(points[:, 0], points[:, 1])
        found = np.unique(points[inside], axis=0)
        if len(found):
            order = np.argsort(np.hypot(*(found - np.array(near)).T), kind="stable")
            return [Mend(float(x), float(y), slip) for x, y in found[order][:_SHOWN]]
    return []


def _decimals(lon: float, lat: float) -> Iterator[tuple[float, float]]:
    for one in _SHIFTS:
        yield _shifted(lon, one), lat
        yield lon, _shifted(lat, one)
        for other in _SHIFTS:
            # Both marks lost, by as many digits or one apart: 106705, 10953.
            if one < 0 and other < 0:
                yield _shifted(lon, one), _shifted(lat, other)


def _shifted(value: float, places: int) -> float:
    return round(value * 10.0**places, 12)


def _digits(lon: float, lat: float) -> Iterator[tuple[float, float]]:
    for value in _one_digit_off(lon):
        yield value, lat
    for value in _one_digit_off(lat):
        yield lon, value


def _one_digit_off(value: float) -> Iterator[float]:
    """Numbers that differ in one digit, of those that matter most."""
    if not np.isfinite(value):
        return
    text = np.format_float_positional(value, trim="-")
    places = [i for i, letter in enumerate(text) if letter.isdigit()][:_DIGITS]
    for i in places:
        yield from _numbers(text[:i] + text[i + 1 :])
        for digit in "0123456789":
            yield from _numbers(text[:i] + digit + text[i + 1 :])
            yield from _numbers(text[:i] + digit + text[i:])
    for i, j in pairwise(places):
        between = text[i + 1 : j]
        yield from _numbers(text[:i] + text[j] + between + text[i] + text[j + 1 :])


def _numbers(text: str) -> Iterator[float]:
    try:
        yield float(text)
    except ValueError:
        return
