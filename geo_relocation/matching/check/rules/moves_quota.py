"""No year has more moves than its quota."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts
from geo_relocation.matching.check.quotas import overdrawn
from geo_relocation.matching.check.violation import Violation
from geo_relocation.messages import _


def _broken(facts: Facts, moves: list[Move]) -> Iterator[Violation]:
    used: dict[int, Fraction] = defaultdict(Fraction)
    for move in moves:
        used[move.phase] += 1
    quota = facts.spec.limits.moves_per_year
    for year, taken, allowed in overdrawn(facts, quota, used):
        words = _(
            "{year}: {taken:n} firms, the quota is {allowed:n} firms.",
            year=year,
            taken=float(taken),
            allowed=float(allowed),
        )
        yield Violation("moves-quota", words, None, None, year)


CHECK = Check(code="moves-quota", order=240, of_plan=_broken)
