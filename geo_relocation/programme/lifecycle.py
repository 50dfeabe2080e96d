"""The life cycle of the relocation list: who may go from which state to which.

The allowed steps are a table (`transitions.csv`). The state of a site is nowhere stored as the
truth: it is read from the history, for any day.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Unpack

import pandas as pd

from geo_relocation.errors import IllegalTransitionError
from geo_relocation.messages import Message, _, joined
from geo_relocation.model.enums import EventKind, ListState, Words
from geo_relocation.programme.enforcement import obstacles
from geo_relocation.programme.events import Act, entry, make_event
from geo_relocation.standing.days import Moment, clock, moment
from geo_relocation.standing.list import STATE_KINDS, known_events, state_as_of


@dataclass(frozen=True)
class Transition:
    """An allowed step.

    Attributes
    ----------
    document
        Whether it needs the number and the date of a document.
    words
        What the step means.
    """

    source: ListState
    target: ListState
    document: bool
    words: Words


@cache
def transitions() -> tuple[Transition, ...]:
    """All allowed steps, in the order of the table."""
    file = resources.files("geo_relocation.programme").joinpath("transitions.csv")
    return tuple(
        Transition(
            ListState.of(row["from"]),
            ListState.of(row["to"]),
            row["document"] == "yes",
            Words(row["vi"], row["en"]),
        )
        for row in csv.DictReader(file.read_text("utf-8").splitlines())
    )


def next_states(state: ListState) -> tuple[ListState, ...]:
    """The states that a site in `state` may go to."""
    return tuple(step.target for step in transitions() if step.source == state)


def transition(
    events: pd.DataFrame,
    site_id: str,
    to: ListState | str,
    *,
    decision: Mapping[str, Any] | None = None,
    **act: Unpack[Act],
) -> pd.DataFrame:
    """Take a site to another state.

    Parameters
    ----------
    events
        The history so far; only the site's own entries matter.
    to
        The new state.
    decision
        The decision in force, as a row of `decisions`; needed for enforcement.
    **act
        Who acts, on what ground, when, on which document; see `Act`. The document is needed for
        approval, contract, enforcement and the like.

    Returns
    -------
    DataFrame
        One row of the layer `events`, to be appended.

    Raises
    ------
    IllegalTransitionError
        If the step is not in the table, lacks its document, comes before the site's last change
        of state, or if enforcement has no ground yet.
    """
    target = _state(to)
    own = events[events["site_id"] == site_id]
    current, since = _last_state(own)
    step = _step(site_id, current, target)
    at = act["at"]
    if since is not None and moment(at) < since:
        raise IllegalTransitionError(
            _(
                "Site {site:q} last changed its state at {since}, after {at}.",
                site=site_id,
                since=clock(since),
                at=clock(moment(at)),
            ),
            hint=_("If that entry was wrong, record a correction that refers to it."),
        )
    if step.document and not ((act.get("document_no") or "").strip() and act.get("document_date")):
        raise IllegalTransitionError(
            _(
                "Site {site:q} cannot become {target} without a document.",
                site=site_id,
                target=_with_code(target),
            ),
            hint=_("Give the number and the date of the document."),
        )
    if target == ListState.ENFORCED:
        found = obstacles(decision, own, at)
        if found:
            raise IllegalTransitionError(
                _(
                    "Site {site:q} cannot be enforced against yet: {obstacles}.",
                    site=site_id,
                    obstacles=joined(found, between="; "),
                )
            )
    return make_event(
        site_id,
        EventKind.TRANSITION,
        from_state=current,
        to_state=target,
        decision_id=str(decision["decision_id"]) if decision is not None else None,
        **act,
    )


def _state(name: ListState | str) -> ListState:
    try:
        return ListState.of(str(name))
    except ValueError:
        raise IllegalTransitionError(
            _("There is no state {name:q}.", name=str(name)),
            hint=_("Known: {names}.", names=[_with_code(state) for state in ListState]),
        ) from None


def _with_code(state: ListState) -> Message:
    """A state by its label, and the code that a command takes."""
    return Message("{code} ({label})", {"code": state.value, "label": state})


def _step(site_id: str, current: ListState, target: ListState) -> Transition:
    for step in transitions():
        if (step.source, step.target) == (current, target):
            return step
    allowed = [_with_code(state) for state in next_states(current)] or _("none: this is an end")
    raise IllegalTransitionError(
        _(
            "Site {site:q} cannot go from {current} to {target}.",
            site=site_id,
            current=_with_code(current),
            target=_with_code(target),
        ),
        hint=_(
            "From {current} it may go to: {allowed}.", current=_with_code(current), allowed=allowed
        ),
    )


def _last_state(own: pd.DataFrame) -> tuple[ListState, pd.Timestamp | None]:
    """State and time of the last change in one site's history."""
    changes = known_events(own[own["kind"].isin(STATE_KINDS)], None)
    if changes.empty:
        return ListState.CANDIDATE, None
    last = changes.iloc[-1]
    return ListState.of(last["to_state"]), last["at"]


def correct(
    events: pd.DataFrame,
    event_id: str,
    to: ListState | str,
    **act: Unpack[Act],
) -> pd.DataFrame:
    """Set a site's state right after a wrong entry, which stays in the history.

    Parameters
    ----------
    event_id
        The change of state that was wrong.
    to
        The state that the site is really in, whatever the table of steps says.
    **act
        Who puts it right, on what ground, when, on which document; see `Act`.

    Raises
    ------
    DataError
        If there is no such change of state.
    """
    wrong = entry(events, event_id, EventKind.TRANSITION)
    own = events[events["site_id"] == wrong["site_id"]]
    return make_event(
        str(wrong["site_id"]),
        EventKind.CORRECTION,
        from_state=_last_state(own)[0],
        to_state=_state(to),
        refers_to=event_id,
        **act,
    )


def record_step(site_id: str, **act: Unpack[Act]) -> pd.DataFrame:
    """A step taken with a firm: a visit, a notice, a reminder; `ground` says what was done."""
    return make_event(site_id, EventKind.STEP, **act)


def diff(events: pd.DataFrame, sites: pd.DataFrame, first: Moment, second: Moment) -> pd.DataFrame:
    """Sites whose state differs between two moments.

    Returns
    -------
    DataFrame
        `site_id`, `state_a`, `state_b`, and `since` and `event_id` of the last change.
    """
    before, after = (state_as_of(events, sites, when) for when in (first, second))
    both = pd.DataFrame(
        {
            "site_id": before["site_id"],
            "state_a": before["state"],
            "state_b": after["state"],
            "since": after["since"],
            "event_id": after["event_id"],
        }
    )
    return both[both["state_a"] != both["state_b"]].reset_index(drop=True)
