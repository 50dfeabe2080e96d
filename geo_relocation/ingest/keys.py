"""Keys of rows: taken from the file, or made from what identifies the row."""

from __future__ import annotations

from hashlib import blake2s

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_relocation.arrays import Mask
from geo_relocation.ingest.draft import Draft
from geo_relocation.model import LayerSchema
from geo_relocation.text.normalise import search_key

_PREFIX = {"zones": "Z", "sites": "S", "parks": "P", "lots": "L", "roads": "R"}
_IDENTITY = {
    "sites": ("tax_code", "name", "address"),
    "parks": ("name",),
    "zones": ("plan_id", "land_use_code", "status"),
    "lots": ("park_id",),
    "roads": ("name",),
}
"""What a made key is hashed from: what stays when a list is updated."""

_BY_PLACE = {"zones", "roads", "lots"}
_UNITS = ("old_commune", "new_unit")


def record_ids(frame: pd.DataFrame, layer: LayerSchema) -> NDArray[np.object_]:
    """The key of each row as one text; the parts of a longer key are joined by ``|``."""
    parts = [
        frame[name].dt.strftime("%Y-%m-%d") if frame[name].dtype.kind == "M" else frame[name]
        for name in layer.key
    ]
    joined = parts[0].astype(str)
    for part in parts[1:]:
        joined = joined + "|" + part.astype(str)
    ids: NDArray[np.object_] = joined.to_numpy(dtype=object)
    return ids


def made_keys(draft: Draft, rows: Mask, *, placed: bool = False) -> list[str]:
    """Keys hashed from what identifies a row, the same each time the row is read.

    `placed` says that the text does not: then the place counts too, or the commune where the
    place is only assumed from it.
    """
    names = _IDENTITY[draft.layer]
    texts = [draft.column(name) for name in names]
    # To the centimetre, so that a detour through another file does not change the key.
    places = shapely.to_wkb(shapely.set_precision(draft.geometry, 0.01, mode="pointwise"), hex=True)
    units = [draft.column(name) for name in _UNITS]
    made = []
    for i in np.flatnonzero(rows):
        parts = ["" if pd.isna(text[i]) else str(text[i]) for text in texts]
        if placed and (places[i] is None or draft.assumed_place[i]):
            parts += [search_key(str(unit[i])) for unit in units if not pd.isna(unit[i])]
        elif places[i] is not None and (placed or draft.layer in _BY_PLACE or not any(parts)):
            parts.append(str(places[i]))
        if not any(parts):
            parts.append(draft.raw.frame.iloc[i].astype(str).str.cat(sep="|"))
        digest = blake2s("\x1f".join(parts).encode(), digest_size=5).hexdigest()
        made.append(f"{_PREFIX[draft.layer]}-{digest}")
    return made


def refuse_repeated(draft: Draft, key: tuple[str, ...], checked: Mask | None = None) -> None:
    """Refuse the second row that bears a key; only rows of `checked` are looked at."""
    columns = [draft.column(name) for name in key]
    first: dict[tuple[str, ...], int] = {}
    whole = draft.kept if checked is None else draft.kept & checked
    for i in np.flatnonzero(whole):
        if any(pd.isna(column[i]) for column in columns):
            continue  # a missing part of the key is refused for itself
        value = tuple(str(column[i]) for column in columns)
        if value in first:
            draft.log.add(
                "key-duplicate",
                position=int(i),
                field=key[0],
                value="|".join(value),
                figures={"first": int(draft.raw.rows[first[value]])},
            )
            draft.refused[i] = True
        else:
            first[value] = int(i)


def suffix_repeated(draft: Draft) -> None:
    """Make keys unique that repeat for reasons of their source.

    A way and a relation of one number, two rows that only their notes tell apart: both stay,
    the second with a suffix, and the log says so.
    """
    if len(draft.schema.key) > 1:
        return
    name = draft.schema.key[0]
    values = draft.column(name).copy()
    rows = np.flatnonzero(draft.kept)
    seen = {str(values[i]) for i in rows}
    used: set[str] = set()
    last: dict[str, int] = {}
    for i in rows:
        own = str(values[i])
        if own not in used:
            used.add(own)
            continue
        number = last.get(own, 1) + 1
        while f"{own}-{number}" in seen or f"{own}-{number}" in used:
            number += 1
        values[i] = f"{own}-{number}"
        used.add(values[i])
        last[own] = number
        draft.log.add("key-suffixed", position=int(i), field=name, value=own,
                      figures={"key": values[i]})  # fmt: skip
    draft.values[name] = values
