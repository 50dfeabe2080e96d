"""The process that reads: one file, one driver, under limits; plain values come back.

It is run as a script and imports nothing of the package, so that it starts in a tenth of a
second. The job stands on its input as JSON; the answer goes to its output as a pickle of plain
values and arrays: ``("done", result)``, or ``(kind, text)`` of what went wrong.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import pickle
import sqlite3
import sys
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import quote

Job = dict[str, Any]

_SQL_FUNCTIONS = frozenset(
    {
        "abs", "avg", "coalesce", "count", "hex", "ifnull", "instr", "length", "like", "lower",
        "ltrim", "max", "min", "nullif", "round", "rtrim", "substr", "substring", "sum", "total",
        "trim", "typeof", "upper",
    }
)  # fmt: skip

_GENERATED = (2, 3)
"""What SQLite answers of columns that are computed, when read or when written."""


class Refusal(Exception):  # noqa: N818 - an answer rather than an error
    """Why a job ends without a result.

    Parameters
    ----------
    kind
        `damaged`, `foreign`, `encoding`, `password`, or the name of a limit.
    text
        The reason.
    """

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind, self.text = kind, text


def main() -> None:
    """Do the one job and answer."""
    job: Job = json.load(sys.stdin.buffer)
    # Nothing that a library prints may mix with the answer.
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        result = ("done", _JOBS[job["job"]](job))
    except Refusal as refusal:
        result = (refusal.kind, refusal.text)
    except MemoryError:
        result = ("memory_mb", "")
    except Exception as error:  # noqa: BLE001 - whatever a library raises on a damaged file
        result = ("damaged", _words(error))
    with answer:
        pickle.dump(result, answer, protocol=5)
    # The libraries' own tidying up can fail on what a hostile file left behind.
    os._exit(0)


def _limit(job: Job) -> None:
    """From here on the process has its limits; libraries are loaded already."""
    try:
        import resource  # noqa: PLC0415 - absent on Windows
    except ImportError:
        return
    memory, seconds = job["memory_mb"] << 20, job["seconds"]
    for what, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        with contextlib.suppress(OSError, ValueError):
            hard = resource.getrlimit(what)[1]
            soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(what, (soft, soft))


def _vectors(job: Job) -> Any:
    """GDAL with the one driver that the job names, by way of pyogrio."""
    # What pyogrio would load for other uses costs most of its start.
    for name in ("geopandas", "pandas", "pyarrow", "shapely", "pyproj"):
        sys.modules[name] = None  # type: ignore[assignment]
    import pyogrio  # noqa: PLC0415
    import pyogrio.raw  # noqa: PLC0415

    if set(pyogrio.list_drivers()) != {job["driver"]}:
        raise Refusal("damaged", f"The driver {job['driver']} is not there alone.")
    warnings.simplefilter("ignore")
    if job["driver"] == "GPKG":
        _settle_journal(job["source"])
    _limit(job)
    if job["driver"] == "GPKG":
        _vet_geopackage(job["source"])
    return pyogrio


def _layers(job: Job) -> list[tuple[str, str | None]]:
    """Name and geometry type of each layer."""
    return _listed(_vectors(job), job["source"])


def _listed(pyogrio: Any, source: str) -> list[tuple[str, str | None]]:
    return [
        (str(name), None if kind is None else str(kind))
        for name, kind in pyogrio.list_layers(source)
    ]


def _layer(job: Job) -> dict[str, Any]:
    """One layer: the one named, else the only one that has geometry, else none but the list."""
    pyogrio = _vectors(job)
    layers = _listed(pyogrio, job["source"])
    chosen = _chosen(layers, job)
    if chosen is None:
        return {"layers": layers, "chosen": None}
    for encoding in job["encodings"]:
        try:
            found = _read(pyogrio, job, chosen, encoding)
        except UnicodeDecodeError as error:
            reason = _words(error)
        except LookupError as error:
            raise Refusal("encoding", _words(error)) from error
        else:
            return {"layers": layers, "chosen": chosen, "used": encoding, **found}
    raise Refusal("encoding", reason)


def _chosen(layers: list[tuple[str, str | None]], job: Job) -> str | None:
    names = [name for name, _ in layers]
    if job["layer"] is not None:
        if job["any_case"]:
            wanted = job["layer"].lower()
            return next((name for name in names if name.lower() == wanted), None)
        return job["layer"] if job["layer"] in names else None
    spatial = [name for name, kind in layers if kind is not None] or names
    return spatial[0] if len(spatial) == 1 else None


def _read(pyogrio: Any, job: Job, layer: str, encoding: str | None) -> dict[str, Any]:
    about = pyogrio.read_info(job["source"], layer=layer, encoding=encoding)
    if len(about["fields"]) > job["columns"]:
        raise Refusal("columns", f"It has {len(about['fields']):,} columns.")
    meta, fids, wkb, columns = pyogrio.raw.read(
        job["source"],
        layer=layer,
        encoding=encoding,
        return_fids=True,
        max_features=job["rows"] + 1,
    )
    if len(fids) > job["rows"]:
        raise Refusal("rows", f"It has more than {job['rows']:,} rows.")
    if len(fids) * len(columns) > job["cells"]:
        raise Refusal("cells", f"It has {len(fids) * len(columns):,} cells.")
    for column in columns:
        _check_letters(column if column.dtype == object else (), job)
    return {
        "fields": [str(field) for field in meta["fields"]],
        "crs": None if meta.get("crs") is None else str(meta["crs"]),
        "encoding": str(meta.get("encoding") or ""),
        "fids": fids,
        "wkb": wkb,
        "columns": list(columns),
        "domains": _domains(pyogrio, job, layer),
    }


def _domains(pyogrio: Any, job: Job, layer: str) -> dict[str, dict[str, str]]:
    """Field → code → words, where the file keeps a list of the words that codes stand for."""
    more = _beside("apart_more")
    try:
        if job["driver"] == "GPKG":
            with contextlib.closing(_database(job["source"])) as database:
                return dict(more.domains_of_geopackage(database, layer))
        if job["driver"] == "OpenFileGDB":
            return dict(more.domains_of_filegdb(pyogrio.raw.read, job["source"], layer))
    except (sqlite3.Error, SyntaxError, pyogrio.errors.DataSourceError):
        return {}  # a file without such lists, or with broken ones, has its codes still
    return {}


def _parquet(job: Job) -> Any:
    """Rows of a GeoParquet file, or of one without geometry."""
    more = _beside("apart_more")
    _limit(job)
    return more.parquet(job, Refusal, _check_letters)


def _beside(name: str) -> Any:
    """A module of this folder, which is no package here."""
    path = os.path.join(os.path.dirname(__file__), f"{name}.py")  # noqa: PTH118, PTH120
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _check_letters(values: Any, job: Job) -> None:
    longest = max((len(value) for value in values if isinstance(value, (str, bytes))), default=0)
    if longest > job["letters"]:
        raise Refusal("letters", f"A cell holds {longest:,} letters.")


def _settle_journal(source: str) -> None:
    """Take what still stands in the write-ahead log into the copy, and the log away."""
    with contextlib.suppress(sqlite3.Error), contextlib.closing(_database(source)) as database:
        database.execute("PRAGMA journal_mode=DELETE").fetchall()


def _database(source: str) -> sqlite3.Connection:
    database = sqlite3.connect(f"file:{quote(source)}?mode=rw", uri=True)
    database.execute("PRAGMA trusted_schema=OFF")
    return database


def _vet_geopackage(source: str) -> None:
    """Refuse a GeoPackage whose tables or views compute: reading them would run a program.

    A view may choose columns and rows of tables. What calls functions beyond the plainest,
    counts on and on, or asks another module, is refused.
    """
    try:
        with contextlib.closing(_database(source)) as database:
            rows = database.execute(
                "SELECT type, name, sql FROM sqlite_master WHERE type IN ('table', 'view')"
            ).fetchall()
            stored = []
            for kind, name, sql in rows:
                words = " ".join(str(sql or "").split()).lower()
                if not words.startswith("create virtual table"):
                    stored.append((kind, str(name)))
                elif " using rtree" not in words:
                    raise Refusal("foreign", f"The table {name!r} is made by a program.")
            for name in (name for kind, name in stored if kind == "table"):
                columns = database.execute(f"PRAGMA table_xinfo({_quoted(name)})").fetchall()
                if any(column[6] in _GENERATED for column in columns):
                    raise Refusal("foreign", f"The table {name!r} computes a column.")
            database.set_authorizer(_plain_reading)
            for kind, name in stored:
                _vet(database, kind, name)
    except sqlite3.Error as error:
        raise Refusal("damaged", _words(error)) from error


def _vet(database: sqlite3.Connection, kind: str, name: str) -> None:
    try:
        database.execute(f"EXPLAIN SELECT * FROM {_quoted(name)}").fetchall()
    except sqlite3.DatabaseError as error:
        if kind == "table" and "not authorized" not in str(error):
            raise
        raise Refusal("foreign", f"The {kind} {name!r} computes: {_words(error)}.") from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _plain_reading(action: int, first: str | None, second: str | None, *_where: str | None) -> int:
    """SQLite asks before each thing a statement would do."""
    if action in {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and str(second or first).lower() in _SQL_FUNCTIONS:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _sheet_names(job: Job) -> list[str]:
    """Names of a workbook's sheets."""
    return list(_workbook(job).sheet_names)


def _workbook(job: Job) -> Any:
    import python_calamine as calamine  # noqa: PLC0415

    _limit(job)
    try:
        # The content decides which kind of book it is, not the name.
        with Path(job["source"]).open("rb") as stream:
            return calamine.CalamineWorkbook.from_filelike(stream)
    except calamine.PasswordError as error:
        raise Refusal("password", "It is protected by a password.") from error


def _markup(job: Job) -> dict[str, Any]:
    """Sheets of a book that is written as a web page or as XML."""
    markup = _beside("apart_markup")
    _limit(job)
    read = markup.page if job["job"] == "page" else markup.xml_book
    return dict(read(job["source"], job["rows"], Refusal))


def _marked_up(job: Job) -> dict[str, Any]:
    """Cells and merged ranges of every sheet of such a book, or of the one named."""
    found = _markup(job)
    for name, (rows, _, _) in found.items():
        width = max(map(len, rows), default=0)
        if len(rows) * width > job["extent"]:
            raise Refusal("extent", f"Sheet {name!r} is {len(rows)} rows by {width} columns.")
        _keep_within([[value for value in row if value != ""] for row in rows], job)
    wanted = [name for name in found if job["sheet"] in {None, name}]
    return {"names": list(found), "sheets": {name: found[name] for name in wanted}}


def _keep_within(filled: list[list[Any]], job: Job) -> int:
    """How many cells are filled, if they are not too many."""
    count = sum(map(len, filled))
    if sum(map(bool, filled)) > job["rows"]:
        raise Refusal("rows", f"It has more than {job['rows']:,} rows.")
    if count > job["cells"]:
        raise Refusal("cells", f"It has more than {job['cells']:,} cells.")
    for row in filled:
        _check_letters(row, job)
    return count


def _sheets(job: Job) -> dict[str, Any]:
    """Cells and merged ranges of every sheet, or of the one named."""
    book = _workbook(job)
    names = list(book.sheet_names)
    found: dict[str, Any] = {}
    facts = _beside("apart_book").facts_of(job["source"], _beside)
    left = job["cells"]
    for name in names if job["sheet"] is None else [job["sheet"]]:
        if name not in names:
            continue
        sheet = book.get_sheet_by_name(name)
        if sheet.height * sheet.width > job["extent"]:
            raise Refusal(
                "extent", f"Sheet {name!r} is {sheet.height} rows by {sheet.width} columns."
            )
        rows = [list(row) for row in sheet.to_python(skip_empty_area=False)]
        filled = [[value for value in row if value != ""] for row in rows]
        left -= _keep_within(filled, {**job, "cells": left})
        own = {"untold": True} if facts is None else facts.get(name, {})
        merged = [(*first, *last) for first, last in sheet.merged_cell_ranges or []]
        found[name] = (rows, own.get("merged", merged), own)
    return {"names": names, "sheets": found}


def _words(error: BaseException) -> str:
    return " ".join(str(error).split())[:500] or type(error).__name__


_JOBS = {
    "layers": _layers,
    "layer": _layer,
    "parquet": _parquet,
    "sheet_names": _sheet_names,
    "sheets": _sheets,
    "page": _marked_up,
    "xml_book": _marked_up,
}

if __name__ == "__main__":
    main()
