"""The firm needs more than all the land of the park in the years allowed."""

from geo_relocation.arrays import Mask
from geo_relocation.matching.rule import Pairing, Rule


def _too_small(pairing: Pairing) -> Mask:
    first, last = pairing.intervals
    small = pairing.firms.land_m2[:, None] > pairing.parks.land_m2.max(axis=1)[None, :]
    # Open and without land in any year allowed is no matter of opening.
    pairs: Mask = ((first > last) | small) & ~pairing.shut & ~pairing.never
    return pairs


RULE = Rule(
    code="too-small",
    order=120,
    vi="khu không đủ đất trong các năm được phép, dù để trống cả khu",
    en="needs more than all its land in the years allowed",
    about="The firm needs more land than the whole park has in the years allowed.",
    forbids=_too_small,
    checked_as="land",
)
