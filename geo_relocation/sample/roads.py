"""A schematic road network: main roads, street grids, and a way to every park."""

# ruff: noqa: PLR2004 - the proportions of a drawing stand where they are used

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_relocation.arrays import FloatArray, GeometryArray
from geo_relocation.lazy import csgraph, sparse
from geo_relocation.model.enums import OneWay, RecordKind
from geo_relocation.sample.blocks import Lattice
from geo_relocation.sample.drawing import GRID_M, from_degrees, parse_waypoints, smooth, to_degrees
from geo_relocation.sample.outline import Outline
from geo_relocation.sample.tables import rows
from geo_relocation.sample.zones import SOUTH

IndexArray = NDArray[np.intp]

_DENSE = ("718", "724", "725")  # cities whose every street is drawn
_ONEWAY_CENTRES = ((106.653, 10.980), (106.766, 10.904), (106.699, 10.906))
_ONEWAY_RADIUS_M = 2_400.0


@dataclass(frozen=True)
class _Line:
    """A road before it is cut at its crossings."""

    name: str | None
    road_class: str
    speed_kmh: float
    line: shapely.LineString
    turn: int = 0  # +1 or -1 for streets that may become one-way


def main_roads() -> GeometryArray:
    """Main road lines, metres."""
    lines = [smooth(parse_waypoints(row["lon_lat"]), 6) for row in rows("streets.csv")]
    return np.array([shapely.LineString(np.round(line, 2)) for line in lines], dtype=object)


def make_roads(
    outline: Outline, parks: pd.DataFrame, lattice: Lattice, rural: Lattice
) -> tuple[pd.DataFrame, dict[str, FloatArray]]:
    """The network cut at its crossings, and each drawn park's gate in metres."""
    lines = _lines(outline, lattice, rural)
    frame = _cut(lines, shapely.union_all(list(outline.districts.values())))
    frame = _largest_part(frame)
    frame["oneway"] = _oneway(frame)
    gates, ways = _park_ways(parks, frame)
    frame = pd.concat([frame, ways], ignore_index=True)
    frame["road_id"] = [f"R{n:05d}" for n in range(1, len(frame) + 1)]
    frame["note"] = "Mạng đường vẽ sơ đồ, không theo tim đường thật"
    frame["source"] = "Bản vẽ sơ đồ của dự án"
    frame["record_kind"] = RecordKind.SCHEMATIC
    return frame.drop(columns=["turn", "along"], errors="ignore"), gates


def ends(frame: pd.DataFrame) -> tuple[IndexArray, IndexArray, FloatArray]:
    """Node numbers of the start and end of each road, and the nodes' coordinates."""
    lines = frame["geometry"].to_numpy()
    both = np.vstack([shapely.get_coordinates(shapely.get_point(lines, end)) for end in (0, -1)])
    grid = np.round(both / GRID_M).astype(np.int64)
    unique, number = np.unique(grid, axis=0, return_inverse=True)
    nodes: FloatArray = np.asarray(unique * GRID_M, dtype=np.float64)
    return number[: len(lines)], number[len(lines) :], nodes


def _lines(outline: Outline, lattice: Lattice, rural: Lattice) -> list[_Line]:
    """Main roads, city streets and district roads, uncut."""
    made = [
        _Line(f"{row['name']} (sơ đồ)", row["road_class"], float(row["speed_kmh"]), line)
        for row, line in zip(rows("streets.csv"), main_roads(), strict=True)
    ]
    south = shapely.union_all([outline.districts[code] for code in SOUTH]).buffer(-260)
    dense = shapely.union_all([outline.districts[code] for code in _DENSE]).buffer(-260)
    north = shapely.union_all(list(outline.districts.values())).difference(south.buffer(900))
    layers = (
        (lattice, 0, 2, south, "residential", 40.0),
        (lattice, 1, 2, dense, "residential", 30.0),
        (rural, 0, 2, north.buffer(-400), "unclassified", 40.0),
    )
    for grid, start, step, frame, road_class, speed in layers:
        for axis in (0, 1):
            streets = shapely.intersection(grid.streets(axis, start, step), frame)
            for number, street in enumerate(streets):
                turn = 1 - 2 * (number % 2) if start == 1 else 0
                parts = [p for p in shapely.get_parts(street) if p.length > 150]
                made += [_Line(None, road_class, speed, part, turn) for part in parts]
    return made


def _cut(lines: list[_Line], province: shapely.Geometry) -> pd.DataFrame:
    """Edges between crossings, each with the attributes of the road it was cut from."""
    shapes = np.array([line.line for line in lines], dtype=object)
    network = shapely.union_all(shapes, grid_size=GRID_M)
    edges = shapely.get_parts(shapely.intersection(network, province, grid_size=GRID_M))
    edges = edges[shapely.get_type_id(edges) == shapely.GeometryType.LINESTRING]
    tree = shapely.STRtree(shapes)
    middles = shapely.line_interpolate_point(edges, 0.5, normalized=True)
    # Snapping to the grid moves lines by millimetres, so the parent is the nearest line.
    (edge, parent), _ = tree.query_nearest(middles, return_distance=True, all_matches=False)
    parents = [lines[number] for number in parent[np.argsort(edge, kind="stable")]]
    frame = pd.DataFrame(
        {
            "name": [one.name for one in parents],
            "road_class": [one.road_class for one in parents],
            "speed_kmh": [one.speed_kmh for one in parents],
            "turn": [one.turn for one in parents],
            "along": [
                _runs_along(one.line, edge) for one, edge in zip(parents, edges, strict=True)
            ],
            "geometry": edges,
        }
    )
    order = np.lexsort(shapely.get_coordinates(middles).T)
    return frame.iloc[order].reset_index(drop=True)


def _runs_along(parent: shapely.LineString, edge: shapely.LineString) -> bool:
    """Whether an edge is drawn in the same direction as the line it was cut from."""
    start, end = shapely.get_point(edge, 0), shapely.get_point(edge, -1)
    return bool(parent.project(start) <= parent.project(end))


def _largest_part(frame: pd.DataFrame) -> pd.DataFrame:
    """The edges that hang together."""
    start, end, nodes = ends(frame)
    graph = sparse.coo_array((np.ones(len(start)), (start, end)), shape=(len(nodes), len(nodes)))
    _, part = csgraph.connected_components(graph, directed=False)
    largest = np.bincount(part).argmax()
    return frame[part[start] == largest].reset_index(drop=True)


def _oneway(frame: pd.DataFrame) -> list[str]:
    """Alternate one-way streets in three town centres, where no place is cut off by them."""
    start, end, nodes = ends(frame)
    centres = from_degrees(*np.array(_ONEWAY_CENTRES).T)
    away = np.hypot(*(nodes[:, None, :] - centres[None]).transpose(2, 0, 1)).min(axis=1)
    crossing = np.bincount(np.concatenate([start, end]), minlength=len(nodes)) > 2
    inside = (away < _ONEWAY_RADIUS_M) & crossing
    turn = frame["turn"].to_numpy() * inside[start] * inside[end]
    forward = turn * np.where(frame["along"], 1, -1)
    while True:
        tail = np.concatenate([start[forward >= 0], end[forward <= 0]])
        head = np.concatenate([end[forward >= 0], start[forward <= 0]])
        graph = sparse.coo_array((np.ones(len(tail)), (tail, head)), shape=(len(nodes), len(nodes)))
        count, part = csgraph.connected_components(graph, directed=True, connection="strong")
        if count == 1:
            break
        main = np.bincount(part).argmax()
        forward[(part[start] != main) | (part[end] != main)] = 0
    words = {0: OneWay.NO, 1: OneWay.FORWARD, -1: OneWay.BACKWARD}
    return [words[int(direction)].value for direction in forward]


def _park_ways(
    parks: pd.DataFrame, frame: pd.DataFrame
) -> tuple[dict[str, FloatArray], pd.DataFrame]:
    """For each park its gate, and a straight road from there to the nearest crossing."""
    _, _, nodes = ends(frame)
    tree = shapely.STRtree(shapely.points(nodes))
    gates: dict[str, FloatArray] = {}
    ways = []
    for park in parks[parks["geometry"].notna()].itertuples():
        fence = park.geometry.exterior
        nearest = nodes[tree.nearest(fence)]
        gate = fence.interpolate(fence.project(shapely.Point(nearest)))
        spot = np.round(np.array(gate.coords[0]) / GRID_M) * GRID_M
        gates[park.park_id] = spot
        if np.hypot(*(spot - nearest)) > 1:
            ways.append(
                {
                    "name": f"Đường vào {park.name} (sơ đồ)",
                    "road_class": "service",
                    "speed_kmh": 30.0,
                    "oneway": OneWay.NO.value,
                    "geometry": shapely.LineString([nearest, spot]),
                }
            )
    return gates, pd.DataFrame(ways)


def gate_degrees(gates: dict[str, FloatArray]) -> pd.DataFrame:
    """Gates as WGS 84 degrees, indexed by park."""
    degrees = to_degrees(np.array(list(gates.values()))).round(6)
    return pd.DataFrame(degrees, index=list(gates), columns=["gate_lon", "gate_lat"])
