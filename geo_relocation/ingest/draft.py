"""An import in the making: values and places row by row, and which rows are still in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from pyproj import CRS

from geo_relocation.arrays import GeometryArray, Mask, ObjectArray
from geo_relocation.geo.crs_detect import Extent
from geo_relocation.ingest.issues import IssueLog
from geo_relocation.ingest.mapping import ColumnMapping
from geo_relocation.ingest.raw import RawTable
from geo_relocation.messages import Text
from geo_relocation.model import LayerSchema, schema
from geo_relocation.model.accuracy import ASSUMED_ACCURACY_M
from geo_relocation.model.enums import LocationSource


@dataclass(frozen=True)
class Assumptions:
    """What is assumed where a file says nothing; each use is logged with its count.

    Attributes
    ----------
    accuracy_m
        Accuracy of a position in metres by where it comes from.
    outline_accuracy_m
        Accuracy of an outline that states none, in metres; one that was placed unseen is as
        accurate as a point of the same source.
    """

    accuracy_m: Mapping[LocationSource, float] = field(default_factory=lambda: ASSUMED_ACCURACY_M)
    outline_accuracy_m: float = 0.0


@dataclass
class Draft:
    """Rows on their way from a source table into a layer.

    Attributes
    ----------
    raw, layer, columns, log
        The source, the target, what fills what, and the issue log.
    working_crs
        Reference system of the workspace.
    assumptions
        What is assumed where the file says nothing.
    values
        Converted values by attribute.
    given
        For each attribute in `values`, where the value stood in the file or was told.
    refused
        Rows that do not come in.
    merged
        Rows whose values went into another row.
    geometry
        Places in the working CRS, None where a row has none.
    assumed_place
        Where the place was assumed and does not overwrite a known one.
    source_crs
        What the coordinates were read in; empty where there are none.
    extent
        Where the data is expected, None where nothing is known.
    """

    raw: RawTable
    layer: str
    columns: ColumnMapping
    log: IssueLog
    working_crs: CRS
    assumptions: Assumptions
    values: dict[str, ObjectArray] = field(default_factory=dict)
    given: dict[str, Mask] = field(default_factory=dict)
    refused: Mask = field(init=False)
    merged: Mask = field(init=False)
    geometry: GeometryArray = field(init=False)
    assumed_place: Mask = field(init=False)
    source_crs: str = ""
    extent: Extent | None = None

    def __post_init__(self) -> None:
        count = len(self.raw)
        self.refused = np.zeros(count, dtype=bool)
        self.merged = np.zeros(count, dtype=bool)
        self.assumed_place = np.zeros(count, dtype=bool)
        self.geometry = np.full(count, None, dtype=object)

    @property
    def schema(self) -> LayerSchema:
        """The target layer's schema."""
        return schema(self.layer)

    @property
    def kept(self) -> Mask:
        """Rows that are still in, as rows of their own."""
        return ~(self.refused | self.merged)

    def column(self, name: str) -> ObjectArray:
        """Values of an attribute; all None when nothing filled it yet."""
        if name not in self.values:
            return np.full(len(self.raw), None, dtype=object)
        return self.values[name]

    def missing(self, name: str) -> Mask:
        """Where an attribute has no value."""
        return np.asarray(pd.isna(pd.Series(self.column(name), dtype=object)), dtype=bool)

    def fill(self, name: str, rows: Mask, values: object) -> None:
        """Put assumed values into rows; they do not count as given."""
        column = self.column(name).copy()
        column[rows] = values
        self.values[name] = column
        self.given.setdefault(name, np.zeros(len(self.raw), dtype=bool))

    def refuse(
        self,
        kind: str,
        rows: Mask,
        *,
        field: str = "",
        values: ObjectArray | None = None,
        detail: Text = "",
        figures: Mapping[str, object] | None = None,
    ) -> None:
        """Take rows out, with one issue each; rows already out are left alone."""
        fresh = rows & self.kept
        self.log.add_rows(
            kind,
            fresh,
            field=field,
            values=values,
            detail=detail,
            figures=figures,
        )
        self.refused |= fresh
