"""A grid of cells as people type it → a table: header search, merged headers, totals rows.

Lists come with a title above, headers over two or three rows with merged cells, a row of
column numbers, headings between groups and totals with signatures below. Nothing of that is
data, and nothing of it may vanish: every row that is set aside is noted with its number.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pandas as pd

from geo_relocation.errors import EmptyLayerError, LimitError
from geo_relocation.ingest.aside import Row, Sorted, is_number, is_numbering, shown_row, sort_rows
from geo_relocation.ingest.raw import Note, RawTable, Tally
from geo_relocation.ingest.sums import differing_totals
from geo_relocation.messages import _
from geo_relocation.model import IMPORTABLE
from geo_relocation.settings import ReadingLimits
from geo_relocation.text.headers import ACCEPT, match_headers
from geo_relocation.text.normalise import search_key

Grid = list[list[object]]
Span = tuple[int, int, int, int]
"""First row, first column, last row, last column of merged cells, from 0."""

Wanted = tuple[frozenset[str], ...]  # search keys of the headers of each column asked for

SEPARATOR = " | "
"""Between the rows of a header that has several; `match_headers` knows it."""

_UNNAMED = "column_"
_SEARCHED_ROWS = 40
_ENOUGH = 3
_LONGEST_HEADER = 120
_HEADER_ROWS = 3
_SERIAL = {"stt", "tt", "so tt", "so thu tu", "no"}


@dataclass(frozen=True)
class Header:
    """Where the header of a grid stands.

    Attributes
    ----------
    first, last
        Its rows, from 0.
    names
        One unique name per column.
    known
        How many of them mean something in the data dictionary.
    """

    first: int
    last: int
    names: tuple[str, ...]
    known: int


def table_from_grid(
    grid: Grid,
    *,
    file: str,
    layer: str = "",
    encoding: str = "",
    merged: Sequence[Span] = (),
    limits: ReadingLimits | None = None,
    wanted: Wanted = (),
) -> RawTable:
    """A raw table from cells.

    Parameters
    ----------
    grid
        Cells row by row; empty cells are None or an empty text.
    file, layer, encoding
        Where the cells come from.
    merged
        Ranges of merged cells, where the format tells them.
    limits
        Of columns that hold a value, and of letters in a cell; the default ones when left out.
    wanted
        Columns of a table that is no list: every row below its header is data.

    Raises
    ------
    EmptyLayerError
        If no row has a value.
    LimitError
        If it has too many columns, or a cell is too long.
    """
    cells, merged, numbers = compact(grid, merged)
    _keep_limits(cells, numbers, file, limits or ReadingLimits())
    header = find_header(cells, merged, numbers, wanted)
    if header is None:
        raise EmptyLayerError(
            _("There is nothing to import in {file}.", file=file), why=_("It has no values.")
        )
    counted = sum(map(_count, cells))
    notes: list[Note] = [_title(row, number) for number, row in enumerate(cells[: header.first], 1)
                         if _filled(row)]  # fmt: skip
    if header.first > next(i for i, row in enumerate(cells) if _filled(row)):
        notes.append(
            Note("header-found", row=header.first + 1, figures={"rows": _rows_text(header)})
        )
    body = [
        (number, row)
        for number, row in enumerate(cells[header.last + 1 :], header.last + 2)
        if _filled(row)
    ]
    below = sum(_count(row) for _, row in body)
    serial = next((i for i, name in enumerate(header.names) if search_key(name) in _SERIAL), None)
    notes.extend(_fill_merged(body, header, merged, cells))
    given = sum(_count(row) for _, row in body) - below
    found = Sorted(kept=body) if wanted else sort_rows(body, serial)
    kept, aside = found.kept, found.notes
    used = [
        i
        for i in range(len(numbers))
        if not header.names[i].startswith(_UNNAMED) or any(row[i] is not None for _, row in kept)
    ]
    frame = pd.DataFrame(
        {header.names[i]: pd.Series([row[i] for _, row in kept], dtype=object) for i in used}
    )
    within = int(frame.notna().to_numpy().sum())
    notes.extend(_apply_headings(frame, found))
    given += int(frame.notna().to_numpy().sum()) - within
    return RawTable(
        frame=frame,
        rows=np.array([number for number, _ in kept], dtype=np.int64),
        file=file,
        layer=layer,
        encoding=encoding,
        notes=(*notes, *aside, *differing_totals(found, header.names)),
        set_aside=len(aside),
        tally=Tally(counted, sum(map(_count, cells[header.first : header.last + 1])), given),
    )


def _fill_merged(
    body: Sequence[Row], header: Header, merged: Sequence[Span], cells: Grid
) -> list[Note]:
    """Give the value of a merged range to all of its rows that hold something of their own.

    Of a number nobody can tell whether it is the sum of the rows or each row's own: it stays
    where it stands.
    """
    rows = dict(body)
    notes = []
    for top, left, bottom, _right in merged:
        value = cells[top][left] if top < len(cells) else None
        below = [row for row in range(top + 2, bottom + 2) if row in rows]
        name = header.names[left]
        if top <= header.last or value is None or not below or search_key(name) in _SERIAL:
            continue
        number = isinstance(value, (int, float)) or is_number(str(value))
        if not number:
            for row in below:
                if rows[row][left] is None:
                    rows[row][left] = value
        kind = "merged-number" if number else "merged-filled"
        figures = {"rows": f"{top + 1}–{bottom + 1}"}
        notes.append(Note(kind, row=top + 1, field=name, value=str(value), figures=figures))
    return notes


def _apply_headings(frame: pd.DataFrame, found: Sorted) -> list[Note]:
    """Give the district and commune of a heading to the rows below that do not say their own."""
    notes = []
    for attribute, values in (("old_district", found.districts), ("old_commune", found.communes)):
        if not any(values):
            continue
        column = _column_for(attribute, [str(name) for name in frame.columns])
        own = frame[column].notna().to_numpy() if column else np.zeros(len(frame), dtype=bool)
        told = np.array([bool(value) for value in values], dtype=bool) & ~own
        held = frame[column].to_list() if column else [None] * len(frame)
        filled = [v if t else h for v, t, h in zip(values, told, held, strict=True)]
        frame[column or attribute] = pd.Series(filled, index=frame.index, dtype=object)
        for name in dict.fromkeys(value for value, t in zip(values, told, strict=True) if t):
            count = int(sum(t and v == name for v, t in zip(values, told, strict=True)))
            notes.append(Note("section-applied", field=attribute, value=name, count=count))
    return notes


def _column_for(attribute: str, columns: list[str]) -> str | None:
    """The column that holds an attribute of sites, by all of its header or its lowest row."""
    for names in (columns, [name.rsplit(SEPARATOR, 1)[-1] for name in columns]):
        if attribute in names:
            return columns[names.index(attribute)]
        for match, column in zip(match_headers(names, "sites"), columns, strict=True):
            if match.attribute == attribute:
                return column
    return None


def _keep_limits(cells: Grid, numbers: Sequence[int], file: str, limits: ReadingLimits) -> None:
    if len(numbers) > limits.columns:
        raise LimitError(
            _("{file} has {count:n} columns with values.", file=file, count=len(numbers)),
            "columns",
            limits.columns,
        )
    longest = max((len(v) for row in cells for v in row if isinstance(v, str)), default=0)
    if longest > limits.letters:
        raise LimitError(
            _("A cell of {file} holds {count:n} letters.", file=file, count=longest),
            "letters",
            limits.letters,
        )


def compact(grid: Grid, merged: Sequence[Span] = ()) -> tuple[Grid, list[Span], list[int]]:
    """Cells with plain values and without the columns that hold nothing.

    A stray format far to the right makes a sheet thousands of columns wide.

    Returns
    -------
    tuple
        Cells, merged ranges over the columns that stay, and those columns' numbers from 1.
    """
    plain = [[_plain(value) for value in row] for row in grid]
    used = sorted({i for row in plain for i, value in enumerate(row) if value is not None})
    whole = used == list(range(len(used))) and all(len(row) == len(used) for row in plain)
    cells = plain if whole else [[r[i] if i < len(r) else None for i in used] for r in plain]
    spans = []
    for top, left, bottom, right in merged:
        first, last = bisect_left(used, left), bisect_right(used, right) - 1
        if first <= last:
            spans.append((top, first, bottom, last))
    return cells, spans, [i + 1 for i in used]


def find_header(
    cells: Grid,
    merged: Sequence[Span] = (),
    numbers: Sequence[int] | None = None,
    wanted: Wanted = (),
) -> Header | None:
    """The header that names the most attributes; the first filled row if none does.

    Parameters
    ----------
    cells, merged, numbers
        As `compact` returns them.
    wanted
        Columns of which the header must name the most instead.
    """
    columns = numbers or range(1, len(cells[0]) + 1 if cells else 1)
    best: Header | None = None
    for first in range(min(len(cells), _SEARCHED_ROWS)):
        if not _filled(cells[first]):
            continue
        if best is not None and best.known >= _ENOUGH and first > best.last + _HEADER_ROWS:
            break
        candidate = _header_at(cells, first, merged, columns, wanted)
        if best is None or candidate.known > best.known:
            best = candidate
    return best


@lru_cache(maxsize=8192)
def is_known(header: str) -> bool:
    """Whether a header means something in any layer that can be imported."""
    if len(header) > _LONGEST_HEADER or is_number(header):
        return False
    for layer in IMPORTABLE:
        (match,) = match_headers([header], layer)
        if match.score >= ACCEPT and match.how != "fuzzy":
            return True
    return False


def _header_at(
    cells: Grid, first: int, merged: Sequence[Span], columns: Sequence[int], wanted: Wanted
) -> Header:
    """The header that would start at row `first`, over as many rows as belong to it."""
    last = first
    if wanted:
        names = _names(cells, first, first, merged, columns)
        keys = {search_key(name) for name in names}
        return Header(first, first, names, sum(not keys.isdisjoint(one) for one in wanted))
    while last + 1 < len(cells) and last - first + 1 < _HEADER_ROWS:
        if not _continues(cells, first, last + 1, merged):
            break
        last += 1
    names = _names(cells, first, last, merged, columns)
    known = sum(is_known(name) for name in names if not name.startswith(_UNNAMED))
    if last + 1 < len(cells) and is_numbering(cells[last + 1]):
        last += 1
    return Header(first, last, names, known)


def _continues(cells: Grid, first: int, row: int, merged: Sequence[Span]) -> bool:
    """Whether `row` still belongs to the header that starts at `first`."""
    if not _filled(cells[row]) or is_numbering(cells[row]):
        return False
    if any(top <= row - 1 and top >= first and bottom >= row for top, _, bottom, _ in merged):
        return True
    texts = [v for v in cells[row] if v is not None]
    if not all(isinstance(v, str) and not is_number(v) for v in texts):
        return False
    above = cells[row - 1]
    # Without merge marks: sub-headers stand under a gap that follows their parent, and
    # nothing stands under the other headers.
    under_gap = [i for i, v in enumerate(cells[row]) if v is not None and above[i] is None and i]
    stray = [
        i
        for i, v in enumerate(cells[row])
        if v is not None
        and above[i] is not None
        and not (i + 1 < len(above) and above[i + 1] is None)
    ]
    return bool(under_gap) and not stray


def _names(
    cells: Grid, first: int, last: int, merged: Sequence[Span], columns: Sequence[int]
) -> tuple[str, ...]:
    width = len(cells[first])
    spread = [list(row) for row in cells[first : last + 1]]
    for top, left, bottom, right in merged:
        if first <= top <= last:
            for row in range(top, min(bottom, last) + 1):
                for column in range(left, min(right, width - 1) + 1):
                    spread[row - first][column] = cells[top][left]
    if last > first and not merged:
        _spread_parents(spread)
    joined = []
    for column in range(width):
        parts: list[str] = []
        for cells_of_row in spread:
            value = cells_of_row[column]
            text = "" if value is None else " ".join(str(value).split())
            if text and (not parts or parts[-1] != text):
                parts.append(text)
        joined.append(SEPARATOR.join(parts))
    return _unique(joined, columns)


def _spread_parents(rows: Grid) -> None:
    """Give a parent header to the gaps after it, as far as sub-headers stand below."""
    for above, below in pairwise(rows):
        parent: object = None
        for column, value in enumerate(above):
            if value is not None:
                parent = value if below[column] is not None else None
            elif below[column] is not None and parent is not None:
                above[column] = parent


def _unique(names: Sequence[str], columns: Sequence[int]) -> tuple[str, ...]:
    """Names made unique; empty ones become ``column_<number>``."""
    seen: Counter[str] = Counter()
    unique = []
    for number, name in zip(columns, names, strict=True):
        own = name or f"{_UNNAMED}{number}"
        seen[own] += 1
        unique.append(own if seen[own] == 1 else f"{own} ({seen[own]})")
    return tuple(unique)


def _filled(row: Sequence[object]) -> bool:
    return row.count(None) < len(row)


def _count(row: Sequence[object]) -> int:
    return len(row) - row.count(None)


def _title(row: Sequence[object], number: int) -> Note:
    """A note on a row above the header."""
    return Note("title-row", row=number, value=shown_row(row), cells=_count(row))


def _plain(value: object) -> object:
    """A cell's value: None for an empty one, whole numbers as integers."""
    if isinstance(value, str):
        return value if value[:1].isalnum() or value.strip(" \t\r\n\xa0\u200b\ufeff") else None
    if isinstance(value, float):
        if np.isnan(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    return value


def _rows_text(header: Header) -> str:
    first, last = header.first + 1, header.last + 1
    return str(first) if first == last else f"{first}–{last}"
