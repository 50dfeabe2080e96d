"""Firms to parks: problem, candidates, bound, search, verification, explanation.

The checker lies in `geo_relocation.matching.check`, under its own name there.
"""

from typing import TYPE_CHECKING

from geo_relocation.lazy import loader

if TYPE_CHECKING:
    from geo_relocation.matching.build import build_problem
    from geo_relocation.matching.check import Layers, Violation
    from geo_relocation.matching.plan.explain import explain, scenario_row
    from geo_relocation.matching.plan.solve import Solution, solve
    from geo_relocation.matching.problem import Note, Problem
    from geo_relocation.matching.specification import MatchSpecification
else:
    __getattr__ = loader(
        __name__,
        {
            "Layers": "check",
            "MatchSpecification": "specification",
            "Note": "problem",
            "Problem": "problem",
            "Solution": "plan.solve",
            "Violation": "check",
            "build_problem": "build",
            "explain": "plan.explain",
            "scenario_row": "plan.explain",
            "solve": "plan.solve",
        },
    )

__all__ = [
    "Layers",
    "MatchSpecification",
    "Note",
    "Problem",
    "Solution",
    "Violation",
    "build_problem",
    "explain",
    "scenario_row",
    "solve",
]
