"""A park in the south receives only where it says so."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts, known
from geo_relocation.messages import Message, _


def _broken(facts: Facts, move: Move) -> Iterator[Message]:
    silent = not known(move.park["receives"]) and not facts.refuses(move.park)
    if silent and facts.in_south(move.park):
        yield _("Park {park} is in the south.", park=move.ids[1])


CHECK = Check(code="south", order=60, of_move=_broken)
