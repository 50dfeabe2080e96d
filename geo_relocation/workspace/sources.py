"""Where rows come from: a file, or a table of a database."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from geo_relocation.errors import UsageError
from geo_relocation.geo.crs import parse_crs
from geo_relocation.ingest.raw import RawTable
from geo_relocation.ingest.readers import read_table, rows_asked_for
from geo_relocation.lazy import later
from geo_relocation.messages import _
from geo_relocation.redaction import looks_like_address
from geo_relocation.settings import ReadingLimits

if TYPE_CHECKING:
    from geo_relocation.store.postgis.source import read_source
else:
    read_source = later("geo_relocation.store.postgis.source", "read_source")


def read_rows(
    source: str | Path,
    limits: ReadingLimits,
    *,
    layer: str | None = None,
    where: str | None = None,
    crs: object = None,
    encoding: str | None = None,
) -> RawTable:
    """Read a file, or the table that ``postgresql://user@host/database?table=schema.table`` names.

    Raises
    ------
    UsageError, IngestError, UnreachableError
        If it cannot be read; see `read_table` and `read_source`.
    """
    if not (isinstance(source, str) and looks_like_address(source)):
        return read_table(
            source, layer=layer, where=where, crs=crs, encoding=encoding, limits=limits
        )
    if layer is not None or encoding is not None:
        raise UsageError(_("A table of a database takes neither --layer nor --encoding."))
    return rows_asked_for(_table(source, limits), where=where, crs=crs)


def _table(source: str, limits: ReadingLimits) -> RawTable:
    held = read_source(source, limits)
    count = len(held.columns[0]) if held.columns else len(held.wkb if held.wkb is not None else ())
    frame = pd.DataFrame(
        {name: pd.Series(values).infer_objects() for name, values in zip(
            held.fields, held.columns, strict=True)},
        index=range(count),
    )  # fmt: skip
    digest = sha256(repr([held.fields, [list(column) for column in held.columns]]).encode())
    geometry = None
    if held.wkb is not None:
        geometry = shapely.from_wkb([None if w is None else bytes(w) for w in held.wkb])
        digest.update(repr([None if w is None else bytes(w) for w in held.wkb]).encode())
    return RawTable(
        frame=frame,
        rows=np.arange(1, count + 1),
        file=held.name,
        geometry=geometry,
        crs=None if held.crs is None else parse_crs(held.crs),
        encoding="UTF-8",
        sha256=digest.hexdigest(),
        typed=True,
    )
