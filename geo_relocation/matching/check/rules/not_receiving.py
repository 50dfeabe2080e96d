"""The park receives, as far as it says."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts
from geo_relocation.messages import Message, _


def _broken(facts: Facts, move: Move) -> Iterator[Message]:
    if facts.refuses(move.park):
        yield _("Park {park} does not receive.", park=move.ids[1])


CHECK = Check(code="not-receiving", order=50, of_move=_broken)
