"""What an OpenDocument sheet shows beside its values.

It is loaded by the process that reads and imports nothing of the package. Rows and columns are
counted from 0.
"""

from __future__ import annotations

import re
import zipfile
from typing import Any
from xml.etree.ElementTree import iterparse as _iterparse

_ERROR = re.compile(r"#(?:N/A|REF!|NAME\?|VALUE!|DIV/0!|NULL!|NUM!)|Err:\d+")
_UNSEEN = {"collapse", "filter"}
_CELLS = {"table-cell", "covered-table-cell"}
_LONGEST, _WIDEST = 1_048_576, 16_384


def facts_of(book: zipfile.ZipFile, empty: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What each sheet shows, by its name; `merged` are its ranges of merged cells.

    Parameters
    ----------
    book
        The file, opened.
    empty
        The facts of a sheet that shows nothing.
    """
    found: dict[str, dict[str, Any]] = {}
    sheet = None
    with book.open("content.xml") as stream:
        # expat bounds what entities grow to, and the process has its limits.
        for event, element in _iterparse(stream, ("start", "end")):  # noqa: S314
            name = _tag(element)
            if event == "start":
                if name == "table":
                    sheet = _Sheet({key: [] for key in empty} | {"merged": []})
                    found[_get(element, "name")] = sheet.facts
                elif name == "table-row" and sheet is not None:
                    sheet.column = 0
            elif sheet is not None:
                sheet.end(name, element)
    return found


class _Sheet:
    def __init__(self, facts: dict[str, Any]) -> None:
        self.facts = facts
        self.row = self.column = self.columns = 0

    def end(self, name: str, element: Any) -> None:
        if name == "table-column":
            count = _count(element, "number-columns-repeated", _WIDEST - self.columns)
            if _get(element, "visibility") in _UNSEEN:
                self.facts["hidden_columns"] += range(self.columns, self.columns + count)
            self.columns += count
        elif name in _CELLS:
            count = _count(element, "number-columns-repeated", _WIDEST - self.column)
            self._cell(element, min(count, _WIDEST - self.column))
            self.column += count
        elif name == "table-row":
            self._row(element)
            element.clear()

    def _row(self, element: Any) -> None:
        count = _count(element, "number-rows-repeated", _LONGEST - self.row)
        if _get(element, "visibility") in _UNSEEN:
            self.facts["hidden_rows"] += range(self.row, self.row + count)
        for kind in ("percent", "errors", "uncomputed"):
            # A row that is repeated is written once.
            own = [place for place in self.facts[kind] if place[0] == self.row] if count > 1 else []
            if own and count < 1000:  # noqa: PLR2004 - more rows of one content are no list
                self.facts[kind] += [(self.row + i, c) for i in range(1, count) for _, c in own]
        self.row += count

    def _cell(self, element: Any, count: int) -> None:
        kind, places = _get(element, "value-type"), range(self.column, self.column + count)
        text = "".join(element.itertext()).strip()
        formula = _get(element, "formula")
        if formula and not kind and not text:
            self.facts["uncomputed"] += [(self.row, column) for column in places]
        elif _ERROR.fullmatch(text) and (formula or "error" in element.attrib.values()):
            self.facts["errors"] += [(self.row, column) for column in places]
        elif kind == "percentage":
            self.facts["percent"] += [(self.row, column) for column in places]
        across = _count(element, "number-columns-spanned", _WIDEST)
        down = _count(element, "number-rows-spanned", _LONGEST)
        if across > 1 or down > 1:
            end = self.row + down - 1, self.column + across - 1
            self.facts["merged"].append((self.row, self.column, *end))


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _get(element: Any, name: str) -> str:
    # `value-type` stands twice; the standard's own comes first.
    return next((str(v) for k, v in element.items() if k.rpartition("}")[2] == name), "")


def _count(element: Any, name: str, most: int) -> int:
    text = _get(element, name)
    return max(1, min(int(text), most)) if text.isdecimal() and len(text) < 9 else 1  # noqa: PLR2004
