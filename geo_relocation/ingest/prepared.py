"""An import that is ready to be stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd

from geo_relocation.ingest.conservation import Cells
from geo_relocation.ingest.mapping import ColumnMapping
from geo_relocation.model import schema


@dataclass(frozen=True)
class Prepared:
    """An import that is ready to be stored.

    Attributes
    ----------
    layer
        Layer it belongs to.
    frame
        Accepted rows, conformed, in the working CRS.
    given
        For each row and attribute whether the value stood in the source or was told; what is
        False was assumed and does not overwrite what a workspace already knows.
    issues
        The issue log as rows of the layer `issues`.
    record
        Fields of the row in `imports` that the source decides.
    columns
        What filled what.
    rows_read, rows_accepted, rows_refused
        Counts; the first is always the sum of the others. A row that was merged into another
        is accepted, though it has no row of its own.
    cells
        Filled cells of the table, and what became of them.
    """

    layer: str
    frame: pd.DataFrame
    given: pd.DataFrame
    issues: pd.DataFrame
    record: dict[str, object]
    columns: ColumnMapping
    rows_read: int
    rows_accepted: int
    rows_refused: int
    cells: Cells | None = None

    @classmethod
    def of_sites(
        cls,
        frame: pd.DataFrame,
        given: pd.DataFrame,
        issues: pd.DataFrame,
        *,
        import_id: str,
        file: str,
        sha256: str,
        file_date: datetime | None = None,
    ) -> Prepared:
        """Sites of a workspace with values filled in, in the form that imports are stored in.

        Parameters
        ----------
        frame, given, issues
            The whole layer, which of its values are new, and what is to be said of it.
        import_id
            Under which the change is stored and can be undone.
        file, sha256, file_date
            Where the values come from; the date is now when left out.
        """
        count = len(frame)
        return cls(
            layer="sites",
            frame=schema("sites").conform(frame),
            given=given,
            issues=issues,
            record={
                "import_id": import_id,
                "layer": "sites",
                "file": file,
                "sha256": sha256,
                "file_date": file_date or datetime.now(UTC),
                "crs": None,
                "encoding": None,
                "options": "{}",
                "rows_read": count,
                "rows_accepted": count,
                "rows_refused": 0,
            },
            columns=ColumnMapping({}, {}),
            rows_read=count,
            rows_accepted=count,
            rows_refused=0,
        )
