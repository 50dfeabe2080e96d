"""It is known where the park is."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts, known, middle
from geo_relocation.messages import Message, _


def _broken(_facts: Facts, move: Move) -> Iterator[Message]:
    gate = (move.park["gate_lon"], move.park["gate_lat"])
    if middle(move.park["geometry"]) is None and not all(map(known, gate)):
        yield _("The location of park {park} is not known.", park=move.ids[1])


CHECK = Check(code="no-place", order=80, of_move=_broken)
