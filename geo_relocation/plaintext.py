"""Bytes of a text file → text, as far as they say themselves which Unicode they are.

Editors on Windows begin a file with a byte-order mark or save it as UTF-16, with or without one.
Whoever reads a text that a person wrote reads it through here.
"""

from __future__ import annotations

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as UTF-16 does, so it is asked for first
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LOOKED_AT = 1 << 16
_OFTEN, _HARDLY = 0.2, 0.02


def unicode_codec(head: bytes) -> str | None:
    """The encoding that the first bytes of a text show: a mark, or the pattern of UTF-16.

    Every other byte of UTF-16 is zero in digits, spaces and letters without marks, and no byte
    is in UTF-8. None where nothing shows: UTF-8 without a mark, or no Unicode at all.
    """
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return codec
    pairs = min(len(head), _LOOKED_AT) // 2
    if not pairs:
        return None
    first, second = (head[start : 2 * pairs : 2].count(0) / pairs for start in (0, 1))
    if second >= _OFTEN and first <= _HARDLY:
        return "utf-16-le"
    if first >= _OFTEN and second <= _HARDLY:
        return "utf-16-be"
    return None


def unicode_text(data: bytes) -> str:
    """A text without its mark, its lines ended by a line feed however they were.

    Raises
    ------
    UnicodeDecodeError
        If it is neither UTF-8, UTF-16 nor UTF-32.
    """
    text = data.decode(unicode_codec(data) or "utf-8")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
