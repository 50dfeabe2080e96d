"""The state of a run, and the approved plan, from what is on record."""

from __future__ import annotations

import itertools
import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_relocation.errors import UsageError
from geo_relocation.model import schema
from geo_relocation.model.enums import RunState
from geo_relocation.model.told import said
from geo_relocation.standing.runs import approval_in_force, last_state, lives, require_next

NO_RUNS = schema("runs").conform(pd.DataFrame())
BEGAN = pd.Timestamp("2026-07-01T02:00:00Z")

ALLOWED = {
    ("queued", "running"), ("queued", "cancelled"), ("queued", "failed"),
    ("running", "running"), ("running", "stored"), ("running", "failed"), ("running", "cancelled"),
    ("failed", "running"), ("failed", "cancelled"), ("cancelled", "running"),
}  # fmt: skip


def entries(*states, run_id="match-1", **more):
    """Entries a minute apart; the first running one names a process."""
    rows = [
        {
            "run_id": run_id, "number": i + 1, "state": state, "version": "0",
            "at": BEGAN + pd.Timedelta(minutes=i),
            "kind": "match" if i == 0 else None,
            "actor": "A" if i == 0 else None,
            "process": json.dumps({"pid": 7, "host": "h"}) if state == "running" else None,
            **more,
        }
        for i, state in enumerate(states)
    ]  # fmt: skip
    return schema("run_events").conform(pd.DataFrame(rows))


def life(*states, alive=True, **more):
    found = lives(entries(*states, **more), NO_RUNS, lambda _: alive)
    assert len(found) == 1
    return found.iloc[0]


def test_every_step_of_a_life_is_allowed_or_refused():
    states = [state.value for state in RunState]
    for before, after in itertools.product([None, *states], states):

        def check(before=before, after=after):
            require_next("r", None if before is None else RunState.of(before), RunState.of(after))

        if (before, after) in ALLOWED or (before is None and after == "queued"):
            check()
        else:
            with pytest.raises(UsageError, match="r is"):
                check()


@given(st.permutations(range(4)))
@settings(max_examples=12)
def test_the_state_is_that_of_the_highest_number_whatever_the_order(order):
    frame = entries("queued", "running", "cancelled", "running").iloc[list(order)]
    assert last_state(frame) is RunState.RUNNING
    found = lives(frame, NO_RUNS, lambda _: True).iloc[0]
    assert found["asked_at"] == BEGAN
    assert found["started_at"] == BEGAN + pd.Timedelta(minutes=3)


@pytest.mark.parametrize(
    ("alive", "state", "interrupted", "resumable"),
    [
        (True, "running", False, False),
        (None, "running", False, False),
        (False, "failed", True, True),
    ],
)
def test_a_run_whose_process_is_gone_has_failed(alive, state, interrupted, resumable):
    found = life("queued", "running", alive=alive)
    assert (found["state"], found["interrupted"], found["resumable"]) == (
        state, interrupted, resumable,
    )  # fmt: skip
    assert ("process 7 on h" in said(found["message"], "en")) is interrupted


def test_a_run_that_is_over_asks_for_no_process():
    found = life("queued", "running", "stored", alive=False)
    assert (found["state"], found["seconds"], found["actor"]) == ("stored", 60.0, "A")
    assert not found["resumable"]


def test_what_was_stored_before_lives_were_recorded_counts_as_stored():
    row = {
        "run_id": "screen-0", "kind": "screen", "started_at": BEGAN, "seconds": 9.0,
        "author": "B", "parameters": "{}", "input_hash": "h", "version": "0",
    }  # fmt: skip
    runs = schema("runs").conform(pd.DataFrame([row]))
    found = lives(entries("queued", "running"), runs, lambda _: True)
    assert found["run_id"].tolist() == ["match-1", "screen-0"]
    old = found.iloc[1]
    assert (old["state"], old["actor"], old["results"]) == ("stored", "B", ["screen-0"])


def approvals(*told):
    rows = [
        {
            "approval_id": f"a{i}", "plan_id": plan, "kind": kind, "at": BEGAN, "author": "A",
            "document_no": str(i), "document_date": "2026-07-01", "sequence": i,
        }
        for i, (kind, plan) in enumerate(told)
    ]  # fmt: skip
    return schema("approvals").conform(pd.DataFrame(rows))


@pytest.mark.parametrize(
    ("told", "plan"),
    [
        ((), None),
        ((("approved", "P"),), "P"),
        ((("approved", "P"), ("approved", "Q")), "Q"),
        ((("approved", "P"), ("approved", "Q"), ("withdrawn", "Q")), None),
        ((("approved", "P"), ("withdrawn", "P"), ("approved", "P")), "P"),
    ],
)
def test_the_newest_entry_says_which_plan_is_approved(told, plan):
    for frame in (approvals(*told), approvals(*told).iloc[::-1]):
        found = approval_in_force(frame)
        assert (None if found is None else found["plan_id"]) == plan
    assert approval_in_force(approvals(*told), pd.Timestamp("2026-06-01", tz="UTC")) is None
