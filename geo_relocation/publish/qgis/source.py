"""Where a project's layers come from: a GeoPackage beside it, or a PostGIS database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from geo_relocation.errors import UsageError
from geo_relocation.messages import Language, _
from geo_relocation.model import schema
from geo_relocation.model.enums import AdminLevel
from geo_relocation.model.reasons import FirmBarrier, PlacedReason
from geo_relocation.model.told import MARK
from geo_relocation.publish.qgis.layers import Geometry, ProjectField, ProjectLayer
from geo_relocation.publish.records import DECISION, FINDING, PLACED_COLUMN, PLAN, Column
from geo_relocation.standing.decisions import in_force_query


class Source(Protocol):
    """A provider of layers."""

    @property
    def provider(self) -> str:
        """QGIS's name of the provider."""

    def uri(self, layer: ProjectLayer) -> str:
        """Address of a layer as QGIS writes it."""


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _condition(where: Mapping[str, str]) -> str:
    return " AND ".join(f'"{column}" = {_literal(value)}' for column, value in where.items())


@dataclass(frozen=True)
class GeoPackageSource:
    """A GeoPackage addressed relative to the project, so that the two move together.

    Attributes
    ----------
    relative
        Path from the project's folder, with forward slashes.
    """

    relative: str
    provider: str = "ogr"

    def uri(self, layer: ProjectLayer) -> str:
        """Address of a layer; one that shares its table with others has a filter."""
        address = f"{self.relative}|layername={layer.table}"
        shared = layer.table != layer.name
        return f"{address}|subset={_condition(layer.where)}" if shared else address


@dataclass(frozen=True)
class PostgisSource:
    """A workspace in PostGIS. No password is kept: QGIS asks for it, or has it from the system.

    Attributes
    ----------
    connection
        Host, port, database and user as QGIS writes them.
    schema
        Schema of the workspace's tables.
    srid
        EPSG code of the working CRS.
    run_id, plan_id
        The screening run and the plan that are shown.
    language
        Of the project.
    """

    connection: str
    schema: str
    srid: int
    run_id: str
    plan_id: str
    language: Language
    provider: str = "postgres"

    def uri(self, layer: ProjectLayer) -> str:
        """Address of a layer: a table, or a query that joins what the layer shows."""
        parts = [self.connection, f"key='{','.join(layer.key)}'", "checkPrimaryKeyUnicity='0'"]
        if layer.geometry is not Geometry.NONE:
            parts += [f"srid={self.srid}", f"type={layer.geometry.value}"]
        query = self._query(layer).replace("\\", "\\\\").replace('"', '\\"')
        column = "" if layer.geometry is Geometry.NONE else " (geometry)"
        return f'{" ".join(parts)} table="({query})"{column}'

    def _table(self, name: str) -> str:
        return f'"{self.schema}"."{name}"'

    def _query(self, layer: ProjectLayer) -> str:
        if layer.name in {"sites", "site_points"}:
            return self._records(layer)
        if layer.name == "plan_lines":
            return self._lines(layer)
        name = "parks" if layer.name == "park_points" else layer.table
        name = "zones" if name.startswith("zones_") else name
        chosen = [self._selected(f, self._table(name), name) for f in layer.fields]
        conditions = [_condition(layer.where)] if layer.where else []
        if layer.name == "park_points":
            chosen.append("ST_PointOnSurface(geometry) AS geometry")
        elif layer.geometry is not Geometry.NONE:
            chosen.append(_as(layer.geometry))
            conditions.append(f"ST_Dimension(geometry) = {_DIMENSIONS[layer.geometry]}")
        else:
            conditions += self._of_run(name)
        restricted = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        return f"SELECT {', '.join(chosen)} FROM {self._table(name)}{restricted}"

    def _of_run(self, name: str) -> list[str]:
        columns = schema(name).columns
        if "plan_id" in columns:
            return [f"plan_id = {_literal(self.plan_id)}"]
        return [f"run_id = {_literal(self.run_id)}"] if name == "findings" else []

    def _city(self, level: AdminLevel, code: str, fallback: str) -> str:
        return (
            f"COALESCE((SELECT u.name FROM {self._table('admin_units')} u WHERE u.code = f.{code}"
            f" AND u.level = {_literal(level.value)} ORDER BY u.valid_from DESC LIMIT 1),"
            f" s.{fallback})"
        )

    def _records(self, layer: ProjectLayer) -> str:
        """The same table that `site_records` makes, as SQL."""
        selected = [f's."{f.name}"' for f in schema("sites").fields]
        selected += [*_aliased(FINDING, "f", self.language)]
        selected.append(f"{self._city(AdminLevel.DISTRICT, 'city_code', 'old_district')} AS city")
        selected.append(f"{self._city(AdminLevel.COMMUNE, 'unit_code', 'new_unit')} AS unit")
        selected += _aliased(DECISION, "d", self.language)
        selected += _aliased(PLAN, "a", self.language)
        selected.append("COALESCE(p.name, a.park_id) AS to_park")
        selected.append(
            "CASE WHEN a.site_id IS NULL THEN NULL WHEN a.park_id IS NULL THEN 'unplaced'"
            f" ELSE 'placed' END AS {PLACED_COLUMN}"
        )
        if layer.geometry is Geometry.POINT:
            selected.append("ST_PointOnSurface(s.geometry) AS geometry")
            restricted = ""
        else:
            selected.append("ST_Multi(s.geometry) AS geometry")
            restricted = " WHERE ST_Dimension(s.geometry) = 2"
        return (
            f"SELECT {', '.join(selected)} FROM {self._table('sites')} s"
            f" LEFT JOIN {self._table('findings')} f"
            f" ON f.site_id = s.site_id AND f.run_id = {_literal(self.run_id)}"
            f" LEFT JOIN ({in_force_query(self._table('decisions'))}) d"
            f" ON d.site_id = s.site_id"
            f" LEFT JOIN {self._table('assignments')} a"
            f" ON a.site_id = s.site_id AND a.plan_id = {_literal(self.plan_id)}"
            f" LEFT JOIN {self._table('parks')} p ON p.park_id = a.park_id{restricted}"
        )

    def _selected(self, field: ProjectField, table: str, layer: str) -> str:
        """A column of a table; one for a term of the cost is made from the rows of terms.

        QGIS shows an instant by the clock of its session: given without zone, it is Vietnam's.
        """
        if field.instant:
            local = f"{table}.\"{field.name}\" AT TIME ZONE INTERVAL '+07:00'"
            return f'({local}) AS "{field.name}"'
        if (layer, field.name) in _SENTENCES:
            return f'{_readable(table, layer, field.name, self.language)} AS "{field.name}"'
        if not field.term:
            return f'{table}."{field.name}"'
        return (
            f"CASE WHEN {table}.park_id IS NOT NULL THEN COALESCE((SELECT c.value"
            f" FROM {self._table('cost_terms')} c WHERE c.plan_id = {table}.plan_id"
            f" AND c.site_id = {table}.site_id AND c.term = {_literal(field.term)}), 0) END"
            f' AS "{field.name}"'
        )

    def _lines(self, layer: ProjectLayer) -> str:
        selected = ", ".join(self._selected(f, "a", "assignments") for f in layer.fields)
        return (
            f"SELECT {selected}, ST_Multi(ST_MakeLine(ST_PointOnSurface(s.geometry),"
            f" ST_PointOnSurface(p.geometry))) AS geometry FROM {self._table('assignments')} a"
            f" JOIN {self._table('sites')} s ON s.site_id = a.site_id"
            f" JOIN {self._table('parks')} p ON p.park_id = a.park_id"
            f" WHERE a.plan_id = {_literal(self.plan_id)}"
        )


_DIMENSIONS = {Geometry.POINT: 0, Geometry.LINE: 1, Geometry.POLYGON: 2}


def _as(geometry: Geometry) -> str:
    """The geometry column in the kind that the layer declares."""
    return "geometry" if geometry is Geometry.POINT else "ST_Multi(geometry) AS geometry"


def _aliased(columns: tuple[Column, ...], table: str, language: Language) -> list[str]:
    return [
        f'{_readable(table, c.layer, c.attribute_name, language)} AS "{c.name}"' for c in columns
    ]


def _readable(table: str, layer: str, name: str, language: Language) -> str:
    """A column of which a person reads no code: SQL cannot say a stored sentence.

    In its place stands the reason in short, by its code, or nothing.
    """
    column = f'{table}."{name}"'
    if (layer, name) not in _SENTENCES:
        return column
    short = "NULL"
    if (layer, name) == ("assignments", "reason"):
        words = " ".join(
            f"WHEN {_literal(one.value)} THEN {_literal(one.label(language))}"
            for one in (*FirmBarrier, *PlacedReason)
        )
        short = f"CASE {table}.reason_code {words} END"
    return f"CASE WHEN {column} LIKE {_literal(MARK + '%')} THEN {short} ELSE {column} END"


_SENTENCES = {
    ("assignments", "reason"),
    ("assignments", "smallest_change"),
    ("decisions", "explanation"),
    ("findings", "detail"),
}
"""Columns in which sentences are stored as codes and figures."""


def _no_address() -> UsageError:
    return UsageError(
        _("This is not the address of a PostGIS database."),
        hint=_("Write postgresql://user@host:port/database."),
    )


def postgis_connection(address: str) -> tuple[str, str | None]:
    """A ``postgresql://`` address as QGIS writes a connection, without its password.

    Returns
    -------
    tuple
        The connection, and the schema that the address names, if any.

    Raises
    ------
    UsageError
        If it is not such an address, or names no database.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise _no_address() from None
    database = unquote(parts.path.removeprefix("/"))
    # What stands behind an @, ? or # that a password brought along is no database.
    torn = parts.fragment or "@" in parts.path + parts.query + (parts.username or "")
    if not parts.scheme.startswith("postgres") or not database or torn:
        raise _no_address()
    options = parse_qs(parts.query)
    host = parts.hostname or options.get("host", [""])[0]
    given = {
        "dbname": database,
        "host": host,
        "port": str(port or options.get("port", ["5432"])[0]),
        "user": unquote(parts.username or options.get("user", [""])[0]),
        "sslmode": options.get("sslmode", ["prefer"])[0],
    }
    quoted = [f"{name}={_quoted(name, value)}" for name, value in given.items() if value]
    return " ".join(quoted), options.get("schema", [None])[0]


def _quoted(name: str, value: str) -> str:
    if name in {"port", "sslmode"}:
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
