"""TOML as users write it: whatever is wrong with a text is one kind of error."""

from __future__ import annotations

import tomllib
from typing import Any


def read_toml(text: str) -> dict[str, Any]:
    """The content of a TOML text.

    Raises
    ------
    ValueError
        If it is not TOML, holds an integer of thousands of digits, or is nested without end.
    """
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("brackets stand in each other too deep") from error
