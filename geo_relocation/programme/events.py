"""The one way to make an entry in a site's history, and to find one again."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import NotRequired, TypedDict, Unpack

import pandas as pd

from geo_relocation.errors import DataError, UsageError
from geo_relocation.messages import _
from geo_relocation.model import schema
from geo_relocation.model.enums import EventKind, ListState
from geo_relocation.standing.days import clock, moment


class Act(TypedDict):
    """What every entry says of the act that it records.

    Attributes
    ----------
    author, ground
        Who acts, and on what.
    at, recorded_at
        When it takes effect and when it is entered, with time zones.
    document_no, document_date
        Of the document, where there is one.
    """

    author: str
    ground: str
    at: dt.datetime
    recorded_at: dt.datetime
    document_no: NotRequired[str | None]
    document_date: NotRequired[dt.date | None]


def make_event(
    site_id: str,
    kind: EventKind,
    *,
    from_state: ListState | None = None,
    to_state: ListState | None = None,
    decision_id: str | None = None,
    outcome: str | None = None,
    refers_to: str | None = None,
    **act: Unpack[Act],
) -> pd.DataFrame:
    """One row of the layer `events`; its id follows from its content.

    Parameters
    ----------
    **act
        Who, on what ground, when, on which document; see `Act`.

    Raises
    ------
    UsageError
        If author or ground is empty.
    DataError
        If it is recorded before it takes effect.
    """
    author, ground = act["author"].strip(), act["ground"].strip()
    if not author or not ground:
        raise UsageError(
            _("An entry about site {site:q} needs its author and its ground.", site=site_id),
            hint=_("Say who acts and on what document or fact."),
        )
    effective, recorded = moment(act["at"]), moment(act["recorded_at"])
    if recorded < effective:
        raise DataError(
            _(
                "An entry about site {site:q} takes effect at {effective}, after it is recorded at "
                "{recorded}.",
                site=site_id,
                effective=clock(effective),
                recorded=clock(recorded),
            ),
            hint=_("Record what has happened, not what is to come."),
        )
    row = {
        "site_id": site_id,
        "at": effective,
        "recorded_at": recorded,
        "kind": kind.value,
        "from_state": from_state.value if from_state else None,
        "to_state": to_state.value if to_state else None,
        "decision_id": decision_id,
        "author": author,
        "ground": ground,
        "document_no": act.get("document_no"),
        "document_date": act.get("document_date"),
        "outcome": outcome,
        "refers_to": refers_to,
    }
    token = "|".join("" if value is None else str(value) for value in row.values())
    row["event_id"] = "event-" + hashlib.sha256(token.encode("utf-8")).hexdigest()[:16]
    return schema("events").conform(pd.DataFrame([row]))


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
            _("There is no entry {event:q} of the kind {kind:q}.", event=event_id, kind=kind),
            hint=_("The site's history lists its entries."),
        )
    return found.iloc[0]
