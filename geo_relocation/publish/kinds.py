"""What a file of each output looks like, so that an output replaces nothing but its own kind.

A file is known by its content, never by its name: by a mark that goes when somebody saves the
file in another program, where that would lose the person's work.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import re
import sqlite3
import zipfile
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from geo_relocation.lazy import pa, pq
from geo_relocation.messages import Message, _
from geo_relocation.model import IMPORTABLE, schema

GENERATOR = "geo-relocation"
"""Said in every file that is made to be looked at."""

_START = 4096
"""Bytes at the beginning of a page or picture in which its mark stands."""

_SQLITE = b"SQLite format 3\x00"


@dataclass(frozen=True)
class FileKind:
    """A kind of file that an output writes.

    Attributes
    ----------
    title
        What it is, in words: "a map".
    is_own
        Whether a file is of this kind, as it was written.
    replaces_workspace
        Whether it is a workspace itself, which only the demonstration may replace: its own.
    """

    title: Message
    is_own: Callable[[Path], bool]
    replaces_workspace: bool = False


@dataclass(frozen=True)
class FolderKind:
    """A folder that an output writes files into; other files in it are not touched.

    Attributes
    ----------
    title
        What it is, in words.
    files
        Kind by name of the file within the folder.
    """

    title: Message
    files: Mapping[str, FileKind]


Kind = FileKind | FolderKind


TABLE = FileKind(_("a table"), lambda _path: False)
"""A CSV file holds no mark by which one of ours could be told from another: none is replaced."""

SCENARIO = FileKind(_("a scenario file"), lambda _path: False)
"""A scenario is the planner's own work as soon as it is written: none is replaced."""


def is_sqlite(path: Path) -> bool:
    """Whether a file is an SQLite database, as every GeoPackage is."""
    with path.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE


def _reading(path: Path) -> sqlite3.Connection:
    """Read a database as a file that nobody changes: no journal is opened, and none is made."""
    return sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1", uri=True)


def tables_of(path: Path) -> set[str] | None:
    """Names of the tables of an SQLite database; None if it cannot be read as one."""
    if not is_sqlite(path):
        return None
    try:
        with closing(_reading(path)) as connection:
            found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            return {str(name) for (name,) in found}
    except sqlite3.Error:
        return None


def is_workspace(path: Path) -> bool:
    """Whether a file is a workspace, whatever its name."""
    return "georeloc_info" in (tables_of(path) or ())


def _holds(path: Path, mark: bytes) -> bool:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(mark) >= 0


def _starts_with(mark: str) -> Callable[[Path], bool]:
    def is_own(path: Path) -> bool:
        with path.open("rb") as file:
            return mark.encode() in file.read(_START)

    return is_own


def office_mark(what: str) -> str:
    """The keyword that a workbook or document of ours carries in its properties."""
    return f"{GENERATOR} {what}"


_PROPERTY = r"<(?:\w+:)?{0}(?:\s[^>]*)?>([^<]*)</"


def _property(properties: str, name: str) -> str:
    found = re.search(_PROPERTY.format(name), properties)
    return found[1] if found else ""


def _office(what: str) -> Callable[[Path], bool]:
    """Workbooks and documents: ours, and not saved since by Excel, Word or LibreOffice."""

    def is_own(path: Path) -> bool:
        try:
            with zipfile.ZipFile(path) as archive:
                properties = archive.read("docProps/core.xml").decode("utf-8")
        except (zipfile.BadZipFile, KeyError, UnicodeDecodeError):
            return False
        made = _property(properties, "created")
        ours = _property(properties, "keywords") == office_mark(what)
        return ours and bool(made) and made == _property(properties, "modified")

    return is_own


def _is_own_pdf(mark: str) -> Callable[[Path], bool]:
    """PDF files that LibreOffice made of a document of ours: it lists its keywords, in UTF-16."""
    written = ", ".join(mark.split()).encode("utf-16-be").hex().upper().encode()

    def is_own(path: Path) -> bool:
        with path.open("rb") as file:
            begins = file.read(len(_PDF)) == _PDF
        return begins and _holds(path, written)

    return is_own


_PDF = b"%PDF-"


def _is_project(path: Path) -> bool:
    """A QGIS project of ours; QGIS drops the mark when it saves one."""
    try:
        with zipfile.ZipFile(path) as archive:
            return [entry.comment for entry in archive.infolist()] == [GENERATOR.encode()]
    except zipfile.BadZipFile:
        return False


def _is_project_data(path: Path) -> bool:
    """The GeoPackage of a project, to which nobody has added a layer."""
    if tables_of(path) is None:
        return False
    try:
        with closing(_reading(path)) as connection:
            (others,) = connection.execute(
                "SELECT sum(description IS NOT ?) FROM gpkg_contents", [GENERATOR]
            ).fetchone()
    except sqlite3.Error:
        return False
    return bool(others == 0)


def _is_draft(path: Path) -> bool:
    try:
        content = json.loads(path.read_text("utf-8"))
    except ValueError:
        return False
    return isinstance(content, dict) and {"input_hash", "columns", "plan"} <= set(content)


def _has_columns_of(layer: str) -> Callable[[Path], bool]:
    def is_own(path: Path) -> bool:
        try:
            names = pq.read_schema(path).names
        except (pa.ArrowInvalid, OSError):
            return False
        return set(schema(layer).columns) <= set(names)

    return is_own


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def demo_record(workspace: Path) -> Path:
    """Where the demonstration keeps what its workspace was like when it was made."""
    return workspace.parent / PRIVATE_FOLDER / f"{workspace.name}.sha256"


def describe_demo(workspace: Path) -> str:
    """What goes into the record."""
    return f"{_digest(workspace)}\n"


def _is_untouched_demo(path: Path) -> bool:
    """A workspace that the demonstration made and that is still the same, byte by byte."""
    record = demo_record(path)
    return record.is_file() and record.read_text("utf-8") == describe_demo(path)


PRIVATE_FOLDER = ".georelocation"
"""Folder beside a workspace for what the program keeps for itself."""

_MAP_MARKS = (b"GeoRelocation.start(", b"geoRelocationMap(")
"""How a map's own script begins: now, and in the first maps."""

MAP = FileKind(_("a map"), lambda path: any(_holds(path, mark) for mark in _MAP_MARKS))
PAGE_MARK = f'<meta name="generator" content="{GENERATOR} explain">'
PAGE = FileKind(_("a page of explain"), _starts_with(PAGE_MARK))
COMPARISON_MARK = f'<meta name="generator" content="{GENERATOR} comparison">'
COMPARISON_PAGE = FileKind(_("a page of scenario compare"), _starts_with(COMPARISON_MARK))
CHART_MARK = f"<metadata>{GENERATOR} robustness</metadata>"
CHART = FileKind(_("a chart of robustness"), _starts_with(CHART_MARK))
LISTS, ISSUES, CHANGES, SCHEDULES, REPORT = "lists", "issues", "changes", "schedules", "report"
LAND_USES = "land uses"
WORKBOOK = FileKind(_("a workbook of export xlsx"), _office(LISTS))
ISSUE_BOOK = FileKind(_("a workbook of issues"), _office(ISSUES))
CHANGE_BOOK = FileKind(_("a workbook of changes"), _office(CHANGES))
SECTORS = "sectors"
SECTOR_BOOK = FileKind(_("a workbook of sectors in words"), _office(SECTORS))
TEMPLATE = "template"
TEMPLATE_BOOK = FileKind(_("a template to be filled in"), _office(TEMPLATE))
LAND_USE_BOOK = FileKind(_("a workbook of land uses that no table knows"), _office(LAND_USES))
SCHEDULE_BOOK = FileKind(_("a workbook of schedules compare"), _office(SCHEDULES))
DOCUMENT = FileKind(_("a report of export docx"), _office(REPORT))
LEADER = "leader"
LEADER_DOCUMENT = FileKind(_("a leader's page as a Word document"), _office(LEADER))
LEADER_PDF = FileKind(_("a leader's page as PDF"), _is_own_pdf(office_mark(LEADER)))
PROJECT = FileKind(_("a QGIS project of export qgis"), _is_project)
PROJECT_DATA = FileKind(_("the GeoPackage of export qgis"), _is_project_data)
DRAFT = FileKind(_("the draft of a search"), _is_draft)
RECORD = FileKind(_("a record of the demonstration"), lambda path: path.suffix == ".sha256")
DEMO_WORKSPACE = FileKind(
    _("the untouched workspace of an earlier demo"), _is_untouched_demo, replaces_workspace=True
)
PARQUET_LAYERS = (
    *IMPORTABLE, "findings", "decisions", "events", "scenarios", "assignments", "cost_terms",
    "indicators", "indicator_parts", "after_use",
)  # fmt: skip
GEOPARQUET = FolderKind(
    _("a folder of export geoparquet"),
    {
        f"{layer}.parquet": FileKind(
            _("the layer {layer} as Parquet", layer=layer), _has_columns_of(layer)
        )
        for layer in PARQUET_LAYERS
    },
)


def qgis_folder(stem: str = "di-doi") -> FolderKind:
    """The folder of `export qgis`, whose two files have the same name."""
    return FolderKind(
        _("a folder of export qgis"), {f"{stem}.gpkg": PROJECT_DATA, f"{stem}.qgz": PROJECT}
    )


DEMO = FolderKind(
    _("a folder of demo"),
    {
        "mau.gpkg": DEMO_WORKSPACE,
        "ban-do.html": MAP,
        "danh-sach.xlsx": WORKBOOK,
        "bao-cao.docx": DOCUMENT,
        **{f"qgis/{name}": kind for name, kind in qgis_folder().files.items()},
    },
)
