"""Text tables in: CSV, TSV and the like, line by line and under limits."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from geo_relocation.errors import (
    AmbiguousEncodingError,
    FileMissingError,
    LimitError,
    NotSpatialError,
)
from geo_relocation.ingest.encodings import SINGLE_BYTES, decoded, detected, known_encoding
from geo_relocation.ingest.formats import first_bytes
from geo_relocation.ingest.grids import Grid, table_from_grid
from geo_relocation.ingest.raw import RawTable
from geo_relocation.settings import ReadingLimits
from geo_relocation.text.legacy import Encoding

_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_DELIMITERS = ",;\t|"
_BLOCK = 1 << 20
_MEGABYTE = 1 << 20
_OF_A_TEXT, _OF_A_PLACE = 56, 8
"""Bytes that a text takes beside its letters, and a cell in its row."""

csv.field_size_limit(2**31 - 1)  # our own limits are stricter, and tell


def read_delimited(path: Path, limits: ReadingLimits, *, encoding: str | None = None) -> RawTable:
    """Read a CSV file with any of the usual delimiters, with or without a byte-order mark.

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
            f"{path.name} holds {size / _MEGABYTE:,.0f} MB.", "megabytes", limits.megabytes
        )
    codec, legacy, unicode = _encoding(path, encoding)
    try:
        with path.open(encoding=codec, newline="") as stream:
            between = delimiter(stream.read(1 << 16))
            stream.seek(0)
            grid = _grid(stream, path.name, between, limits)
    except OSError as error:
        raise FileMissingError(
            f"{path.name} cannot be opened.", why=error.strerror or str(error)
        ) from error
    except UnicodeError as error:
        raise AmbiguousEncodingError(
            f"The text of {path.name} is not {codec}.", why=str(error)
        ) from error
    except csv.Error as error:
        raise NotSpatialError(f"{path.name} is not a CSV file.", why=str(error)) from error
    used = encoding if encoding is not None and codec != "utf-8-sig" else codec
    raw = table_from_grid(grid, file=path.name, encoding=used, limits=limits)
    return decoded(raw, legacy) if legacy is not None else detected(raw, unicode=unicode)


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
    head = first_bytes(path)
    for mark, codec in _MARKS.items():
        if head.startswith(mark):
            return codec, None, True
    reader = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                reader.decode(block)
            reader.decode(b"", final=True)
    except UnicodeDecodeError:
        return SINGLE_BYTES, None, False
    except OSError as error:
        raise FileMissingError(
            f"{path.name} cannot be opened.", why=error.strerror or str(error)
        ) from error
    return "utf-8", None, True


def _grid(stream: TextIO, file: str, between: str, limits: ReadingLimits) -> Grid:
    """The cells, counted while they are read."""
    lines = _Lines(stream, file, limits)
    grid: Grid = []
    cells = letters = places = 0
    for row in csv.reader(lines, delimiter=between):
        letters += lines.gathered
        lines.gathered = 0
        grid.append(list(row))
        cells += sum(map(bool, row))
        places += len(row)
        if len(grid) > limits.rows:
            raise LimitError(f"{file} has more than {limits.rows:,} rows.", "rows", limits.rows)
        if cells > limits.cells:
            raise LimitError(f"{file} has more than {limits.cells:,} cells.", "cells", limits.cells)
        if _OF_A_TEXT * cells + letters + _OF_A_PLACE * places > limits.memory_mb * _MEGABYTE:
            raise LimitError(
                f"Reading {file} needs too much memory.", "memory_mb", limits.memory_mb
            )
    return grid


class _Lines:
    """Lines of a text, as long as no row gathers more letters than a cell may hold, twice.

    The reader of CSV holds a row as a whole, and a quotation mark that nobody closed makes one
    row of the rest of the file: what a row has gathered is counted before the reader sees it.
    """

    def __init__(self, stream: TextIO, file: str, limits: ReadingLimits) -> None:
        self.stream, self.file, self.limits = stream, file, limits
        self.gathered = 0

    def __iter__(self) -> Iterator[str]:
        """Give line after line."""
        most = 2 * self.limits.letters
        while line := self.stream.readline(most + 1):
            self.gathered += len(line)
            if self.gathered > most:
                raise LimitError(
                    f"{self.file} has a row of more than {most:,} letters.",
                    "letters",
                    self.limits.letters,
                )
            if "\x00" in line:
                raise NotSpatialError(
                    f"{self.file} is not a text file.", why="It holds binary data."
                )
            yield line


def delimiter(text: str) -> str:
    """The delimiter that splits the first lines into the most even columns."""
    lines = [line for line in text[:65536].splitlines()[:30] if line.strip()]
    best, best_score = ",", 0.0
    for candidate in _DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=candidate)]
        except csv.Error:
            continue
        common = max(set(widths), key=lambda w: (widths.count(w), w)) if widths else 1
        score = (common - 1) * widths.count(common) / max(len(widths), 1)
        if score > best_score:
            best, best_score = candidate, score
    return best
