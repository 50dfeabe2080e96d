"""Complaints against a decision, and their outcome."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

import pandas as pd

from geo_relocation.errors import DataError, UnknownNameError
from geo_relocation.messages import _
from geo_relocation.model.enums import ComplaintOutcome, EventKind
from geo_relocation.programme.events import Act, entry, make_event
from geo_relocation.standing.days import Moment, moment
from geo_relocation.standing.list import known_events

_CHANGES = (ComplaintOutcome.UPHELD, ComplaintOutcome.PARTLY)


def complain(
    decision: Mapping[str, Any],
    **act: Unpack[Act],
) -> pd.DataFrame:
    """Record a complaint against a decision.

    Parameters
    ----------
    decision
        Row of `decisions`; it stays as it is.
    **act
        Who complains, of what, when, on which document; see `Act`.

    Raises
    ------
    DataError
        If it is dated before the decision.
    """
    if moment(act["at"]) < pd.Timestamp(decision["decided_at"]):
        raise DataError(
            _(
                "The complaint is dated before decision {decision:q}.",
                decision=decision["decision_id"],
            ),
            hint=_("Date it when it was received."),
        )
    return make_event(
        str(decision["site_id"]),
        EventKind.COMPLAINT,
        decision_id=str(decision["decision_id"]),
        **act,
    )


def resolve(
    events: pd.DataFrame,
    complaint_id: str,
    outcome: ComplaintOutcome | str,
    *,
    new_decision: Mapping[str, Any] | None = None,
    **act: Unpack[Act],
) -> pd.DataFrame:
    """Record the outcome of a complaint.

    Parameters
    ----------
    complaint_id
        The complaint's event.
    new_decision
        Where the complaint is upheld, wholly or in part: the decision that replaces the one
        complained about (`override`), to be appended with this entry.
    **act
        Who answers, on what ground, when, on which document; see `Act`.

    Raises
    ------
    DataError
        If there is no such complaint, it was answered already, or an upheld complaint comes
        without the decision that follows from it.
    UsageError
        If the outcome is none that is known.
    """
    if str(outcome) not in list(ComplaintOutcome):
        raise UnknownNameError(_("outcome"), str(outcome), [one.value for one in ComplaintOutcome])
    result = ComplaintOutcome.of(str(outcome))
    complaint = entry(events, complaint_id, EventKind.COMPLAINT)
    if (events["refers_to"] == complaint_id).any():
        raise DataError(
            _("Complaint {complaint:q} was answered already.", complaint=complaint_id),
            hint=_("A further complaint is a new entry."),
        )
    if result in _CHANGES:
        _require_replacement(complaint, new_decision)
    return make_event(
        str(complaint["site_id"]),
        EventKind.OUTCOME,
        decision_id=str(
            complaint["decision_id"] if new_decision is None else new_decision["decision_id"]
        ),
        outcome=result.value,
        refers_to=complaint_id,
        **act,
    )


def _require_replacement(complaint: pd.Series, new_decision: Mapping[str, Any] | None) -> None:
    replaced = None if new_decision is None else new_decision["replaces"]
    if replaced != complaint["decision_id"]:
        raise DataError(
            _(
                "Complaint {complaint:q} is upheld, but no decision is given that replaces "
                "{decision:q}.",
                complaint=complaint["event_id"],
                decision=complaint["decision_id"],
            ),
            hint=_("Override that decision first and give the new one."),
        )


def open_complaints(events: pd.DataFrame, when: Moment | None = None) -> pd.DataFrame:
    """Complaints that have no outcome yet, oldest first."""
    known = known_events(events, when)
    answered = set(known["refers_to"].dropna())
    complaints = known[known["kind"] == EventKind.COMPLAINT.value]
    return complaints[~complaints["event_id"].isin(answered)].reset_index(drop=True)
