"""The lots of a park, and the connected sets of them that a firm can be given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from geo_relocation.arrays import IntArray
from geo_relocation.matching.specification import LotRules

UNITS_PER_M2 = 10_000
"""Areas of lots and needs are counted in square centimetres, so that sums are exact."""


@dataclass(frozen=True)
class Lots:
    """The free lots of one park.

    Attributes
    ----------
    ids
        Lot ids.
    area, smallest
        Area, and the smallest part of it that may be given, cm²; shape (lots,).
    divisible
        Whether parts of the lot may be given, to several firms.
    ready
        First calendar year in which the lot can be given.
    beside
        Positions of the lots that share a border with each.
    """

    ids: list[str]
    area: IntArray
    divisible: list[bool]
    smallest: IntArray
    ready: IntArray
    beside: list[set[int]]


@dataclass(frozen=True)
class Bundles:
    """Connected sets of whole lots.

    Attributes
    ----------
    lots
        Positions of the lots of each set.
    area
        Land of each set, cm².
    within
        Land of the largest connected set that has one lot fewer, cm²: for a need up to there
        the set holds a lot too many.
    ready
        First calendar year in which all its lots can be given.
    complete
        Whether all sets up to the stated number of lots are here.
    """

    lots: list[tuple[int, ...]]
    area: IntArray
    within: IntArray
    ready: IntArray
    complete: bool

    def __len__(self) -> int:
        """How many sets."""
        return len(self.lots)


def square_centimetres(square_metres: object) -> IntArray:
    """Areas as whole cm², to the nearest."""
    stated = np.asarray(square_metres, dtype=np.float64)
    return np.rint(stated * UNITS_PER_M2).astype(np.int64)


def read_lots(frame: pd.DataFrame, rules: LotRules, first_year: int) -> Lots:
    """The lots of one park, with who lies beside whom.

    Parameters
    ----------
    frame
        Rows of the layer lots, geometry in metres.
    rules
        What counts as lying beside each other.
    first_year
        From which lots without a stated year can be given.
    """
    return Lots(
        ids=frame["lot_id"].tolist(),
        area=square_centimetres(frame["area_m2"]),
        divisible=frame["divisible"].astype("boolean").fillna(False).tolist(),
        smallest=square_centimetres(frame["min_area_m2"].fillna(0)),
        ready=frame["available_from"].fillna(first_year).to_numpy(dtype=np.int64),
        beside=_beside(frame["geometry"].to_numpy(), rules),
    )


def _beside(
    geometry: np.ndarray[tuple[int], np.dtype[np.object_]], rules: LotRules
) -> list[set[int]]:
    """Lots that share enough border; a common corner is none."""
    beside: list[set[int]] = [set() for _ in geometry]
    near = shapely.STRtree(geometry).query(geometry, predicate="dwithin", distance=rules.gap_m)
    one, other = near[:, near[0] < near[1]]
    reach = shapely.buffer(geometry[other], rules.gap_m)
    shared = shapely.length(shapely.intersection(shapely.boundary(geometry[one]), reach))
    joined = shared >= rules.shared_border_m
    for a, b in zip(one[joined].tolist(), other[joined].tolist(), strict=True):
        beside[a].add(b)
        beside[b].add(a)
    return beside


def bundles(lots: Lots, rules: LotRules) -> Bundles:
    """All connected sets of whole lots, up to the most that one firm is given."""
    found: dict[tuple[int, ...], int] = {}
    complete = True
    for some in _connected(lots, rules.most_lots):
        if len(found) == rules.most_bundles:
            complete = False
            break
        found[some] = int(lots.area[list(some)].sum())
    within = [
        max((found.get((*some[:i], *some[i + 1 :]), 0) for i in range(len(some))), default=0)
        for some in found
    ]
    return Bundles(
        lots=list(found),
        area=np.fromiter(found.values(), dtype=np.int64, count=len(found)),
        within=np.array(within, dtype=np.int64),
        ready=np.array([lots.ready[list(some)].max() for some in found], dtype=np.int64),
        complete=complete,
    )


def _connected(lots: Lots, most: int) -> Iterator[tuple[int, ...]]:
    """Every connected set of at most `most` whole lots once, the small ones first."""
    layer: set[tuple[int, ...]] = {
        (lot,) for lot, divisible in enumerate(lots.divisible) if not divisible
    }
    for size in range(1, most + 1):
        yield from sorted(layer)
        if size == most:
            return
        layer = {
            tuple(sorted((*some, lot)))
            for some in layer
            for lot in set().union(*(lots.beside[one] for one in some)).difference(some)
            if not lots.divisible[lot]
        }
