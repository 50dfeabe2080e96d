"""The rent of a park."""

import numpy as np

from geo_relocation.arrays import FloatArray
from geo_relocation.matching.reasons import ParkBarrier
from geo_relocation.matching.term import Ground, Term
from geo_relocation.messages import Message
from geo_relocation.model.told import told


def _rents(ground: Ground) -> FloatArray:
    return ground.parks.rent[ground.links.park]


def _idle(ground: Ground) -> Message | None:
    rents = ground.parks.rent[ground.parks.barrier == ParkBarrier.NONE]
    same = len(np.unique(rents)) <= 1
    return told("idle.rents-alike") if same else None


TERM = Term(
    name="rent",
    order=40,
    weight="rent_per_usd_m2",
    default=0.1,
    about="Each USD/m² of rent.",
    vi="Chi phí: giá thuê",
    en="Cost: rent",
    reason_vi="giá thuê",
    reason_en="rent",
    by_link=_rents,
    idle=_idle,
)
