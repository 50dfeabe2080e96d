"""The firm is one that was to be placed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts, known
from geo_relocation.messages import Message, _
from geo_relocation.model.enums import LabelledEnum, Route, Verdict


def _asked(facts: Facts) -> tuple[set[str], set[str]]:
    """Routes and verdicts that put a site in scope; where neither is named, what holds tells."""
    who, decisions = facts.spec.who, facts.layers.decisions
    if who.routes or who.verdicts:
        return {str(one) for one in who.routes}, {str(one) for one in who.verdicts}
    if decisions is not None and decisions["site_id"].isin(facts.layers.sites["site_id"]).any():
        return {str(Route.RELOCATE)}, set()
    return set(), {str(Verdict.CONFLICT)}


def _told(codes: type[LabelledEnum], value: object) -> LabelledEnum | str:
    """A code of a list, to be said by its label; a dash for none."""
    return codes.of(str(value)) if known(value) else "–"


def _broken(facts: Facts, move: Move) -> Iterator[Message]:
    site = move.ids[0]
    if facts.finished(site) or facts.kept(site):
        return  # what is kept keeps its place whatever is asked
    finding, decision = facts.findings.get(site, {}), facts.decisions.get(site, {})
    routes, verdicts = _asked(facts)
    if routes and decision.get("route") not in routes:
        yield _(
            "Firm {site} has the route {route} in force, out of scope.",
            site=site,
            route=_told(Route, decision.get("route")),
        )
    if verdicts and facts.layers.findings is not None and finding.get("verdict") not in verdicts:
        yield _(
            "Firm {site} was found {verdict} in screening, out of scope.",
            site=site,
            verdict=_told(Verdict, finding.get("verdict")),
        )
    who = facts.spec.who
    if who.cities:
        cities = {facts.districts.code(city) or city for city in who.cities}
        if facts.cities.get(site) not in cities:
            yield _("Firm {site} is not in the cities that are asked.", site=site)
    for name, wanted in who.where.items():
        values: list[Any] = wanted if isinstance(wanted, list) else [wanted]
        if not known(move.site[name]) or move.site[name] not in values:
            yield _("Firm {site}: {name} is out of scope.", site=site, name=name)


CHECK = Check(code="out-of-scope", order=30, of_move=_broken)
