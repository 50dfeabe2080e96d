"""Tables that ship with this package."""

from __future__ import annotations

import csv
from importlib import resources


def read_table(name: str) -> list[dict[str, str]]:
    """Rows of a CSV table of this package."""
    text = resources.files("geo_relocation.text").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
