"""Links between registers: park names in other lists → park ids, ledgers without ids → parks."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from geo_relocation.arrays import ObjectArray
from geo_relocation.ingest.draft import Draft
from geo_relocation.model import join_codes, split_codes
from geo_relocation.text.normalise import search_key

_KIND = re.compile(r"^(?:khu cong nghiep|cum cong nghiep|kcn|ccn|khu|cum)\s+")
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5"}


def park_key(name: str) -> str:
    """A park's name for comparison: no kind in front, no marks, Roman numbers as digits.

    ``KCN Sóng Thần II`` and ``Khu công nghiệp Sóng Thần 2`` are one park; a park (KCN) and a
    cluster (CCN) of one name are told apart by nothing but their kind, so it stays a doubt
    that the caller must see as two parks with one key.
    """
    words = _KIND.sub("", search_key(name)).split()
    return " ".join(_ROMAN.get(word, word) for word in words)


class ParkNames:
    """Finds a park's id by id or by name.

    Parameters
    ----------
    parks
        Rows of the layer `parks`.
    """

    def __init__(self, parks: pd.DataFrame) -> None:
        self._ids = set(parks["park_id"])
        names = pd.Series(
            parks["park_id"].to_numpy(dtype=object),
            index=[park_key(str(name)) for name in parks["name"].fillna("")],
        )
        # A name that two parks bear names neither.
        self._by_name = names[~names.index.duplicated(keep=False)].to_dict()

    def find(self, written: object) -> str | None:
        """The park's id, or None if neither id nor name is known."""
        if written in self._ids:
            return str(written)
        found = self._by_name.get(park_key(str(written)))
        return None if found is None else str(found)


def link_parks(draft: Draft, parks: pd.DataFrame) -> None:
    """Put park ids where a list of lots or sites names its parks.

    Parameters
    ----------
    draft
        Rows of `lots` (park) or `sites` (wanted places).
    parks
        The parks that the workspace knows.
    """
    names = ParkNames(parks)
    column = {"lots": "park_id", "sites": "wish_place"}[draft.layer]
    values = draft.column(column).copy()
    linked = np.zeros(len(values), dtype=bool)
    unknown = np.zeros(len(values), dtype=bool)
    written = values.copy()
    for i in np.flatnonzero(~draft.missing(column)):
        codes = split_codes(values[i]) if column == "wish_place" else (str(values[i]),)
        found = [names.find(code) for code in codes]
        unknown[i] = None in found
        new = join_codes(
            code if park is None else park for code, park in zip(codes, found, strict=True)
        )
        linked[i] = new != values[i]
        values[i] = new
    if linked.any():
        draft.values[column] = values
        draft.log.add("park-linked", field=column, count=int(linked.sum()),
                      value=_first(written, linked), detail=_first(values, linked))  # fmt: skip
    draft.log.add_rows("park-unknown", unknown & draft.kept, field=column, values=written)


def adopt_park_ids(draft: Draft, existing: pd.DataFrame) -> None:
    """Give parks without an id the id under which the workspace knows their name."""
    names = ParkNames(existing)
    absent = draft.missing("park_id") & ~draft.missing("name") & draft.kept
    titles = draft.column("name")
    found = np.array([names.find(t) if a else None for t, a in zip(titles, absent, strict=True)],
                     dtype=object)  # fmt: skip
    linked = np.array([park is not None for park in found], dtype=bool)
    if linked.any():
        draft.fill("park_id", linked, found[linked])
        draft.log.add("park-linked", field="park_id", count=int(linked.sum()),
                      value=_first(titles, linked), detail=_first(found, linked))  # fmt: skip


def qualify_lots(draft: Draft) -> None:
    """Put the park before lot numbers: ``A1`` is a lot of every park.

    Numbers that begin with their park already stay, and so do keys that the user mapped.
    """
    if "lot_id" in draft.columns.told:
        return
    lots, parks = draft.column("lot_id").copy(), draft.column("park_id")
    whole = ~draft.missing("lot_id") & ~draft.missing("park_id") & draft.kept
    inside = [str(lot).startswith(str(park)) for lot, park in zip(lots, parks, strict=True)]
    bare = whole & ~np.array(inside, dtype=bool)
    if not bare.any():
        return
    lots[bare] = [f"{park}-{lot}" for park, lot in zip(parks[bare], lots[bare], strict=True)]
    draft.values["lot_id"] = lots
    draft.log.add("lot-qualified", field="lot_id", count=int(bare.sum()), value=_first(lots, bare))


def _first(values: ObjectArray, rows: np.ndarray) -> str:
    """The first of the values in question, as an example."""
    return str(values[int(np.flatnonzero(rows)[0])])
