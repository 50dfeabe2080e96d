"""Rules, scenarios and tables that a command names as files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from geo_relocation.errors import FileMissingError, UsageError
from geo_relocation.lazy import later
from geo_relocation.messages import _
from geo_relocation.plaintext import unicode_text
from geo_relocation.text.normalise import search_key

if TYPE_CHECKING:
    from geo_relocation.ingest.convert import as_objects, text_of
    from geo_relocation.ingest.formats import require_file
    from geo_relocation.ingest.readers import read_side_table
else:
    as_objects = later("geo_relocation.ingest.convert", "as_objects")
    text_of = later("geo_relocation.ingest.convert", "text_of")
    read_side_table = later("geo_relocation.ingest.readers", "read_side_table")
    require_file = later("geo_relocation.ingest.formats", "require_file")

_LONGEST_TEXT = 16 << 20
"""Bytes of a file of rules, a scenario or a table of codes."""


def read_side_rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a small table, each with its number, by the columns that it must have.

    Raises
    ------
    UsageError
        If a column is missing, or a line cannot be read.
    IngestError
        If the file is no table.
    """
    raw = read_side_table(path, tuple(frozenset({search_key(name)}) for name in columns))
    named = {search_key(str(column)): column for column in raw.frame.columns}
    missing = [name for name in columns if search_key(name) not in named]
    if missing:
        raise UsageError(
            _("{file} has no column(s) {names}.", file=raw.file, names=", ".join(missing))
        )
    held = [as_objects(raw.frame[named[search_key(name)]]) for name in columns]
    for row, *cells in zip(raw.rows.tolist(), *held, strict=True):
        texts = ["" if cell is None else text_of(cell) for cell in cells]
        yield row, dict(zip(columns, texts, strict=True))


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
