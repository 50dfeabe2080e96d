"""No year costs more support than its budget, for any payer and for all together."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts
from geo_relocation.matching.check.quotas import overdrawn
from geo_relocation.matching.check.violation import Violation
from geo_relocation.messages import _

_MILLION = 1_000_000


def _broken(facts: Facts, moves: list[Move]) -> Iterator[Violation]:
    budget = facts.spec.limits.budget
    if budget and facts.layers.support is None:
        words = _("Nothing says what the firms cost: the support budget cannot be checked.")
        yield Violation("support-budget", words)
        return
    for payer in dict.fromkeys(one.payer for one in budget):
        quota = {one.year: one.million_vnd for one in budget if one.payer == payer}
        used: dict[int, Fraction] = {}
        for move in moves:
            paid = sum(
                int(row["vnd"])
                for row in facts.paid(move.site, move.park, move.phase)
                if payer is None or row["payer"] == payer
            )
            # Set-offs that outweigh what a firm is paid bring the others nothing.
            one = Fraction(max(paid, 0), _MILLION)
            used[move.phase] = used.get(move.phase, Fraction(0)) + one
        for year, taken, allowed in overdrawn(facts, quota, used):
            words = _(
                "{year}: {taken:n} million đồng of support ({payer}), the budget is {allowed:n}.",
                year=year,
                taken=float(taken),
                allowed=float(allowed),
                payer=_("all payers") if payer is None else payer,
            )
            yield Violation("support-budget", words, None, None, year)


CHECK = Check(code="support-budget", order=260, of_plan=_broken)
