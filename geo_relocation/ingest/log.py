"""The issue log as something to work with: select, summarise, hand out, close; and undo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import pandas as pd
from pyproj import CRS

from geo_relocation.errors import DataError, UnknownNameError
from geo_relocation.ingest.keys import record_ids
from geo_relocation.ingest.merge import decode_rows, row_hashes
from geo_relocation.messages import Language, _, ngettext
from geo_relocation.model import schema
from geo_relocation.model.enums import IssueAction, Severity, UndoOperation
from geo_relocation.model.told import said

if TYPE_CHECKING:
    from geo_relocation.ingest.prepared import Prepared

_WORST_FIRST = {severity.value: rank for rank, severity in enumerate(Severity)}
_SHOWN_CONFLICTS = 5


def select(
    issues: pd.DataFrame,
    *,
    severity: Severity | None = None,
    kind: str | None = None,
    layer: str | None = None,
    import_id: str | None = None,
    closed: bool = False,
) -> pd.DataFrame:
    """Rows of the issue log that meet all conditions given, the worst first.

    Parameters
    ----------
    issues
        Rows of the table `issues`.
    severity
        This severity or worse.
    kind, layer, import_id
        Exactly this.
    closed
        Whether closed issues are shown too.
    """
    wanted = pd.Series(True, index=issues.index)
    if severity is not None:
        wanted &= issues["severity"].map(_WORST_FIRST) <= _WORST_FIRST[severity.value]
    for name, value in (("kind", kind), ("layer", layer), ("import_id", import_id)):
        if value is not None:
            wanted &= issues[name] == value
    if not closed:
        wanted &= issues["closed_at"].isna()
    found = issues[wanted]
    order = found["severity"].map(_WORST_FIRST)
    return (
        found.assign(_order=order)
        .sort_values(["_order", "layer", "file", "row", "issue_id"], kind="stable")
        .drop(columns="_order")
        .reset_index(drop=True)
    )


def in_words(issues: pd.DataFrame, language: Language) -> pd.DataFrame:
    """The log with its messages as readers of a language are told them.

    Parameters
    ----------
    issues
        Rows of the table `issues`: a message is stored as a code with figures, or, in rows of
        earlier versions, as a sentence in Vietnamese with another in English beside it.
    language
        Of `message`; `message_en` is English.
    """
    english = issues["message_en"].fillna(issues["message"].map(lambda text: said(text, "en")))
    message = english
    if language != "en":
        message = issues["message"].map(lambda text: said(text, language))
    return issues.assign(message=message.astype("str"), message_en=english.astype("str"))


def summarise(issues: pd.DataFrame, language: Language = "vi") -> pd.DataFrame:
    """Number of issues by severity and kind, the worst and the most frequent first.

    Parameters
    ----------
    issues
        Rows of the table `issues`.
    language
        Of the example.

    Returns
    -------
    DataFrame
        `severity`, `kind`, `action`, `open`, `closed`, and an `example` message.
    """
    counted = issues.assign(is_open=issues["closed_at"].isna())
    grouped = (
        counted.groupby(["severity", "kind", "action"], sort=False)
        .agg(total=("kind", "size"), open=("is_open", "sum"), example=("message", "first"))
        .reset_index()
    )
    grouped["example"] = grouped["example"].map(lambda text: said(text, language))
    grouped["closed"] = grouped["total"] - grouped["open"]
    grouped["_order"] = grouped["severity"].map(_WORST_FIRST)
    grouped = grouped.sort_values(["_order", "open", "kind"], ascending=[True, False, True])
    columns = ["severity", "kind", "action", "open", "closed", "example"]
    return grouped[columns].reset_index(drop=True)


def export_frame(issues: pd.DataFrame, language: Language = "vi") -> pd.DataFrame:
    """The log as a list for people: headers and words in their language, source rows by number.

    Parameters
    ----------
    issues
        Rows of the table `issues`.
    language
        Of headers, words and messages.
    """
    shape = schema("issues")
    ordered = in_words(select(issues, closed=True), language)
    for name, enum in (("severity", Severity), ("action", IssueAction)):
        words = {member.value: member.label(language) for member in enum}
        ordered[name] = ordered[name].map(words)
    ordered["layer"] = ordered["layer"].map(lambda name: schema(name).label(language))
    kept = [a for a in shape.attributes if a.name not in {"message_en", "issue_id", "import_id"}]
    named = ordered[[a.name for a in kept]]
    return named.set_axis([a.header(language) for a in kept], axis=1)


@dataclass(frozen=True)
class Closing:
    """What a new import does to the issues of earlier ones.

    Attributes
    ----------
    closed
        Issues that are closed, with `closed_at` and `closed_by` filled in.
    fixed
        How many of them the new source no longer has.
    repeated
        How many stand in the new log again, which takes their place.
    """

    closed: pd.DataFrame
    fixed: int
    repeated: int


def closed_by_reimport(
    open_issues: pd.DataFrame,
    new_issues: pd.DataFrame,
    *,
    layer: str,
    file: str,
    import_id: str,
    at: datetime,
    records: Collection[str] = (),
) -> Closing:
    """Close the issues of earlier imports that a new import answers.

    It answers those of the same layer that came from a file of the same name, and those of
    records that it brings again under whatever name. Issues about other records stay open.

    Parameters
    ----------
    open_issues
        Rows of `issues` that are not closed.
    new_issues
        The log of the new import.
    layer, file, import_id, at
        The new import: its layer, file name, id and time.
    records
        Keys of the records it brought.
    """
    concerned = (open_issues["layer"] == layer) & open_issues["closed_at"].isna()
    concerned &= open_issues["import_id"] != import_id
    same_file = open_issues["file"] == file
    brought = set(records)
    again = open_issues["record_id"].map(brought.__contains__, na_action="ignore")
    concerned &= same_file | again.eq(True)
    closed = open_issues[concerned].reset_index(drop=True)
    again = closed.apply(_identity, axis=1).isin(set(new_issues.apply(_identity, axis=1)))
    repeated = int(again.sum()) if len(closed) else 0
    closed["closed_at"] = pd.Timestamp(at)
    closed["closed_by"] = import_id
    return Closing(schema("issues").conform(closed), len(closed) - repeated, repeated)


def brought_before(
    imports: pd.DataFrame, open_issues: pd.DataFrame, prepared: Prepared
) -> str | None:
    """The import that brought the same file in the same way, where its log still stands.

    Parameters
    ----------
    imports
        The record of imports.
    open_issues
        Rows of `issues` that are not closed.
    prepared
        The file as it would be imported now.

    Returns
    -------
    str or None
        Its id; None if there is none, it was taken back, or the log would say something else
        than what is open.
    """
    same = imports["undone_at"].isna()
    for name in ("layer", "file", "sha256", "options"):
        same &= imports[name] == prepared.record[name]
    by_time = imports[same].sort_values(["imported_at", "import_id"])
    if by_time.empty:
        return None
    newest = str(by_time["import_id"].iloc[-1])
    held = open_issues[open_issues["import_id"] == newest]
    return newest if _content(held) == _content(prepared.issues) else None


def _content(issues: pd.DataFrame) -> Counter[tuple[object, ...]]:
    """What a log says, without the import that said it and whether it is settled."""
    said = issues.drop(columns=["issue_id", "import_id", "closed_at", "closed_by"])
    plain = said.astype(object).where(said.notna(), None)
    return Counter(plain.itertuples(index=False, name=None))


def _identity(issue: pd.Series) -> tuple[object, ...]:
    """What makes two issues of two imports the same: the record, else the value."""
    about = issue["record_id"] if pd.notna(issue["record_id"]) else issue["value"]
    return issue["kind"], _plain(issue["field"]), _plain(about)


def _plain(value: object) -> object:
    return None if pd.isna(value) else value


@dataclass(frozen=True)
class UndoPlan:
    """How an import is taken back.

    Attributes
    ----------
    delete
        Keys of rows to delete, by layer.
    restore
        Rows as they were before, conformed, by layer.
    """

    delete: dict[str, list[str]]
    restore: dict[str, pd.DataFrame]

    @property
    def rows(self) -> int:
        """Number of rows touched."""
        deleted = sum(map(len, self.delete.values()))
        return deleted + sum(map(len, self.restore.values()))


def undo_plan(
    import_id: str, undo_log: pd.DataFrame, current: Mapping[str, pd.DataFrame], crs: CRS
) -> UndoPlan:
    """Work out how to take an import back as a whole.

    Parameters
    ----------
    import_id
        The import.
    undo_log
        Rows of the table `undo_log`, of this import or of all.
    current
        The layers that it touched, as they are now.
    crs
        Working CRS of the workspace.

    Raises
    ------
    UnknownNameError
        If the log knows no such import.
    DataError
        If rows were changed or removed since: undoing would lose that.
    """
    log = undo_log[undo_log["import_id"] == import_id]
    if log.empty:
        known = sorted(undo_log["import_id"].unique())
        raise UnknownNameError(_("import that can be undone"), import_id, known)
    delete: dict[str, list[str]] = {}
    restore: dict[str, pd.DataFrame] = {}
    conflicts: list[str] = []
    for layer, rows in log.groupby("layer"):
        frame = current[str(layer)]
        hashes = dict(
            zip(record_ids(frame, schema(str(layer))), row_hashes(frame, str(layer)), strict=True)
        )
        changed = rows["record_id"].map(hashes).ne(rows["after_hash"])
        conflicts += [f"{layer} {record}" for record in rows.loc[changed, "record_id"]]
        added = rows["operation"] == UndoOperation.ADDED.value
        if added.any():
            delete[str(layer)] = rows.loc[added, "record_id"].tolist()
        if (~added).any():
            restore[str(layer)] = decode_rows(str(layer), rows.loc[~added, "before"].tolist(), crs)
    if conflicts:
        raise DataError(
            ngettext(
                "Import {id} cannot be undone: {count:n} of its rows changed since.",
                "Import {id} cannot be undone: {count:n} of its rows changed since.",
                len(conflicts),
                id=import_id,
            ),
            why=_("Among them: {names}.", names=conflicts[:_SHOWN_CONFLICTS]),
            hint=_("Undo the later imports first, newest to oldest."),
        )
    return UndoPlan(delete, restore)
