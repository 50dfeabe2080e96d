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
    def words(self) -> str:
        """The proof in Vietnamese."""
        said = f"{self.given}/{self.firms} cơ sở có lô"
        if self.given < self.most:
            said += f" (nhiều nhất có thể {self.most})"
        elif self.given < self.firms:
            said += " (đã chứng minh là nhiều nhất)"
        said += f", thừa {self.left_over_m2 / M2_PER_HA:.2f} ha"
        if self.least_left_over_m2 < self.left_over_m2:
            said += f" (ít nhất có thể {self.least_left_over_m2 / M2_PER_HA:.2f} ha)"
        if not self.complete:
            said += "; quá nhiều nhóm lô, chưa xét hết"
        return f"{said}."


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
    without: dict[str, str] = field(default_factory=dict)
    proofs: dict[str, LotProof] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    @property
    def notes(self) -> list[str]:
        """What there is to say about it, in Vietnamese."""
        found = [f"Lô đất khu {park}: {proof.words}" for park, proof in self.proofs.items()]
        if self.unknown:
            parks = ", ".join(self.unknown)
            found.append(f"Chưa có số liệu lô của {len(self.unknown)} khu, không giao lô: {parks}.")
        return found + [f"{site}: {words}" for site, words in self.without.items()]


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


def _why_not(park: str, need_m2: float, proof: LotProof, most_lots: int, *, fits: bool) -> str:
    """Why a firm has no lot, in Vietnamese."""
    need = f"{need_m2 / M2_PER_HA:.2f} ha"
    if fits:
        return f"Khu {park} có lô vừa {need} nhưng đã giao cho cơ sở khác: {proof.words}"
    if not proof.complete:
        return f"Khu {park}: chưa thấy lô vừa {need}; quá nhiều nhóm lô, chưa xét hết."
    return (
        f"Khu {park} đủ đất nhưng không có lô trống, nhóm tối đa {most_lots} lô liền kề hay phần "
        f"lô chia được nào vừa {need} vào năm cần."
    )
