"""The land given in a park up to the end of each year is there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts
from geo_relocation.matching.check.violation import Violation
from geo_relocation.messages import _


def _broken(facts: Facts, moves: list[Move]) -> Iterator[Violation]:
    given: dict[str, list[tuple[int, Fraction]]] = defaultdict(list)
    for move in moves:
        given[move.ids[1]].append((move.phase, facts.need(move.site) or Fraction(0)))
    for park, taken in sorted(given.items()):
        for year in facts.spec.phases:
            used = sum((land for when, land in taken if when <= year), Fraction(0))
            there = facts.land(facts.parks[park], year)
            if used > there:
                words = _(
                    "Park {park} until {year}: {used:n6} m² given, only {there:n6} m² there.",
                    park=park,
                    year=year,
                    used=float(used),
                    there=float(there),
                )
                yield Violation("land", words, None, park, year)
                break


CHECK = Check(code="land", order=220, of_plan=_broken)
