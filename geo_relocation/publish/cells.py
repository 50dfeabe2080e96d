"""What a sheet of Excel can hold, and what is done with the rest: one place for all workbooks."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from numbers import Real
from pathlib import Path

import numpy as np
import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from geo_relocation.messages import Language, ngettext
from geo_relocation.publish.kinds import office_mark
from geo_relocation.publish.words import word
from geo_relocation.standing.days import local_time
from geo_relocation.text.printing import printable
from geo_relocation.words import say

LONGEST_TEXT = 32_767
"""Characters that a cell of Excel can hold."""

MOST_ROWS = 1_048_576
"""Rows that a sheet of Excel can hold."""

_LISTED = 1000
"""Cut cells that are listed one by one."""

_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""A text is always written as text, so that one that begins with ``=`` is no formula."""

_FIRST_YEAR = 1900
"""Earlier days are no dates to Excel."""

DATES: Mapping[Language, str] = {"vi": "dd/mm/yyyy", "en": "yyyy-mm-dd"}
"""Formats of days. Numbers take the separators of the reader's own Excel."""

_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


@dataclass
class Limits:
    """Keeps a workbook within what Excel can hold, and remembers what that took.

    Attributes
    ----------
    language
        Of the words.
    split
        Name of a list → sheets it takes.
    cut
        Sheet, row (as Excel counts) and header of each cell that was cut.
    """

    language: Language
    split: dict[str, int] = field(default_factory=dict)
    cut: list[tuple[str, int, str]] = field(default_factory=list)

    def parts(self, name: str, frame: pd.DataFrame, top: int) -> Iterator[pd.DataFrame]:
        """The rows of a list, sheet by sheet; an empty list is one empty sheet.

        Parameters
        ----------
        name
            Of the list.
        top
            Rows that each sheet begins with.
        """
        room = MOST_ROWS - top
        starts = range(0, max(len(frame), 1), room)
        if len(starts) > 1:
            self.split[name] = len(starts)
        for start in starts:
            yield frame.iloc[start : start + room]

    def fitting(self, text: str, sheet: str, row: int, header: str) -> str:
        """A text that a cell can hold, counted from row 0; one that is cut says so at its end."""
        text = printable(text)
        if len(text) <= LONGEST_TEXT:
            return text
        self.cut.append((sheet, row + 1, header))
        mark = word("cut_here", self.language)
        return text[: LONGEST_TEXT - len(mark)] + mark

    def notes(self) -> tuple[str, ...]:
        """What was split and cut, in words."""
        found = [
            ngettext(
                "{name:q} takes {count:n} sheet: a sheet holds at most {most:n} rows.",
                "{name:q} takes {count:n} sheets: a sheet holds at most {most:n} rows.",
                count,
                name=name,
                most=MOST_ROWS,
            )
            for name, count in self.split.items()
        ]
        if self.cut:
            sheet, row, header = self.cut[0]
            found.append(
                ngettext(
                    "{count:n} cell longer than {most:n} letters was cut: on sheet {sheet:q}, row "
                    "{row:n}, column {header:q}; the last sheet lists it.",
                    "{count:n} cells longer than {most:n} letters were cut, the first on sheet "
                    "{sheet:q}, row {row:n}, column {header:q}; the last sheet lists them.",
                    len(self.cut),
                    most=LONGEST_TEXT,
                    sheet=sheet,
                    row=row,
                    header=header,
                )
            )
        return tuple(say(note, self.language) for note in found)

    def listed(self) -> list[str]:
        """The cut cells one by one, as many as are listed."""
        rows = [f"{sheet}: {row}, {header}" for sheet, row, header in self.cut[:_LISTED]]
        return [*rows, "…"] if len(self.cut) > _LISTED else rows


def put(
    page: Worksheet,
    row: int,
    number: int,
    value: object,
    style: Format | None,
    *,
    limits: Limits,
    header: str,
) -> None:
    """Write one value: a text as text, an instant as the clock in Vietnam shows it."""
    if pd.isna(value):
        page.write_blank(row, number, None, style)
    elif isinstance(value, pd.Timestamp) and value.year >= _FIRST_YEAR:
        page.write_datetime(row, number, local_time(value).to_pydatetime(), style)
    elif isinstance(value, bool | np.bool_):
        page.write_boolean(row, number, bool(value), style)
    elif isinstance(value, Real) and math.isfinite(value):
        page.write_number(row, number, float(value), style)
    else:
        text = limits.fitting(str(value), page.get_name(), row, header)
        page.write_string(row, number, text, style)


@contextmanager
def workbook(
    path: Path, what: str, title: str, *, rows_to_disk: bool = False
) -> Iterator[Workbook]:
    """A new workbook, closed when the block ends.

    Parameters
    ----------
    path
        The file; what the library keeps aside stands beside it.
    what
        Its mark, by which it is known again as long as nobody has edited it.
    title
        In its properties.
    rows_to_disk
        Whether rows go to the disk as they are written: row by row, for long lists.
    """
    options = {**_OPTIONS, "constant_memory": rows_to_disk, "tmpdir": str(path.parent)}
    book = Workbook(str(path), options)
    book.set_properties(
        {
            "title": printable(title),
            "keywords": office_mark(what),
            "created": datetime.now(UTC).replace(microsecond=0, tzinfo=None),
        }
    )
    try:
        yield book
        book.close()
    finally:
        for page in book.worksheets():
            if rows_to_disk and page.row_data_fh is not None:
                # The library leaves it open when a write fails, and then fails to flush it.
                with suppress(OSError):
                    page.row_data_fh.close()


def sheet_name(wanted: str, taken: set[str]) -> str:
    """A name that Excel accepts and no other sheet has: at most 31 characters."""
    base = " ".join(printable(wanted).translate(_FORBIDDEN).split())[:31].strip() or "Sheet"
    name, number = base, 1
    while name.casefold() in taken:
        number += 1
        suffix = f" ({number})"
        name = base[: 31 - len(suffix)] + suffix
    taken.add(name.casefold())
    return name
