"""The GeoPackage around the layers: reference systems, contents, extensions, column meanings.

Version 1.2, the newest that QGIS 3.22 opens without a warning.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from pyproj import CRS

from geo_relocation.model import Attribute, LayerSchema, schemas
from geo_relocation.store.frames import geometry_type_name
from geo_relocation.store.geopackage import ddl

APPLICATION_ID = 0x47504B47  # "GPKG"
USER_VERSION = 10200
_FIRST_OWN_SRS_ID = 100_000
_WGS84 = 4326

_NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"

_TABLES = (
    """
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL PRIMARY KEY,
  organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL,
  definition TEXT NOT NULL,
  description TEXT
)""",
    f"""
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY,
  data_type TEXT NOT NULL,
  identifier TEXT UNIQUE,
  description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT ({_NOW}),
  min_x DOUBLE,
  min_y DOUBLE,
  max_x DOUBLE,
  max_y DOUBLE,
  srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id)
)""",
    """
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL,
  column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL,
  m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
)""",
    """
CREATE TABLE gpkg_extensions (
  table_name TEXT,
  column_name TEXT,
  extension_name TEXT NOT NULL,
  definition TEXT NOT NULL,
  scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
)""",
    """
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL,
  column_name TEXT NOT NULL,
  name TEXT,
  title TEXT,
  description TEXT,
  mime_type TEXT,
  constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name)
)""",
    """
CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL,
  constraint_type TEXT NOT NULL,
  value TEXT,
  min NUMERIC,
  min_is_inclusive BOOLEAN,
  max NUMERIC,
  max_is_inclusive BOOLEAN,
  description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
)""",
)

_RTREE = ("gpkg_rtree_index", "http://www.geopackage.org/spec120/#extension_rtree", "write-only")
_SCHEMA = ("gpkg_schema", "http://www.geopackage.org/spec120/#extension_schema", "read-write")


def build(connection: sqlite3.Connection, crs: CRS, info: dict[str, str]) -> None:
    """Make an empty workspace in an empty database."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {USER_VERSION}")
    for statement in (*_TABLES, ddl.INFO_TABLE, *ddl.history_statements()):
        connection.execute(statement)
    connection.executemany("INSERT INTO georeloc_info VALUES (?, ?)", info.items())
    srs_id = _write_reference_systems(connection, crs)
    for schema in schemas().values():
        add_layer(connection, schema, srs_id)
    for table in ("gpkg_data_columns", "gpkg_data_column_constraints"):
        connection.execute(
            "INSERT INTO gpkg_extensions VALUES (?, NULL, ?, ?, ?)", (table, *_SCHEMA)
        )
    describe_columns(connection)


def add_layer(connection: sqlite3.Connection, schema: LayerSchema, srs_id: int) -> None:
    """Make the table of one layer and enter it in the file's contents."""
    for statement in ddl.layer_statements(schema):
        connection.execute(statement)
    _register(connection, schema, srs_id)


def srs_id_of(crs: CRS) -> int:
    """The number under which a file lists its working CRS."""
    authority = crs.to_authority(min_confidence=100)
    known = authority is not None and authority[0] == "EPSG"
    return int(authority[1]) if authority is not None and known else _FIRST_OWN_SRS_ID


def _write_reference_systems(connection: sqlite3.Connection, crs: CRS) -> int:
    """Write the rows that every GeoPackage needs and that of the working CRS; its srs_id."""
    number = srs_id_of(crs)
    own = number, "NONE" if number == _FIRST_OWN_SRS_ID else "EPSG", number
    nothing = "undefined"
    rows = [
        ("Undefined Cartesian SRS", -1, "NONE", -1, nothing, "undefined plane"),
        ("Undefined geographic SRS", 0, "NONE", 0, nothing, "undefined degrees"),
        _reference_system(CRS.from_epsg(_WGS84), _WGS84, "EPSG", _WGS84),
        _reference_system(crs, *own),
    ]
    connection.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", rows)
    return own[0]


def _reference_system(
    crs: CRS, srs_id: int, organization: str, code: int
) -> tuple[str, int, str, int, str, str]:
    area = crs.area_of_use.name if crs.area_of_use else ""
    return crs.name, srs_id, organization, code, crs.to_wkt("WKT1_GDAL"), area


def _register(connection: sqlite3.Connection, schema: LayerSchema, srs_id: int) -> None:
    geometry = schema.geometry
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) "
        "VALUES (?, ?, ?, ?, ?)",
        (
            schema.name,
            "attributes" if geometry is None else "features",
            schema.vi,
            schema.description,
            None if geometry is None else srs_id,
        ),
    )
    if geometry is None:
        return
    connection.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?, 'geometry', ?, ?, 0, 0)",
        (schema.name, geometry_type_name(geometry), srs_id),
    )
    connection.execute(
        "INSERT INTO gpkg_extensions VALUES (?, 'geometry', ?, ?, ?)", (schema.name, *_RTREE)
    )


def describe_columns(connection: sqlite3.Connection) -> None:
    """Write what the columns mean, and the words of the enums, for programs that show them.

    What earlier versions said of them goes; what was said of other tables stays.
    """
    attributes = [attribute for layer in schemas().values() for attribute in layer.fields]
    connection.executemany(
        "DELETE FROM gpkg_data_columns WHERE table_name = ?",
        [(name,) for name in schemas()],
    )
    connection.executemany(
        "DELETE FROM gpkg_data_column_constraints WHERE constraint_name = ?",
        sorted({(_constraint(a),) for a in attributes if a.enum is not None}),
    )
    connection.executemany(
        "INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, ?)",
        [
            (a.layer, a.name, a.name, a.header("vi"), a.description or a.en, _constraint(a))
            for a in attributes
        ],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO gpkg_data_column_constraints "
        "(constraint_name, constraint_type, value, description) VALUES (?, 'enum', ?, ?)",
        [row for attribute in attributes for row in _words(attribute)],
    )


def _constraint(attribute: Attribute) -> str | None:
    return None if attribute.enum is None else f"enum_{attribute.enum.__name__.lower()}"


def _words(attribute: Attribute) -> Iterator[tuple[str | None, str, str]]:
    for member in attribute.enum or ():
        yield _constraint(attribute), member.value, member.label("vi")


def touch(
    connection: sqlite3.Connection,
    schema: LayerSchema,
    extent: tuple[float, float, float, float] | None,
) -> None:
    """Note the time of the last change and the extent of a layer."""
    connection.execute(
        f"UPDATE gpkg_contents SET last_change = {_NOW}, min_x = ?, min_y = ?, max_x = ?, "
        "max_y = ? WHERE table_name = ?",
        (*(extent or (None,) * 4), schema.name),
    )
