"""Names of the figures that reports show and no layer has; see ``labels.csv``."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources


@cache
def labels() -> dict[str, dict[str, str]]:
    """Vietnamese and English names by the figure's code."""
    text = resources.files("geo_relocation.words").joinpath("labels.csv").read_text("utf-8")
    return {
        row["name"]: {"vi": row["vi"], "en": row["en"]} for row in csv.DictReader(text.splitlines())
    }
