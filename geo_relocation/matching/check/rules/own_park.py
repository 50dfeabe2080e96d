"""The firm is not certain to stand in that park already."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts, known


def _broken(facts: Facts, move: Move) -> Iterator[str]:
    site, park, _ = move.ids
    finding = facts.findings.get(site, {})
    certain = known(finding.get("in_park")) and bool(finding["in_park"])
    if certain and finding["park_id"] == park:
        yield f"Cơ sở {site} đang nằm trong chính khu {park}."


CHECK = Check(code="own-park", order=150, of_move=_broken)
