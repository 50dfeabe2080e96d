"""The firm is one that was to be placed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts, known
from geo_relocation.model.enums import Route, Verdict


def _asked(facts: Facts) -> tuple[set[str], set[str]]:
    """Routes and verdicts that put a site in scope; where neither is named, what holds tells."""
    who, decisions = facts.spec.who, facts.layers.decisions
    if who.routes or who.verdicts:
        return {str(one) for one in who.routes}, {str(one) for one in who.verdicts}
    if decisions is not None and decisions["site_id"].isin(facts.layers.sites["site_id"]).any():
        return {str(Route.RELOCATE)}, set()
    return set(), {str(Verdict.CONFLICT)}


def _broken(facts: Facts, move: Move) -> Iterator[str]:
    site = move.ids[0]
    if facts.finished(site) or facts.kept(site):
        return  # what is kept keeps its place whatever is asked
    finding, decision = facts.findings.get(site, {}), facts.decisions.get(site, {})
    routes, verdicts = _asked(facts)
    if routes and decision.get("route") not in routes:
        yield f"Cơ sở {site} có hướng xử lý hiện hành {decision.get('route')}, ngoài phạm vi."
    if verdicts and facts.layers.findings is not None and finding.get("verdict") not in verdicts:
        yield f"Cơ sở {site} có kết quả rà soát {finding.get('verdict')}, ngoài phạm vi."
    who = facts.spec.who
    if who.cities:
        cities = {facts.districts.code(city) or city for city in who.cities}
        if facts.cities.get(site) not in cities:
            yield f"Cơ sở {site} không thuộc địa bàn được xét."
    for name, wanted in who.where.items():
        values: list[Any] = wanted if isinstance(wanted, list) else [wanted]
        if not known(move.site[name]) or move.site[name] not in values:
            yield f"Cơ sở {site}: {name} ngoài phạm vi."


CHECK = Check(code="out-of-scope", order=30, of_move=_broken)
