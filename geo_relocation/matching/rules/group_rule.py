"""A rule of the scenario sends the firm's group to other parks, or keeps it from this one."""

from typing import TYPE_CHECKING

import numpy as np

from geo_relocation.arrays import Mask
from geo_relocation.matching.rule import Changed, Lever, Pairing, Rule
from geo_relocation.model.told import told

if TYPE_CHECKING:
    from geo_relocation.matching.problem import Problem


def _kept_from(pairing: Pairing) -> Mask:
    mask = np.zeros((len(pairing.firms), len(pairing.parks)), dtype=bool)
    for group in pairing.groups:
        mask |= group.forbidden
    return mask


def _dropped(problem: "Problem", firm: int, park: int, where: str) -> Changed:
    against = {group.number for group in problem.groups if group.forbidden[firm, park]}
    rules = problem.specification.rules
    left = tuple(one for number, one in enumerate(rules, start=1) if number not in against)
    words = told("placing.change-group-rule", park=where, numbers=sorted(against))
    return words, problem.with_specification(rules=left)


RULE = Rule(
    code="group-rule",
    order=55,
    vi="quy tắc nhóm của kịch bản không cho",
    en="a group rule of the scenario",
    about="A rule of the scenario (`[[rules]]`) sends the firm's group elsewhere, or not here.",
    forbids=_kept_from,
    lever=Lever("group-rule", 115, "bỏ một quy tắc nhóm", "a group rule dropped", _dropped),
)
