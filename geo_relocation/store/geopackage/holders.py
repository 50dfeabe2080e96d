"""Which programs have a file open, as far as the system tells."""

from __future__ import annotations

import os
from pathlib import Path

_PROCESSES = Path("/proc")
_SHOWN = 3


def who_may_hold(path: Path) -> str:
    """The other processes that have the file open, in words; what is usual where none is told."""
    named = sorted(_open_in(path))
    if not named:
        return "QGIS or another program may have it open."
    return f"It is open in {', '.join(named[:_SHOWN])}."


def _open_in(path: Path) -> set[str]:
    """Name and number of each process that has the file open; only Linux tells."""
    try:
        wanted = path.stat()
        numbers = [entry for entry in os.listdir(_PROCESSES) if entry.isdigit()]  # noqa: PTH208
    except OSError:
        return set()
    own = str(os.getpid())
    return {
        f"{_name(number)} (process {number})"
        for number in numbers
        if number != own and _has_open(number, wanted)
    }


def _has_open(number: str, wanted: os.stat_result) -> bool:
    try:
        return any(
            os.path.samestat(entry.stat(), wanted)
            for entry in (_PROCESSES / number / "fd").iterdir()
            if entry.exists()
        )
    except OSError:  # another user's, or ended meanwhile
        return False


def _name(number: str) -> str:
    try:
        return (_PROCESSES / number / "comm").read_text("utf-8", "replace").strip() or "?"
    except OSError:
        return "?"
