"""The firm's sector is not known, and the park takes only some."""

import numpy as np

from geo_relocation.arrays import Mask
from geo_relocation.matching.rule import Lever, Pairing, Rule
from geo_relocation.model import split_codes


def _unsure(pairing: Pairing) -> Mask:
    unknown = np.array([one is None for one in pairing.firms.division], dtype=bool)
    accepted = pairing.frame["accepted_sectors"]
    picky = np.array([bool(split_codes(codes)) for codes in accepted], dtype=bool)
    pairs: Mask = unknown[:, None] & picky[None, :]
    return pairs


RULE = Rule(
    code="sector-unknown",
    order=90,
    vi="chưa rõ ngành, khu chỉ nhận một số ngành",
    en="sector unknown",
    about="The firm's sector is not known, and the park takes only some.",
    forbids=_unsure,
    lever=Lever("sector-unknown", 120, "làm rõ ngành của cơ sở", "the firm's sector found out"),
)
