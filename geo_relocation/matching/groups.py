"""The rules on groups of firms, as arrays: whom each means, and which parks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_relocation.arrays import Mask
from geo_relocation.matching.group import GroupRule
from geo_relocation.matching.standing import Standing
from geo_relocation.matching.who import Register
from geo_relocation.model.enums import SchemeZone
from geo_relocation.standing.new_units import new_units
from geo_relocation.standing.units import districts

if TYPE_CHECKING:
    # A problem holds its groups.
    from geo_relocation.matching.problem import Frames, Parks
    from geo_relocation.matching.specification import MatchSpecification


@dataclass(frozen=True)
class Group:
    """A rule and whom it means.

    Attributes
    ----------
    number
        Place among the rules of the scenario, from 1.
    rule
        As it was asked, with codes and ids.
    firms
        The firms in scope that it is about; shape (firms,).
    parks
        The parks that it names; shape (parks,).
    """

    number: int
    rule: GroupRule
    firms: Mask
    parks: Mask

    @property
    def forbidden(self) -> Mask:
        """Pairs that it forbids; shape (firms, parks), of zeros for a rule that prefers."""
        closed = self.parks if self.rule.kind == "never" else ~self.parks
        pairs: Mask = self.firms[:, None] & closed[None, :]
        return pairs if self.rule.kind != "prefer" else np.zeros_like(pairs)


def standing_of(frames: Frames) -> Standing:
    """What holds, from the frames of a problem."""
    register = frames.sites if frames.register is None else frames.register
    return Standing.of(
        register,
        frames.decisions,
        frames.events,
        districts=districts(
            frames.admin_units, frames.crosswalk, sites=register, named=frames.south
        ),
        units=new_units(frames.admin_units, frames.crosswalk, sites=register),
    )


def groups(frames: Frames, parks: Parks, specification: MatchSpecification) -> tuple[Group, ...]:
    """The rules of a scenario with the firms and parks that they mean.

    A firm that keeps the place it signed for is in no group: it stays whatever is asked.
    """
    if not specification.rules:
        return ()
    standing = standing_of(frames)
    register = Register(frames.sites, frames.findings, standing)
    free = np.ones(len(frames.sites), dtype=bool)
    if frames.approved is not None:
        placed = frames.approved.loc[frames.approved["park_id"].notna(), "site_id"]
        kept = standing.committed & set(placed)
        free = ~frames.sites["site_id"].isin(kept).to_numpy(dtype=bool)
    found = []
    for number, rule in enumerate(specification.rules, start=1):
        mine = register.meets(rule.firms) & free
        found.append(Group(number, rule, mine, named_parks(rule, frames.parks, parks)))
    return tuple(found)


def named_parks(rule: GroupRule, frame: pd.DataFrame, parks: Parks) -> Mask:
    """The parks that a rule names, one by one or by kind."""
    names = list(rule.parks)
    by_name = frame["park_id"].isin(names) | frame["kind"].isin(names)
    sides = ((SchemeZone.SOUTH, parks.south), (SchemeZone.NORTH, ~parks.south))
    found: Mask = np.logical_or.reduce(
        [by_name.to_numpy(dtype=bool), *(there for side, there in sides if side in names)]
    )
    return found
