"""Waiting for others: how long, and who is told that it is waited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

BUSY_TIMEOUT = 60.0
"""Seconds that are waited for other processes unless said otherwise."""

Tell = Callable[[str], None]
"""Takes one line for whoever waits."""


def to_nobody(words: str) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class Patience:
    """How a store waits while another process holds what it needs.

    Attributes
    ----------
    seconds
        How long, for each lock: to begin to read, to begin to write, to put a write in place.
    tell
        Called once per lock that is not free at once, with what is waited for.
    """

    seconds: float = BUSY_TIMEOUT
    tell: Tell = to_nobody


USUAL = Patience()
"""Waits as long as is usual and tells nobody."""
