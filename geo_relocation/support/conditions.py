"""Who gets a support: conditions over evidence, with a third answer, *not known*.

Written as in rule sets: comparisons joined by `all`, `any` and `not`. A comparison may list values
for which the law or its source does not say (`undecided`): there the answer is not known though
the evidence is. `{ policy = "N01" }` asks whether the condition of another policy holds.
"""

from __future__ import annotations

import datetime as dt
import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from geo_relocation.messages import Language, Text, _
from geo_relocation.support.facts import Fact, Firm, Value, evidence_registry
from geo_relocation.support.formulas import as_decimal
from geo_relocation.words import labels, style

COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": operator.eq,
    "in": lambda value, listed: value in listed,
    "at_least": operator.ge,
    "above": operator.gt,
    "at_most": operator.le,
    "below": operator.lt,
}
NUMERIC = ("at_least", "above", "at_most", "below")


@dataclass(frozen=True)
class Answer:
    """Whether a condition holds for a firm.

    Attributes
    ----------
    holds
        None where it is not known.
    lacking
        Fact without which it is not known.
    because
        What decided against, or what the law leaves open; empty where it holds.
    """

    holds: bool | None
    lacking: tuple[str, ...] = ()
    because: Text = ""


Others = Callable[[str, Firm], Answer]
"""Whether the condition of a policy holds for a firm."""


class Entitlement(ABC):
    """A node of the tree."""

    @abstractmethod
    def ask(self, firm: Firm, others: Others) -> Answer:
        """The answer for a firm."""

    @abstractmethod
    def tests(self) -> Iterator[Comparison]:
        """The comparisons in the tree."""

    def policies(self) -> Iterator[str]:
        """The policies whose condition it asks about."""
        return iter(())


@dataclass(frozen=True)
class Comparison(Entitlement):
    """Fact compared with a value.

    Attributes
    ----------
    evidence
        Key of the evidence.
    operator
        Of `COMPARISONS`.
    operand
        What it is compared with: one value, for `in` several.
    undecided
        Values for which the law, or what was read of it, does not say.
    """

    evidence: str
    operator: str
    operand: Value | tuple[Value, ...]
    undecided: tuple[Value, ...] = ()

    def ask(self, firm: Firm, others: Others) -> Answer:
        """Compare."""
        del others
        value = firm.values.get(self.evidence)
        if value is None:
            return Answer(None, firm.lacking(self.evidence))
        known = evidence_registry()[self.evidence]
        if value in self.undecided:
            told = Shown(known, value)
            open_ = _(
                "what was read of the law leaves open: {what}: {value}", what=known, value=told
            )
            return Answer(None, because=open_)
        if COMPARISONS[self.operator](value, self.operand):
            return Answer(True)
        return Answer(
            False,
            because=_("{what}: {value}", what=known, value=Shown(known, value)),
        )

    def tests(self) -> Iterator[Comparison]:
        """The comparison itself."""
        yield self


@dataclass(frozen=True)
class AllOf(Entitlement):
    """True when every part is."""

    parts: tuple[Entitlement, ...]

    def ask(self, firm: Firm, others: Others) -> Answer:
        """False by one part, else not known by one part."""
        answers = [part.ask(firm, others) for part in self.parts]
        return _decided(answers, deciding=False)

    def tests(self) -> Iterator[Comparison]:
        """The comparisons of all parts."""
        for part in self.parts:
            yield from part.tests()

    def policies(self) -> Iterator[str]:
        """Those of all parts."""
        for part in self.parts:
            yield from part.policies()


@dataclass(frozen=True)
class AnyOf(AllOf):
    """True when one part is."""

    def ask(self, firm: Firm, others: Others) -> Answer:
        """True by one part, else not known by one part."""
        answers = [part.ask(firm, others) for part in self.parts]
        return _decided(answers, deciding=True)


@dataclass(frozen=True)
class Not(Entitlement):
    """True when the part is false."""

    part: Entitlement

    def ask(self, firm: Firm, others: Others) -> Answer:
        """The contrary of the part."""
        found = self.part.ask(firm, others)
        if found.holds is None:
            return found
        told = [
            _("{what}: {value}", what=known, value=Shown(known, firm.values[known.key]))
            for known in (evidence_registry()[test.evidence] for test in self.part.tests())
            if known.key in firm.values
        ]
        return Answer(not found.holds, because=told[0] if told and found.holds else "")

    def tests(self) -> Iterator[Comparison]:
        """The comparisons of the part."""
        return self.part.tests()

    def policies(self) -> Iterator[str]:
        """Those of the part."""
        return self.part.policies()


@dataclass(frozen=True)
class AsPolicy(Entitlement):
    """True when the condition of another policy is."""

    policy: str

    def ask(self, firm: Firm, others: Others) -> Answer:
        """The answer of the other policy."""
        found = others(self.policy, firm)
        if found.holds is False:
            return Answer(
                False,
                because=_(
                    "{policy} does not apply: {because}", policy=self.policy, because=found.because
                ),
            )
        return found

    def tests(self) -> Iterator[Comparison]:
        """None of its own."""
        return iter(())

    def policies(self) -> Iterator[str]:
        """The one."""
        yield self.policy


@dataclass(frozen=True)
class Shown:
    """A value of evidence, which says itself in a language.

    Attributes
    ----------
    known
        The evidence that it is of.
    value
        The value.
    """

    known: Fact
    value: Value

    def label(self, language: Language = "vi") -> str:
        """The value as people read it."""
        if isinstance(self.value, bool):
            return labels()["yes" if self.value else "no"][language]
        if isinstance(self.value, str):
            words = self.known.words
            known = words is not None and self.value in set(words)
            return words.of(self.value).label(language) if words and known else self.value
        return written(self.value, language)


def _decided(answers: list[Answer], *, deciding: bool) -> Answer:
    """Several answers as one: the deciding one if there is any, else what is not known."""
    for answer in answers:
        if answer.holds is deciding:
            return answer
    unknown = [answer for answer in answers if answer.holds is None]
    if unknown:
        lacking = dict.fromkeys(key for answer in unknown for key in answer.lacking)
        because = next((answer.because for answer in unknown if answer.because), "")
        return Answer(None, tuple(lacking), because)
    return answers[0] if answers else Answer(not deciding)


def written(value: Fraction | dt.date, language: Language) -> str:
    """A figure or a day as a language writes it."""
    ours = style(language)
    return ours.day(value) if isinstance(value, dt.date) else ours.number(as_decimal(value), 6)
