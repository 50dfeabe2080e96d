"""The leader's page as a Word document of one A4 page, and as PDF."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from geo_relocation.publish.files import NOTHING, Protected, replaced
from geo_relocation.publish.kinds import LEADER, LEADER_DOCUMENT, LEADER_PDF, office_mark
from geo_relocation.publish.leader import LeaderPage, Lines, Sentences
from geo_relocation.publish.pdf import pdf_of
from geo_relocation.publish.written import Written
from geo_relocation.text.printing import printable

_FONT = "Times New Roman"
_INK, _ACCENT, _WARNING = (
    RGBColor(0x22, 0x22, 0x22),
    RGBColor(0x10, 0x4E, 0x7A),
    RGBColor(0x8A, 0x5A, 0x00),
)
_WIDTH_CM = 18.0
_PICTURE_CM = 9.2
_EDGES_CM = 0.6
"""What a cell keeps free on its left and right together."""

_SIDE_CM = _WIDTH_CM - _PICTURE_CM - _EDGES_CM
_FILL = "E7EDF2"


def write_leader_document(
    page: LeaderPage, path: str | Path, *, protected: Protected = NOTHING
) -> Written:
    """Write the page as a Word document.

    Parameters
    ----------
    page
        What it says.
    path
        The file, ``….docx``; an old one is replaced whole.
    protected
        What must not be replaced.
    """
    content = _packed(page)
    with replaced(path, LEADER_DOCUMENT, protected) as temporary:
        temporary.write_bytes(content)
    return Written(Path(path))


def write_leader_pdf(
    page: LeaderPage, path: str | Path, *, protected: Protected = NOTHING
) -> Written:
    """Write the page as PDF, through the Word document and LibreOffice.

    Raises
    ------
    OutputError
        If LibreOffice is not installed, or makes no PDF of it.
    """
    content = pdf_of(_packed(page))
    with replaced(path, LEADER_PDF, protected) as temporary:
        temporary.write_bytes(content)
    return Written(Path(path))


def _packed(page: LeaderPage) -> bytes:
    """The content of the Word file."""
    document = Document()
    _prepare(document, page)
    _heading(document, page)
    _figures(document, page.figures)
    _middle(document, page)
    _lists(document, page)
    packed = BytesIO()
    document.save(packed)
    return packed.getvalue()


def _prepare(document: DocumentType, page: LeaderPage) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.5)
    section.top_margin = section.bottom_margin = Cm(1.2)
    section.header_distance = section.footer_distance = Cm(0.5)
    style = document.styles["Normal"]
    style.font.name, style.font.size, style.font.color.rgb = _FONT, Pt(10), _INK
    style.paragraph_format.space_after = Pt(2)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), _FONT)
    made = datetime.now(UTC).replace(microsecond=0, tzinfo=None)
    properties = document.core_properties
    properties.created = properties.modified = made
    properties.keywords = office_mark(LEADER)
    properties.title = printable(page.title)
    properties.language = "vi-VN" if page.language == "vi" else "en-GB"


def _write(
    paragraph: Paragraph,
    text: str,
    *,
    size: float = 10,
    bold: bool = False,
    color: RGBColor = _INK,
) -> Paragraph:
    run = paragraph.add_run(printable(text))
    run.bold, run.font.size, run.font.color.rgb = bold, Pt(size), color
    return paragraph


def _heading(document: DocumentType, page: LeaderPage) -> None:
    if page.warning:
        warning = document.add_paragraph()
        _write(warning, page.warning, size=9, bold=True, color=_WARNING)
    title = document.add_paragraph()
    title.paragraph_format.space_after = Pt(0)
    _write(title, page.title, size=15, bold=True, color=_ACCENT)
    _write(document.add_paragraph(), page.subtitle, size=9)
    for (name, text), size in ((page.question, 10), (page.answer, 11)):
        paragraph = _write(document.add_paragraph(), f"{name}: ", size=size, bold=True)
        _write(paragraph, text, size=size)


def _figures(document: DocumentType, figures: Sequence[tuple[str, str]]) -> None:
    """The row of large figures."""
    table = _table(document, [_WIDTH_CM / len(figures)] * len(figures))
    for cell, (value, name) in zip(table.rows[0].cells, figures, strict=True):
        cell._tc.get_or_add_tcPr().append(  # noqa: SLF001 - python-docx has no public way to shade
            parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="{_FILL}"/>')
        )
        large = _write(_first(cell), value, size=17, bold=True, color=_ACCENT)
        small = _write(cell.add_paragraph(), name, size=9)
        for paragraph in (large, small):
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.paragraph_format.space_after = Pt(1)
    _gap(document)


def _middle(document: DocumentType, page: LeaderPage) -> None:
    """The picture, and beside it years, payers and parks."""
    table = _table(document, [_PICTURE_CM + _EDGES_CM, _SIDE_CM])
    left, right = table.rows[0].cells
    drawn = _first(left)
    drawn.add_run().add_picture(BytesIO(page.picture), width=Cm(_PICTURE_CM))
    _write(left.add_paragraph(), page.caption, size=8)
    for part, lines in enumerate((page.years, page.payers, page.parks)):
        _small_table(right, lines, first=part == 0)
    _gap(document)


def _small_table(cell: _Cell, lines: Lines, *, first: bool) -> None:
    title = _first(cell) if first else cell.add_paragraph()
    title.paragraph_format.space_before = Pt(0 if first else 5)
    _write(title, lines.title, size=10, bold=True, color=_ACCENT)
    for name, value in lines.rows:
        paragraph = cell.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(1)
        paragraph.paragraph_format.tab_stops.add_tab_stop(
            Cm(_SIDE_CM - _EDGES_CM), WD_TAB_ALIGNMENT.RIGHT
        )
        _write(paragraph, f"{name}\t{value}" if value else name, size=9)


def _lists(document: DocumentType, page: LeaderPage) -> None:
    """What is sure and what is assumed, side by side."""
    table = _table(document, [_WIDTH_CM / 2, _WIDTH_CM / 2])
    for cell, part in zip(table.rows[0].cells, (page.sure, page.assumed), strict=True):
        _sentences(cell, part)


def _sentences(cell: _Cell, part: Sentences) -> None:
    _write(_first(cell), part.title, size=10, bold=True, color=_ACCENT)
    for text in part.texts:
        paragraph = cell.add_paragraph()
        paragraph.paragraph_format.left_indent = Cm(0.35)
        paragraph.paragraph_format.first_line_indent = Cm(-0.35)
        paragraph.paragraph_format.space_after = Pt(1)
        _write(paragraph, f"• {text}", size=9)


def _table(document: DocumentType, widths_cm: Sequence[float]) -> Table:
    """A row of cells without lines."""
    table: Table = document.add_table(rows=1, cols=len(widths_cm))
    table.autofit = False
    for column, width in zip(table.columns, widths_cm, strict=True):
        # The grid too: LibreOffice cuts a picture off at its columns, whatever the cells say.
        column.width = column.cells[0].width = Cm(width)
    return table


def _first(cell: _Cell) -> Paragraph:
    """The paragraph that every cell begins with."""
    paragraph: Paragraph = cell.paragraphs[0]
    return paragraph


def _gap(document: DocumentType) -> None:
    """The line that has to stand between two tables, as low as can be."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(0)
    _write(paragraph, "", size=4)
    paragraph.paragraph_format.line_spacing = Pt(5)
