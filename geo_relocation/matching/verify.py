"""The independent checker: it knows the rules and nothing of the model.

It reads the frames and the specification in plain Python, row by row, so that a mistake in the
arrays, the model or the search cannot hide itself. No plan is stored without it, and a plan
made by hand is checked by it in the same way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geo_relocation.matching.problem import Problem
from geo_relocation.matching.reasons import BARRIERS, Barrier
from geo_relocation.model import split_codes
from geo_relocation.model.sectors import division
from geo_relocation.standing.decisions import in_force

_TOLERANCE = 1e-6
_LEVELS = {"none": 0, "III": 1, "II": 2, "I": 3}
_Row = dict[str, Any]


@dataclass(frozen=True)
class Violation:
    """A rule that a plan breaks.

    Attributes
    ----------
    rule
        Stable word for the rule.
    message
        In Vietnamese, with names and numbers.
    site_id, park_id, phase
        What it concerns; None where it is not about one.
    """

    rule: str
    message: str
    site_id: str | None = None
    park_id: str | None = None
    phase: int | None = None

    def __str__(self) -> str:
        """The rule and the message."""
        return f"[{self.rule}] {self.message}"


@dataclass(frozen=True)
class _Move:
    """One row of the plan with what it refers to."""

    site: _Row
    park: _Row
    phase: int

    @property
    def ids(self) -> tuple[str, str, int]:
        return str(self.site["site_id"]), str(self.park["park_id"]), self.phase


def verify(problem: Problem, assignment: pd.DataFrame) -> list[Violation]:
    """List every rule that a plan breaks.

    Parameters
    ----------
    problem
        What the plan is for; only its frames and specification are read.
    assignment
        `site_id`, `park_id`, `phase` per firm placed, and `lot_ids` where lots are named.
        Rows without a park are firms left out.

    Returns
    -------
    list
        All violations, in the order of the rules; empty for a good plan.
    """
    found: list[Violation] = []
    moves = list(_moves(problem, assignment, found))
    facts = _facts(problem)
    for move in moves:
        found += _park_rules(problem, facts, move)
        found += _firm_rules(problem, facts, move)
    found += _lock_rules(problem, moves)
    found += _land(problem, moves)
    found += _wastewater(problem, moves)
    found += _quotas(problem, moves)
    return found


@dataclass(frozen=True)
class _Facts:
    """What the rules look up by site or park, read from the frames once.

    Attributes
    ----------
    inside
        The park that holds each site.
    deadline
        Year of each site's deadline by its newest decision.
    opens
        First year of the batch that the newest decision puts each site in.
    barrier
        Why a park cannot be used, by park.
    firm, park
        Rows of the arrays by id.
    """

    inside: dict[str, str]
    deadline: dict[str, int]
    opens: dict[str, int]
    barrier: dict[str, str]
    firm: dict[str, int]
    park: dict[str, int]


def _facts(problem: Problem) -> _Facts:
    findings, decisions = problem.frames.findings, problem.frames.decisions
    limits = problem.specification.limits
    inside, deadline, opens = {}, {}, {}
    if findings is not None:
        held = findings[findings["park_id"].notna()].drop_duplicates("site_id")
        inside = dict(zip(held["site_id"], held["park_id"], strict=True))
    if decisions is not None:
        newest = in_force(decisions)
        due = newest[newest["deadline"].notna() & limits.deadlines]
        deadline = dict(zip(due["site_id"], due["deadline"].dt.year.tolist(), strict=True))
        listed = newest[newest["batch"].isin(list(limits.batches))]
        years = [limits.batches[batch] for batch in listed["batch"]]
        opens = dict(zip(listed["site_id"], years, strict=True))
    return _Facts(
        inside=inside,
        deadline=deadline,
        opens=opens,
        barrier=dict(zip(problem.parks.park_id, problem.parks.barrier, strict=True)),
        firm={site: row for row, site in enumerate(problem.firms.site_id)},
        park={park: row for row, park in enumerate(problem.parks.park_id)},
    )


def _moves(problem: Problem, plan: pd.DataFrame, found: list[Violation]) -> Iterator[_Move]:
    """The rows of the plan that name known things, each firm once."""
    sites = {row["site_id"]: row for row in _rows(problem.frames.sites)}
    parks = {row["park_id"]: row for row in _rows(problem.frames.parks)}
    seen = set()
    for row in _rows(plan):
        site, park, year = row["site_id"], row["park_id"], row["phase"]
        if not _known(park):
            continue
        if site not in sites:
            words = f"Cơ sở {site} không có trong phạm vi kịch bản."
            found.append(Violation("unknown-site", words, str(site), str(park)))
        elif park not in parks:
            words = f"Không có khu {park}."
            found.append(Violation("unknown-park", words, str(site), str(park)))
        elif site in seen:
            words = f"Cơ sở {site} có hơn một dòng."
            found.append(Violation("twice", words, str(site), str(park)))
        elif not _known(year) or int(year) not in problem.specification.phases:
            words = f"Cơ sở {site}: năm {year} không thuộc kịch bản."
            found.append(Violation("unknown-phase", words, str(site), str(park)))
        else:
            seen.add(site)
            yield _Move(sites[site], parks[park], int(year))


def _rows(frame: pd.DataFrame) -> list[_Row]:
    return [
        dict(zip(frame.columns, values, strict=True))
        for values in frame.itertuples(index=False, name=None)
    ]


def _known(value: object) -> bool:
    return value is not None and not bool(pd.isna(value))


def _park_rules(problem: Problem, facts: _Facts, move: _Move) -> Iterator[Violation]:
    """Rules about the park as such."""
    site, park, year = move.ids
    where = problem.specification.where
    if park in where.exclude_parks or (where.parks and park not in where.parks):
        yield Violation("park-excluded", f"Khu {park} không tham gia kịch bản.", site, park, year)
    receives = move.park["receives"]
    if (_known(receives) and not receives) or move.park["status"] in ("converting", "removed"):
        yield Violation("not-receiving", f"Khu {park} không tiếp nhận.", site, park, year)
    elif facts.barrier[park] == "south":
        yield Violation("south", f"Khu {park} ở phía nam.", site, park, year)
    shape, gate = move.park["geometry"], (move.park["gate_lon"], move.park["gate_lat"])
    if (shape is None or shape.is_empty) and not all(map(_known, gate)):
        yield Violation("no-place", f"Khu {park} chưa có vị trí.", site, park, year)
    opens = _opening(problem, move.park)
    if year < opens:
        words = f"Cơ sở {site} vào khu {park} năm {year}, khu mở năm {opens}."
        yield Violation("not-open", words, site, park, year)


def _opening(problem: Problem, park: _Row) -> int:
    """First year in which a park can be used."""
    phases = problem.specification.phases
    if _known(park["opens"]):
        return int(park["opens"])
    if park["status"] == "operating":
        return phases[0]
    rule = problem.specification.where.unknown_opening
    return {"first": phases[0], "last": phases[-1], "never": phases[-1] + 1}[rule]


def _firm_rules(problem: Problem, facts: _Facts, move: _Move) -> Iterator[Violation]:
    """Rules about the firm and the park together."""
    site, park, year = move.ids
    spec = problem.specification
    for one in spec.exclusions:
        if one.site == site and one.park in (None, park):
            yield Violation("excluded", f"Cơ sở {site} bị loại khỏi {park}.", site, park, year)
    sector = division(move.site["vsic"])
    accepted = split_codes(move.park["accepted_sectors"])
    refused = split_codes(move.park["refused_sectors"])
    if (accepted and sector not in accepted) or (sector is not None and sector in refused):
        words = f"Khu {park} không nhận ngành {sector or 'chưa rõ'} của cơ sở {site}."
        yield Violation("sector", words, site, park, year)
    level = _LEVELS.get(str(move.site["env_level"]), 0)
    limit = _LEVELS.get(str(move.park["env_level_max"]), 3)
    if level > limit:
        words = f"Cơ sở {site} ô nhiễm mức {move.site['env_level']}, vượt mức khu {park} nhận."
        yield Violation("env-level", words, site, park, year)
    if facts.inside.get(site) == park:
        words = f"Cơ sở {site} đang nằm trong chính khu {park}."
        yield Violation("own-park", words, site, park, year)
    first, last = _years(problem, facts, move.site)
    if not first <= year <= last:
        words = f"Cơ sở {site} chỉ được dời trong {first}–{last}, phương án ghi {year}."
        yield Violation("out-of-years", words, site, park, year)
    if _land_of(problem, move.site) is None:
        yield Violation("no-land", f"Cơ sở {site} chưa có diện tích đất.", site, park, year)
    if spec.factors.unreachable == "forbid" and _forbidden_by_road(problem, facts, site, park):
        words = f"Không có đường nối cơ sở {site} với khu {park}."
        yield Violation("unreachable", words, site, park, year)


def _forbidden_by_road(problem: Problem, facts: _Facts, site: str, park: str) -> bool:
    """Whether the road search found no way; the one thing taken from the arrays."""
    barrier = problem.barriers[facts.firm[site], facts.park[park]]
    return bool(BARRIERS[barrier] == Barrier.UNREACHABLE)


def _years(problem: Problem, facts: _Facts, site: _Row) -> tuple[int, int]:
    """First and last year in which a firm may move."""
    phases = problem.specification.phases
    first = int(site["earliest_phase"]) if _known(site["earliest_phase"]) else phases[0]
    last = int(site["latest_phase"]) if _known(site["latest_phase"]) else phases[-1]
    name = str(site["site_id"])
    return max(first, facts.opens.get(name, first)), min(last, facts.deadline.get(name, last))


def _lock_rules(problem: Problem, moves: list[_Move]) -> Iterator[Violation]:
    """Every lock holds."""
    placed = {move.ids[0]: move for move in moves}
    for lock in problem.specification.locks:
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
            yield Violation("lock", words, lock.site, park, year)


def _land_of(problem: Problem, site: _Row) -> float | None:
    """Land a firm needs, m²."""
    factors = problem.specification.factors
    if _known(site["land_needed_m2"]) and site["land_needed_m2"] > 0:
        return float(site["land_needed_m2"])
    if _known(site["land_m2"]) and site["land_m2"] > 0:
        return float(site["land_m2"]) * factors.land_needed
    geometry = site["geometry"]
    if geometry is not None and geometry.area > 0:
        return float(geometry.area) * factors.land_needed
    if factors.assumed_land_m2 is not None:
        return factors.assumed_land_m2 * factors.land_needed
    return None


def _park_land(problem: Problem, park: _Row, year: int) -> float:
    """Land a park can give up to the end of a year, m²."""
    steps = [
        step
        for step in problem.specification.where.land
        if step.park == park["park_id"] and (step.from_year or 0) <= year
    ]
    if steps:
        return max(steps, key=lambda step: step.from_year or 0).ha * 10_000.0
    return _free_ha(problem, park) * 10_000.0


def _free_ha(problem: Problem, park: _Row) -> float:
    """Free land of a park by what its layer says, hectares."""
    share = problem.specification.where.assumed_free_share
    if _known(park["free_ha"]):
        return float(park["free_ha"])
    if _known(park["leasable_ha"]) and _known(park["occupancy_pct"]):
        return float(park["leasable_ha"]) * (1 - float(park["occupancy_pct"]) / 100)
    if share is None:
        return 0.0
    if _known(park["area_ha"]) and park["area_ha"] > 0:
        return float(park["area_ha"]) * share
    return share * (0.0 if park["geometry"] is None else float(park["geometry"].area) / 10_000.0)


def _land(problem: Problem, moves: list[_Move]) -> Iterator[Violation]:
    """The land given in a park up to the end of each year is there."""
    given: dict[str, list[tuple[int, float]]] = defaultdict(list)
    parks = {}
    for move in moves:
        _, park, year = move.ids
        parks[park] = move.park
        given[park].append((year, _land_of(problem, move.site) or 0.0))
    for park, rows in sorted(given.items()):
        for year in problem.specification.phases:
            used = sum(land for when, land in rows if when <= year)
            there = _park_land(problem, parks[park], year)
            if used > there * (1 + _TOLERANCE) + _TOLERANCE:
                words = f"Khu {park} đến hết {year}: giao {used:,.0f} m², chỉ có {there:,.0f} m²."
                yield Violation("land", words, None, park, year)
                break


def _wastewater(problem: Problem, moves: list[_Move]) -> Iterator[Violation]:
    """The wastewater of the firms in a park stays within its capacity."""
    if not problem.specification.limits.wastewater:
        return
    total: dict[str, float] = defaultdict(float)
    limit = {}
    for move in moves:
        if _known(move.park["wastewater_m3d"]) and _known(move.site["wastewater_m3d"]):
            total[move.ids[1]] += float(move.site["wastewater_m3d"])
            limit[move.ids[1]] = float(move.park["wastewater_m3d"])
    for park, used in sorted(total.items()):
        if used > limit[park] * (1 + _TOLERANCE) + _TOLERANCE:
            words = f"Khu {park}: nước thải {used:,.1f} m³/ngày, chỉ nhận {limit[park]:,.1f}."
            yield Violation("wastewater", words, None, park)


def _quotas(problem: Problem, moves: list[_Move]) -> Iterator[Violation]:
    """No year has more moves, or gives more land, than its quota."""
    limits = problem.specification.limits
    counts: dict[int, float] = defaultdict(float)
    areas: dict[int, float] = defaultdict(float)
    for move in moves:
        counts[move.phase] += 1
        areas[move.phase] += (_land_of(problem, move.site) or 0.0) / 10_000.0
    for rule, used, quota, unit in (
        ("moves-quota", counts, limits.moves_per_year, "cơ sở"),
        ("land-quota", areas, limits.land_ha_per_year, "ha"),
    ):
        carried = 0.0
        for year in problem.specification.phases:
            if year not in quota:
                carried = float("inf") if limits.carry_over else carried
                continue
            allowed = float(quota[year]) + carried
            if used[year] > allowed + _TOLERANCE * max(1.0, allowed):
                words = f"Năm {year}: {used[year]:g} {unit}, hạn mức {allowed:g} {unit}."
                yield Violation(rule, words, None, None, year)
            carried = max(allowed - used[year], 0.0) if limits.carry_over else 0.0
