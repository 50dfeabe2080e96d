"""The park takes the firm's pollution level."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts
from geo_relocation.messages import Message, _

_LEVELS = {"none": 0, "III": 1, "II": 2, "I": 3}


def _broken(_facts: Facts, move: Move) -> Iterator[Message]:
    site, park = move.ids[:2]
    level = _LEVELS.get(str(move.site["env_level"]), 0)
    if level > _LEVELS.get(str(move.park["env_level_max"]), 3):
        yield _(
            "Firm {site} is of pollution level {level}, more than park {park} takes.",
            site=site,
            level=move.site["env_level"],
            park=park,
        )


CHECK = Check(code="env-level", order=140, of_move=_broken)
