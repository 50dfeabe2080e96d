"""The state of the relocation list, read from its history for any day.

The state of a site is nowhere stored as the truth. Entries are never changed; each has two times,
when it took effect and when it was recorded, so that the list can be read as it stood on a day,
and as it was known on a day.
"""

from __future__ import annotations

from geo_relocation.lazy import pd
from geo_relocation.model.enums import EventKind, ListState
from geo_relocation.standing.days import Moment, moment

FINISHED = (ListState.DONE, ListState.CONVERTED, ListState.CLOSED, ListState.REMOVED)
"""States in which the scheme asks no more of a site: no deadline matters, no place is sought."""

COMMITTED = (ListState.CONTRACTED, ListState.MOVING)
"""States from which a firm no longer goes back: it keeps its park and year."""

STATE_KINDS = (EventKind.TRANSITION.value, EventKind.CORRECTION.value)
"""Kinds of entry that set a state."""


def known_events(
    events: pd.DataFrame, when: Moment | None, known_at: Moment | None = None
) -> pd.DataFrame:
    """Entries in effect at `when` and recorded by `known_at`, in order of effect.

    Of those that took effect at one moment, the one that the store numbered later comes later.
    """
    chosen = events
    if when is not None:
        chosen = chosen[chosen["at"] <= moment(when)]
    if known_at is not None:
        chosen = chosen[chosen["recorded_at"] <= moment(known_at)]
    return chosen.sort_values(
        ["at", "sequence", "recorded_at", "event_id"], kind="stable", na_position="first"
    )


def state_as_of(
    events: pd.DataFrame,
    sites: pd.DataFrame,
    when: Moment | None = None,
    *,
    known_at: Moment | None = None,
) -> pd.DataFrame:
    """The list as it stood.

    Parameters
    ----------
    events, sites
        Rows of those layers; of `sites` only the ids are read, never `status`.
    when
        A moment, or a day: its end in Vietnam. None: all that is on record counts.
    known_at
        Leave out what was recorded later than this.

    Returns
    -------
    DataFrame
        `site_id`, `state`, `since` (missing for a site without any change) and `event_id`, in
        the order of `sites`.
    """
    changes = known_events(events[events["kind"].isin(STATE_KINDS)], when, known_at)
    last = changes.drop_duplicates("site_id", keep="last").set_index("site_id")
    found = last.reindex(sites["site_id"])
    return pd.DataFrame(
        {
            "site_id": sites["site_id"].to_numpy(),
            "state": found["to_state"].fillna(ListState.CANDIDATE.value).to_numpy(),
            "since": found["at"].array,
            "event_id": found["event_id"].to_numpy(),
        }
    )


def sites_in(
    states: tuple[ListState, ...], events: pd.DataFrame, when: Moment | None = None
) -> frozenset[str]:
    """Ids of the sites whose state, at a moment or now, is one of some."""
    told = events[["site_id"]].drop_duplicates()
    now = state_as_of(events, told, when)
    return frozenset(now.loc[now["state"].isin([state.value for state in states]), "site_id"])


def finished(events: pd.DataFrame, when: Moment | None = None) -> frozenset[str]:
    """Ids of the sites of which the scheme asks no more."""
    return sites_in(FINISHED, events, when)


def committed(events: pd.DataFrame, when: Moment | None = None) -> frozenset[str]:
    """Ids of the sites whose firm has signed or is moving."""
    return sites_in(COMMITTED, events, when)
