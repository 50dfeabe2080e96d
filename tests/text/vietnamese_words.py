"""Names and generated text that the tests of this package share."""

from __future__ import annotations

import csv
from pathlib import Path

from hypothesis import strategies as st

from geo_relocation.text.syllables import syllables

HERE = Path(__file__).parent


def crosswalk_rows() -> list[dict[str, str]]:
    """Old communes of the province and the new units they went to."""
    with (HERE / "ward_crosswalk_2025.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def old_communes() -> list[str]:
    """The 91 names before 2025-07-01, each with its kind."""
    return [
        name for _, name in sorted({(r["old_ward_code"], r["old_ward"]) for r in crosswalk_rows()})
    ]


SYLLABLES = sorted(syllables())


def spoken(case: str = "any") -> st.SearchStrategy[str]:
    """Vietnamese-looking text: syllables in small letters, title case or capitals."""
    words = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=6).map(" ".join)
    cases = {"lower": [str.lower], "any": [str.lower, str.title, str.upper]}[case]
    return st.tuples(words, st.sampled_from(cases)).map(lambda pair: pair[1](pair[0]))
