"""The firm stands in the park already."""

import numpy as np

from geo_relocation.arrays import Mask
from geo_relocation.matching.rule import Lever, Pairing, Rule


def _own(pairing: Pairing) -> Mask:
    own: Mask = pairing.own[:, None] == np.arange(len(pairing.parks))[None, :]
    return own


RULE = Rule(
    code="own-park",
    order=70,
    vi="đang nằm trong chính khu này",
    en="already inside this park",
    about="The firm is certain to stand inside the park already.",
    forbids=_own,
    lever=Lever("own-park", 170, "để cơ sở ở lại khu đang đứng", "the firm stays in its park"),
)
