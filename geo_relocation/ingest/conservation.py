"""Nothing is lost on the way in: each filled cell of a source is stored or stands in an issue.

The cells are counted at the end of an import. What a reader set aside has a note already; here
the columns of the table are held against the values that were made of them. A cell that is
filled, whose row was not refused, of which nothing was made and of which no issue tells is a
fault of the program.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from geo_relocation.arrays import Mask
from geo_relocation.errors import CellLostError
from geo_relocation.ingest.convert import is_said_empty
from geo_relocation.ingest.draft import Draft
from geo_relocation.messages import _
from geo_relocation.text.headers import ADDRESS_PARTS, POSITION_ATTRIBUTES

_BLANK = " \t\r\n\xa0\u200b\ufeff"


@dataclass(frozen=True)
class Cells:
    """Filled cells of a table: always ``filled == stored + told``.

    Attributes
    ----------
    filled
        Of all columns and rows that the reader handed on.
    stored
        What became a value, a position or a part of an address.
    told
        What stands in an issue: columns that fill nothing, rows that were refused, values that
        could not be used.
    """

    filled: int
    stored: int
    told: int


def count_cells(draft: Draft) -> Cells:
    """Count the cells of an import, and say of values that mean "nothing" that they were empty.

    Raises
    ------
    CellLostError
        If a cell is neither stored nor in an issue.
    """
    table = draft.raw.frame
    by_column: dict[str, list[str]] = {}
    for attribute, column in draft.columns.columns.items():
        by_column.setdefault(column, []).append(attribute)
    filled_all = stored_all = 0
    for column in table.columns:
        filled = filled_cells(table[column])
        filled_all += int(filled.sum())
        attributes = by_column.get(str(column), [])
        if not attributes:
            continue  # a note names the column, or it numbers the rows
        stored = np.zeros(len(table), dtype=bool)
        for attribute in attributes:
            stored |= _held(draft, attribute)
        stored &= filled & ~draft.refused
        stored_all += int(stored.sum())
        _account(draft, str(column), attributes, filled & ~stored & ~draft.refused)
    return Cells(filled_all, stored_all, filled_all - stored_all)


def filled_cells(values: pd.Series) -> Mask:
    """Which cells of a column hold anything: a blank text holds nothing."""
    filled: Mask = values.notna().to_numpy(dtype=bool, copy=True)
    if values.dtype == object:
        filled &= np.array(
            [not isinstance(v, str) or bool(v.strip(_BLANK)) for v in values], dtype=bool
        )
    return filled


def _held(draft: Draft, attribute: str) -> Mask:
    """Rows in which something was made of a column."""
    if attribute in POSITION_ATTRIBUTES:
        return np.asarray(~shapely.is_missing(draft.geometry), dtype=bool)
    if attribute in ADDRESS_PARTS:
        return ~draft.missing("address")
    return ~draft.missing(attribute)


def _account(draft: Draft, column: str, attributes: list[str], open_cells: Mask) -> None:
    """Find the issues that tell of cells of which nothing was made.

    Raises
    ------
    CellLostError
        If there is none.
    """
    if not open_cells.any():
        return
    told = draft.log.told_of({column, *attributes}, len(open_cells))
    silent = open_cells & ~told
    words = draft.raw.frame[column]
    empty = silent & words.map(is_said_empty).to_numpy(dtype=bool)
    if empty.any():
        draft.log.add("said-empty", field=column, count=int(empty.sum()),
                      value=", ".join(sorted({str(v) for v in words[empty]}))[:200])  # fmt: skip
    lost = np.flatnonzero(silent & ~empty)
    if len(lost):
        raise CellLostError(
            _(
                "{file}: {count:n} values of column {column:q} would be lost, the first in row "
                "{row}.",
                file=draft.raw.file,
                count=len(lost),
                column=column,
                row=int(draft.raw.rows[lost[0]]),
            ),
            why=_("They are neither stored nor in the issue log: a fault of the program."),
            hint=_("Nothing was stored. Please report it with the file."),
        )
