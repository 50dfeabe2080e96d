"""What every store promises, so that the stages need not know which one they work on.

Rules that hold in all stores, so that equal input gives equal frames:

- A frame comes back conformed (`LayerSchema.conform`) and ordered by the layer's key, texts by
  code point.
- Coordinates are two-dimensional, in the working CRS and bit-equal to what was written.
- `polygon` layers hold multipolygons and `line` layers multilinestrings: a single part becomes a
  multi-geometry of one part. `geometry` layers (sites, parks) keep the type they were given.
- An empty geometry says no more than a missing one and is kept as missing.
- NaN is a missing number; infinite numbers and coordinates that are not finite are refused.
  Negative zero is kept as zero.
- Instants are kept to the millisecond, the resolution of a GeoPackage; the rest is cut off.
- Dates and instants lie in the years 1 to 9999. Texts hold no NUL character.
- What was written later has the higher `sequence`, in the layers that have such a column. The
  store gives the number; one that comes with a frame is overwritten.
- Required values, enum values and unique keys are checked before the database is asked, so that
  the error names column and value; the database checks them again for those who edit by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from pyproj import CRS

from geo_relocation.lazy import pd

if TYPE_CHECKING:
    from geo_relocation.store.audit import HistoryCheck

SCHEMA_VERSION = 5
"""Version of the layout that this program reads and writes."""

Where = Mapping[str, object]
"""Column → value (equal), collection of values (one of them) or None (missing)."""

Bbox = tuple[float, float, float, float]
"""min x, min y, max x, max y in the working CRS."""


class Handling(Enum):
    """What is done about a foreign object."""

    REFUSED = "refused"
    SWITCHED_OFF = "switched off while this program writes"
    LEFT_ALONE = "left alone"
    IN_FORCE = "in force: only the administrator of the database can take it off"


@dataclass(frozen=True)
class Foreign:
    """Something in a workspace file that this program did not make.

    Attributes
    ----------
    name
        Of the object, with its table where it belongs to one.
    words
        What it is, in English.
    handling
        What is done about it.
    """

    name: str
    words: str
    handling: Handling

    def __str__(self) -> str:
        """Name what it is and what is done about it."""
        return f"{self.words} ({self.handling.value})"


class Reader(Protocol):
    """What can be asked of a store, inside and outside a transaction."""

    def read(
        self, layer: str, *, where: Where | None = None, bbox: Bbox | None = None
    ) -> pd.DataFrame:
        """Rows of a layer, conformed and ordered by key.

        Parameters
        ----------
        layer
            Name of a layer of the data dictionary.
        where
            Conditions that must all hold: column → value, collection of values, or None for
            a missing value. A collection may hold None beside values.
        bbox
            Box in the working CRS; keeps rows whose geometry's bounds touch it.

        Returns
        -------
        DataFrame
            A GeoDataFrame in the working CRS when the layer has a geometry.

        Raises
        ------
        UnknownNameError
            If there is no such layer or column.
        UsageError
            If `bbox` is not a box, or the layer has no geometry.
        """

    def count(self, layer: str, *, where: Where | None = None) -> int:
        """Number of rows for which all conditions hold."""


class Transaction(Reader, Protocol):
    """A write in progress: it lands whole or not at all, and reads see its own changes."""

    def now(self) -> datetime:
        """The present moment by the store's own clock, in UTC.

        A database's clock is one for everybody who writes; that of a file is this computer's.
        """

    def append(self, layer: str, frame: pd.DataFrame) -> int:
        """Add rows; return how many.

        Raises
        ------
        SchemaError
            If a row does not fit the dictionary, or its key is already there.
        CrsMismatchError
            If `frame` is in another CRS than the workspace.
        """

    def replace(self, layer: str, frame: pd.DataFrame) -> int:
        """Make these rows the whole content of the layer; return how many."""

    def upsert(self, layer: str, frame: pd.DataFrame) -> int:
        """Add rows whose key is new and overwrite the others whole; return how many."""

    def delete(self, layer: str, *, where: Where) -> int:
        """Remove the rows for which all conditions hold; return how many.

        An empty `where` removes every row.
        """

    def set_info(self, key: str, value: str) -> None:
        """Write one entry of the workspace's own table of facts."""


@runtime_checkable
class Store(Reader, Protocol):
    """One workspace: typed layers, a working CRS, a scheme.

    Attributes
    ----------
    url
        Path or address, without password.
    actor
        Who is named in the history as the author of what is written.
    """

    url: str
    actor: str

    @property
    def crs(self) -> CRS:
        """The working CRS, projected."""

    @property
    def foreign(self) -> tuple[Foreign, ...]:
        """What stands in the workspace that this program did not make, the worst first."""

    @property
    def info(self) -> dict[str, str]:
        """Facts on the workspace.

        Always there: `schema_version`, `created_at`, `version` (of the software that made it),
        `scheme` (JSON) and `crs`.
        """

    def now(self) -> datetime:
        """The present moment by the store's own clock, in UTC.

        A database's clock is one for everybody who writes; that of a file is this computer's.
        """

    def reading(self) -> AbstractContextManager[Reader]:
        """See the workspace as it is at one moment, however many questions are asked.

        What others commit meanwhile is not seen. A file keeps its writers waiting for as long
        as the block lasts: read in it, and compute after it.
        """

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Begin to write. An exception inside the block undoes everything.

        Raises
        ------
        WorkspaceBusyError
            If another process is writing.
        """

    def check_history(self) -> HistoryCheck:
        """Recompute the chain over runs, findings, decisions, events and plans."""

    def close(self) -> None:
        """Let go of files and connections."""
