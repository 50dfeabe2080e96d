"""The smallest single change that would place a firm that was left out.

Nothing here is inferred from prices. What is missing at every park and year is counted, a change
that would supply it is made, the firm is placed, and the independent verifier looks at the result.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd

from geo_relocation.matching.budget import VND_PER_MILLION
from geo_relocation.matching.places import M2_PER_HA
from geo_relocation.matching.plan.levers import (
    HORIZON,
    LAND_QUOTA,
    MOVES_QUOTA,
    SUPPORT_BUDGET,
    Opening,
    openings,
)
from geo_relocation.matching.plan.room import Room
from geo_relocation.matching.plan.telling import name
from geo_relocation.matching.plan.years import window
from geo_relocation.matching.problem import Choices, Problem
from geo_relocation.matching.rule import (
    LAND,
    OPENING,
    WASTEWATER,
    YEARS,
    Lever,
    with_frames,
    with_park,
)
from geo_relocation.matching.rules import RULES
from geo_relocation.matching.specification import LandStep, MatchSpecification
from geo_relocation.matching.stated import at_least, fraction
from geo_relocation.matching.verify import verify
from geo_relocation.messages import Message, joined
from geo_relocation.model.reasons import FirmBarrier
from geo_relocation.model.told import told

STEP_M2 = 100
"""Land is added in steps of so many square metres."""

STEP_VND = VND_PER_MILLION // 10
"""Support budgets are raised in steps of so many đồng."""

STEP_M3 = Fraction(1, 10)
"""Wastewater capacity is added in steps of so many cubic metres a day."""

_CHANGEABLE = (FirmBarrier.NONE, FirmBarrier.NO_YEAR, FirmBarrier.NO_PARK)
"""What a change that is tried can get around."""


@dataclass(frozen=True)
class Change:
    """A single change that places a firm that was left out, the rest of the plan as it is.

    Attributes
    ----------
    site_id, park_id, phase
        Who is placed where and when by it.
    kind
        A `Lever`: `land` (hectares more), `wastewater` (m³ a day more), `moves-quota`,
        `land-quota` and `support-budget` (firms, hectares or million đồng more in the year),
        `sector`, `env-level`, `years` (years by which the firm moves earlier or later than it
        may), `opening` (years by which the park opens earlier), `park`, `receives`, `exclusion`.
    amount
        In the unit of the kind; 0 for those that have none.
    message
        In words that may be stored.
    """

    site_id: str
    park_id: str
    phase: int
    kind: str
    amount: float
    message: Message


@dataclass(frozen=True)
class Tried:
    """What came of trying single changes for a firm.

    Attributes
    ----------
    changes
        The smallest change of each kind that places it; each was accepted by the verifier.
    untried
        Levers that would each open a place alone, but that are not tried.
    """

    changes: tuple[Change, ...]
    untried: tuple[Lever, ...]


def smallest_changes(
    problem: Problem,
    choices: Choices,
    *,
    most: int = 200,
    sites: Collection[str] | None = None,
) -> dict[str, Tried]:
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
        By site id. A firm of unknown place or land, or that the scenario leaves out by name,
        has no entry: no change of what is tried can place it.
    """
    out = np.flatnonzero(choices.link < 0)
    if sites is not None:
        out = out[np.isin(problem.firms.site_id[out], list(sites))]
    out = out[np.argsort(-problem.firms.weight[out], kind="stable")][:most]
    plan, room = problem.assignment(choices), Room.of(problem, choices)
    return {
        str(problem.firms.site_id[firm]): _tried(room, plan, firm)
        for firm in out.tolist()
        if problem.firms.barrier[firm] in _CHANGEABLE
    }


def _tried(room: Room, plan: pd.DataFrame, firm: int) -> Tried:
    """Every place that one lever would open, tried until one of each kind is accepted."""
    kept: dict[Lever, Change] = {}
    untried: dict[Lever, None] = {}
    for opening in openings(room, room.lacking(firm), firm):
        if opening.lever not in _TRIABLE:
            untried[opening.lever] = None
        elif opening.lever not in kept:
            change, changed = _made(room, firm, opening)
            if accepted(changed, plan, change):
                kept[opening.lever] = change
    last = room.problem.phases[-1]
    if all(bound.year > last for bound in window(room.problem, firm).last):
        untried[HORIZON] = None
    return Tried(tuple(kept.values()), tuple(untried))


def change_words(tried: dict[str, Tried]) -> dict[str, Message]:
    """The changes as words for the column `smallest_change`."""
    return {
        site: reduce(_or_else, (change.message for change in one.changes))
        for site, one in tried.items()
        if one.changes
    }


def _or_else(one: Message, other: Message) -> Message:
    return told("placing.or-else", one=one, other=other)


def more_hectares(problem: Problem, park_id: str, ha: float | Fraction) -> MatchSpecification:
    """The specification with some hectares more in one park, in every year in which it is open.

    What the park has without them is what the scenario or the parks layer gives it, be it
    nothing; where nothing is known about its land, the hectares are all it has.
    """
    park = int(np.flatnonzero(problem.parks.park_id == park_id)[0])
    land, opens = problem.parks.exact_land[park], problem.parks.opens[park]
    more = ha if isinstance(ha, Fraction) else fraction(ha)
    steps = tuple(
        LandStep(
            park=park_id,
            ha=at_least(land[t] / M2_PER_HA + more),
            from_year=year,
        )
        for t, year in enumerate(problem.phases)
        if year >= opens
    )
    where = problem.specification.where
    others = tuple(step for step in where.land if step.park != park_id)
    changed = where.model_copy(update={"land": (*others, *steps)})
    return problem.specification.model_copy(update={"where": changed})


_Made = tuple[Change, Problem]


def _change(room: Room, firm: int, opening: Opening, amount: float, message: Message) -> Change:
    problem = room.problem
    return Change(
        site_id=str(problem.firms.site_id[firm]),
        park_id=str(problem.parks.park_id[opening.park]),
        phase=problem.phases[opening.phase],
        kind=str(opening.lever),
        amount=amount,
        message=message,
    )


def _steps(lacking: Fraction, step: Fraction | int) -> Fraction:
    """What is lacking, in whole steps."""
    return -(-lacking // step) * Fraction(step)


def _more_land(room: Room, firm: int, opening: Opening) -> _Made:
    """A park with as many hectares more as the firm lacks, in steps of 100 m²."""
    ha = _steps(room.m2(opening.much), STEP_M2) / M2_PER_HA
    problem, where = room.problem, name(room.problem, opening.park)
    words = told("placing.change-land", ha=float(ha), park=where)
    change = _change(room, firm, opening, float(ha), words)
    return change, replace(problem, specification=more_hectares(problem, change.park_id, ha))


def _more_wastewater(room: Room, firm: int, opening: Opening) -> _Made:
    """A park that treats as much more as the firm lacks, in steps of 0.1 m³ a day."""
    problem, much = room.problem, _steps(room.m3(opening.much), STEP_M3)
    there = fraction(problem.frames.parks["wastewater_m3d"].iloc[opening.park])
    where = name(problem, opening.park)
    words = told("placing.change-wastewater", park=where, m3=float(much))
    change = _change(room, firm, opening, float(much), words)
    return change, with_park(problem, opening.park, "wastewater_m3d", at_least(there + much))


def _with_quota(problem: Problem, quota: str, year: int, value: float) -> Problem:
    limits = problem.specification.limits
    changed = dict(getattr(limits, quota)) | {year: value}
    return problem.with_specification(limits=limits.model_copy(update={quota: changed}))


def _more_moves(room: Room, firm: int, opening: Opening) -> _Made:
    """A year in which more firms may move."""
    problem, year = room.problem, room.problem.phases[opening.phase]
    where = name(problem, opening.park)
    words = told("placing.change-moves", count=opening.much, year=year, park=where)
    change = _change(room, firm, opening, float(opening.much), words)
    there = problem.specification.limits.moves_per_year[year]
    return change, _with_quota(problem, "moves_per_year", year, there + opening.much)


def _more_of_a_year(room: Room, firm: int, opening: Opening) -> _Made:
    """A year in which more land may be given, in steps of 100 m²."""
    problem, year = room.problem, room.problem.phases[opening.phase]
    ha = _steps(room.m2(opening.much), STEP_M2) / M2_PER_HA
    where = name(problem, opening.park)
    words = told("placing.change-land-quota", ha=float(ha), year=year, park=where)
    change = _change(room, firm, opening, float(ha), words)
    there = fraction(problem.specification.limits.land_ha_per_year[year])
    return change, _with_quota(problem, "land_ha_per_year", year, at_least(there + ha))


def _more_support(room: Room, firm: int, opening: Opening) -> _Made:
    """A year of which one support budget is larger, in steps of 0.1 million đồng."""
    problem, year = room.problem, room.problem.phases[opening.phase]
    short = room.lacking(firm).support[:, opening.park, opening.phase]
    payer = problem.funds.series[int(short.argmax())].payer
    million = _steps(Fraction(opening.much), STEP_VND) / VND_PER_MILLION
    said: dict[str, Any] = {
        "million": float(million),
        "year": year,
        "park": name(problem, opening.park),
    }
    if payer is None:
        words = told("placing.change-support", **said)
    else:
        words = told("placing.change-support-of", payer=payer, **said)
    limits = problem.specification.limits
    budget = tuple(
        one.model_copy(update={"million_vnd": at_least(fraction(one.million_vnd) + million)})
        if (one.year, one.payer) == (year, payer)
        else one
        for one in limits.budget
    )
    changed = limits.model_copy(update={"budget": budget})
    change = _change(room, firm, opening, float(million), words)
    return change, problem.with_specification(limits=changed)


def _other_years(room: Room, firm: int, opening: Opening) -> _Made:
    """A firm that may move earlier or later than its own year, its batch and deadline say."""
    problem, year = room.problem, room.problem.phases[opening.phase]
    against = window(problem, firm).against(year)
    early = any(bound.year > year for bound in against)
    set_by = [bound.words for bound in against if bound.cause != "own"]
    cause = joined((" (", joined(set_by, ", "), ")"), "") if set_by else ""
    where = name(problem, opening.park)
    if early:
        words = told("placing.change-earlier", year=year, cause=cause, park=where)
    else:
        words = told("placing.change-later", year=year, cause=cause, park=where)
    sites, decisions = problem.frames.sites.copy(), problem.frames.decisions
    for bound in against:
        if bound.cause == "own":
            column = "earliest_phase" if bound.year > year else "latest_phase"
            sites.loc[sites.index[firm], column] = year
        elif decisions is not None:
            mine = decisions["site_id"] == problem.firms.site_id[firm]
            decisions = decisions.copy()
            decisions.loc[mine, bound.cause] = None
    found = with_frames(problem, sites=sites)
    if decisions is not None:
        found = with_frames(found, decisions=decisions)
    return _change(room, firm, opening, float(opening.much), words), found


def _earlier(room: Room, firm: int, opening: Opening) -> _Made:
    """A park that opens in time for the firm."""
    problem, year = room.problem, room.problem.phases[opening.phase]
    words = told("placing.change-opening", park=name(problem, opening.park), year=year)
    change = _change(room, firm, opening, float(opening.much), words)
    where = problem.specification.where
    opens = dict(where.opens) | {change.park_id: year}
    return change, problem.with_specification(where=where.model_copy(update={"opens": opens}))


_WITH_AMOUNTS: dict[Lever, Callable[[Room, int, Opening], _Made]] = {
    LAND: _more_land,
    WASTEWATER: _more_wastewater,
    MOVES_QUOTA: _more_moves,
    LAND_QUOTA: _more_of_a_year,
    SUPPORT_BUDGET: _more_support,
    YEARS: _other_years,
    OPENING: _earlier,
}
"""Levers of what firms share and of years, which need an amount; the others are the rules'."""

_OF_RULES = {rule.lever for rule in RULES if rule.lever is not None and rule.lever.change}

_TRIABLE = tuple(sorted({*_WITH_AMOUNTS, *_OF_RULES}, key=lambda lever: lever.order))


def triable() -> tuple[Lever, ...]:
    """Levers that are tried when a firm is left out; the others are only named."""
    return _TRIABLE


def _made(room: Room, firm: int, opening: Opening) -> _Made:
    """The change that a lever stands for, and the problem with it made."""
    if opening.lever in _WITH_AMOUNTS:
        return _WITH_AMOUNTS[opening.lever](room, firm, opening)
    if opening.lever.change is None:
        raise ValueError(f"the lever {opening.lever} cannot be tried")
    problem, park = room.problem, opening.park
    words, changed = opening.lever.change(problem, firm, park, name(problem, park))
    return _change(room, firm, opening, 0.0, words), changed


def _of_sites(frame: pd.DataFrame | None, sites: set[str]) -> pd.DataFrame | None:
    return None if frame is None else frame[frame["site_id"].isin(sites)]


def accepted(changed: Problem, plan: pd.DataFrame, change: Change) -> bool:
    """Whether the verifier finds nothing against the firm in the plan under the change.

    Unless years have quotas, only what shares the park can be touched by one firm more, so only
    that is looked at. What the plan breaks without the firm is no matter of the change.
    """
    limits = changed.specification.limits
    if not (limits.moves_per_year or limits.land_ha_per_year or limits.budget):
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
    more = pd.concat([plan, row.astype(plan.dtypes)], ignore_index=True)
    broken = verify(changed, more)
    return not broken or set(broken) <= set(verify(changed, plan))
