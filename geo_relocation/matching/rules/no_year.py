"""The firm may move in no year of the scenario."""

from geo_relocation.arrays import Mask
from geo_relocation.matching.rule import Pairing, Rule


def _never(pairing: Pairing) -> Mask:
    return pairing.never


RULE = Rule(
    code="no-year",
    order=110,
    vi="cơ sở không được dời trong năm nào",
    en="the firm may move in no year",
    about="Its own years, its batch and its deadline leave the firm no year of the scenario.",
    forbids=_never,
    checked_as="out-of-years",
)
