"""The firm pollutes more than the park takes."""

from typing import TYPE_CHECKING

import numpy as np

from geo_relocation.arrays import Mask
from geo_relocation.matching.rule import Changed, Lever, Pairing, Rule, with_park
from geo_relocation.model.enums import EnvLevel
from geo_relocation.model.told import told

if TYPE_CHECKING:
    from geo_relocation.matching.problem import Problem


def _above(pairing: Pairing) -> Mask:
    severities = {str(one): one.severity for one in EnvLevel}
    # A park that states no limit takes the worst.
    worst = EnvLevel.I.severity
    limits = np.array([severities.get(level, worst) for level in pairing.frame["env_level_max"]])
    pairs: Mask = pairing.firms.severity[:, None] > limits.astype(np.int64)[None, :]
    return pairs


def _taken(problem: "Problem", firm: int, park: int, where: str) -> Changed:
    level = str(problem.frames.sites["env_level"].iloc[firm])
    changed = with_park(problem, park, "env_level_max", level)
    return told("placing.change-env-level", park=where, level=level), changed


RULE = Rule(
    code="env-level",
    order=100,
    vi="mức ô nhiễm vượt mức khu nhận",
    en="pollution level too high",
    about="The firm's level of pollution risk is above the worst that the park takes.",
    forbids=_above,
    lever=Lever(
        "env-level", 60, "khu nhận mức ô nhiễm cao hơn", "a pollution level accepted", _taken
    ),
)
