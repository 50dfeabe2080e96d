"""From a workspace's address to its store."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pyproj import CRS

from geo_relocation.errors import UsageError
from geo_relocation.geo.crs import parse_working_crs
from geo_relocation.messages import _
from geo_relocation.redaction import looks_like_address
from geo_relocation.store.geopackage import GeoPackageStore
from geo_relocation.store.migrations import Migration
from geo_relocation.store.patience import BUSY_TIMEOUT, Patience, Tell, to_nobody
from geo_relocation.store.protocol import Store

if TYPE_CHECKING:
    from geo_relocation.store.postgis import PostGISStore

_DATABASE = re.compile(r"\s*postgres(ql)?://", re.IGNORECASE)


def create_store(
    url: str,
    *,
    crs: CRS,
    scheme: Mapping[str, object],
    busy_timeout: float = BUSY_TIMEOUT,
    tell: Tell = to_nobody,
) -> Store:
    """Make a new, empty workspace.

    Parameters
    ----------
    url
        Path of a ``.gpkg`` file that does not exist yet, or the address of a database that
        does: ``postgresql://user[:password]@host:port/database[?schema=name]``.
    crs
        Working CRS; must be projected.
    scheme
        Facts on the relocation scheme (name, status, dates, units that count as south), kept
        as JSON.
    busy_timeout, tell
        As for `open_store`.

    Raises
    ------
    UsageError
        If the workspace exists already, or the CRS is not projected.
    UnreachableError
        If the database does not answer.
    """
    crs = parse_working_crs(crs)
    if _is_database(url):
        return _postgis().create(url, crs=crs, scheme=scheme, patience=Patience(busy_timeout, tell))
    return GeoPackageStore.create(
        Path(url), crs=crs, scheme=scheme, patience=Patience(busy_timeout, tell)
    )


def open_store(url: str, *, busy_timeout: float = BUSY_TIMEOUT, tell: Tell = to_nobody) -> Store:
    """Open a workspace that exists.

    Parameters
    ----------
    busy_timeout
        Seconds to wait for other processes that read or write, at each step that needs it.
    tell
        Takes a line when others are waited for.

    Raises
    ------
    FileMissingError
        If there is no such file.
    NotAWorkspaceError
        If it is there but is not a workspace.
    OlderSchemaError
        If it was written by an older version and must be migrated first: `migrate_store`.
    NewerSchemaError
        If it was written by a newer version of this program.
    UnreachableError
        If the database does not answer.
    """
    if _is_database(url):
        return _postgis()(url, patience=Patience(busy_timeout, tell))
    return GeoPackageStore(Path(url), patience=Patience(busy_timeout, tell))


def migrate_store(
    url: str, *, busy_timeout: float = BUSY_TIMEOUT, tell: Tell = to_nobody, actor: str = ""
) -> Migration:
    """Bring a workspace of an older layout to the newest.

    All steps are carried out in one transaction, so that a migration that is killed leaves the
    workspace as it was. A file is copied first, under a name beside it that tells the version.

    Parameters
    ----------
    busy_timeout, tell
        As for `open_store`.
    actor
        Who is named in the history.

    Raises
    ------
    UsageError
        If the workspace has the newest layout already.
    FileMissingError, NotAWorkspaceError, NewerSchemaError, UnreachableError, StoreError
        As for `open_store`, or if this user may not change the layout.
    """
    if _is_database(url):
        return _postgis().migrate(url, patience=Patience(busy_timeout, tell), actor=actor)
    return GeoPackageStore.migrate(Path(url), patience=Patience(busy_timeout, tell), actor=actor)


def _postgis() -> type[PostGISStore]:
    """The PostGIS store; what it needs takes a second to load, which a file has no use for."""
    from geo_relocation.store.postgis import PostGISStore  # noqa: PLC0415

    return PostGISStore


def _is_database(url: str) -> bool:
    """Whether an address is that of a database rather than the path of a file.

    Raises
    ------
    UsageError
        If it is like an address but none of a workspace. It is not repeated: see `redaction`.
    """
    if _DATABASE.match(url):
        return True
    if looks_like_address(url):
        raise UsageError(
            _(
                "The workspace is named by what is not an address of a "
                "workspace, nor a file; it is not repeated here, since it may "
                "hold a password."
            ),
            hint=_("Give the path of a .gpkg file or postgresql://user@host:port/database."),
        )
    return False
