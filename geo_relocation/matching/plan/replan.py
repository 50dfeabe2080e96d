"""Re-planning: keep an approved plan and what has happened since, change only where it pays."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geo_relocation.matching.plan.forbidden import forbidden
from geo_relocation.matching.plan.room import Lacking, Room
from geo_relocation.matching.plan.solve import Solution
from geo_relocation.matching.plan.telling import name, obstacle
from geo_relocation.matching.problem import Problem
from geo_relocation.matching.reasons import Limit
from geo_relocation.messages import Message, _, joined, ngettext

_NAMED = 3
"""How many of the firms that take a place are named."""


@dataclass(frozen=True)
class PlanChange:
    """A firm that a new plan treats otherwise than the approved one.

    Attributes
    ----------
    site_id
        The firm.
    park_before, park_after, phase_before, phase_after
        Park and year in both plans; None for left out.
    saved_km
        What the change saves for this firm, km-equivalents without the price of the change;
        negative where the firm makes way for others; None where it cannot be said.
    message
        What changed and why.
    """

    site_id: str
    park_before: str | None
    park_after: str | None
    phase_before: int | None
    phase_after: int | None
    saved_km: float | None
    message: Message


def plan_changes(problem: Problem, solution: Solution) -> list[PlanChange]:
    """What a re-plan changes, firm by firm, with the reason.

    A reason is found by trying the firm's old place again: alone by the rules as they are now,
    with all that the approved plan put there, and in the new plan.

    Parameters
    ----------
    problem
        Built with `approved`.
    solution
        The new plan.
    """
    approved = problem.frames.approved
    if approved is None:
        return []
    plans = _Plans.of(problem, solution, approved)
    found = []
    for firm, site in enumerate(problem.firms.site_id):
        old, new = plans.before.get(site, (None, None)), plans.after.get(site, (None, None))
        if old == new:
            continue
        saved = _saved(plans, firm)
        words = _words(plans, firm, old, new, saved)
        found.append(PlanChange(site, old[0], new[0], old[1], new[1], saved, words))
    return found


_Place = tuple[str | None, int | None]


def _by_site(plan: pd.DataFrame) -> dict[str, _Place]:
    """Park and year of each firm that a plan places."""
    placed = plan[plan["park_id"].notna()]
    return {
        site: (str(park), None if pd.isna(year) else int(year))
        for site, park, year in zip(
            placed["site_id"], placed["park_id"], placed["phase"], strict=True
        )
    }


@dataclass(frozen=True)
class _Plans:
    """Both plans, and what each leaves of the problem as it is now.

    Attributes
    ----------
    problem
        The problem.
    before, after
        Park and year of each firm placed, by site.
    then
        What the approved plan leaves: less than nothing where it no longer holds.
    now
        What the new plan leaves.
    """

    problem: Problem
    before: dict[str, _Place]
    after: dict[str, _Place]
    then: Room
    now: Room

    @classmethod
    def of(cls, problem: Problem, solution: Solution, approved: pd.DataFrame) -> _Plans:
        """Both plans of a problem that was built with the approved one."""
        return cls(
            problem,
            _by_site(approved),
            _by_site(problem.assignment(solution.chosen)),
            Room.of(problem, problem.choices(approved)),
            Room.of(problem, solution.chosen),
        )

    def place(self, firm: int) -> tuple[int, int] | None:
        """Park and phase of a firm in the approved plan; None where they are not allowed now."""
        link = int(self.then.choices.link[firm])
        if link < 0:
            return None
        return int(self.problem.links.park[link]), int(self.then.choices.phase[firm])


def _saved(plans: _Plans, firm: int) -> float | None:
    """Cost of the old place less that of the new, without the price of the change."""
    if min(plans.then.choices.link[firm], plans.now.choices.link[firm]) < 0:
        return None
    links, late = plans.problem.links, plans.problem.phase_cost
    was, now = (
        float(links.cost_of(slice(link, link + 1))[0] - links.terms["change"][link] + late[phase])
        for link, phase in (
            (int(room.choices.link[firm]), int(room.choices.phase[firm]))
            for room in (plans.then, plans.now)
        )
    )
    return round(was - now, 3)


def _words(plans: _Plans, firm: int, old: _Place, new: _Place, saved: float | None) -> Message:
    """What changed and why."""
    if old[0] is None:
        return _("Now placed in {park} in {year}.", park=new[0], year=new[1])
    place = plans.place(firm)
    if place is None:
        then = _("moved to {park} in {year}", park=new[0], year=new[1])
        return _(
            "The old plan ({park} in {year}) is not allowed any more ({why}): {then}.",
            park=old[0],
            year=old[1],
            why=forbidden(plans.problem, firm, str(old[0]), int(old[1] or 0)),
            then=_("left out for now") if new[0] is None else then,
        )
    moved = _("From {old} to {new}", old=old[0], new=new[0])
    if new[0] is None:
        moved = _("Leaves {park}, not placed", park=old[0])
    elif new[0] == old[0]:
        moved = _("Keeps {park}, in {new} instead of {old}", park=old[0], old=old[1], new=new[1])
    cause = _cause(plans, firm, *place)
    if saved is not None and saved > 0:
        cause = _("saves {km:n1} km-equivalents", km=saved)
    return _("{moved}: {cause}.", moved=moved, cause=cause)


def _cause(plans: _Plans, firm: int, park: int, phase: int) -> Message:
    """Why a firm is no longer at a place that the rules still allow to it alone."""
    where = name(plans.problem, park)
    overdrawn = plans.then.lacking(firm)
    if said := obstacle(plans.then, overdrawn, park, [phase]):
        return _(
            "{park} has not enough any more for all firms of the old plan ({what})",
            park=where,
            what=said,
        )
    lacking = plans.now.lacking(firm)
    said = obstacle(plans.now, lacking, park, [phase])
    if said is None:
        return _(
            "{park} has room in {year}, this search has not kept it",
            park=where,
            year=plans.problem.phases[phase],
        )
    return _(
        "makes way in {park} for {sites} ({what})",
        park=where,
        sites=_newcomers(plans, lacking, park, phase),
        what=said,
    )


def _newcomers(plans: _Plans, lacking: Lacking, park: int, phase: int) -> Message:
    """Who takes now what the firm would need at its old place, as far as they were not there."""
    links, phases = plans.problem.links, plans.problem.phases
    shared = {limit for limit in Limit if lacking.of(limit)[park, phase] > 0}
    by_year = shared & {Limit.MOVES_QUOTA, Limit.LAND_QUOTA, Limit.SUPPORT_BUDGET}
    carried = plans.problem.specification.limits.carry_over
    found = []
    for one in plans.now.choices.placed.tolist():
        site = str(plans.problem.firms.site_id[one])
        here = int(links.park[plans.now.choices.link[one]]) == park
        when = phases[int(plans.now.choices.phase[one])]
        same = carried or when == phases[phase]
        if plans.before.get(site) != plans.after[site] and (here or (by_year and same)):
            found.append(site)
    others = len(found) - _NAMED
    more = ngettext(" and {count:n} other firm", " and {count:n} other firms", others)
    return joined((", ".join(found[:_NAMED]), more if others > 0 else ""), "")
