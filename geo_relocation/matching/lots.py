"""Firms to lots inside a park: one lot, several adjacent ones, or part of a divisible one.

Each firm picks one *bundle*: a connected set of up to four lots that covers its need, or a
share of a divisible lot. CP-SAT places as many firms as possible, then leaves as little land
over as possible. That the land of a park suffices does not mean that its lots do.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import shapely
from ortools.sat.python import cp_model

from geo_relocation.matching.problem import Choices, Problem
from geo_relocation.model.enums import LotState

LARGEST_BUNDLE = 4
"""Most lots that one firm is given."""

BUNDLES_PER_FIRM = 60
"""Bundles kept per firm, those with the least land over."""

WASTE = 0.5
"""Land over that a bundle may have, as a share of the need."""

_TOUCH_M = 0.5
"""Lots nearer than this, in metres, are adjacent."""


@dataclass(frozen=True)
class LotPlan:
    """Lots of the firms placed.

    Attributes
    ----------
    lots
        Lot ids by site id.
    without
        Sites whose park has enough land but no lots that fit, with words.
    leftover_m2
        Land in the lots given beyond what the firms need, by park id; a divisible lot leaves
        nothing over.
    """

    lots: dict[str, tuple[str, ...]] = field(default_factory=dict)
    without: dict[str, str] = field(default_factory=dict)
    leftover_m2: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class _Lots:
    ids: list[str]
    area: list[int]
    divisible: list[bool]
    smallest: list[int]
    ready: list[int]
    beside: list[set[int]]


def assign_lots(
    problem: Problem, choices: Choices, *, work: float = 10.0, seed: int = 1
) -> LotPlan:
    """Give the placed firms lots, park by park.

    Parameters
    ----------
    problem, choices
        The problem, whose frames hold the lots, and its plan. Parks without lots are skipped.
    work
        CP-SAT's deterministic seconds per park and aim.
    seed
        Of the search.
    """
    plan = LotPlan()
    lots = problem.frames.lots
    if lots is None or lots.empty:
        return plan
    free = lots[lots["state"] == str(LotState.FREE)]
    placed = choices.placed
    park_of = problem.links.park[choices.link[placed]]
    for park in np.unique(park_of):
        name = str(problem.parks.park_id[park])
        own = free[free["park_id"] == name].sort_values("lot_id")
        if own.empty:
            continue
        firms = placed[park_of == park]
        _one_park(problem, choices, name, _read(own, problem.phases[0]), firms, plan, work, seed)
    return plan


def _read(frame: pd.DataFrame, first_year: int) -> _Lots:
    """The lots of one park, with who lies beside whom."""
    geometry = frame["geometry"].to_numpy()
    tree = shapely.STRtree(geometry)
    one, other = tree.query(geometry, predicate="dwithin", distance=_TOUCH_M)
    beside: list[set[int]] = [set() for _ in range(len(frame))]
    for a, b in zip(one.tolist(), other.tolist(), strict=True):
        if a != b:
            beside[a].add(b)
    return _Lots(
        ids=frame["lot_id"].tolist(),
        area=[int(area) for area in frame["area_m2"]],
        divisible=[bool(one) for one in frame["divisible"]],
        smallest=[int(area) for area in frame["min_area_m2"].fillna(0)],
        ready=[int(year) for year in frame["available_from"].fillna(first_year)],
        beside=beside,
    )


def bundles(lots: _Lots, need: int, year: int) -> list[tuple[int, tuple[int, ...]]]:
    """Connected sets of whole lots that cover a need, with the land over, least first."""
    found: dict[tuple[int, ...], int] = {}
    usable = [not d and ready <= year for d, ready in zip(lots.divisible, lots.ready, strict=True)]
    for seed in range(len(lots.ids)):
        if not usable[seed]:
            continue
        grow: list[tuple[int, ...]] = [(seed,)]
        seen: set[tuple[int, ...]] = {(seed,)}
        while grow:
            now = grow.pop()
            land = sum(lots.area[lot] for lot in now)
            if land >= need:
                if land <= need * (1 + WASTE):
                    found[now] = land - need
                continue
            if len(now) == LARGEST_BUNDLE:
                continue
            edge = set().union(*(lots.beside[lot] for lot in now)).difference(now)
            for lot in sorted(edge):
                larger = tuple(sorted((*now, lot)))
                # Each set is grown from its lowest lot only.
                if lot > seed and usable[lot] and larger not in seen:
                    seen.add(larger)
                    grow.append(larger)
    ranked = sorted((over, lots_) for lots_, over in found.items())
    return ranked[:BUNDLES_PER_FIRM]


def _one_park(
    problem: Problem,
    choices: Choices,
    park: str,
    lots: _Lots,
    firms: np.ndarray[tuple[int], np.dtype[np.int64]],
    plan: LotPlan,
    work: float,
    seed: int,
) -> None:
    """Solve one park and add what came of it to the plan."""
    cp = cp_model.CpModel()
    options = []
    for firm in firms.tolist():
        need = int(np.ceil(problem.firms.land_m2[firm]))
        mine = _options(cp, lots, firm, need, problem.phases[choices.phase[firm]])
        cp.add_at_most_one([option.take for option in mine])
        options += mine
    _share_lots(cp, lots, options)
    taken = _two_aims(cp, options, work, seed)
    given = 0
    for option, yes in zip(options, taken, strict=True):
        if yes:
            site = str(problem.firms.site_id[option.firm])
            plan.lots[site] = tuple(lots.ids[lot] for lot in option.bundle)
            given += option.over
    plan.leftover_m2[park] = float(given)
    for firm in firms.tolist():
        site = str(problem.firms.site_id[firm])
        if site not in plan.lots:
            need_ha = problem.firms.land_m2[firm] / 10_000
            plan.without[site] = (
                f"Khu {park} đủ đất nhưng không còn lô (hoặc nhóm lô liền kề) vừa {need_ha:.2f} ha."
            )


@dataclass(frozen=True)
class _Option:
    """A bundle, or a part of a divisible lot, that a firm may take."""

    firm: int
    bundle: tuple[int, ...]
    over: int
    part: int
    take: cp_model.IntVar


def _options(cp: cp_model.CpModel, lots: _Lots, firm: int, need: int, year: int) -> list[_Option]:
    """All that one firm may take in its year."""
    found = [
        _Option(firm, bundle, over, 0, cp.new_bool_var(""))
        for over, bundle in bundles(lots, need, year)
    ]
    for lot, divisible in enumerate(lots.divisible):
        part = max(need, lots.smallest[lot])
        if divisible and lots.ready[lot] <= year and part <= lots.area[lot]:
            found.append(_Option(firm, (lot,), part - need, part, cp.new_bool_var("")))
    return found


def _share_lots(cp: cp_model.CpModel, lots: _Lots, options: list[_Option]) -> None:
    """A whole lot goes to one firm; the parts of a divisible one stay within its area."""
    for lot, divisible in enumerate(lots.divisible):
        mine = [option for option in options if lot in option.bundle]
        takes = [option.take for option in mine]
        if divisible:
            parts = [option.part for option in mine]
            cp.add(cp_model.LinearExpr.weighted_sum(takes, parts) <= lots.area[lot])
        else:
            cp.add_at_most_one(takes)


def _two_aims(cp: cp_model.CpModel, options: list[_Option], work: float, seed: int) -> list[bool]:
    """As many firms as possible, then as little land over as possible."""
    takes = [option.take for option in options]
    if not takes:
        return []
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = work
    cp.maximize(sum(takes))
    if solver.solve(cp) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return [False] * len(takes)
    best = [solver.boolean_value(take) for take in takes]
    for take, value in zip(takes, best, strict=True):
        cp.add_hint(take, int(value))
    cp.add(sum(takes) >= sum(best))
    over = [option.over for option in options]
    cp.minimize(cp_model.LinearExpr.weighted_sum(takes, over))
    if solver.solve(cp) in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        best = [solver.boolean_value(take) for take in takes]
    return best
