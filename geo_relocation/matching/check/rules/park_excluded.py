"""The park takes part in the scenario."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts
from geo_relocation.messages import Message, _


def _broken(facts: Facts, move: Move) -> Iterator[Message]:
    park, where = move.ids[1], facts.spec.where
    if park in where.exclude_parks or (where.parks and park not in where.parks):
        yield _("Park {park} takes no part in the scenario.", park=park)


CHECK = Check(code="park-excluded", order=40, of_move=_broken)
