"""The record of a run, from the moment it is asked for to its end.

A run that leaves results has one row in `runs`, written with them: whatever is there was stored.
Its life is in `run_events`, which is written as it happens, so that a run that failed, was
cancelled or died has a record as well. Both say who; `standing.runs` reads the state.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from geo_relocation.errors import (
    CancelledError,
    GeoRelocationError,
    UnknownNameError,
    UsageError,
)
from geo_relocation.lazy import pd
from geo_relocation.messages import Message, _, joined
from geo_relocation.model import join_codes, schema
from geo_relocation.model.enums import RunState
from geo_relocation.model.told import Label, stored, told
from geo_relocation.progress import Progress
from geo_relocation.redaction import redacted
from geo_relocation.standing.runs import last_state, lives, require_next
from geo_relocation.store import Reader, Store, Transaction
from geo_relocation.words import LANGUAGES, say
from geo_relocation.workspace.actor import Actor
from geo_relocation.workspace.process import is_alive, this_process
from geo_relocation.workspace.watched import Watched

_LOG = logging.getLogger(__name__)

_LONGEST_MESSAGE = 500


@dataclass
class Run:
    """A run that is under way.

    Attributes
    ----------
    run_id, kind
        Which one.
    actor
        Who asked for it.
    started
        When it was asked for, by the store's clock.
    parameters
        What was asked for.
    progress
        To report to: it passes everything on, keeps a record of it, and ends the run when
        somebody cancels it.
    again
        Whether it was begun before.
    """

    run_id: str
    kind: str
    actor: Actor
    started: datetime
    parameters: Mapping[str, Any]
    progress: Progress
    again: bool
    process: str = field(repr=False)
    record: Record = field(repr=False)

    def note(self, **known: Any) -> None:
        """Record something about the run: `input_hash`, `message`, `progress`."""
        with self.record.writing() as transaction:
            self.require_going_on(transaction)
            self.record.write(transaction, self.run_id, RunState.RUNNING, **known)

    def look(self) -> None:
        """Check as of now that nobody cancelled the run; see `require_going_on`."""
        with self.record.reading() as reader:
            self.require_going_on(reader)

    def require_going_on(self, reader: Reader) -> None:
        """Check that nobody cancelled the run, or began it again elsewhere.

        Raises
        ------
        CancelledError
            If somebody did.
        """
        entries = reader.read("run_events", where={"run_id": self.run_id}).sort_values("number")
        last = entries.iloc[-1]
        if last["state"] == RunState.CANCELLED:
            who = last["actor"] if isinstance(last["actor"], str) else "somebody"
            raise CancelledError(
                _("Run {run_id} was cancelled by {who}.", run_id=self.run_id, who=who),
                why=_("Nothing was stored."),
            )
        if entries["process"].dropna().iloc[-1] != self.process:
            raise CancelledError(
                _("Run {run_id} was begun again elsewhere.", run_id=self.run_id),
                why=_("Nothing was stored here."),
            )

    def stored(
        self,
        transaction: Transaction,
        *results: str,
        input_hash: str,
        parameters: Mapping[str, object],
    ) -> None:
        """Record, within the transaction of its results, that they are stored.

        Parameters
        ----------
        results
            Ids of what it leaves; its own where none are named.
        input_hash
            Key of all that it saw.
        parameters
            What it was made with.

        Raises
        ------
        CancelledError
            If somebody cancelled the run meanwhile: nothing is stored then.
        """
        self.require_going_on(transaction)
        row = {
            "run_id": self.run_id,
            "kind": self.kind,
            "started_at": self.started,
            "seconds": (transaction.now() - self.started).total_seconds(),
            "author": self.actor.name,
            "parameters": json.dumps(dict(parameters), ensure_ascii=False, sort_keys=True),
            "input_hash": input_hash,
            "version": self.record.version,
        }
        transaction.append("runs", schema("runs").conform(pd.DataFrame([row])))
        left = join_codes(results or (self.run_id,))
        self.record.write(
            transaction, self.run_id, RunState.STORED, results=left, input_hash=input_hash
        )


class HasStore(Protocol):
    """What the record of runs is kept in."""

    @property
    def store(self) -> Store:
        """Where it lives."""

    def snapshot(self) -> AbstractContextManager[Reader]:
        """See one state."""


class Record:
    """All runs of a workspace.

    Parameters
    ----------
    workspace
        Whose runs they are.
    version
        Of the software.
    """

    def __init__(self, workspace: HasStore, version: str) -> None:
        self._workspace = workspace
        self.version = version

    def lives(self) -> pd.DataFrame:
        """Every run as it stands, oldest first; see `standing.runs.lives`."""
        with self._workspace.snapshot() as reader:
            events, runs = reader.read("run_events"), reader.read("runs")
        return lives(events, runs, is_alive)

    def knows(self, run_id: str | None) -> bool:
        """Whether there is a run of that id."""
        with self._workspace.snapshot() as reader:
            return run_id is not None and any(
                reader.count(layer, where={"run_id": run_id}) for layer in ("run_events", "runs")
            )

    def life(self, run_id: str) -> pd.Series:
        """One run as it stands.

        Raises
        ------
        UnknownNameError
            If there is none of that id.
        """
        found = self.lives()
        if run_id not in set(found["run_id"]):
            raise UnknownNameError(_("run"), run_id, list(found["run_id"]))
        return found[found["run_id"] == run_id].iloc[0]

    def to_resume(self, kind: str, run_id: str | None, scenario: str | None) -> pd.Series:
        """A run that failed or was cancelled, to go on with: the newest where none is named.

        Raises
        ------
        UnknownNameError
            If there is no run of the id.
        UsageError
            If it is no such run, or there is none.
        """
        if run_id is not None:
            life = self.life(run_id)
            if life["kind"] != kind or not life["resumable"]:
                raise UsageError(
                    _(
                        "Run {run_id} ({kind}) cannot be resumed: it is {state}.",
                        run_id=run_id,
                        kind=life["kind"],
                        state=life["state"],
                    ),
                    hint=_("Those that can be: geo-relocation runs"),
                )
            return life
        found = self.lives()
        found = found[found["resumable"] & (found["kind"] == kind)]
        if scenario is not None:
            found = found[[one.get("scenario") == scenario for one in found["parameters"]]]
        if found.empty:
            raise UsageError(
                _("There is no interrupted search to resume."),
                why=_("None of scenario {scenario:q} is on record.", scenario=scenario)
                if scenario
                else "",
                hint=_("Run match without --resume. All runs: geo-relocation runs"),
            )
        return found.iloc[-1]

    def log(self, run_id: str) -> pd.DataFrame:
        """The entries of one run, oldest first."""
        with self._workspace.snapshot() as reader:
            entries = reader.read("run_events", where={"run_id": run_id})
        return entries.sort_values("number").reset_index(drop=True)

    @contextmanager
    def begin(
        self,
        kind: str,
        run_id: str,
        *,
        actor: Actor,
        parameters: Mapping[str, Any],
        progress: Progress,
    ) -> Iterator[Run]:
        """A run, recorded as queued and running; however the block ends, that is recorded too.

        A run that is on record begins again.

        Raises
        ------
        UsageError
            If it is running, or its results are stored.
        """
        process = json.dumps(
            {**this_process(), "token": secrets.token_hex(4)}, ensure_ascii=False, sort_keys=True
        )
        with self.writing() as transaction:
            before = last_state(transaction.read("run_events", where={"run_id": run_id}))
            if before is None:
                asked = json.dumps(dict(parameters), ensure_ascii=False, sort_keys=True)
                self.write(
                    transaction,
                    run_id,
                    RunState.QUEUED,
                    kind=kind,
                    parameters=asked,
                    **actor.fields,
                )
            else:
                self._require_at_rest(transaction, run_id)
            self.write(transaction, run_id, RunState.RUNNING, process=process, **actor.fields)
            started = transaction.now()
        run = Run(
            run_id, kind, actor, started, parameters, progress, before is not None, process, self
        )
        run.progress = Watched(run, progress)
        try:
            yield run
        except CancelledError as error:
            self._end(run, RunState.CANCELLED, _message_of(error))
            raise
        except Exception as error:
            self._end(run, RunState.FAILED, _message_of(error))
            raise
        except BaseException:  # Ctrl-C, or the system asks the program to end
            self._end(run, RunState.CANCELLED, told("runs.stopped"), **actor.fields)
            raise

    def cancel(self, run_id: str, *, actor: Actor) -> pd.Series:
        """Cancel a run: its process ends it when it next reports, and stores nothing.

        Raises
        ------
        UnknownNameError
            If there is no such run.
        UsageError
            If it is over: its results are stored, or it was cancelled before.
        """
        self.life(run_id)
        with self.writing() as transaction:
            self.write(
                transaction,
                run_id,
                RunState.CANCELLED,
                **actor.fields,
                message=stored(told("runs.cancelled")),
            )
        return self.life(run_id)

    def reading(self) -> AbstractContextManager[Reader]:
        """The workspace as it is now, also within a moment that was begun before."""
        return self._workspace.store.reading()

    def writing(self) -> AbstractContextManager[Transaction]:
        """A transaction of the record's own: it is no result that a command tells of."""
        return self._workspace.store.transaction()

    def write(self, transaction: Transaction, run_id: str, state: RunState, **known: Any) -> None:
        """Write an entry.

        Raises
        ------
        UsageError
            If the run cannot come to that state from the one that it is in.
        """
        entries = transaction.read("run_events", where={"run_id": run_id})
        before = last_state(entries)
        if before is None and transaction.count("runs", where={"run_id": run_id}):
            before = RunState.STORED
        require_next(run_id, before, state)
        row = {
            "run_id": run_id,
            "number": 1 if entries.empty else int(entries["number"].max()) + 1,
            "at": transaction.now(),
            "state": state.value,
            "version": self.version,
            **known,
        }
        transaction.append("run_events", schema("run_events").conform(pd.DataFrame([row])))

    def _require_at_rest(self, transaction: Transaction, run_id: str) -> None:
        """Check that no process works on a run that is to begin again."""
        entries = transaction.read("run_events", where={"run_id": run_id})
        runs = transaction.read("runs", where={"run_id": run_id})
        life = lives(entries, runs, is_alive).iloc[0]
        if life["state"] == RunState.RUNNING:
            where = life["process"]
            raise UsageError(
                _(
                    "Run {run_id} is running: process {process} on {host}.",
                    run_id=run_id,
                    process=where.get("pid"),
                    host=where.get("host"),
                ),
                why=_("Two processes on one run would take its draft from each other."),
                hint=_("To stop it: geo-relocation runs cancel {run_id}", run_id=run_id),
            )

    def _end(self, run: Run, state: RunState, message: Message, **known: Any) -> None:
        """Record how a run ended that stored nothing; never in the way of what ended it."""
        try:
            with self.writing() as transaction:
                run.require_going_on(transaction)
                self.write(transaction, run.run_id, state, message=stored(message), **known)
        except CancelledError:
            pass  # somebody else ended it, or goes on with it
        except GeoRelocationError as error:
            _LOG.warning("The end of run %s could not be recorded: %s", run.run_id, error)


def _message_of(error: Exception) -> Message:
    """What ended a run; no table knows the sentences of errors, so that it is kept in both."""
    if not isinstance(error, GeoRelocationError):
        kind = ": ".join(filter(None, (type(error).__name__, _first_line(str(error)))))
        return told("runs.unforeseen", kind=kind)
    whole = joined((error.what, error.why, error.hint))
    words = {language: _first_line(say(whole, language)) for language in LANGUAGES}
    return Label(error.code, **words).sentence


def _first_line(text: str) -> str:
    return redacted(text.strip().partition("\n")[0])[:_LONGEST_MESSAGE]
