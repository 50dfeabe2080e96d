"""Which decision on a site is in force.

A person's override stands until another override: a later run of the program does not undo it.
Without an override the newest run counts. What was recorded later is newer, as the store numbered
it (`sequence`), whatever the clocks of those who wrote said; rows of one number are ordered by
time, then by id, so that the order of the rows never matters. A row without a number was not
written by this program and never outranks one that was.
"""

from __future__ import annotations

from geo_relocation.lazy import pd
from geo_relocation.standing.days import Moment, moment

ORDER = ("sequence", "decided_at", "decision_id")
"""Columns by which decisions follow each other, missing numbers first."""


def in_force(decisions: pd.DataFrame, as_of: Moment | None = None) -> pd.DataFrame:
    """The decision in force on each site, at a moment or now.

    Parameters
    ----------
    decisions
        Rows of the layer `decisions`, in any order, superseded ones included.
    as_of
        A moment, or a day: its end in Vietnam. None: all that is on record counts.

    Returns
    -------
    DataFrame
        Rows of `decisions`, one per site, in the order of the site ids.
    """
    known = decisions
    if as_of is not None:
        known = known[known["decided_at"] <= moment(as_of)]
    known = known.assign(_override=known["replaces"].notna())
    order = ["site_id", "_override", *ORDER]
    ordered = known.sort_values(order, kind="stable", na_position="first")
    newest = ordered.drop_duplicates("site_id", keep="last")
    return newest.drop(columns="_override").reset_index(drop=True)


def in_force_query(table: str) -> str:
    """The same as SQL of PostgreSQL, for programs that read the database themselves.

    Parameters
    ----------
    table
        Name of the table, quoted where it has to be.
    """
    return (
        f"SELECT DISTINCT ON (site_id) * FROM {table}"
        " ORDER BY site_id, (replaces IS NOT NULL) DESC, sequence DESC NULLS LAST,"
        " decided_at DESC, decision_id DESC"
    )


def overrides_to_review(decisions: pd.DataFrame) -> pd.DataFrame:
    """Overrides in force whose site was later assessed on other evidence.

    Returns
    -------
    DataFrame
        `site_id`, `decision_id` of the override, its `route`, and `later_decision_id` and
        `later_route` of the newest run since.
    """
    in_order = decisions.sort_values(list(ORDER), kind="stable", na_position="first")
    standing = in_force(decisions)
    standing = standing[standing["replaces"].notna()]
    runs = in_force(decisions[decisions["replaces"].isna()])
    both = standing.merge(runs, on="site_id", suffixes=("", "_later"))
    newest = in_order.drop_duplicates("site_id", keep="last").set_index("site_id")["decision_id"]
    newer = both["site_id"].map(newest) == both["decision_id_later"]
    chosen = both[newer & (both["input_hash_later"] != both["input_hash"])][
        ["site_id", "decision_id", "route", "decision_id_later", "route_later"]
    ]
    return chosen.rename(
        columns={"decision_id_later": "later_decision_id", "route_later": "later_route"}
    ).reset_index(drop=True)
