"""Text tables in: CSV, TSV and the like, line by line and under limits."""

from __future__ import annotations

import codecs
import csv
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from geo_relocation.arrays import IntArray
from geo_relocation.errors import (
    AmbiguousEncodingError,
    FileMissingError,
    LimitError,
    NotSpatialError,
)
from geo_relocation.ingest.encodings import SINGLE_BYTES, decoded, detected, known_encoding
from geo_relocation.ingest.formats import first_bytes
from geo_relocation.ingest.grids import Grid, Wanted, compact, find_header, table_from_grid
from geo_relocation.ingest.raw import Note, RawTable
from geo_relocation.ingest.records import (
    Lines,
    Record,
    Width,
    filled_length,
    fits,
    read_records,
    without_swallowed_rows,
)
from geo_relocation.messages import _
from geo_relocation.plaintext import unicode_codec
from geo_relocation.settings import ReadingLimits
from geo_relocation.text.legacy import Encoding

_DELIMITERS = ",;\t|"
_NAMED = re.compile(r"sep=(.)[ \t]*(?=[\r\n])")
"""The first line by which Excel is told what stands between columns."""

_LINE_END = re.compile(r"\r\n|\r|\n")
_TOP = 60
"""Rows in which the header stands, if there is one."""

_SEVERAL = 3
"""Rows of one length that say how rows of a file are written."""

_BLOCK = 1 << 20
_MEGABYTE = 1 << 20
_OF_A_TEXT, _OF_A_PLACE = 56, 8
"""Bytes that a text takes beside its letters, and a cell in its row."""


def read_delimited(
    path: Path, limits: ReadingLimits, *, encoding: str | None = None, wanted: Wanted = ()
) -> RawTable:
    """Read a CSV file with any of the usual delimiters, with or without a byte-order mark.

    `wanted` names the columns of a table that is no list.

    Raises
    ------
    AmbiguousEncodingError
        If its encoding cannot be told, or is not what was given.
    NotSpatialError
        If it is not a table of text.
    LimitError
        If it is larger than allowed.
    """
    size = path.stat().st_size
    if size > limits.megabytes * _MEGABYTE:
        raise LimitError(
            _("{file} holds {size:n0} MB.", file=path.name, size=size / _MEGABYTE),
            "megabytes",
            limits.megabytes,
        )
    codec, legacy, unicode = _encoding(path, encoding)
    try:
        table = _read(path, codec, limits, wanted)
    except OSError as error:
        raise _unopened(path, error) from error
    except UnicodeError as error:
        raise AmbiguousEncodingError(
            _("The text of {file} is not {encoding}.", file=path.name, encoding=codec),
            why=str(error),
        ) from error
    used = encoding if encoding is not None and codec != "utf-8-sig" else codec
    raw = table_from_grid(table.grid, file=path.name, encoding=used, limits=limits, wanted=wanted)
    raw = _by_line(_without_torn_rows(raw, table), table)
    return decoded(raw, legacy) if legacy is not None else detected(raw, unicode=unicode)


def _unopened(path: Path, error: OSError) -> FileMissingError:
    return FileMissingError(
        _("{file} cannot be opened.", file=path.name), why=error.strerror or str(error)
    )


def _encoding(path: Path, told: str | None) -> tuple[str, Encoding | None, bool]:
    """What to open a file with, what its texts are decoded from after that, if it is Unicode.

    Raises
    ------
    UsageError
        If the encoding that was told is unknown.
    """
    if told is not None:
        codec, legacy = known_encoding(told)
        return codec, legacy, True
    shown = unicode_codec(first_bytes(path))
    if shown is not None:
        return shown, None, True
    reader = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                reader.decode(block)
            reader.decode(b"", final=True)
    except UnicodeDecodeError:
        return SINGLE_BYTES, None, False
    except OSError as error:
        raise _unopened(path, error) from error
    return "utf-8", None, True


@dataclass(frozen=True)
class _Table:
    """Cells row by row, and the line that each row begins in; none for lines without cells."""

    grid: Grid
    records: list[Record]
    between: str
    width: Width

    @property
    def lines(self) -> IntArray:
        """Line of each row."""
        return np.array([record.line for record in self.records], dtype=np.int64)


def _read(path: Path, codec: str, limits: ReadingLimits, wanted: Wanted) -> _Table:
    with path.open(encoding=codec, newline="") as stream:
        start = stream.read(1 << 16).removeprefix("\ufeff")
        stream.seek(0)
        named = _NAMED.match(start)
        between = named[1] if named else delimiter(start)
        lines = Lines(stream, path.name, limits)
        if named:
            lines.take()
        records = list(_counted(lines, between, path.name, limits))
    width = _width(records, path.name, wanted)
    if any(record.lines for record in records):
        records = [
            one
            for record in records
            for one in without_swallowed_rows(record, width, between, limits)
        ]
    return _Table([list(record.cells or ()) for record in records], records, between, width)


def _counted(lines: Lines, between: str, file: str, limits: ReadingLimits) -> Iterator[Record]:
    """The records, counted while they are read."""
    cells = places = 0
    for rows, record in enumerate(read_records(lines, between), 1):
        if record.cells is not None:
            cells += sum(map(bool, record.cells))
            places += len(record.cells)
        if rows > limits.rows:
            raise LimitError(
                _("{file} has more than {count:n} rows.", file=file, count=limits.rows),
                "rows", limits.rows,
            )  # fmt: skip
        if cells > limits.cells:
            raise LimitError(
                _("{file} has more than {count:n} cells.", file=file, count=limits.cells),
                "cells", limits.cells,
            )  # fmt: skip
        if _OF_A_TEXT * cells + lines.letters + _OF_A_PLACE * places > limits.memory_mb * _MEGABYTE:
            raise LimitError(
                _("Reading {file} needs too much memory.", file=file),
                "memory_mb", limits.memory_mb,
            )  # fmt: skip
        yield record


def _width(records: list[Record], file: str, wanted: Wanted) -> Width:
    """Cells of the header: up to the last that is named, and as many as were written.

    Raises
    ------
    NotSpatialError
        If a quotation mark above the first row of data is not closed: then what the columns are
        called is not known.
    """
    top = records[:_TOP]
    header = find_header(*compact([list(record.cells or ()) for record in top]), wanted)
    # Where no name is known, what was taken for the header may be the title above it.
    last = -1 if header is None else header.last + (header.known == 0)
    for record in top[: last + 1]:
        if record.cells is None:
            raise NotSpatialError(
                _("The header of {file} cannot be read.", file=file),
                why=_("A quotation mark in line {line} is not closed.", line=record.line),
                hint=_("Close or remove it, and run this again."),
            )
    if header is None:
        return Width(0, sys.maxsize, sys.maxsize)
    rows = [record.cells or [] for record in top[header.first : header.last + 1]]
    named, most = max(map(filled_length, rows)), max(map(len, rows))
    body = [record.cells for record in top[header.last + 1 :] if record.cells]
    # Programs that end each row with a delimiter, or only the header, do so throughout.
    common = Counter(map(len, body)).most_common(1)[0][0] if body else 0
    bare = sum(len(row) == common and filled_length(row) <= most for row in body)
    if bare >= _SEVERAL and 2 * bare > len(body) and common >= named:
        return Width(common, common, most)
    return Width(named, most, most)


def _without_torn_rows(raw: RawTable, table: _Table) -> RawTable:
    """The table without rows that are torn, each noted.

    A row wider or narrower than the header has a cell too many or too few, and which one nobody
    knows: read as it stands, values would come under the name of another column.

    Raises
    ------
    NotSpatialError
        If no row is left.
    """
    held = raw.cells_by_row()
    notes = [
        Note("quote-open", row=number, value=record.lines[0].strip())
        for number, record in enumerate(table.records, 1)
        if record.cells is None
    ]
    torn = np.array([not fits(table.grid[row - 1], table.width) for row in raw.rows], dtype=bool)
    most = table.width.named
    for row, filled in zip(raw.rows[torn].tolist(), held[torn].tolist(), strict=True):
        cells = table.grid[row - 1]
        kind = (
            "row-too-wide"
            if len(cells) > table.width.most or filled_length(cells) > most
            else "row-too-narrow"
        )
        value = table.between.join(cells).strip()
        figures = {"cells": len(cells), "header": table.width.most}
        notes.append(Note(kind, row=row, value=value, figures=figures, cells=filled))
    if not notes:
        return raw
    if torn.all():
        first = notes[0]
        line = int(table.lines[(first.row or 1) - 1])
        raise NotSpatialError(
            _("No row of {file} fits its header.", file=raw.file),
            why=_("A quotation mark in line {line} is not closed.", line=line)
            if first.kind == "quote-open"
            else _(
                "Line {line} has {count:n} cells, the header {header:n}.",
                line=line,
                count=len(table.grid[(first.row or 1) - 1]),
                header=most,
            ),
        )
    kept = raw.take(~torn) if torn.any() else raw
    return replace(kept.noted(*notes), set_aside=raw.set_aside + len(notes))


def _by_line(raw: RawTable, table: _Table) -> RawTable:
    """Rows and notes numbered by the line they begin in, where that is another number."""
    lines = table.lines
    if not len(lines) or lines[-1] == len(lines):
        return raw
    notes = tuple(
        note if note.row is None else replace(note, row=int(lines[note.row - 1]))
        for note in raw.notes
    )
    return replace(raw, rows=lines[raw.rows - 1], notes=notes)


def delimiter(text: str) -> str:
    """The delimiter that splits the first lines into the most even columns."""
    lines = [line for line in _LINE_END.split(text[:65536])[:30] if line.strip()]
    best, best_score = ",", 0.0
    for candidate in _DELIMITERS:
        # Each line by itself: a quotation mark that is not closed spoils one only.
        widths = [len(next(csv.reader([line], delimiter=candidate))) for line in lines]
        common = max(set(widths), key=lambda w: (widths.count(w), w)) if widths else 1
        score = (common - 1) * widths.count(common) / max(len(widths), 1)
        if score > best_score:
            best, best_score = candidate, score
    return best
