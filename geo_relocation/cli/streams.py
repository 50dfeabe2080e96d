"""What goes to the terminal: readable in every code page, and harmless whatever the data says."""

from __future__ import annotations

import codecs
import json
import re
import sys
import unicodedata
from typing import Any, TextIO

from rich.markup import escape

from geo_relocation.cli.language import said
from geo_relocation.messages import Message
from geo_relocation.text.printing import printable

_PLAIN = "georeloc-plain"
_ESCAPED = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_ALIKE = str.maketrans("đĐ–—…·→←“”‘’✓×●≥≤", "dD--.*><\"\"''vx*><")


def _plainer(error: UnicodeError) -> tuple[str, int]:
    """What stands for letters that a code page lacks: the same without marks, else ``?``."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    found = unicodedata.normalize("NFD", error.object[error.start : error.end].translate(_ALIKE))
    letters = (letter for letter in found if not unicodedata.combining(letter))
    return "".join(letter if letter.isascii() else "?" for letter in letters), error.end


def make_tolerant(*streams: TextIO) -> None:
    """Let streams write letters without their marks where the code page lacks them."""
    codecs.register_error(_PLAIN, _plainer)
    for stream in streams:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=_PLAIN)


def shown(text: object) -> str:
    """Text from the data for rich: neither its markup nor a control character does anything."""
    return escape(printable(str(text)))


def as_json(value: object, *, indent: int | None = 2, stream: TextIO | None = None) -> str:
    """JSON that survives the code page and holds no control character a terminal would obey."""
    encoding = (getattr(stream or sys.stdout, "encoding", None) or "ascii").lower()
    text = json.dumps(
        value, ensure_ascii=not encoding.startswith("utf"), indent=indent, default=_plain
    )
    return _ESCAPED.sub(_escaped, text)


def _plain(value: object) -> str:
    """What JSON has no kind for: a message in the language of the call, all else as text."""
    return said(value) if isinstance(value, Message) else str(value)


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def write_line(text: str, stream: Any) -> None:
    """A line as it is, without rich."""
    print(text, file=stream)
