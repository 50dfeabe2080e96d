"""What would help: the smallest change that places a firm, and what a hectare is worth.

Nothing here is inferred from prices alone. A change is made, the firm is placed, and the
independent verifier looks at the result; a hectare is added, and the problem is solved again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from geo_relocation.matching.build import rebuild
from geo_relocation.matching.problem import Choices, Problem
from geo_relocation.matching.reasons import BARRIERS, Barrier, FirmBarrier
from geo_relocation.matching.solve import Solution, solve
from geo_relocation.matching.specification import LandStep, MatchSpecification
from geo_relocation.matching.verify import verify
from geo_relocation.model import join_codes, split_codes

_HA = 10_000.0
_STEP_HA = 0.01


_CHANGEABLE = (FirmBarrier.NONE, FirmBarrier.NO_YEAR, FirmBarrier.NO_PARK)
"""What a change of land, sector, level or year can get around."""


@dataclass(frozen=True)
class Change:
    """A single change that places a firm that was left out, the rest of the plan as it is.

    Attributes
    ----------
    site_id, park_id, phase
        Who is placed where and when by it.
    kind
        `land` (hectares more), `sector`, `env-level`, or `years` (the firm may move later,
        or earlier where it may not in any year of the scenario).
    amount
        Hectares for `land`, years for `years`, else 0.
    message
        In Vietnamese.
    """

    site_id: str
    park_id: str
    phase: int
    kind: str
    amount: float
    message: str


def smallest_changes(
    problem: Problem,
    choices: Choices,
    *,
    most: int = 200,
    sites: Collection[str] | None = None,
) -> dict[str, tuple[Change, ...]]:
    """For each firm left out, the smallest change of each kind that places it, as tried.

    Parameters
    ----------
    problem, choices
        The problem and its plan.
    most
        Most firms tried, the weightiest first; the others get no entry.
    sites
        Try only these firms; None: all that are left out.

    Returns
    -------
    dict
        Changes by site id, by kind; every one was accepted by the verifier.
    """
    out = np.flatnonzero(choices.link < 0)
    if sites is not None:
        out = out[np.isin(problem.firms.site_id[out], list(sites))]
    out = out[np.argsort(-problem.firms.weight[out], kind="stable")][:most]
    plan = problem.assignment(choices)
    room = _room(problem, choices)
    found = {}
    for firm in out.tolist():
        if problem.firms.barrier[firm] not in _CHANGEABLE:
            continue
        kept: dict[str, Change] = {}
        for kind, make in _candidates(problem, room, firm):
            if kind in kept:
                continue
            change, changed = make()
            if _accepted(changed, plan, change):
                kept[kind] = change
        found[str(problem.firms.site_id[firm])] = tuple(kept.values())
    return found


def free_place(problem: Problem, choices: Choices, site_id: str) -> tuple[str, int] | None:
    """Park and year of the cheapest place where a firm left out fits with nothing changed.

    A plan that was just made seldom has one; an older plan may, on the data of now.

    Parameters
    ----------
    problem, choices
        The problem and its plan.
    site_id
        A firm of the problem.
    """
    firm = int(np.flatnonzero(problem.firms.site_id == site_id)[0])
    start, end = np.searchsorted(problem.links.firm, [firm, firm + 1])
    room, plan = _room(problem, choices), problem.assignment(choices)
    for link in start + np.argsort(problem.links.cost[start:end], kind="stable"):
        park = int(problem.links.park[link])
        name = str(problem.parks.park_id[park])
        for phase in range(problem.links.first[link], problem.links.last[link] + 1):
            year = problem.phases[phase]
            trial = Change(site_id, name, year, "none", 0.0, "")
            enough = problem.firms.land_m2[firm] <= room[park, phase]
            if enough and _accepted(problem, plan, trial):
                return name, year
    return None


def change_words(changes: dict[str, tuple[Change, ...]]) -> dict[str, str]:
    """The changes as words for the column `smallest_change`."""
    return {site: " Hoặc: ".join(c.message for c in some) for site, some in changes.items() if some}


def _room(problem: Problem, choices: Choices) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Land left in each park from each phase to the end, m²."""
    used = np.zeros_like(problem.parks.land_m2)
    placed = choices.placed
    park = problem.links.park[choices.link[placed]]
    np.add.at(used, (park, choices.phase[placed]), problem.firms.land_m2[placed])
    left = problem.parks.land_m2 - np.cumsum(used, axis=1)
    # What is given in a phase is missing in all later ones.
    room: np.ndarray[tuple[int, int], np.dtype[np.float64]] = np.minimum.accumulate(
        left[:, ::-1], axis=1
    )[:, ::-1]
    return room


def _candidates(
    problem: Problem, room: np.ndarray[tuple[int, int], np.dtype[np.float64]], firm: int
) -> Iterator[tuple[str, Callable[[], tuple[Change, Problem]]]]:
    """Kinds of change to try for a firm, the smallest first, each with how to make it."""
    last = len(problem.phases) - 1
    need = float(problem.firms.land_m2[firm])
    lacking = np.maximum(need - room[:, last], 0.0)
    order = np.lexsort((problem.distance_km[firm], lacking))
    for park in order.tolist():
        barrier = BARRIERS[problem.barriers[firm, park]]
        if barrier in (Barrier.NONE, Barrier.TOO_SMALL) and lacking[park] > 0:
            yield "land", partial(_more_land, problem, firm, park, last, float(lacking[park]))
        elif barrier == Barrier.SECTOR and lacking[park] == 0:
            yield "sector", partial(_other_sector, problem, firm, park, last)
        elif barrier == Barrier.ENV_LEVEL and lacking[park] == 0:
            yield "env-level", partial(_dirtier, problem, firm, park, last)
        elif barrier == Barrier.NOT_OPEN and lacking[park] == 0:
            yield "years", partial(_other_years, problem, firm, park, last)


def _name(problem: Problem, park: int) -> str:
    return str(problem.parks.name[park] or problem.parks.park_id[park])


def _more_land(
    problem: Problem, firm: int, park: int, phase: int, lacking: float
) -> tuple[Change, Problem]:
    """A park with as many hectares more as the firm lacks, in steps of 100 m²."""
    ha = np.ceil(lacking / _HA / _STEP_HA - 1e-9) * _STEP_HA
    site, name = str(problem.firms.site_id[firm]), str(problem.parks.park_id[park])
    words = f"Thêm {ha:.2f} ha ở {_name(problem, park)}."
    change = Change(site, name, problem.phases[phase], "land", float(ha), words)
    return change, replace(problem, specification=_more_hectares(problem, name, float(ha)))


def with_more_land(problem: Problem, park_id: str, ha: float) -> Problem:
    """The problem with some hectares more in one park, in every phase in which it has land."""
    return rebuild(problem, specification=_more_hectares(problem, park_id, ha))


def _more_hectares(problem: Problem, park_id: str, ha: float) -> MatchSpecification:
    park = int(np.flatnonzero(problem.parks.park_id == park_id)[0])
    years, land = problem.phases, problem.parks.land_m2[park]
    steps = tuple(
        LandStep(park=park_id, ha=land[t] / _HA + ha, from_year=year, source="thử thêm đất")
        for t, year in enumerate(years)
        if land[t] > 0
    )
    where = problem.specification.where
    others = tuple(step for step in where.land if step.park != park_id)
    changed = where.model_copy(update={"land": (*others, *steps)})
    return problem.specification.model_copy(update={"where": changed})


def _with_frames(problem: Problem, **frames: pd.DataFrame) -> Problem:
    """The problem with other frames, for the verifier alone: it reads nothing else."""
    return replace(problem, frames=replace(problem.frames, **frames))


def _with_park(problem: Problem, park: int, column: str, value: object) -> Problem:
    parks = problem.frames.parks.copy()
    parks.loc[parks.index[park], column] = value
    return _with_frames(problem, parks=parks)


def _other_sector(problem: Problem, firm: int, park: int, phase: int) -> tuple[Change, Problem]:
    """A park that takes the firm's sector too."""
    frame, sector = problem.frames.parks, str(problem.firms.division[firm])
    accepted = split_codes(frame["accepted_sectors"].iloc[park])
    refused = [s for s in split_codes(frame["refused_sectors"].iloc[park]) if s != sector]
    parks = frame.copy()
    if accepted:
        parks.loc[parks.index[park], "accepted_sectors"] = join_codes((*accepted, sector))
    parks.loc[parks.index[park], "refused_sectors"] = join_codes(refused)
    site, name = str(problem.firms.site_id[firm]), str(problem.parks.park_id[park])
    words = f"{_name(problem, park)} nhận thêm ngành {sector}."
    change = Change(site, name, problem.phases[phase], "sector", 0.0, words)
    return change, _with_frames(problem, parks=parks)


def _dirtier(problem: Problem, firm: int, park: int, phase: int) -> tuple[Change, Problem]:
    """A park that takes the firm's pollution level."""
    level = str(problem.frames.sites["env_level"].iloc[firm])
    site, name = str(problem.firms.site_id[firm]), str(problem.parks.park_id[park])
    words = f"{_name(problem, park)} nhận đến mức ô nhiễm {level}."
    change = Change(site, name, problem.phases[phase], "env-level", 0.0, words)
    return change, _with_park(problem, park, "env_level_max", level)


def _other_years(problem: Problem, firm: int, park: int, phase: int) -> tuple[Change, Problem]:
    """A firm that may wait until a park is open, or need not wait beyond the last year."""
    year = problem.phases[phase]
    early = int(problem.firms.earliest[firm]) - year
    sites = problem.frames.sites.copy()
    column = "earliest_phase" if early > 0 else "latest_phase"
    sites.loc[sites.index[firm], column] = year
    site, name = str(problem.firms.site_id[firm]), str(problem.parks.park_id[park])
    way = f"sớm từ {year}" if early > 0 else f"muộn đến {year}"
    words = f"Cho dời {way} để vào {_name(problem, park)}."
    shift = float(early if early > 0 else year - problem.firms.latest[firm])
    return Change(site, name, year, "years", shift, words), _with_frames(problem, sites=sites)


def _of_sites(frame: pd.DataFrame | None, sites: set[str]) -> pd.DataFrame | None:
    return None if frame is None else frame[frame["site_id"].isin(sites)]


def _accepted(changed: Problem, plan: pd.DataFrame, change: Change) -> bool:
    """Whether the verifier finds nothing against the plan with the firm added.

    The plan was accepted as a whole before. Unless years have quotas, only what shares the
    park can be touched by one firm more, so only that is looked at again.
    """
    limits = changed.specification.limits
    if not (limits.moves_per_year or limits.land_ha_per_year):
        plan = plan[plan["park_id"] == change.park_id]
        spec = changed.specification.model_copy(update={"locks": ()})
        frames, concerned = changed.frames, {*plan["site_id"], change.site_id}
        local = replace(
            frames,
            sites=frames.sites[frames.sites["site_id"].isin(concerned)],
            parks=frames.parks[frames.parks["park_id"] == change.park_id],
            findings=_of_sites(frames.findings, concerned),
            decisions=_of_sites(frames.decisions, concerned),
        )
        changed = replace(changed, specification=spec, frames=local)
    row = pd.DataFrame(
        {"site_id": [change.site_id], "park_id": [change.park_id], "phase": [change.phase]}
    )
    return not verify(changed, pd.concat([plan, row.astype(plan.dtypes)], ignore_index=True))


@dataclass(frozen=True)
class HectareValue:
    """What one hectare more in a park brings, found by solving again.

    Attributes
    ----------
    park_id
        The park.
    placed
        Firms more that are placed.
    weight
        Priority weight more that is placed.
    cost_km
        Saving in km-equivalents; counts only where `weight` is 0.
    """

    park_id: str
    placed: int
    weight: float
    cost_km: float


def hectare_value(
    problem: Problem,
    solution: Solution,
    park_id: str,
    *,
    ha: float = 1.0,
    seconds: float | None = None,
    work: int | None = 2,
) -> HectareValue:
    """Solve again with some hectares more in a park, from the plan as it is.

    Parameters
    ----------
    problem, solution
        The problem and its plan.
    park_id
        Park that is given more land.
    ha
        How much, hectares.
    seconds, work
        Limits of the new search.
    """
    more = with_more_land(problem, park_id, ha)
    plan = problem.assignment(solution.chosen)
    again = solve(more, seconds=seconds, work=work, seed=solution.seed, start=plan)
    gained = solution.weight_unplaced - again.weight_unplaced
    return HectareValue(
        park_id, again.placed - solution.placed, gained, round(solution.cost - again.cost, 3)
    )
