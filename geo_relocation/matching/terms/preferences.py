"""Another park than a rule of the scenario prefers for the firm's group."""

import numpy as np

from geo_relocation.arrays import FloatArray
from geo_relocation.matching.term import Ground, Term
from geo_relocation.messages import Message
from geo_relocation.model.told import told


def _elsewhere(ground: Ground) -> FloatArray:
    found = np.zeros(len(ground.links))
    for group in ground.groups:
        if group.rule.price_km is not None:
            against = group.firms[ground.links.firm] & ~group.parks[ground.links.park]
            found += against * group.rule.price_km
    return found


def _idle(ground: Ground) -> Message | None:
    prefers = any(group.rule.kind == "prefer" for group in ground.groups)
    return None if prefers else told("idle.no-preference")


TERM = Term(
    name="preferences",
    order=65,
    weight="preferences",
    default=1.0,
    about="Each kilometre-equivalent at which a rule that prefers prices another park.",
    vi="Chi phí: trái quy tắc ưu tiên",
    en="Cost: rule that prefers",
    reason_vi="trái quy tắc ưu tiên",
    reason_en="against a rule that prefers",
    by_link=_elsewhere,
    idle=_idle,
)
