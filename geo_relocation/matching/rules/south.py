"""The park stands where firms leave, and its layer does not say that it receives."""

from geo_relocation.arrays import Mask
from geo_relocation.matching.reasons import ParkBarrier
from geo_relocation.matching.rule import RECEIVES, Pairing, Rule


def _closed(pairing: Pairing) -> Mask:
    closed: Mask = pairing.parks.barrier == ParkBarrier.SOUTH
    return closed


RULE = Rule(
    code="south",
    order=30,
    vi="khu ở phía nam (nơi đi)",
    en="park stands in the south",
    about="The park stands where firms leave, and its layer does not say that it receives.",
    forbids=_closed,
    lever=RECEIVES,
)
