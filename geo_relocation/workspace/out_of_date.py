"""Results that no longer match the workspace: since when, and because of what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from geo_relocation.lazy import pd
from geo_relocation.messages import Language, Message, _
from geo_relocation.model import schema
from geo_relocation.standing.days import day_of
from geo_relocation.words import say
from geo_relocation.workspace.keys import FORMULAS, Key, changed_parts
from geo_relocation.workspace.snapshot import Snapshot, newest

_WORDS: Mapping[str, Message] = {
    "list": _("state on the relocation list"),
    "batch_years": _("years of the batches"),
    "south": _("districts that firms leave"),
    "years": _("years of the scheme that remain"),
    "crs": _("reference system"),
    FORMULAS: _("what the program computes"),
}
_HISTORIES = {
    "decisions": ("decisions", "decided_at"),
    "batch_years": ("decisions", "decided_at"),
    "list": ("events", "recorded_at"),
}
"""Part → the history that changes it, and the column that says when."""


@dataclass(frozen=True)
class OutOfDate:
    """Why a result no longer matches the workspace.

    Attributes
    ----------
    since
        The earliest change on record after the result was made; None where no record tells, as
        of what was edited in QGIS.
    because
        What changed: names of parts, see `keys.STAGES`.
    """

    since: pd.Timestamp | None
    because: tuple[str, ...]

    def summary(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "since": None if self.since is None else self.since.isoformat(),
            "because": list(self.because),
        }

    def words(self, language: Language = "vi") -> str:
        """As people read it."""
        parts = [_named(part, language) for part in self.because]
        if self.since is None:
            sentence = _("out of date, because of changes in: {parts}", parts=parts)
        else:
            sentence = _(
                "out of date since {day:d}, because of changes in: {parts}",
                day=day_of(self.since),
                parts=parts,
            )
        return say(sentence, language)


def out_of_date(
    seen: Snapshot, stage: str, *, stored: str, made_at: pd.Timestamp, now: Key | None = None
) -> OutOfDate | None:
    """Whether a result no longer matches the workspace.

    Parameters
    ----------
    seen
        The workspace as it is.
    stage
        Kind of run that made the result.
    stored
        Its input hash.
    made_at
        When the run was begun.
    now
        Key of the stage on the workspace as it is, where it is known already.

    Returns
    -------
    OutOfDate
        None where the same run would give the same result today.
    """
    because = changed_parts(stage, stored, now or seen.key(stage, {}))
    if not because:
        return None
    times = [time for part in because for time in _changes(seen, part) if time > made_at]
    return OutOfDate(min(times, default=None), because)


def newest_out_of_date(seen: Snapshot, stage: str) -> OutOfDate | None:
    """Whether the newest run of a stage no longer matches; None too where there is none."""
    runs = seen.read("runs", where={"kind": stage})
    if runs.empty:
        return None
    run = newest(runs, "started_at", "run_id")
    return out_of_date(seen, stage, stored=run["input_hash"], made_at=run["started_at"])


def _changes(seen: Snapshot, part: str) -> Iterator[pd.Timestamp]:
    """When a part was changed, as far as that is on record."""
    if part in _HISTORIES:
        layer, column = _HISTORIES[part]
        yield from seen.read(layer)[column]
    elif part == "findings":
        yield from seen.read("runs", where={"kind": "screen"})["started_at"]
    else:
        imports = seen.read("imports", where={"layer": part})
        yield from imports["imported_at"]
        yield from imports["undone_at"].dropna()


def _named(part: str, language: Language) -> str:
    """A part in words."""
    if part in _WORDS:
        return say(_WORDS[part], language)
    label = schema(part).label(language)
    return label[0].lower() + label[1:]
