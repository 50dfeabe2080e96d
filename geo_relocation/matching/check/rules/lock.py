"""Every lock holds."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts
from geo_relocation.matching.check.violation import Violation
from geo_relocation.messages import _


def _broken(facts: Facts, moves: list[Move]) -> Iterator[Violation]:
    """Every lock holds."""
    placed = {move.ids[0]: move for move in moves}
    for lock in facts.spec.locks:
        move = placed.get(lock.site)
        if move is None:
            yield Violation(
                "lock", _("Firm {site} is locked but not placed.", site=lock.site), lock.site
            )
            continue
        park, year = move.ids[1:]
        wrong = lock.park is not None and lock.park != park
        wrong |= lock.phase is not None and lock.phase != year
        wrong |= lock.earliest is not None and year < lock.earliest
        wrong |= lock.latest is not None and year > lock.latest
        if wrong:
            words = _(
                "Firm {site}: {park} in {year} is not what was locked.",
                site=lock.site,
                park=park,
                year=year,
            )
            yield move.breaks("lock", words)


CHECK = Check(code="lock", order=200, of_plan=_broken)
