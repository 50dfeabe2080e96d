"""A park that the firm did not name among its wishes."""

import numpy as np

from geo_relocation.arrays import FloatArray
from geo_relocation.matching.term import Ground, Term
from geo_relocation.messages import Message
from geo_relocation.model import split_codes
from geo_relocation.model.told import told


def _refused(ground: Ground) -> FloatArray:
    wanted = [split_codes(codes) for codes in ground.frames.sites["wish_place"]]
    both = zip(ground.links.firm.tolist(), ground.links.park.tolist(), strict=True)
    refused = [bool(wanted[f]) and ground.parks.park_id[p] not in wanted[f] for f, p in both]
    return np.array(refused, dtype=float)


def _idle(ground: Ground) -> Message | None:
    nobody = ground.frames.sites["wish_place"].isna().all()
    return told("idle.no-wishes") if nobody else None


TERM = Term(
    name="wish",
    order=60,
    weight="refused_wish",
    default=10.0,
    about="A park that the firm did not name among its wishes.",
    vi="Chi phí: trái nguyện vọng",
    en="Cost: wish refused",
    reason_vi="trái nguyện vọng",
    reason_en="against its wish",
    by_link=_refused,
    idle=_idle,
)
