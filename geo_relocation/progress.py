"""One progress protocol: the command line draws it, notebooks follow it, tests collect it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from geo_relocation.messages import Text


@runtime_checkable
class Progress(Protocol):
    """What a long stage reports to.

    A stage calls `start` once per task, `advance` as it goes, and may attach
    figures (best cost, bound, …). Raising from `advance` cancels the stage.
    """

    def start(self, task: Text, total: float | None = None) -> None:
        """Begin a task; `total` is in the task's own units, None when unknown."""

    def advance(
        self, amount: float = 1.0, *, figures: Mapping[str, float | str] | None = None
    ) -> None:
        """Move on by `amount` and show the newest figures."""

    def finish(self) -> None:
        """End the current task."""


class SilentProgress:
    """Reports to nobody."""

    def start(self, task: Text, total: float | None = None) -> None:
        """Ignore the start of a task."""

    def advance(
        self, amount: float = 1.0, *, figures: Mapping[str, float | str] | None = None
    ) -> None:
        """Ignore a step."""

    def finish(self) -> None:
        """Ignore the end of a task."""


@dataclass
class CollectedProgress:
    """Keeps every report, for tests and notebooks.

    Attributes
    ----------
    tasks
        The tasks started, in order.
    steps
        `(task, amount)` of each advance.
    figures
        The figures of each advance that had any.
    """

    tasks: list[str] = field(default_factory=list)
    steps: list[tuple[str, float]] = field(default_factory=list)
    figures: list[Mapping[str, float | str]] = field(default_factory=list)

    def start(self, task: Text, total: float | None = None) -> None:  # noqa: ARG002 - protocol
        """Note the start of a task."""
        self.tasks.append(str(task))

    def advance(
        self, amount: float = 1.0, *, figures: Mapping[str, float | str] | None = None
    ) -> None:
        """Note a step and its figures."""
        self.steps.append((self.tasks[-1] if self.tasks else "", amount))
        if figures:
            self.figures.append(dict(figures))

    def finish(self) -> None:
        """Note nothing: the next start says enough."""


SILENT: Progress = SilentProgress()
