"""What a plan takes of the support budgets, year by year and payer by payer."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from geo_relocation.matching.budget import VND_PER_MILLION
from geo_relocation.matching.plan.room import spent_by_phase
from geo_relocation.matching.problem import Choices, Problem
from geo_relocation.messages import Message
from geo_relocation.model.money import Payer
from geo_relocation.model.told import told


@dataclass(frozen=True)
class Spent:
    """What a plan takes of the budget of a year.

    Attributes
    ----------
    year, payer
        Of the budget; no payer: all together.
    dong
        What the firms that move in the year take.
    most
        What they may take, with what was carried over.
    carried
        What earlier years left of theirs, as far as it may be used.
    firms
        How many of them take something.
    """

    year: int
    payer: Payer | None
    dong: int
    most: Fraction
    carried: Fraction
    firms: int

    @property
    def words(self) -> Message:
        """All of it in one line; it may be stored."""
        payer = told("matching.all-payers") if self.payer is None else self.payer
        amounts = (Fraction(self.dong), self.most, self.carried)
        spent, most, carried = (float(one / VND_PER_MILLION) for one in amounts)
        if self.carried:
            return told(
                "matching.support-spent-carried",
                year=self.year, payer=payer, spent=spent, most=most, carried=carried,
                count=self.firms,
            )  # fmt: skip
        return told(
            "matching.support-spent",
            year=self.year, payer=payer, spent=spent, most=most, count=self.firms,
        )  # fmt: skip

    def summary(self) -> dict[str, object]:
        """What scripts read: code of the payer, and đồng."""
        return {
            "year": self.year,
            "payer": None if self.payer is None else self.payer.value,
            "spent_vnd": self.dong,
            "limit_vnd": int(self.most),
            "carried_vnd": int(self.carried),
            "firms": self.firms,
        }


def spending(problem: Problem, choices: Choices) -> list[Spent]:
    """What a plan takes of every budget, in the order of the scenario."""
    placed, carry = choices.placed, problem.specification.limits.carry_over
    phase, park = choices.phase[placed], problem.links.park[choices.link[placed]]
    taken = problem.funds.taken(placed, park, phase)
    found = []
    for one, used, each in zip(
        problem.funds.series, spent_by_phase(problem, choices), taken, strict=True
    ):
        left = Fraction(0)
        for t, year in enumerate(problem.phases):
            if year not in one.quota:
                if carry:
                    break  # a year without a budget leaves no end of it to carry
                continue
            most, dong = one.quota[year] + left, int(used[t])
            firms = int(np.count_nonzero(each[phase == t]))
            found.append(Spent(year, one.payer, dong, most, left, firms))
            left = max(most - dong, Fraction(0)) if carry else Fraction(0)
    return found
