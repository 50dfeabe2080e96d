"""Quotas of a year, with what earlier years left of theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from geo_relocation.matching.check.layers import Facts, exact


def overdrawn(
    facts: Facts, quota: Mapping[int, float], used: Mapping[int, Fraction]
) -> Iterator[tuple[int, Fraction, Fraction]]:
    """Years in which more is used than is allowed: year, used, allowed."""
    carry = facts.spec.limits.carry_over
    carried: Fraction | None = Fraction(0)
    for year in facts.spec.phases:
        if year not in quota:
            # A year without a quota leaves no end of it to carry.
            carried = None if carry else carried
            continue
        if carried is None:
            continue
        taken, allowed = used.get(year, Fraction(0)), exact(quota[year]) + carried
        if taken > allowed:
            yield year, taken, allowed
        carried = max(allowed - taken, Fraction(0)) if carry else Fraction(0)
