"""What a workbook shows is laid over its values: per cent, errors, formulas, hidden rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from geo_relocation.ingest.grids import Grid
from geo_relocation.ingest.raw import Note

_AMBIGUOUS_DIGITS = 3
_LISTED = 20


def with_facts(grid: Grid, facts: Mapping[str, Any]) -> tuple[Grid, list[Note]]:
    """The cells as the sheet shows them, and notes of what could not be read or is hidden.

    A share shown as per cent becomes the text that is shown. An error, or a formula whose
    result was never computed, is no value. Hidden rows and columns come in like the others.

    Parameters
    ----------
    grid
        Cells row by row.
    facts
        Of this sheet, as `apart_book.facts_of` returns them.
    """
    cells = [list(row) for row in grid]
    for row, column in facts.get("percent", ()):
        if _within(cells, row, column):
            cells[row][column] = _percent(cells[row][column])
    notes: list[Note] = []
    if facts.get("untold"):
        notes.append(Note("book-untold"))
    if facts.get("outside"):
        outside = facts["outside"]
        notes.append(Note("text-outside", value=" · ".join(outside)[:200], count=len(outside)))
    for kind, name in (("cell-error", "errors"), ("formula-uncomputed", "uncomputed")):
        columns: dict[int, list[int]] = defaultdict(list)
        for row, column in facts.get(name, ()):
            if _within(cells, row, column):
                cells[row][column] = None
            columns[column].append(row)
        notes.extend(
            Note(kind, row=rows[0] + 1, field=letters(column), value=ranges(rows), count=len(rows))
            for column, rows in sorted(columns.items())
        )
    filled = [
        row
        for row in sorted(facts.get("hidden_rows", ()))
        if row < len(cells) and any(value not in {"", None} for value in cells[row])
    ]
    if filled:
        notes.append(Note("hidden-rows", value=ranges(filled), count=len(filled)))
    held = [
        column
        for column in sorted(facts.get("hidden_columns", ()))
        if any(column < len(row) and row[column] not in {"", None} for row in cells)
    ]
    if held:
        shown = ", ".join(letters(column) for column in held)
        notes.append(Note("hidden-columns", value=shown, count=len(held)))
    return cells, notes


def _within(cells: Grid, row: int, column: int) -> bool:
    return row < len(cells) and column < len(cells[row])


def _percent(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    text = f"{value * 100:.10g}"
    # 12.345 alone may be twelve thousand: a further digit says that the point is decimal.
    if len(text.partition(".")[2]) == _AMBIGUOUS_DIGITS:
        text += "0"
    return f"{text}%"


def letters(column: int) -> str:
    """Name of a column as the sheet shows it: 0 is A, 26 is AA."""
    name, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def ranges(rows: Sequence[int] | Iterable[int]) -> str:
    """Rows from 0 as a person counts and writes them: ``2–5, 9``."""
    found: list[list[int]] = []
    for row in rows:
        if found and row == found[-1][1] + 1:
            found[-1][1] = row
        else:
            found.append([row, row])
    shown = [str(a + 1) if a == b else f"{a + 1}–{b + 1}" for a, b in found[:_LISTED]]
    return ", ".join(shown) + (", …" if len(found) > _LISTED else "")
