"""The layers as SQLAlchemy tables, derived from the data dictionary."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

from geo_relocation.model import Attribute, LayerSchema, schemas
from geo_relocation.store.frames import geometry_type_name
from geo_relocation.store.history import HISTORY_TABLE, LINK_COLUMNS, SEQUENCE

INFO_TABLE = "georeloc_info"

_TYPES: dict[str, type[sa.types.TypeEngine[Any]]] = {
    "integer": sa.BigInteger,
    "real": postgresql.DOUBLE_PRECISION,
    "boolean": sa.Boolean,
    "date": sa.Date,
}


def build_metadata(srid: int) -> sa.MetaData:
    """All tables of a workspace whose geometries are in `srid`."""
    metadata = sa.MetaData()
    sa.Table(
        INFO_TABLE,
        metadata,
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", name=f"{INFO_TABLE}_pkey"),
    )
    _add_history(metadata)
    for schema in schemas().values():
        _add_table(metadata, schema, srid)
    return metadata


def _add_history(metadata: sa.MetaData) -> None:
    numbers = {SEQUENCE: sa.BigInteger, "rows": sa.BigInteger}
    sa.Table(
        HISTORY_TABLE,
        metadata,
        *(sa.Column(name, numbers.get(name, sa.Text), nullable=False) for name in LINK_COLUMNS),
        sa.PrimaryKeyConstraint(SEQUENCE, name=f"{HISTORY_TABLE}_pkey"),
        sa.Index(f"{HISTORY_TABLE}_member", "layer", "member"),
    )


def _add_table(metadata: sa.MetaData, schema: LayerSchema, srid: int) -> None:
    items: list[sa.schema.SchemaItem] = [
        sa.Column(
            attribute.name,
            _column_type(attribute, srid, in_key=attribute.name in schema.key),
            nullable=not attribute.required,
            server_default=sa.text(default) if (default := _default(attribute)) else None,
        )
        for attribute in schema.attributes
    ]
    items.append(sa.PrimaryKeyConstraint(*schema.key, name=f"{schema.name}_pkey"))
    items += [_check(attribute) for attribute in schema.fields if attribute.enum]
    if schema.geometry is not None:
        index = f"{schema.name}_geometry_gist"
        items.append(sa.Index(index, "geometry", postgresql_using="gist"))
    sa.Table(schema.name, metadata, *items)


def _column_type(attribute: Attribute, srid: int, *, in_key: bool) -> sa.types.TypeEngine[Any]:
    if attribute.is_geometry:
        return Geometry(geometry_type_name(attribute), srid=srid, spatial_index=False)
    if attribute.type == "datetime":
        return sa.DateTime(timezone=True)
    if attribute.type in _TYPES:
        return _TYPES[attribute.type]()
    # By code point, as in a GeoPackage, so that both stores give rows in the same order.
    return sa.Text(collation="C") if in_key else sa.Text()


def _default(attribute: Attribute) -> str | None:
    """The column's default as SQL."""
    if not attribute.default:
        return None
    if attribute.type in {"integer", "real"}:
        return attribute.default
    if attribute.type == "boolean":
        return "true" if attribute.default.lower() in {"true", "yes", "1"} else "false"
    return "'" + attribute.default.replace("'", "''") + "'"


def _check(attribute: Attribute) -> sa.CheckConstraint:
    allowed = ", ".join(f"'{member.value}'" for member in attribute.enum or ())
    return sa.CheckConstraint(
        f'"{attribute.name}" IN ({allowed})', name=f"{attribute.layer}_{attribute.name}_check"
    )
