"""What each rule on a group of firms asks for, and what there is: said before any search."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from geo_relocation.arrays import Mask
from geo_relocation.errors import ImpossibleRuleError
from geo_relocation.matching.groups import Group, standing_of
from geo_relocation.matching.problem import Choices, Note, Problem
from geo_relocation.matching.reasons import ParkBarrier
from geo_relocation.matching.rules import rule_of
from geo_relocation.matching.scope_words import conditions_of, in_codes
from geo_relocation.matching.who import present_land
from geo_relocation.messages import Message, Text, _, joined, listed, ngettext
from geo_relocation.model.enums import ParkKind, SchemeZone
from geo_relocation.model.reasons import FirmBarrier
from geo_relocation.model.told import told

_M2_PER_HA = 10_000
_HA_DIGITS = 4

_KINDS = {
    ParkKind.INDUSTRIAL_PARK.value: told("group.industrial-parks"),
    ParkKind.CLUSTER.value: told("group.clusters"),
    SchemeZone.SOUTH.value: told("group.south"),
    SchemeZone.NORTH.value: told("group.north"),
}
"""Words for the kinds that a rule names parks by."""


@dataclass(frozen=True)
class Stated:
    """A rule with its demand and supply.

    Attributes
    ----------
    group
        The rule and whom it means.
    firms
        How many firms in scope it is about.
    land_m2
        Land that they have today, as far as it is known.
    demand_m2
        Land that they need; of those that state none, nothing.
    no_land
        How many state none.
    supply_m2
        Land that its parks can give to the last year, of those that take anybody at all.
    barred
        Firms of a rule that says *must* that none of its parks may take.
    """

    group: Group
    firms: int
    land_m2: float
    demand_m2: Fraction
    no_land: int
    supply_m2: Fraction
    barred: Mask

    @property
    def lacks_m2(self) -> Fraction:
        """Land that a rule that says *must* lacks."""
        must = self.group.rule.kind == "must"
        return max(self.demand_m2 - self.supply_m2, Fraction(0)) if must else Fraction(0)


def stated(problem: Problem) -> tuple[Stated, ...]:
    """Every rule of a problem with its demand and supply."""
    return tuple(_stated(problem, group) for group in problem.groups)


def _stated(problem: Problem, group: Group) -> Stated:
    firms, parks = problem.firms, problem.parks
    # What is not to be placed at all asks for no land.
    mine = group.firms & (firms.barrier != FirmBarrier.SITE_EXCLUDED)
    needs = [need for need in firms.exact_land[mine] if need is not None]
    open_ones = group.parks & (parks.barrier == ParkBarrier.NONE)
    linked = np.zeros(len(firms), dtype=bool)
    linked[problem.links.firm[group.parks[problem.links.park]]] = True
    must = group.rule.kind == "must"
    return Stated(
        group=group,
        firms=int(mine.sum()),
        land_m2=float(np.nansum(present_land(problem.frames.sites)[mine])),
        demand_m2=sum(needs, Fraction(0)),
        no_land=int(mine.sum()) - len(needs),
        supply_m2=sum((max(land) for land in parks.exact_land[open_ones]), Fraction(0)),
        barred=mine & ~linked if must else np.zeros(len(firms), dtype=bool),
    )


def demand_notes(problem: Problem) -> list[Note]:
    """What is said of each rule before the search."""
    notes = []
    for one in stated(problem):
        number = one.group.number
        who = _who(problem, one.group)
        if not one.firms:
            notes.append(Note("rule", told("group.nobody", number=number, who=who), 0))
            continue
        notes.append(Note("rule", _words(problem, one, who), one.firms))
        if one.no_land:
            words = told("group.no-land", number=number, count=one.no_land)
            notes.append(Note("rule-no-land", words, one.no_land))
        if count := int(one.barred.sum()):
            words = told("group.barred", number=number, count=count, why=_why(problem, one))
            notes.append(Note("rule-barred", words, count))
    return notes


def _words(problem: Problem, one: Stated, who: object) -> Message:
    """A rule with its demand and supply, in one sentence."""
    rule = one.group.rule
    values: dict[str, object] = {
        "number": one.group.number,
        "count": one.firms,
        "who": who,
        "land": _ha(one.land_m2),
        "demand": _ha(one.demand_m2),
        "parks": _parks(problem, one.group),
        "supply": _ha(one.supply_m2),
    }
    if rule.kind == "prefer":
        return told("group.prefer", price=rule.price_km, **values)
    return told("group.must", **values) if rule.kind == "must" else told("group.never", **values)


def _who(problem: Problem, group: Group) -> list[Message]:
    """Whom a rule is about."""
    conditions = conditions_of(group.rule.firms, standing_of(problem.frames))
    return conditions or [told("group.everyone")]


def _parks(problem: Problem, group: Group) -> list[Text]:
    """The parks that a rule names, as it names them."""
    names = dict(zip(problem.parks.park_id, problem.parks.name, strict=True))
    return [_KINDS.get(one) or str(names.get(one) or one) for one in group.rule.parks]


def _why(problem: Problem, one: Stated) -> list[Message]:
    """Why firms can go to none of the parks: the first rule against each, or what they lack."""
    found: Counter[object] = Counter()
    parks = np.flatnonzero(one.group.parks)
    for firm in np.flatnonzero(one.barred):
        barrier = FirmBarrier(problem.firms.barrier[firm])  # type: ignore[call-arg]
        against = [int(number) for number in problem.barriers[firm, parks] if number]
        if barrier in (FirmBarrier.NO_LAND, FirmBarrier.NO_LOCATION) or not against:
            found[barrier] += 1
        else:
            found[rule_of(Counter(against).most_common(1)[0][0]).words] += 1
    return [told("group.why", count=count, why=why) for why, count in found.most_common()]


def _ha(square_metres: Fraction | float) -> float:
    return round(float(square_metres) / _M2_PER_HA, _HA_DIGITS)


def summaries(problem: Problem, chosen: Choices | None = None) -> list[dict[str, object]]:
    """Each rule in codes and figures, with what a plan makes of it.

    Parameters
    ----------
    chosen
        A plan; None: none was made.
    """
    found = []
    for one in stated(problem):
        group = one.group
        row: dict[str, object] = {
            "number": group.number,
            "kind": group.rule.kind,
            "who": in_codes(group.rule.firms),
            "parks": problem.parks.park_id[group.parks].tolist(),
            "price_km": group.rule.price_km,
            "source": group.rule.source,
            "firms": one.firms,
            "land_ha": _ha(one.land_m2),
            "demand_ha": _ha(one.demand_m2),
            "supply_ha": _ha(one.supply_m2),
            "barred": int(one.barred.sum()),
        }
        if chosen is not None:
            mine = chosen.placed[group.firms[chosen.placed]]
            there = group.parks[problem.links.park[chosen.link[mine]]]
            row |= {"placed": len(mine), "placed_in_parks": int(there.sum())}
        found.append(row)
    return found


def require_possible(problem: Problem) -> None:
    """Stop before the search where a rule demands more land than its parks have.

    Raises
    ------
    ImpossibleRuleError
        With every such rule, and the hectares that it lacks.
    """
    wrong: list[Text] = []
    for one in stated(problem):
        if not one.lacks_m2:
            continue
        wrong.append(
            ngettext(
                "rule {number}: {count:n} firm ({who}) on {land:n2} ha today needs {demand:n2} ha "
                "and must go to {parks}, where there are {supply:n2} ha: {lack:n2} ha lack",
                "rule {number}: {count:n} firms ({who}) on {land:n2} ha today need {demand:n2} ha "
                "and must go to {parks}, where there are {supply:n2} ha: {lack:n2} ha lack",
                one.firms,
                number=one.group.number,
                who=_who(problem, one.group),
                land=_ha(one.land_m2),
                demand=_ha(one.demand_m2),
                parks=_parks(problem, one.group),
                supply=_ha(one.supply_m2),
                lack=_ha(one.lacks_m2),
            )
        )
    if wrong:
        raise ImpossibleRuleError(
            joined((_("A rule of the scenario cannot hold:"), listed(wrong)), ""),
            hint=_(
                "Name more parks, give them land (where.land), narrow the firms, or say prefer "
                "with a price in place of must."
            ),
        )
