"""The wastewater of the firms in a park stays within its capacity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from geo_relocation.matching.check.entry import Check, Move
from geo_relocation.matching.check.layers import Facts, exact, known
from geo_relocation.matching.check.violation import Violation
from geo_relocation.messages import _


def _broken(facts: Facts, moves: list[Move]) -> Iterator[Violation]:
    """The wastewater of the firms in a park stays within its capacity."""
    if not facts.spec.limits.wastewater:
        return
    total: dict[str, Fraction] = defaultdict(Fraction)
    for move in moves:
        if known(move.park["wastewater_m3d"]) and known(move.site["wastewater_m3d"]):
            total[move.ids[1]] += exact(move.site["wastewater_m3d"])
    for park, used in sorted(total.items()):
        limit = exact(facts.parks[park]["wastewater_m3d"])
        if used > limit:
            words = _(
                "Park {park}: {used:n} m³ of wastewater a day, it takes only {limit:n}.",
                park=park,
                used=float(used),
                limit=float(limit),
            )
            yield Violation("wastewater", words, None, park)


CHECK = Check(code="wastewater", order=230, of_plan=_broken)
