"""Which process works on a run, and whether it is still there."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_PROC = Path("/proc")


def this_process() -> dict[str, Any]:
    """The present process, so that it can be told from a later one of the same number."""
    return {**_computer(), "pid": os.getpid(), "began": _began(os.getpid())}


def is_alive(process: Mapping[str, Any]) -> bool | None:
    """Whether a process still runs; None where that cannot be told from here."""
    here = _computer()
    if os.name != "posix" or any(process.get(name) != here[name] for name in ("host", "space")):
        return None
    if process.get("boot") != here["boot"]:
        return False
    try:
        os.kill(int(process["pid"]), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's: it is there
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    return bool(process.get("began") == _began(int(process["pid"])))


def _computer() -> dict[str, Any]:
    """Name of the computer, its run since it was switched on, and whose numbers count."""
    try:
        boot: str | None = (_PROC / "sys/kernel/random/boot_id").read_text("ascii").strip()
        space: str | None = str((_PROC / "self/ns/pid").readlink())
    except OSError:
        boot = space = None
    return {"host": socket.gethostname(), "boot": boot, "space": space}


def _began(pid: int) -> str | None:
    """When a process began, in the system's own count; None where the system does not say.

    A process that has ended and was not yet taken note of by its parent does not count.
    """
    try:
        # The name, in brackets, may hold anything; the state is the first field behind it.
        fields = (_PROC / str(pid) / "stat").read_text("utf-8", "replace").rpartition(")")[2]
    except OSError:
        return None
    state, *rest = fields.split()
    return None if state == "Z" else rest[18]
