"""The list's life: steps, corrections, complaints, who is overdue and what enforcement lacks."""

from geo_relocation.programme.complaints import (
    complain,
    open_complaints,
    resolve,
)
from geo_relocation.programme.enforcement import obstacles, overdue
from geo_relocation.programme.history import history
from geo_relocation.programme.lifecycle import (
    Transition,
    correct,
    diff,
    next_states,
    record_step,
    transition,
    transitions,
)

__all__ = [
    "Transition",
    "complain",
    "correct",
    "diff",
    "history",
    "next_states",
    "obstacles",
    "open_complaints",
    "overdue",
    "record_step",
    "resolve",
    "transition",
    "transitions",
]
