"""The issue log: every repair, assumption and refusal of an import, with its row."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_relocation.arrays import Mask
from geo_relocation.ingest.raw import Note, RawTable
from geo_relocation.messages import Message, Text, joined
from geo_relocation.model import schema
from geo_relocation.model.enums import IssueAction, Severity
from geo_relocation.model.told import TABLES, gaps, stored, told

_SEVERITIES = {severity.value: severity for severity in Severity}
_OF_COLUMNS = {"column-unmapped", "row-numbers"}
_ACTIONS = {action.value: action for action in IssueAction}


@dataclass(frozen=True)
class IssueKind:
    """One kind of issue: how bad it is and what is done about it.

    Attributes
    ----------
    kind
        A stable word.
    severity, action
        How bad it is and what is done. What people are told stands in ``model/told/ingest.py``.
    """

    kind: str
    severity: Severity
    action: IssueAction


@cache
def issue_kinds() -> dict[str, IssueKind]:
    """All kinds of issue by name."""
    text = resources.files("geo_relocation.ingest").joinpath("issue_kinds.csv").read_text("utf-8")
    return {
        row["kind"]: IssueKind(row["kind"], _SEVERITIES[row["severity"]], _ACTIONS[row["action"]])
        for row in csv.DictReader(text.splitlines())
    }


@dataclass
class IssueLog:
    """Collects the issues of one import.

    Parameters
    ----------
    raw
        The table that is imported; gives file, sheet and row numbers.
    layer
        The layer it is imported into.
    """

    raw: RawTable
    layer: str
    _rows: list[dict[str, object]] = field(default_factory=list)

    def add(
        self,
        kind: str,
        *,
        position: int | None = None,
        field: str = "",
        value: object = "",
        detail: Text = "",
        count: int = 1,
        action: IssueAction | None = None,
        record_id: str | None = None,
        figures: Mapping[str, object] | None = None,
    ) -> None:
        """Record one issue; `position` is the row's place in the table, from 0."""
        row = None if position is None else int(self.raw.rows[position])
        self._append(
            Note(kind, row, field, _shown(value), detail, count, figures=figures or {}),
            position=position,
            action=action,
            record_id=record_id,
        )

    def add_rows(
        self,
        kind: str,
        mask: Mask,
        *,
        field: str = "",
        values: Sequence[object] | NDArray[np.object_] | pd.Series | None = None,
        detail: Text = "",
        action: IssueAction | None = None,
        figures: Mapping[str, object] | None = None,
    ) -> None:
        """Record one issue for each row of `mask`; of figures in an array, each row has its own."""
        held = None if values is None else np.asarray(values, dtype=object)
        for position in np.flatnonzero(mask):
            self.add(
                kind,
                position=int(position),
                field=field,
                value="" if held is None else held[position],
                detail=detail,
                action=action,
                figures={
                    name: figure[position] if isinstance(figure, np.ndarray) else figure
                    for name, figure in (figures or {}).items()
                },
            )

    def add_problems(self, problems: pd.DataFrame, field: str) -> None:
        """Record what a parser of texts found in one column.

        Parameters
        ----------
        problems
            Rows as `geo_relocation.text.problems.problems_frame` makes them.
        field
            The attribute that the column fills.
        """
        for problem in problems.to_dict("records"):
            place = problem["position"]
            position = None if pd.isna(place) else int(place)
            value = problem["value"]
            self._rows.append(
                {
                    "row": None if position is None else int(self.raw.rows[position]),
                    "record_id": None,
                    "field": field,
                    "value": None if pd.isna(value) else _shown(value),
                    "kind": problem["kind"],
                    "severity": problem["severity"],
                    "action": problem["action"],
                    "message": problem["message"],
                    "message_en": None,
                    "_position": position,
                }
            )

    def extend(self, notes: Iterable[Note]) -> None:
        """Record what a reader noted."""
        for note in notes:
            self._append(note)

    def _append(
        self,
        note: Note,
        *,
        position: int | None = None,
        action: IssueAction | None = None,
        record_id: str | None = None,
    ) -> None:
        kind = issue_kinds()[note.kind]
        sentence = sentence_of(note, self.layer)
        message = joined((sentence, note.detail)) if note.detail else sentence
        self._rows.append(
            {
                "row": note.row,
                "record_id": record_id,
                "field": note.field or None,
                "value": note.value or None,
                "kind": note.kind,
                "severity": kind.severity.value,
                "action": (action or kind.action).value,
                "message": stored(message),
                "message_en": None,
                "_position": position,
            }
        )

    def _sheets(self, positions: pd.Series) -> list[str | None]:
        """Sheet or layer of each issue; rows of a joined table know their own."""
        whole, parts = self.raw.layer or None, self.raw.parts
        if parts is None:
            return [whole] * len(positions)
        return [whole if pd.isna(p) else str(parts[int(p)]) for p in positions]

    def told_of(self, fields: AbstractSet[str], count: int) -> Mask:
        """Rows of the table of which an issue tells under one of some fields or columns."""
        told = np.zeros(count, dtype=bool)
        for row in self._rows:
            position, name = row["_position"], row["field"]
            if position is None or name is None:
                continue
            if name in fields or not fields.isdisjoint(str(name).split(", ")):
                told[int(str(position))] = True
        return told

    def names(self, column: str) -> bool:
        """Whether an issue tells of a column as a whole."""
        return any(
            row["field"] == column or column in str(row["value"]).split(", ")
            for row in self._rows
            if row["kind"] in _OF_COLUMNS
        )

    def counts(self) -> dict[str, int]:
        """Number of issues of each kind."""
        found: dict[str, int] = defaultdict(int)
        for row in self._rows:
            found[str(row["kind"])] += 1
        return dict(found)

    def frame(self, import_id: str, record_ids: dict[int, str] | None = None) -> pd.DataFrame:
        """The log as rows of the layer `issues`, most severe first within a source row.

        Parameters
        ----------
        import_id
            Import that the issues belong to.
        record_ids
            Record key by position in the table, for rows that were accepted.
        """
        known = record_ids or {}
        data = pd.DataFrame(self._rows)
        if data.empty:
            return schema("issues").empty()
        positions = data.pop("_position")
        found = positions.map(lambda p: None if pd.isna(p) else known.get(int(p)))
        data["record_id"] = data["record_id"].where(data["record_id"].notna(), found)
        data["sheet"] = self._sheets(positions)
        order = data["row"].astype("Float64").fillna(0).to_numpy(dtype=float)
        data = data.iloc[np.argsort(order, kind="stable")].reset_index(drop=True)
        data["issue_id"] = [f"{import_id}-{number:06d}" for number in range(1, len(data) + 1)]
        data["import_id"] = import_id
        data["layer"] = self.layer
        data["file"] = self.raw.file
        return schema("issues").conform(data)


def sentence_of(note: Note, layer: str) -> Message:
    """What people are told by the kind of a note: its sentence with what fills its gaps.

    Parameters
    ----------
    note
        The note; its `detail` is not part of the sentence.
    layer
        Layer that is imported: a field of its dictionary is told by its label.
    """
    columns = schema(layer).columns
    known = note.field in columns
    words: dict[str, object] = {
        "field": schema(layer).attribute(note.field) if known else note.field,
        "column": note.field,
        "value": note.value,
        "count": note.count,
        **note.figures,
    }
    code = f"ingest.{note.kind}"
    needed = gaps(TABLES["ingest"][note.kind])
    return told(code, **{name: words[name] for name in words if name in needed})


def _shown(value: object) -> str:
    """A value as text for the log, cut where it is very long."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    text = str(value)
    return text if len(text) <= 200 else f"{text[:199]}…"  # noqa: PLR2004 - a line's worth
