"""Workbooks in: Excel and OpenDocument, whose rows keep the numbers a person sees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from geo_relocation.errors import (
    EmptyLayerError,
    UnknownNameError,
    UsageError,
)
from geo_relocation.ingest.apart import read_apart
from geo_relocation.ingest.bookfacts import with_facts
from geo_relocation.ingest.formats import WEB_PAGE, WORKBOOK, XML_WORKBOOK
from geo_relocation.ingest.grids import Grid, Span, Wanted, compact, find_header, table_from_grid
from geo_relocation.ingest.raw import Note, RawTable
from geo_relocation.ingest.staging import Staged, staged
from geo_relocation.messages import _
from geo_relocation.model.templates import MARK
from geo_relocation.settings import ReadingLimits

_JOBS = {WORKBOOK: "sheets", WEB_PAGE: "page", XML_WORKBOOK: "xml_book"}
_LARGEST_SHEET = 50_000_000
"""Cells of a sheet, empty ones included, up to which it is unrolled."""


def sheet_names(path: Path, limits: ReadingLimits) -> list[str]:
    """Names of the sheets of a workbook.

    Raises
    ------
    NotSpatialError, LimitError
        If the workbook cannot be opened.
    """
    with staged(path, limits) as source:
        if source.format is WORKBOOK:
            return list(read_apart(source, "sheet_names", limits))
        return list(_cells(source, limits, None)["names"])


def read_spreadsheet(
    path: Path, limits: ReadingLimits, *, sheet: str | None = None, wanted: Wanted = ()
) -> RawTable:
    """Read one sheet of an Excel or OpenDocument workbook.

    Without `sheet` the one whose header names the most attributes is read, if it stands out;
    the sheets that were left are noted. `wanted` names the columns of a table that is no list.

    Raises
    ------
    NotSpatialError, LimitError
        If the workbook cannot be read.
    UnknownNameError
        If there is no such sheet.
    UsageError
        If several sheets look like lists and none is named.
    EmptyLayerError
        If there are no values.
    """
    with staged(path, limits) as source:
        found = _cells(source, limits, sheet)
    if sheet is not None and sheet not in found["names"]:
        raise UnknownNameError(_("sheet in {file}", file=path.name), sheet, found["names"])
    shown = {name: with_facts(cells, facts) for name, (cells, _, facts) in found["sheets"].items()}
    grids: dict[str, tuple[Grid, list[Span]]] = {
        name: (shown[name][0], merged)
        for name, (cells, merged, _) in found["sheets"].items()
        if any(value not in {"", None} for row in cells for value in row)
    }
    explaining = [name for name, (cells, _) in grids.items() if sheet != name and _explains(cells)]
    chosen, left = _choose_sheet(
        path.name, {name: held for name, held in grids.items() if name not in explaining}, wanted
    )
    grid, spans = grids[chosen]
    raw = table_from_grid(
        grid, file=path.name, layer=chosen, merged=spans, limits=limits, wanted=wanted
    )
    raw = raw.noted(*shown[chosen][1])
    if explaining:
        raw = raw.noted(Note("sheets-explain", value=", ".join(explaining), count=len(explaining)))
    if left:
        raw = raw.noted(Note("sheets-left", value=", ".join(left), count=len(left)))
    return raw


def _explains(cells: Grid) -> bool:
    """Whether a sheet of an empty list of ours explains how it is filled in."""
    return bool(cells) and bool(cells[0]) and cells[0][0] == MARK


def _cells(source: Staged, limits: ReadingLimits, sheet: str | None) -> dict[str, Any]:
    """Names of all sheets, and cells, merged ranges and facts of those that are read."""
    job = _JOBS[source.format]
    found: dict[str, Any] = read_apart(source, job, limits, sheet=sheet, extent=_LARGEST_SHEET)
    return found


def _choose_sheet(
    file: str, grids: dict[str, tuple[Grid, list[Span]]], wanted: Wanted
) -> tuple[str, list[str]]:
    if not grids:
        raise EmptyLayerError(
            _("There is nothing to import in {file}.", file=file), why=_("Its sheets are empty.")
        )
    if len(grids) == 1:
        return next(iter(grids)), []
    known = {}
    for name, (grid, spans) in grids.items():
        header = find_header(*compact(grid, spans), wanted)
        known[name] = header.known if header else 0
    order = sorted(known, key=lambda name: -known[name])
    if len(order) > 1 and 2 * known[order[1]] >= known[order[0]]:
        raise UsageError(
            _("{file} has several sheets with lists: {names}.", file=file, names=list(order)),
            hint=_("Choose one with --layer, and import the others after it."),
        )
    return order[0], order[1:]
