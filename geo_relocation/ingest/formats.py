"""Which formats come in, and how a file is known: by its name and its first bytes together.

A file is handed to one reader only, the one that its name announces and its content confirms.
A file of another format under an innocent name, above all one that refers to other files or
addresses, is refused and named.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from geo_relocation.errors import FileMissingError, NotSpatialError
from geo_relocation.ingest.contents import Held, table_in
from geo_relocation.messages import Message, _
from geo_relocation.model.told import told

Kind = Literal["vector", "parquet", "text", "workbook", "zip"]

_HEAD = 1 << 16
_SQLITE = b"SQLite format 3\x00"
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SPACE = b" \t\r\n"
_ADDRESS = re.compile(r"^(/vsi\w+/|[A-Za-z][A-Za-z0-9+._-]+:)")
_DGN = (b"\x08\x05\x17\x00", b"\x08\x09\xfe\x02", b"\xc8\x09\xfe\x02")
_DBF = (0x02, 0x03, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83, 0x8B, 0xCB, 0xF5, 0xFB)


@dataclass(frozen=True)
class Format:
    """A format that comes in.

    Attributes
    ----------
    name
        As people call it.
    kind
        Which reader takes it.
    driver
        GDAL's name of the only driver that may open it; empty where GDAL is not asked.
    sidecars
        Endings of the files that belong to it, beside the one that is named.
    """

    name: Message
    kind: Kind
    driver: str = ""
    sidecars: tuple[str, ...] = ()


GEOPACKAGE = Format(told("detail.format-geopackage"), "vector", "GPKG", (".gpkg-wal",))
SHAPEFILE = Format(
    told("detail.format-shapefile"), "vector", "ESRI Shapefile", (".shx", ".dbf", ".prj", ".cpg")
)
DBF = Format(told("detail.format-dbf"), "vector", "ESRI Shapefile", (".cpg",))
GEOJSON = Format(told("detail.format-geojson"), "vector", "GeoJSON")
GEOJSON_LINES = Format(told("detail.format-geojson-lines"), "vector", "GeoJSONSeq")
TOPOJSON = Format(told("detail.format-topojson"), "vector", "TopoJSON")
ESRIJSON = Format(told("detail.format-esrijson"), "vector", "ESRIJSON")
JSONFG = Format(told("detail.format-jsonfg"), "vector", "JSONFG")
FILEGDB = Format(told("detail.format-filegdb"), "vector", "OpenFileGDB")
KML = Format(told("detail.format-kml"), "vector", "LIBKML")
GML = Format(told("detail.format-gml"), "vector", "GML")
MAPINFO_TAB = Format(
    told("detail.format-mapinfo-tab"), "vector", "MapInfo File", (".dat", ".map", ".id", ".ind")
)
MAPINFO_MIF = Format(told("detail.format-mapinfo-mif"), "vector", "MapInfo File", (".mid",))
DXF = Format(told("detail.format-dxf"), "vector", "DXF")
DGN = Format(told("detail.format-dgn"), "vector", "DGN")
FLATGEOBUF = Format(told("detail.format-flatgeobuf"), "vector", "FlatGeobuf")
PARQUET = Format(told("detail.format-parquet"), "parquet")
TEXT = Format(told("detail.format-text"), "text")
WORKBOOK = Format(told("detail.format-workbook"), "workbook")
WEB_PAGE = Format(told("detail.format-web-page"), "workbook")
XML_WORKBOOK = Format(told("detail.format-xml-workbook"), "workbook")
ZIP = Format(told("detail.format-zip"), "zip")

_JSON = (GEOJSON, TOPOJSON, ESRIJSON, JSONFG, GEOJSON_LINES)
_BY_SUFFIX: dict[str, tuple[Format, ...]] = {
    ".gpkg": (GEOPACKAGE,),
    ".shp": (SHAPEFILE,),
    ".dbf": (DBF,),
    ".gdb": (FILEGDB,),
    ".geojson": _JSON,
    ".json": _JSON,
    ".topojson": _JSON,
    ".geojsonl": (GEOJSON_LINES,),
    ".geojsons": (GEOJSON_LINES,),
    ".ndjson": (GEOJSON_LINES,),
    ".kml": (KML,),
    ".kmz": (ZIP,),
    ".gml": (GML,),
    ".tab": (MAPINFO_TAB,),
    ".mif": (MAPINFO_MIF,),
    ".dxf": (DXF,),
    ".dgn": (DGN,),
    ".fgb": (FLATGEOBUF,),
    ".zip": (ZIP,),
    ".parquet": (PARQUET,),
    ".geoparquet": (PARQUET,),
    **dict.fromkeys((".csv", ".tsv", ".txt"), (TEXT,)),
    **dict.fromkeys((".xlsx", ".xls", ".xlsm", ".xlsb", ".ods"), (WORKBOOK,)),
}
_TABLES: dict[Held, Format] = {
    "workbook": WORKBOOK,
    "web page": WEB_PAGE,
    "XML workbook": XML_WORKBOOK,
    "text": TEXT,
}
SUFFIXES = tuple(_BY_SUFFIX)
"""Endings of names that are known."""

# The first that is found decides; a feature's own attributes may bear any of the later words.
_JSON_KINDS: tuple[tuple[re.Pattern[bytes], Format], ...] = (
    (re.compile(rb'"type"\s*:\s*"Topology"'), TOPOJSON),
    (re.compile(rb'"conformsTo"\s*:\s*\[[^\]]*json-?fg'), JSONFG),
    (re.compile(rb'"type"\s*:\s*"FeatureCollection"'), GEOJSON),
    (re.compile(rb'^\s*\{[^\n]*"type"\s*:\s*"Feature"[^\n]*\}\s*\n\s*\{'), GEOJSON_LINES),
    (re.compile(rb'"type"\s*:\s*"Feature"'), GEOJSON),
    (re.compile(rb'"(geometryType|esriFieldType\w*|fieldAliases)"'), ESRIJSON),
    (re.compile(rb'"(features|geometry|coordinates|geometries)"\s*:'), GEOJSON),
)

# What refers to other files and addresses, or is easily taken for a map, by its first bytes.
_FOREIGN: tuple[tuple[re.Pattern[bytes], Message], ...] = (
    (re.compile(rb"<OGRVRTDataSource|<VRTDataset", re.IGNORECASE),
     _("a VRT: a list of references to other files")),
    (re.compile(rb'"gdal_streamed_alg"'), _("a GDAL pipeline: a list of commands")),
    (re.compile(rb"<OGR(WFS|CSW)DataSource|<ows:|<wfs:WFS_Capabilities", re.IGNORECASE),
     _("a reference to an address in the network")),
    (re.compile(rb'"(conformsTo|links)"\s*:.*"(tiles|collections)"', re.DOTALL),
     _("a reference to an address in the network")),
    (re.compile(rb"^\s*<!doctype html|<html", re.IGNORECASE), _("a web page")),
    (re.compile(rb"^\s*<\?xml|^\s*<[A-Za-z]", re.IGNORECASE), _("an XML file of another kind")),
    (re.compile(rb"^" + re.escape(_SQLITE)), _("a database that is no GeoPackage")),
    (re.compile(rb"^%PDF"), _("a PDF")),
    (re.compile(rb"^PK\x03\x04"), _("a zip")),
    (re.compile(rb"^" + re.escape(_OLE)), _("an old Office file")),
    (re.compile(rb"^PAR1"), _("a Parquet file")),
    (re.compile(rb"^\s*[\[{]"), _("JSON of another kind")),
    (re.compile(rb"^\x00{64}"), _("full of zeros")),
)  # fmt: skip


def require_file(path: str | Path) -> Path:
    """A file or folder on this computer, under the name that was given.

    Raises
    ------
    FileMissingError
        If there is none, or the name is an address.
    NotSpatialError
        If it is a pipe, a device or a socket.
    """
    source = Path(path)
    try:
        mode = source.stat().st_mode
    except (OSError, ValueError) as error:
        if _ADDRESS.match(str(path)):
            raise FileMissingError(
                _("{file:q} is an address, not a file.", file=path),
                hint=_("Only files on this computer come in: save it and name the file."),
            ) from error
        if isinstance(error, FileNotFoundError):
            raise FileMissingError(_("There is no file {file:q}.", file=path)) from error
        raise FileMissingError(
            _("{file:q} cannot be opened.", file=path), why=_words(error)
        ) from error
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise NotSpatialError(
            _(
                "{file} is no file but a pipe, a device or a socket.",
                file=source.name or path,
            ),
            hint=_("Save what comes out of it as a file, and name that."),
        )
    return source


def recognise(path: Path) -> Format:
    """The format of a file that is there.

    Raises
    ------
    NotSpatialError
        If its name or its content is none of a format that comes in, or they disagree.
    FileMissingError
        If it may not be read.
    """
    suffix = path.suffix.lower()
    known = _BY_SUFFIX.get(suffix)
    if path.is_dir():
        if suffix == ".gdb":
            return FILEGDB
        raise NotSpatialError(
            _("{file} is a folder.", file=path.name or path),
            why=_("Only a .gdb folder, or the folder of a plan dossier, is read whole."),
        )
    if known is None:
        raise NotSpatialError(
            _(
                "{file} cannot be read: no format that comes in is named {suffix}.",
                file=path.name,
                suffix=suffix,
            )
            if suffix
            else _("{file} cannot be read: its name has no end.", file=path.name),
            hint=_("Known: {names}.", names=" ".join(SUFFIXES)),
        )
    head = first_bytes(path)
    if known[0] in {TEXT, WORKBOOK}:
        return _table(path, head, known[0])
    for candidate in known:
        if fits(candidate, head):
            return candidate
    raise NotSpatialError(
        _(
            "{file} cannot be read: it is not {format}, though its name says so.",
            file=path.name,
            format=known[0].name,
        ),
        why=_("Its content is {kind}.", kind=_seems(head)),
    )


def _table(path: Path, head: bytes, named: Format) -> Format:
    """The format of a table, whose content alone decides.

    Raises
    ------
    NotSpatialError
        If it is none that comes in.
    """
    found = table_in(path, head, named_text=named is TEXT)
    if isinstance(found, str):
        return _TABLES[found]
    raise NotSpatialError(
        _(
            "{file} cannot be read: it is not {format}, though its name says so.",
            file=path.name,
            format=named.name,
        ),
        why=_("Its content is {kind}.", kind=found or _seems(head)),
        hint=_("Open it in the program that made it, or in Excel, and save the list as .xlsx."),
    )


def announced(path: Path, form: Format) -> bool:
    """Whether the name of a file says which format it is; what is no table always does."""
    known = _BY_SUFFIX.get(path.suffix.lower(), (form,))
    return form not in _TABLES.values() or form in known


def first_bytes(path: Path) -> bytes:
    """The bytes by which a file is known.

    Raises
    ------
    FileMissingError
        If it may not be read.
    """
    try:
        with path.open("rb") as stream:
            return stream.read(_HEAD)
    except OSError as error:
        raise FileMissingError(
            _("{file} cannot be opened.", file=path.name), why=_words(error)
        ) from error


def fits(candidate: Format, head: bytes) -> bool:
    """Whether the first bytes of a file are those of a format."""
    if candidate.driver in {"GeoJSON", "GeoJSONSeq", "TopoJSON", "ESRIJSON", "JSONFG"}:
        return _json(head) is candidate or (candidate is GEOJSON_LINES and _json(head) is GEOJSON)
    return _SIGNATURES[candidate.name](head)


def _json(head: bytes) -> Format | None:
    """Which of the kinds of JSON a text is; None if it is none that comes in."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip(_SPACE)
    if text.startswith(b"\x1e"):
        return GEOJSON_LINES
    if not text.startswith((b"{", b"[")) or b'"gdal_streamed_alg"' in head:
        return None
    for pattern, found in _JSON_KINDS:
        if pattern.search(head):
            return found
    return None


def _is_tab(head: bytes) -> bool:
    """A MapInfo table that holds its rows itself; a view or a seamless table names others."""
    return (
        head.lstrip(_SPACE).lower().startswith(b"!table")
        and re.search(rb"type\s+native", head, re.IGNORECASE) is not None
        and re.search(rb"create\s+view|isseamless", head, re.IGNORECASE) is None
    )


_SIGNATURES: dict[Message, Callable[[bytes], bool]] = {
    GEOPACKAGE.name: lambda head: head.startswith(_SQLITE),
    SHAPEFILE.name: lambda head: head.startswith(b"\x00\x00\x27\x0a"),
    FILEGDB.name: lambda head: False,  # noqa: ARG005 - a folder, never a file
    DBF.name: lambda head: len(head) > 32 and head[0] in _DBF,  # noqa: PLR2004 - a DBF's header
    KML.name: lambda head: re.search(rb"<(kml:)?kml[\s>]", head) is not None,
    GML.name: lambda head: b"opengis.net/gml" in head and not _refers(head),
    MAPINFO_TAB.name: _is_tab,
    MAPINFO_MIF.name: lambda head: head.lstrip(_SPACE).lower().startswith(b"version"),
    DXF.name: lambda head: (
        head.startswith(b"AutoCAD Binary DXF")
        or re.match(rb"\s*(999\s*\r?\n[^\n]*\n\s*)*0\s*\r?\n\s*SECTION", head) is not None
    ),
    DGN.name: lambda head: head.startswith(_DGN),
    FLATGEOBUF.name: lambda head: head.startswith(b"fgb\x03fgb"),
    PARQUET.name: lambda head: head.startswith(b"PAR1"),
    ZIP.name: lambda head: head.startswith((_ZIP, b"PK\x05\x06")),
}


def _refers(head: bytes) -> bool:
    return any(pattern.search(head) for pattern, words in _FOREIGN if "reference" in words.text)


def _seems(head: bytes) -> Message:
    if not head:
        return _("empty")
    for pattern, words in _FOREIGN:
        if pattern.search(head):
            return words
    return _("nothing that is known here")


def _words(error: Exception) -> Message:
    detail = getattr(error, "strerror", None) or str(error)
    return _("The system says: {detail:q}.", detail=detail)
