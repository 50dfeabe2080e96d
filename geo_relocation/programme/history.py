"""A site's whole history in one table: decisions, steps of the list, complaints."""

from __future__ import annotations

from typing import Any

import pandas as pd

from geo_relocation.model.enums import ComplaintOutcome, EventKind, ListState, Route

_COLUMNS = [
    "at",
    "recorded_at",
    "kind",
    "what",
    "author",
    "ground",
    "document_no",
    "id",
    "refers_to",
]


def history(decisions: pd.DataFrame, events: pd.DataFrame, site_id: str) -> pd.DataFrame:
    """All that was decided and done about a site, in order.

    Returns
    -------
    DataFrame
        `at`, `recorded_at`, `kind` (`decision`, `override`, or the kind of event), `what` in
        Vietnamese, `author`, `ground`, `document_no`, `id` and `refers_to` (the decision
        replaced or complained about, or the entry answered or corrected).
    """
    made = decisions[decisions["site_id"] == site_id]
    rows = [_decision_line(row) for _, row in made.iterrows()]
    own = events[events["site_id"] == site_id]
    rows += [_event_line(row) for _, row in own.iterrows()]
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    return frame.sort_values(["at", "recorded_at"], kind="stable", ignore_index=True)


def _decision_line(row: pd.Series) -> dict[str, Any]:
    return {
        "at": row["decided_at"],
        "recorded_at": row["decided_at"],
        "kind": "decision" if pd.isna(row["replaces"]) else "override",
        "what": Route.of(row["route"]).vi,
        "author": row["author"],
        "ground": row["ground"] if pd.notna(row["ground"]) else row["ruleset"],
        "document_no": None,
        "id": row["decision_id"],
        "refers_to": row["replaces"],
    }


def _event_line(row: pd.Series) -> dict[str, Any]:
    words = EventKind.of(row["kind"]).vi
    if pd.notna(row["to_state"]):
        words = (
            f"{words}: {ListState.of(row['from_state']).vi} → {ListState.of(row['to_state']).vi}"
        )
    elif pd.notna(row["outcome"]):
        words = f"{words}: {ComplaintOutcome.of(row['outcome']).vi}"
    return {
        "at": row["at"],
        "recorded_at": row["recorded_at"],
        "kind": row["kind"],
        "what": words,
        "author": row["author"],
        "ground": row["ground"],
        "document_no": row["document_no"],
        "id": row["event_id"],
        "refers_to": row["refers_to"] if pd.notna(row["refers_to"]) else row["decision_id"],
    }
