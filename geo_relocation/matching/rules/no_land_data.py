"""Nothing is known about the free land of the park."""

from geo_relocation.arrays import Mask
from geo_relocation.matching.reasons import ParkBarrier
from geo_relocation.matching.rule import LAND, Pairing, Rule


def _closed(pairing: Pairing) -> Mask:
    closed: Mask = pairing.parks.barrier == ParkBarrier.NO_LAND_DATA
    return closed


RULE = Rule(
    code="no-land-data",
    order=40,
    vi="khu chưa có số liệu đất trống",
    en="free land not known",
    about="Nothing is known about the free land of the park.",
    forbids=_closed,
    lever=LAND,
)
