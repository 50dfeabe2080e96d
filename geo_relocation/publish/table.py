"""One frame as a workbook or CSV file: a list that someone takes away to work on."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from geo_relocation.messages import Language
from geo_relocation.model.dictionary import Attribute
from geo_relocation.publish.cells import DATES, Limits, put, sheet_name, workbook
from geo_relocation.publish.files import NOTHING, Protected, replaced
from geo_relocation.publish.kinds import CHANGE_BOOK, CHANGES, TABLE, FileKind
from geo_relocation.publish.words import word
from geo_relocation.publish.written import Written
from geo_relocation.text.printing import no_formula

_WIDEST = 60


def write_table(
    frame: pd.DataFrame,
    path: str | Path,
    *,
    title: str,
    language: Language = "vi",
    what: tuple[str, FileKind] = (CHANGES, CHANGE_BOOK),
    holds: tuple[Attribute, ...] = (),
    protected: Protected = NOTHING,
) -> Written:
    """Write a frame with frozen headers and filters.

    Texts are written as texts, also those that begin like a formula. Rows beyond what a sheet
    holds go on in further sheets; a text longer than a cell holds is cut, and a last sheet
    lists where.

    Parameters
    ----------
    frame
        Its column names are the headers.
    path
        The file; an old one is replaced whole.
    title
        Name of the sheet.
    language
        Of the words on what was cut.
    what
        The mark of the workbook, and its kind.
    holds
        Marked attributes that the frame holds, for the summary.
    protected
        What must not be replaced.
    """
    limits, taken = Limits(language), set[str]()
    mark, kind = what
    with (
        replaced(path, kind, protected) as temporary,
        workbook(temporary, mark, title, rows_to_disk=True) as book,
    ):
        bold = book.add_format({"bold": True, "bg_color": "#e8eef4", "text_wrap": True})
        date = book.add_format({"num_format": f"{DATES[language]} hh:mm"})
        widths = [_width(frame, number) for number in range(len(frame.columns))]
        for rows in limits.parts(title, frame, 1):
            sheet = book.add_worksheet(sheet_name(title, taken))
            for number, width in enumerate(widths):
                sheet.set_column(number, number, width)
            for number, name in enumerate(frame.columns):
                sheet.write_string(0, number, str(name), bold)
            _fill(sheet, rows, date, limits)
            sheet.freeze_panes(1, 0)
            if len(frame.columns):
                sheet.autofilter(0, 0, max(len(rows), 1), len(frame.columns) - 1)
        if limits.cut:
            sheet = book.add_worksheet(sheet_name(word("cut", language), taken))
            for row, place in enumerate((*limits.notes(), *limits.listed())):
                sheet.write_string(row, 0, place)
    return Written(Path(path), holds, limits.notes())


def write_csv(
    frame: pd.DataFrame,
    path: str | Path,
    *,
    holds: tuple[Attribute, ...] = (),
    protected: Protected = NOTHING,
) -> Written:
    """Write a frame as a CSV file that Excel opens as UTF-8.

    Parameters
    ----------
    frame
        Its column names are the headers. A text that begins like a formula is marked.
    path
        The file; a file that is there is not replaced unless that was asked for.
    holds
        Marked attributes that the frame holds, for the summary.
    protected
        What must not be replaced.
    """
    plain = frame.astype(object).where(frame.notna(), None)
    with (
        replaced(path, TABLE, protected) as draft,
        draft.open("w", encoding="utf-8-sig", newline="") as file,
    ):
        lines = csv.writer(file)
        lines.writerow(frame.columns)
        lines.writerows([no_formula(v) for v in row] for row in plain.to_numpy().tolist())
    return Written(Path(path), holds)


def _fill(sheet: Worksheet, rows: pd.DataFrame, date: object, limits: Limits) -> None:
    headers = [str(name) for name in rows.columns]
    columns = [rows.iloc[:, number].astype(object) for number in range(len(headers))]
    for row, values in enumerate(zip(*columns, strict=True), start=1):
        for number, value in enumerate(values):
            if not pd.isna(value):
                style = date if isinstance(value, pd.Timestamp) else None
                put(sheet, row, number, value, style, limits=limits, header=headers[number])


def _width(frame: pd.DataFrame, number: int) -> int:
    texts = frame.iloc[:, number].dropna().astype(str)
    longest = int(texts.str.len().max()) if len(texts) else 0
    return min(_WIDEST, max(len(str(frame.columns[number])), longest) + 2)
