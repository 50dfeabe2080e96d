"""Nothing is lost on the way in: each filled cell of a source is stored or stands in an issue.

A reader counts the cells of its source before it does anything to them, and says with each note
how many came no further. At the end of an import the columns of the table are held against the
values that were made of them. A cell that is filled, whose row was not refused, of which nothing
was made and of which no issue tells is a fault of the program; and so is a sum that differs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geo_relocation.arrays import GeometryArray, Mask
from geo_relocation.errors import CellLostError
from geo_relocation.ingest.convert import is_said_empty
from geo_relocation.ingest.draft import Draft
from geo_relocation.ingest.raw import filled_cells, placed
from geo_relocation.messages import _
from geo_relocation.text.headers import ADDRESS_PARTS, POSITION_ATTRIBUTES


@dataclass(frozen=True)
class Cells:
    """Filled cells of a source: ``source + given == names + stored + told`` where it was counted.

    Attributes
    ----------
    source
        Of the sheet, text or layer, as its reader counted them first; -1 where it did not.
    given
        What the reader filled itself, from merged cells and headings.
    names
        What became names of columns.
    stored
        What became a value, a place or a part of an address.
    told
        What stands in an issue: rows that are no data or were refused, columns that fill nothing,
        values that could not be used.
    """

    source: int
    given: int
    names: int
    stored: int
    told: int

    @property
    def filled(self) -> int:
        """All that had to go somewhere."""
        return self.stored + self.told


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
    stored = 0
    told = sum(note.cells for note in draft.raw.notes)
    for column in table.columns:
        filled = filled_cells(table[column])
        attributes = by_column.get(str(column), [])
        held = np.zeros(len(table), dtype=bool)
        for attribute in attributes:
            held |= _held(draft, attribute)
        held &= filled & ~draft.refused
        if attributes:
            _account(draft, str(column), attributes, filled & ~held & ~draft.refused)
        elif filled.any():
            _require_named(draft, str(column), int(filled.sum()))
        stored += int(held.sum())
        told += int((filled & ~held).sum())
    if draft.raw.geometry is not None:
        kept, gone = _count_places(draft, draft.raw.geometry)
        stored, told = stored + kept, told + gone
    tally = draft.raw.tally
    if tally is None:
        return Cells(-1, 0, 0, stored, told)
    cells = Cells(tally.source, tally.given, tally.names, stored, told)
    _require_balance(draft, cells)
    return cells


def _require_named(draft: Draft, column: str, count: int) -> None:
    """A column that fills nothing stands in the log by its name.

    Raises
    ------
    CellLostError
        If it does not.
    """
    if not draft.log.names(column):
        raise _lost(draft, column, count, int(draft.raw.rows[0]))


def _count_places(draft: Draft, geometry: GeometryArray) -> tuple[int, int]:
    """How many geometries of the source became places, and how many stand in an issue.

    Raises
    ------
    CellLostError
        If one does neither.
    """
    filled = placed(geometry)
    kept = filled & ~draft.refused & ~shapely.is_missing(draft.geometry)
    gone = filled & ~kept & ~draft.refused
    if draft.schema.geometry is None:
        if gone.any():
            draft.log.add("geometry-unused", count=int(gone.sum()))
    elif gone.any():
        raise _lost(draft, "geometry", int(gone.sum()), int(draft.raw.rows[gone][0]))
    return int(kept.sum()), int((filled & ~kept).sum())


def _require_balance(draft: Draft, cells: Cells) -> None:
    """What the reader counted first is what came out of the import.

    Raises
    ------
    CellLostError
        If it is not.
    """
    expected, found = cells.source + cells.given, cells.names + cells.filled
    if expected != found:
        raise CellLostError(
            _(
                "{file}: {expected:n} cells are filled, {found:n} came out of the reading.",
                file=draft.raw.file,
                expected=expected,
                found=found,
            ),
            why=_("They are neither stored nor in the issue log: a fault of the program."),
            hint=_("Nothing was stored. Please report it with the file."),
        )


def _lost(draft: Draft, column: str, count: int, row: int) -> CellLostError:
    return CellLostError(
        _(
            "{file}: {count:n} values of column {column:q} would be lost, the first in row {row}.",
            file=draft.raw.file,
            count=count,
            column=column,
            row=row,
        ),
        why=_("They are neither stored nor in the issue log: a fault of the program."),
        hint=_("Nothing was stored. Please report it with the file."),
    )


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
        raise _lost(draft, column, len(lost), int(draft.raw.rows[lost[0]]))
