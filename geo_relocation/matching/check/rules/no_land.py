"""It is known how much land the firm needs."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts
from geo_relocation.messages import Message, _


def _broken(facts: Facts, move: Move) -> Iterator[Message]:
    if facts.need(move.site) is None:
        yield _("The land area of firm {site} is not known.", site=move.ids[0])


CHECK = Check(code="no-land", order=180, of_move=_broken)
