"""The scenario excludes the firm from the park."""

from typing import TYPE_CHECKING

import numpy as np

from geo_relocation.arrays import Mask
from geo_relocation.matching.rule import Changed, Lever, Pairing, Rule
from geo_relocation.model.told import told

if TYPE_CHECKING:
    from geo_relocation.matching.problem import Problem


def _named(pairing: Pairing) -> Mask:
    firms, parks = pairing.firms, pairing.parks
    mask = np.zeros((len(firms), len(parks)), dtype=bool)
    for one in pairing.specification.exclusions:
        if one.park is not None:
            mask[np.ix_(firms.site_id == one.site, parks.park_id == one.park)] = True
    return mask


def _dropped(problem: "Problem", firm: int, park: int, where: str) -> Changed:
    pair = (str(problem.firms.site_id[firm]), str(problem.parks.park_id[park]))
    exclusions = problem.specification.exclusions
    left = tuple(one for one in exclusions if (one.site, one.park) != pair)
    words = told("placing.change-exclusion", park=where)
    return words, problem.with_specification(exclusions=left)


RULE = Rule(
    code="excluded",
    order=50,
    vi="bị loại trừ trong kịch bản",
    en="excluded by the scenario",
    about="The scenario excludes the firm from the park by name.",
    forbids=_named,
    lever=Lever("exclusion", 110, "bỏ một loại trừ của kịch bản", "an exclusion dropped", _dropped),
)
