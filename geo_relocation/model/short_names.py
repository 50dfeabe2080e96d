"""Names of attributes in shapefiles, whose fields take ten letters: `short_names.csv`."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources


@cache
def short_names() -> dict[str, dict[str, str]]:
    """Attribute by short name, by layer, in the order of the table."""
    text = resources.files("geo_relocation.model").joinpath("short_names.csv").read_text("utf-8")
    found: dict[str, dict[str, str]] = {}
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["layer"], {})[row["field"]] = row["attribute"]
    return found
