"""The table of sectors that somebody confirmed → codes of the sites."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo_relocation.errors import UsageError
from geo_relocation.ingest.convert import as_objects, text_of
from geo_relocation.ingest.issues import IssueLog
from geo_relocation.ingest.prepared import Prepared
from geo_relocation.ingest.raw import RawTable
from geo_relocation.ingest.sectors import open_words
from geo_relocation.messages import Message, _, joined
from geo_relocation.model.sectors import division, divisions
from geo_relocation.text.normalise import search_key

_HEADERS = {
    "activity": ("activity", "nganh nghe"),
    "suggested": ("suggested", "suggested vsic code", "ma nganh goi y"),
    "confirmed": ("confirmed", "xac nhan"),
}
_YES = frozenset(("x", "co", "yes", "y", "dong y", "dung", "ok"))
_NO = frozenset(("khong", "no", "k", "chua"))


def confirmed_sectors(raw: RawTable, sites: pd.DataFrame) -> dict[str, str]:
    """Codes by words, from the table that `sector_suggestions` made and somebody filled in.

    In `confirmed` an x or yes takes the suggestion, a code goes before it; an empty cell, or no,
    confirms nothing.

    Raises
    ------
    UsageError
        If it is no such table, or with every row that cannot be used; nothing of it counts then.
    """
    headers = {search_key(str(column)): column for column in raw.frame.columns}
    columns = {
        name: next((headers[h] for h in known if h in headers), None)
        for name, known in _HEADERS.items()
    }
    if columns["activity"] is None or columns["confirmed"] is None:
        raise _no_table(raw, _("It has no columns activity and confirmed."))
    held = {
        name: [None] * len(raw) if column is None else as_objects(raw.frame[column])
        for name, column in columns.items()
    }
    every = {search_key(str(text)) for text in sites["activity"].dropna()}
    found: dict[str, str] = {}
    mistakes: list[Message] = []
    for row, words, suggested, said in zip(
        raw.rows.tolist(), held["activity"], held["suggested"], held["confirmed"], strict=True
    ):
        key = "" if words is None else search_key(text_of(words))
        answer = "" if said is None else search_key(text_of(said))
        if not answer or answer in _NO:
            continue
        code = suggested if answer in _YES else said
        code = "" if code is None else text_of(code).strip().upper()
        if division(code) not in divisions():
            mistakes.append(_("row {row}: {code:q} is no code of VSIC", row=row, code=code))
        elif key not in every:
            mistakes.append(_("row {row}: no site names {words:q}", row=row, words=words))
        elif found.setdefault(key, code) != code:
            mistakes.append(_("row {row}: {words:q} has two codes", row=row, words=words))
    if mistakes:
        raise _no_table(raw, joined(mistakes, "; "))
    if not found:
        raise _no_table(raw, _("Nothing in it is confirmed."))
    return found


def _no_table(raw: RawTable, why: Message) -> UsageError:
    return UsageError(
        _("{file} confirms no sectors.", file=raw.file),
        why=why,
        hint=_(
            "Write the table with: geo-relocation sectors --suggest FILE.xlsx; in its last column "
            "put x for the suggestion, or another code."
        ),
    )


def with_sectors(
    sites: pd.DataFrame, codes: dict[str, str], raw: RawTable, *, import_id: str
) -> Prepared:
    """The sites with the codes that were confirmed, in the form that imports are stored in.

    Parameters
    ----------
    sites
        The layer as the workspace has it; what has a code keeps it.
    codes
        As `confirmed_sectors` gives them.
    raw
        The table they stand in.
    import_id
        Under which the change is stored and can be undone.
    """
    words = open_words(sites)
    rows = (sites["vsic"].isna() & sites["activity"].notna()).to_numpy(dtype=bool)
    new = sites["vsic"].astype(object).to_numpy(copy=True)
    new[rows] = [codes.get(str(key)) for key in words.index]
    filled = rows & pd.notna(new)
    given = pd.DataFrame(data=False, index=sites.index, columns=list(sites.columns))
    given.loc[filled, "vsic"] = True
    count = len(sites)
    log = IssueLog(RawTable(sites[["site_id"]], np.arange(1, count + 1), file=raw.file), "sites")
    return Prepared.of_sites(
        sites.assign(vsic=new),
        given,
        log.frame(import_id),
        import_id=import_id,
        file=raw.file,
        sha256=raw.sha256,
        file_date=raw.modified,
    )
