"""What a mistyped position would be, if one thing in it were mended.

Tried are, in this order: the axes changed about, a decimal mark elsewhere (in one number, or lost
in both), the other sign, one digit left out, doubled, changed or turned about with its neighbour.
Nothing is corrected by this: it is what a person is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from geo_relocation.geo.crs_detect import Extent

Slip = Literal["axes", "decimal", "sign", "digit"]

_SHIFTS = tuple(shift for shift in range(-8, 9) if shift)
_SHOWN = 2
_LONGEST_TEXT = 60
_LETTER_O = re.compile(r"(?<=[\d.,])[oO]|[oO](?=[\d.,])")
_LETTER_L = re.compile(r"(?<=[\d.,])[lI]|[lI](?=[\d.,])")
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
        if found := _inside(pairs, extent, near, slip):
            return found
    return []


def mends_of_text(
    text: str,
    read: Callable[[str], tuple[float, float] | None],
    extent: Extent,
    near: tuple[float, float],
) -> list[Mend]:
    """Positions within an extent that a text would hold if one letter of it were mended.

    For texts that hold no position as they stand: a decimal mark too many or elsewhere, a letter
    for a digit, a digit left out, doubled, changed or turned about with its neighbour.

    Parameters
    ----------
    text
        As written.
    read
        Longitude and latitude that a text holds; None where it holds none.
    extent, near
        As those of `mends`.
    """
    if len(text) > _LONGEST_TEXT:
        return []
    tried: tuple[tuple[Slip, Iterator[str]], ...] = (
        ("decimal", _marks_elsewhere(text)),
        ("digit", _letters_for_digits(text)),
        ("digit", _one_letter_off(text)),
    )
    for slip, texts in tried:
        pairs = [pair for other in set(texts) if (pair := read(other)) is not None]
        if found := _inside(pairs, extent, near, slip):
            return found
    return []


def _inside(
    pairs: list[tuple[float, float]], extent: Extent, near: tuple[float, float], slip: Slip
) -> list[Mend]:
    """The pairs within an extent, those nearest to the other rows first."""
    points = np.array(pairs, dtype=float).reshape(-1, 2)
    found = np.unique(points[extent.contains(points[:, 0], points[:, 1])], axis=0)
    order = np.argsort(np.hypot(*(found - np.array(near)).T), kind="stable")
    return [Mend(float(x), float(y), slip) for x, y in found[order][:_SHOWN]]


def _marks_elsewhere(text: str) -> Iterator[str]:
    """The text with one point or comma left out, or put between other digits."""
    for i in (i for i, letter in enumerate(text) if letter in ".,"):
        without = text[:i] + text[i + 1 :]
        yield without
        for j in range(1, len(without)):
            if without[j - 1].isdigit() and without[j].isdigit():
                yield without[:j] + text[i] + without[j:]


def _letters_for_digits(text: str) -> Iterator[str]:
    yield _LETTER_O.sub("0", text)
    yield _LETTER_L.sub("1", text)


def _one_letter_off(text: str) -> Iterator[str]:
    places = [i for i, letter in enumerate(text) if letter.isdigit()]
    for i in places:
        yield text[:i] + text[i + 1 :]
        for digit in "0123456789":
            yield text[:i] + digit + text[i + 1 :]
            yield text[:i] + digit + text[i:]
    for i, j in pairwise(places):
        yield text[:i] + text[j] + text[i + 1 : j] + text[i] + text[j + 1 :]


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
