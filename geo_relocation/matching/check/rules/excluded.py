"""The scenario does not exclude the firm from the park."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts
from geo_relocation.messages import Message, _


def _broken(facts: Facts, move: Move) -> Iterator[Message]:
    site, park = move.ids[:2]
    for one in facts.spec.exclusions:
        if one.site == site and one.park == park:
            yield _("Firm {site} is excluded from {park}.", site=site, park=park)


CHECK = Check(code="excluded", order=110, of_move=_broken)
