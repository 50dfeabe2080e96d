"""Why each firm goes where it goes, or is left out; the `assignments` layer."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from geo_relocation.arrays import FloatArray, IntArray
from geo_relocation.matching.plan.room import Lacking, Room
from geo_relocation.matching.plan.solve import Solution
from geo_relocation.matching.plan.spending import spending
from geo_relocation.matching.plan.telling import (
    binding,
    common,
    left_out_words,
    name,
    need_words,
    obstacle,
    years_words,
)
from geo_relocation.matching.plan.years import no_year_words
from geo_relocation.matching.problem import Problem
from geo_relocation.matching.reasons import Limit
from geo_relocation.matching.rules import rule_of
from geo_relocation.matching.terms import TERMS
from geo_relocation.messages import Message, Text, joined
from geo_relocation.model import join_codes, schema
from geo_relocation.model.reasons import FirmBarrier, PlacedReason
from geo_relocation.model.told import stored, told

ALTERNATIVES = 3
"""How many other parks are listed for each firm."""

_NAMED = 3
"""How many cheaper parks are named for each firm, the cheapest first."""

STORED_BESIDE = ("scope", "notes", "base")
"""What the stored specification holds beside the scenario: who was in scope, the notes, and what
came of its changes against the plan that is its base."""

_LEFT_OUT = {
    Limit.MOVES_QUOTA: FirmBarrier.MOVES_QUOTA,
    Limit.LAND_QUOTA: FirmBarrier.LAND_QUOTA,
    Limit.SUPPORT_BUDGET: FirmBarrier.SUPPORT_BUDGET,
    Limit.LAND: FirmBarrier.NO_ROOM,
    Limit.WASTEWATER: FirmBarrier.NO_WASTEWATER,
}
"""Why a firm is left out, by the limit that binds at all of its places."""


def explain(
    problem: Problem,
    solution: Solution,
    *,
    plan_id: str,
    lot_ids: dict[str, tuple[str, ...]] | None = None,
    smallest_change: dict[str, Message] | None = None,
) -> pd.DataFrame:
    """The `assignments` frame of a plan: one row per firm in scope, placed or not.

    Parameters
    ----------
    problem, solution
        The problem and its plan.
    plan_id
        Key of the plan.
    lot_ids
        Lots of each placed firm, by site id.
    smallest_change
        Words for what would place a firm that was left out, by site id.
    """
    room = Room.of(problem, solution.chosen)
    rows = [_row(room, firm) for firm in range(len(problem.firms))]
    frame = pd.DataFrame(rows)
    if frame.empty:
        return schema("assignments").empty()
    frame["plan_id"] = plan_id
    lots, changes = lot_ids or {}, smallest_change or {}
    frame["lot_ids"] = [join_codes(lots.get(site, ())) for site in frame["site_id"]]
    frame["smallest_change"] = [
        stored(changes[site]) if site in changes else None for site in frame["site_id"]
    ]
    return schema("assignments").conform(frame)


def _row(room: Room, firm: int) -> dict[str, Any]:
    """One row of the assignments layer."""
    problem = room.problem
    lacking, options = room.lacking(firm), _Options.of(problem, firm)
    link, phase = int(room.choices.link[firm]), int(room.choices.phase[firm])
    others = [i for i in options.cheapest_first(lacking) if options.start + i != link]
    listed = [_alternative(room, lacking, options, i) for i in others[:ALTERNATIVES]]
    row: dict[str, Any] = {"site_id": problem.firms.site_id[firm]}
    row["alternatives"] = json.dumps(listed, ensure_ascii=False, sort_keys=True)
    if link < 0:
        code, words = _left_out(room, lacking, firm, options)
        reason = stored(told("placing.left-out", why=words))
        return row | {"reason_code": str(code), "reason": reason}
    terms = problem.terms_of(link, phase)
    row["cost_km"] = round(sum(terms.values()), 3)
    row["park_id"] = problem.parks.park_id[problem.links.park[link]]
    row["phase"] = problem.phases[phase]
    row["land_m2"] = problem.firms.land_m2[firm]
    row["distance_km"] = round(float(problem.links.distance_km[link]), 3)
    why, said = _placed(room, lacking, firm, options)
    row["reason_code"] = str(why)
    row["reason"] = stored(_placed_words(problem, link, phase, terms, said))
    return row


@dataclass(frozen=True)
class _Options:
    """The places that are allowed to a firm.

    Attributes
    ----------
    start
        Its first link.
    park
        Park of each of its links.
    cost
        Of each link in each phase, km-equivalents; infinite where it is not allowed.
    """

    start: int
    park: IntArray
    cost: FloatArray

    @classmethod
    def of(cls, problem: Problem, firm: int) -> _Options:
        """The places of a firm."""
        links = problem.links
        start, end = (int(one) for one in np.searchsorted(links.firm, [firm, firm + 1]))
        mine, phases = slice(start, end), np.arange(len(problem.phases))
        cost = links.cost_of(mine)[:, None] + problem.phase_cost[None, :]
        inside = (phases >= links.first[mine, None]) & (phases <= links.last[mine, None])
        return cls(start, links.park[mine], np.where(inside, np.round(cost, 3), np.inf))

    def phases(self, i: int, *, below: float = np.inf) -> list[int]:
        """Phases in which a link is allowed and costs less than a limit."""
        found: list[int] = np.flatnonzero(self.cost[i] < below).tolist()
        return found

    def best(self, i: int, lacking: Lacking) -> int:
        """The cheapest phase of a link: of those with room, if any has."""
        free = np.where(lacking.any[self.park[i]], np.inf, self.cost[i])
        return int(np.argmin(free if np.isfinite(free).any() else self.cost[i]))

    def cheapest_first(self, lacking: Lacking) -> list[int]:
        """The links in the order of what the best phase of each costs."""
        cost = [self.cost[i, self.best(i, lacking)] for i in range(len(self.park))]
        order: list[int] = np.argsort(cost, kind="stable").tolist()
        return order


def _alternative(room: Room, lacking: Lacking, options: _Options, i: int) -> dict[str, Any]:
    """Another park of a firm, with its cost by term and what stands in the way."""
    problem, park, phase = room.problem, int(options.park[i]), options.best(i, lacking)
    terms = problem.terms_of(options.start + i, phase)
    against = obstacle(room, lacking, park, options.phases(i))
    return {
        "park_id": problem.parks.park_id[park],
        "phase": problem.phases[phase],
        "cost_km": round(sum(terms.values()), 3),
        "terms": {key: value for key, value in terms.items() if value},
        "obstacle": None if against is None else stored(against),
    }


def _placed(
    room: Room, lacking: Lacking, firm: int, options: _Options
) -> tuple[PlacedReason, Message]:
    """Why a firm does not go where it would cost less, or that nothing costs less."""
    problem = room.problem
    mine = int(room.choices.link[firm]) - options.start
    own = float(options.cost[mine, room.choices.phase[firm]])
    least = options.cost.min(axis=1)
    cheaper = [i for i in np.argsort(least, kind="stable").tolist() if least[i] < own]
    if not cheaper:
        return PlacedReason.CHEAPEST, told("placing.cheapest", count=len(least))
    said = []
    for i in cheaper[:_NAMED]:
        park, phases = int(options.park[i]), options.phases(i, below=own)
        what = obstacle(room, lacking, park, phases) or told("placing.room")
        where: Text = name(problem, park)
        if phases != options.phases(i):
            years = years_words([problem.phases[t] for t in phases])
            where = told("placing.park-in", park=where, years=years)
        said.append(told("placing.detail", what=where, detail=what))
    others = len(cheaper) - len(said)
    more = told("placing.more-parks", count=others) if others else ""
    best = cheaper[0]
    code = _why_not(room, lacking, firm, int(options.park[best]), int(options.cost[best].argmin()))
    return code, told("placing.cheaper-closed", places=said, more=more)


def _why_not(room: Room, lacking: Lacking, firm: int, park: int, phase: int) -> PlacedReason:
    """What keeps a firm out of a place that costs less."""
    binds = binding(lacking, park, [phase])
    if not binds:
        return PlacedReason.NOT_FOUND
    if binds[0] in (Limit.MOVES_QUOTA, Limit.LAND_QUOTA, Limit.SUPPORT_BUDGET):
        return PlacedReason.QUOTA
    alone = room.fits_when_empty(firm, park, phase)
    return PlacedReason.FULL if alone or binds[0] is Limit.WASTEWATER else PlacedReason.TOO_SMALL


def _placed_words(
    problem: Problem, link: int, phase: int, terms: dict[str, float], why: Message
) -> Message:
    """Why a firm goes where it goes."""
    park = int(problem.links.park[link])
    km = float(problem.links.distance_km[link])
    parts = [told("placing.way", park=name(problem, park), km=km)]
    parts += [
        told("placing.term", term=term.words, km=terms[term.name])
        for term in TERMS
        if term.words and terms[term.name]
    ]
    parts.append(why)
    if len(problem.phases) > 1:
        parts.append(told("placing.in-year", year=problem.phases[phase]))
    return joined((joined(parts, "; "), "."), "")


def _left_out(
    room: Room, lacking: Lacking, firm: int, options: _Options
) -> tuple[FirmBarrier, Message]:
    """Why a firm was left out: the rule that binds, checked against what the plan leaves."""
    problem, need = room.problem, need_words(room, firm)
    barrier = FirmBarrier(problem.firms.barrier[firm])  # type: ignore[call-arg]
    if barrier == FirmBarrier.NO_PARK:
        count = Counter(int(one) for one in problem.barriers[firm] if one)
        ways = [
            told("placing.parks-closed", count=many, why=rule_of(one).words)
            for one, many in count.most_common()
        ]
        detail = joined((need, *ways), "; ")
        return barrier, told("placing.detail", what=barrier, detail=detail)
    if barrier == FirmBarrier.NO_YEAR:
        detail = no_year_words(problem, firm)
        return barrier, told("placing.detail", what=barrier, detail=detail)
    if barrier != FirmBarrier.NONE:
        return barrier, told("placing.barred", why=barrier)
    for i in options.cheapest_first(lacking):
        park, phase = int(options.park[i]), options.best(i, lacking)
        if not lacking.any[park, phase]:
            year = problem.phases[phase]
            where = told("placing.room-in", park=name(problem, park), year=year)
            return FirmBarrier.NOT_FOUND, told("placing.detail", what=where, detail=need)
    places = {int(park): options.phases(i) for i, park in enumerate(options.park)}
    everywhere = common(lacking, places)
    code = _LEFT_OUT[everywhere[0]] if everywhere else FirmBarrier.SEVERAL
    what = left_out_words(room, lacking, places)
    return code, told("placing.detail", what=what, detail=need)


def scenario_row(
    problem: Problem,
    solution: Solution,
    *,
    plan_id: str,
    scenario: str,
    created_at: datetime,
    input_hash: str,
    version: str,
    title: str = "",
    author: str = "",
    based_on: str | None = None,
    base: Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    """The plan's row of the `scenarios` layer.

    Parameters
    ----------
    problem, solution
        The problem and its plan.
    plan_id, scenario, title, author, created_at, input_hash, version, based_on
        As in the layer.
    base
        What came of the changes against the plan that is its base; kept beside the specification.
    """
    scope = problem.scope
    noted = (note.message for note in problem.notes)
    budgets = (one.words for one in spending(problem, solution.chosen))
    notes = [stored(words) for words in (scope.words, *noted, *budgets)]
    specification = problem.specification.model_dump(mode="json")
    specification |= {"scope": scope.summary(), "notes": notes}
    if base is not None:
        specification["base"] = dict(base)
    row = {
        "plan_id": plan_id,
        "scenario": scenario,
        "title": title,
        "created_at": created_at,
        "author": author,
        "specification": json.dumps(specification, ensure_ascii=False, sort_keys=True),
        "status": str(solution.status),
        "placed": solution.placed,
        "unplaced": solution.unplaced,
        "unplaced_bound": solution.unplaced_bound,
        "weight_unplaced": solution.weight_unplaced,
        "weight_unplaced_bound": solution.weight_unplaced_bound,
        "cost": solution.cost,
        "bound": solution.bound,
        "gap": solution.gap,
        "seconds": round(solution.seconds, 2),
        "seed": solution.seed,
        "work": solution.work,
        "input_hash": input_hash,
        "version": version,
        "based_on": based_on,
    }
    return schema("scenarios").conform(pd.DataFrame([row]))
