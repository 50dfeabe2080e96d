"""Who is past the deadline, what was done about it, and what still stands before enforcement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd

from geo_relocation.messages import Message, _, joined
from geo_relocation.model.enums import EventKind, ListState
from geo_relocation.programme.complaints import open_complaints
from geo_relocation.standing.days import Moment, local_day
from geo_relocation.standing.list import FINISHED, known_events
from geo_relocation.words import say

_NO_DECISION = _("no decision in force is given")
_NOT_COMPULSORY = _("the decision encourages, it does not compel")
_NO_DEADLINE = _("the decision has no deadline")
_NOT_DUE = _("the deadline has not passed")
_NOT_APPROVED = _("the list was not approved")
_NO_STEP = _("no step (visit, notice, reminder) is on record")


def obstacles(
    decision: Mapping[str, Any] | None, own_events: pd.DataFrame, when: Moment
) -> list[Message]:
    """What is still lacking before a site can be enforced against; empty when nothing is.

    Enforcement needs a decision that compels, an approved list, a deadline that has passed, and
    steps on record. A decision that does not say whether it compels is not held against it.

    Parameters
    ----------
    decision
        The decision in force.
    own_events
        The site's history.
    when
        The day of enforcement.
    """
    if decision is None:
        return [_NO_DECISION]
    found = []
    compulsory = decision["compulsory"]
    if not pd.isna(compulsory) and not compulsory:
        found.append(_NOT_COMPULSORY)
    if pd.isna(decision["deadline"]):
        found.append(_NO_DEADLINE)
    elif _days_over(decision["deadline"], when) <= 0:
        found.append(_NOT_DUE)
    known = known_events(own_events, when)
    if not (known["to_state"] == ListState.APPROVED.value).any():
        found.append(_NOT_APPROVED)
    if not (known["kind"] == EventKind.STEP.value).any():
        found.append(_NO_STEP)
    return found


def _days_over(deadline: Any, when: Moment) -> int:
    due: dt.date = pd.Timestamp(deadline).date()
    return (local_day(when) - due).days


def overdue(
    decisions: pd.DataFrame, events: pd.DataFrame, states: pd.DataFrame, on: Moment
) -> pd.DataFrame:
    """Firms past their deadline, with the steps taken so far.

    Parameters
    ----------
    decisions
        The decisions in force, one per site (`standing.decisions.in_force`).
    events
        The whole history.
    states
        States on that day (`standing.list.state_as_of`).
    on
        The day.

    Returns
    -------
    DataFrame
        Longest overdue first: `site_id`, `decision_id`, `route`, `compulsory`, `deadline`,
        `days_overdue`, `state`, `steps` (how many), `step_list`, `last_step_at`,
        `open_complaints`, `enforceable`, and `obstacles` and `obstacles_en` where it is not.
    """
    state = states.set_index("site_id")["state"]
    due = decisions[decisions["deadline"] < pd.Timestamp(local_day(on))]
    known = known_events(events, on)
    contested = open_complaints(known)["site_id"].value_counts()
    by_site = dict(iter(known.groupby("site_id")))
    empty = known.iloc[:0]
    rows = []
    for decision in due.to_dict("records"):
        site = decision["site_id"]
        if state.get(site, ListState.CANDIDATE.value) in FINISHED:
            continue
        own = by_site.get(site, empty)
        steps = own[own["kind"] == EventKind.STEP.value]
        found = obstacles(decision, own, on)
        rows.append(
            {
                "site_id": site,
                "decision_id": decision["decision_id"],
                "route": decision["route"],
                "compulsory": decision["compulsory"],
                "deadline": decision["deadline"],
                "days_overdue": _days_over(decision["deadline"], on),
                "state": state.get(site, ListState.CANDIDATE.value),
                "steps": len(steps),
                "step_list": "; ".join(_step_words(steps)),
                "last_step_at": steps["at"].max() if len(steps) else pd.NaT,
                "open_complaints": int(contested.get(site, 0)),
                "enforceable": not found,
                "obstacles": say(joined(found, between="; "), "vi"),
                "obstacles_en": str(joined(found, between="; ")),
            }
        )
    frame = pd.DataFrame(rows, columns=_OVERDUE)
    return frame.sort_values(
        ["days_overdue", "site_id"], ascending=[False, True], kind="stable", ignore_index=True
    )


def _step_words(steps: pd.DataFrame) -> list[str]:
    return [
        f"{local_day(step['at']):%d/%m/%Y} {step['ground']}"
        + (f" ({step['document_no']})" if pd.notna(step["document_no"]) else "")
        for _, step in steps.iterrows()
    ]


_OVERDUE = [
    "site_id",
    "decision_id",
    "route",
    "compulsory",
    "deadline",
    "days_overdue",
    "state",
    "steps",
    "step_list",
    "last_step_at",
    "open_complaints",
    "enforceable",
    "obstacles",
    "obstacles_en",
]
