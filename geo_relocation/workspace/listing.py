"""The verbs of the list: its life cycle, complaints, and what was so at any moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from geo_relocation import assessment
from geo_relocation.assessment import ComplaintOutcome
from geo_relocation.errors import UsageError
from geo_relocation.model.enums import ListState
from geo_relocation.standing.decisions import in_force
from geo_relocation.standing.list import state_as_of
from geo_relocation.workspace.assessing import Assessing
from geo_relocation.workspace.base import now


class Listing(Assessing):
    """The relocation list as a history that only grows.

    Every entry names who, when and on what ground; `author` is the setting of that name where
    it is left out, `at` is the present moment.
    """

    def move(self, site_id: str, to: ListState | str, *, ground: str, **given: Any) -> pd.DataFrame:
        """Move a site to another state of the list; see `assessment.transition`."""
        self.site(site_id)
        decisions = in_force(self.read("decisions", where={"site_id": site_id}))
        decision = decisions.iloc[0] if len(decisions) else None
        return self._record(
            lambda events, who: assessment.transition(
                events, site_id, to, ground=ground, decision=decision, **who
            ),
            given,
        )

    def step(self, site_id: str, *, ground: str, **given: Any) -> pd.DataFrame:
        """Record a visit, notice or reminder."""
        self.site(site_id)
        return self._record(
            lambda _, who: assessment.record_step(site_id, ground=ground, **who), given
        )

    def correct(
        self, event_id: str, to: ListState | str, *, ground: str, **given: Any
    ) -> pd.DataFrame:
        """Put an entry made in error right by a further one."""
        return self._record(
            lambda events, who: assessment.correct(events, event_id, to, ground=ground, **who),
            given,
        )

    def complain(self, site_id: str, *, ground: str, **given: Any) -> pd.DataFrame:
        """Record a complaint against the decision in force on a site."""
        decision = self.decision(site_id)
        return self._record(
            lambda _, who: assessment.complain(decision, ground=ground, **who), given
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
        complaint = self.read("events", where={"event_id": complaint_id})
        upheld = outcome in (ComplaintOutcome.UPHELD, ComplaintOutcome.PARTLY)
        new_decision = None
        if upheld and len(complaint):
            new_decision = self.decision(str(complaint["site_id"].iloc[0]))
        return self._record(
            lambda events, who: assessment.resolve(
                events, complaint_id, outcome, ground=ground, new_decision=new_decision, **who
            ),
            given,
        )

    def _record(
        self,
        make: Callable[[pd.DataFrame, dict[str, Any]], pd.DataFrame],
        given: Mapping[str, Any],
    ) -> pd.DataFrame:
        """Append what `make` gives, checked against the history in the same transaction."""
        author = given.get("author") or self.settings.author
        if not author:
            raise UsageError(
                "An entry in the list needs an author.",
                hint="Give --author, or set GEORELOC_AUTHOR once.",
            )
        moment = now()
        who = {"at": moment, **given, "author": author, "recorded_at": moment}
        with self.store.transaction() as transaction:
            event = make(transaction.read("events"), who)
            transaction.append("events", event)
        return event

    def list_as_of(self, at: datetime | None = None) -> pd.DataFrame:
        """State of every site in the list's life cycle, at a moment or now."""
        return state_as_of(self.read("events"), self.read("sites"), at or now())

    def list_diff(self, before: datetime, after: datetime | None = None) -> pd.DataFrame:
        """Sites whose state differs between two moments."""
        return assessment.diff(self.read("events"), self.read("sites"), before, after or now())

    def overdue(self, on: datetime | None = None) -> pd.DataFrame:
        """Sites past their deadline, with the steps taken so far."""
        when = on or now()
        return assessment.overdue(
            self.current_decisions(), self.read("events"), self.list_as_of(when), when
        )

    def history(self, site_id: str) -> pd.DataFrame:
        """Everything decided, recorded and complained about on one site, oldest first."""
        self.site(site_id)
        return assessment.history(
            self.read("decisions", where={"site_id": site_id}),
            self.read("events", where={"site_id": site_id}),
            site_id,
        )
