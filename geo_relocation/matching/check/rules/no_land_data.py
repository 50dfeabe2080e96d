"""The free land of the park is known."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts
from geo_relocation.messages import Message, _


def _broken(facts: Facts, move: Move) -> Iterator[Message]:
    park = move.ids[1]
    if facts.free_land(move.park) is None and all(s.park != park for s in facts.spec.where.land):
        yield _("The free land of park {park} is not known.", park=park)


CHECK = Check(code="no-land-data", order=70, of_move=_broken)
