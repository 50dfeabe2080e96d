"""A park in the south receives only where it says so."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts, known


def _broken(facts: Facts, move: Move) -> Iterator[str]:
    silent = not known(move.park["receives"]) and not facts.refuses(move.park)
    if silent and facts.in_south(move.park):
        yield f"Khu {move.ids[1]} ở phía nam."


CHECK = Check(code="south", order=60, of_move=_broken)
