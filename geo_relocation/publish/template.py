"""An empty workbook to be filled in and imported: headers, lists of values, an example, a guide."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from geo_relocation.messages import Language, Message, _
from geo_relocation.model import schema
from geo_relocation.model.dictionary import Attribute
from geo_relocation.model.templates import (
    GUIDE,
    LISTS,
    MARK,
    TemplateColumn,
    template_columns,
)
from geo_relocation.publish.cells import workbook
from geo_relocation.publish.files import NOTHING, Protected, replaced
from geo_relocation.publish.kinds import TEMPLATE, TEMPLATE_BOOK
from geo_relocation.publish.words import word as said
from geo_relocation.publish.written import Written
from geo_relocation.words import say

_ROWS = 5000
"""Rows below the header that have formats and lists of values."""

_TYPES = {
    "text": _("text"),
    "codes": _("text"),
    "integer": _("whole number"),
    "real": _("number"),
    "date": _("date: day/month/year"),
    "boolean": _("yes or no"),
}
_FORMATS = {"integer": "0", "real": "General", "date": "dd/mm/yyyy"}


def write_template(
    layer: str, path: str | Path, *, language: Language = "vi", protected: Protected = NOTHING
) -> Written:
    """Write an empty list of a layer.

    Parameters
    ----------
    layer
        One of the layers that come from files.
    path
        The file.
    language
        Of headers, values and explanations.
    protected
        What must not be replaced.

    Raises
    ------
    UnknownNameError
        If there is no such layer.
    """
    columns = template_columns(layer, language)
    title = schema(layer).label(language)
    with (
        replaced(path, TEMPLATE_BOOK, protected) as temporary,
        workbook(temporary, TEMPLATE, title) as book,
    ):
        page = book.add_worksheet(title)
        guide = book.add_worksheet(GUIDE.say(language))
        lists = book.add_worksheet(LISTS.say(language))
        places = _write_lists(lists, columns, language)
        _write_page(book, page, columns, places, language)
        _write_guide(book, guide, columns, language)
    return Written(Path(path))


def _values(attribute: Attribute | None, language: Language) -> dict[str, str]:
    """What can be chosen in a column: words by stored value."""
    if attribute is None:
        return {}
    if attribute.type == "boolean":
        return {answer: said(answer, language) for answer in ("yes", "no")}
    return {member.value: member.label(language) for member in attribute.enum or ()}


def _write_lists(
    page: Worksheet, columns: tuple[TemplateColumn, ...], language: Language
) -> dict[str, str]:
    """Write the lists of values, one a column; returns where each stands."""
    page.write_string(0, 0, MARK)
    places = {}
    number = 1
    for column in columns:
        words = list(_values(column.attribute, language).values())
        if not words:
            continue
        page.write_string(0, number, column.header)
        for row, word in enumerate(words, start=1):
            page.write_string(row, number, word)
        first = xl_rowcol_to_cell(1, number, row_abs=True, col_abs=True)
        last = xl_rowcol_to_cell(len(words), number, row_abs=True, col_abs=True)
        places[column.name] = f"='{page.get_name()}'!{first}:{last}"
        page.set_column(number, number, 28)
        number += 1
    return places


def _write_page(
    book: Workbook,
    page: Worksheet,
    columns: tuple[TemplateColumn, ...],
    places: dict[str, str],
    language: Language,
) -> None:
    """The list itself: headers, the example, formats and lists of values below."""
    plain = {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#e8eef4"}
    head = book.add_format(plain)
    required = book.add_format(plain | {"bg_color": "#f4e3c8"})
    for number, column in enumerate(columns):
        form = _format(column)
        page.set_column(number, number, _width(column), book.add_format({"num_format": form}))
        needed = column.attribute is not None and column.attribute.required
        page.write_string(0, number, column.header, required if needed else head)
        if column.note:
            page.write_comment(0, number, column.note)
        style = book.add_format({"num_format": form, "italic": True, "font_color": "#7a7a7a"})
        _write_example(page, number, column, style, language)
        if column.name in places:
            page.data_validation(
                1, number, _ROWS, number,
                # A wish may be in the firm's own words: another value is asked about, not barred.
                {"validate": "list", "source": places[column.name], "error_type": "warning"},
            )  # fmt: skip
    page.set_row(0, 42)
    page.freeze_panes(1, 2)


def _format(column: TemplateColumn) -> str:
    """Number format of a column: what is no number is text, so that no leading zero goes."""
    if column.attribute is None:
        return "General" if column.name in {"lon", "lat"} else "@"
    return _FORMATS.get(column.attribute.type, "@")


def _width(column: TemplateColumn) -> float:
    return float(min(34, max(12, len(column.example) + 2, len(column.header) // 2 + 2)))


def _write_example(
    page: Worksheet, number: int, column: TemplateColumn, style: Format, language: Language
) -> None:
    """One cell of the example, as somebody would type it."""
    kind = column.attribute.type if column.attribute else "real"
    shown = _values(column.attribute, language).get(column.example, column.example)
    if not shown:
        return
    if kind == "date":
        page.write_datetime(1, number, date.fromisoformat(shown), style)
    elif kind in {"integer", "real"} and column.name != "wkt":
        page.write_number(1, number, float(shown), style)
    else:
        page.write_string(1, number, shown, style)


def _write_guide(
    book: Workbook, page: Worksheet, columns: tuple[TemplateColumn, ...], language: Language
) -> None:
    """What each column is, row by row."""
    bold = book.add_format({"bold": True})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    page.write_string(0, 0, MARK)
    page.write_string(0, 1, say(_HOW, language), wrap)
    heads = (_("Header"), _("Needed"), _("Kind of value"), _("Note"))
    for number, title in enumerate(heads):
        page.write_string(2, number, say(title, language), bold)
    for row, column in enumerate(columns, start=3):
        needed = column.attribute is not None and column.attribute.required
        values = "; ".join(_values(column.attribute, language).values())
        kind = _TYPES.get(column.attribute.type if column.attribute else "real", _TYPES["text"])
        cells = (
            column.header,
            say(_("yes"), language) if needed else "",
            values or say(kind, language),
            column.note,
        )
        for number, text in enumerate(cells):
            page.write_string(row, number, text, wrap)
    for number, width in enumerate((34, 60, 44, 60)):
        page.set_column(number, number, width)


_HOW: Message = _(
    "One row for each. The grey row is an example: it is set aside on import and may stay or go. "
    "Leave empty what is not known. Columns that are not needed may be deleted, and others added: "
    "what is not recognised is listed and left out. Import the file with: geo-relocation import"
)
