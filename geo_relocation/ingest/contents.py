"""What a file of a table is by its content: office programs give any of these any name.

Offices export web pages, XML and plain text under the name of a workbook, and workbooks under the
name of a text. What a spreadsheet program would open is read; for the rest, people are told what
the file is.
"""

from __future__ import annotations

import mmap
import re
import zipfile
from pathlib import Path
from typing import Literal

from geo_relocation.messages import Message, _
from geo_relocation.plaintext import unicode_codec

Held = Literal["workbook", "web page", "XML workbook", "text"]

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF = (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08")
_OTHERS = (b"%PDF", b"SQLite format 3\x00", b"PAR1")
_DECLARATION = r"\s*(?:<\?xml[^>]*>\s*)?(?:<\?mso-application[^>]*>\s*)?(?:<!--.*?-->\s*)*"
_XML_BOOK = re.compile(
    rf"{_DECLARATION}<(?:\w+:)?Workbook\b[^>]*urn:schemas-microsoft-com:office:spreadsheet",
    re.DOTALL,
)
_PAGE = re.compile(
    rf"{_DECLARATION}<(?:!doctype\s+html|html|head|meta|body|style|table|div|center)\b",
    re.DOTALL | re.IGNORECASE,
)
_XML = re.compile(r"\s*<[A-Za-z!?]")
_MARK = "ï»¿"
"""A byte-order mark of UTF-8, read as Latin-1."""
_FRAMES = re.compile(r"<frameset\b|<x:WorksheetSource\s+HRef", re.IGNORECASE)
_SYLK = re.compile(r"ID;P[^\r\n]*\r?\n[A-Z]{1,2};")
_COLUMNS = re.compile(r"[,;\t|]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def table_in(path: Path, head: bytes, *, named_text: bool) -> Held | Message | None:
    """What holds the table of a file, or what the file is instead; None if nothing shows.

    Parameters
    ----------
    path
        The file.
    head
        Its first bytes.
    named_text
        Whether its name is that of a text, which may begin with whatever it likes.
    """
    if head.startswith(_ZIP):
        return _of_zip(path)
    if head.startswith(_OLE):
        return _of_old(path)
    if head.startswith(_BIFF):
        return "workbook"
    if head.startswith(_OTHERS) or not (head or named_text):
        return None
    return _of_text(head, named_text=named_text)


def _of_zip(path: Path) -> Held | Message:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            kind = archive.read("mimetype")[:100] if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, ValueError):
        return "workbook"  # its reader says in which way it is damaged
    folders = {name.partition("/")[0] for name in names}
    if "xl" in folders or ("content.xml" in names and (not kind or b"spreadsheet" in kind)):
        return "workbook"
    if "word" in folders or b"opendocument.text" in kind:
        return _("a text document of Word or Writer")
    if "ppt" in folders or b"opendocument.presentation" in kind:
        return _("a presentation")
    if any(name.lower().endswith(".kml") for name in names):
        return _("a KMZ")
    return _("a zip without a workbook")


def _of_old(path: Path) -> Held | Message:
    """A file of Office 97–2003, whose parts bear their names in UTF-16."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data.find("WordDocument".encode("utf-16-le")) < 0:
            return "workbook"
        book = any(data.find(f"{name}\0".encode("utf-16-le")) >= 0 for name in ("Workbook", "Book"))
    return "workbook" if book else _("a text document of Word or Writer")


def _of_text(head: bytes, *, named_text: bool) -> Held | Message | None:
    text = head.decode(unicode_codec(head) or "latin-1", errors="ignore").removeprefix("\ufeff")
    text = text.removeprefix(_MARK)
    if _XML_BOOK.match(text):
        return "XML workbook"
    if _PAGE.match(text):
        frames = _FRAMES.search(text)
        return _("a web page whose sheets lie in other files") if frames else "web page"
    if text.lstrip()[:13].lower() == "mime-version:":
        return _("a web archive (MHTML)")
    if named_text:
        return None if _XML.match(text) and text.lstrip().startswith("<?") else "text"
    return _of_unnamed_text(text)


def _of_unnamed_text(text: str) -> Held | Message | None:
    """What a text is that bears the name of a workbook."""
    if _SYLK.match(text):
        return _("a SYLK file")
    if _XML.match(text) or _CONTROL.search(text) or not text.strip() or text[0] in "[{":
        return None
    return "text" if _COLUMNS.search(text) else _("a text without columns")
