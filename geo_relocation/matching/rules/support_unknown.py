"""What the firm takes of the support budget cannot be computed."""

from typing import Literal

import numpy as np
from pydantic import Field

from geo_relocation.arrays import Mask
from geo_relocation.matching.rule import Lever, Pairing, Rule


def _unknown(pairing: Pairing) -> Mask:
    """In any year in which the pair could be used."""
    found = np.zeros((len(pairing.firms), len(pairing.parks)), dtype=bool)
    if pairing.specification.limits.budget_unknown == "leave-out":
        first, last = pairing.intervals
        for phase in range(len(pairing.specification.phases)):
            unknown = pairing.funds.unknown[:, phase][:, pairing.funds.kind]
            found |= unknown & (first <= phase) & (phase <= last)
    return found


RULE = Rule(
    code="support-unknown",
    order=145,
    vi="chưa tính được khoản hỗ trợ",
    en="support cannot be computed",
    about="What the firm takes of the support budget in some year it may move cannot be computed.",
    forbids=_unknown,
    lever=Lever(
        "support-data", 125, "nhập dữ liệu để tính được hỗ trợ", "what support is computed from"
    ),
    fields={
        "budget_unknown": (
            Literal["nothing", "leave-out"],
            Field(
                default="nothing",
                description="What support that cannot be computed takes of the budget: nothing, or "
                "the firm is not placed where it cannot.",
            ),
        )
    },
)
