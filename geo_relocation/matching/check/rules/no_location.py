"""It is known where the firm is."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts, middle
from geo_relocation.messages import Message, _


def _broken(_facts: Facts, move: Move) -> Iterator[Message]:
    if middle(move.site["geometry"]) is None:
        yield _("The location of firm {site} is not known.", site=move.ids[0])


CHECK = Check(code="no-location", order=170, of_move=_broken)
