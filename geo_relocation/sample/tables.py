"""The small tables of facts and hand-made drawings that ship with the sample.

Facts with their sources, copied to `data/reference/`: `districts.csv`, `parks.csv` and
`admin_crosswalk.csv`. Drawn from general knowledge, good to a kilometre or two and of no use
as data: `outline.csv` (shared arcs of the districts), `communes.csv` (rough middles of the old
southern communes, and how urban each is) and `streets.csv` (way-points of main roads).
Invented: `sectors.csv` (the mix of sectors with densities).
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Rows of one of the sample's tables, e.g. `districts.csv`."""
    text = resources.files("geo_relocation.sample").joinpath(name).read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))
