"""Where a road is demanded, one joins the firm's nearest road with the park's."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import shapely

from geo_relocation.lazy import csgraph, sparse
from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts, middle
from geo_relocation.matching.check.violation import Violation
from geo_relocation.messages import _

_JUNCTION_M = 0.01


def _broken(facts: Facts, moves: list[Move]) -> Iterator[Violation]:
    """Where a road is demanded, one joins the firm's nearest road with the park's.

    Directions are not looked at: a way that one-way streets close is not found here.
    """
    roads = facts.layers.roads
    if facts.spec.factors.unreachable != "forbid" or roads is None or not moves:
        return
    lines, piece = _pieces(roads)
    if not len(lines):
        return
    tree = shapely.STRtree(lines)
    for move in moves:
        ends = [middle(move.site["geometry"]), facts.gate(move.park)]
        if any(end is None for end in ends):
            continue
        one, other = (int(tree.nearest(end)) for end in ends)
        if piece[one] != piece[other]:
            site, park = move.ids[:2]
            yield move.breaks(
                "unreachable",
                _("No road joins firm {site} with park {park}.", site=site, park=park),
            )


def _pieces(roads: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Lines of a roads layer, and the number of the connected network that each is part of."""
    geometry = roads["geometry"].to_numpy()
    lines = shapely.get_parts(geometry[~(shapely.is_missing(geometry))])
    lines = lines[~shapely.is_empty(lines)]
    points, line = shapely.get_coordinates(lines, return_index=True)
    keys = np.round(points / _JUNCTION_M).astype(np.int64)
    vertices, vertex = np.unique(keys, axis=0, return_inverse=True)
    size = len(lines) + len(vertices)
    joined = sparse.coo_array(
        (np.ones(len(line)), (line, len(lines) + vertex.reshape(-1))), shape=(size, size)
    )
    piece = csgraph.connected_components(joined, directed=False)[1]
    return lines, piece[: len(lines)]


CHECK = Check(code="unreachable", order=190, of_plan=_broken)
