"""The years in which a firm may move, and what sets them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from geo_relocation.matching.plan.telling import years_words
from geo_relocation.matching.problem import Problem
from geo_relocation.messages import Message
from geo_relocation.model.told import told
from geo_relocation.standing.decisions import in_force

Cause = Literal["own", "batch", "deadline", "lock"]


@dataclass(frozen=True)
class Bound:
    """A first or last year of a firm, and what says so.

    Attributes
    ----------
    year
        Calendar year.
    cause
        The firm's own entry, its batch, the deadline of its decision, or a lock.
    words
        The cause, in words that may be stored.
    """

    year: int
    cause: Cause
    words: Message


@dataclass(frozen=True)
class Window:
    """All that bounds the years of a firm.

    Attributes
    ----------
    first, last
        What says from when, and what says until when; none where nothing does.
    """

    first: tuple[Bound, ...]
    last: tuple[Bound, ...]

    def against(self, year: int) -> tuple[Bound, ...]:
        """What forbids a year."""
        early = tuple(bound for bound in self.first if year < bound.year)
        return (*early, *(bound for bound in self.last if year > bound.year))


def window(problem: Problem, firm: int) -> Window:
    """What bounds the years of a firm, from the frames the problem was built from."""
    row, limits = problem.frames.sites.iloc[firm], problem.specification.limits
    first, last = list[Bound](), list[Bound]()
    if pd.notna(row["earliest_phase"]):
        first.append(Bound(int(row["earliest_phase"]), "own", told("placing.own-earliest")))
    if pd.notna(row["latest_phase"]):
        last.append(Bound(int(row["latest_phase"]), "own", told("placing.own-latest")))
    decisions = problem.frames.decisions
    if decisions is not None and not decisions.empty:
        mine = in_force(decisions[decisions["site_id"] == row["site_id"]])
        for deadline, batch in zip(mine["deadline"], mine["batch"], strict=True):
            if limits.deadlines and pd.notna(deadline):
                words = told("placing.deadline", day=deadline.date())
                last.append(Bound(deadline.year, "deadline", words))
            if batch in limits.batches:
                year = limits.batches[batch]
                words = told("placing.batch", batch=batch, year=year)
                first.append(Bound(year, "batch", words))
    for lock in problem.specification.locks:
        if lock.site == row["site_id"]:
            starts, ends = lock.phase or lock.earliest, lock.phase or lock.latest
            words = told("placing.locked")
            first += [Bound(starts, "lock", words)] if starts else []
            last += [Bound(ends, "lock", words)] if ends else []
    return Window(tuple(first), tuple(last))


def no_year_words(problem: Problem, firm: int) -> Message:
    """Why a firm may move in no year of the scenario."""
    first, last = int(problem.firms.earliest[firm]), int(problem.firms.latest[firm])
    found = window(problem, firm)
    binds: tuple[Bound, ...]
    if first > problem.phases[-1]:
        years, binds = told("placing.from-year", year=first), found.first
    elif last < problem.phases[0]:
        years, binds = told("placing.until-year", year=last), found.last
    else:
        years = told("placing.from-until", first=first, last=last)
        binds = (*found.first, *found.last)
    causes = list(dict.fromkeys(b.words for b in binds if b.year in (first, last)))
    scenario = years_words(problem.phases)
    return told("placing.years-against", years=years, scenario=scenario, causes=causes)
