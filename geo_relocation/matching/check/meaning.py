"""What a filter of firms asks of one site, as the checker reads it: on rows, one part at a time.

Written anew beside `matching.who`, which asks the same of arrays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from geo_relocation.matching.check.layers import Facts, Row, known
from geo_relocation.messages import Message, _
from geo_relocation.model.enums import LabelledEnum, ListState, Route

if TYPE_CHECKING:
    from geo_relocation.matching.group import Filter, Span

_M2_DIGITS = 2


def label(codes: type[LabelledEnum], value: object) -> LabelledEnum | str:
    """A code of a list, to be said by its label; a dash for none."""
    return codes.of(str(value)) if known(value) else "–"


def unmet(facts: Facts, asked: Filter, site: Row) -> Iterator[Message]:
    """What of a filter a site does not meet, a sentence each; nothing where it meets all."""
    yield from _decided(facts, asked, site)
    yield from _placed(facts, asked, site)
    yield from _stated(asked, site)


def _decided(facts: Facts, asked: Filter, site: Row) -> Iterator[Message]:
    """What was decided on it, and how far it is."""
    key = site["site_id"]
    decision = facts.decisions.get(key, {})
    if asked.routes and decision.get("route") not in {str(one) for one in asked.routes}:
        yield _(
            "Firm {site} has the route {route} in force, out of scope.",
            site=key,
            route=label(Route, decision.get("route")),
        )
    if asked.groups and decision.get("group") not in asked.groups:
        yield _("Firm {site} is not in the groups that are asked.", site=key)
    if asked.batches and decision.get("batch") not in asked.batches:
        yield _("Firm {site} is not in the batches that are asked.", site=key)
    state = facts.states.get(key, ListState.CANDIDATE.value)
    if asked.states and state not in {str(one) for one in asked.states}:
        yield _(
            "Firm {site} is in the state {state}, out of scope.",
            site=key,
            state=label(ListState, state),
        )


def _placed(facts: Facts, asked: Filter, site: Row) -> Iterator[Message]:
    """Where it stands."""
    key = site["site_id"]
    if asked.cities:
        cities = {facts.districts.code(city) or city for city in asked.cities}
        if facts.cities.get(key) not in cities:
            yield _("Firm {site} is not in the cities that are asked.", site=key)
    if asked.units and facts.unit(site) not in asked.units:
        yield _("Firm {site} is not in the wards and communes that are asked.", site=key)
    if asked.in_parks and facts.findings.get(key, {}).get("park_id") not in asked.in_parks:
        yield _("Firm {site} does not stand in the parks that are asked.", site=key)
    if asked.sites and key not in asked.sites:
        yield _("Firm {site} is not in the list that is asked.", site=key)


def _stated(asked: Filter, site: Row) -> Iterator[Message]:
    """What the register states of it."""
    key = site["site_id"]
    if asked.sectors:
        written = re.sub(r"\.0$", "", str(site["vsic"]).strip()) if known(site["vsic"]) else ""
        digits = "".join(re.findall(r"\d", written))
        if not any(digits.startswith(code) for code in asked.sectors):
            yield _("Firm {site} is not of the sectors that are asked.", site=key)
    for span, size in ((asked.land_m2, _land(site)), (asked.workers, site["workers"])):
        if span is not None and not _within(span, size):
            yield _("Firm {site} is not of the size that is asked.", site=key)
    for name, wanted in asked.where.items():
        values = wanted if isinstance(wanted, list) else [wanted]
        if not known(site[name]) or site[name] not in values:
            yield _("Firm {site}: {name} is out of scope.", site=key, name=name)


def _land(site: Row) -> object:
    """Present land: as stated, else the area of the outline."""
    if known(site["land_m2"]) and site["land_m2"] > 0:
        return site["land_m2"]
    outline = site["geometry"]
    return None if outline is None or not outline.area else round(outline.area, _M2_DIGITS)


def _within(span: Span, size: object) -> bool:
    if not known(size):
        return False
    value = float(str(size))
    return not (span.min is not None and value < span.min) and not (
        span.max is not None and value > span.max
    )
