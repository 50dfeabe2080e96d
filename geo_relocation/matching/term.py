"""What a term of the cost is. Each is one file of `terms/`, which names it `TERM`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo_relocation.arrays import FloatArray
from geo_relocation.messages import Message
from geo_relocation.model.told import Label

if TYPE_CHECKING:
    # The specification is made of the terms, and the terms are counted on what it asks.
    from geo_relocation.matching.groups import Group
    from geo_relocation.matching.problem import Firms, Frames, Links, Parks
    from geo_relocation.matching.specification import MatchSpecification


@dataclass(frozen=True)
class Ground:
    """What a term is counted on: all that is known but the cost.

    Attributes
    ----------
    firms, parks, links, frames, specification, groups
        As in `Problem`; the links without their terms.
    """

    firms: Firms
    parks: Parks
    links: Links
    frames: Frames
    specification: MatchSpecification
    groups: tuple[Group, ...] = ()

    @property
    def years(self) -> tuple[int, ...]:
        """Calendar years in which firms can move."""
        return self.specification.phases


def _always_tells(_: Ground) -> Label | Message | None:
    return None


@dataclass(frozen=True)
class Term:
    """A term of the cost.

    Attributes
    ----------
    name
        Stable word, as stored in `cost_terms`.
    order
        Place among the terms.
    weight, default
        The field of `[weights]` that prices it, in kilometre-equivalents, and the price where a
        scenario names none.
    about
        What the weight is the price of, in one sentence for the documentation.
    vi, en
        Heads of a column.
    reason_vi, reason_en
        Words that say in a reason that the term was paid; empty: it is not said.
    by_link
        How much of it each link has, in the unit that the weight is a price of; None: none.
    by_year
        How much of it each year of the scenario has; None: none.
    idle
        Why the weight changes nothing, in words that may be stored; None where it does.
    unit
        Unit of the term itself.
    version
        To be raised whenever the same input gives another amount than before: plans that were
        made with another version are out of date.
    """

    name: str
    order: int
    weight: str
    default: float
    about: str
    vi: str
    en: str
    reason_vi: str = ""
    reason_en: str = ""
    by_link: Callable[[Ground], FloatArray] | None = None
    by_year: Callable[[Ground], FloatArray] | None = None
    idle: Callable[[Ground], Label | Message | None] = _always_tells
    unit: str = "km"
    version: int = 1

    @property
    def words(self) -> Label | None:
        """What a reason calls it, where it is said."""
        return Label(self.name, self.reason_vi, self.reason_en) if self.reason_vi else None

    def price(self, specification: MatchSpecification) -> float:
        """What a scenario counts a unit of it."""
        return float(getattr(specification.weights, self.weight))

    def values(self, ground: Ground) -> FloatArray:
        """What it costs on each link: km-equivalents in whole metres, so that sums are exact."""
        price = self.price(ground.specification)
        if self.by_link is None or not price:
            return np.zeros(len(ground.links))
        return np.round(self.by_link(ground) * price, 3)

    def values_by_year(self, ground: Ground) -> FloatArray:
        """What it costs in each year, in the same unit."""
        price = self.price(ground.specification)
        if self.by_year is None or not price:
            return np.zeros(len(ground.years))
        return np.round(self.by_year(ground) * price, 3)
