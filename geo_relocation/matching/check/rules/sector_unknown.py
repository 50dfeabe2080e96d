"""A park that takes some sectors only takes nobody whose sector is not known."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts
from geo_relocation.messages import Message, _
from geo_relocation.model import split_codes
from geo_relocation.model.sectors import division


def _broken(_facts: Facts, move: Move) -> Iterator[Message]:
    site, park = move.ids[:2]
    if split_codes(move.park["accepted_sectors"]) and division(move.site["vsic"]) is None:
        yield _(
            "The sector of firm {site} is not known, park {park} takes only some.",
            site=site,
            park=park,
        )


CHECK = Check(code="sector-unknown", order=120, of_move=_broken)
