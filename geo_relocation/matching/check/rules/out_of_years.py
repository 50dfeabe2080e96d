"""The firm moves in a year in which it may: its own, its batch's and its deadline's."""

from __future__ import annotations

from collections.abc import Iterator

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts, Row, known
from geo_relocation.messages import Message, _


def _years(facts: Facts, site: Row) -> tuple[int, int]:
    """First and last year in which a firm may move."""
    phases, limits = facts.spec.phases, facts.spec.limits
    first = int(site["earliest_phase"]) if known(site["earliest_phase"]) else phases[0]
    last = int(site["latest_phase"]) if known(site["latest_phase"]) else phases[-1]
    decision = facts.decisions.get(site["site_id"], {})
    batch, deadline = decision.get("batch"), decision.get("deadline")
    if known(batch):
        first = max(first, limits.batches.get(str(batch), first))
    if limits.deadlines and known(deadline):
        last = min(last, deadline.year)  # type: ignore[union-attr]
    return first, last


def _broken(facts: Facts, move: Move) -> Iterator[Message]:
    first, last = _years(facts, move.site)
    if not first <= move.phase <= last:
        site, year = move.ids[0], move.phase
        yield _(
            "Firm {site} may only move in {first}–{last}, the plan says {year}.",
            site=site,
            first=first,
            last=last,
            year=year,
        )


CHECK = Check(code="out-of-years", order=160, of_move=_broken)
