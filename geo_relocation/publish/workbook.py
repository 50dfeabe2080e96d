"""The workbook: lists per city, findings, plan, parks, indicators and notes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter
from numpy.typing import NDArray
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from geo_relocation.arrays import FloatArray
from geo_relocation.model import schema
from geo_relocation.publish import palette
from geo_relocation.publish.cells import DATES, Limits, put, sheet_name, workbook
from geo_relocation.publish.content import Content
from geo_relocation.publish.files import NOTHING, Protected, replaced
from geo_relocation.publish.kinds import LISTS
from geo_relocation.publish.kinds import WORKBOOK as KIND
from geo_relocation.publish.parameters import said_parameters
from geo_relocation.publish.records import Column, words_of
from geo_relocation.publish.sheets import Sheet, SheetColumn, column_kind, content_sheets
from geo_relocation.publish.words import word
from geo_relocation.publish.written import Written, held

_FORMATS: dict[str, dict[str, object]] = {
    "text": {"text_wrap": True},
    "code": {"num_format": "@"},
    "integer": {"num_format": "#,##0"},
    "year": {"num_format": "0"},
    "real": {"num_format": "#,##0.0"},
    "area": {"num_format": "#,##0"},
    "share": {"num_format": "0.0%"},
    "gap": {"num_format": "0.00%"},
}
_EDGE = "#C9C5BE"
_A3, _A4 = 8, 9
_MANY_COLUMNS = 14
"""Columns above which a sheet is printed on A3."""

_WIDEST = 46
"""Width of a column, in characters, above which its text is wrapped."""

_PRINTED_WIDTH = 330
"""Width of a printed page that can still be read, in characters; a wider list takes more pages."""

_NAMES, _VALUES = 42, 70
"""Widths of the two columns of the notes, in characters."""

_LINE, _MOST_LINES = 15, 27
"""Height of a line in points, and lines of the highest row that Excel allows."""

_TOP = 3
"""Rows above the header of a sheet."""


@dataclass(frozen=True)
class _Formats:
    """Formats of one workbook."""

    title: Format
    note: Format
    header: Format
    cells: dict[str, Format]
    values: dict[str, Format]
    verdicts: dict[str, Format]
    swatches: dict[str, Format]


def _formats(book: xlsxwriter.Workbook, content: Content) -> _Formats:
    cell: dict[str, object] = {"valign": "top", "border": 1, "border_color": _EDGE}
    day = DATES[content.language]
    kinds = _FORMATS | {"date": {"num_format": day}, "instant": {"num_format": f"{day} hh:mm"}}
    head = cell | {"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter"}
    verdicts = {
        entry.label(content.language): book.add_format(
            {
                "bg_color": entry.color,
                "font_color": palette.INK if entry.value == "check" else "#FFFFFF",
            }
        )
        for entry in palette.VERDICTS
        if entry.value
    }
    return _Formats(
        title=book.add_format({"bold": True, "font_size": 14}),
        note=book.add_format({"bold": True, "font_color": "#8A5A00", "bg_color": "#FFF4CF"}),
        header=book.add_format(head | {"bg_color": "#E7EDF2"}),
        cells={kind: book.add_format(cell | extra) for kind, extra in kinds.items()},
        values={
            kind: book.add_format(cell | extra | {"align": "left"}) for kind, extra in kinds.items()
        },
        verdicts=verdicts,
        swatches={
            entry.color: book.add_format({"bg_color": entry.color})
            for legend in palette.LEGENDS.values()
            for entry in legend
        },
    )


def write_workbook(
    content: Content, path: str | Path, *, protected: Protected = NOTHING
) -> Written:
    """Write the workbook for Excel or LibreOffice.

    A list that is longer than a sheet goes on in further sheets; a text longer than a cell can
    hold is cut, and the last sheet says so.

    Parameters
    ----------
    content
        What to show.
    path
        The file, ``….xlsx``; an old one is replaced whole.
    protected
        What must not be replaced.
    """
    limits, sheets = Limits(content.language), content_sheets(content)
    with (
        replaced(path, KIND, protected) as temporary,
        workbook(temporary, LISTS, content.title) as book,
    ):
        formats = _formats(book, content)
        taken: set[str] = set()
        for sheet in sheets:
            for rows in limits.parts(sheet.name, sheet.frame, _TOP + 1):
                page = book.add_worksheet(sheet_name(sheet.name, taken))
                _write(page, replace(sheet, frame=rows), formats, content, limits)
        page = book.add_worksheet(sheet_name(word("notes", content.language), taken))
        _write_notes(page, formats, content, limits)
    shown = (
        (column.attribute, sheet.frame[column.name])
        for sheet in sheets
        for column in sheet.columns
        if column.attribute is not None
    )
    return Written(Path(path), held(shown), limits.notes())


def _write(
    page: Worksheet, sheet: Sheet, formats: _Formats, content: Content, limits: Limits
) -> None:
    """Title, banner, header and rows of one sheet, with filter, frozen header and widths."""
    top = _TOP
    page.write_string(0, 0, sheet.title, formats.title)
    if content.data_note:
        page.write_string(1, 0, content.data_note, formats.note)
    lines, widths = 1, []
    for number, column in enumerate(sheet.columns):
        width = _width(column, sheet.frame[column.name])
        widths.append(width)
        lines = max(lines, _lines(column.header, width))
        page.write_string(top, number, column.header, formats.header)
        page.set_column(number, number, width)
        _write_column(page, top + 1, number, column, sheet.frame[column.name], formats, limits)
    page.set_row(top, 16 * lines + 4)
    _set_heights(page, top + 1, sheet, widths)
    last = top + max(len(sheet.frame), 1)
    page.autofilter(top, 0, last, len(sheet.columns) - 1)
    page.freeze_panes(top + 1, sheet.frozen)
    page.set_landscape()
    page.set_paper(_A3 if len(sheet.columns) > _MANY_COLUMNS else _A4)
    pages = math.ceil(sum(widths) / _PRINTED_WIDTH)
    page.fit_to_pages(pages, 0)
    page.repeat_rows(top)
    if pages > 1 and sheet.frozen:
        page.repeat_columns(0, sheet.frozen - 1)


def _set_heights(page: Worksheet, top: int, sheet: Sheet, widths: Sequence[float]) -> None:
    """Make the rows whose texts are wrapped high enough; not every program does so by itself."""
    lines = np.ones(len(sheet.frame))
    for column, width in zip(sheet.columns, widths, strict=True):
        if column.kind == "text":
            lengths = sheet.frame[column.name].fillna("").astype(str).str.len().to_numpy()
            lines = np.maximum(lines, _wrapped(lengths, width))
    for row in np.flatnonzero(lines > 1):
        page.set_row(top + int(row), _LINE * min(lines[row], _MOST_LINES))


def _wrapped(lengths: NDArray[np.int64], width: float) -> FloatArray:
    """Lines that texts of so many letters take; a line breaks before it is full."""
    lines: FloatArray = np.ceil(lengths * 1.15 / width)
    return lines


def _write_column(
    page: Worksheet,
    top: int,
    number: int,
    column: SheetColumn,
    values: pd.Series,
    formats: _Formats,
    limits: Limits,
) -> None:
    cell = formats.cells[column.kind]
    for row, value in enumerate(values, start=top):
        put(page, row, number, value, cell, limits=limits, header=column.header)
    if column.colored:
        for text, colored in formats.verdicts.items():
            rule = {"type": "cell", "criteria": "==", "value": f'"{text}"', "format": colored}
            page.conditional_format(top, number, top + max(len(values), 1), number, rule)


def _width(column: SheetColumn, values: pd.Series) -> float:
    """Width in characters: wide enough for nine in ten values, within reason."""
    longest_word = max((len(part) for part in column.header.split()), default=4)
    if column.kind in {"text", "code"}:
        lengths = values.dropna().astype(str).str.len()
        common = float(lengths.quantile(0.9)) if len(lengths) else 0.0
        return min(max(common, longest_word + 2, 6) + 2, _WIDEST)
    return max(longest_word + 2, 10) + 2


def _lines(header: str, width: float) -> int:
    """Lines that a header takes in a column; bold letters and the filter's button count."""
    lines, room = 1, width - 2
    for part in header.split():
        if len(part) * 1.1 > room:
            lines, room = lines + 1, width - 2
        room -= len(part) * 1.1 + 1
    return lines


def _write_notes(page: Worksheet, formats: _Formats, content: Content, limits: Limits) -> None:
    """What the data is, the parameters of the run, and the legend."""
    language = content.language
    page.set_column(0, 0, _NAMES)
    page.set_column(1, 1, _VALUES)
    page.write_string(0, 0, content.title, formats.title)
    row = 2
    for note in (content.data_note, *content.notes, *limits.notes()):
        if note:
            page.write_string(row, 0, note, formats.note if note == content.data_note else None)
            row += 1
    sections = (
        (word("parameters", language), _parameter_lines(content)),
        (word("plan", language), _plan_lines(content)),
        (word("cut", language), [(place, "", "text") for place in limits.listed()]),
    )
    for title, lines in sections:
        if not lines:
            continue
        row = _heading(page, row + 1, title, formats)
        for name, value, kind in lines:
            put(page, row, 0, name, formats.cells["text"], limits=limits, header=title)
            put(page, row, 1, value, formats.values[kind], limits=limits, header=title)
            lengths = np.array([len(name) * _VALUES // _NAMES, len(str(value))])
            page.set_row(row, _LINE * min(_wrapped(lengths, _VALUES).max(initial=1), _MOST_LINES))
            row += 1
    row = _heading(page, row + 1, word("legend", language), formats)
    for legend in palette.LEGENDS.values():
        for entry in legend:
            page.write_string(row, 0, entry.label(language), formats.cells["text"])
            page.write_blank(row, 1, None, formats.swatches[entry.color])
            row += 1
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)


def _heading(page: Worksheet, row: int, title: str, formats: _Formats) -> int:
    """A heading over two columns; returns the row after it."""
    page.write_string(row, 0, title, formats.header)
    page.write_blank(row, 1, None, formats.header)
    return row + 1


Line = tuple[str, object, str]
"""Name, value, and how the value is written (`SheetColumn.kind`)."""


def _parameter_lines(content: Content) -> Sequence[Line]:
    said = said_parameters(content.parameters, content.language)
    return [(name, value, "text") for name, value in said.items()]


def _plan_lines(content: Content) -> Sequence[Line]:
    """The scenario row in words, without its long specification."""
    scenario = content.frame("scenario")
    lines: list[Line] = []
    if content.plan_scope:
        lines.append((word("plan_scope", content.language), content.plan_scope, "text"))
    for attribute in schema("scenarios").fields:
        if not len(scenario) or attribute.name == "specification":
            continue
        shown = words_of(attribute, scenario[attribute.name], content.language)
        if pd.notna(shown.iloc[0]):
            header = Column(attribute.name, "scenarios", attribute.name).header(content.language)
            lines.append((header, shown.iloc[0], column_kind(attribute.name, attribute)))
    return lines
