"""Rule sets, evidence, decisions, batches and the life cycle of the list."""

from geo_relocation.assessment.batches import compare_schedules, unbatched
from geo_relocation.assessment.complaints import (
    ComplaintOutcome,
    complain,
    history,
    open_complaints,
    resolve,
)
from geo_relocation.assessment.decide import assess, override
from geo_relocation.assessment.enforcement import obstacles, overdue
from geo_relocation.assessment.evidence import Evidence, evidence_registry
from geo_relocation.assessment.explain import PLACE_FIELDS, Explanation, explain
from geo_relocation.assessment.lifecycle import (
    Transition,
    correct,
    diff,
    next_states,
    record_step,
    transition,
    transitions,
)
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
    "ComplaintOutcome",
    "Deadlines",
    "Evidence",
    "Explanation",
    "PolicyStatus",
    "RuleSet",
    "Transition",
    "assess",
    "batch_policy_from_data",
    "compare",
    "compare_schedules",
    "complain",
    "correct",
    "diff",
    "evidence_label",
    "evidence_registry",
    "explain",
    "history",
    "hit_triggers",
    "load_batch_policy",
    "load_deadlines",
    "load_shipped",
    "near_thresholds",
    "next_states",
    "obstacles",
    "open_complaints",
    "overdue",
    "override",
    "parse_batch_policy",
    "parse_deadlines",
    "parse_ruleset",
    "record_step",
    "resolve",
    "ruleset_from_data",
    "sensitivity",
    "sensitivity_svg",
    "shipped_batch_policies",
    "shipped_deadlines",
    "shipped_rulesets",
    "transition",
    "transitions",
    "unbatched",
    "with_parameters",
]
