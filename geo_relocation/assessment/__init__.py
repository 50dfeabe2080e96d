"""Rule sets, evidence, decisions, batches and how firmly they stand."""

from geo_relocation.assessment.batches import compare_schedules, unbatched
from geo_relocation.assessment.decide import assess, override
from geo_relocation.assessment.evidence import Evidence, evidence_registry
from geo_relocation.assessment.explain import PLACE_FIELDS, explain
from geo_relocation.assessment.page import Explanation
from geo_relocation.assessment.robustness import (
    compare,
    near_thresholds,
    sensitivity,
    sensitivity_svg,
)
from geo_relocation.assessment.rules import (
    load_shipped,
    parse_ruleset,
    ruleset_from_data,
    shipped_rulesets,
    with_parameters,
)
from geo_relocation.assessment.ruleset import PolicyStatus, RuleSet
from geo_relocation.assessment.schedules import (
    BatchPolicy,
    Deadlines,
    batch_policy_from_data,
    load_batch_policy,
    load_deadlines,
    parse_batch_policy,
    parse_deadlines,
    shipped_batch_policies,
    shipped_deadlines,
)
from geo_relocation.assessment.wording import evidence_label, hit_triggers

__all__ = [
    "PLACE_FIELDS",
    "BatchPolicy",
    "Deadlines",
    "Evidence",
    "Explanation",
    "PolicyStatus",
    "RuleSet",
    "assess",
    "batch_policy_from_data",
    "compare",
    "compare_schedules",
    "evidence_label",
    "evidence_registry",
    "explain",
    "hit_triggers",
    "load_batch_policy",
    "load_deadlines",
    "load_shipped",
    "near_thresholds",
    "override",
    "parse_batch_policy",
    "parse_deadlines",
    "parse_ruleset",
    "ruleset_from_data",
    "sensitivity",
    "sensitivity_svg",
    "shipped_batch_policies",
    "shipped_deadlines",
    "shipped_rulesets",
    "unbatched",
    "with_parameters",
]
