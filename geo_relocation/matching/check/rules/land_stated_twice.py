"""The scenario states the land of a park from a year on once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts
from geo_relocation.matching.check.violation import Violation
from geo_relocation.messages import _


def _broken(facts: Facts, _moves: list[Move]) -> Iterator[Violation]:
    first = facts.spec.phases[0]
    stated = Counter((step.park, step.from_year or first) for step in facts.spec.where.land)
    for (park, year), times in stated.items():
        if times > 1:
            words = _(
                "The land of park {park} from {year} is stated {times:n} times.",
                park=park,
                year=year,
                times=times,
            )
            yield Violation("land-stated-twice", words, None, park, year)


CHECK = Check(code="land-stated-twice", order=210, of_plan=_broken)
