"""Another park than in the plan that this one is based on."""

import numpy as np

from geo_relocation.arrays import FloatArray
from geo_relocation.matching.term import Ground, Term
from geo_relocation.messages import Message
from geo_relocation.model.told import told


def _changed(ground: Ground) -> FloatArray:
    approved = ground.frames.approved
    before = (
        {} if approved is None else dict(zip(approved["site_id"], approved["park_id"], strict=True))
    )
    firms, parks = ground.firms.site_id, ground.parks.park_id
    both = zip(ground.links.firm.tolist(), ground.links.park.tolist(), strict=True)
    changed = [isinstance(old := before.get(firms[f]), str) and old != parks[p] for f, p in both]
    return np.array(changed, dtype=float)


def _idle(ground: Ground) -> Message | None:
    based = ground.frames.approved is not None
    return None if based else told("idle.not-based")


TERM = Term(
    name="change",
    order=70,
    weight="change",
    default=0.0,
    about="A park other than that of the plan which this one is based on.",
    vi="Chi phí: đổi phương án",
    en="Cost: change",
    reason_vi="đổi phương án đã duyệt",
    reason_en="change of the approved plan",
    by_link=_changed,
    idle=_idle,
)
