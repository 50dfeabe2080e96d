"""The nine old districts as a schematic drawing.

The shared arcs are drawn by hand from what anybody knows: which district touches which, and
where the Sài Gòn and Đồng Nai rivers run. No published boundary was traced. Then the nodes
are moved as little as possible until each district has its official area.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely

from geo_relocation.arrays import FloatArray
from geo_relocation.sample.drawing import GRID_M, from_degrees, smooth
from geo_relocation.sample.tables import rows

Sides = tuple[str | None, str | None]

CODES = {
    "TDM": "718",
    "BB": "719",
    "DT": "720",
    "BC": "721",
    "PG": "722",
    "TU": "723",
    "DA": "724",
    "TA": "725",
    "BTU": "726",
}
"""Marks of the hand-made drawing → official district codes."""

_STEPS = 12  # points between two nodes
_ROUNDS = 12  # of moving the nodes; the areas are met to a square metre long before
_SWING_WATER_M, _SWING_LAND_M = 230.0, 90.0


@dataclass(frozen=True)
class Arc:
    """A line that one or two districts share.

    Attributes
    ----------
    name
        Its two sides in words.
    sides
        Codes of the districts left and right of it; None outside the province.
    water
        The river or lake that runs along it, empty for none.
    line
        The drawn line, metres.
    """

    name: str
    sides: Sides
    water: str
    line: FloatArray


@dataclass(frozen=True)
class Outline:
    """The drawing: districts by code, and the arcs they are made of."""

    districts: dict[str, shapely.Polygon]
    arcs: tuple[Arc, ...]


def draw_outline() -> Outline:
    """Draw the districts, each with its official area, sharing their edges exactly."""
    table = rows("outline.csv")
    nodes, members = _nodes([row["lon_lat"] for row in table])
    official = {row["district_code"]: float(row["area_km2"]) * 1e6 for row in rows("districts.csv")}
    codes = sorted(official)
    targets = np.array([official[code] for code in codes])
    sides = [(CODES.get(row["left"]), CODES.get(row["right"])) for row in table]
    waters = [row["water"] for row in table]

    def curves(points: FloatArray) -> list[FloatArray]:
        return [
            _curve(points[list(member)], number, wild=bool(water))
            for number, (member, water) in enumerate(zip(members, waters, strict=True))
        ]

    for _ in range(_ROUNDS):
        lacking = targets - _areas(curves(nodes), sides)
        slope = _area_slopes(nodes, members, sides)
        # The smallest movement of the nodes that mends the areas to first order.
        nodes = nodes + (slope.T @ np.linalg.solve(slope @ slope.T, lacking)).reshape(-1, 2)
    arcs = tuple(
        Arc(row["arc"], side, row["water"], np.round(line / GRID_M) * GRID_M)
        for row, side, line in zip(table, sides, curves(nodes), strict=True)
    )
    return Outline({code: _district(arcs, code) for code in codes}, arcs)


def _nodes(texts: list[str]) -> tuple[FloatArray, list[tuple[int, ...]]]:
    """All distinct nodes in metres, and the node numbers of each arc."""
    numbers: dict[str, int] = {}
    members = [
        tuple(numbers.setdefault(pair, len(numbers)) for pair in text.split(";")) for text in texts
    ]
    degrees = np.array([[float(part) for part in pair.split()] for pair in numbers])
    return from_degrees(degrees[:, 0], degrees[:, 1]), members


def _curve(nodes: FloatArray, number: int, *, wild: bool) -> FloatArray:
    """A smooth line through the nodes, with bends that are larger along water."""
    line = smooth(nodes, _STEPS)
    along = np.linspace(0, 1, len(line))
    swing = np.zeros(len(line))
    for rate, phase, share in ((0.9, 0.31, 0.6), (1.7, 0.57, 0.3), (3.3, 0.83, 0.1)):
        bends = along * (len(nodes) - 1) * rate
        swing += share * np.sin(2 * np.pi * (bends + phase * (number + 1)))
    fade = np.minimum(1, 6 * np.minimum(along, 1 - along))  # ends stay at the junctions
    direction = np.gradient(line, axis=0)
    normal = np.column_stack([-direction[:, 1], direction[:, 0]])
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    size = _SWING_WATER_M if wild else _SWING_LAND_M
    bent: FloatArray = line + normal * (swing * size * fade)[:, None]
    return bent


def _areas(lines: list[FloatArray], sides: list[Sides]) -> FloatArray:
    """Area of each district in the order of its code, by the shoelace rule over its arcs."""
    areas = dict.fromkeys(sorted(CODES.values()), 0.0)
    for line, (left, right) in zip(lines, sides, strict=True):
        x, y = line.T
        part = float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) / 2)
        if left:
            areas[left] += part
        if right:
            areas[right] -= part
    return np.array(list(areas.values()))


def _area_slopes(
    nodes: FloatArray, members: list[tuple[int, ...]], sides: list[Sides]
) -> FloatArray:
    """How each district's area grows with each node's x and y, taking edges as straight."""
    codes = sorted(CODES.values())
    slopes = np.zeros((len(codes), len(nodes), 2))
    for member, (left, right) in zip(members, sides, strict=True):
        for start, end in pairwise(member):
            across = (nodes[end] - nodes[start])[::-1] * [1, -1] / 2
            for code, sign in ((left, 1.0), (right, -1.0)):
                if code:
                    slopes[codes.index(code), [start, end]] += sign * across
    return slopes.reshape(len(codes), -1)


def _district(arcs: tuple[Arc, ...], code: str) -> shapely.Polygon:
    """The polygon that the arcs of one district enclose."""
    lines = [shapely.LineString(arc.line) for arc in arcs if code in arc.sides]
    (polygon,) = shapely.get_parts(shapely.polygonize(lines))
    return shapely.normalize(polygon)
