"""Links between registers: park names in other lists → park ids, ledgers without ids → parks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo_relocation.arrays import ObjectArray
from geo_relocation.ingest.draft import Draft
from geo_relocation.model import join_codes, split_codes
from geo_relocation.standing.mentions import parks_in
from geo_relocation.standing.names import ParkNames


def park_names(parks: pd.DataFrame) -> ParkNames:
    """Names of the parks of a layer."""
    return ParkNames.of(dict(zip(parks["park_id"], parks["name"], strict=True)))


def link_parks(draft: Draft, parks: pd.DataFrame) -> None:
    """Put park ids where a list of lots or sites names its parks.

    Parameters
    ----------
    draft
        Rows of `lots` (park) or `sites` (wanted places).
    parks
        The parks that the workspace knows.
    """
    names = park_names(parks)
    column = {"lots": "park_id", "sites": "wish_place"}[draft.layer]
    values = draft.column(column).copy()
    linked = np.zeros(len(values), dtype=bool)
    unknown = np.zeros(len(values), dtype=bool)
    written = values.copy()
    for i in np.flatnonzero(~draft.missing(column)):
        codes = split_codes(values[i]) if column == "wish_place" else (str(values[i]),)
        found = [_parks_of(code, names) for code in codes]
        unknown[i] = () in found
        new = join_codes(
            park for code, known in zip(codes, found, strict=True) for park in known or (code,)
        )
        linked[i] = new != values[i]
        values[i] = new
    if linked.any():
        draft.values[column] = values
        draft.log.add("park-linked", field=column, count=int(linked.sum()),
                      value=_first(written, linked),
                      figures={"park": _first(values, linked)})  # fmt: skip
    draft.log.add_rows("park-unknown", unknown & draft.kept, field=column, values=written)


def _parks_of(written: str, names: ParkNames) -> tuple[str, ...]:
    """The parks that a cell names: one by its id or name, or several in words."""
    one = names.one_of(written)
    if one is not None:
        return (one,)
    mentioned = parks_in(written, names)
    return () if mentioned.open else mentioned.parks


def adopt_park_ids(draft: Draft, existing: pd.DataFrame) -> None:
    """Give parks without an id the id under which the workspace knows their name."""
    names = park_names(existing)
    absent = draft.missing("park_id") & ~draft.missing("name") & draft.kept
    titles = draft.column("name")
    found = np.array(
        [names.one_of(str(t)) if a else None for t, a in zip(titles, absent, strict=True)],
        dtype=object,
    )
    linked = np.array([park is not None for park in found], dtype=bool)
    if linked.any():
        draft.fill("park_id", linked, found[linked])
        draft.log.add("park-linked", field="park_id", count=int(linked.sum()),
                      value=_first(titles, linked),
                      figures={"park": _first(found, linked)})  # fmt: skip


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
