"""The report: a Word document with the state of the data, the method, tables and the list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

import pandas as pd
from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.table import CT_Row
from docx.shared import Cm, Pt, RGBColor, Twips
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from geo_relocation.messages import Language, Message, _, joined, ngettext
from geo_relocation.model.enums import SolveStatus, Verdict
from geo_relocation.publish import palette
from geo_relocation.publish.cells import sheet_name
from geo_relocation.publish.content import Content
from geo_relocation.publish.files import NOTHING, Protected, replaced
from geo_relocation.publish.kinds import DOCUMENT as KIND
from geo_relocation.publish.kinds import REPORT, office_mark
from geo_relocation.publish.parameters import said_parameters
from geo_relocation.publish.records import Column, park_use, site_records
from geo_relocation.publish.sheets import city_lists, list_name, summary_frame, worded_columns
from geo_relocation.publish.words import word
from geo_relocation.publish.written import Written, held
from geo_relocation.standing.days import said_day
from geo_relocation.text.printing import printable
from geo_relocation.words import say, style

_FONT = "Times New Roman"
_HEADER_FILL = "E7EDF2"
_BAR_CM = 11.0

_METHOD = (
    _(
        "Each site is laid over planned and existing land use in the reference system {crs}. The "
        "share of its land in each category and the distance to the nearest housing are "
        "calculated for each site."
    ),
    _(
        "A verdict has three values: in conflict, clear, and to be checked in the field where the "
        "location or the plan is not certain enough."
    ),
    _(
        "Firms that must move are placed in parks and clusters so that as many as possible have a "
        "place, and then at the least cost in kilometre-equivalents."
    ),
    _("An independent checker confirms a plan before it is stored."),
)
"""How the results came about."""

_LIST_COLUMNS = (
    Column("name", "sites", "name"),
    Column("old_commune", "sites", "old_commune"),
    Column("activity", "sites", "activity"),
    Column("land_m2", "sites", "land_m2"),
    Column("workers", "sites", "workers"),
    Column("verdict", "findings", "verdict"),
    Column("finding_reason", "findings", "reason"),
    Column("route", "decisions", "route"),
    Column("deadline", "decisions", "deadline"),
    Column("to_park", "assignments", "park_id"),
)


MOST_ROWS = 1000
"""Rows of one list in the document; the workbook has the rest."""


def write_document(
    content: Content, path: str | Path, *, protected: Protected = NOTHING
) -> Written:
    """Write the report as a Word document.

    A list of more than `MOST_ROWS` rows ends with the sheet of the workbook that has them all.

    Parameters
    ----------
    content
        What to show.
    path
        The file, ``….docx``; an old one is replaced whole.
    protected
        What must not be replaced.
    """
    document = Document()
    _prepare(document, content)
    _opening(document, content)
    _results(document, content)
    cut = [*_plan(document, content), *_list(document, content)]
    with replaced(path, KIND, protected) as temporary:
        # By way of memory: python-docx leaves an archive half open when the disk is full.
        packed = BytesIO()
        document.save(packed)
        temporary.write_bytes(packed.getbuffer())
    records = pd.DataFrame(site_records(content).drop(columns="geometry"))
    shown = ((column.attribute, records[column.name]) for column in _LIST_COLUMNS)
    return Written(Path(path), held(shown), tuple(cut))


# ---- page, fonts, small parts ---------------------------------------------------------------


def _prepare(document: DocumentType, content: Content) -> None:
    """Page size, fonts, page numbers and properties."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.5), Cm(2)
    section.top_margin = section.bottom_margin = Cm(2)
    for name, size in (("Normal", 12), ("Title", 18), ("Heading 1", 14), ("Heading 2", 12)):
        style = document.styles[name]
        style.font.name, style.font.size = _FONT, Pt(size)
        style.font.color.rgb = RGBColor(0x22, 0x22, 0x22)
        # Without the other scripts' fonts Word falls back to its theme for some letters.
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
            fonts.set(qn(script), _FONT)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)
    made = datetime.now(UTC).replace(microsecond=0, tzinfo=None)
    document.core_properties.created = document.core_properties.modified = made
    document.core_properties.keywords = office_mark(REPORT)
    document.core_properties.title = content.title
    document.core_properties.language = "vi-VN" if content.language == "vi" else "en-GB"
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run(f"{word('page', content.language)} ")
    _field(footer, "PAGE")


def _field(paragraph: Paragraph, code: str) -> None:
    """A field that Word fills in, such as the number of the page."""
    for kind in ("begin", None, "end"):
        run = paragraph.add_run()
        if kind is None:
            text = OxmlElement("w:instrText")
            text.set(qn("xml:space"), "preserve")
            text.text = code
            run._r.append(text)  # noqa: SLF001 - python-docx has no public way to a field
            continue
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        run._r.append(mark)  # noqa: SLF001


def _shade(cell: _Cell, color: str) -> None:
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:fill"), color.removeprefix("#"))
    cell._tc.get_or_add_tcPr().append(shading)  # noqa: SLF001 - as above


def _table(
    document: DocumentType,
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths_cm: Sequence[float],
    size: float = 10,
) -> None:
    """A table whose header row repeats on every page; numbers stand to the right.

    The rows are written as XML: cell by cell, python-docx takes 20 s for a list of 2,700 firms.
    """
    table: Table = document.add_table(rows=0, cols=len(headers))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    widths = [round(width * _TWIPS_PER_CM) for width in widths_cm]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Twips(width)
    half_points = round(size * 2)
    body = table._tbl  # noqa: SLF001 - as above
    body.append(_row(headers, widths, half_points, header=True))
    for texts in rows:
        body.append(_row(texts, widths, half_points))


_TWIPS_PER_CM = 567


def _row(
    texts: Sequence[str], widths: Sequence[int], half_points: int, *, header: bool = False
) -> CT_Row:
    """One row of a table."""
    cells = []
    for text, width in zip(texts, widths, strict=True):
        aligned = "center" if header else "right" if _is_number(text) else "left"
        fill = f'<w:shd w:val="clear" w:fill="{_HEADER_FILL}"/>' if header else ""
        bold = "<w:b/>" if header else ""
        shown = escape(printable(text))
        cells.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{fill}</w:tcPr>'
            f'<w:p><w:pPr><w:spacing w:after="0"/><w:jc w:val="{aligned}"/></w:pPr>'
            f'<w:r><w:rPr>{bold}<w:sz w:val="{half_points}"/></w:rPr>'
            f'<w:t xml:space="preserve">{shown}</w:t></w:r></w:p></w:tc>'
        )
    repeated = "<w:tblHeader/>" if header else ""
    properties = f"<w:trPr><w:cantSplit/>{repeated}</w:trPr>"
    row: CT_Row = parse_xml(f"<w:tr {nsdecls('w')}>{properties}{''.join(cells)}</w:tr>")
    return row


def _is_number(text: str) -> bool:
    return bool(text) and all(letter.isdigit() or letter in ".,-–% " for letter in text)


def _bar(document: DocumentType, parts: Sequence[tuple[float, str]]) -> None:
    """A bar of coloured cells whose widths show the parts of a whole."""
    total = sum(value for value, _ in parts)
    shown = [(value / total, color) for value, color in parts if value > 0] if total else []
    if not shown:
        return
    table = document.add_table(rows=1, cols=len(shown))
    table.autofit = False
    for cell, (share, color) in zip(table.rows[0].cells, shown, strict=True):
        cell.width = Cm(max(share * _BAR_CM, 0.1))
        cell.paragraphs[0].paragraph_format.space_after = Pt(0)
        cell.paragraphs[0].add_run(" ").font.size = Pt(7)
        _shade(cell, color)


# ---- the parts of the report -------------------------------------------------------------------


def _opening(document: DocumentType, content: Content) -> None:
    language = content.language
    document.add_heading(content.title, level=0)
    document.add_heading(word("data_status", language), level=1)
    status = document.add_paragraph()
    run = status.add_run(content.data_note or word("real_data", language))
    run.bold = bool(content.data_note)
    if content.data_note:
        run.font.color.rgb = RGBColor(0x8A, 0x5A, 0x00)
    for note in content.notes:
        document.add_paragraph(note)
    document.add_heading(word("method", language), level=1)
    method = [Message(sentence.text, {"crs": content.crs.name}) for sentence in _METHOD]
    document.add_paragraph(say(joined(method), language))
    parameters = said_parameters(content.parameters, language)
    if parameters:
        headers = [word("parameter", language), word("value", language)]
        _table(document, headers, list(parameters.items()), [8.0, 8.2])


def _results(document: DocumentType, content: Content) -> None:
    language = content.language
    document.add_heading(word("by_city", language), level=1)
    frame = summary_frame(content)
    verdicts = [member.value for member in Verdict]
    headers = [
        Column("city", "sites", "old_district").header(language),
        *(member.label(language) for member in Verdict),
        word("count", language),
        word("land_ha", language),
        word("workers", language),
        word("listed", language),
    ]
    names = ["city", *verdicts, "count", "land_ha", "workers", "listed"]
    rows = [[_say(value, language) for value in row] for row in frame[names].to_numpy(object)]
    _table(document, headers, rows, [3.6, 1.8, 1.8, 1.8, 1.6, 1.9, 1.9, 1.9])
    total = frame.iloc[-1]
    document.add_paragraph()
    colors = {entry.value: entry.color for entry in palette.VERDICTS}
    _bar(document, [(float(total[name]), colors[name]) for name in verdicts])
    legend = document.add_paragraph()
    for member in Verdict:
        mark = legend.add_run("■ ")
        mark.font.color.rgb = RGBColor.from_string(colors[member.value].removeprefix("#"))
        legend.add_run(f"{member.label(language)} {_say(total[member.value], language)}   ")


def _plan(document: DocumentType, content: Content) -> list[str]:
    """The plan with the parks it uses; returns what was left to the workbook."""
    language = content.language
    document.add_heading(word("plan", language), level=1)
    if not content.has_plan:
        document.add_paragraph(word("no_plan", language))
        return []
    if content.plan_scope:
        document.add_paragraph(content.plan_scope)
    document.add_paragraph(_plan_sentence(content))
    use = park_use(content)
    use = use[use["firms"] > 0].sort_values("used_ha", ascending=False, kind="stable")
    headers = [
        Column("name", "parks", "name").header(language),
        Column("free_ha", "parks", "free_ha").header(language),
        word("firms_placed", language),
        word("used_ha", language),
        word("left_ha", language),
    ]
    names = ["name", "free_ha", "firms", "used_ha", "left_ha"]
    shown = use[names].head(MOST_ROWS).to_numpy(object)
    rows = [[_say(value, language) for value in row] for row in shown]
    _table(document, headers, rows, [6.5, 2.4, 2.4, 2.4, 2.4])
    return _rest(document, len(use), word("sheet_parks", language), language)


def _rest(document: DocumentType, count: int, sheet: str, language: Language) -> list[str]:
    """After a list that is cut, say how many rows there are more, and where they are."""
    if count <= MOST_ROWS:
        return []
    words = word("more_rows", language, count=count - MOST_ROWS, sheet=sheet_name(sheet, set()))
    document.add_paragraph(words)
    return [words]


def _plan_sentence(content: Content) -> str:
    """Placed, left out, cost and how near the plan is to the best there can be."""
    plan, assignments = content.plan, content.frame("assignments")
    placed = int(assignments["park_id"].notna().sum())
    sentences = [
        ngettext(
            "The plan has a place for {count:n} site; {left:n} not placed.",
            "The plan has a place for {count:n} sites; {left:n} not placed.",
            placed,
            left=len(assignments) - placed,
        )
    ]
    if "cost" in plan and "gap" in plan:
        sentences.append(
            _(
                "It costs {cost:n0} km-equivalents, {gap:%} above the bound ({status}).",
                cost=float(str(plan["cost"])),
                gap=float(str(plan["gap"])),
                status=SolveStatus.of(str(plan["status"])),
            )
        )
    return say(joined(sentences), content.language)


def _list(document: DocumentType, content: Content) -> list[str]:
    """The preliminary list by city, on pages that lie on their side; returns what was cut."""
    language, cut = content.language, list[str]()
    lists = city_lists(content)
    if not lists:
        return cut
    section = document.add_section()
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    document.add_heading(word("title_list", language), level=1)
    for city, whole in lists:
        document.add_heading(f"{city} ({style(language).number(len(whole))})", level=2)
        part = whole.head(MOST_ROWS)
        columns, frame = worded_columns(part, _LIST_COLUMNS, content)
        # A firm without a name is named by its site.
        frame["name"] = frame["name"].fillna(part["site_id"].reset_index(drop=True))
        headers = [word("number", language), *(column.header for column in columns)]
        rows = [
            [str(number), *(_say(value, language) for value in row)]
            for number, row in enumerate(frame.to_numpy(object), start=1)
        ]
        _table(document, headers, rows, [1.1, 4.1, 2.4, 2.6, 1.9, 2.0, 2.1, 2.9, 2.0, 2.1, 2.4], 8)
        cut += _rest(document, len(whole), list_name(city, language), language)
    return cut


def _say(value: object, language: Language) -> str:
    """A cell: nothing for a missing value, numbers and dates as people write them."""
    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return said_day(value, language)
    if isinstance(value, (int, float)):
        return style(language).number(value, 1)
    return str(value)
