"""What has been done with a firm is not planned again."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts
from geo_relocation.messages import Message, _
from geo_relocation.model.enums import ListState


def _broken(facts: Facts, move: Move) -> Iterator[Message]:
    site = move.ids[0]
    if facts.finished(site):
        state = ListState.of(facts.states[site])
        yield _(
            "Firm {site} has been dealt with or has left the list ({state}).",
            site=site,
            state=state,
        )


CHECK = Check(code="finished", order=10, of_move=_broken)
