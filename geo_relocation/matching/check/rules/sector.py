"""The park takes the firm's sector."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts
from geo_relocation.messages import Message, _
from geo_relocation.model import split_codes
from geo_relocation.model.sectors import division


def _broken(_facts: Facts, move: Move) -> Iterator[Message]:
    site, park = move.ids[:2]
    sector = division(move.site["vsic"])
    accepted = split_codes(move.park["accepted_sectors"])
    refused = split_codes(move.park["refused_sectors"])
    if sector is not None and ((accepted and sector not in accepted) or sector in refused):
        yield _(
            "Park {park} does not take sector {sector} of firm {site}.",
            park=park,
            sector=sector,
            site=site,
        )


CHECK = Check(code="sector", order=130, of_move=_broken)
