"""The progress of a run, as those see it who did not start it."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from typing import Any, Protocol

from geo_relocation.errors import StoreError
from geo_relocation.messages import Text
from geo_relocation.progress import Progress

_LOG = logging.getLogger(__name__)

_LISTEN = 2.0
"""Seconds between two looks at whether somebody cancelled the run."""

_TELL = 20.0
"""Seconds between two entries about how far it is."""


class UnderWay(Protocol):
    """A run that can be told of, and ended by others."""

    run_id: str

    def look(self) -> None:
        """Check that nobody cancelled it."""

    def note(self, **known: Any) -> None:
        """Record something about it."""


class Watched:
    """Passes a run's progress on, records it now and then, and notices a cancellation."""

    def __init__(self, run: UnderWay, progress: Progress) -> None:
        self._run = run
        self._progress = progress
        self._task: dict[str, Any] = {}
        self._listened = self._told = time.monotonic()

    def start(self, task: Text, total: float | None = None) -> None:
        """Begin a task."""
        self._task = {"task": str(task), "done": 0.0, "total": total}
        self._progress.start(task, total)
        self._look()

    def advance(
        self, amount: float = 1.0, *, figures: Mapping[str, float | str] | None = None
    ) -> None:
        """Move on, and end the run if somebody cancelled it."""
        self._task["done"] = self._task.get("done", 0.0) + amount
        if figures:
            self._task["figures"] = dict(figures)
        self._progress.advance(amount, figures=figures)
        self._look()

    def finish(self) -> None:
        """End the task."""
        self._progress.finish()

    def _look(self) -> None:
        now = time.monotonic()
        if now - self._listened < _LISTEN:
            return
        self._listened = now
        try:
            self._run.look()
            if now - self._told >= _TELL:
                self._told = now
                self._run.note(progress=json.dumps(self._task, ensure_ascii=False, default=str))
        except StoreError as error:
            # A workspace that is busy for a while does not end a run.
            _LOG.info("The progress of run %s is not recorded: %s", self._run.run_id, error)
