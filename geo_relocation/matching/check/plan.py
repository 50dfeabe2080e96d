"""A whole plan against all rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from geo_relocation.matching.check.entry import Move
from geo_relocation.matching.check.groups import left_out
from geo_relocation.matching.check.layers import Facts, Layers, known, rows
from geo_relocation.matching.check.rules import CHECKS
from geo_relocation.matching.check.violation import Violation
from geo_relocation.messages import _

if TYPE_CHECKING:
    from geo_relocation.matching.specification import MatchSpecification


def check(
    layers: Layers, specification: MatchSpecification, assignment: pd.DataFrame
) -> list[Violation]:
    """List every rule that a plan breaks.

    Parameters
    ----------
    layers
        The workspace as it is stored.
    specification
        What was asked, with its years written out.
    assignment
        `site_id`, `park_id`, `phase` per firm placed. Rows without a park are firms left out.

    Returns
    -------
    list
        All violations: of rows that name nothing known, of single rows, then of what firms
        share; empty for a good plan.
    """
    named = assignment.loc[assignment["park_id"].notna(), "site_id"].dropna().astype(str)
    if any(rule.kind == "must" for rule in specification.rules):
        named = layers.sites["site_id"].astype(str)  # also those that the plan leaves out
    facts = Facts(layers, specification, frozenset(named))
    found: list[Violation] = []
    moves = list(_moves(facts, assignment, found))
    for move in moves:
        for one in CHECKS:
            if one.of_move is not None:
                found += [move.breaks(one.code, words) for words in one.of_move(facts, move)]
    for one in CHECKS:
        if one.of_plan is not None:
            found += one.of_plan(facts, moves)
    return [*found, *left_out(facts, moves, CHECKS)]


def _moves(facts: Facts, plan: pd.DataFrame, found: list[Violation]) -> Iterator[Move]:
    """The rows of the plan that name known things, each firm once."""
    seen = set()
    for row in rows(plan[["site_id", "park_id", "phase"]]):
        site, park, year = row["site_id"], row["park_id"], row["phase"]
        if not known(park):
            continue
        if site not in facts.sites:
            words = _("There is no firm {site}.", site=site)
            found.append(Violation("unknown-site", words, str(site), str(park)))
        elif park not in facts.parks:
            words = _("There is no park {park}.", park=park)
            found.append(Violation("unknown-park", words, str(site), str(park)))
        elif site in seen:
            words = _("Firm {site} has more than one row.", site=site)
            found.append(Violation("twice", words, str(site), str(park)))
        elif not known(year) or int(year) not in facts.spec.phases:
            words = _("Firm {site}: {year} is not in the scenario.", site=site, year=year)
            found.append(Violation("unknown-phase", words, str(site), str(park)))
        else:
            seen.add(site)
            yield Move(facts.sites[site], facts.parks[park], int(year))
