"""The one way to make an entry in a site's history, and to read time out of it.

Entries are never changed. Each has two times: when it took effect and when it was recorded, so
that the list can be read as it stood on a day, and as it was known on a day.
"""

from __future__ import annotations

import datetime as dt
import hashlib

import pandas as pd

from geo_relocation.errors import DataError, UsageError
from geo_relocation.model import schema
from geo_relocation.model.enums import EventKind, ListState

INDOCHINA_TIME = dt.timezone(dt.timedelta(hours=7))
"""Vietnam keeps UTC+7 all year; a day ends at its midnight."""

Moment = dt.date
"""A point in time (`datetime`, `Timestamp`), or a day (`date`)."""


def moment(when: Moment) -> pd.Timestamp:
    """A point in time; a bare date means the end of that day in Vietnam.

    Raises
    ------
    UsageError
        For a time without a time zone.
    """
    if isinstance(when, dt.datetime):
        if when.tzinfo is None:
            raise UsageError(f"The time {when} has no time zone.", hint="Give it one, e.g. UTC.")
        return pd.Timestamp(when).tz_convert("UTC")
    end = dt.datetime.combine(when, dt.time.max, tzinfo=INDOCHINA_TIME)
    return pd.Timestamp(end).tz_convert("UTC")


def local_day(when: Moment) -> dt.date:
    """The calendar day in Vietnam."""
    if isinstance(when, dt.datetime):
        day: dt.date = moment(when).tz_convert(INDOCHINA_TIME).date()
        return day
    return when


def make_event(
    site_id: str,
    kind: EventKind,
    *,
    author: str,
    ground: str,
    at: dt.datetime,
    recorded_at: dt.datetime,
    from_state: ListState | None = None,
    to_state: ListState | None = None,
    decision_id: str | None = None,
    document_no: str | None = None,
    document_date: dt.date | None = None,
    outcome: str | None = None,
    refers_to: str | None = None,
) -> pd.DataFrame:
    """One row of the layer `events`; its id follows from its content.

    Raises
    ------
    UsageError
        If author or ground is empty.
    DataError
        If it is recorded before it takes effect.
    """
    if not author.strip() or not ground.strip():
        raise UsageError(
            f"An entry about site {site_id!r} needs its author and its ground.",
            hint="Say who acts and on what document or fact.",
        )
    effective, recorded = moment(at), moment(recorded_at)
    if recorded < effective:
        raise DataError(
            f"An entry about site {site_id!r} takes effect at {effective}, "
            f"after it is recorded at {recorded}.",
            hint="Record what has happened, not what is to come.",
        )
    row = {
        "site_id": site_id,
        "at": effective,
        "recorded_at": recorded,
        "kind": kind.value,
        "from_state": from_state.value if from_state else None,
        "to_state": to_state.value if to_state else None,
        "decision_id": decision_id,
        "author": author.strip(),
        "ground": ground.strip(),
        "document_no": document_no,
        "document_date": document_date,
        "outcome": outcome,
        "refers_to": refers_to,
    }
    token = "|".join("" if value is None else str(value) for value in row.values())
    row["event_id"] = "event-" + hashlib.sha256(token.encode("utf-8")).hexdigest()[:16]
    return schema("events").conform(pd.DataFrame([row]))


def known_events(
    events: pd.DataFrame, when: Moment | None, known_at: Moment | None = None
) -> pd.DataFrame:
    """Entries in effect at `when` and recorded by `known_at`, in order of effect."""
    chosen = events
    if when is not None:
        chosen = chosen[chosen["at"] <= moment(when)]
    if known_at is not None:
        chosen = chosen[chosen["recorded_at"] <= moment(known_at)]
    return chosen.sort_values(["at", "recorded_at", "event_id"], kind="stable")


def entry(events: pd.DataFrame, event_id: str, kind: EventKind) -> pd.Series:
    """One entry by its id.

    Raises
    ------
    DataError
        If there is none of that id and kind.
    """
    found = events[(events["event_id"] == event_id) & (events["kind"] == kind.value)]
    if found.empty:
        raise DataError(
            f"There is no {kind.en.lower()} with the id {event_id!r}.",
            hint="The site's history lists its entries.",
        )
    return found.iloc[0]
