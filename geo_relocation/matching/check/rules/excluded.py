"""The scenario does not exclude the firm from the park."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts


def _broken(facts: Facts, move: Move) -> Iterator[str]:
    site, park, _ = move.ids
    for one in facts.spec.exclusions:
        if one.site == site and one.park == park:
            yield f"Cơ sở {site} bị loại khỏi {park}."


CHECK = Check(code="excluded", order=110, of_move=_broken)
