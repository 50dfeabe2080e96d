"""The park does not take the firm's sector."""

from typing import TYPE_CHECKING

import numpy as np

from geo_relocation.arrays import Mask
from geo_relocation.matching.rule import Changed, Lever, Pairing, Rule, with_frames
from geo_relocation.model import join_codes, split_codes
from geo_relocation.model.told import told

if TYPE_CHECKING:
    from geo_relocation.matching.problem import Problem


def _refused(pairing: Pairing) -> Mask:
    division = pairing.firms.division
    divisions, code = np.unique(division.astype(str), return_inverse=True)
    frame = pairing.frame
    allowed = np.ones((len(divisions), len(frame)), dtype=bool)
    lists = zip(frame["accepted_sectors"], frame["refused_sectors"], strict=True)
    for j, (yes, no) in enumerate(lists):
        accepted, refused = set(split_codes(yes)), set(split_codes(no))
        allowed[:, j] = [(not accepted or d in accepted) and d not in refused for d in divisions]
    unknown = np.array([one is None for one in division], dtype=bool)
    pairs: Mask = ~allowed[code.reshape(-1)] & ~unknown[:, None]
    return pairs


def _taken(problem: "Problem", firm: int, park: int, where: str) -> Changed:
    frame, sector = problem.frames.parks, str(problem.firms.division[firm])
    accepted = split_codes(frame["accepted_sectors"].iloc[park])
    refused = [s for s in split_codes(frame["refused_sectors"].iloc[park]) if s != sector]
    parks = frame.copy()
    if accepted:
        both = dict.fromkeys((*accepted, sector))
        parks.loc[parks.index[park], "accepted_sectors"] = join_codes(both)
    parks.loc[parks.index[park], "refused_sectors"] = join_codes(refused)
    words = told("placing.change-sector", park=where, sector=sector)
    return words, with_frames(problem, parks=parks)


RULE = Rule(
    code="sector",
    order=80,
    vi="khu không nhận ngành này",
    en="sector not accepted",
    about="The firm's division of VSIC is not among those that the park takes, or is refused.",
    forbids=_refused,
    lever=Lever("sector", 50, "khu nhận thêm ngành", "a sector accepted", _taken),
)
