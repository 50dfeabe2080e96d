"""Small drawing tools of the sample: smooth lines, rectangles, noise, rounding."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely
from numpy.typing import NDArray

from geo_relocation.arrays import FloatArray
from geo_relocation.geo.crs import WGS84, parse_crs, transform

Noise = Callable[[FloatArray], FloatArray]

WORKING_CRS = parse_crs("EPSG:9210")
"""VN-2000 / TM-3 105°45', in which the sample is drawn."""

GRID_M = 0.01
"""Metres to which every coordinate of the sample is rounded."""


def smooth(nodes: FloatArray, steps: int) -> FloatArray:
    """A Catmull-Rom curve: through all nodes, `steps` points from one to the next."""
    padded = np.vstack([2 * nodes[0] - nodes[1], nodes, 2 * nodes[-1] - nodes[-2]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    pieces = []
    for before, start, end, after in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        curve = 2 * start + (end - before) * t
        curve = curve + (2 * before - 5 * start + 4 * end - after) * t**2
        pieces.append((curve + (3 * start - before - 3 * end + after) * t**3) / 2)
    return np.vstack([*pieces, nodes[-1:]])


def rounded(geometry: NDArray[np.object_]) -> NDArray[np.object_]:
    """The same geometries on the centimetre grid, still valid."""
    on_grid: NDArray[np.object_] = shapely.set_precision(geometry, GRID_M)
    return on_grid


def turned(points: FloatArray, angle: float, centre: FloatArray) -> FloatArray:
    """Points around the origin, turned by `angle` (radians) and moved to `centre`."""
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    moved: FloatArray = points @ turn + centre
    return moved


def noise(rng: np.random.Generator, wavelength_m: float) -> Noise:
    """A smooth random surface with values of about -1 to 1."""
    angles = rng.uniform(0, 2 * np.pi, 7)
    lengths = wavelength_m * rng.uniform(0.7, 1.6, 7)
    phases = rng.uniform(0, 2 * np.pi, 7)
    waves = np.column_stack([np.cos(angles), np.sin(angles)]) * (2 * np.pi / lengths)[:, None]

    def surface(points: FloatArray) -> FloatArray:
        heights: FloatArray = np.sin(points @ waves.T + phases).sum(axis=1) / np.sqrt(7)
        return heights

    return surface


def from_degrees(longitude: FloatArray, latitude: FloatArray) -> FloatArray:
    """WGS 84 degrees → metres of the working CRS, by the pinned operation."""
    return np.column_stack(transform(longitude, latitude, WGS84, WORKING_CRS))


def to_degrees(points: FloatArray) -> FloatArray:
    """Metres of the working CRS → WGS 84 degrees."""
    return np.column_stack(transform(points[:, 0], points[:, 1], WORKING_CRS, WGS84))


def parse_waypoints(text: str) -> FloatArray:
    """`lon lat;lon lat;…` → metres."""
    degrees = np.array([[float(part) for part in pair.split()] for pair in text.split(";")])
    return from_degrees(degrees[:, 0], degrees[:, 1])
