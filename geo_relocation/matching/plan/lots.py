"""Firms to lots inside a park: one lot, several adjacent ones, or part of a divisible one.

That the land of a park suffices does not mean that its lots do: this says for how many firms
they do, and how many more any other choice could serve at most.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from geo_relocation.arrays import IntArray
from geo_relocation.matching.plan.bundles import (
    UNITS_PER_M2,
    Bundles,
    bundles,
    read_lots,
    square_centimetres,
)
from geo_relocation.matching.plan.lot_choice import Choices as LotChoices
from geo_relocation.matching.plan.lot_choice import Effort, Needs, choices, decide
from geo_relocation.matching.problem import Choices, Problem
from geo_relocation.messages import Message, Text, _, joined, ngettext
from geo_relocation.model import schema
from geo_relocation.model.enums import LotState

M2_PER_HA = 10_000.0


@dataclass(frozen=True)
class LotProof:
    """What is proven about the lots given in one park.

    Attributes
    ----------
    firms
        Firms that the plan places in the park.
    given
        Firms that have lots.
    most
        No choice gives lots to more firms.
    left_over_m2
        Land in the lots given beyond what the firms need; a divisible lot leaves over what its
        smallest part exceeds the need by.
    least_left_over_m2
        No choice that gives lots to as many firms leaves less over.
    complete
        Whether all sets of lots were looked at. Where not, `most` is the number of firms and
        `least_left_over_m2` is 0.
    """

    firms: int
    given: int
    most: int
    left_over_m2: float
    least_left_over_m2: float
    complete: bool = True

    @property
    def words(self) -> Message:
        """The proof for people."""
        most: Text = ""
        if self.given < self.most:
            most = _(" (at most {most:n} can)", most=self.most)
        elif self.given < self.firms:
            most = _(" (proven to be the most)")
        least: Text = ""
        if self.least_left_over_m2 < self.left_over_m2:
            least = _(" (at least {ha:n2} ha)", ha=self.least_left_over_m2 / M2_PER_HA)
        unseen = "" if self.complete else _("; too many sets of lots, not all looked at")
        return _(
            "{given:n} of {firms:n} firms have lots{most}, {ha:n2} ha left over{least}{unseen}.",
            given=self.given,
            firms=self.firms,
            most=most,
            ha=self.left_over_m2 / M2_PER_HA,
            least=least,
            unseen=unseen,
        )


@dataclass(frozen=True)
class LotPlan:
    """Lots of the firms placed.

    Attributes
    ----------
    lots
        Lot ids by site id.
    without
        Sites that have none though their park has enough land, with the reason in words.
    proofs
        What is proven, by park id.
    unknown
        Parks that firms go to and of which the layer knows no lot.
    """

    lots: dict[str, tuple[str, ...]] = field(default_factory=dict)
    without: dict[str, Message] = field(default_factory=dict)
    proofs: dict[str, LotProof] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    @property
    def notes(self) -> list[Message]:
        """What there is to say about it."""
        found = [
            _("Lots of park {park}: {proof}", park=park, proof=proof.words)
            for park, proof in self.proofs.items()
        ]
        if self.unknown:
            found.append(
                ngettext(
                    "The lots of {count:n} park are not known, none are given: {names}.",
                    "The lots of {count:n} parks are not known, none are given: {names}.",
                    len(self.unknown),
                    names=self.unknown,
                )
            )
        return found + [joined((site, words), ": ") for site, words in self.without.items()]


def assign_lots(problem: Problem, plan: Choices, *, effort: Effort | None = None) -> LotPlan:
    """Give the placed firms lots, park by park, by the rules in ``specification.lots``.

    Parameters
    ----------
    problem, plan
        The problem, whose frames hold the lots, and its plan.
    effort
        Limits of the searches in each park.
    """
    made = LotPlan()
    lots = problem.frames.lots
    layer = schema("lots").empty() if lots is None else lots
    placed = plan.placed
    park_of = problem.links.park[plan.link[placed]]
    for park in np.unique(park_of):
        name = str(problem.parks.park_id[park])
        own = layer[layer["park_id"] == name].sort_values("lot_id")
        free = own[own["state"] == str(LotState.FREE)]
        if own.empty:
            made.unknown.append(name)
        else:
            firms = placed[park_of == park]
            _one_park(problem, plan, (name, free), firms, made, effort or Effort())
    return made


def _one_park(
    problem: Problem,
    plan: Choices,
    park: tuple[str, pd.DataFrame],
    firms: IntArray,
    made: LotPlan,
    effort: Effort,
) -> None:
    """Solve one park and add what came of it to the plan."""
    name, layer = park
    rules = problem.specification.lots
    lots = read_lots(layer, rules, problem.phases[0])
    sets = bundles(lots, rules)
    land = square_centimetres(problem.firms.land_m2[firms])
    # A share of a need is no whole number; a square centimetre is not refused for it.
    share = rules.most_left_over
    most_over = np.full(len(land), np.inf) if share is None else np.rint(land * share)
    needs = Needs(
        land,
        np.asarray(problem.phases)[plan.phase[firms]],
        most_over,
    )
    every = choices(lots, sets, needs)
    found = decide(lots, every, len(firms), effort)
    over = int(every.over[found.taken].sum())
    for one in found.taken.tolist():
        site = str(problem.firms.site_id[firms[every.firm[one]]])
        made.lots[site] = tuple(lots.ids[lot] for lot in _lots_of(sets, every, one))
    proof = LotProof(
        firms=len(firms),
        given=len(found.taken),
        most=found.most if sets.complete else len(firms),
        left_over_m2=over / UNITS_PER_M2,
        least_left_over_m2=found.least_over / UNITS_PER_M2 if sets.complete else 0.0,
        complete=sets.complete,
    )
    made.proofs[name] = proof
    served, could = set(every.firm[found.taken].tolist()), set(every.firm.tolist())
    for position, firm in enumerate(firms.tolist()):
        if position not in served:
            need = float(problem.firms.land_m2[firm])
            made.without[str(problem.firms.site_id[firm])] = _why_not(
                name, need, proof, rules.most_lots, fits=position in could
            )


def _lots_of(sets: Bundles, every: LotChoices, one: int) -> tuple[int, ...]:
    """Positions of the lots that a choice takes."""
    item = int(every.item[one])
    return sets.lots[item] if item < len(sets) else (item - len(sets),)


def _why_not(park: str, need_m2: float, proof: LotProof, most_lots: int, *, fits: bool) -> Message:
    """Why a firm has no lot."""
    need = need_m2 / M2_PER_HA
    if fits:
        return _(
            "Park {park} has a lot for {ha:n2} ha, but other firms have it: {proof}",
            park=park,
            ha=need,
            proof=proof.words,
        )
    if not proof.complete:
        return _(
            "Park {park}: no lot seen for {ha:n2} ha; too many sets of lots, not all looked at.",
            park=park,
            ha=need,
        )
    return _(
        "Park {park} has the land, but no free lot, set of at most {most:n} adjacent lots or part "
        "of a divisible lot fits {ha:n2} ha in the year it is needed.",
        park=park,
        most=most_lots,
        ha=need,
    )
