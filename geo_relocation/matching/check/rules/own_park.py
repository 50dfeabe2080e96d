"""The firm is not certain to stand in that park already."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts, known
from geo_relocation.messages import Message, _


def _broken(facts: Facts, move: Move) -> Iterator[Message]:
    site, park = move.ids[:2]
    finding = facts.findings.get(site, {})
    certain = known(finding.get("in_park")) and bool(finding["in_park"])
    if certain and finding["park_id"] == park:
        yield _("Firm {site} stands in park {park} already.", site=site, park=park)


CHECK = Check(code="own-park", order=150, of_move=_broken)
