"""What a binary workbook (.xlsb) shows beside its values.

It is loaded by the process that reads and imports nothing of the package. Rows and columns are
counted from 0. The records are those of [MS-XLSB], section 2.4.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree.ElementTree import fromstring as _fromstring

_ROW, _COLUMN, _MERGED, _SHEET = 0, 60, 176, 156
_NUMBERS = {2, 5, 9}
_ERRORS = {3, 11}
_FORMAT, _STYLE, _STYLES, _STYLES_END = 44, 47, 617, 618
_HIDDEN_ROW, _HIDDEN_COLUMN = 0x10, 0x01
_WIDEST = 16_384


def facts_of(
    book: zipfile.ZipFile, empty: dict[str, Any], is_percent: Callable[[str], bool]
) -> dict[str, dict[str, Any]]:
    """What each sheet shows, by its name; `merged` are its ranges of merged cells.

    Parameters
    ----------
    book
        The file, opened.
    empty
        The facts of a sheet that shows nothing.
    is_percent
        Whether a number format shows a share as per cent.
    """
    rels = _fromstring(book.read("xl/_rels/workbook.bin.rels"))  # noqa: S314 - expat has bounds
    targets = {rel.get("Id"): str(rel.get("Target")).removeprefix("/xl/") for rel in rels}
    percent = _percent_styles(book, is_percent)
    found = {}
    for kind, data in _records(book.read("xl/workbook.bin")):
        if kind != _SHEET:
            continue
        part, after = _text(data, 8)
        name, _ = _text(data, after)
        path = f"xl/{targets.get(part)}"
        if path in book.namelist():
            sheet = {key: list(values) for key, values in empty.items()} | {"merged": []}
            found[name] = _of_sheet(book.read(path), percent, sheet)
    return found


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place < len(data):
        kind, place = _packed(data, place, 2)
        length, place = _packed(data, place, 4)
        yield kind, data[place : place + length]
        place += length


def _packed(data: bytes, place: int, most: int) -> tuple[int, int]:
    """A number in groups of seven bits, and the place after it."""
    number = 0
    for i in range(most):
        byte = data[place + i] if place + i < len(data) else 0
        number |= (byte & 0x7F) << (7 * i)
        if not byte & 0x80:
            break
    return number, place + i + 1


def _text(data: bytes, place: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<I", data, place)
    end = place + 4 + 2 * length
    return data[place + 4 : end].decode("utf-16-le", "replace"), end


def _percent_styles(book: zipfile.ZipFile, is_percent: Callable[[str], bool]) -> set[int]:
    if "xl/styles.bin" not in book.namelist():
        return set()
    formats, styles = {9, 10}, set()
    within, number = False, 0
    for kind, data in _records(book.read("xl/styles.bin")):
        if kind == _FORMAT and is_percent(_text(data, 2)[0]):
            formats.add(struct.unpack_from("<H", data)[0])
        elif kind in {_STYLES, _STYLES_END}:
            within = kind == _STYLES
        elif kind == _STYLE and within:
            if struct.unpack_from("<H", data, 2)[0] in formats:
                styles.add(number)
            number += 1
    return styles


def _of_sheet(content: bytes, percent: set[int], facts: dict[str, Any]) -> dict[str, Any]:
    row = 0
    for kind, data in _records(content):
        if kind == _ROW:
            (row,) = struct.unpack_from("<I", data)
            if data[11] & _HIDDEN_ROW:
                facts["hidden_rows"].append(row)
        elif kind in _ERRORS:
            facts["errors"].append((row, struct.unpack_from("<I", data)[0]))
        elif kind in _NUMBERS:
            column, style = struct.unpack_from("<II", data)
            if style & 0xFFFFFF in percent:
                facts["percent"].append((row, column))
        elif kind == _COLUMN:
            first, last = struct.unpack_from("<II", data)
            if data[16] & _HIDDEN_COLUMN:
                facts["hidden_columns"] += range(first, min(last + 1, _WIDEST))
        elif kind == _MERGED:
            top, bottom, left, right = struct.unpack("<IIII", data)
            facts["merged"].append((top, left, bottom, right))
    return facts
