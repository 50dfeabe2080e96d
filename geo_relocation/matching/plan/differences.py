"""Two plans, firm by firm: which changes are forced, which follow from them, and in what chain.

A change is *forced* where the place of the base is not to be had: a rule, a lock, a year, or land
that no longer suffices for all whom the base puts there. Every other change is *consequent*: the
firm makes room, or takes room that came free. Its chain leads from a forced one to it, each of
its firms taking the place of, or leaving its place to, the next.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from geo_relocation.matching.plan.forbidden import forbidden
from geo_relocation.matching.plan.room import Room
from geo_relocation.matching.plan.telling import name, obstacle
from geo_relocation.matching.problem import Problem
from geo_relocation.messages import Message
from geo_relocation.model.reasons import DifferenceKind
from geo_relocation.model.told import told

_NAMED = 3
"""How many firms are named in a reason."""

Place = tuple[str | None, int | None]
"""Park and year; None for a firm that is left out."""

NOWHERE: Place = (None, None)


@dataclass(frozen=True)
class Difference:
    """A firm that two plans treat differently.

    Attributes
    ----------
    site_id
        The firm.
    before, after
        Park and year in the base and in the other plan.
    kind
        Forced or consequent; None where the plan's problem could not be built.
    why
        In words that may be stored.
    chain
        Sites from a forced change to this firm, itself the last.
    more_km
        What the firm's place in the other plan costs more than that in the base, each by the
        prices of its plan, km-equivalents; None where it has no place in one of them.
    """

    site_id: str
    before: Place
    after: Place
    kind: DifferenceKind | None
    why: Message
    chain: tuple[str, ...]
    more_km: float | None


def differences(problem: Problem, base: pd.DataFrame, plan: pd.DataFrame) -> list[Difference]:
    """Every firm that a plan treats otherwise than its base, in the order of the ids.

    Parameters
    ----------
    problem
        That of the plan.
    base, plan
        `site_id`, `park_id`, `phase`, `cost_km` of both, firms left out included.
    """
    pair = _Pair(problem, places(base), places(plan), _more_km(base, plan))
    forced = {site: why for site in pair.changed if (why := _forced(pair, site)) is not None}
    chains = _chains(pair, forced)
    kinds = {True: DifferenceKind.FORCED, False: DifferenceKind.CONSEQUENT}
    return [
        Difference(
            site,
            pair.before.get(site, NOWHERE),
            pair.after.get(site, NOWHERE),
            kinds[site in forced],
            forced.get(site) or _consequence(pair, site),
            chains.get(site, (site,)),
            pair.more_km.get(site),
        )
        for site in pair.changed
    ]


def unexplained(base: pd.DataFrame, plan: pd.DataFrame) -> list[Difference]:
    """The same firms, where nothing is known of the problem.

    Parameters
    ----------
    base, plan
        As for `differences`.
    """
    before, after, more = places(base), places(plan), _more_km(base, plan)
    return [
        Difference(
            site,
            before.get(site, NOWHERE),
            after.get(site, NOWHERE),
            None,
            told("differences.unknown"),
            (site,),
            more.get(site),
        )
        for site in sorted({*before, *after})
        if before.get(site) != after.get(site)
    ]


def places(plan: pd.DataFrame) -> dict[str, Place]:
    """Park and year of every firm of a plan."""
    return {
        str(site): NOWHERE if pd.isna(park) else (str(park), None if pd.isna(year) else int(year))
        for site, park, year in zip(plan["site_id"], plan["park_id"], plan["phase"], strict=True)
    }


def _more_km(base: pd.DataFrame, plan: pd.DataFrame) -> dict[str, float]:
    """What each firm that both plans place costs more in the latter."""
    was, now = (frame.set_index("site_id")["cost_km"].astype(float) for frame in (base, plan))
    more = (now - was.reindex(now.index)).dropna().round(3)
    return {str(site): float(km) for site, km in more.items()}


@dataclass(frozen=True)
class _Pair:
    """A base and a plan, with what each firm costs more in the latter."""

    problem: Problem
    before: dict[str, Place]
    after: dict[str, Place]
    more_km: dict[str, float]

    @cached_property
    def changed(self) -> list[str]:
        """Firms that fare differently, and those that only one of the plans has."""
        sites = sorted({*self.before, *self.after})
        return [site for site in sites if self.before.get(site) != self.after.get(site)]

    @cached_property
    def firm(self) -> dict[str, int]:
        """Position of each firm of the problem."""
        return {str(site): i for i, site in enumerate(self.problem.firms.site_id)}

    @cached_property
    def then(self) -> Room:
        """What the base leaves of the problem: less than nothing where it no longer holds."""
        return _room(self.problem, self.before)

    @cached_property
    def now(self) -> Room:
        """What the plan leaves."""
        return _room(self.problem, self.after)

    @cached_property
    def leaving(self) -> dict[str | None, list[str]]:
        """Changed firms by the park that the base gives them."""
        return self._by_park(self.before)

    @cached_property
    def entering(self) -> dict[str | None, list[str]]:
        """Changed firms by the park that the plan gives them."""
        return self._by_park(self.after)

    def _by_park(self, plan: dict[str, Place]) -> dict[str | None, list[str]]:
        found: dict[str | None, list[str]] = defaultdict(list)
        for site in self.changed:
            found[plan.get(site, NOWHERE)[0]].append(site)
        found.pop(None, None)
        return found

    def park_name(self, park: str | None) -> str:
        """Name of a park, or its id where it has none."""
        rows = np.flatnonzero(self.problem.parks.park_id == park)
        return name(self.problem, int(rows[0])) if len(rows) else str(park)

    def place(self, site: str) -> tuple[int, int] | None:
        """Park and phase in the base, by position; None where they are not allowed now."""
        firm = self.firm[site]
        link = int(self.then.choices.link[firm])
        if link < 0:
            return None
        return int(self.problem.links.park[link]), int(self.then.choices.phase[firm])


def _room(problem: Problem, plan: dict[str, Place]) -> Room:
    rows = [(site, *place) for site, place in plan.items() if place[0] is not None]
    frame = pd.DataFrame(rows, columns=["site_id", "park_id", "phase"])
    return Room.of(problem, problem.choices(frame))


def _forced(pair: _Pair, site: str) -> Message | None:
    """Why the place of the base is not to be had; None where it is."""
    if site not in pair.after or site not in pair.firm:
        return told("differences.out-of-scope")
    if site not in pair.before:
        return told("differences.new-in-scope")
    park, year = pair.before[site]
    firm = pair.firm[site]
    if park is None or year is None:
        return told("differences.locked") if pair.problem.firms.locked[firm] else None
    where = pair.park_name(park)
    place = pair.place(site)
    if place is None:
        why = forbidden(pair.problem, firm, park, year)
        return told("differences.not-allowed", park=where, year=year, why=why)
    what = obstacle(pair.then, pair.then.lacking(firm), place[0], [place[1]])
    return None if what is None else told("differences.overdrawn", park=where, what=what)


def _consequence(pair: _Pair, site: str) -> Message:
    """Why a firm does not keep a place that it could have alone."""
    park, now = pair.before.get(site, NOWHERE)[0], pair.after.get(site, NOWHERE)[0]
    place = pair.place(site)
    if place is not None:
        what = obstacle(pair.now, pair.now.lacking(pair.firm[site]), place[0], [place[1]])
        if what is not None:
            newcomers = [one for one in pair.entering[park] if one != site]
            where = pair.park_name(park)
            if not newcomers:
                return told("differences.overdrawn", park=where, what=what)
            return told("differences.gives-way", park=where, sites=_sites(newcomers), what=what)
    leavers = [one for one in pair.leaving.get(now, []) if one != site]
    if now is not None and now != park and leavers:
        return told("differences.takes-room", park=pair.park_name(now), sites=_sites(leavers))
    more = pair.more_km.get(site)
    if more is not None and more < 0:
        return told("differences.cheaper", km=-more)
    if park is None:
        return told("differences.placed", park=pair.park_name(now))
    return told("differences.equal")


def _sites(sites: list[str]) -> Message:
    others = len(sites) - _NAMED
    more: Message | str = told("differences.others", count=others) if others > 0 else ""
    return told("differences.sites", names=", ".join(sites[:_NAMED]), more=more)


def _chains(pair: _Pair, forced: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The shortest chain from a forced change to each firm that one leads to."""
    found: dict[str, tuple[str, ...]] = {site: (site,) for site in forced}
    waiting = deque(found)
    while waiting:
        site = waiting.popleft()
        # Whom it takes the place of, then who takes the place that it leaves.
        displaced = pair.leaving.get(pair.after.get(site, NOWHERE)[0], [])
        following = pair.entering.get(pair.before.get(site, NOWHERE)[0], [])
        for other in (*displaced, *following):
            if other not in found:
                found[other] = (*found[site], other)
                waiting.append(other)
    return found
