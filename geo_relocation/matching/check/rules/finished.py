"""What has been done with a firm is not planned again."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts


def _broken(facts: Facts, move: Move) -> Iterator[str]:
    site = move.ids[0]
    if facts.finished(site):
        state = facts.states[site]
        yield f"Cơ sở {site} đã xong hoặc đã ra khỏi danh sách ({state})."


CHECK = Check(code="finished", order=10, of_move=_broken)
