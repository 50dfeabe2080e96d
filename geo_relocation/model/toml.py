"""TOML read as users write it, whatever is wrong with it being one kind of error; and written."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any


def read_toml(text: str) -> dict[str, Any]:
    """The content of a TOML text.

    Raises
    ------
    ValueError
        If it is not TOML, holds an integer of thousands of digits, or is nested without end.
    """
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("brackets stand in each other too deep") from error


_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml_key(name: object) -> str:
    """A key as TOML writes it."""
    text = str(name)
    return text if _BARE.fullmatch(text) else _quoted(text)


def toml_value(value: object) -> str:
    """A value as TOML writes it, tables in braces and without what is None in them.

    Examples
    --------
    >>> toml_value({"park": "KCN Cây Trường", "ha": 5.0, "years": [2026, 2027]})
    '{ park = "KCN Cây Trường", ha = 5.0, years = [2026, 2027] }'
    """
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        rows = [
            f"{toml_key(key)} = {toml_value(one)}" for key, one in value.items() if one is not None
        ]
        return "{ " + ", ".join(rows) + " }" if rows else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    return str(value)


def _quoted(text: str) -> str:
    # JSON's escapes are TOML's, but for one control character that JSON leaves as it is.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
