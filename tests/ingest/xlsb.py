"""A binary workbook, record by record as [MS-XLSB] describes them: no library here writes one."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
ERROR = {"#REF!": 0x17, "#N/A": 0x2A}


def record(kind: int, data: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, size = len(data), b""
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 127 else 0)])
        length >>= 7
        if not length:
            return head + size + data


def text(words: str) -> bytes:
    return struct.pack("<I", len(words)) + words.encode("utf-16-le")


def cell(column: int, value: object) -> bytes:
    """A text, a number, a share (a tuple) or an error."""
    style = 1 if isinstance(value, tuple) else 0
    head = struct.pack("<II", column, style)
    if isinstance(value, tuple):
        return record(5, head + struct.pack("<d", value[0]))
    if isinstance(value, (int, float)):
        return record(5, head + struct.pack("<d", value))
    if value in ERROR:
        return record(3, head + bytes([ERROR[value]]))
    return record(6, head + text(str(value)))


def write(
    path: Path,
    rows: list[list[object]],
    hidden_rows: set[int],
    hidden_columns: set[int],
    merged: list[tuple[int, int, int, int]],
) -> None:
    """One sheet; rows and columns from 0, merged ranges by top, left, bottom and right."""
    width = max(map(len, rows))
    sheet = record(129) + record(148, struct.pack("<IIII", 0, len(rows) - 1, 0, width - 1))
    sheet += record(390)
    for column in range(width):
        flags = 1 if column in hidden_columns else 0
        sheet += record(60, struct.pack("<IIIIH", column, column, 2560, 0, flags))
    sheet += record(391) + record(145)
    for number, row in enumerate(rows):
        flags = 0x10 if number in hidden_rows else 0
        spans = struct.pack("<I", 1) + struct.pack("<II", 0, width - 1)
        sheet += record(0, struct.pack("<IIHBBB", number, 0, 300, 0, flags, 0) + spans)
        for column, value in enumerate(row):
            if value is not None:
                sheet += cell(column, value)
    sheet += record(146) + record(177, struct.pack("<I", len(merged)))
    for top, left, bottom, right in merged:
        sheet += record(176, struct.pack("<IIII", top, bottom, left, right))
    sheet += record(178) + record(130)
    book = record(131) + record(143)
    book += record(156, struct.pack("<II", 0, 1) + text("rId1") + text("Danh sách"))
    book += record(144) + record(132)
    style = struct.pack("<HHHHH", 0, 0, 0, 0, 0) + bytes(6)
    share = struct.pack("<HHHHH", 0, 9, 0, 0, 0) + bytes(6)
    styles = record(278) + record(626, struct.pack("<I", 1)) + record(47, b"\xff\xff" + style[2:])
    styles += record(627) + record(617, struct.pack("<I", 2)) + record(47, style)
    styles += record(47, share) + record(618) + record(279)
    types = f"""<Types xmlns="{PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>
<Override PartName="/xl/worksheets/sheet1.bin" ContentType="application/vnd.ms-excel.worksheet"/>
<Override PartName="/xl/styles.bin" ContentType="application/vnd.ms-excel.styles"/></Types>"""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("_rels/.rels", rels(("officeDocument", "xl/workbook.bin")))
        archive.writestr("xl/workbook.bin", book)
        parts = rels(("worksheet", "worksheets/sheet1.bin"), ("styles", "styles.bin"))
        archive.writestr("xl/_rels/workbook.bin.rels", parts)
        archive.writestr("xl/worksheets/sheet1.bin", sheet)
        archive.writestr("xl/styles.bin", styles)


def rels(*targets: tuple[str, str]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{n}" Type="{RELS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'
