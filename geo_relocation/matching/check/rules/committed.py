"""A firm that has signed or is moving keeps its park, unless a lock says otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts
from geo_relocation.messages import Message, _


def _broken(facts: Facts, move: Move) -> Iterator[Message]:
    site, park = move.ids[:2]
    if not facts.kept(site):
        return
    before = facts.approved[site]["park_id"]
    if park != before and all(lock.site != site or lock.park != park for lock in facts.spec.locks):
        yield _(
            "Firm {site} has signed with {before} or is moving there, the plan says {park}.",
            site=site,
            before=before,
            park=park,
        )


CHECK = Check(code="committed", order=20, of_move=_broken)
