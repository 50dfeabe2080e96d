"""Support: dated policies → what each firm gets, in đồng, or why not.

Everything is pure: frames and texts in, frames and dataclasses out. See ``docs/support.md``.
"""

from geo_relocation.support.budget import PAYERS, Budget, support_budget
from geo_relocation.support.catalogue import Catalogue, catalogue, shipped_sets, shipped_text
from geo_relocation.support.estimate import Estimate, Item, estimate
from geo_relocation.support.facts import Firm, evidence_registry
from geo_relocation.support.firms import gather_firms, middle_of
from geo_relocation.support.parameters import NONE_GIVEN, Parameters, parse_parameters
from geo_relocation.support.policy import Parameter, Policy, PolicySet
from geo_relocation.support.reading import parse_policies

__all__ = [
    "NONE_GIVEN",
    "PAYERS",
    "Budget",
    "Catalogue",
    "Estimate",
    "Firm",
    "Item",
    "Parameter",
    "Parameters",
    "Policy",
    "PolicySet",
    "catalogue",
    "estimate",
    "evidence_registry",
    "gather_firms",
    "middle_of",
    "parse_parameters",
    "parse_policies",
    "shipped_sets",
    "shipped_text",
    "support_budget",
]
