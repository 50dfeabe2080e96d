"""The park does not open while the firm may move."""

from geo_relocation.arrays import Mask
from geo_relocation.matching.rule import Pairing, Rule


def _shut(pairing: Pairing) -> Mask:
    pairs: Mask = pairing.shut & ~pairing.never
    return pairs


RULE = Rule(
    code="not-open",
    order=140,
    vi="khu chưa mở trong các năm được phép",
    en="not open in the years allowed",
    about="The park opens after the last year in which the firm may move.",
    forbids=_shut,
)
