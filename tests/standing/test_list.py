"""The state of the list: finished and committed sites by the history, for any day."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from geo_relocation.model import schema
from geo_relocation.model.enums import ListState
from geo_relocation.standing.list import COMMITTED, FINISHED, committed, finished

START = dt.datetime(2026, 1, 1, 2, tzinfo=dt.UTC)


def events(*steps):
    """Entries of (site, day, state)."""
    rows = [
        {
            "event_id": f"e{number}",
            "site_id": site,
            "at": START + dt.timedelta(days=day),
            "recorded_at": START + dt.timedelta(days=day),
            "kind": "transition" if state else "step",
            "to_state": state,
            "author": "a",
            "ground": "g",
        }
        for number, (site, day, state) in enumerate(steps)
    ]
    frame = pd.DataFrame(rows) if rows else pd.DataFrame(columns=["event_id"])
    return schema("events").conform(frame) if rows else schema("events").empty()


def test_the_last_change_of_state_counts_whatever_the_order_of_the_rows() -> None:
    history = events(
        ("A", 1, "listed"), ("A", 5, "removed"), ("B", 2, "contracted"), ("B", 9, "done"),
        ("C", 3, "moving"), ("C", 4, None), ("D", 1, "removed"), ("D", 6, "candidate"),
    )  # fmt: skip
    for frame in (history, history.iloc[::-1]):
        assert finished(frame) == {"A", "B"}
        assert committed(frame) == {"C"}
        assert committed(frame, (START + dt.timedelta(days=8)).date()) == {"B", "C"}
        assert finished(frame, (START + dt.timedelta(days=5)).date()) == {"A", "D"}
    assert finished(events()) == frozenset()


def test_every_state_is_finished_committed_or_neither() -> None:
    assert not set(FINISHED) & set(COMMITTED)
    assert {state.value for state in FINISHED} == {"done", "converted", "closed", "removed"}
    assert {state.value for state in COMMITTED} == {"contracted", "moving"}
    assert set(FINISHED) | set(COMMITTED) < set(ListState)
