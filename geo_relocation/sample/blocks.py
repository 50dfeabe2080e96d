"""A warped street grid: the blocks that zones are made of, and the streets between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geo_relocation.arrays import FloatArray, GeometryArray
from geo_relocation.sample.drawing import GRID_M, noise, turned


@dataclass(frozen=True)
class Lattice:
    """A grid of street crossings, bent like a grown town.

    Attributes
    ----------
    crossings
        Coordinates, metres, of shape (columns, rows, 2).
    """

    crossings: FloatArray

    def cells(self, step: int = 1) -> GeometryArray:
        """The quadrilaterals between crossings, `step` by `step` of them together."""
        points = self.crossings
        columns = np.arange(0, points.shape[0] - step, step)
        rows = np.arange(0, points.shape[1] - step, step)
        i, j = (part.ravel() for part in np.meshgrid(columns, rows, indexing="ij"))
        around = [(k, 0) for k in range(step)] + [(step, k) for k in range(step)]
        around += [(step - k, step) for k in range(step)] + [(0, step - k) for k in range(step)]
        ring = np.stack([points[i + di, j + dj] for di, dj in (*around, (0, 0))], axis=1)
        cells: GeometryArray = shapely.polygons(ring)
        return cells

    def streets(self, axis: int, start: int, step: int) -> GeometryArray:
        """Every `step`-th line along an axis, first to last crossing."""
        points = self.crossings if axis == 0 else self.crossings.transpose(1, 0, 2)
        lines: GeometryArray = shapely.linestrings(points[start::step])
        return lines


def make_lattice(
    bounds: tuple[float, float, float, float],
    spacing: float,
    rng: np.random.Generator,
    *,
    angle: float,
) -> Lattice:
    """A grid over a box, turned, bent by smooth waves and a little shaken.

    Parameters
    ----------
    bounds
        Box to cover, metres.
    spacing
        Distance between neighbouring streets, metres.
    rng
        Source of randomness.
    angle
        Turn of the whole grid, radians.
    """
    left, bottom, right, top = bounds
    centre = np.array([(left + right) / 2, (bottom + top) / 2])
    reach = np.hypot(right - left, top - bottom) / 2 + 2 * spacing
    ticks = np.arange(-reach, reach, spacing)
    grid = np.stack(np.meshgrid(ticks, ticks, indexing="ij"), axis=-1)
    flat = turned(grid.reshape(-1, 2), angle, centre)
    bend_x, bend_y = noise(rng, 24 * spacing), noise(rng, 24 * spacing)
    bend = np.column_stack([bend_x(flat), bend_y(flat)]) * 0.9 * spacing
    shake = rng.uniform(-0.09, 0.09, flat.shape) * spacing
    points = np.round((flat + bend + shake) / GRID_M) * GRID_M
    return Lattice(points.reshape(grid.shape))


def split_some(cells: GeometryArray, chance: FloatArray, rng: np.random.Generator) -> GeometryArray:
    """The same land with some four-sided cells cut in two across their longer way."""
    cut = rng.random(len(cells)) < chance
    share = rng.uniform(0.35, 0.65, len(cells))
    pieces: list[shapely.Polygon] = []
    for cell, halve, part in zip(cells, cut, share, strict=True):
        corners = np.array(cell.exterior.coords)[:-1]
        if not halve:
            pieces.append(cell)
            continue
        if np.hypot(*(corners[1] - corners[0])) < np.hypot(*(corners[2] - corners[1])):
            corners = np.roll(corners, -1, axis=0)
        first = corners[0] + (corners[1] - corners[0]) * part
        second = corners[3] + (corners[2] - corners[3]) * part
        pieces.append(shapely.Polygon([corners[0], first, second, corners[3]]))
        pieces.append(shapely.Polygon([first, corners[1], corners[2], second]))
    return np.array(pieces, dtype=object)


def clip(cells: GeometryArray, frame: shapely.Geometry, *, smallest_m2: float) -> GeometryArray:
    """The parts of cells inside a frame, single polygons on the centimetre grid."""
    shapely.prepare(frame)
    cells = cells[shapely.intersects(frame, cells)]
    whole = shapely.contains_properly(frame, cells)
    cut = shapely.intersection(cells[~whole], frame, grid_size=GRID_M)
    both = np.concatenate([shapely.set_precision(cells[whole], GRID_M), shapely.get_parts(cut)])
    polygon = shapely.get_type_id(both) == shapely.GeometryType.POLYGON
    kept: GeometryArray = shapely.normalize(both[polygon & (shapely.area(both) >= smallest_m2)])
    return kept
