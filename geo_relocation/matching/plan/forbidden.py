"""What forbids a firm the place that another plan gives it."""

from __future__ import annotations

import numpy as np

from geo_relocation.matching.plan.years import window
from geo_relocation.matching.problem import Problem
from geo_relocation.matching.rules import rule_of
from geo_relocation.messages import Message, joined
from geo_relocation.model.reasons import FirmBarrier
from geo_relocation.model.told import told


def forbidden(problem: Problem, firm: int, park: str, year: int) -> Message:
    """Which rule forbids a firm a park and year that it has no link to.

    Parameters
    ----------
    problem
        The problem.
    firm
        By position.
    park, year
        Id of the park, and calendar year.

    Returns
    -------
    Message
        It may be stored.
    """
    rows = np.flatnonzero(problem.parks.park_id == park)
    barrier = FirmBarrier(problem.firms.barrier[firm])  # type: ignore[call-arg]
    if barrier not in (FirmBarrier.NONE, FirmBarrier.NO_PARK, FirmBarrier.NO_YEAR):
        return told("placing.barred", why=barrier)
    if not len(rows):
        return told("differences.park-gone")
    if number := int(problem.barriers[firm, rows[0]]):
        return rule_of(number).words.sentence
    if year not in problem.phases:
        return told("differences.year-gone", year=year)
    if against := window(problem, firm).against(year):
        return joined((bound.words for bound in against), ", ")
    return told("differences.not-open", year=year)
