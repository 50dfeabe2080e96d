"""Rows of a list that are no data: totals, headings of groups, and what stands below the list.

A heading that names a district or a commune tells it to the rows below; a totals row is held
against the rows that it sums up.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from geo_relocation.ingest.raw import Note
from geo_relocation.model.templates import EXAMPLE
from geo_relocation.text.normalise import search_key
from geo_relocation.text.numbers import count_of

Row = tuple[int, list[object]]
"""Number of a row as a person counts, and its cells."""

_OF = (
    r"phường|p\.|xã|x\.|thị trấn|tt\.?|thành phố|tp\.?|thị xã|tx\.?|huyện|quận|khu phố|kp\.?|ấp|"
    r"doanh nghiệp|dn|cơ sở|cs|hộ|nhà máy|toàn|cả|chung|trang|nhóm|mục|phần|ngành|khu vực|"
    r"cụm|kcn|ccn|tỉnh|địa bàn|theo|số|diện tích|lao động|"
    r"phuong|xa|thi tran|thanh pho|thi xa|huyen|quan|khu pho|doanh nghiep|co so|toan|nhom|nganh"
)
_TOTAL = re.compile(
    r"^(?:tổng cộng|tổng số|tổng|cộng|tc|total|grand total|sub-?total|tong cong|tong so|tong|cong)"
    rf"\s*(?:$|\([^)]*\)\s*[:.]?$|[.]$|:.*|\d[\d.,]*(?:\s*(?:{_OF})\b.*)?$|(?:{_OF})(?![^\W\d_]).*)"
)
_OPENING_A_TOTAL = frozenset("TtCcGgSs")
"""What the words of `_TOTAL` begin with: most cells need not be looked at further."""
_COUNTED = re.compile(r"(\d+)\s*(?:doanh nghiệp|dn|cơ sở|cs|hộ|nhà máy|doanh nghiep|co so)(?!\w)")
_HEADING = re.compile(r"^([IVX]{1,5}|[A-H])\.?$")
_LEADING = re.compile(
    r"^\s*(?:[IVX]{1,5}|[A-Ha-h]|\d{1,2}(?:\.\d{1,2})*)\s*[.)/:–-]+\s*|^[-+•*]\s*"
)
_DISTRICT = re.compile(r"^(?:thành phố|tp\.?|thị xã|tx\.?|huyện|quận)\s+\S", re.IGNORECASE)
_COMMUNE = re.compile(r"^(?:phường|p\.|xã|x\.|thị trấn|tt\.?)\s*\S", re.IGNORECASE)
_KIND = re.compile(
    r"^(?:thành phố|thị xã|thị trấn|huyện|quận|phường|xã|(?:tp|tx|tt|p|x)\b\.?)\s*", re.IGNORECASE
)
_BRACKETED = re.compile(r"\s*[(:].*$")
_NUMBER = re.compile(r"[-+]?[\d.,\s]+%?")
_EXAMPLES = {word.casefold() for word in (EXAMPLE.vi, EXAMPLE.en)}
_LONGEST_PLACE = 6
_SEARCHED = 4
_LONGEST_ROW = 1000
_NARROW = 3
_SPARSE = 3


@dataclass
class Sorted:
    """The rows below a header, told apart.

    Attributes
    ----------
    kept
        Rows of data.
    notes
        One for each row that is none.
    districts, communes
        For each row of data what the heading above it says, empty where none does.
    totals
        Totals rows, each with how many rows of data stand above it and the words that open it.
    starts
        Numbers of rows of data above each heading and each total: where a sum may begin.
    """

    kept: list[Row] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    districts: list[str] = field(default_factory=list)
    communes: list[str] = field(default_factory=list)
    totals: list[tuple[Row, int, str]] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])


def sort_rows(body: Sequence[Row], serial: int | None) -> Sorted:
    """Tell data from totals, headings and what stands below the list.

    Parameters
    ----------
    body
        The filled rows below the header.
    serial
        Column of serial numbers, if there is one.
    """
    found = Sorted()
    width = max((len(row) - row.count(None) for _, row in body), default=0)
    district = commune = ""
    last = next((n for n in reversed(range(len(body))) if _is_data(body[n][1], serial)), -1)
    after_total = False
    for place, (number, row) in enumerate(body):
        filled = [v for v in row if v is not None]
        total = next((str(v) for v in row[:_SEARCHED] if _totals(v, row, serial)), "")
        below = after_total and place > last
        if any(_is_example(value) for value in row[:_SEARCHED]):
            found.notes.append(_note("example-row", number, row))
        elif total:
            found.notes.append(_note("totals-row", number, row))
            found.totals.append(((number, row), len(found.kept), total))
            found.starts.append(len(found.kept))
            after_total = True
        elif width > _NARROW and _is_heading(row, filled, serial):
            kind = "footer-row" if below else "section-row"
            found.notes.append(_note(kind, number, row))
            level, name = _place_of(filled)
            if level == "commune":
                commune = name
            else:
                # A heading of another kind ends no district, but the commune above it.
                district, commune = (name, "") if level == "district" else (district, "")
            found.starts.append(len(found.kept))
        elif below and width > _NARROW + 1 and len(filled) < _SPARSE and _words_only(filled):
            found.notes.append(_note("footer-row", number, row))
        else:
            found.kept.append((number, row))
            found.districts.append(district)
            found.communes.append(commune)
    return found


def _note(kind: str, number: int, row: Sequence[object]) -> Note:
    return Note(kind, row=number, value=shown_row(row), cells=len(row) - row.count(None))


def shown_row(row: Sequence[object]) -> str:
    """The cells of a row that is no data, for the log."""
    text = " · ".join(" ".join(str(value).split()) for value in row if value is not None)
    return text if len(text) <= _LONGEST_ROW else f"{text[: _LONGEST_ROW - 1]}…"


def _is_example(value: object) -> bool:
    """Whether a cell marks its row as one that only shows how a list is filled in."""
    return isinstance(value, str) and value.strip().casefold() in _EXAMPLES


def is_total(text: str) -> bool:
    """Whether a text opens a row of totals."""
    opening = text.lstrip()[:1]
    return opening in _OPENING_A_TOTAL and bool(
        _TOTAL.match(unicodedata.normalize("NFC", text).strip().lower())
    )


def counted(text: str) -> int | None:
    """How many firms a totals row says it counts; None if it does not say."""
    match = _COUNTED.search(unicodedata.normalize("NFC", text).lower())
    return int(match[1]) if match else None


def _totals(value: object, row: Sequence[object], serial: int | None) -> bool:
    if not isinstance(value, str) or not is_total(value):
        return False
    # A row that is numbered like the firms is one.
    return serial is None or not isinstance(row[serial], int) or row[serial] is value


def _is_data(row: Sequence[object], serial: int | None) -> bool:
    filled = [v for v in row if v is not None]
    if any(_totals(v, row, serial) for v in row[:_SEARCHED]) or _is_heading(row, filled, serial):
        return False
    return len(filled) >= _SPARSE and not _words_only(filled)


def _is_heading(row: Sequence[object], filled: Sequence[object], serial: int | None) -> bool:
    """Whether a row heads a group.

    One text alone; I, II, A, B in place of a number; or a number and nothing but a place.
    """
    if len(filled) == 1:
        return _words_only(filled)
    if serial is None or row[serial] is None:
        return False  # a letter may be a row's own code
    if isinstance(row[serial], str) and _HEADING.match(str(row[serial]).strip()):
        return True
    return len(filled) == 2 and bool(_place_of(filled)[0])  # noqa: PLR2004


def _place_of(filled: Sequence[object]) -> tuple[str, str]:
    """What a heading names: `district` or `commune`, and its name; empty for anything else."""
    texts = [v for v in filled if isinstance(v, str) and not _HEADING.match(v.strip())]
    texts = [text for text in texts if not is_number(text)]
    if len(texts) != 1:
        return "", ""
    name = _BRACKETED.sub("", _LEADING.sub("", unicodedata.normalize("NFC", texts[0])))
    name = " ".join(name.split()).rstrip(".,;")
    if len(name.split()) > _LONGEST_PLACE or "," in name:
        return "", ""
    if _DISTRICT.match(name):
        return "district", _titled(name)
    return ("commune", _titled(name)) if _COMMUNE.match(name) else ("", "")


def _titled(name: str) -> str:
    """A unit's name without its kind, capitals as they are written within a line.

    *Phường 1* keeps its kind: a number alone names nothing.
    """
    bare = _KIND.sub("", name)
    shown = name if bare.isdecimal() or not bare else bare
    return shown.title() if shown.isupper() else shown


def _words_only(values: Sequence[object]) -> bool:
    return all(isinstance(v, str) and not is_number(v) for v in values)


def is_number(text: str) -> bool:
    """Whether a text is nothing but a number."""
    return bool(_NUMBER.fullmatch(text.strip()))


def is_numbering(row: Sequence[object]) -> bool:
    """Whether a row only numbers the columns: 1, 2, 3 or (1), (2), (3) or A, B, 1, 2."""
    filled = [search_key(str(v)) for v in row if v is not None]
    counts = [count_of(text) for text in filled]
    numbers = [count for count in counts if count is not None]
    letters = [text for text, count in zip(filled, counts, strict=True) if count is None]
    return (
        len(numbers) >= 3  # noqa: PLR2004 - fewer could be data
        and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        and numbers[0] in {1, 2, 3}
        and all(len(text) == 1 for text in letters)
    )
