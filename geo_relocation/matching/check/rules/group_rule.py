"""The firm's group goes where the rules of the scenario send it."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.groups import is_about, names_park
from geo_relocation.matching.check.layers import Facts
from geo_relocation.messages import Message, _


def _broken(facts: Facts, move: Move) -> Iterator[Message]:
    site, park = move.ids[:2]
    for number, rule in enumerate(facts.spec.rules, start=1):
        if rule.kind == "prefer" or not is_about(facts, rule, move.site):
            continue
        there = names_park(facts, rule, move.park)
        if there != (rule.kind == "must"):
            yield _(
                "Firm {site}: rule {number} of the scenario does not let it go to park {park}.",
                site=site,
                number=number,
                park=park,
            )


CHECK = Check(code="group-rule", order=205, of_move=_broken)
