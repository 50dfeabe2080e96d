"""A lock sends the firm to another park."""

import numpy as np

from geo_relocation.arrays import Mask
from geo_relocation.matching.rule import LOCK, Pairing, Rule


def _elsewhere(pairing: Pairing) -> Mask:
    firms, parks = pairing.firms, pairing.parks
    mask = np.zeros((len(firms), len(parks)), dtype=bool)
    for lock in pairing.specification.locks:
        if lock.park is not None:
            mask[np.ix_(firms.site_id == lock.site, parks.park_id != lock.park)] = True
    return mask


RULE = Rule(
    code="locked-elsewhere",
    order=60,
    vi="đã chốt nơi khác",
    en="locked to another park",
    about="A lock of the scenario, or a contract, sends the firm to another park.",
    forbids=_elsewhere,
    lever=LOCK,
    checked_as="lock",
)
