"""Totals of a list are held against the rows above them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo_relocation.arrays import FloatArray
from geo_relocation.ingest.aside import Row, Sorted, counted
from geo_relocation.ingest.convert import is_said_empty
from geo_relocation.ingest.raw import Note
from geo_relocation.text.normalise import search_key
from geo_relocation.text.numbers import parse_numbers

_NO_SUM = re.compile(r"%|\b(ty le|phan tram|mat do|kinh do|vi do|toa do|nam|binh quan|stt|tt)\b")
_RELATIVE = 1e-6


def differing_totals(found: Sorted, names: Sequence[str]) -> list[Note]:
    """A note for each figure of a totals row that is not the sum of rows above it.

    A total may stand for all rows since any heading or total above it, or since the beginning:
    what agrees with none of these differs. Rows that hold what cannot be read are not summed: a
    total that may stand for one is not judged.

    Parameters
    ----------
    found
        Rows of data and totals.
    names
        Headers of the columns.
    """
    notes: list[Note] = []
    columns: dict[int, FloatArray] = {}
    before = -1
    for (number, row), above, words in found.totals:
        # A total right below another one stands for more than the last group.
        fresh, before = above != before, above
        starts = [start for start in dict.fromkeys(found.starts) if start < above]
        if not starts:
            continue
        said = counted(words)
        if said is not None and said not in {above - start for start in starts}:
            notes.append(_note(number, words, said, float(above - starts[-1])))
        for column, value in enumerate(row):
            if isinstance(value, bool) or not _sums(names[column], value):
                continue
            if column not in columns:
                columns[column] = _numbers(found.kept, column)
            stated = _numbers([(number, row)], column)[0]
            sums = _candidates(columns[column], starts, above, fresh=fresh)
            if sums is None or not np.isfinite(stated):
                continue
            if not np.isclose(sums, stated, rtol=_RELATIVE, atol=1e-9).any():
                notes.append(_note(number, names[column], value, sums[-1]))
    return notes


def _sums(name: str, value: object) -> bool:
    return isinstance(value, (int, float, str)) and not _NO_SUM.search(f"{search_key(name)} {name}")


def _numbers(rows: Sequence[Row], column: int) -> FloatArray:
    """Values of a column; 0 for cells that say nothing, NaN for what is no number."""
    cells = pd.Series([row[column] for _, row in rows], dtype=object)
    values = parse_numbers(cells).values.to_numpy(dtype=float)
    empty = cells.isna() | cells.map(is_said_empty)
    return np.where(empty, 0.0, values)


def _candidates(
    values: FloatArray, starts: Sequence[int], above: int, *, fresh: bool
) -> FloatArray | None:
    """Sums over the rows since each start; None where rows that cannot be read may be meant."""
    readable = [start for start in starts if np.isfinite(values[start:above]).all()]
    meant = starts[-1:] if fresh else starts
    if not set(meant) <= set(readable) or not np.nan_to_num(values[:above]).any():
        return None
    return np.array([values[start:above].sum() for start in readable])


def _note(number: int, field: str, value: object, found: float) -> Note:
    return Note(
        "total-differs",
        row=number,
        field=field,
        value=str(value),
        figures={"found": float(f"{found:.10g}")},
    )
