"""A site's whole history in one table: decisions, steps of the list, complaints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from geo_relocation.messages import Message
from geo_relocation.model.enums import (
    ActKind,
    ComplaintOutcome,
    EventKind,
    ListState,
    Route,
)

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
        `at`, `recorded_at`, `kind` (an `ActKind`, or the kind of event), `what` as a message,
        `author`, `ground`, `document_no`, `id` and `refers_to` (the decision replaced or
        complained about, or the entry answered or corrected).
    """
    made = decisions[decisions["site_id"] == site_id]
    rows = [_decision_line(row) for row in made.to_dict("records")]
    own = events[events["site_id"] == site_id]
    rows += [_event_line(row) for row in own.to_dict("records")]
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    return frame.sort_values(["at", "recorded_at"], kind="stable", ignore_index=True)


def _decision_line(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "at": row["decided_at"],
        "recorded_at": row["decided_at"],
        "kind": ActKind.DECISION if pd.isna(row["replaces"]) else ActKind.OVERRIDE,
        "what": Message("{route}", {"route": Route.of(row["route"])}),
        "author": row["author"],
        "ground": row["ground"] if pd.notna(row["ground"]) else row["ruleset"],
        "document_no": None,
        "id": row["decision_id"],
        "refers_to": row["replaces"],
    }


def _event_line(row: Mapping[str, Any]) -> dict[str, Any]:
    kind = EventKind.of(row["kind"])
    words = Message("{kind}", {"kind": kind})
    if pd.notna(row["to_state"]):
        states = {name: ListState.of(row[name]) for name in ("from_state", "to_state")}
        words = Message("{kind}: {from_state} → {to_state}", {"kind": kind, **states})
    elif pd.notna(row["outcome"]):
        outcome = ComplaintOutcome.of(row["outcome"])
        words = Message("{kind}: {outcome}", {"kind": kind, "outcome": outcome})
    return {
        "at": row["at"],
        "recorded_at": row["recorded_at"],
        "kind": kind,
        "what": words,
        "author": row["author"],
        "ground": row["ground"],
        "document_no": row["document_no"],
        "id": row["event_id"],
        "refers_to": row["refers_to"] if pd.notna(row["refers_to"]) else row["decision_id"],
    }
