"""The GeoPackage of a project: every layer split by kind of geometry, in full detail."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely
from pyproj import CRS

from geo_relocation.model.enums import ZoneStatus
from geo_relocation.publish.content import Content
from geo_relocation.publish.kinds import GENERATOR
from geo_relocation.publish.qgis.layers import TABLES, Geometry
from geo_relocation.publish.records import site_records
from geo_relocation.standing.days import INDOCHINA_TIME

_OPTIONS = {"VERSION": "1.2"}
"""Newer versions make QGIS 3.22 warn."""


def _symbols(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The layer with a point on each of its geometries; rows without geometry are kept."""
    points = shapely.point_on_surface(layer.geometry.to_numpy())
    return layer.set_geometry(gpd.GeoSeries(points, index=layer.index, crs=layer.crs))


def _of_dimension(layer: gpd.GeoDataFrame, dimension: int) -> gpd.GeoDataFrame:
    """The rows whose geometry is a point (0), a line (1) or an area (2)."""
    return layer[shapely.get_dimensions(layer.geometry.to_numpy()) == dimension]


def plan_lines(content: Content) -> gpd.GeoDataFrame:
    """A line from each placed site to its park, with the columns of `assignments`."""
    placed = content.frame("assignments").dropna(subset=["park_id"]).reset_index(drop=True)
    ends = []
    for layer, key in (("sites", "site_id"), ("parks", "park_id")):
        points = _symbols(content.layer(layer)).set_index(key).geometry
        ends.append(placed[key].map(points).to_numpy())
    origin, destination = (gpd.GeoSeries(list(end), crs=content.crs) for end in ends)
    known = ~(origin.isna() | destination.isna() | origin.is_empty | destination.is_empty)
    pairs = np.stack(
        [
            shapely.get_coordinates(origin[known].to_numpy()),
            shapely.get_coordinates(destination[known].to_numpy()),
        ],
        axis=1,
    )
    lines = shapely.linestrings(pairs) if len(pairs) else []
    return gpd.GeoDataFrame(placed[known.to_numpy()], geometry=list(lines), crs=content.crs)


def project_tables(content: Content) -> dict[str, tuple[Geometry, pd.DataFrame]]:
    """Every table of the GeoPackage with its kind of geometry."""
    records, parks, zones = site_records(content), content.layer("parks"), content.layer("zones")
    spatial = {
        "site_points": (Geometry.POINT, _symbols(records)),
        "sites": (Geometry.POLYGON, _of_dimension(records, 2)),
        "plan_lines": (Geometry.LINE, plan_lines(content)),
        "park_points": (Geometry.POINT, _symbols(parks)),
        "parks": (Geometry.POLYGON, _of_dimension(parks, 2)),
        "lots": (Geometry.POLYGON, content.layer("lots")),
        "admin_units": (Geometry.POLYGON, content.layer("admin_units")),
        "roads": (Geometry.LINE, content.layer("roads")),
    }
    for status in ZoneStatus:
        chosen = zones[zones["status"] == status.value]
        spatial[f"zones_{status.value}"] = (Geometry.POLYGON, chosen)
    tables = {
        name: (Geometry.NONE, content.frame("scenario" if name == "scenarios" else name))
        for name in TABLES
    }
    return spatial | tables


def _writable(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with days as dates, instants by the clock of Vietnam, and no infinite numbers.

    QGIS shows the clock of an instant as it is written, whatever its zone. SQL knows no infinity.
    """
    days = frame.select_dtypes("datetime64[us]").columns
    instants = frame.select_dtypes("datetime64[us, UTC]").columns
    reals = frame.select_dtypes("float64").columns
    changed = {name: frame[name].astype(pd.ArrowDtype(pa.date32())) for name in days}
    changed |= {name: frame[name].dt.tz_convert(INDOCHINA_TIME) for name in instants}
    changed |= {name: frame[name].replace([np.inf, -np.inf], np.nan) for name in reals}
    return frame.assign(**changed)


_STYLE_NAME_LENGTH = 30
"""Length that QGIS gives the column of style names."""

_STYLE_TABLE = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
  f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')))
"""


def _write_styles(path: Path, styles: Mapping[str, tuple[str, str]]) -> None:
    """Put the default style of each table where QGIS looks for it."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(_STYLE_TABLE)
        connection.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier)"
            " VALUES ('layer_styles', 'attributes', 'layer_styles')"
        )
        connection.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,"
            " f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner)"
            " VALUES ('', '', ?, 'geom', ?, ?, '', 1, ?, '')",
            [
                (table, title[:_STYLE_NAME_LENGTH], qml, title)
                for table, (title, qml) in styles.items()
            ],
        )
        # A layer that somebody adds lacks this: the file is then not replaced unasked.
        connection.execute("UPDATE gpkg_contents SET description = ?", [GENERATOR])


def write_geopackage(
    tables: Mapping[str, tuple[Geometry, pd.DataFrame]],
    path: Path,
    *,
    crs: CRS,
    styles: Mapping[str, tuple[str, str]],
) -> None:
    """Write tables into one new GeoPackage (version 1.2).

    Parameters
    ----------
    tables
        As from `project_tables`.
    path
        The file, which is not there yet.
    crs
        Of all geometries.
    styles
        Title and QML of the default style by table, for whoever opens the file without the
        project.
    """
    for table, (geometry, frame) in tables.items():
        ready = _writable(frame)
        if geometry is Geometry.NONE:
            pyogrio.write_dataframe(
                ready, path, layer=table, driver="GPKG", use_arrow=True, dataset_options=_OPTIONS
            )
            continue
        pyogrio.write_dataframe(
            ready.set_crs(crs, allow_override=True),
            path,
            layer=table,
            driver="GPKG",
            use_arrow=True,
            geometry_type=geometry.value,
            promote_to_multi=geometry is not Geometry.POINT,
            dataset_options=_OPTIONS,
        )
    _write_styles(path, styles)
