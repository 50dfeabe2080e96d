"""It is known where the park is."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts, known, middle


def _broken(_facts: Facts, move: Move) -> Iterator[str]:
    gate = (move.park["gate_lon"], move.park["gate_lat"])
    if middle(move.park["geometry"]) is None and not all(map(known, gate)):
        yield f"Khu {move.ids[1]} chưa có vị trí."


CHECK = Check(code="no-place", order=80, of_move=_broken)
