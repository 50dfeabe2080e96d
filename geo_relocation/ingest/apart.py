"""Readers that cannot be interrupted run in a process of their own, under limits.

GDAL and the workbook reader are written in C++ and Rust: a hostile file can make them run for
hours, take all memory or crash. Apart, that costs the file and not the program. The process has
one driver of GDAL and no other, no network, and writes no file.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pyogrio

from geo_relocation.errors import (
    AmbiguousEncodingError,
    IngestError,
    LimitError,
    NotSpatialError,
)
from geo_relocation.ingest.formats import WORKBOOK
from geo_relocation.ingest.staging import Staged
from geo_relocation.messages import Message, Text, _, joined
from geo_relocation.settings import ReadingLimits

_CHILD = Path(__file__).with_name("apart_child.py")
# Modules whose names an answer may call for: arrays, and times of day and days.
_ARRAYS = frozenset(
    {
        ("numpy", "ndarray"), ("numpy", "dtype"),
        ("numpy._core.multiarray", "_reconstruct"), ("numpy.core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "scalar"), ("numpy.core.multiarray", "scalar"),
        ("numpy._core.numeric", "_frombuffer"), ("numpy.core.numeric", "_frombuffer"),
        ("datetime", "datetime"), ("datetime", "date"), ("datetime", "time"),
        ("datetime", "timedelta"),
    }
)  # fmt: skip
_DROPPED = (
    "GDAL",
    "OGR",
    "CPL",
    "AWS",
    "GML",
    "SHAPE",
    "DXF",
    "LIBKML",
    "HTTP",
    "ALL_",
    "NO_PROXY",
)
_KEPT = ("GDAL_DATA",)
_SETTINGS = {
    "GDAL_DRIVER_PATH": "disable",
    # No such way exists: whatever would ask the network fails before it opens a connection.
    "GDAL_HTTP_PROXY": "none://none",
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",
    "GML_DOWNLOAD_SCHEMA": "NO",
    "GML_SKIP_RESOLVE_ELEMS": "ALL",
    "LIBKML_RESOLVE_STYLE": "NO",
    "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS": "NO",
    "PROJ_NETWORK": "OFF",
    "OPENBLAS_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "OMP_NUM_THREADS": "1",
}

_BEYOND = {
    "seconds": _("takes too long to read."),
    "memory_mb": _("needs too much memory to be read."),
}
_TOLD: dict[str, tuple[Message | None, Message | None]] = {
    "damaged": (None, None),
    "crashed": (_("The reader of this format failed on it: it is damaged."), None),
    "foreign": (
        _("It holds more than data."),
        _("Save the layer into a new GeoPackage and import that."),
    ),
    "extent": (
        _("A stray cell far outside the list makes it so large."),
        _("Delete the empty rows and columns beside the list, and save."),
    ),
}


def read_apart(source: Staged, job: str, limits: ReadingLimits, **details: object) -> Any:
    """Do a job of `apart_child` on a source.

    Raises
    ------
    NotSpatialError
        If the file is damaged, or refers to what is not in it.
    AmbiguousEncodingError
        If its texts are not in the encoding asked for.
    LimitError
        If it asks for more than is allowed.
    """
    asked = {
        "job": job,
        "source": str(source.path),
        "driver": source.format.driver,
        **limits.model_dump(),
        **details,
    }
    with subprocess.Popen(  # noqa: S603 - our own script, with a job and no shell
        [sys.executable, "-P", str(_CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(source.format.driver),
        cwd=source.path.parent,
    ) as process:
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        clock = threading.Timer(limits.seconds, stop)
        clock.start()
        try:
            kind, result = _answer(process, asked)
        finally:
            clock.cancel()
            process.kill()
    if late.is_set() and kind == "ended":
        kind = "seconds"
    elif kind == "ended":
        kind = _ending(process.returncode)
    if kind == "done":
        return result
    # The user knows the file, not the copy.
    text = str(result).replace(f"{source.path.parent}{os.sep}", "")
    raise _refusal(source, kind, text, limits)


def _answer(process: subprocess.Popen[bytes], asked: dict[str, object]) -> tuple[str, Any]:
    if process.stdin is None or process.stdout is None:
        raise TypeError
    try:
        with process.stdin:
            process.stdin.write(json.dumps(asked).encode())
        kind, result = _Plain(process.stdout).load()
    except (EOFError, pickle.UnpicklingError, BrokenPipeError):
        process.wait()
        return "ended", ""
    return str(kind), result


class _Plain(pickle.Unpickler):
    """Plain values and arrays only: an answer is no program."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ARRAYS:
            raise pickle.UnpicklingError(f"{module}.{name}")
        return super().find_class(module, name)


def _environment(driver: str) -> dict[str, str]:
    """What the process may know: nothing that opens ways to other files or to the network."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or not name.upper().startswith(_DROPPED)
    }
    others = ",".join(name for name in pyogrio.list_drivers() if name != driver)
    return {**kept, **_SETTINGS, "OGR_SKIP": others}


def _ending(code: int) -> str:
    """Why a process ended without an answer."""
    if code == -getattr(signal, "SIGXCPU", 0):
        return "seconds"
    # Libraries that cannot get memory abort; only the system kills.
    if code in {-getattr(signal, "SIGABRT", 0), -getattr(signal, "SIGKILL", 0)}:
        return "memory_mb"
    return "crashed"


def _refusal(source: Staged, kind: str, text: str, limits: ReadingLimits) -> IngestError:
    """The error that an answer stands for."""
    file = source.file
    if kind in ReadingLimits.model_fields:
        what: Text = _("{file} is too large: {detail}", file=file, detail=text)
        if kind in _BEYOND:
            what = joined((file, _BEYOND[kind]))
        if kind == "memory_mb" and source.format is WORKBOOK:
            what = joined((what, _("A stray cell far outside the list can be the cause.")))
        return LimitError(what, kind, getattr(limits, kind))
    if kind == "encoding":
        return AmbiguousEncodingError(
            _("The texts of {file} are not in the encoding that was named.", file=file),
            why=_("The reader says: {detail:q}.", detail=text),
        )
    why, hint = _TOLD.get(kind, (None, None))
    detail = _("The reader says: {detail:q}.", detail=text) if text else ""
    return NotSpatialError(
        _("{file} cannot be read.", file=file),
        why=joined(part for part in (why or "", detail) if kind != "crashed" or part is why),
        hint=hint,
    )
