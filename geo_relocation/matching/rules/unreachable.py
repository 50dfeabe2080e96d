"""No road joins firm and park."""

import numpy as np

from geo_relocation.arrays import Mask
from geo_relocation.matching.rule import Lever, Pairing, Rule


def _unreached(pairing: Pairing) -> Mask:
    nowhere = np.isnan(pairing.parks.xy[:, 0])[None, :]
    pairs: Mask = pairing.unreached & ~nowhere
    return pairs


RULE = Rule(
    code="unreachable",
    order=150,
    vi="không có đường nối",
    en="no road joins them",
    about="No road joins them, where the scenario demands one (`factors.unreachable`).",
    forbids=_unreached,
    lever=Lever("road", 150, "nối đường tới khu", "a road to the park"),
)
