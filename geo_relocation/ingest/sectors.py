"""Sectors in words: how many there are in a list, and what they may stand for."""

from __future__ import annotations

import pandas as pd

from geo_relocation.ingest.draft import Draft
from geo_relocation.model.sectors import division, divisions
from geo_relocation.text.normalise import search_key
from geo_relocation.text.sectors import suggest_sector

COLUMNS = ("activity", "sites", "suggested", "sector", "confidence", "other_sectors", "confirmed")
"""Of the table that is handed out and comes back."""


def note_open_sectors(draft: Draft) -> None:
    """Say how many rows of a list of sites name their sector only in words."""
    rows = draft.missing("vsic") & ~draft.missing("activity") & draft.kept
    if not rows.any():
        return
    words = pd.Series(draft.column("activity")[rows], dtype=object).astype(str)
    known = words.map({text: suggest_sector(text) is not None for text in words.unique()})
    count = int(known.sum())
    draft.log.add(
        "sector-in-words",
        field="activity",
        value=words.iloc[0],
        count=int(rows.sum()),
        figures={"known": count},
    )


def sector_suggestions(sites: pd.DataFrame) -> pd.DataFrame:
    """Suggestions for the sites that name their sector only in words, the most sites first.

    Parameters
    ----------
    sites
        Rows of the layer `sites`.

    Returns
    -------
    DataFrame
        `activity` (the commonest spelling), `sites`, `suggested` (VSIC), `sector` (name of the
        division in Vietnamese), `confidence`, `other_sectors` and an empty `confirmed`.
    """
    rows = []
    for _key, words in open_words(sites).groupby(level=0, sort=True):
        spelling = str(words.value_counts().sort_index().idxmax())
        found = suggest_sector(spelling)
        code = found.vsic if found else None
        name = divisions()[division(code) or ""].name_vi if found else None
        others = ", ".join(found.others) or None if found else None
        share = found.confidence if found else None
        rows.append((spelling, len(words), code, name, share, others, None))
    made = pd.DataFrame(rows, columns=list(COLUMNS))
    return made.sort_values(["sites", "activity"], ascending=[False, True], ignore_index=True)


def open_words(sites: pd.DataFrame) -> pd.Series:
    """The words of each site without a code, by what they are compared with."""
    words = sites.loc[sites["vsic"].isna() & sites["activity"].notna(), "activity"].astype(str)
    return words.set_axis(pd.Index([search_key(text) for text in words], dtype=object))
