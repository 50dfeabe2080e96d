"""Lines of a CSV file → records, each with the line it begins in.

A quotation mark that opens a cell and is not closed makes one cell of all that follows, up to the
next quotation mark: rows vanish into a name, or stand one column aside. So the structure is
looked at, not trusted: a line with such a mark is no record, and the lines after it are read
again without it.
"""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, TextIO

from geo_relocation.errors import LimitError, NotSpatialError
from geo_relocation.messages import _
from geo_relocation.settings import ReadingLimits

_QUOTE = '"'
_BREAK = re.compile(r"\r\n|\r|\n")
_SAME_TEXT = 2
"""Columns of a table whose cells of several lines look like rows of it by chance."""
_READ_AGAIN = 64 << 20
"""Letters that may be read again behind marks that nobody closed."""

csv.field_size_limit(2**31 - 1)  # our own limits are stricter, and tell


@dataclass(frozen=True)
class Record:
    """One row of a text table.

    Attributes
    ----------
    line
        Line of the file that it begins in, from 1.
    cells
        Its cells; None where a quotation mark is not closed.
    lines
        The line itself where its cells are not known; all lines of a record of several.
    """

    line: int
    cells: list[str] | None
    lines: tuple[str, ...] = ()


class Lines:
    """Lines of a text, one by one, which can be given back.

    Parameters
    ----------
    stream
        The text, opened so that its line ends are left alone.
    file
        Its name, for messages.
    limits
        A line, and a cell of several lines, may hold twice the letters of a cell.

    Attributes
    ----------
    number
        The line that was taken last.
    letters
        Letters taken so far, those that were given back taken once.
    """

    def __init__(self, stream: TextIO, file: str, limits: ReadingLimits) -> None:
        self.stream, self.file = stream, file
        self.most = 2 * limits.letters
        self._limit = limits.letters
        self.number = 0
        self.letters = 0
        self._returned: deque[str] = deque()
        self._again = 0

    def take(self) -> str | None:
        """The next line with its end; None after the last.

        Raises
        ------
        LimitError
            If the line is longer than allowed.
        NotSpatialError
            If it holds binary data.
        """
        if self._returned:
            line = self._returned.popleft()
        else:
            line = self.stream.readline(self.most + 1)
            if self.number == 0:
                line = line.removeprefix("\ufeff")
            self._look_at(line)
            self.letters += len(line)
        if not line:
            return None
        self.number += 1
        return line

    def give_back(self, lines: list[str]) -> None:
        """Put lines before those that follow.

        Raises
        ------
        NotSpatialError
            If too much would be read again.
        """
        self._again += sum(map(len, lines))
        if self._again > _READ_AGAIN:
            raise NotSpatialError(
                _("{file} is not a CSV file.", file=self.file),
                why=_(
                    "Too many quotation marks are not closed, one of them in line {line}.",
                    line=self.number - len(lines),
                ),
            )
        self._returned.extendleft(reversed(lines))
        self.number -= len(lines)

    def _look_at(self, line: str) -> None:
        if len(line) > self.most:
            raise LimitError(
                _("{file} has a line of more than {count:n} letters.", file=self.file,
                  count=self.most),
                "letters",
                self._limit,
            )  # fmt: skip
        if "\x00" in line:
            raise NotSpatialError(
                _("{file} is not a text file.", file=self.file), why=_("It holds binary data.")
            )


def read_records(lines: Lines, between: str, *, opened: bool = False) -> Iterator[Record]:
    """Records of a text table, one for each line that is not inside a cell of several lines.

    Behind a mark that is not closed, a line whose marks are odd in number may be the end of its
    cell as well as a row: which of the marks is one too many is not known, so it is no row.

    Parameters
    ----------
    lines
        The text.
    between
        What stands between cells.
    opened
        Whether a mark was opened above.
    """
    while (line := lines.take()) is not None:
        if _QUOTE in line:
            record = _quoted(lines, line, between, alone=opened)
            opened |= record.cells is None
            yield record
        else:
            plain = line.rstrip("\r\n")
            yield Record(lines.number, plain.split(between) if plain else [])


def _quoted(lines: Lines, first: str, between: str, *, alone: bool) -> Record:
    """The record that begins with a line in which a mark stands; `alone`: in that line only."""
    number = lines.number
    if alone and first.count(_QUOTE) % 2:
        return Record(number, None, (first,))
    taken = [first]

    def following() -> Iterator[str]:
        gathered = len(first)
        yield first
        while (line := lines.take()) is not None:
            taken.append(line)
            gathered += len(line)
            if gathered > lines.most:
                return
            yield line

    try:
        cells = next(csv.reader(following(), delimiter=between, strict=True))
    except csv.Error:
        lines.give_back(taken[1:])
        return Record(number, None, (first,))
    if alone and any(cell.count(_QUOTE) % 2 for cell in cells):
        lines.give_back(taken[1:])
        return Record(number, None, (first,))
    return Record(number, cells, tuple(taken) if len(taken) > 1 else ())


class Width(NamedTuple):
    """How wide the rows of a table are.

    Attributes
    ----------
    least, most
        Number of cells of a row.
    named
        Columns that the header has: what stands behind them is empty.
    """

    least: int
    most: int
    named: int


def fits(cells: list[str], width: Width) -> bool:
    """Whether a row has as many cells as the table is wide."""
    return width.least <= len(cells) <= width.most and filled_length(cells) <= width.named


def without_swallowed_rows(
    record: Record, width: Width, between: str, limits: ReadingLimits
) -> list[Record]:
    """A record of several lines, or the records that it rather is.

    It is rows behind a mark that is not closed if it does not fit the table's width, or if the
    lines of one of its cells each would.

    Parameters
    ----------
    record
        What was read as one.
    width
        Of the table.
    between
        What stands between cells.
    limits
        Of the reading.
    """
    if not record.lines or record.cells is None:
        return [record]
    if fits(record.cells, width) and not _reads_as_rows(record.cells, between):
        return [record]
    found = [Record(record.line, None, record.lines[:1])]
    rest = Lines(io.StringIO("".join(record.lines[1:]), newline=""), "", limits)
    rest.number = record.line
    for inner in read_records(rest, between, opened=True):
        found += without_swallowed_rows(inner, width, between, limits)
    return found


def _reads_as_rows(cells: list[str], between: str) -> bool:
    """Whether the lines of a cell, with what stands before and after it, are rows as wide."""
    count = len(cells)
    if count <= _SAME_TEXT:
        return False
    for column, cell in enumerate(cells):
        parts = [part.count(between) for part in _BREAK.split(cell)]
        if len(parts) == 1:
            continue
        rows = [column + parts[0], *parts[1:-1], parts[-1] + count - 1 - column]
        if all(row == count - 1 for row in rows):
            return True
    return False


def filled_length(cells: list[str]) -> int:
    """Number of cells up to the last one that is not empty."""
    length = len(cells)
    while length and not cells[length - 1].strip():
        length -= 1
    return length
