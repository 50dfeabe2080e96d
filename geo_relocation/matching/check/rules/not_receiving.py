"""The park receives, as far as it says."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts


def _broken(facts: Facts, move: Move) -> Iterator[str]:
    if facts.refuses(move.park):
        yield f"Khu {move.ids[1]} không tiếp nhận."


CHECK = Check(code="not-receiving", order=50, of_move=_broken)
