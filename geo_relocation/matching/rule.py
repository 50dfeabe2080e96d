"""What a hard rule is. Each is one file of `rules/`, which names it `RULE`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo_relocation.arrays import IntArray, Mask
from geo_relocation.messages import Message
from geo_relocation.model.told import Label, told

if TYPE_CHECKING:
    # The specification is made of the rules, and the rules are judged on what it asks.
    from geo_relocation.matching.budget import Funds
    from geo_relocation.matching.groups import Group
    from geo_relocation.matching.problem import Firms, Parks, Problem
    from geo_relocation.matching.specification import MatchSpecification


@dataclass(frozen=True)
class Pairing:
    """What rules are judged on: firms and parks, before any cost.

    Attributes
    ----------
    firms, parks
        As in `Problem`.
    frame
        The parks layer, in the order of `parks`.
    sites
        The sites layer, in the order of `firms`.
    specification
        What was asked.
    unreached
        Shape (firms, parks): no road joins them, where a road is demanded.
    own
        Shape (firms,): position of the park that the firm stands in, -1 for none.
    funds
        What firms take of the support budgets.
    groups
        The rules on groups of firms, and whom they mean.
    """

    firms: Firms
    parks: Parks
    frame: pd.DataFrame
    sites: pd.DataFrame
    specification: MatchSpecification
    unreached: Mask
    own: IntArray
    funds: Funds
    groups: tuple[Group, ...] = ()

    @cached_property
    def years_of_firms(self) -> Mask:
        """In which years each firm may move: shape (firms, years)."""
        years = np.asarray(self.specification.phases)[None, :]
        within: Mask = (years >= self.firms.earliest[:, None]) & (
            years <= self.firms.latest[:, None]
        )
        return within

    @cached_property
    def never(self) -> Mask:
        """Firms that may move in no year: shape (firms, 1)."""
        return np.logical_not(self.years_of_firms.any(axis=1)).reshape(-1, 1)

    @cached_property
    def intervals(self) -> tuple[IntArray, IntArray]:
        """Positions of the first and last year of every pair; first > last where there is none."""
        years = np.asarray(self.specification.phases)
        room = self.parks.land_m2 > 0
        open_from = np.where(room.any(axis=1), room.argmax(axis=1), len(years))
        first = np.searchsorted(years, self.firms.earliest, side="left")
        last = np.searchsorted(years, self.firms.latest, side="right") - 1
        return np.maximum(first[:, None], open_from[None, :]), np.broadcast_to(
            last[:, None], (len(self.firms), len(self.parks))
        )

    @cached_property
    def shut(self) -> Mask:
        """Pairs whose park does not open while the firm may move."""
        years = np.asarray(self.specification.phases)
        late: Mask = np.searchsorted(years, self.parks.opens)[None, :] > self.intervals[1]
        return late


Changed = tuple[Message, "Problem"]
"""Words for a change, which may be stored, and the problem with it made."""


@dataclass(frozen=True)
class Lever:
    """One thing that somebody can decide or find out, and that would lift a rule.

    Attributes
    ----------
    code
        Stable word.
    order
        Place among the levers where they are listed.
    vi, en
        What would have to be changed.
    words
        The same with the code, as a told sentence holds it.
    change
        Makes the change for a firm and a park, given the park's name: it is tried on the
        verifier, so frames and specification have to follow, arrays need not. None: the lever
        is only named, or needs an amount (see `plan.changes`).
    """

    code: str
    order: int = field(compare=False)
    vi: str = field(compare=False)
    en: str = field(compare=False)
    change: Callable[[Problem, int, int, str], Changed] | None = field(default=None, compare=False)

    def __str__(self) -> str:
        """The stable word."""
        return self.code

    @property
    def words(self) -> Label:
        """Words for people."""
        return Label(self.code, self.vi, self.en)


LAND = Lever("land", 10, "thêm đất ở một khu", "more land in a park")
WASTEWATER = Lever(
    "wastewater", 20, "thêm công suất nước thải ở một khu", "more wastewater capacity"
)
YEARS = Lever("years", 70, "đổi năm cơ sở được dời", "other years for the firm")
OPENING = Lever("opening", 80, "mở khu sớm hơn", "a park opens earlier")
LOCK = Lever("lock", 130, "bỏ điều đã chốt của cơ sở", "the firm's lock dropped")


def _receiving(problem: Problem, _firm: int, park: int, where: str) -> Changed:
    words = told("placing.change-receives", park=where)
    return words, with_park(problem, park, "receives", value=True)


RECEIVES = Lever("receives", 100, "cho khu tiếp nhận di dời", "a park receives", _receiving)


@dataclass(frozen=True)
class Rule:
    """A hard rule: what forbids a firm in a park.

    Attributes
    ----------
    code
        Stable word, by which the checker and stored reasons know it too.
    order
        Place among the rules: of several that forbid a pair, the first is named.
    vi, en
        Why the park is closed to the firm.
    about
        The rule in one sentence for the documentation.
    forbids
        Pairs it forbids; broadcast to the shape (firms, parks).
    lever
        What would lift it; None: what lacks is counted place by place, in land, wastewater
        and years.
    fields
        Fields of a scenario's `[limits]` that it reads alone: type and pydantic field.
    checked_as
        Code of the check that refuses a plan that breaks it, where it is another: the rule
        follows from what that checks.
    version
        Raised when the rule changes, so that plans made before are known to be out of date.
    """

    code: str
    order: int
    vi: str
    en: str
    about: str
    forbids: Callable[[Pairing], Mask]
    lever: Lever | None = None
    fields: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    checked_as: str = ""
    version: int = 1

    @property
    def words(self) -> Label:
        """Why the park is closed to the firm."""
        return Label(self.code, self.vi, self.en)

    @property
    def check(self) -> str:
        """Code of the check that refuses a plan that breaks it."""
        return self.checked_as or self.code


def with_frames(problem: Problem, **frames: pd.DataFrame) -> Problem:
    """The problem with other frames, for the verifier alone: it reads nothing else."""
    return replace(problem, frames=replace(problem.frames, **frames))


def with_park(problem: Problem, park: int, column: str, value: object) -> Problem:
    """The problem with one value of one park changed, for the verifier alone."""
    parks = problem.frames.parks.copy()
    parks.loc[parks.index[park], column] = value
    return with_frames(problem, parks=parks)
