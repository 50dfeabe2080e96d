"""The scenario leaves the park out."""

from typing import TYPE_CHECKING

from geo_relocation.arrays import Mask
from geo_relocation.matching.reasons import ParkBarrier
from geo_relocation.matching.rule import Changed, Lever, Pairing, Rule
from geo_relocation.model.told import told

if TYPE_CHECKING:
    from geo_relocation.matching.problem import Problem


def _closed(pairing: Pairing) -> Mask:
    closed: Mask = pairing.parks.barrier == ParkBarrier.PARK_EXCLUDED
    return closed


def _taking_part(problem: "Problem", _firm: int, park: int, where: str) -> Changed:
    asked, park_id = problem.specification.where, str(problem.parks.park_id[park])
    parks = (*asked.parks, park_id) if asked.parks else ()
    others = tuple(one for one in asked.exclude_parks if one != park_id)
    changed = asked.model_copy(update={"parks": parks, "exclude_parks": others})
    words = told("placing.change-park", park=where)
    return words, problem.with_specification(where=changed)


RULE = Rule(
    code="park-excluded",
    order=10,
    vi="khu không tham gia kịch bản",
    en="park takes no part",
    about="The scenario names other parks, or excludes this one.",
    forbids=_closed,
    lever=Lever("park", 90, "cho khu tham gia kịch bản", "a park takes part", _taking_part),
)
