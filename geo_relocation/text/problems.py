"""What the parsers of this package found and did, as rows for the issue log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from geo_relocation.lazy import pd
from geo_relocation.messages import Message
from geo_relocation.model.enums import IssueAction, Severity
from geo_relocation.model.told import stored

PROBLEM_COLUMNS = ("position", "value", "kind", "severity", "action", "message")


@dataclass(frozen=True)
class Problem:
    """One finding about one value, or about a column as a whole.

    Attributes
    ----------
    position
        0-based place in the column; None when the finding is about the whole column.
    value
        The value as read; None for the whole column.
    kind
        A stable word, e.g. ``not-a-number``.
    severity, action
        How bad it is and what was done.
    message
        What people are told.
    """

    position: int | None
    value: str | None
    kind: str
    severity: Severity
    action: IssueAction
    message: Message


class Parsed(NamedTuple):
    """A parsed column and what was found on the way.

    Attributes
    ----------
    values
        Same length and index as the column that was given.
    problems
        Columns `PROBLEM_COLUMNS`; `position` is ``Int64`` and missing where the row is about
        the whole column. `message` is a code with its figures, as the issue log stores it:
        `geo_relocation.model.told.said` says it. All but `position` can go into the log as they
        are.
    """

    values: pd.Series
    problems: pd.DataFrame


def problems_frame(problems: Iterable[Problem]) -> pd.DataFrame:
    """Findings as a frame, in the order of the source rows, whole-column rows first."""
    rows = sorted(problems, key=lambda p: -1 if p.position is None else p.position)
    frame = pd.DataFrame(
        {
            name: pd.Series([getattr(row, name) for row in rows], dtype=object)
            for name in PROBLEM_COLUMNS[:-1]
        }
    )
    # One finding is often at many places: what is stored of it is made once.
    told = {id(row.message): row.message for row in rows}
    kept = {key: stored(message) for key, message in told.items()}
    frame["message"] = pd.Series([kept[id(row.message)] for row in rows], dtype=object)
    frame["position"] = frame["position"].astype("Int64")
    for name in PROBLEM_COLUMNS[1:]:
        frame[name] = frame[name].astype("str")
    return frame


class Finding(NamedTuple):
    """A kind of problem with its message, before it has a place."""

    kind: str
    severity: Severity
    message: Message


class Log:
    """Collects what is found in one column."""

    def __init__(self, cells: Sequence[object]) -> None:
        self._cells = cells
        self._problems: list[Problem] = []

    def cells(
        self, positions: Iterable[int], found: Finding, action: IssueAction = IssueAction.LEFT_EMPTY
    ) -> None:
        """The same finding at each of some positions."""
        kind, severity, message = found
        self._problems += [
            Problem(p, str(self._cells[p]), kind, severity, action, message) for p in positions
        ]

    def column(self, found: Finding, action: IssueAction) -> None:
        """A finding about the column as a whole."""
        kind, severity, message = found
        self._problems.append(Problem(None, None, kind, severity, action, message))

    def frame(self) -> pd.DataFrame:
        """All findings, in the order of the rows."""
        return problems_frame(self._problems)
