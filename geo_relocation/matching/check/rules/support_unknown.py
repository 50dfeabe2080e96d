"""Where the scenario says so, nobody moves whose support cannot be computed."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts
from geo_relocation.messages import Message, _


def _broken(facts: Facts, move: Move) -> Iterator[Message]:
    limits = facts.spec.limits
    if limits.budget_unknown != "leave-out":
        return
    payers = {one.payer for one in limits.budget if one.year == move.phase}
    for row in facts.paid(move.site, move.park, move.phase):
        if row["unknown"] and (None in payers or row["payer"] in payers):
            yield _(
                "Firm {site}: its support in {year} cannot be computed.",
                site=move.ids[0],
                year=move.phase,
            )
            return


CHECK = Check(code="support-unknown", order=145, of_move=_broken)
