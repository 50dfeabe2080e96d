"""Structured conditions over named evidence, in Kleene's three-valued logic.

A condition is a small tree read from a rule set: comparisons joined by all, any and not, and
`conclusion … otherwise`, where an officer's recorded conclusion stands before what the program
computes. Nothing is evaluated as code. Truth values are small integers, −1 false, 0 unknown,
1 true, so that *and* is the minimum, *or* the maximum and *not* the negative (S. C. Kleene,
Introduction to Metamathematics, 1952, §64). Hence a result that is decided on part of the
evidence stays as it is whatever the rest turns out to be.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_relocation.arrays import FloatArray, Mask
from geo_relocation.assessment.evidence import EvidenceTable

Truth = NDArray[np.int8]
Scalar = float | bool | str
Value = Scalar | tuple[str, ...]
Operator = Literal["is", "in", "at_least", "above", "at_most", "below"]

TRUE, UNKNOWN, FALSE = np.int8(1), np.int8(0), np.int8(-1)
OPERATORS: tuple[Operator, ...] = ("is", "in", "at_least", "above", "at_most", "below")
RISING = ("at_least", "above")
NUMERIC = ("at_least", "above", "at_most", "below")


@dataclass(frozen=True)
class Reference:
    """A parameter of the rule set, by name."""

    name: str


Operand = Value | Reference
Parameters = Mapping[str, Value | None]


def as_number(value: Any) -> float:
    """A number, or a date as ordinal days."""
    if isinstance(value, str):
        return float((pd.Timestamp(value) - pd.Timestamp("1970-01-01")).days)
    return float(value)


def resolve(operand: Operand | None, parameters: Parameters) -> Value | None:
    """The value of an operand; None for a parameter that has no value."""
    return parameters[operand.name] if isinstance(operand, Reference) else operand


class Condition(ABC):
    """A node of the tree."""

    @abstractmethod
    def evaluate(self, table: EvidenceTable, parameters: Parameters) -> Truth:
        """Truth per site."""

    @abstractmethod
    def missing(self, table: EvidenceTable, parameters: Parameters, gate: Mask) -> dict[str, Mask]:
        """Evidence that keeps the sites of `gate` undecided, per key the sites that lack it.

        Only what can change the outcome is named: under *any*, a part that is false already
        needs nothing; under *all*, a part that is true already needs nothing.
        """

    @abstractmethod
    def tests(self) -> Iterator[Comparison]:
        """The comparisons in the tree, in order."""

    @abstractmethod
    def keys(self) -> set[str]:
        """All evidence that the tree names."""

    def references(self) -> set[str]:
        """All parameters that must have a value for the tree to mean anything."""
        return {t.operand.name for t in self.tests() if isinstance(t.operand, Reference)}


def merge(into: dict[str, Mask], more: Mapping[str, Mask]) -> None:
    """Add masks of missing evidence, key by key."""
    for key, mask in more.items():
        into[key] = into[key] | mask if key in into else mask


@dataclass(frozen=True)
class Comparison(Condition):
    """A comparison of one piece of evidence with a value.

    Attributes
    ----------
    evidence
        Key of the evidence.
    operator
        How it is compared.
    operand
        A value, or a reference to a parameter.
    unsure
        For a number, the far end of a band in which the program does not decide: between
        `unsure` and the threshold the result is unknown, though the value is known.
    """

    evidence: str
    operator: Operator
    operand: Operand
    unsure: Operand | None = None

    def evaluate(self, table: EvidenceTable, parameters: Parameters) -> Truth:
        """Compare; unknown where the evidence is missing or lies in the unsure band."""
        values, known = table.values[self.evidence], table.known(self.evidence)
        operand = resolve(self.operand, parameters)
        hit, sure = self._compare(values, operand, resolve(self.unsure, parameters))
        return np.where(known & sure, np.where(hit, TRUE, FALSE), UNKNOWN).astype(np.int8)

    def _compare(self, values: NDArray[Any], operand: Any, unsure: Any) -> tuple[Mask, Mask]:
        """Where the comparison holds, and where it is sure."""
        sure = np.ones(len(values), dtype=bool)
        if self.operator == "is":
            return values == operand, sure
        if self.operator == "in":
            chosen: Mask = np.asarray(pd.Series(values, dtype=object).isin(operand), dtype=bool)
            return chosen, sure
        numbers = values.astype(float)
        compare = {
            "at_least": np.greater_equal,
            "above": np.greater,
            "at_most": np.less_equal,
            "below": np.less,
        }[self.operator]
        hit: Mask = compare(numbers, as_number(operand))
        if unsure is not None:
            far = as_number(unsure)
            cleared = numbers <= far if self.operator in RISING else numbers >= far
            sure = hit | cleared
        return hit, sure

    def missing(self, table: EvidenceTable, parameters: Parameters, gate: Mask) -> dict[str, Mask]:
        """The evidence itself, or what it is made from, where the comparison is unknown."""
        return table.lacking(self.evidence, gate & (self.evaluate(table, parameters) == UNKNOWN))

    def margins(self, values: FloatArray, parameters: Parameters) -> FloatArray:
        """How far numbers are on the side that counts as a hit; negative on the other side."""
        threshold = as_number(resolve(self.operand, parameters))
        return values - threshold if self.operator in RISING else threshold - values

    def tests(self) -> Iterator[Comparison]:
        """The comparison itself."""
        yield self

    def keys(self) -> set[str]:
        """The one key."""
        return {self.evidence}


@dataclass(frozen=True)
class _Group(Condition):
    """Several conditions together."""

    parts: tuple[Condition, ...]

    def missing(self, table: EvidenceTable, parameters: Parameters, gate: Mask) -> dict[str, Mask]:
        """What the undecided parts lack, where the whole is undecided."""
        found: dict[str, Mask] = {}
        open_ = gate & (self.evaluate(table, parameters) == UNKNOWN)
        for part in self.parts:
            merge(found, part.missing(table, parameters, open_))
        return found

    def tests(self) -> Iterator[Comparison]:
        """The comparisons of all parts."""
        for part in self.parts:
            yield from part.tests()

    def keys(self) -> set[str]:
        """The keys of all parts."""
        return set().union(*(part.keys() for part in self.parts))


class AllOf(_Group):
    """True when every part is."""

    def evaluate(self, table: EvidenceTable, parameters: Parameters) -> Truth:
        """The minimum of the parts."""
        parts = [part.evaluate(table, parameters) for part in self.parts]
        return np.asarray(np.minimum.reduce(parts), dtype=np.int8)


class AnyOf(_Group):
    """True when one part is."""

    def evaluate(self, table: EvidenceTable, parameters: Parameters) -> Truth:
        """The maximum of the parts."""
        parts = [part.evaluate(table, parameters) for part in self.parts]
        return np.asarray(np.maximum.reduce(parts), dtype=np.int8)


@dataclass(frozen=True)
class Not(Condition):
    """True when the part is false."""

    part: Condition

    def evaluate(self, table: EvidenceTable, parameters: Parameters) -> Truth:
        """The negative of the part."""
        return -self.part.evaluate(table, parameters)

    def missing(self, table: EvidenceTable, parameters: Parameters, gate: Mask) -> dict[str, Mask]:
        """What the part lacks."""
        return self.part.missing(table, parameters, gate)

    def tests(self) -> Iterator[Comparison]:
        """The comparisons of the part."""
        return self.part.tests()

    def keys(self) -> set[str]:
        """The keys of the part."""
        return self.part.keys()


@dataclass(frozen=True)
class Concluded(Condition):
    """An officer's recorded conclusion where there is one, else what is computed.

    A conclusion is not evidence among others: it supersedes the computation, whichever way it
    goes. Where the computation is in its unsure band, the conclusion is what is lacking.
    """

    conclusion: str
    otherwise: Condition

    def evaluate(self, table: EvidenceTable, parameters: Parameters) -> Truth:
        """The conclusion where recorded, else the other condition."""
        stated = table.values[self.conclusion]
        computed = self.otherwise.evaluate(table, parameters)
        spoken = np.where(stated == 1.0, TRUE, FALSE)
        return np.where(table.known(self.conclusion), spoken, computed).astype(np.int8)

    def missing(self, table: EvidenceTable, parameters: Parameters, gate: Mask) -> dict[str, Mask]:
        """Missing evidence, or the conclusion where the evidence is there but does not decide."""
        found: dict[str, Mask] = {}
        open_ = gate & (self.evaluate(table, parameters) == UNKNOWN)
        for key, mask in self.otherwise.missing(table, parameters, open_).items():
            known = table.known(key)
            merge(found, {key: mask & ~known, self.conclusion: mask & known})
        return {key: mask for key, mask in found.items() if mask.any()}

    def tests(self) -> Iterator[Comparison]:
        """The comparisons of the computation."""
        return self.otherwise.tests()

    def keys(self) -> set[str]:
        """The conclusion and the keys of the computation."""
        return {self.conclusion} | self.otherwise.keys()
