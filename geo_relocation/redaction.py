"""Addresses of databases hold passwords: what may be shown of one, before anybody has read it.

An address that is malformed cannot be taken apart, so nobody can say where in it the password
is. Of such a text nothing is shown at all.
"""

from __future__ import annotations

import re
from pathlib import Path

HIDDEN = "(an address, hidden here since it may hold a password)"

_STARTS_LIKE_ADDRESS = re.compile(r"\s*(?:[a-z][\w+.-]+://|postgres\w*\s*[:/+@])", re.IGNORECASE)
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_PASSWORD = re.compile(r"passw(?:or)?d|pwd", re.IGNORECASE)
_IN_TEXT = re.compile(r"""[^\s"'<>]*(?:@|://|passw(?:or)?d=)[^\s"'<>]*""", re.IGNORECASE)


def looks_like_address(text: str) -> bool:
    """Whether a workspace is named by something like a database's address, however malformed.

    A file of that name that exists is a file; so is a name that ends in ``.gpkg`` and has no
    mark of an address before its ``@``.
    """
    if _STARTS_LIKE_ADDRESS.match(text):
        return True
    if _is_file(text):
        return False
    path = _DRIVE.sub("", text, count=1)
    if "@" in path and (":" in path or not path.lower().endswith(".gpkg")):
        return True
    return _PASSWORD.search(text) is not None and "=" in text


def _is_file(text: str) -> bool:
    try:
        return Path(text).exists()
    except (OSError, ValueError):
        return False


def redacted(text: str) -> str:
    """A text from elsewhere, such as an error message, without anything like an address."""
    return _IN_TEXT.sub(HIDDEN, text)
