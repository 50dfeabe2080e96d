"""Tables that a person can read: labelled, ids whole, rows one below the other if too wide."""

from __future__ import annotations

import pydoc
import sys
import textwrap
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from rich.console import Console

from geo_relocation.cli.labels import label, written
from geo_relocation.cli.language import said, spoken
from geo_relocation.cli.streams import write_line
from geo_relocation.errors import UnknownNameError
from geo_relocation.lazy import pd
from geo_relocation.messages import _
from geo_relocation.text.printing import printable

_NARROWEST = 12
"""Characters that a column of words needs at least to be read across."""

_BETWEEN = "  "
"""What stands between columns."""


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


def in_one_language(columns: Collection[str]) -> list[str]:
    """Columns without those in the other language; ``x_en`` is the English of ``x``."""
    english = {name for name in columns if name.endswith("_en")}
    both = {name.removesuffix("_en") for name in english} & set(columns)
    other = both if spoken() == "en" else {f"{name}_en" for name in both}
    return [name for name in columns if name not in other]


def is_id(name: str) -> bool:
    """Whether a column holds ids, which have to be copied whole."""
    return name in {"id", "event_id", "replaces"} or name.endswith("_id")


def table(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], *, title: str, width: int
) -> list[str]:
    """Lines of a table, or the rows one below the other where the columns do not fit.

    A list has thousands of rows and has to stand there at once, so lines are laid out here: the
    library that draws our pages of help takes seconds for them.

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
    head = [title] if title else []
    if not rows:
        return [*head, said(_("Nothing to show."))]
    widths = _widths(columns, heads, cells, width)
    if widths is None:
        return [*head, *_one_below_the_other(heads, cells)]
    rule = _BETWEEN.join("─" * size for size in widths)
    return [*head, *_lines(heads, widths), rule, *(x for row in cells for x in _lines(row, widths))]


def _widths(
    columns: Sequence[str], heads: list[str], cells: list[list[str]], width: int
) -> list[int] | None:
    """Characters of each column so that all fit into a line; None where they do not."""
    held = [_longest(column) for column in zip(*cells, strict=True)]
    whole = [max(size, _longest([head])) for size, head in zip(held, heads, strict=True)]
    least = [
        size if is_id(name) else min(most, _NARROWEST)
        for name, size, most in zip(columns, held, whole, strict=True)
    ]
    room = width - len(_BETWEEN) * (len(columns) - 1)
    if sum(least) > room:
        return None
    widths = whole
    while sum(widths) > room:
        # The widest gives way first: it is a sentence, and can be broken.
        over = [size - low for size, low in zip(widths, least, strict=True)]
        widest = max(range(len(widths)), key=lambda i: (over[i] > 0, widths[i]))
        second = max((w for i, w in enumerate(widths) if i != widest and over[i] > 0), default=0)
        shrunk = max(
            least[widest], min(second, widths[widest] - 1), widths[widest] - (sum(widths) - room)
        )
        widths = [shrunk if i == widest else size for i, size in enumerate(widths)]
    return widths


def _longest(texts: Iterable[str]) -> int:
    return max((len(line) for text in texts for line in text.split("\n")), default=0)


def _lines(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    """A row as the lines that it takes."""
    if all(
        len(text) <= size and "\n" not in text for text, size in zip(cells, widths, strict=True)
    ):
        parts = [cells]
    else:
        broken = [_broken(text, size) for text, size in zip(cells, widths, strict=True)]
        parts = list(zip_longest(*broken, fillvalue=""))
    return [
        _BETWEEN.join(text.ljust(size) for text, size in zip(part, widths, strict=True)).rstrip()
        for part in parts
    ]


def _broken(text: str, width: int) -> list[str]:
    return [
        line
        for part in text.split("\n")
        for line in textwrap.wrap(part, max(width, 1), break_on_hyphens=False) or [""]
    ]


def _one_below_the_other(heads: list[str], cells: list[list[str]]) -> list[str]:
    size = _longest(heads)
    lines: list[str] = []
    for row in cells:
        shown = [(head, cell) for head, cell in zip(heads, row, strict=True) if cell != "–"]
        for head, cell in shown:
            first, *more = cell.split("\n")
            lines += [f"{head.ljust(size)}  {first}", *(" " * (size + 2) + line for line in more)]
        lines.append("")
    return lines[:-1]


def put(console: Console, lines: Sequence[str]) -> None:
    """Print; page by page where a person sits before it and it is longer than the screen."""
    text = "\n".join(lines)
    if console.is_terminal and len(lines) > console.height:
        pydoc.pager(text)
    else:
        write_line(text, sys.stdout)
