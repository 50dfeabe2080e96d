"""The park takes no relocated firms, or is being converted or removed."""

from geo_relocation.arrays import Mask
from geo_relocation.matching.reasons import ParkBarrier
from geo_relocation.matching.rule import RECEIVES, Pairing, Rule


def _closed(pairing: Pairing) -> Mask:
    closed: Mask = pairing.parks.barrier == ParkBarrier.NOT_RECEIVING
    return closed


RULE = Rule(
    code="not-receiving",
    order=20,
    vi="khu không tiếp nhận di dời",
    en="park does not receive",
    about="The park takes no relocated firms, or is being converted or removed.",
    forbids=_closed,
    lever=RECEIVES,
)
