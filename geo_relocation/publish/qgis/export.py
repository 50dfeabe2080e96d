"""The two ways out to QGIS: a folder with GeoPackage and project, or a project over PostGIS."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from geo_relocation.errors import UsageError
from geo_relocation.publish.content import Content
from geo_relocation.publish.qgis.geopackage import write_geopackage
from geo_relocation.publish.qgis.layers import project_layers
from geo_relocation.publish.qgis.project import layer_style, write_project
from geo_relocation.publish.qgis.source import (
    GeoPackageSource,
    PostgisSource,
    Source,
    postgis_connection,
)

SourceKind = Literal["geopackage", "postgis"]


def write_qgis(content: Content, folder: str | Path, *, stem: str = "di-doi") -> Path:
    """Write a folder that QGIS opens: a GeoPackage and a project that points to it.

    The folder may be moved or sent as a whole. Each of the two files replaces an old one only
    when it is complete.

    Parameters
    ----------
    content
        What to show.
    folder
        Folder for the files; made if it is missing.
    stem
        Name of both files, without ending.

    Returns
    -------
    Path
        The project, ``<folder>/<stem>.qgz``.
    """
    target = Path(folder)
    geopackage = target / f"{stem}.gpkg"
    write_geopackage(content, geopackage, styles=_styles(content))
    project = target / f"{stem}.qgz"
    return write_qgis_project(content, project, source="geopackage", dsn=str(geopackage))


def write_qgis_project(
    content: Content,
    path: str | Path,
    *,
    source: SourceKind,
    dsn: str,
    schema: str = "georeloc",
) -> Path:
    """Write a project file alone, over data that is there already.

    Parameters
    ----------
    content
        What to show; for PostGIS it names the run and the plan, and the rows stay in the
        database.
    path
        The project file, ``….qgz``.
    source
        Where the layers are.
    dsn
        Path of a GeoPackage made by `write_qgis`, or ``postgresql://user@host:port/database``.
        A password in it is not written into the project.
    schema
        Schema of the workspace's tables in PostGIS; a ``schema`` in the address wins.

    Raises
    ------
    UsageError
        If the address cannot be read, or the working CRS has no EPSG code for PostGIS.
    """
    chosen = _geopackage(path, dsn) if source == "geopackage" else _postgis(content, dsn, schema)
    return write_project(content, chosen, path)


def _geopackage(path: str | Path, dsn: str) -> Source:
    relative = os.path.relpath(Path(dsn).resolve(), Path(path).resolve().parent)
    posix = Path(relative).as_posix()
    return GeoPackageSource(posix if posix.startswith("..") else f"./{posix}")


def _postgis(content: Content, dsn: str, schema: str) -> Source:
    connection, named = postgis_connection(dsn)
    srid = content.crs.to_epsg(min_confidence=100)
    if srid is None:
        raise UsageError(
            f"{content.crs.name} has no EPSG code, which a PostGIS project needs.",
            hint="Export a folder with a GeoPackage instead.",
        )
    findings = content.frame("findings")
    run_id = str(findings["run_id"].iloc[0]) if len(findings) else ""
    plan_id = str(content.plan.get("plan_id", ""))
    return PostgisSource(connection, named or schema, srid, run_id, plan_id)


def _styles(content: Content) -> dict[str, tuple[str, str]]:
    """Name and style by table, for a GeoPackage that is opened without the project."""
    found: dict[str, tuple[str, str]] = {}
    for layer in project_layers(content):
        found.setdefault(layer.table, (layer.title, layer_style(layer, content.language)))
    return found
