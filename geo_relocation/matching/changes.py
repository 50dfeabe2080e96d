"""The smallest single change that would place a firm that was left out.

Nothing here is inferred from prices. What a park or a year lacks is counted, the change is made,
the firm is placed, and the independent verifier looks at the result.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from geo_relocation.matching.problem import Choices, FloatArray, Problem
from geo_relocation.matching.reasons import BARRIERS, Barrier, FirmBarrier
from geo_relocation.matching.specification import LandStep, MatchSpecification
from geo_relocation.matching.verify import verify
from geo_relocation.model import join_codes, split_codes

_HA = 10_000.0
_STEP_HA = 0.01
_STEP_M3 = 0.1

_CHANGEABLE = (FirmBarrier.NONE, FirmBarrier.NO_YEAR, FirmBarrier.NO_PARK)
"""What a change of land, wastewater, quota, sector, level or year can get around."""


@dataclass(frozen=True)
class Change:
    """A single change that places a firm that was left out, the rest of the plan as it is.

    Attributes
    ----------
    site_id, park_id, phase
        Who is placed where and when by it.
    kind
        `land` (hectares more), `wastewater` (m³ a day more), `moves-quota` and `land-quota`
        (firms or hectares more in the year), `sector`, `env-level`, or `years` (the firm may
        move later, or earlier where it may not in any year of the scenario).
    amount
        In the unit of the kind; 0 for `sector` and `env-level`.
    message
        In Vietnamese.
    """

    site_id: str
    park_id: str
    phase: int
    kind: str
    amount: float
    message: str


@dataclass(frozen=True)
class Spare:
    """What a plan leaves.

    Attributes
    ----------
    land_m2
        Land left in each park from each phase to the end: shape (parks, phases).
    wastewater
        Wastewater capacity left in each park, m³ a day; infinite where there is no limit.
    moves, land_ha
        Firms and hectares that each year can still take without any quota being broken, that
        of a later year included to which this one's remainder is carried.
    """

    land_m2: FloatArray
    wastewater: FloatArray
    moves: FloatArray
    land_ha: FloatArray

    @classmethod
    def of(cls, problem: Problem, choices: Choices) -> Spare:
        """What a plan leaves of a problem."""
        firms, parks, limits = problem.firms, problem.parks, problem.specification.limits
        placed = choices.placed
        park, phase = problem.links.park[choices.link[placed]], choices.phase[placed]
        used, water = np.zeros_like(parks.land_m2), np.zeros(len(parks))
        np.add.at(used, (park, phase), firms.land_m2[placed])
        np.add.at(water, park, firms.wastewater[placed])
        left = parks.land_m2 - np.cumsum(used, axis=1)
        count = np.bincount(phase, minlength=len(problem.phases))
        return cls(
            # What is given in a phase is missing in all later ones.
            land_m2=np.minimum.accumulate(left[:, ::-1], axis=1)[:, ::-1],
            wastewater=parks.wastewater - water,
            moves=_quota_left(problem, count.astype(np.float64), dict(limits.moves_per_year)),
            land_ha=_quota_left(problem, used.sum(axis=0) / _HA, dict(limits.land_ha_per_year)),
        )


def _quota_left(problem: Problem, used: FloatArray, quota: dict[int, float]) -> FloatArray:
    """What each year can still take of a quota; infinite where it has none."""
    carry = problem.specification.limits.carry_over
    left = np.full(len(used), np.inf)
    carried = 0.0
    for t, year in enumerate(problem.phases):
        if year in quota:
            left[t] = quota[year] + carried - used[t]
            carried = max(float(left[t]), 0.0) if carry else 0.0
        elif carry:
            carried = np.inf  # as the verifier has it: a year without a quota leaves no end of it
    if carry:
        # What is used early is missing later, up to a year without a quota.
        for t in range(len(left) - 2, -1, -1):
            if problem.phases[t] in quota and problem.phases[t + 1] in quota:
                left[t] = min(left[t], left[t + 1])
    return left


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
    spare = Spare.of(problem, choices)
    found = {}
    for firm in out.tolist():
        if problem.firms.barrier[firm] not in _CHANGEABLE:
            continue
        kept: dict[str, Change] = {}
        for kind, make in _candidates(problem, spare, firm):
            if kind in kept:
                continue
            change, changed = make()
            if accepted(changed, plan, change):
                kept[kind] = change
        found[str(problem.firms.site_id[firm])] = tuple(kept.values())
    return found


def change_words(changes: dict[str, tuple[Change, ...]]) -> dict[str, str]:
    """The changes as words for the column `smallest_change`."""
    return {site: " Hoặc: ".join(c.message for c in some) for site, some in changes.items() if some}


def _candidates(
    problem: Problem, spare: Spare, firm: int
) -> Iterator[tuple[str, Callable[[], tuple[Change, Problem]]]]:
    """Kinds of change to try for a firm, the smallest first, each with how to make it."""
    own, any_year = _last_phases(problem, spare, firm)
    land, water = float(problem.firms.land_m2[firm]), float(problem.firms.wastewater[firm])
    dirty = np.maximum(water - spare.wastewater, 0.0)
    phase = own if own >= 0 else any_year
    lacking = np.maximum(land - spare.land_m2[:, phase], 0.0)
    for park in np.lexsort((problem.distance_km[firm], dirty, lacking)).tolist():
        barrier, much = BARRIERS[problem.barriers[firm, park]], float(dirty[park])
        if any_year >= 0 and barrier == Barrier.NOT_OPEN:
            if land <= spare.land_m2[park, any_year] and much == 0:
                yield "years", partial(_other_years, problem, firm, park, any_year)
        elif own < 0 or (lacking[park] > 0 and much > 0):
            continue  # no year, or two things are lacking at once
        elif barrier in (Barrier.NONE, Barrier.TOO_SMALL) and lacking[park] > 0:
            yield "land", partial(_more_land, problem, firm, park, own, float(lacking[park]))
        elif barrier in (Barrier.NONE, Barrier.WASTEWATER) and much > 0:
            yield "wastewater", partial(_more_wastewater, problem, firm, park, own, much)
        elif barrier == Barrier.SECTOR and lacking[park] + much == 0:
            yield "sector", partial(_other_sector, problem, firm, park, own)
        elif barrier == Barrier.ENV_LEVEL and lacking[park] + much == 0:
            yield "env-level", partial(_dirtier, problem, firm, park, own)
    yield from _quotas(problem, spare, firm)


def _last_phases(problem: Problem, spare: Spare, firm: int) -> tuple[int, int]:
    """The last phases whose quotas have room for a firm: among its own years, and of all.

    -1 for none. Parks have most land at the end, so the last one asks for the least change.
    """
    need = float(problem.firms.land_m2[firm]) / _HA
    free = (spare.moves >= 1.0) & (spare.land_ha >= need - 1e-9)
    years = np.asarray(problem.phases)
    own = free & (years >= problem.firms.earliest[firm]) & (years <= problem.firms.latest[firm])
    last = [int(np.flatnonzero(some)[-1]) if some.any() else -1 for some in (own, free)]
    return last[0], last[1]


def _quotas(
    problem: Problem, spare: Spare, firm: int
) -> Iterator[tuple[str, Callable[[], tuple[Change, Problem]]]]:
    """A larger quota in a year in which an allowed park has room."""
    found: list[tuple[float, str, Callable[[], tuple[Change, Problem]]]] = []
    start, end = np.searchsorted(problem.links.firm, [firm, firm + 1])
    land, water = float(problem.firms.land_m2[firm]), float(problem.firms.wastewater[firm])
    for link in (start + np.argsort(problem.links.cost[start:end], kind="stable")).tolist():
        park = int(problem.links.park[link])
        if water > spare.wastewater[park]:
            continue
        for phase in range(int(problem.links.first[link]), int(problem.links.last[link]) + 1):
            if land > spare.land_m2[park, phase]:
                continue
            moves = max(1.0 - float(spare.moves[phase]), 0.0)
            ha = max(land / _HA - float(spare.land_ha[phase]), 0.0)
            if moves > 0 and ha == 0:
                make = partial(_more_moves, problem, firm, park, phase, moves)
                found.append((moves, "moves-quota", make))
            elif ha > 0 and moves == 0:
                make = partial(_more_of_a_year, problem, firm, park, phase, ha)
                found.append((ha, "land-quota", make))
    yield from ((kind, change) for _, kind, change in sorted(found, key=lambda one: one[0]))


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
    return change, replace(problem, specification=more_hectares(problem, name, float(ha)))


def more_hectares(problem: Problem, park_id: str, ha: float) -> MatchSpecification:
    """The specification with some hectares more in one park, wherever it has land."""
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


def _more_wastewater(
    problem: Problem, firm: int, park: int, phase: int, lacking: float
) -> tuple[Change, Problem]:
    """A park that treats as much more as the firm lacks, in steps of 0.1 m³ a day."""
    much = np.ceil(lacking / _STEP_M3 - 1e-9) * _STEP_M3
    there = float(problem.frames.parks["wastewater_m3d"].iloc[park])
    site, name = str(problem.firms.site_id[firm]), str(problem.parks.park_id[park])
    words = f"{_name(problem, park)} nhận thêm {much:,.1f} m³ nước thải mỗi ngày."
    change = Change(site, name, problem.phases[phase], "wastewater", float(much), words)
    return change, _with_park(problem, park, "wastewater_m3d", there + float(much))


def _with_quota(problem: Problem, quota: str, year: int, more: float) -> Problem:
    limits = problem.specification.limits
    changed = dict(getattr(limits, quota))
    changed[year] += more
    return problem.with_specification(limits=limits.model_copy(update={quota: changed}))


def _more_moves(
    problem: Problem, firm: int, park: int, phase: int, lacking: float
) -> tuple[Change, Problem]:
    """A year in which more firms may move."""
    year, count = problem.phases[phase], int(np.ceil(lacking))
    site, name = str(problem.firms.site_id[firm]), str(problem.parks.park_id[park])
    words = f"Thêm {count} lượt dời năm {year} (vào {_name(problem, park)})."
    change = Change(site, name, year, "moves-quota", float(count), words)
    return change, _with_quota(problem, "moves_per_year", year, count)


def _more_of_a_year(
    problem: Problem, firm: int, park: int, phase: int, lacking: float
) -> tuple[Change, Problem]:
    """A year in which more land may be given, in steps of 100 m²."""
    year, ha = problem.phases[phase], float(np.ceil(lacking / _STEP_HA - 1e-9) * _STEP_HA)
    site, name = str(problem.firms.site_id[firm]), str(problem.parks.park_id[park])
    words = f"Thêm {ha:.2f} ha hạn mức đất năm {year} (vào {_name(problem, park)})."
    change = Change(site, name, year, "land-quota", ha, words)
    return change, _with_quota(problem, "land_ha_per_year", year, ha)


def _of_sites(frame: pd.DataFrame | None, sites: set[str]) -> pd.DataFrame | None:
    return None if frame is None else frame[frame["site_id"].isin(sites)]


def accepted(changed: Problem, plan: pd.DataFrame, change: Change) -> bool:
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
