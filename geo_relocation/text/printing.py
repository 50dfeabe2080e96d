"""Text that is safe to show: control characters become signs that can be seen.

A terminal obeys control characters, XML (and with it Word and Excel) cannot hold them, and marks
of writing direction make a name look like another one. Each stands as a sign instead, so that
nothing is hidden and nothing happens.
"""

from __future__ import annotations

import re

from geo_relocation.lazy import pd

_UNSAFE = "\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff"
_PATTERN = re.compile(f"[{_UNSAFE}\ud800-\udfff]")
_LONGEST_PICTURED = 0x1F
_PICTURES = 0x2400
"""Where Unicode keeps the pictures of control characters: U+241B is that of ESC."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How texts begin that Excel and LibreOffice compute instead of showing."""

_DELETE, _DELETE_PICTURE, _REPLACEMENT = "\x7f", "\u2421", "\ufffd"


def _sign(found: re.Match[str]) -> str:
    character = found[0]
    if ord(character) <= _LONGEST_PICTURED:
        return chr(_PICTURES + ord(character))
    return _DELETE_PICTURE if character == _DELETE else _REPLACEMENT


def printable(text: str) -> str:
    r"""The text with every control character as a sign; line breaks and tabs stay.

    Examples
    --------
    >>> printable("Xưởng\x1b[2J")
    'Xưởng␛[2J'
    """
    return _PATTERN.sub(_sign, text.replace("\r\n", "\n"))


def no_formula(value: object) -> object:
    """A value for a CSV file; a text that a spreadsheet would take for a formula is marked."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def printable_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with every text made printable; the same frame where all of them are."""
    changed = {}
    for name, dtype in frame.dtypes.items():
        if not isinstance(dtype, pd.StringDtype):
            continue
        values = frame[name]
        unsafe = values.str.contains(f"[{_UNSAFE}]", regex=True, na=False).to_numpy(bool)
        if unsafe.any():
            changed[name] = values.astype(object).where(~unsafe, values.map(_safe)).astype("str")
    return frame.assign(**changed) if changed else frame


def _safe(value: object) -> object:
    return printable(value) if isinstance(value, str) else value
