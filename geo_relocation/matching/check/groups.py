"""Rules on groups of firms, as the checker reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts, Row
from geo_relocation.matching.check.meaning import unmet
from geo_relocation.matching.check.violation import Violation
from geo_relocation.messages import _

if TYPE_CHECKING:
    from geo_relocation.matching.group import GroupRule

_OTHERS = frozenset({"lock"})
"""Checks of a whole plan that find fault with firms it does not place."""


def is_about(facts: Facts, rule: GroupRule, site: Row) -> bool:
    """Whether a rule means a firm; one that keeps the place it signed for it never means."""
    if facts.kept(site["site_id"]):
        return False
    return next(unmet(facts, rule.firms, site), None) is None


def names_park(facts: Facts, rule: GroupRule, park: Row) -> bool:
    """Whether a rule names a park, by id, by its kind, or by the side it stands on."""
    if park["park_id"] in rule.parks or str(park["kind"]) in rule.parks:
        return True
    return ("south" if facts.in_south(park) else "north") in rule.parks


def left_out(facts: Facts, moves: Sequence[Move], checks: Sequence[Check]) -> Iterator[Violation]:
    """Firms that a rule sends somewhere, that could go there alone, and are not placed.

    Parameters
    ----------
    facts
        With the rows of all sites that a rule may mean.
    moves
        The rows of the plan.
    checks
        All checks: of a plan that places the firm alone, none of them may find fault with it.
    """
    placed = {move.ids[0] for move in moves}
    for number, rule in enumerate(facts.spec.rules, start=1):
        if rule.kind != "must":
            continue
        parks = [park for park in facts.parks.values() if names_park(facts, rule, park)]
        for key, site in facts.sites.items():
            if key in placed or not is_about(facts, rule, site):
                continue
            tried = (Move(site, park, year) for park in parks for year in facts.spec.phases)
            if any(_alone(facts, move, checks) for move in tried):
                words = _(
                    "Firm {site} is left out, though rule {number} of the scenario demands a "
                    "place and there is one that may take it.",
                    site=key,
                    number=number,
                )
                yield Violation("group-rule", words, key)


def _alone(facts: Facts, move: Move, checks: Sequence[Check]) -> bool:
    """Whether a plan of this row alone breaks nothing."""
    for one in checks:
        if one.of_move is not None and next(one.of_move(facts, move), None) is not None:
            return False
    return all(
        next(one.of_plan(facts, [move]), None) is None
        for one in checks
        if one.of_plan is not None and one.code not in _OTHERS
    )
