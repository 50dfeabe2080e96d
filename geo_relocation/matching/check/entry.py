"""What a rule is to the checker. Each is one file of `check/rules/`, which names it `CHECK`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_relocation.matching.check.violation import Violation
from geo_relocation.messages import Message

if TYPE_CHECKING:
    from geo_relocation.matching.check.layers import Facts, Row


@dataclass(frozen=True)
class Move:
    """One row of the plan with what it refers to."""

    site: Row
    park: Row
    phase: int

    @property
    def ids(self) -> tuple[str, str, int]:
        """Site, park and year."""
        return str(self.site["site_id"]), str(self.park["park_id"]), self.phase

    def breaks(self, rule: str, message: Message) -> Violation:
        """A violation that concerns this row."""
        return Violation(rule, message, *self.ids)


@dataclass(frozen=True)
class Check:
    """A rule as the checker reads it: of each row of a plan, or of all of them together.

    Attributes
    ----------
    code
        Stable word: that by which the rule is known where plans are made.
    order
        Place among the checks.
    of_move
        How one row breaks it: a sentence each time it does.
    of_plan
        How all rows together break it.
    """

    code: str
    order: int
    of_move: Callable[[Facts, Move], Iterator[Message]] | None = None
    of_plan: Callable[[Facts, list[Move]], Iterator[Violation]] | None = None
