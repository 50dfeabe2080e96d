"""Reference systems in PostGIS's own table, which lacks the zones of VN-2000 / TM-3."""

from __future__ import annotations

import warnings

import psycopg
from pyproj import CRS

from geo_relocation.errors import StoreError
from geo_relocation.messages import _

_FIRST_OWN_SRID = 910_000  # PostGIS leaves 910000 to 998999 to its users
_OWN_AUTHORITY = "georeloc"
_MISSING_ZONES = (9205, 9209, 9210, 9216, 9217)
"""VN-2000 / TM-3 103°00', 105°30', 105°45', 107°30', 108°15': PostGIS 3.3 knows the others."""

_INSERT = (
    "INSERT INTO spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text) "
    "VALUES (%s, %s, %s, %s, %s)"
)


def ensure_srid(connection: psycopg.Connection, crs: CRS) -> int:
    """The number under which PostGIS knows a CRS; it is made known where it is not yet.

    Raises
    ------
    StoreError
        If the user may not write to ``spatial_ref_sys``.
    """
    authority = crs.to_authority(min_confidence=100)
    code = int(authority[1]) if authority and authority[0] == "EPSG" else None
    text = crs.to_wkt("WKT1_GDAL")
    if code is not None:
        found = connection.execute("SELECT 1 FROM spatial_ref_sys WHERE srid = %s", (code,))
        if found.fetchone() is None:
            _insert(connection, crs, (code, "EPSG", code, text))
        return code
    known = connection.execute(
        "SELECT srid FROM spatial_ref_sys WHERE auth_name = %s AND srtext = %s",
        (_OWN_AUTHORITY, text),
    ).fetchone()
    if known is not None:
        return int(known[0])
    row = connection.execute(
        "SELECT coalesce(max(srid) + 1, %s) FROM spatial_ref_sys WHERE auth_name = %s",
        (_FIRST_OWN_SRID, _OWN_AUTHORITY),
    ).fetchone()
    srid = int(row[0]) if row else _FIRST_OWN_SRID
    _insert(connection, crs, (srid, _OWN_AUTHORITY, srid, text))
    return srid


def add_zones(connection: psycopg.Connection) -> None:
    """Make known the zones of VN-2000 that PostGIS lacks, as far as this user may."""
    allowed = connection.execute("SELECT has_table_privilege('spatial_ref_sys', 'INSERT')")
    if allowed.fetchone() == (True,):
        for code in _MISSING_ZONES:
            ensure_srid(connection, CRS.from_epsg(code))


def _insert(connection: psycopg.Connection, crs: CRS, values: tuple[int, str, int, str]) -> None:
    with warnings.catch_warnings():
        # pyproj warns that a PROJ string says less than WKT; PostGIS reads the WKT first.
        warnings.simplefilter("ignore", UserWarning)
        proj_string = crs.to_proj4()
    try:
        connection.execute(_INSERT, (*values, proj_string))
    except psycopg.errors.InsufficientPrivilege as error:
        raise StoreError(
            _("PostGIS does not know {crs}, and this user may not add it.", crs=crs.name),
            hint=_(
                "Ask the administrator to make the workspace, or to grant "
                "INSERT on spatial_ref_sys."
            ),
        ) from error
