"""Tables in: CSV and spreadsheets, whose rows keep the numbers a person sees."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    XmlError,
    ZipError,
)

from geo_relocation.errors import (
    AmbiguousEncodingError,
    EmptyLayerError,
    NotSpatialError,
    UnknownNameError,
    UsageError,
)
from geo_relocation.ingest.encodings import (
    SINGLE_BYTES,
    decoded,
    detected,
    known_encoding,
)
from geo_relocation.ingest.grids import Grid, Span, compact, find_header, table_from_grid
from geo_relocation.ingest.raw import Note, RawTable
from geo_relocation.text.legacy import Encoding

_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_DELIMITERS = ",;\t|"
_BROKEN = (CalamineError, PasswordError, XmlError, ZipError, OSError, ValueError)
_MOST_CELLS = 50_000_000
_LONGEST_FIELD = 2**31 - 1

csv.field_size_limit(_LONGEST_FIELD)  # outlines written as WKT are long


def read_delimited(
    path: Path, *, where: str | None = None, encoding: str | None = None
) -> RawTable:
    """Read a CSV file with any of the usual delimiters, with or without a byte-order mark.

    Raises
    ------
    AmbiguousEncodingError
        If its encoding cannot be told, or is not what was given.
    NotSpatialError
        If it is not a table of text.
    """
    text, used, legacy, unicode = _opened_text(path.read_bytes(), path.name, encoding)
    if "\x00" in text:
        raise NotSpatialError(f"{path.name} is not a text file.", why="It holds binary data.")
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text))
        grid: Grid = [list(row) for row in reader]
    except csv.Error as error:
        raise NotSpatialError(f"{path.name} is not a CSV file.", why=str(error)) from error
    raw = table_from_grid(grid, file=path.name, encoding=used)
    raw = decoded(raw, legacy) if legacy is not None else detected(raw, unicode=unicode)
    return filtered(raw, where)


def _opened_text(
    data: bytes, name: str, encoding: str | None
) -> tuple[str, str, Encoding | None, bool]:
    """The text, what it was opened with, what it must be decoded from, and if it is Unicode.

    Raises
    ------
    UsageError
        If `encoding` is unknown.
    AmbiguousEncodingError
        If the bytes do not fit it.
    """
    if encoding is not None:
        codec, legacy = known_encoding(encoding)
        return _decoded_as(data, name, codec), encoding, legacy, True
    for mark, codec in _MARKS.items():
        if data.startswith(mark):
            return _decoded_as(data, name, codec), codec, None, True
    try:
        return data.decode("utf-8"), "utf-8", None, True
    except UnicodeDecodeError:
        return data.decode(SINGLE_BYTES), SINGLE_BYTES, None, False


def _decoded_as(data: bytes, name: str, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except (UnicodeError, ValueError) as error:
        raise AmbiguousEncodingError(
            f"The text of {name} is not {encoding}.", why=str(error)
        ) from error


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


def sheet_names(path: Path) -> list[str]:
    """Names of the sheets of a workbook.

    Raises
    ------
    NotSpatialError
        If the workbook cannot be opened.
    """
    with _opened(path) as book:
        return list(book.sheet_names)


def read_spreadsheet(path: Path, *, sheet: str | None = None, where: str | None = None) -> RawTable:
    """Read one sheet of an Excel or OpenDocument workbook.

    Without `sheet` the one whose header names the most attributes is read, if it stands out;
    the sheets that were left are noted.

    Raises
    ------
    NotSpatialError
        If the workbook cannot be opened.
    UnknownNameError
        If there is no such sheet.
    UsageError
        If several sheets look like lists and none is named.
    EmptyLayerError
        If there are no values.
    """
    with _opened(path) as book:
        names = list(book.sheet_names)
        if sheet is not None and sheet not in names:
            raise UnknownNameError(f"sheet in {path.name}", sheet, names)
        grids: dict[str, tuple[Grid, list[Span]]] = {}
        for name in names if sheet is None else [sheet]:
            cells, merged = _read_sheet(book, path, name)
            if any(value not in {"", None} for row in cells for value in row):
                grids[name] = (cells, merged)
    chosen, left = _choose_sheet(path.name, grids)
    grid, spans = grids[chosen]
    raw = table_from_grid(grid, file=path.name, layer=chosen, merged=spans)
    if left:
        raw = raw.noted(Note("sheets-left", value=", ".join(left), count=len(left)))
    return filtered(raw, where)


def _read_sheet(book: CalamineWorkbook, path: Path, name: str) -> tuple[Grid, list[Span]]:
    """Cells and merged ranges of one sheet."""
    with _damage_told(f"Sheet {name!r} of {path.name} cannot be read."):
        read = book.get_sheet_by_name(name)
        if read.height * read.width <= _MOST_CELLS:
            merged = [
                (top, left, bottom, right)
                for (top, left), (bottom, right) in (read.merged_cell_ranges or [])
            ]
            return [list(row) for row in read.to_python(skip_empty_area=False)], merged
    raise NotSpatialError(
        f"Sheet {name!r} of {path.name} is {read.height} rows by {read.width} columns.",
        why="A stray cell far outside the list makes it so large.",
        hint="Delete the empty rows and columns beside the list, and save.",
    )


@contextmanager
def _damage_told(what: str) -> Iterator[None]:
    """Turn whatever a damaged workbook makes the reader raise into our own error."""
    try:
        yield
    except PasswordError as error:
        raise NotSpatialError(what, why="It is protected by a password.") from error
    except _BROKEN as error:
        raise NotSpatialError(what, why=str(error)) from error
    except BaseException as error:
        # The reader is written in Rust: what it did not foresee is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise NotSpatialError(what, why="The file is damaged.") from error


def _choose_sheet(file: str, grids: dict[str, tuple[Grid, list[Span]]]) -> tuple[str, list[str]]:
    if not grids:
        raise EmptyLayerError(f"There is nothing to import in {file}.", why="Its sheets are empty.")
    known = {}
    for name, (grid, spans) in grids.items():
        header = find_header(*compact(grid, spans))
        known[name] = header.known if header else 0
    order = sorted(known, key=lambda name: -known[name])
    if len(order) > 1 and 2 * known[order[1]] >= known[order[0]]:
        raise UsageError(
            f"{file} has several sheets with lists: {', '.join(order)}.",
            hint="Choose one with --layer, and import the others after it.",
        )
    return order[0], order[1:]


def _opened(path: Path) -> CalamineWorkbook:
    with _damage_told(f"{path.name} is not a workbook that can be read."):
        return CalamineWorkbook.from_path(str(path))


def filtered(raw: RawTable, where: str | None) -> RawTable:
    """The rows of a table that meet an SQL condition over its columns.

    The condition is SQLite's: texts that look like numbers compare as numbers.

    Raises
    ------
    UsageError
        If the condition cannot be read.
    """
    if where is None:
        return raw
    names = [f'"{str(name).replace(chr(34), chr(34) * 2)}" NUMERIC' for name in raw.frame.columns]
    marks = ", ".join("?" * (len(names) + 1))
    database = sqlite3.connect(":memory:")
    try:
        database.execute(f"CREATE TABLE source (_position INTEGER, {', '.join(names)})")
        rows = zip(range(len(raw)), *(raw.frame[c].map(_sqlite) for c in raw.frame), strict=True)
        database.executemany(f"INSERT INTO source VALUES ({marks})", rows)
        held = database.execute(f"SELECT _position FROM source WHERE {where}").fetchall()
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise UsageError(
            f"The filter {where!r} cannot be applied to {raw.file}.",
            why=str(error),
            hint="It is an SQL condition over the file's columns, in double quotes if need be.",
        ) from error
    finally:
        database.close()
    mask = np.zeros(len(raw), dtype=bool)
    mask[[position for (position,) in held]] = True
    return raw.take(mask)


def _sqlite(value: object) -> object:
    """A value as SQLite takes it."""
    if value is None or isinstance(value, int | float | str):
        return value
    return None if value is pd.NaT or value is pd.NA else str(value)
