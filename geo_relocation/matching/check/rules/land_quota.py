"""No year gives more land than its quota."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts
from geo_relocation.matching.check.quotas import overdrawn
from geo_relocation.matching.check.violation import Violation
from geo_relocation.messages import _

_HA = 10_000


def _broken(facts: Facts, moves: list[Move]) -> Iterator[Violation]:
    used: dict[int, Fraction] = defaultdict(Fraction)
    for move in moves:
        used[move.phase] += (facts.need(move.site) or Fraction(0)) / _HA
    quota = facts.spec.limits.land_ha_per_year
    for year, taken, allowed in overdrawn(facts, quota, used):
        words = _(
            "{year}: {taken:n} ha, the quota is {allowed:n} ha.",
            year=year,
            taken=float(taken),
            allowed=float(allowed),
        )
        yield Violation("land-quota", words, None, None, year)


CHECK = Check(code="land-quota", order=250, of_plan=_broken)
