"""What a firm asks for, in an officer's words: *xin ở lại, đổi công nghệ*.

Phrases of a table are looked for in each clause, longer ones first. A phrase behind a *không* or
*chưa* that is not itself in the table says nothing, and of two phrases that name different routes
none wins, save where one only says how the other is meant.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from geo_relocation.model.enums import Route
from geo_relocation.text._resources import read_table
from geo_relocation.text.normalise import search_key

_CLAUSE = re.compile(r"[,;.:\n()+]+|\s[-–—]\s")
_NOT = frozenset(("khong", "chua", "chang", "dung"))
_REACH = 4
_MEANT = {
    frozenset((Route.STAY, Route.CHANGE_TECHNOLOGY)): Route.CHANGE_TECHNOLOGY,
    frozenset((Route.STAY, Route.CONVERT)): Route.CONVERT,
}
"""Who stays and changes something wants the change; that it stays is how."""


class Asked(NamedTuple):
    """What a sentence asks for.

    Attributes
    ----------
    route
        The one route it names; None where it names none, several, or denies one.
    silent
        Whether it says nothing about routes, not even what is not wanted.
    """

    route: Route | None
    silent: bool


def route_of_wish(text: str) -> Asked:
    """The route that a sentence asks for."""
    found: set[Route] = set()
    denied = False
    for clause in _CLAUSE.split(text):
        words = search_key(clause).split()
        routes = _routes_of(words)
        if routes is None:
            return Asked(None, silent=False)
        denied |= not routes and not _NOT.isdisjoint(words)
        found |= routes
    if len(found) == 1:
        return Asked(next(iter(found)), silent=False)
    return Asked(_MEANT.get(frozenset(found)), silent=not found and not denied)


def _routes_of(words: list[str]) -> set[Route] | None:
    """Routes that a clause names; None where one is denied in words that the table lacks."""
    phrases = _phrases()
    found: set[Route] = set()
    i = free = 0
    while i < len(words):
        for length in range(min(_longest(), len(words) - i), 0, -1):
            phrase = tuple(words[i : i + length])
            if phrase not in phrases:
                continue
            route = phrases[phrase]
            before = words[max(free, i - _REACH) : i]
            if route is None or not _NOT.isdisjoint(before):
                return None
            found.add(route)
            i = free = i + length
            break
        else:
            i += 1
    return found


@cache
def _phrases() -> dict[tuple[str, ...], Route | None]:
    """Words of each phrase → route; None for a phrase that leaves it open."""
    return {
        tuple(row["words"].split()): Route.of(row["route"]) if row["route"] else None
        for row in read_table("wish_words.csv")
    }


@cache
def _longest() -> int:
    return max(map(len, _phrases()))
