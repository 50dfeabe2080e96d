"""The free land of the park is known."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts


def _broken(facts: Facts, move: Move) -> Iterator[str]:
    park = move.ids[1]
    if facts.free_land(move.park) is None and all(s.park != park for s in facts.spec.where.land):
        yield f"Khu {park} chưa có số liệu đất trống."


CHECK = Check(code="no-land-data", order=70, of_move=_broken)
