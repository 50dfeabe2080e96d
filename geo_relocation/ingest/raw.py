"""What a reader hands on: the source's own columns, untouched, and where they came from."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geo_relocation.arrays import GeometryArray, IntArray, Mask
from geo_relocation.geo.crs_detect import Reading
from geo_relocation.messages import Text

_BLANK = " \t\r\n\xa0\u200b\ufeff"


@dataclass(frozen=True)
class Note:
    """Something a reader decided or noticed, to be written into the issue log.

    Attributes
    ----------
    kind
        A kind of ``issue_kinds.csv``.
    row
        Row of the source as a person counts; None when it concerns the whole file.
    field, value
        Column and value it concerns, empty when none.
    detail
        A further sentence behind that of the kind, made by `told`.
    count
        How many rows or values it stands for.
    cells
        Filled cells of the source that came no further than this note.
    figures
        What else fills the gaps of the kind's sentence in ``model/told/ingest.py``.
    """

    kind: str
    row: int | None = None
    field: str = ""
    value: str = ""
    detail: Text = ""
    count: int = 1
    cells: int = 0
    figures: Mapping[str, object] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Tally:
    """Filled cells of a source, as its reader counted them before it did anything to them.

    Attributes
    ----------
    source
        All of the sheet, text or layer; a geometry is one.
    names
        Those that became names of columns.
    given
        Those that the reader filled itself: from merged cells, from headings.
    """

    source: int
    names: int = 0
    given: int = 0


@dataclass(frozen=True)
class RawTable:
    """Rows as they stand in one layer or sheet of a source file.

    Attributes
    ----------
    frame
        The source's columns with its own names and values; no geometry.
    rows
        Number of each row as a person counts it in the source: the line of a sheet or CSV
        (header included), the feature number of a spatial layer from 1.
    file
        File name without folder.
    layer
        Layer or sheet it was read from.
    geometry
        Shapely geometries, or None for a plain table.
    crs
        The reference system the source states (or was said to be in).
    told
        How the user said the coordinates are to be read.
    encoding
        Text encoding it was read with.
    sha256, modified
        Hash of the source's bytes and the time of its last change.
    notes
        What the reader decided.
    set_aside
        Rows that the reader found to be no data (totals, headings); each has a note.
    parts
        For a table joined from several layers, the layer of each row.
    tally
        What the reader counted; None for a table joined from several layers.
    typed
        Whether the source says which columns are numbers; in a sheet or CSV, each cell tells.
    """

    frame: pd.DataFrame
    rows: IntArray
    file: str
    layer: str = ""
    geometry: GeometryArray | None = None
    crs: CRS | None = None
    told: Reading | None = None
    encoding: str = ""
    sha256: str = ""
    modified: datetime | None = None
    notes: tuple[Note, ...] = ()
    set_aside: int = 0
    parts: NDArray[np.object_] | None = None
    tally: Tally | None = None
    typed: bool = False

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.frame)

    def cells_by_row(self) -> IntArray:
        """How many cells of each row are filled, its geometry among them."""
        counts = np.zeros(len(self), dtype=np.int64)
        for name in range(self.frame.shape[1]):
            counts += filled_cells(self.frame.iloc[:, name])
        return counts if self.geometry is None else counts + placed(self.geometry)

    def take(self, mask: Mask) -> RawTable:
        """The same table with the rows of `mask` only."""
        return replace(
            self,
            frame=self.frame[mask].reset_index(drop=True),
            rows=self.rows[mask],
            geometry=None if self.geometry is None else self.geometry[mask],
            parts=None if self.parts is None else self.parts[mask],
        )

    def noted(self, *notes: Note) -> RawTable:
        """The same table with further notes."""
        return replace(self, notes=(*self.notes, *notes))


def filled_cells(values: pd.Series) -> Mask:
    """Which cells of a column hold anything: a blank text holds nothing."""
    filled: Mask = values.notna().to_numpy(dtype=bool, copy=True)
    if values.dtype == object or isinstance(values.dtype, pd.StringDtype):
        filled &= np.array(
            [not isinstance(v, str) or bool(v.strip(_BLANK)) for v in values], dtype=bool
        )
    return filled


def placed(geometry: GeometryArray) -> Mask:
    """Which rows have a geometry that is not empty."""
    return np.asarray(~(shapely.is_missing(geometry) | shapely.is_empty(geometry)), dtype=bool)
