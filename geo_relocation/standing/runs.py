"""The state of a run, read from its history; and which plan is approved.

The life of a run is a list of entries that only grows: queued → running → stored, failed or
cancelled; one that failed or was cancelled may be begun again. Where the process that works on a
run ended without a word, the run failed whatever its last entry says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from geo_relocation.errors import UsageError
from geo_relocation.lazy import pd
from geo_relocation.messages import _
from geo_relocation.model import split_codes
from geo_relocation.model.enums import ApprovalKind, RunState
from geo_relocation.model.told import stored, told
from geo_relocation.standing.days import Moment, moment

Alive = Callable[[Mapping[str, Any]], bool | None]
"""Whether a process still runs; None where that cannot be told from here."""

RESUMABLE = ("match",)
"""Kinds of run that go on from what they had; others are simply asked for again."""

_NEXT = {
    None: (RunState.QUEUED,),
    RunState.QUEUED: (RunState.RUNNING, RunState.CANCELLED, RunState.FAILED),
    RunState.RUNNING: (
        *(RunState.RUNNING, RunState.STORED),
        *(RunState.FAILED, RunState.CANCELLED),
    ),
    RunState.FAILED: (RunState.RUNNING, RunState.CANCELLED),
    RunState.CANCELLED: (RunState.RUNNING,),
    RunState.STORED: (),
}

COLUMNS = (
    *("run_id", "kind", "state", "asked_at", "started_at", "ended_at", "seconds"),
    *("actor", "role", "role_since", "results", "message", "progress"),
    *("input_hash", "parameters", "process", "interrupted", "resumable"),
)


def last_state(entries: pd.DataFrame) -> RunState | None:
    """The state that the newest entry of one run states; None for a run without any."""
    if entries.empty:
        return None
    return RunState.of(entries.loc[entries["number"].idxmax(), "state"])


def require_next(run_id: str, before: RunState | None, after: RunState) -> None:
    """Check that a run may pass from one state to another.

    Raises
    ------
    UsageError
        If it may not.
    """
    if after not in _NEXT[before]:
        word = _("not known") if before is None else before
        raise UsageError(
            _(
                "Run {run_id} is {word}: it cannot become {state}.",
                run_id=run_id,
                word=word,
                state=after,
            ),
            hint=_("See: geo-relocation runs"),
        )


def lives(events: pd.DataFrame, runs: pd.DataFrame, alive: Alive) -> pd.DataFrame:
    """Every run as it stands, oldest first.

    Parameters
    ----------
    events, runs
        Rows of `run_events` and `runs`. A run that is only in `runs` was stored before lives
        were recorded.
    alive
        Asked for each run that is queued or running.

    Returns
    -------
    DataFrame
        One row per run with the columns `COLUMNS`: `seconds` from its newest beginning to its
        end, `actor` who asked for it, `message` of its newest entry that has one, as a store holds
        sentences, `interrupted`
        whether its process ended without a word.
    """
    found = [
        _life(str(run_id), entries.sort_values("number"), alive)
        for run_id, entries in events.groupby("run_id", sort=False)
    ]
    told = {one["run_id"] for one in found}
    whole = dict(zip(runs["run_id"], runs["parameters"], strict=True))
    for one in found:
        # With the results stands all that they were made with, not only what was asked.
        one["parameters"] = _parsed(whole.get(one["run_id"])) or one["parameters"]
    found += [_told_by_results(row) for _, row in runs[~runs["run_id"].isin(told)].iterrows()]
    frame = pd.DataFrame(found, columns=list(COLUMNS))
    return frame.sort_values(["asked_at", "run_id"], kind="stable").reset_index(drop=True)


def _life(run_id: str, entries: pd.DataFrame, alive: Alive) -> dict[str, Any]:
    state = RunState.of(entries["state"].iloc[-1])
    began = entries[entries["process"].notna()]
    process = json.loads(began["process"].iloc[-1]) if len(began) else {}
    message = _newest(entries["message"])
    interrupted = state is RunState.RUNNING and alive(process) is False
    if interrupted:
        state = RunState.FAILED
        pid, host = process.get("pid"), process.get("host")
        message = stored(told("runs.interrupted", process=pid, host=host))
    started = began["at"].iloc[-1] if len(began) else None
    open_ended = state in (RunState.QUEUED, RunState.RUNNING)
    ended = None if open_ended or interrupted else entries["at"].iloc[-1]
    first, results = entries.iloc[0], _newest(entries["results"])
    return {
        "run_id": run_id,
        "kind": first["kind"],
        "state": state.value,
        "asked_at": first["at"],
        "started_at": started,
        "ended_at": ended,
        "seconds": None if ended is None or started is None else (ended - started).total_seconds(),
        **{name: _value(first[name]) for name in ("actor", "role", "role_since")},
        "results": list(split_codes(results)),
        "message": message,
        "progress": _parsed(_newest(entries["progress"])),
        "input_hash": _newest(entries["input_hash"]),
        "parameters": _parsed(first["parameters"]),
        "process": process,
        "interrupted": interrupted,
        "resumable": first["kind"] in RESUMABLE and state in (RunState.FAILED, RunState.CANCELLED),
    }


def _told_by_results(row: pd.Series) -> dict[str, Any]:
    """A run of which nothing but its stored results is on record."""
    seconds = _value(row["seconds"])
    ended = None if seconds is None else row["started_at"] + pd.Timedelta(seconds=seconds)
    return {
        "run_id": row["run_id"],
        "kind": row["kind"],
        "state": RunState.STORED.value,
        "asked_at": row["started_at"],
        "started_at": row["started_at"],
        "ended_at": ended,
        "seconds": seconds,
        "actor": _value(row["author"]),
        "results": [row["run_id"]],
        "input_hash": row["input_hash"],
        "parameters": _parsed(row["parameters"]),
        "interrupted": False,
        "resumable": False,
    }


def _newest(values: pd.Series) -> Any:
    stated = values.dropna()
    return stated.iloc[-1] if len(stated) else None


def _value(value: Any) -> Any:
    return None if pd.isna(value) else value


def _parsed(text: Any) -> dict[str, Any]:
    return json.loads(text) if isinstance(text, str) else {}


def approval_in_force(approvals: pd.DataFrame, as_of: Moment | None = None) -> pd.Series | None:
    """The entry by which a plan is approved, at a moment or now; None where none is.

    At most one plan is approved: the newest entry, as the store numbered it, decides. Where it
    withdraws an approval no plan is approved, an earlier one does not come back by itself.
    """
    known = approvals
    if as_of is not None:
        known = known[known["at"] <= moment(as_of)]
    if known.empty:
        return None
    ordered = known.sort_values(
        ["sequence", "at", "approval_id"], kind="stable", na_position="first"
    )
    newest = ordered.iloc[-1]
    return newest if newest["kind"] == ApprovalKind.APPROVED else None
