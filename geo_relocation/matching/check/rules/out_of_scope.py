"""The firm is one that was to be placed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts
from geo_relocation.matching.check.meaning import label, unmet
from geo_relocation.messages import Message, _
from geo_relocation.model.enums import Route, Verdict

if TYPE_CHECKING:
    from geo_relocation.matching.group import Filter


def _asked(facts: Facts) -> tuple[Filter, set[str]]:
    """The filter and the verdicts; where no verdict or route is named, what holds tells."""
    who, decisions = facts.spec.who, facts.layers.decisions
    if who.routes or who.verdicts:
        return who, {str(one) for one in who.verdicts}
    if decisions is not None and decisions["site_id"].isin(facts.layers.sites["site_id"]).any():
        return who.model_copy(update={"routes": (Route.RELOCATE,)}), set()
    return who, {str(Verdict.CONFLICT)}


def _broken(facts: Facts, move: Move) -> Iterator[Message]:
    site = move.ids[0]
    if facts.finished(site) or facts.kept(site):
        return  # what is kept keeps its place whatever is asked
    asked, verdicts = _asked(facts)
    yield from unmet(facts, asked, move.site)
    verdict = facts.findings.get(site, {}).get("verdict")
    if verdicts and facts.layers.findings is not None and verdict not in verdicts:
        yield _(
            "Firm {site} was found {verdict} in screening, out of scope.",
            site=site,
            verdict=label(Verdict, verdict),
        )


CHECK = Check(code="out-of-scope", order=30, of_move=_broken)
