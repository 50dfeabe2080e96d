"""What a workbook shows beside its values: formats, errors, formulas, what is hidden.

It is loaded by the process that reads and imports nothing of the package. Rows and columns are
counted from 0.
"""

from __future__ import annotations

import re
import struct
import zipfile
from typing import Any
from xml.etree.ElementTree import ParseError
from xml.etree.ElementTree import iterparse as _iterparse

Facts = dict[str, Any]

_PERCENT_FORMATS = {9, 10}
_ERROR_CELL = 5
_LETTERS = re.compile(r"([A-Z]+)(\d+)")
_TRUE = {"1", "true"}


def facts_of(path: str, beside: Any) -> dict[str, Facts] | None:
    """What each sheet of a book shows; None of a book that is not understood.

    Parameters
    ----------
    path
        The book.
    beside
        Loads a module of this folder by its name.

    Returns
    -------
    dict or None
        By name of the sheet: `percent`, `errors` and `uncomputed`, lists of cells
        ``(row, column)``, and `hidden_rows` and `hidden_columns`; `merged` where the reader of
        values does not tell it.
    """
    if not zipfile.is_zipfile(path):
        return _of_old(path)
    with zipfile.ZipFile(path) as book:
        names = book.namelist()
        if "xl/workbook.xml" in names:
            return _of_zip(book)
        try:
            if "xl/workbook.bin" in names:
                return dict(beside("apart_xlsb").facts_of(book, _empty(), _is_percent))
            return dict(beside("apart_ods").facts_of(book, _empty()))
        except (struct.error, IndexError, KeyError, ParseError):
            return None  # the reader of values judges what is damaged


def _empty() -> Facts:
    return {"percent": [], "errors": [], "uncomputed": [], "hidden_rows": [], "hidden_columns": []}


def _parsed(stream: Any, events: Any = ("end",)) -> Any:
    # expat bounds what entities grow to, and the process has its limits.
    return _iterparse(stream, events)  # noqa: S314


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _of_zip(book: zipfile.ZipFile) -> dict[str, Facts]:
    targets = {}
    with book.open("xl/_rels/workbook.xml.rels") as stream:
        for _, element in _parsed(stream):
            if _tag(element) == "Relationship":
                target = element.get("Target", "").lstrip("/")
                targets[element.get("Id")] = target if target.startswith("xl/") else f"xl/{target}"
    percent = _percent_styles(book)
    found = {}
    with book.open("xl/workbook.xml") as stream:
        for _, element in _parsed(stream):
            if _tag(element) == "sheet":
                key = next((v for k, v in element.items() if k.endswith("}id")), None)
                part = targets.get(key, "")
                if part in book.namelist():
                    found[element.get("name", "")] = _of_sheet(book, part, percent)
    return found


def _percent_styles(book: zipfile.ZipFile) -> set[str]:
    """Numbers of the cell styles that show a share as per cent."""
    if "xl/styles.xml" not in book.namelist():
        return set()
    formats, styles = set(_PERCENT_FORMATS), set()
    with book.open("xl/styles.xml") as stream:
        for _, element in _parsed(stream):
            if _tag(element) == "numFmt" and _is_percent(element.get("formatCode", "")):
                formats.add(int(element.get("numFmtId", "-1")))
            elif _tag(element) == "cellXfs":
                for number, style in enumerate(element):
                    if int(style.get("numFmtId", "0")) in formats:
                        styles.add(str(number))
    return styles


def _is_percent(code: str) -> bool:
    """Whether a format multiplies by a hundred: a per cent sign that is not quoted."""
    return "%" in re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", code)


def _of_sheet(book: zipfile.ZipFile, part: str, percent: set[str]) -> Facts:
    found = _empty()
    row = -1
    with book.open(part) as stream:
        column = -1
        for event, element in _parsed(stream, ("start", "end")):
            name = _tag(element)
            if event == "start":
                if name == "row":
                    row, column = int(element.get("r", row + 2)) - 1, -1
                    if element.get("hidden") in _TRUE:
                        found["hidden_rows"].append(row)
                continue
            if name == "c":
                column = _column(element.get("r"), column + 1)
                _of_cell(element, (row, column), percent, found)
            elif name == "col" and element.get("hidden") in _TRUE:
                first, last = int(element.get("min", "1")), int(element.get("max", "1"))
                found["hidden_columns"].extend(range(first - 1, min(last, first + 1000)))
            if name in {"c", "row"}:
                element.clear()
    return found


def _column(reference: str | None, following: int) -> int:
    match = _LETTERS.match(reference or "")
    if match is None:
        return following
    number = 0
    for letter in match[1]:
        number = 26 * number + ord(letter) - 64
    return number - 1


def _of_cell(element: Any, place: tuple[int, int], percent: set[str], found: Facts) -> None:
    parts = {_tag(part): part for part in element}
    value = parts.get("v")
    empty = value is None or not value.text
    kind = element.get("t", "n")
    if kind == "e":
        found["errors"].append(place)
    elif "f" in parts and empty and kind != "str":
        found["uncomputed"].append(place)
    elif kind == "n" and not empty and element.get("s") in percent:
        found["percent"].append(place)


def _of_old(path: str) -> dict[str, Facts] | None:
    """A book of Excel 97–2003; None if the reader does not understand it."""
    import xlrd  # noqa: PLC0415 - only for these books

    try:
        book = xlrd.open_workbook(path, formatting_info=True, on_demand=True)
    except Exception:  # noqa: BLE001 - the reader of values judges what is damaged
        return None
    found = {}
    for name in book.sheet_names():
        sheet, facts = book.sheet_by_name(name), _empty()
        facts["hidden_rows"] = [r for r, about in sheet.rowinfo_map.items() if about.hidden]
        facts["hidden_columns"] = [c for c, about in sheet.colinfo_map.items() if about.hidden]
        for r in range(sheet.nrows):
            for c, kind in enumerate(sheet.row_types(r)):
                if kind == _ERROR_CELL:
                    facts["errors"].append((r, c))
                elif kind == xlrd.XL_CELL_NUMBER:
                    form = book.format_map[book.xf_list[sheet.cell_xf_index(r, c)].format_key]
                    if _is_percent(form.format_str):
                        facts["percent"].append((r, c))
        found[name] = facts
    return found
