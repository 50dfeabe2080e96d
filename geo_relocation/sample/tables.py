"""The small tables of facts and hand-made drawings that ship with the sample."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Rows of one of the sample's tables, e.g. `districts.csv`."""
    text = resources.files("geo_relocation.sample").joinpath(name).read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))
