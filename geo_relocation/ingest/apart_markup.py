"""Workbooks that office programs write as web pages or as XML of Excel 2003.

It is loaded by the process that reads and imports nothing of the package. Rows and columns are
counted from 0. Each sheet is told as for other books: cells, merged ranges, and what it shows.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import iterparse as _iterparse

Sheet = tuple[list[list[Any]], list[tuple[int, int, int, int]], dict[str, Any]]
Stop = Callable[[str, str], Exception]

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.IGNORECASE)
_FIGURE = re.compile(r"[-+]?[\d., \xa0\u202f]*\d")
_UNSEEN = {"script", "style", "title", "xml"}
_ENDS_LINE = {"br", "p", "div", "li"}
_WIDEST = 16_384


def _empty() -> dict[str, Any]:
    return {"percent": [], "errors": [], "uncomputed": [], "hidden_rows": [], "hidden_columns": []}


class _Table:
    """A table that is being read."""

    def __init__(self) -> None:
        self.rows: list[list[Any]] = []
        self.merged: list[tuple[int, int, int, int]] = []
        self.facts = _empty()
        self.taken: dict[int, int] = {}
        self.columns = 0
        self.cell: dict[str, str | None] | None = None
        self.text: list[str] = []

    def begin_row(self, attributes: dict[str, str | None]) -> None:
        self.end_cell()
        self.taken = {column: left - 1 for column, left in self.taken.items() if left > 1}
        self.rows.append([])
        if _is_hidden(attributes):
            self.facts["hidden_rows"].append(len(self.rows) - 1)

    def begin_cell(self, attributes: dict[str, str | None]) -> None:
        self.end_cell()
        if not self.rows:
            self.begin_row({})
        self.cell, self.text = attributes, []

    def end_cell(self) -> None:
        if self.cell is None:
            return
        attributes, self.cell = self.cell, None
        row = len(self.rows) - 1
        cells = self.rows[row]
        while len(cells) in self.taken:
            cells.append("")
        column = len(cells)
        across, down = _span(attributes.get("colspan")), _span(attributes.get("rowspan"))
        across = min(across, _WIDEST - column) if column < _WIDEST else 1
        cells.append(self._value(attributes))
        cells.extend([""] * (across - 1))
        if attributes.get("x:err") is not None:
            self.facts["errors"].append((row, column))
        if across > 1 or down > 1:
            self.merged.append((row, column, row + down - 1, column + across - 1))
        if down > 1:
            self.taken.update(dict.fromkeys(range(column, column + across), down))

    def _value(self, attributes: dict[str, str | None]) -> Any:
        lines = (" ".join(line.split()) for line in "".join(self.text).split("\n"))
        shown = "\n".join(line for line in lines if line)
        exact = attributes.get("x:num")
        if exact and _FIGURE.fullmatch(shown):
            # What is shown may be rounded; a day or a share is shown as one.
            try:
                return float(exact)
            except ValueError:
                return shown
        return shown

    def column(self, attributes: dict[str, str | None]) -> None:
        for _ in range(min(_span(attributes.get("span")), _WIDEST)):
            if _is_hidden(attributes):
                self.facts["hidden_columns"].append(self.columns)
            self.columns += 1


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style") or ""))


def _span(text: str | None) -> int:
    return max(1, int(text)) if text and text.isdecimal() and len(text) < 6 else 1  # noqa: PLR2004


class _Page(HTMLParser):
    """The tables of a web page; what stands in none of them is kept too."""

    def __init__(self, rows: int, stop: Stop) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[_Table] = []
        self.open: list[_Table] = []
        self.outside: list[str] = []
        self.unseen = 0
        self.left, self.stop = rows, stop

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag in _UNSEEN:
            self.unseen += 1
        elif tag == "table":
            self.open.append(_Table())
            self.found.append(self.open[-1])
        elif self.open:
            self._within(self.open[-1], tag, attributes)

    def _within(self, table: _Table, tag: str, attributes: dict[str, str | None]) -> None:
        if tag == "tr":
            self.left -= 1
            if self.left < 0:
                raise self.stop("rows", "It has too many rows.")
            table.begin_row(attributes)
        elif tag in {"td", "th"}:
            table.begin_cell(attributes)
        elif tag == "col":
            table.column(attributes)
        elif tag == "br":
            table.text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        elif not self.open:
            return
        elif tag == "table":
            self.open.pop().end_cell()
        elif tag in {"td", "th", "tr"}:
            self.open[-1].end_cell()
        elif tag in _ENDS_LINE:
            self.open[-1].text.append("\n")

    def handle_data(self, data: str) -> None:
        if self.unseen:
            return
        if self.open and self.open[-1].cell is not None:
            self.open[-1].text.append(data)
        elif data.strip():
            self.outside.append(" ".join(data.split()))

    def close(self) -> None:
        super().close()
        while self.open:
            self.open.pop().end_cell()


def page(path: str, rows: int, stop: Stop) -> dict[str, Sheet]:
    """The tables of a web page, by their place in it.

    Parameters
    ----------
    path
        The file.
    rows
        How many rows it may have.
    stop
        Makes the error for a file that cannot be read, of its kind and its words.
    """
    reader = _Page(rows, stop)
    reader.feed(_decoded(Path(path).read_bytes()))
    reader.close()
    held = [table for table in reader.found if any(any(v != "" for v in r) for r in table.rows)]
    if not held:
        raise stop("damaged", "It is a web page without a table.")
    for table in held:
        table.facts["outside"] = reader.outside
    return {str(n): (table.rows, table.merged, table.facts) for n, table in enumerate(held, 1)}


def _decoded(data: bytes) -> str:
    stated = _CHARSET.search(data[:4096])
    for mark, codec in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
                        (codecs.BOM_UTF16_BE, "utf-16")):  # fmt: skip
        if data.startswith(mark):
            return data.decode(codec, errors="replace")
    for name in ([stated[1].decode()] if stated else []) + ["utf-8"]:
        try:
            return data.decode(name)
        except (LookupError, UnicodeError):
            continue
    return data.decode("cp1252", errors="replace")


class _Book:
    """Sheets of an XML workbook, as they come."""

    def __init__(self, rows: int, stop: Stop) -> None:
        self.sheets: dict[str, Sheet] = {}
        self.percent: set[str] = set()
        self.left, self.stop = rows, stop
        self.columns: dict[int, str] = {}
        self.next_column = 0
        self.name = ""

    def style(self, element: Any) -> None:
        """A cell style, told whether it shows shares as per cent."""
        code = next((_get(part, "Format") for part in element if _tag(part) == "NumberFormat"), "")
        bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", code or "")
        if code == "Percent" or "%" in bare or (not code and _get(element, "Parent")
                                                in self.percent):  # fmt: skip
            self.percent.add(_get(element, "ID"))

    def begin_sheet(self, element: Any) -> None:
        self.name = _get(element, "Name") or str(len(self.sheets) + 1)
        self.sheets[self.name] = ([], [], _empty())
        self.columns, self.next_column = {}, 0

    def column(self, element: Any) -> None:
        first = _number(_get(element, "Index"), self.next_column + 1) - 1
        self.next_column = min(first + 1 + _number(_get(element, "Span"), 0), _WIDEST)
        for column in range(first, self.next_column):
            self.columns[column] = _get(element, "StyleID")
            if _get(element, "Hidden") == "1":
                self.sheets[self.name][2]["hidden_columns"].append(column)

    def row(self, element: Any) -> None:
        rows, merged, facts = self.sheets[self.name]
        place = max(_number(_get(element, "Index"), len(rows) + 1) - 1, len(rows))
        self.left -= 1
        if self.left < 0 or place > 2_000_000:  # noqa: PLR2004 - no sheet of Excel is so long
            raise self.stop("rows", "It has too many rows.")
        rows.extend([] for _ in range(place + 1 - len(rows)))
        if _get(element, "Hidden") == "1":
            facts["hidden_rows"].append(place)
        cells = rows[place]
        for cell in element:
            if _tag(cell) != "Cell":
                continue
            column = max(_number(_get(cell, "Index"), len(cells) + 1) - 1, len(cells))
            if column >= _WIDEST:
                raise self.stop("columns", "It has too many columns.")
            cells.extend([""] * (column - len(cells)))
            cells.append(self._value(cell, (place, column), _get(element, "StyleID")))
            across = min(_number(_get(cell, "MergeAcross"), 0), _WIDEST - column - 1)
            down = _number(_get(cell, "MergeDown"), 0)
            if across or down:
                merged.append((place, column, place + down, column + across))
                cells.extend([""] * across)

    def _value(self, cell: Any, place: tuple[int, int], of_row: str) -> Any:
        facts = self.sheets[self.name][2]
        data = next((part for part in cell if _tag(part) == "Data"), None)
        text = "" if data is None else "".join(data.itertext())
        kind = "String" if data is None else _get(data, "Type")
        if kind == "Error":
            facts["errors"].append(place)
            return ""
        if _get(cell, "Formula") and (data is None or (not text and kind != "String")):
            facts["uncomputed"].append(place)
        if kind == "Number" and text:
            style = _get(cell, "StyleID") or of_row or self.columns.get(place[1], "")
            if style in self.percent:
                facts["percent"].append(place)
        return _typed(kind, text)


def _typed(kind: str, text: str) -> Any:
    try:
        if kind == "Number" and text:
            return float(text)
        if kind == "DateTime":
            moment = datetime.fromisoformat(text)
            return moment if moment.time().isoformat() != "00:00:00" else moment.date()
    except ValueError:
        return text
    return text == "1" if kind == "Boolean" and text in {"0", "1"} else text


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _get(element: Any, name: str) -> str:
    """An attribute, with its namespace or without."""
    return next((str(v) for k, v in element.items() if k.rpartition("}")[2] == name), "")


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 8 else otherwise  # noqa: PLR2004


def xml_book(path: str, rows: int, stop: Stop) -> dict[str, Sheet]:
    """The sheets of an XML workbook of Excel 2003, by name.

    Parameters
    ----------
    path, rows, stop
        As for `page`.
    """
    book = _Book(rows, stop)
    # expat bounds what entities grow to, and the process has its limits.
    for event, element in _iterparse(path, ("start", "end")):  # noqa: S314
        name = _tag(element)
        if event == "start":
            if name == "Worksheet":
                book.begin_sheet(element)
        elif name == "Style":
            book.style(element)
        elif name == "Column" and book.name:
            book.column(element)
        elif name == "Row" and book.name:
            book.row(element)
            element.clear()
    return book.sheets
