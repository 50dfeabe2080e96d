"""Rules, scenarios and tables that a command names as files."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from geo_relocation.errors import FileMissingError, UsageError
from geo_relocation.lazy import later
from geo_relocation.messages import _
from geo_relocation.plaintext import unicode_text

if TYPE_CHECKING:
    from geo_relocation.ingest.delimited import delimiter
    from geo_relocation.ingest.formats import require_file
else:
    delimiter = later("geo_relocation.ingest.delimited", "delimiter")
    require_file = later("geo_relocation.ingest.formats", "require_file")

_LONGEST_TEXT = 16 << 20
"""Bytes of a file of rules, a scenario or a table of codes."""


def read_csv_text(path: Path) -> str:
    """A small table as CSV with commas, whatever stood between its columns.

    Raises
    ------
    UsageError
        If a quotation mark is not closed, or a row has more or fewer cells than the first: with
        its line.
    """
    text = read_text(path)
    written = io.StringIO()
    writer = csv.writer(written)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text), strict=True)
    width = 0
    try:
        for row in reader:
            width = width or len(row)
            if row and len(row) != width:
                raise UsageError(
                    _("Line {line} of {path} has {count:n} cells, its header {header:n}.",
                      line=reader.line_num, path=path, count=len(row), header=width)
                )  # fmt: skip
            writer.writerow(row)
    except csv.Error as error:
        raise UsageError(
            _("A quotation mark in {path} is not closed.", path=path),
            why=_("Line {line}: {words}.", line=reader.line_num, words=str(error)),
        ) from error
    return written.getvalue()


def read_text(path: Path) -> str:
    """The text of a file the user named.

    Raises
    ------
    FileMissingError
        If it is not there or not text in UTF-8 or UTF-16.
    NotSpatialError
        If it is a folder, a pipe or a device.
    UsageError
        If it is far longer than rules, scenarios and tables of codes are.
    """
    try:
        with require_file(path).open("rb") as stream:
            data = stream.read(_LONGEST_TEXT + 1)
        if len(data) > _LONGEST_TEXT:
            raise UsageError(
                _("{path} is longer than {count:n} bytes.", path=path, count=_LONGEST_TEXT),
                why=_("Rules, scenarios and tables of codes are far shorter."),
            )
        return unicode_text(data)
    except OSError as error:
        raise FileMissingError(
            _("{path} cannot be read.", path=path), why=str(error.strerror)
        ) from error
    except UnicodeDecodeError as error:
        raise FileMissingError(
            _("{path} is not UTF-8 text.", path=path),
            hint=_("Save it as UTF-8 and run this again."),
        ) from error
