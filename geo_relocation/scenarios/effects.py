"""What a scenario changes against its base, and what each change does to the plan."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geo_relocation.matching.idle import CODE as IDLE
from geo_relocation.matching.plan.differences import Difference
from geo_relocation.matching.problem import Problem
from geo_relocation.messages import Message
from geo_relocation.model.reasons import DifferenceKind
from geo_relocation.model.told import told

_NOT_ASKED = ("id", "title", "description", "extends", "effort")
"""Of a scenario, what changes no question."""

_OWN_WORDS = {("where", "opens"), ("where", "exclude_parks"), ("where", "land")}
_TABLES = ("locks", "exclusions")

Plain = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """One thing that is asked otherwise than in the base.

    Attributes
    ----------
    words
        In words that may be stored.
    park, site
        What it is about, where it is about one.
    idle
        Code of the note that a change of this kind without effect has.
    later
        Whether a park opens later than it did.
    """

    words: Message
    park: str | None = None
    site: str | None = None
    idle: str = ""
    later: bool = False


@dataclass(frozen=True)
class Effect:
    """What one change does.

    Attributes
    ----------
    asked
        The change.
    sites
        Firms that it moves, those that follow from it included.
    more_km
        What they cost more, km-equivalents, as far as both plans place them.
    message
        All of it in words that may be stored.
    """

    asked: Asked
    sites: tuple[str, ...]
    more_km: float
    message: Message


def asked_changes(before: Plain, after: Plain, parks: pd.DataFrame) -> list[Asked]:
    """What is asked otherwise than in the base.

    Parameters
    ----------
    before, after
        Both specifications, resolved, as plain content.
    parks
        Layer `parks`.
    """
    rows = parks.set_index("park_id")
    named = {str(one): str(name) for one, name in rows["name"].dropna().items() if name}
    layer = {str(one): int(year) for one, year in rows["opens"].dropna().items()}
    looks = (
        _openings(before, after, named, layer),
        _closures(before, after, named),
        _land(before, after, named),
        _locks(before, after, named),
        _exclusions(before, after, named),
        _others(before, after),
    )
    return [one for look in looks for one in look]


def _part(content: Plain, *path: str) -> Any:
    for key in path:
        content = content.get(key) or {}
    return content


def _openings(
    before: Plain, after: Plain, named: Mapping[str, str], layer: Mapping[str, int]
) -> Iterator[Asked]:
    was, now = ({**layer, **_part(one, "where", "opens")} for one in (before, after))
    for park, year in now.items():
        if was.get(park) != year:
            earlier = was.get(park, told("changes.not-stated"))
            words = told("changes.opening", park=named.get(park, park), year=year, before=earlier)
            later = isinstance(earlier, int) and year > earlier
            yield Asked(words, park=park, idle="idle.opens", later=later)


def _closures(before: Plain, after: Plain, named: Mapping[str, str]) -> Iterator[Asked]:
    was, now = (set(_part(one, "where", "exclude_parks")) for one in (before, after))
    for park in sorted(now - was):
        words = told("changes.closed", park=named.get(park, park))
        yield Asked(words, park=park, idle="idle.named-park")
    for park in sorted(was - now):
        yield Asked(told("changes.reopened", park=named.get(park, park)), park=park)


def _land(before: Plain, after: Plain, named: Mapping[str, str]) -> Iterator[Asked]:
    was, now = (
        {(step["park"], step.get("from_year")): step["ha"] for step in _part(one, "where", "land")}
        for one in (before, after)
    )
    for (park, year), ha in now.items():
        if was.get((park, year)) != ha:
            when = year or told("changes.first-year")
            words = told("changes.land", park=named.get(park, park), ha=ha, year=when)
            yield Asked(words, park=park, idle="idle.land")
    for (park, year), ha in was.items():
        if (park, year) not in now:
            when = year or told("changes.first-year")
            words = told("changes.land-dropped", park=named.get(park, park), ha=ha, year=when)
            yield Asked(words, park=park)


def _locks(before: Plain, after: Plain, named: Mapping[str, str]) -> Iterator[Asked]:
    was, now = (
        {one["site"]: one for one in content.get("locks", ())} for content in (before, after)
    )
    for site, lock in now.items():
        if was.get(site) != lock:
            words = told("changes.lock", site=site, place=_place(lock, named))
            yield Asked(words, site=site)
    for site in was:
        if site not in now:
            yield Asked(told("changes.lock-dropped", site=site), site=site)


def _place(lock: Plain, named: Mapping[str, str]) -> str:
    """Park and years of a lock."""
    park, first, last = (lock.get(key) for key in ("park", "earliest", "latest"))
    years = str(lock["phase"]) if lock.get("phase") else ""
    if first or last:
        years = f"{first or ''}–{last or ''}"
    return ", ".join(filter(None, (named.get(park, park) if park else "", years)))


def _exclusions(before: Plain, after: Plain, named: Mapping[str, str]) -> Iterator[Asked]:
    was, now = (
        {(one["site"], one.get("park")) for one in content.get("exclusions", ())}
        for content in (before, after)
    )
    for site, park in sorted(now - was, key=str):
        if park is None:
            words = told("changes.exclusion-all", site=site)
        else:
            words = told("changes.exclusion", site=site, park=named.get(park, park))
        yield Asked(words, site=site, idle="idle.exclusion")
    for site, _park in sorted(was - now, key=str):
        yield Asked(told("changes.exclusion-dropped", site=site), site=site)


def _others(before: Plain, after: Plain) -> Iterator[Asked]:
    """Everything that has no words of its own: rows of lists, and fields by their path."""
    was, now = (dict(_fields(one)) for one in (before, after))
    for path in dict.fromkeys((*was, *now)):
        old, new = was.get(path), now.get(path)
        if old == new:
            continue
        field = ".".join(path)
        if (
            isinstance(old, list)
            and isinstance(new, list)
            and len(path) == 1
            and path[0] != "phases"
        ):
            for one in new:
                if one not in old:
                    yield Asked(told("changes.added", field=field, what=_written(one)))
            for one in old:
                if one not in new:
                    yield Asked(told("changes.removed", field=field, what=_written(one)))
            continue
        words = told("changes.field", field=field, after=_written(new), before=_written(old))
        yield Asked(words)


def _fields(content: Plain, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every field that has no words of its own, by its path."""
    for key, value in content.items():
        here = (*path, key)
        if here in _OWN_WORDS or (not path and (key in _NOT_ASKED or key in _TABLES)):
            continue
        if isinstance(value, dict) and value:
            yield from _fields(value, here)
        else:
            yield here, list(value) if isinstance(value, tuple) else value


def _written(value: object) -> str:
    """A value of a scenario as a file has it, more or less."""
    if value is None:
        return "–"
    if isinstance(value, dict):
        value = {key: one for key, one in value.items() if one not in (None, "", [], {})}
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def effects(asked: Sequence[Asked], found: Sequence[Difference], problem: Problem) -> list[Effect]:
    """What each change does: the firms it moves, or why it moves none.

    A firm belongs to the change that its chain begins with: one about its own site, about the
    park that the chain's first firm leaves, or goes to; else to one about neither.

    Parameters
    ----------
    asked, found
        Changes, and the firms that fare differently.
    problem
        That of the plan.
    """
    by_site = {one.site_id: one for one in found}
    mine: dict[int, list[Difference]] = defaultdict(list)
    for one in found:
        owner = _owner(by_site.get(one.chain[0], one), asked)
        if owner is not None:
            mine[owner].append(one)
    return [_effect(one, mine[i], problem) for i, one in enumerate(asked)]


def _owner(root: Difference, asked: Sequence[Asked]) -> int | None:
    """Which change a chain begins with."""
    tests = (
        lambda one: one.site == root.site_id,
        lambda one: one.park is not None and one.park == root.before[0],
        lambda one: one.park is not None and one.park == root.after[0],
        lambda one: one.park is None and one.site is None,
    )
    for test in tests:
        for i, one in enumerate(asked):
            if test(one):
                return i
    return 0 if len(asked) == 1 else None


def _effect(asked: Asked, mine: Sequence[Difference], problem: Problem) -> Effect:
    more = round(sum(one.more_km or 0.0 for one in mine), 3)
    forced = sum(one.kind == DifferenceKind.FORCED for one in mine)
    if not mine:
        message = told("changes.nothing", change=asked.words, why=_why_nothing(asked, problem))
    elif more < 0:
        message = told("changes.less", change=asked.words, count=len(mine), forced=forced, km=-more)
    else:
        message = told("changes.more", change=asked.words, count=len(mine), forced=forced, km=more)
    return Effect(asked, tuple(one.site_id for one in mine), more, message)


def _why_nothing(asked: Asked, problem: Problem) -> object:
    """Why a change moves nobody: what the notes say of it, else that the base holds."""
    about = asked.park or asked.site
    for note in problem.notes:
        what = note.message.values.get("what")
        if not isinstance(what, Message) or (note.code, what.code) != (IDLE, asked.idle):
            continue
        if about in what.values.values():
            return note.message.values["why"]
    return told("changes.nobody-there" if asked.later else "changes.holds")


def total(plan: str, found: Sequence[Difference], more_km: float) -> Message:
    """How many firms change against a plan, and what it costs.

    Parameters
    ----------
    plan
        Name of the base for people.
    found
        Firms that fare differently.
    more_km
        Cost of the plan less that of the base.
    """
    forced = sum(one.kind == DifferenceKind.FORCED for one in found)
    if not found:
        return told("changes.none", plan=plan)
    if more_km < 0:
        return told("changes.total-less", plan=plan, count=len(found), forced=forced, km=-more_km)
    return told("changes.total-more", plan=plan, count=len(found), forced=forced, km=more_km)
