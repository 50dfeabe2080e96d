"""One frame as a workbook: a list that someone takes away to work on."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import xlsxwriter

from geo_relocation.publish.files import replaced

_WIDEST = 60


def write_table(frame: pd.DataFrame, path: str | Path, *, title: str) -> Path:
    """Write a frame with frozen headers and filters.

    Texts are written as texts, also those that begin like a formula.

    Parameters
    ----------
    frame
        Its column names are the headers.
    path
        The file; an old one is replaced whole.
    title
        Name of the sheet.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    with replaced(path) as temporary, xlsxwriter.Workbook(str(temporary), options) as book:
        sheet = book.add_worksheet(title[:31])
        bold = book.add_format({"bold": True, "bg_color": "#e8eef4", "text_wrap": True})
        date = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        for number, name in enumerate(frame.columns):
            sheet.write_string(0, number, str(name), bold)
            values = frame[name].astype(object)
            for row, value in enumerate(values, start=1):
                if pd.isna(value):
                    continue
                if isinstance(value, pd.Timestamp):
                    sheet.write_datetime(row, number, value.to_pydatetime(), date)
                else:
                    sheet.write(row, number, value)
            longest = max((len(str(value)) for value in values.dropna()), default=0)
            sheet.set_column(number, number, min(_WIDEST, max(len(str(name)), longest) + 2))
        sheet.freeze_panes(1, 0)
        if len(frame.columns):
            sheet.autofilter(0, 0, max(len(frame), 1), len(frame.columns) - 1)
    return Path(path)
