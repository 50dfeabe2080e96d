"""Which firm may go to which park, and in which years: arrays in, one bit a rule out."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_relocation.arrays import IntArray, Mask
from geo_relocation.matching.problem import Firms, Note, Parks
from geo_relocation.matching.reasons import Barrier, bit
from geo_relocation.matching.specification import MatchSpecification
from geo_relocation.model import split_codes
from geo_relocation.model.enums import EnvLevel


def rules(
    firms: Firms,
    parks: Parks,
    frame: pd.DataFrame,
    specification: MatchSpecification,
    unreached: Mask,
    own: IntArray,
) -> NDArray[np.uint32]:
    """Every rule that forbids each pair, one bit each; 0 where none does."""
    found = np.zeros((len(firms), len(parks)), dtype=np.uint32)

    def forbid(mask: Mask, barrier: Barrier) -> None:
        found[np.broadcast_to(mask, found.shape)] |= np.uint32(bit(barrier))

    for kind in (Barrier.PARK_EXCLUDED, Barrier.NOT_RECEIVING, Barrier.SOUTH, Barrier.NO_LAND_DATA):
        forbid(parks.barrier == kind, kind)
    forbid(_named_pairs(firms, parks, specification), Barrier.EXCLUDED)
    forbid(_locked_elsewhere(firms, parks, specification), Barrier.LOCKED_ELSEWHERE)
    forbid(own[:, None] == np.arange(len(parks))[None, :], Barrier.OWN_PARK)
    refused, unsure = _sector_rules(firms, frame)
    forbid(unsure, Barrier.SECTOR_UNKNOWN)
    forbid(refused, Barrier.SECTOR)
    forbid(firms.severity[:, None] > _severity_limits(frame)[None, :], Barrier.ENV_LEVEL)
    never = np.logical_not(own_years(firms, specification).any(axis=1)).reshape(-1, 1)
    forbid(never, Barrier.NO_YEAR)
    first, last = intervals(firms, parks, specification)
    shut = np.searchsorted(np.asarray(specification.phases), parks.opens)[None, :] > last
    # Open and without land in any year allowed is no matter of opening.
    landless = (first > last) & ~shut & ~never
    small = firms.land_m2[:, None] > parks.land_m2.max(axis=1)[None, :]
    forbid(landless | (small & ~shut & ~never), Barrier.TOO_SMALL)
    forbid(firms.wastewater[:, None] > parks.wastewater[None, :], Barrier.WASTEWATER)
    forbid(shut & ~never, Barrier.NOT_OPEN)
    nowhere = np.isnan(parks.xy[:, 0])[None, :]
    forbid(unreached & ~nowhere, Barrier.UNREACHABLE)
    forbid(nowhere, Barrier.NO_PLACE)
    return found


def own_parks(firms: Firms, parks: Parks, findings: pd.DataFrame | None) -> IntArray:
    """The park that each firm is certain to stand in already, -1 for none."""
    if findings is None:
        return np.full(len(firms), -1)
    certain = findings[findings["in_park"].fillna(value=False)]
    inside = certain.set_index("site_id")["park_id"]
    position = {park: i for i, park in enumerate(parks.park_id)}
    return np.array([position.get(inside.get(site), -1) for site in firms.site_id], dtype=np.int64)


def note_questions(firms: Firms, findings: pd.DataFrame | None) -> list[Note]:
    """Say how many firms may stand in a park already without anybody knowing."""
    if findings is None:
        return []
    asked = findings["in_park"].isna() & findings["park_probability"].notna()
    count = int(findings["site_id"][asked].isin(firms.site_id).sum())
    words = f"{count} cơ sở có thể đang nằm trong khu, cụm: vị trí chưa đủ chính xác."
    return [Note("perhaps-in-park", words, count)] if count else []


def own_years(firms: Firms, specification: MatchSpecification) -> Mask:
    """In which phases each firm may move: shape (firms, phases)."""
    years = np.asarray(specification.phases)[None, :]
    within: Mask = (years >= firms.earliest[:, None]) & (years <= firms.latest[:, None])
    return within


def _named_pairs(firms: Firms, parks: Parks, specification: MatchSpecification) -> Mask:
    """Pairs that the scenario excludes by name."""
    mask = np.zeros((len(firms), len(parks)), dtype=bool)
    for one in specification.exclusions:
        if one.park is not None:
            mask[np.ix_(firms.site_id == one.site, parks.park_id == one.park)] = True
    return mask


def _locked_elsewhere(firms: Firms, parks: Parks, specification: MatchSpecification) -> Mask:
    """Pairs that a lock to another park rules out."""
    mask = np.zeros((len(firms), len(parks)), dtype=bool)
    for lock in specification.locks:
        if lock.park is not None:
            mask[np.ix_(firms.site_id == lock.site, parks.park_id != lock.park)] = True
    return mask


def _sector_rules(firms: Firms, frame: pd.DataFrame) -> tuple[Mask, Mask]:
    """Pairs whose sector the park refuses, and pairs that cannot be judged."""
    divisions, code = np.unique(firms.division.astype(str), return_inverse=True)
    unknown = np.array([one is None for one in firms.division], dtype=bool)
    allowed = np.ones((len(divisions), len(frame)), dtype=bool)
    picky = np.zeros(len(frame), dtype=bool)
    for j, (yes, no) in enumerate(
        zip(frame["accepted_sectors"], frame["refused_sectors"], strict=True)
    ):
        accepted, refused = set(split_codes(yes)), set(split_codes(no))
        picky[j] = bool(accepted)
        allowed[:, j] = [(not accepted or d in accepted) and d not in refused for d in divisions]
    refused_pairs = ~allowed[code.reshape(-1)] & ~unknown[:, None]
    return refused_pairs, unknown[:, None] & picky[None, :]


def _severity_limits(frame: pd.DataFrame) -> IntArray:
    """Worst severity each park takes; the worst of all where it states no limit."""
    severities = {str(one): one.severity for one in EnvLevel}
    worst = EnvLevel.I.severity
    limits = [severities.get(level, worst) for level in frame["env_level_max"]]
    return np.array(limits, dtype=np.int64)


def intervals(
    firms: Firms, parks: Parks, specification: MatchSpecification
) -> tuple[IntArray, IntArray]:
    """Positions of the first and last phase of every pair; first > last where there is none."""
    years = np.asarray(specification.phases)
    room = parks.land_m2 > 0
    open_from = np.where(room.any(axis=1), room.argmax(axis=1), len(years))
    first = np.searchsorted(years, firms.earliest, side="left")
    last = np.searchsorted(years, firms.latest, side="right") - 1
    return np.maximum(first[:, None], open_from[None, :]), np.broadcast_to(
        last[:, None], (len(firms), len(parks))
    )
