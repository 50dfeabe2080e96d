"""Who does something: given with a call, else from the settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Actor:
    """Who does something.

    Attributes
    ----------
    name
        The person.
    role
        In which capacity, as far as it is stated.
    since
        Since when in that role.
    """

    name: str
    role: str | None = None
    since: date | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """As an entry names it."""
        return {"actor": self.name, "role": self.role, "role_since": self.since}
