"""Rules, scenarios and tables that a command names as files."""

from __future__ import annotations

from pathlib import Path

from geo_relocation.errors import FileMissingError, UsageError
from geo_relocation.ingest.formats import require_file
from geo_relocation.messages import _

_LONGEST_TEXT = 16 << 20
"""Bytes of a file of rules, a scenario or a table of codes."""


def read_text(path: Path) -> str:
    """The text of a file the user named.

    Raises
    ------
    FileMissingError
        If it is not there or not UTF-8 text.
    NotSpatialError
        If it is a folder, a pipe or a device.
    UsageError
        If it is far longer than rules, scenarios and tables of codes are.
    """
    try:
        with require_file(path).open("rb") as stream:
            data = stream.read(_LONGEST_TEXT + 1)
        if len(data) > _LONGEST_TEXT:
            raise UsageError(
                _("{path} is longer than {count:n} bytes.", path=path, count=_LONGEST_TEXT),
                why=_("Rules, scenarios and tables of codes are far shorter."),
            )
        return data.decode("utf-8")
    except OSError as error:
        raise FileMissingError(
            _("{path} cannot be read.", path=path), why=str(error.strerror)
        ) from error
    except UnicodeDecodeError as error:
        raise FileMissingError(
            _("{path} is not UTF-8 text.", path=path),
            hint=_("Save it as UTF-8 and run this again."),
        ) from error
