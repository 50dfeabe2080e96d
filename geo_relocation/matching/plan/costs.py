"""What each term adds to the cost of each firm that is placed: the `cost_terms` layer."""

from __future__ import annotations

import pandas as pd

from geo_relocation.matching.plan.solve import Solution
from geo_relocation.matching.problem import Problem
from geo_relocation.matching.terms import TERMS
from geo_relocation.model import schema


def cost_terms(problem: Problem, solution: Solution, *, plan_id: str) -> pd.DataFrame:
    """The `cost_terms` frame of a plan.

    A term that adds nothing to the cost of a firm has no row: nothing and 0 are one value here,
    that of a term which a plan was made without too.

    Parameters
    ----------
    problem, solution
        The problem and its plan.
    plan_id
        Key of the plan.
    """
    placed = solution.chosen.placed
    link, phase = solution.chosen.link[placed], solution.chosen.phase[placed]
    values = problem.terms_of_all(link, phase)
    sites = pd.Series(problem.firms.site_id[placed], dtype="str")
    parts = [
        pd.DataFrame(
            {"site_id": sites, "term": term.name, "value": values[term.name], "unit": term.unit}
        )
        for term in TERMS
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows["value"] != 0].assign(plan_id=plan_id)
    return schema("cost_terms").conform(rows)
