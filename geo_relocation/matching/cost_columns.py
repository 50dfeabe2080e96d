"""Cost by term as columns beside the assignments; it is stored as rows of `cost_terms`.

A term is one file of `terms/`: its rows need no column in the store, and the columns that people
and publications see are made from the rows, one for each term.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from geo_relocation.matching.terms import TERMS
from geo_relocation.model import Attribute

_PREFIX = "cost_"
_TOTAL = "cost_km"
"""The column that stands before those of the terms: their sum."""
_PLACE = ["plan_id", "site_id"]


def cost_columns(stored: Iterable[str] = ()) -> dict[str, Attribute]:
    """The column of each term, described as the data dictionary describes a column.

    Parameters
    ----------
    stored
        Names of terms that plans hold. One that this program does not have (any more) gets a
        column under its own name, behind those of the program's terms.
    """
    words = {term.name: (term.vi, term.en, term.unit) for term in TERMS}
    for name in sorted(set(stored) - set(words)):
        words[name] = (name, name, "km")
    return {
        name: Attribute(
            "assignments", f"{_PREFIX}{name}", "real", unit, required=False, default="",
            vi=vi, en=en, description="", source="",
        )
        for name, (vi, en, unit) in words.items()
    }  # fmt: skip


def with_cost_columns(assignments: pd.DataFrame, cost_terms: pd.DataFrame) -> pd.DataFrame:
    """Assignments with a column of costs for each term, behind that of their sum.

    Parameters
    ----------
    assignments
        Rows of the layer, of any number of plans.
    cost_terms
        Rows of that layer, at least those of the same plans.

    Returns
    -------
    DataFrame
        `cost_distance` and so on, km-equivalents: 0 where a term adds nothing, missing for a
        firm that was left out.
    """
    index = pd.MultiIndex.from_frame(assignments[_PLACE].astype(object))
    at = index.get_indexer(pd.MultiIndex.from_frame(cost_terms[_PLACE].astype(object)))
    nothing = np.where(assignments["park_id"].notna(), 0.0, np.nan)
    term, value = cost_terms["term"].to_numpy(), cost_terms["value"].to_numpy()
    found = assignments.copy(deep=False)
    place = found.columns.get_loc(_TOTAL) + 1
    for name, attribute in cost_columns(cost_terms["term"]).items():
        mine = (term == name) & (at >= 0)
        values = nothing.copy()
        values[at[mine]] = value[mine]
        found.insert(place, attribute.name, values)
        place += 1
    return found


def described(columns: Iterable[str]) -> dict[str, Attribute]:
    """Those of some columns that `with_cost_columns` made, by the name of their term."""
    made = [name for name in columns if name.startswith(_PREFIX) and name != _TOTAL]
    return cost_columns(name.removeprefix(_PREFIX) for name in made)
