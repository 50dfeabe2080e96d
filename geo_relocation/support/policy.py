"""Support policies as objects: who gets what, by which formula, on which ground, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from geo_relocation.messages import Language
from geo_relocation.model.enums import Words
from geo_relocation.model.money import Payer, SupportKind, SupportStatus
from geo_relocation.support.conditions import Entitlement
from geo_relocation.support.formulas import Formula

UNSURE = "[?]"
"""Marks what was recalled, inferred or not checked."""


@dataclass(frozen=True)
class Case:
    """A formula for some of the firms that a policy is for.

    Attributes
    ----------
    when
        Which firms; None: all.
    amount
        What they get, in đồng.
    """

    when: Entitlement | None
    amount: Formula


@dataclass(frozen=True)
class Policy:
    """One support, or one rule about support.

    Attributes
    ----------
    id
        As in the collection it comes from: ``N05``.
    jurisdiction
        Where it holds, if not in the whole nation or the scheme's own province.
    kind
        Money, set-off, not in money, paid by the employer, or for information only.
    words, beneficiary, condition
        What it is, who gets it and under which condition, for people.
    when
        The condition; None: everybody.
    cases
        Formulas, of which the first whose condition holds counts; none: not in money.
    at_least, at_most
        Bounds of the amount, in đồng.
    formula
        The formula as the source has it, for people.
    rate, unit, cap, months
        As the source has them; shown only.
    who_sets
        Who sets the level.
    payer, payer_source
        Who pays, and where that is said.
    ground
        Law and document.
    status
        How far it has got.
    valid_from, valid_to
        Days of validity, both included; None: open.
    source, source_date, certainty
        Where it was read, when that was published, and how sure it is.
    note
        What else is to be known; may be empty.
    instead_of
        Policies that are not worked out where this one is.
    default
        Whether it is worked out where nobody asks for it by name.
    set_id
        The file that it is in.
    """

    id: str
    jurisdiction: str
    kind: SupportKind
    words: Words
    beneficiary: Words
    condition: Words
    when: Entitlement | None
    cases: tuple[Case, ...]
    at_least: Formula | None
    at_most: Formula | None
    formula: Words
    rate: str
    unit: str
    cap: str
    months: str
    who_sets: Words
    payer: Payer
    payer_source: Words
    ground: str
    status: SupportStatus
    valid_from: dt.date | None
    valid_to: dt.date | None
    source: str
    source_date: str
    certainty: str
    note: Words
    instead_of: tuple[str, ...]
    default: bool
    set_id: str

    def label(self, language: Language = "vi") -> str:
        """Name for people."""
        return self.words.say(language)

    def in_force(self, day: dt.date) -> bool:
        """Whether it is valid on a day."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """All its formulas."""
        bounds = tuple(one for one in (self.at_least, self.at_most) if one is not None)
        return (*(case.amount for case in self.cases), *bounds)

    @property
    def names(self) -> set[str]:
        """All figures that its formulas name."""
        return {name for formula in self.formulas for name in formula.names}

    @property
    def asked(self) -> set[str]:
        """The policies whose condition its own asks about."""
        conditions = [self.when, *(case.when for case in self.cases)]
        return {name for one in conditions if one is not None for name in one.policies()}


@dataclass(frozen=True)
class Parameter:
    """A figure that somebody sets: a province, a ministry, an employer.

    Attributes
    ----------
    name, words, unit
        What it is.
    who_sets
        Who sets it.
    choices
        For a parameter that says which evidence counts: keys of the evidence; else none.
    value, source
        What holds where nobody gives a value, and where that is said; None: nothing does.
    ceiling
        Whether that is the most the law allows, rather than what was set.
    """

    name: str
    words: Words
    unit: str
    who_sets: Words
    choices: tuple[str, ...] = ()
    value: Fraction | str | None = None
    source: str = ""
    ceiling: bool = False

    def label(self, language: Language = "vi") -> str:
        """Name for people, with the unit."""
        return (
            f"{self.words.say(language)} ({self.unit})" if self.unit else self.words.say(language)
        )


@dataclass(frozen=True)
class PolicySet:
    """The policies of one file.

    Attributes
    ----------
    id, words
        Name of the set.
    default
        Whether it is worked out where nobody names sets.
    policies
        In the order of the file.
    parameters
        Figures that its formulas name, by name.
    """

    id: str
    words: Words
    default: bool
    policies: tuple[Policy, ...]
    parameters: Mapping[str, Parameter]
