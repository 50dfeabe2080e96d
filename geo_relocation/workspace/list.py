"""The verbs of the list: its life cycle, complaints, and what was so at any moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from geo_relocation.errors import UsageError
from geo_relocation.lazy import Deferred, pd
from geo_relocation.messages import _
from geo_relocation.model.enums import ComplaintOutcome, ListState
from geo_relocation.standing.decisions import in_force
from geo_relocation.standing.list import state_as_of
from geo_relocation.workspace.base import Desk, WorkspaceBase
from geo_relocation.workspace.decisions import Decisions
from geo_relocation.workspace.snapshot import at_one_moment

if TYPE_CHECKING:
    from geo_relocation import programme
else:
    programme = Deferred("geo_relocation.programme")


class RelocationList(WorkspaceBase):
    """The relocation list as a history that only grows.

    Every entry names who, when and on what ground; `author` is the setting of that name where
    it is left out, `at` is the present moment.

    Parameters
    ----------
    desk
        Of the workspace.
    decisions
        What is decided on the sites.
    """

    def __init__(self, desk: Desk, decisions: Decisions) -> None:
        super().__init__(desk)
        self._decisions = decisions

    def move(self, site_id: str, to: ListState | str, *, ground: str, **given: Any) -> pd.DataFrame:
        """Move a site to another state of the list; see `programme.transition`."""

        def make(events: pd.DataFrame, who: dict[str, Any]) -> pd.DataFrame:
            self.site(site_id)
            decisions = in_force(self.read("decisions", where={"site_id": site_id}))
            decision = decisions.iloc[0] if len(decisions) else None
            return programme.transition(
                events, site_id, to, ground=ground, decision=decision, **who
            )

        return self._record(make, given)

    def step(self, site_id: str, *, ground: str, **given: Any) -> pd.DataFrame:
        """Record a visit, notice or reminder."""

        def make(_: pd.DataFrame, who: dict[str, Any]) -> pd.DataFrame:
            self.site(site_id)
            return programme.record_step(site_id, ground=ground, **who)

        return self._record(make, given)

    def correct(
        self, event_id: str, to: ListState | str, *, ground: str, **given: Any
    ) -> pd.DataFrame:
        """Put an entry made in error right by a further one."""
        return self._record(
            lambda events, who: programme.correct(events, event_id, to, ground=ground, **who),
            given,
        )

    def complain(self, site_id: str, *, ground: str, **given: Any) -> pd.DataFrame:
        """Record a complaint against the decision in force on a site."""
        return self._record(
            lambda _, who: programme.complain(
                self._decisions.decision(site_id), ground=ground, **who
            ),
            given,
        )

    def resolve(
        self,
        complaint_id: str,
        outcome: str,
        *,
        ground: str,
        **given: Any,
    ) -> pd.DataFrame:
        """Record how a complaint ended.

        One that is upheld, wholly or in part, needs a decision in place of the one complained
        about: make it with `override` first.
        """
        upheld = outcome in (ComplaintOutcome.UPHELD, ComplaintOutcome.PARTLY)

        def make(events: pd.DataFrame, who: dict[str, Any]) -> pd.DataFrame:
            complaint = events[events["event_id"] == complaint_id]
            new_decision = None
            if upheld and len(complaint):
                new_decision = self._decisions.decision(str(complaint["site_id"].iloc[0]))
            return programme.resolve(
                events, complaint_id, outcome, ground=ground, new_decision=new_decision, **who
            )

        return self._record(make, given)

    def _record(
        self,
        make: Callable[[pd.DataFrame, dict[str, Any]], pd.DataFrame],
        given: Mapping[str, Any],
    ) -> pd.DataFrame:
        """Append what `make` gives; all it reads of the workspace is of the same transaction."""
        author = given.get("author") or self.settings.author
        if not author:
            raise UsageError(
                _("An entry in the list needs an author."),
                hint=_("Give --author, or set GEORELOC_AUTHOR once."),
            )
        with self.writing() as transaction:
            moment = transaction.now()
            who = {"at": moment, **given, "author": author, "recorded_at": moment}
            event = make(transaction.read("events"), who)
            transaction.append("events", event)
        return event

    @at_one_moment
    def list_as_of(self, at: datetime | None = None) -> pd.DataFrame:
        """State of every site in the list's life cycle, at a moment or now."""
        return state_as_of(self.read("events"), self.read("sites"), at)

    @at_one_moment
    def list_diff(self, before: datetime, after: datetime | None = None) -> pd.DataFrame:
        """Sites whose state differs between two moments."""
        return programme.diff(
            self.read("events"), self.read("sites"), before, after or self.store.now()
        )

    @at_one_moment
    def overdue(self, on: datetime | None = None) -> pd.DataFrame:
        """Sites past their deadline, with the steps taken so far."""
        when = on or self.store.now()
        return programme.overdue(
            self._decisions.current_decisions(), self.read("events"), self.list_as_of(on), when
        )

    @at_one_moment
    def history(self, site_id: str) -> pd.DataFrame:
        """Everything decided, recorded and complained about on one site, oldest first."""
        decisions = self.read("decisions", where={"site_id": site_id})
        events = self.read("events", where={"site_id": site_id})
        if decisions.empty and events.empty:
            self.site(site_id)
        return programme.history(decisions, events, site_id)
