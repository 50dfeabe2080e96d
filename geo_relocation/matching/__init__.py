"""Firms to parks: problem, candidates, bound, search, verification, explanation."""

from geo_relocation.matching.build import build_problem
from geo_relocation.matching.check import Layers, Violation, check
from geo_relocation.matching.plan.explain import explain, scenario_row
from geo_relocation.matching.plan.solve import Solution, solve
from geo_relocation.matching.problem import Note, Problem
from geo_relocation.matching.specification import MatchSpecification
from geo_relocation.matching.verify import verify

__all__ = [
    "Layers",
    "MatchSpecification",
    "Note",
    "Problem",
    "Solution",
    "Violation",
    "build_problem",
    "check",
    "explain",
    "scenario_row",
    "solve",
    "verify",
]
