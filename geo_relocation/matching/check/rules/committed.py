"""A firm that has signed or is moving keeps its park, unless a lock says otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts


def _broken(facts: Facts, move: Move) -> Iterator[str]:
    site, park, _ = move.ids
    if not facts.kept(site):
        return
    before = facts.approved[site]["park_id"]
    if park != before and all(lock.site != site or lock.park != park for lock in facts.spec.locks):
        yield f"Cơ sở {site} đã ký hợp đồng hoặc đang dời vào {before}, phương án ghi {park}."


CHECK = Check(code="committed", order=20, of_move=_broken)
