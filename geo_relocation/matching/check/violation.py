"""What a plan breaks."""

from __future__ import annotations

from dataclasses import dataclass

from geo_relocation.messages import Message


@dataclass(frozen=True)
class Violation:
    """A rule that a plan breaks.

    Attributes
    ----------
    rule
        Stable word for the rule; where a firm or a park is refused for it, that of `reasons`.
    message
        In words, with names and numbers.
    site_id, park_id, phase
        What it concerns; None where it is not about one.
    """

    rule: str
    message: Message
    site_id: str | None = None
    park_id: str | None = None
    phase: int | None = None

    def __str__(self) -> str:
        """The rule and the message."""
        return f"[{self.rule}] {self.message}"
