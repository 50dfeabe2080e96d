"""Rules about what firms share: land, wastewater, yearly quotas; and locks and roads."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pandas as pd
import shapely

from geo_relocation.lazy import csgraph, sparse
from geo_relocation.matching.check.layers import Facts, exact, known, middle
from geo_relocation.matching.check.single import Move
from geo_relocation.matching.check.violation import Violation

_HA = 10_000
_JUNCTION_M = 0.01


def lock_rules(facts: Facts, moves: list[Move]) -> Iterator[Violation]:
    """Every lock holds."""
    placed = {move.ids[0]: move for move in moves}
    for lock in facts.spec.locks:
        move = placed.get(lock.site)
        if move is None:
            yield Violation("lock", f"Cơ sở {lock.site} đã chốt nhưng chưa bố trí.", lock.site)
            continue
        _, park, year = move.ids
        wrong = lock.park is not None and lock.park != park
        wrong |= lock.phase is not None and lock.phase != year
        wrong |= lock.earliest is not None and year < lock.earliest
        wrong |= lock.latest is not None and year > lock.latest
        if wrong:
            words = f"Cơ sở {lock.site}: {park} năm {year} trái với điều đã chốt."
            yield move.breaks("lock", words)


def land_rules(facts: Facts, moves: list[Move]) -> Iterator[Violation]:
    """The land given in a park up to the end of each year is there, and stated once."""
    first, where = facts.spec.phases[0], facts.spec.where
    stated = Counter((step.park, step.from_year or first) for step in where.land)
    for (park, year), times in stated.items():
        if times > 1:
            words = f"Đất của khu {park} từ năm {year} được nêu {times} lần."
            yield Violation("land-stated-twice", words, None, park, year)
    given: dict[str, list[tuple[int, Fraction]]] = defaultdict(list)
    for move in moves:
        given[move.ids[1]].append((move.phase, facts.need(move.site) or Fraction(0)))
    for park, taken in sorted(given.items()):
        for year in facts.spec.phases:
            used = sum((land for when, land in taken if when <= year), Fraction(0))
            there = facts.land(facts.parks[park], year)
            if used > there:
                words = f"Khu {park} đến hết {year}: giao {_m2(used)}, chỉ có {_m2(there)}."
                yield Violation("land", words, None, park, year)
                break


def _m2(area: Fraction) -> str:
    """An area in words, with as many digits as tell it from a limit it is compared with."""
    return f"{float(area):,.6f}".rstrip("0").rstrip(".") + " m²"


def wastewater_rules(facts: Facts, moves: list[Move]) -> Iterator[Violation]:
    """The wastewater of the firms in a park stays within its capacity."""
    if not facts.spec.limits.wastewater:
        return
    total: dict[str, Fraction] = defaultdict(Fraction)
    for move in moves:
        if known(move.park["wastewater_m3d"]) and known(move.site["wastewater_m3d"]):
            total[move.ids[1]] += exact(move.site["wastewater_m3d"])
    for park, used in sorted(total.items()):
        limit = exact(facts.parks[park]["wastewater_m3d"])
        if used > limit:
            words = f"Khu {park}: nước thải {float(used):,} m³/ngày, chỉ nhận {float(limit):,}."
            yield Violation("wastewater", words, None, park)


def quota_rules(facts: Facts, moves: list[Move]) -> Iterator[Violation]:
    """No year has more moves, or gives more land, than its quota."""
    limits = facts.spec.limits
    counts: dict[int, Fraction] = defaultdict(Fraction)
    areas: dict[int, Fraction] = defaultdict(Fraction)
    for move in moves:
        counts[move.phase] += 1
        areas[move.phase] += (facts.need(move.site) or Fraction(0)) / _HA
    for rule, used, quota, unit in (
        ("moves-quota", counts, dict(limits.moves_per_year), "cơ sở"),
        ("land-quota", areas, dict(limits.land_ha_per_year), "ha"),
    ):
        carried: Fraction | None = Fraction(0)
        for year in facts.spec.phases:
            if year not in quota:
                # A year without a quota leaves no end of it to carry.
                carried = None if limits.carry_over else carried
                continue
            if carried is None:
                continue
            allowed = exact(quota[year]) + carried
            if used[year] > allowed:
                words = f"Năm {year}: {float(used[year])} {unit}, hạn mức {float(allowed)} {unit}."
                yield Violation(rule, words, None, None, year)
            carried = max(allowed - used[year], Fraction(0)) if limits.carry_over else Fraction(0)


def road_rules(facts: Facts, moves: list[Move]) -> Iterator[Violation]:
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
            site, park, _ = move.ids
            yield move.breaks("unreachable", f"Không có đường nối cơ sở {site} với khu {park}.")


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
