"""The scenario does not exclude the firm."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts
from geo_relocation.messages import Message, _


def _broken(facts: Facts, move: Move) -> Iterator[Message]:
    site = move.ids[0]
    for one in facts.spec.exclusions:
        if one.site == site and one.park is None:
            yield _("Firm {site} is excluded from the plan.", site=site)


CHECK = Check(code="site-excluded", order=100, of_move=_broken)
