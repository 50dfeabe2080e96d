"""What a schema says about itself: whether it is a workspace, of which layout, in which system."""

from __future__ import annotations

import psycopg

from geo_relocation.errors import NotAWorkspaceError
from geo_relocation.messages import _
from geo_relocation.store import frames
from geo_relocation.store.postgis.address import Address
from geo_relocation.store.postgis.tables import INFO_TABLE


def read_info(connection: psycopg.Connection) -> dict[str, str]:
    """The facts, by name."""
    rows = connection.execute(f'SELECT key, value FROM {INFO_TABLE} ORDER BY key COLLATE "C"')
    return dict(rows.fetchall())


def checked_info(connection: psycopg.Connection, address: Address) -> tuple[dict[str, str], int]:
    """Facts and version of the layout, when the schema is a workspace that this program can use."""
    found = connection.execute(
        "SELECT 1 FROM pg_class WHERE relname = %s AND relnamespace = to_regnamespace(%s)",
        (INFO_TABLE, address.schema),
    ).fetchone()
    if found is None:
        raise NotAWorkspaceError(
            _(
                "{url} has no workspace in the schema {schema:q}.",
                url=address.url,
                schema=address.schema,
            ),
            hint=_("Make one with: geo-relocation -w {url} init", url=address.url),
        )
    info = read_info(connection)
    return info, frames.checked_version(address.url, info.get("schema_version"))


def srid_of_schema(connection: psycopg.Connection, address: Address) -> int:
    """The number of the reference system of the schema's geometries."""
    row = connection.execute(
        "SELECT srid FROM geometry_columns WHERE f_table_schema = %s AND f_table_name = 'zones'",
        (address.schema,),
    ).fetchone()
    if row is None:
        raise NotAWorkspaceError(_("{url} has lost its table of zones.", url=address.url))
    return int(row[0])
