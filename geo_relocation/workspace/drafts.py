"""The best plan of a search that is still running, kept in a file so that it can be resumed.

A draft is no plan: nothing of it is in the workspace. It is written whole or not at all, and
goes when the plan is stored.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from geo_relocation.errors import UsageError

PAUSE = 2.0
"""Seconds between two writes at least."""

_COLUMNS = ["site_id", "park_id", "phase"]


@dataclass
class SearchDraft:
    """The file of one search.

    Attributes
    ----------
    path
        Where it is kept.
    input_hash
        Of what the search was given, to tell a draft of other data.
    """

    path: Path
    input_hash: str
    _written: float = field(default=float("-inf"), repr=False)

    def save(self, plan: pd.DataFrame) -> None:
        """Keep a plan, unless one was written a moment ago.

        Parameters
        ----------
        plan
            Columns `site_id`, `park_id`, `phase`.
        """
        if time.monotonic() - self._written < PAUSE:
            return
        rows = plan[_COLUMNS].astype(object).to_numpy().tolist()
        content = {"input_hash": self.input_hash, "columns": _COLUMNS, "plan": rows}
        aside = self.path.with_name(self.path.name + ".new")
        aside.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        aside.replace(self.path)
        self._written = time.monotonic()

    def load(self) -> tuple[pd.DataFrame, bool]:
        """The plan kept, and whether it was made from the same input.

        Raises
        ------
        UsageError
            If there is no draft, or it cannot be read.
        """
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
            plan = pd.DataFrame(content["plan"], columns=content["columns"])
            return plan[_COLUMNS], content["input_hash"] == self.input_hash
        except FileNotFoundError as error:
            raise UsageError(
                f"There is no interrupted search to resume: {self.path} does not exist.",
                hint="Run match without --resume.",
            ) from error
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(
                f"{self.path} is not the draft of a search.",
                why=str(error),
                hint="Remove it and run match without --resume.",
            ) from error

    def set_aside(self) -> Path | None:
        """Rename a file left by an interrupted search; its new path, None if there was none."""
        if not self.path.exists():
            return None
        aside = self.path.with_suffix(".old.json")
        return self.path.replace(aside)

    def discard(self) -> None:
        """Remove the file, if there is one."""
        self.path.unlink(missing_ok=True)


def draft_path(workspace: str, scenario: str) -> Path:
    """Where the draft of a scenario is kept: beside a GeoPackage, else in the current folder."""
    name = f"{scenario}.match-draft.json"
    if "://" in workspace:
        return Path(name)
    return Path(workspace).with_name(f"{Path(workspace).stem}.{name}")
