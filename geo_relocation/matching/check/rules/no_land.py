"""It is known how much land the firm needs."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts


def _broken(facts: Facts, move: Move) -> Iterator[str]:
    if facts.need(move.site) is None:
        yield f"Cơ sở {move.ids[0]} chưa có diện tích đất."


CHECK = Check(code="no-land", order=180, of_move=_broken)
