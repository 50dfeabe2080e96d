"""Tables that a person can read: labelled, ids whole, rows one below the other if too wide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console, Group, RenderableType
from rich.table import Column, Table
from rich.text import Text as Line

from geo_relocation.cli.labels import label, written
from geo_relocation.errors import UnknownNameError
from geo_relocation.messages import _
from geo_relocation.text.printing import printable

_NARROWEST = 12
"""Characters that a column of words needs at least to be read across."""


@dataclass(frozen=True)
class View:
    """How a table is to be shown.

    Attributes
    ----------
    columns
        Columns to show, by code and in this order; empty: all of them.
    csv
        File to write the whole table to, codes and plain figures; None: none.
    """

    columns: tuple[str, ...] = ()
    csv: Path | None = None

    def chosen(self, columns: Sequence[str]) -> list[str]:
        """The columns to show of those that there are.

        Raises
        ------
        UnknownNameError
            If one is asked for that there is not.
        """
        for name in self.columns:
            if name not in columns:
                raise UnknownNameError(_("column"), name, columns)
        return list(self.columns or columns)

    def of(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The part of a frame that is to be shown."""
        return frame[self.chosen(list(frame.columns))] if self.columns else frame


ALL = View()
"""All columns, on the terminal only."""


def is_id(name: str) -> bool:
    """Whether a column holds ids, which have to be copied whole."""
    return name in {"id", "event_id", "replaces"} or name.endswith("_id")


def table(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], *, title: str, width: int
) -> RenderableType:
    """A table to print, or the rows one below the other where the columns do not fit.

    Parameters
    ----------
    columns
        Codes of the columns.
    rows
        Values, as many in each row as there are columns.
    title
        Head of the table; empty for none.
    width
        Characters of a line.
    """
    cells = [
        [printable(written(v, name)) for v, name in zip(row, columns, strict=True)] for row in rows
    ]
    heads = [printable(label(name)) for name in columns]
    whole = [max(map(len, column), default=0) for column in zip(*cells, strict=True)]
    least = [
        size if is_id(name) else min(size, _NARROWEST)
        for name, size in zip(columns, whole or [0] * len(columns), strict=True)
    ]
    if sum(least) + 3 * len(columns) + 1 > width and rows:
        return _one_below_the_other(heads, cells, title)
    made = Table(
        *(
            Column(Line(head), no_wrap=is_id(name), min_width=size or None, overflow="fold")
            for head, name, size in zip(heads, columns, least, strict=True)
        ),
        title=Line(title) if title else None,
    )
    for row in cells:
        made.add_row(*map(Line, row))
    return made


def _one_below_the_other(heads: list[str], cells: list[list[str]], title: str) -> RenderableType:
    parts: list[RenderableType] = [Line(title, style="italic")] if title else []
    for row in cells:
        one = Table(show_header=False, box=None, pad_edge=False)
        for head, cell in zip(heads, row, strict=True):
            if cell != "–":
                one.add_row(Line(head, style="bold"), Line(cell))
        parts += [one, Line("")]
    return Group(*parts)


def put(console: Console, shown: RenderableType, lines: int) -> None:
    """Print; page by page where a person sits before it and it is longer than the screen."""
    if console.is_terminal and lines > console.height:
        with console.pager(styles=True):
            console.print(shown)
    else:
        console.print(shown)
