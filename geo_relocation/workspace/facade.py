"""The facade: one object with every verb, and how to open or make one."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from geo_relocation.geo.crs import parse_working_crs
from geo_relocation.model.scheme import Scheme, default_scheme
from geo_relocation.settings import Settings, load_settings
from geo_relocation.store import Migration, Tell, create_store, migrate_store, open_store, to_nobody
from geo_relocation.workspace.listing import Listing
from geo_relocation.workspace.publishing import Publishing
from geo_relocation.workspace.screening import Screening
from geo_relocation.workspace.trials import Trials
from geo_relocation.workspace.units import Units


class Workspace(Units, Screening, Listing, Trials, Publishing):
    """Layers, runs and plans of one scheme, with the verbs that work on them.

    Use `geo_relocation.open` or `geo_relocation.create` to get one; it is a context manager.

    Examples
    --------
    >>> import geo_relocation
    >>> with geo_relocation.open("binhduong.gpkg") as ws:  # doctest: +SKIP
    ...     ws.import_layer("zones", "quyhoach.gpkg")
    ...     ws.screen().summary()
    """

    def __enter__(self) -> Self:
        """Enter the context; the store is already open."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the store."""
        self.close()


def open_workspace(
    url: str | None = None, *, settings: Settings | None = None, tell: Tell = to_nobody
) -> Workspace:
    """Open a workspace.

    Parameters
    ----------
    url
        Path of a GeoPackage, or ``postgresql://user@host/database``; the setting `workspace`
        when left out.
    settings
        In place of those of the environment and ``georelocation.toml``.
    tell
        Takes a line when other processes are waited for, up to the setting `wait_seconds`.

    Raises
    ------
    FileMissingError, NotAWorkspaceError, NewerSchemaError, OlderSchemaError, UnreachableError
        If it cannot be opened.
    """
    settings = settings or load_settings()
    store = open_store(url or settings.workspace, busy_timeout=settings.wait_seconds, tell=tell)
    store.actor = settings.author
    return Workspace(store, settings)


def migrate_workspace(
    url: str | None = None, *, settings: Settings | None = None, tell: Tell = to_nobody
) -> Migration:
    """Bring a workspace of an older layout to that of this program.

    A file is copied first, beside itself; a migration that is cut off leaves the workspace as
    it was.

    Parameters
    ----------
    url, settings, tell
        As for `open_workspace`.

    Raises
    ------
    UsageError
        If the workspace has the layout of this program already.
    """
    settings = settings or load_settings()
    return migrate_store(
        url or settings.workspace,
        busy_timeout=settings.wait_seconds,
        tell=tell,
        actor=settings.author,
    )


def create_workspace(
    url: str | None = None,
    *,
    crs: object = None,
    scheme: Scheme | None = None,
    settings: Settings | None = None,
) -> Workspace:
    """Make a new, empty workspace.

    Parameters
    ----------
    url
        As for `open_workspace`; a file that exists is refused.
    crs
        Working CRS, projected; the setting `crs` (EPSG:9210) when left out.
    scheme
        The relocation scheme; Đề án 3210 when left out.
    settings
        In place of those of the environment and ``georelocation.toml``.

    Raises
    ------
    UsageError
        If the CRS is not projected, or the file exists.
    """
    settings = settings or load_settings()
    store = create_store(
        url or settings.workspace,
        crs=parse_working_crs(crs or settings.crs),
        scheme=(scheme or default_scheme()).model_dump(mode="json"),
        busy_timeout=settings.wait_seconds,
    )
    store.actor = settings.author
    return Workspace(store, settings)
