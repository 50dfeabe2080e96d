"""A park that is specialised in other sectors than the firm's."""

import numpy as np

from geo_relocation.arrays import FloatArray
from geo_relocation.matching.reasons import ParkBarrier
from geo_relocation.matching.term import Ground, Term
from geo_relocation.messages import Message
from geo_relocation.model import split_codes
from geo_relocation.model.told import told


def wrongly_specialised(ground: Ground) -> FloatArray:
    """1 for each link to a park that is specialised in other sectors than the firm's, else 0."""
    special = [set(split_codes(codes)) for codes in ground.frames.parks["specialisation"]]
    division = ground.firms.division
    both = zip(ground.links.firm.tolist(), ground.links.park.tolist(), strict=True)
    found = [bool(special[p]) and division[f] not in special[p] for f, p in both]
    return np.array(found, dtype=float)


def _idle(ground: Ground) -> Message | None:
    used = ground.parks.barrier == ParkBarrier.NONE
    nowhere = ground.frames.parks.loc[used, "specialisation"].isna().all()
    return told("idle.no-specialisation") if nowhere else None


TERM = Term(
    name="specialisation",
    order=30,
    weight="wrong_specialisation",
    default=20.0,
    about="A park that is specialised in other sectors.",
    vi="Chi phí: sai chuyên ngành",
    en="Cost: specialisation",
    reason_vi="sai chuyên ngành",
    reason_en="other specialisation",
    by_link=wrongly_specialised,
    idle=_idle,
)
