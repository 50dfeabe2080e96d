"""The best plan of a search that is still running, kept in a file so that it can be resumed.

A draft is no plan: nothing of it is in the workspace. It is written whole or not at all, and
goes when the plan is stored.
"""

from __future__ import annotations

import json
import logging
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from geo_relocation.errors import OutputError, UsageError
from geo_relocation.lazy import later, pd
from geo_relocation.messages import Message, Text, _, joined
from geo_relocation.publish.kinds import DRAFT, PRIVATE_FOLDER

if TYPE_CHECKING:
    from geo_relocation.publish.files import replaced
else:
    replaced = later("geo_relocation.publish.files", "replaced")

_LOG = logging.getLogger(__name__)

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
    trouble
        Why no draft could be kept; empty where it could. A search never ends because of it.
    """

    path: Path
    input_hash: str
    trouble: Text = ""
    _written: float = field(default=float("-inf"), repr=False)

    def save(self, plan: pd.DataFrame) -> None:
        """Keep a plan, unless one was written a moment ago.

        Parameters
        ----------
        plan
            Columns `site_id`, `park_id`, `phase`.
        """
        if self.trouble or time.monotonic() - self._written < PAUSE:
            return
        rows = plan[_COLUMNS].astype(object).to_numpy().tolist()
        content = {"input_hash": self.input_hash, "columns": _COLUMNS, "plan": rows}
        try:
            with replaced(self.path, DRAFT) as temporary:
                temporary.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        except (OutputError, UsageError) as error:
            self.trouble = joined((error.what, error.why, error.hint))
            _LOG.warning("No draft of this search is kept: %s", error)
        self._written = time.monotonic()

    def load(self) -> tuple[pd.DataFrame, bool] | None:
        """The plan kept, and whether it was made from the same input; None where none is kept.

        Raises
        ------
        UsageError
            If it cannot be read.
        """
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
            plan = pd.DataFrame(content["plan"], columns=content["columns"])
            return plan[_COLUMNS], content["input_hash"] == self.input_hash
        except FileNotFoundError:
            return None
        except OSError as error:
            raise UsageError(
                _("The draft {path} cannot be read.", path=self.path),
                why=str(error.strerror),
                hint=_("Run match without --resume."),
            ) from error
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(
                _("{path} is not the draft of a search.", path=self.path),
                why=str(error),
                hint=_("Remove it and run match without --resume."),
            ) from error

    def beginning(self) -> tuple[pd.DataFrame | None, list[Message]]:
        """The plan to go on from, None where none was kept, and what has to be known of it."""
        found = self.load()
        if found is None:
            return None, [_("The search was interrupted before a draft was kept: it begins anew.")]
        plan, same = found
        words = _("Goes on from a draft of earlier data: only what still holds is kept.")
        return plan, [] if same else [words]

    def discard(self) -> None:
        """Remove the file, if there is one, and its folder once it is empty."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
            self.path.parent.rmdir()


def draft_path(workspace: str, run_id: str) -> Path:
    """Where the draft of a run is kept: in a hidden folder beside a GeoPackage.

    For a database it is in the current folder.

    Parameters
    ----------
    workspace
        Address of the workspace.
    run_id
        The run: two people who match one scenario have a draft each.
    """
    place = Path() if "://" in workspace else Path(workspace).parent
    stem = "" if "://" in workspace else f"{Path(workspace).stem}."
    return place / PRIVATE_FOLDER / f"{stem}{run_id}.match-draft.json"
