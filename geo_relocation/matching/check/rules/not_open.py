"""The park is open in the year of the move."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts, Row, known
from geo_relocation.messages import Message, _


def _opening(facts: Facts, park: Row) -> int:
    """First year in which a park can be used."""
    phases = facts.spec.phases
    if (chosen := facts.spec.where.opens.get(str(park["park_id"]))) is not None:
        return chosen
    if known(park["opens"]):
        return int(park["opens"])
    if park["status"] == "operating":
        return phases[0]
    rule = facts.spec.where.unknown_opening
    return {"first": phases[0], "last": phases[-1], "never": phases[-1] + 1}[rule]


def _broken(facts: Facts, move: Move) -> Iterator[Message]:
    site, park, year = move.ids
    opens = _opening(facts, move.park)
    if year < opens:
        yield _(
            "Firm {site} goes to park {park} in {year}, the park opens in {opens}.",
            site=site,
            park=park,
            year=year,
            opens=opens,
        )


CHECK = Check(code="not-open", order=90, of_move=_broken)
