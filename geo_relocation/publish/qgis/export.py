"""The two ways out to QGIS: a folder with GeoPackage and project, or a project over PostGIS."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import pandas as pd

from geo_relocation.errors import UsageError
from geo_relocation.messages import _
from geo_relocation.model import schemas
from geo_relocation.model.dictionary import Attribute
from geo_relocation.publish.content import Content
from geo_relocation.publish.files import NOTHING, Protected, replaced, replaced_in
from geo_relocation.publish.kinds import PROJECT, qgis_folder
from geo_relocation.publish.qgis.geopackage import project_tables, write_geopackage
from geo_relocation.publish.qgis.layers import Geometry, project_layers
from geo_relocation.publish.qgis.project import layer_style, pack_project, project_xml
from geo_relocation.publish.qgis.source import (
    GeoPackageSource,
    PostgisSource,
    Source,
    postgis_connection,
)
from geo_relocation.publish.records import DECISION, FINDING, PLAN
from geo_relocation.publish.written import Written, held, held_in

SourceKind = Literal["geopackage", "postgis"]


def write_qgis(
    content: Content,
    folder: str | Path,
    *,
    stem: str = "di-doi",
    protected: Protected = NOTHING,
) -> Written:
    """Write a folder that QGIS opens: a GeoPackage and a project that points to it.

    The folder may be moved or sent as a whole. The two files replace old ones of theirs only
    when both are complete.

    Parameters
    ----------
    content
        What to show.
    folder
        Folder for the files; made if it is missing.
    stem
        Name of both files, without ending.
    protected
        What must not be replaced.

    Returns
    -------
    Written
        With the path of the project, ``<folder>/<stem>.qgz``.
    """
    tables, styles = project_tables(content), _styles(content)
    name = f"{stem}.gpkg"
    xml = project_xml(content, GeoPackageSource(f"./{name}"))
    with replaced_in(folder, qgis_folder(stem), protected) as draft:
        write_geopackage(tables, draft / name, crs=content.crs, styles=styles)
        pack_project(xml, draft / f"{stem}.qgz")
    return Written(Path(folder) / f"{stem}.qgz", _held(tables))


def _held(tables: Mapping[str, tuple[Geometry, pd.DataFrame]]) -> tuple[Attribute, ...]:
    """The marked attributes that the tables hold."""
    sites = tables["site_points"][1]
    found = [
        *held_in("sites", sites),
        *held((column.attribute, sites[column.name]) for column in (*FINDING, *DECISION, *PLAN)),
    ]
    for table, (_kind, frame) in tables.items():
        found += held_in(table, frame) if table in schemas() else ()
    return tuple({(a.layer, a.name): a for a in found}.values())


def write_qgis_project(
    content: Content,
    path: str | Path,
    *,
    source: SourceKind,
    dsn: str,
    schema: str = "georeloc",
    protected: Protected = NOTHING,
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
    protected
        What must not be replaced.

    Raises
    ------
    UsageError
        If the address cannot be read, or the working CRS has no EPSG code for PostGIS.
    """
    chosen = _geopackage(path, dsn) if source == "geopackage" else _postgis(content, dsn, schema)
    xml = project_xml(content, chosen)
    with replaced(path, PROJECT, protected) as temporary:
        pack_project(xml, temporary)
    return Path(path)


def _geopackage(path: str | Path, dsn: str) -> Source:
    relative = os.path.relpath(Path(dsn).resolve(), Path(path).resolve().parent)
    posix = Path(relative).as_posix()
    return GeoPackageSource(posix if posix.startswith("..") else f"./{posix}")


def _postgis(content: Content, dsn: str, schema: str) -> Source:
    connection, named = postgis_connection(dsn)
    srid = content.crs.to_epsg(min_confidence=100)
    if srid is None:
        raise UsageError(
            _("{crs} has no EPSG code, which a PostGIS project needs.", crs=content.crs.name),
            hint=_("Export a folder with a GeoPackage instead."),
        )
    findings = content.frame("findings")
    run_id = str(findings["run_id"].iloc[0]) if len(findings) else ""
    plan_id = str(content.plan.get("plan_id", ""))
    return PostgisSource(connection, named or schema, srid, run_id, plan_id, content.language)


def _styles(content: Content) -> dict[str, tuple[str, str]]:
    """Name and style by table, for a GeoPackage that is opened without the project."""
    found: dict[str, tuple[str, str]] = {}
    for layer in project_layers(content):
        found.setdefault(layer.table, (layer.title, layer_style(layer, content.language)))
    return found
