"""Files in: GeoPackage, shapefile, GeoJSON, FileGDB, drawings, CSV and Excel as raw tables.

Only this package opens source files. What comes out is what stands in the file: decisions
about columns, values and places are taken later, where they are logged.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from geo_relocation.errors import EmptyLayerError, UsageError
from geo_relocation.geo.crs_detect import Reading, parse_reading
from geo_relocation.ingest import delimited, sheets, vectors
from geo_relocation.ingest import dossier as dossiers
from geo_relocation.ingest.filters import filtered
from geo_relocation.ingest.formats import TEXT, Format, announced, recognise, require_file
from geo_relocation.ingest.grids import Wanted
from geo_relocation.ingest.raw import Note, RawTable
from geo_relocation.messages import Message, _, joined, ngettext
from geo_relocation.model.told import told
from geo_relocation.settings import ReadingLimits

_SIDECARS = {
    ".shp": (".dbf", ".shx", ".prj", ".cpg"),
    ".gpkg": (".gpkg-wal",),
    ".tab": (".dat", ".map", ".id", ".ind"),
    ".mif": (".mid",),
}


def read_table(
    path: str | Path,
    *,
    layer: str | None = None,
    where: str | None = None,
    crs: object = None,
    encoding: str | None = None,
    limits: ReadingLimits | None = None,
    wanted: Wanted = (),
) -> RawTable:
    """Read one layer or sheet of a source file.

    The format is told by name and content together, and only its own reader opens the file.

    Parameters
    ----------
    path
        GeoPackage, shapefile, GeoJSON, FileGDB, DXF, DGN, CSV, Excel or OpenDocument file,
        a ``.gdb`` folder, or a zip that holds one of them. A plan dossier (a folder or zip
        with HienTrang and QuyHoach) gives the land use of both.
    layer
        Layer or sheet, where the file has several.
    where
        SQL condition that rows must meet, over the source's columns.
    crs
        Reference system of the coordinates; overrides what the file states. ``+swap`` and
        ``+feet`` behind it say that the axes are swapped or the numbers are feet.
    encoding
        Text encoding; overrides what the file states.
    limits
        How much the file may ask of this computer; the default limits when left out.
    wanted
        Columns by which the header of a table that is no list is found.

    Raises
    ------
    FileMissingError
        If there is no such file.
    NotSpatialError
        If the file is none that can be read, or not what its name says.
    LimitError
        If it is larger than allowed, or takes longer.
    UnknownNameError
        If `layer` is not in the file.
    UsageError
        If the file has several layers and `layer` is not given, or `where` cannot be read.
    EmptyLayerError
        If no row is there, or none meets `where`.
    """
    source = require_file(path)
    limits = limits or ReadingLimits()
    raw = dossiers.read_dossier(source, limits) if layer is None and where is None else None
    if raw is None:
        form = recognise(source)
        if form is TEXT:
            raw = delimited.read_delimited(source, limits, encoding=encoding, wanted=wanted)
        elif form.kind == "workbook":
            raw = sheets.read_spreadsheet(source, limits, sheet=layer, wanted=wanted)
        else:
            raw = vectors.read_vector(source, limits, layer=layer, encoding=encoding)
        raw = raw.noted(*_named_otherwise(source, form))
        return _known(rows_asked_for(raw, where=where, crs=crs), source)
    return _known(rows_asked_for(raw, where=None, crs=crs), source)


def read_side_table(
    path: str | Path, wanted: Wanted, *, limits: ReadingLimits | None = None
) -> RawTable:
    """Read a small table that stands beside the data: codes, distances, a plan made by hand.

    Its rows are read whole: what a list would refuse with an issue is an error here, for no log
    is kept of it.

    Parameters
    ----------
    path
        CSV, Excel or OpenDocument file.
    wanted
        Columns by which its header is found.
    limits
        As those of `read_table`.

    Raises
    ------
    UsageError
        With each line that cannot be read.
    FileMissingError, NotSpatialError, LimitError, EmptyLayerError
        As `read_table`.
    """
    raw = read_table(path, limits=limits, wanted=wanted)
    torn = [note for note in raw.notes if note.kind in _TORN]
    if torn:
        lines = [_TORN[note.kind](row=note.row, cells=note.value) for note in torn[:_SHOWN_LINES]]
        raise UsageError(
            ngettext(
                "{count:n} line of {file} cannot be read.",
                "{count:n} lines of {file} cannot be read.",
                len(torn),
                file=raw.file,
            ),
            why=joined(lines, "; "),
        )
    return raw


def _quote_open(row: int | None, cells: str) -> Message:
    return _("line {row}: a quotation mark is not closed: {cells}", row=row, cells=cells)


def _too_wide(row: int | None, cells: str) -> Message:
    return _("line {row}: more cells than the header: {cells}", row=row, cells=cells)


def _too_narrow(row: int | None, cells: str) -> Message:
    return _("line {row}: fewer cells than the header: {cells}", row=row, cells=cells)


_TORN = {"quote-open": _quote_open, "row-too-wide": _too_wide, "row-too-narrow": _too_narrow}
_SHOWN_LINES = 5


def rows_asked_for(raw: RawTable, *, where: str | None, crs: object) -> RawTable:
    """Rows that meet a condition, in the reference system that the user names.

    Raises
    ------
    UsageError
        If the condition or the system cannot be read.
    EmptyLayerError
        If no row is there, or none meets the condition.
    """
    told = None if crs is None else parse_reading(crs)
    if where is not None:
        raw = filtered(raw, where)
    if not len(raw):
        reason = _("The filter leaves no rows.") if where else _("It holds no rows.")
        raise EmptyLayerError(
            _("There is nothing to import in {file}.", file=raw.file),
            why=reason,
            hint=_("Check --where and --layer.") if where else _("Check --layer."),
        )
    return raw if told is None else _with_crs(raw, told)


def _named_otherwise(source: Path, form: Format) -> list[Note]:
    """A note on a table whose name says something else than its content."""
    if announced(source, form):
        return []
    return [Note("content-other", value=source.suffix, figures={"format": form.name})]


def _known(raw: RawTable, source: Path) -> RawTable:
    return replace(raw, sha256=file_hash(source), modified=_modified(source))


def list_layers(path: str | Path, *, limits: ReadingLimits | None = None) -> list[str]:
    """Names of the layers or sheets of a source file, in its order.

    Raises
    ------
    FileMissingError
        If there is no such file.
    NotSpatialError, LimitError
        If the file is none that can be read.
    """
    source = require_file(path)
    limits = limits or ReadingLimits()
    form = recognise(source)
    if form is TEXT:
        return [source.stem]
    if form.kind == "workbook":
        return sheets.sheet_names(source, limits)
    return vectors.layer_names(source, limits)


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes; of a shapefile with its sidecars, of a folder with its files."""
    digest = sha256()
    for part in _parts(path):
        with part.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _parts(path: Path) -> list[Path]:
    """The files that a source is made of."""
    if path.is_dir():
        return sorted(part for part in path.rglob("*") if part.is_file())
    beside = _SIDECARS.get(path.suffix.lower(), ())
    sidecars = [path.with_name(path.stem + suffix) for suffix in beside]
    # An empty log beside a GeoPackage holds nothing: it is there while a program looks at it.
    return [path, *(part for part in sidecars if part.is_file() and part.stat().st_size)]


def _modified(path: Path) -> datetime:
    """When the newest of a source's files was last changed."""
    newest = max((part.stat().st_mtime for part in _parts(path)), default=path.stat().st_mtime)
    return datetime.fromtimestamp(newest, tz=UTC)


def _with_crs(raw: RawTable, reading: Reading) -> RawTable:
    """The table read in the CRS that the user names, with a note where the file said another."""
    stated = raw.crs
    if stated is not None and stated != reading.crs:
        note = Note(
            "crs-given",
            value=reading.code,
            detail=told("detail.file-says", crs=stated.name),
        )
        raw = raw.noted(note)
    return replace(raw, crs=reading.crs, told=reading)
