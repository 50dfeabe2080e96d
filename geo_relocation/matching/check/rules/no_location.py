"""It is known where the firm is."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts, middle


def _broken(_facts: Facts, move: Move) -> Iterator[str]:
    if middle(move.site["geometry"]) is None:
        yield f"Cơ sở {move.ids[0]} chưa có vị trí."


CHECK = Check(code="no-location", order=170, of_move=_broken)
