"""A picture of a plan as a PNG file: units, firms with the way they go, parks with numbers.

A page for Word and PDF needs pixels. What is drawn is little (areas, lines, discs, numbers), so
it is drawn here, on one canvas at twice the size that is shrunk at the end to smooth the edges.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from geo_relocation.arrays import FloatArray, Mask

_TWICE = 2
"""Pixels of the canvas for one of the picture, along each side."""

_DIGITS = (
    "01110 10001 10011 10101 11001 10001 01110",
    "00100 01100 00100 00100 00100 00100 01110",
    "01110 10001 00001 00110 01000 10000 11111",
    "01110 10001 00001 00110 00001 10001 01110",
    "00010 00110 01010 10010 11111 00010 00010",
    "11111 10000 11110 00001 00001 10001 01110",
    "00110 01000 10000 11110 10001 10001 01110",
    "11111 00001 00010 00100 01000 01000 01000",
    "01110 10001 10001 01110 10001 10001 01110",
    "01110 10001 10001 01111 00001 00010 01100",
)
"""The figures 0 to 9, five dots wide and seven high."""


@dataclass(frozen=True)
class Extent:
    """What part of the plane a picture shows, in units of the map.

    Attributes
    ----------
    west, south, east, north
        Its sides.
    """

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def around(cls, bounds: Iterable[Sequence[float]], *, ratio: float) -> Extent:
        """The smallest extent of a shape that holds some bounds, with a margin.

        Parameters
        ----------
        bounds
            West, south, east and north of each thing; those that are not finite are left out.
        ratio
            Width of the picture divided by its height.
        """
        known = np.array([one for one in bounds if np.isfinite(one).all()], dtype=np.float64)
        if not len(known):
            known = np.array([[0.0, 0.0, 1.0, 1.0]])
        west, south = known[:, :2].min(axis=0)
        east, north = known[:, 2:].max(axis=0)
        height = 1.06 * max(north - south, (east - west) / ratio, 1.0)
        x, y = (west + east) / 2.0, (south + north) / 2.0
        width = height * ratio
        return cls(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


class Canvas:
    """A white picture to draw on.

    Parameters
    ----------
    extent
        What it shows.
    width, height
        Pixels of the finished picture.
    """

    def __init__(self, extent: Extent, width: int, height: int) -> None:
        self._extent = extent
        self._width, self._height = width * _TWICE, height * _TWICE
        self._pixels = np.full((self._height, self._width, 3), 255.0, dtype=np.float32)

    def area(self, geometry: Any, color: str) -> None:
        """Fill a polygon or several, their holes left out."""
        self._blend(self._inside(geometry).astype(np.float64), color)

    def outlines(self, geometries: Iterable[Any], color: str, *, width: float) -> None:
        """Draw the outlines of some polygons."""
        rings = [shapely.get_coordinates(ring) for one in geometries for ring in _rings(one)]
        if rings:
            starts = np.vstack([ring[:-1] for ring in rings])
            self.lines(starts, np.vstack([ring[1:] for ring in rings]), color, width=width)

    def lines(
        self,
        starts: FloatArray,
        ends: FloatArray,
        color: str,
        *,
        width: float,
        alpha: float = 1.0,
        adding: bool = False,
    ) -> None:
        """Draw straight lines.

        Parameters
        ----------
        starts, ends
            Points of the map, one row for each line.
        color, width, alpha
            How: the width in pixels of the picture.
        adding
            Where lines lie upon each other the colour grows stronger.
        """
        count = np.zeros(self._height * self._width, dtype=np.int32)
        reach = max(round(width * _TWICE / 2), 1)
        steps = np.arange(-(reach // 2), reach - reach // 2)
        across, down = (one.ravel() for one in np.meshgrid(steps, steps))
        first, last = self._place(starts), self._place(ends)
        for a, b in zip(first, last, strict=True):
            if not (np.isfinite(a).all() and np.isfinite(b).all()):
                continue
            number = int(np.abs(b - a).max()) + 1
            points = np.rint(a + (b - a) * np.linspace(0.0, 1.0, number + 1)[:, None]).astype(int)
            x, y = (points[:, :1] + across).ravel(), (points[:, 1:] + down).ravel()
            inside = (x >= 0) & (y >= 0) & (x < self._width) & (y < self._height)
            # A line counts once in a pixel, however many of its points lie there.
            count[np.unique(y[inside] * self._width + x[inside])] += 1
        drawn = count.reshape(self._height, self._width)
        if not adding:
            drawn = np.minimum(drawn, 1)
        cover: FloatArray = 1.0 - np.power(1.0 - alpha, drawn.astype(np.float64))
        self._blend(cover, color)

    def discs(
        self,
        points: FloatArray,
        radius: float | FloatArray,
        color: str,
        *,
        edge: str | None = None,
        alpha: float = 1.0,
    ) -> None:
        """Draw discs, later ones over earlier ones; with `edge`, each with a rim of one pixel.

        Parameters
        ----------
        points
            Their middles on the map, one row for each.
        radius
            In pixels of the picture.
        """
        radii = np.broadcast_to(radius, len(points))
        for place, r in zip(self._place(points), radii, strict=True):
            if np.isfinite(place).all():
                if edge is not None:
                    self._disc(place, (r + 1.0) * _TWICE, edge, alpha)
                self._disc(place, r * _TWICE, color, alpha)

    def number(self, value: int, point: FloatArray, color: str, *, height: float) -> None:
        """Write a whole number in the middle of a point of the map."""
        dot = max(round(height * _TWICE / 7), 1)
        glyphs = [
            np.array([[mark == "1" for mark in row] for row in _DIGITS[int(digit)].split()])
            for digit in str(value)
        ]
        gap = np.zeros((7, 1), dtype=bool)
        parts = [part for glyph in glyphs for part in (gap, glyph)][1:]
        mask = np.kron(np.hstack(parts), np.ones((dot, dot), dtype=bool))
        x, y = self._place(point[None, :])[0]
        top, left = round(y - mask.shape[0] / 2), round(x - mask.shape[1] / 2)
        rows, columns = np.nonzero(mask)
        rows, columns = rows + top, columns + left
        kept = (rows >= 0) & (rows < self._height) & (columns >= 0) & (columns < self._width)
        self._pixels[rows[kept], columns[kept]] = _rgb(color)

    def png(self) -> bytes:
        """The finished picture as the content of a PNG file."""
        height, width = self._height // _TWICE, self._width // _TWICE
        small = self._pixels.reshape(height, _TWICE, width, _TWICE, 3).mean(axis=(1, 3))
        rows = np.rint(small).astype(np.uint8).reshape(height, width * 3)
        content = np.hstack([np.zeros((height, 1), dtype=np.uint8), rows]).tobytes()
        head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        parts = ((b"IHDR", head), (b"IDAT", zlib.compress(content, 6)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)

    def _place(self, points: FloatArray) -> FloatArray:
        """Pixels of points of the map: to the right, downwards."""
        extent = self._extent
        x = (points[:, 0] - extent.west) / (extent.east - extent.west) * self._width
        y = (extent.north - points[:, 1]) / (extent.north - extent.south) * self._height
        return np.column_stack([x, y])

    def _inside(self, geometry: Any) -> Mask:
        """Which pixels lie inside: a row is crossed by rings, and each crossing changes it."""
        crossed = np.zeros((self._height, self._width + 1), dtype=bool)
        for ring in _rings(geometry):
            points = self._place(shapely.get_coordinates(ring))
            for (x1, y1), (x2, y2) in pairwise(points):
                low, high = sorted((y1, y2))
                first, last = max(int(np.ceil(low - 0.5)), 0), int(np.ceil(high - 0.5))
                rows = np.arange(first, min(last, self._height))
                if len(rows):
                    x = x1 + (rows + 0.5 - y1) * (x2 - x1) / (y2 - y1)
                    column = np.clip(np.ceil(x - 0.5), 0, self._width).astype(int)
                    crossed[rows, column] ^= True
        return np.logical_xor.accumulate(crossed, axis=1)[:, : self._width]

    def _disc(self, place: FloatArray, radius: float, color: str, alpha: float) -> None:
        left, top = (max(int(np.floor(one - radius)), 0) for one in place)
        right, bottom = (int(np.ceil(one + radius)) + 1 for one in place)
        part = self._pixels[top : max(bottom, 0), left : max(right, 0)]
        rows, columns = np.ogrid[top : top + part.shape[0], left : left + part.shape[1]]
        mask = (columns - place[0]) ** 2 + (rows - place[1]) ** 2 <= radius**2
        part += (mask * alpha)[..., None] * (_rgb(color) - part)

    def _blend(self, cover: FloatArray, color: str) -> None:
        """Mix a colour in, by the share of each pixel that it covers."""
        rows, columns = (np.flatnonzero(cover.max(axis=axis)) for axis in (1, 0))
        if not len(rows):
            return
        part = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        self._pixels[part] += cover[part][..., None] * (_rgb(color) - self._pixels[part])


def _rings(geometry: Any) -> list[Any]:
    """Rings of all polygons within a geometry."""
    polygons = [
        part for part in shapely.get_parts(geometry) if shapely.get_type_id(part) == _POLYGON
    ]
    return [ring for one in polygons for ring in (one.exterior, *one.interiors)]


_POLYGON = 3


def _rgb(color: str) -> FloatArray:
    return np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)], dtype=np.float64)


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check
