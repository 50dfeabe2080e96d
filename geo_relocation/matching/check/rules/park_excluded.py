"""The park takes part in the scenario."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts


def _broken(facts: Facts, move: Move) -> Iterator[str]:
    park, where = move.ids[1], facts.spec.where
    if park in where.exclude_parks or (where.parks and park not in where.parks):
        yield f"Khu {park} không tham gia kịch bản."


CHECK = Check(code="park-excluded", order=40, of_move=_broken)
