"""Nobody knows where the park is."""

import numpy as np

from geo_relocation.arrays import Mask
from geo_relocation.matching.rule import Lever, Pairing, Rule


def _nowhere(pairing: Pairing) -> Mask:
    parks: Mask = np.isnan(pairing.parks.xy[:, 0])[None, :]
    return parks


RULE = Rule(
    code="no-place",
    order=160,
    vi="khu chưa có vị trí nên không tính được quãng đường",
    en="park has no place",
    about="The park has no place, so that no distance can be told.",
    forbids=_nowhere,
    lever=Lever("place", 160, "ghi vị trí của khu", "the park's place entered"),
)
