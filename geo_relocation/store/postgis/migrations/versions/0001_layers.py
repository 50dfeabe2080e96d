"""Layers with a geometry, the workspace's facts, and reference systems that PostGIS lacks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_KEY_TEXT = sa.Text(collation="C")

# VN-2000 / TM-3: EPSG code, name, central meridian. PostGIS 3.3 knows the other zones.
_ZONES = (
    (9205, "103-00", "103"),
    (9209, "105-30", "105.5"),
    (9210, "105-45", "105.75"),
    (9216, "107-30", "107.5"),
    (9217, "108-15", "108.25"),
)
_ZONE_WKT = (
    'PROJCS["VN-2000 / TM-3 {name}",GEOGCS["VN-2000",DATUM["Vietnam_2000",'
    'SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6756"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4756"]],'
    'PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],'
    'PARAMETER["central_meridian",{meridian}],PARAMETER["scale_factor",0.9999],'
    'PARAMETER["false_easting",500000],PARAMETER["false_northing",0],'
    'UNIT["metre",1,AUTHORITY["EPSG","9001"]],AXIS["Easting",EAST],AXIS["Northing",NORTH],'
    'AUTHORITY["EPSG","{code}"]]'
)
_ZONE_PROJ = (
    "+proj=tmerc +lat_0=0 +lon_0={meridian} +k=0.9999 +x_0=500000 +y_0=0 "
    "+ellps=WGS84 +units=m +no_defs +type=crs"
)


def upgrade() -> None:
    """Bring the schema to this revision."""
    _reference_systems()
    _georeloc_info()
    _admin_units()
    _zones()
    _sites()
    _parks()
    _lots()
    _roads()


def _reference_systems() -> None:
    """Add the zones, as far as the user may: the workspace's own CRS is seen to before this."""
    allowed = sa.text("SELECT has_table_privilege('spatial_ref_sys', 'INSERT')")
    if not op.get_bind().execute(allowed).scalar():
        return
    insert = sa.text(
        "INSERT INTO spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text) "
        "VALUES (:code, 'EPSG', :code, :wkt, :proj) ON CONFLICT (srid) DO NOTHING"
    )
    for code, name, meridian in _ZONES:
        wkt = _ZONE_WKT.format(code=code, name=name, meridian=meridian)
        proj = _ZONE_PROJ.format(meridian=meridian)
        op.get_bind().execute(insert, {"code": code, "wkt": wkt, "proj": proj})


def _geometry(kind: str) -> Geometry:
    return Geometry(kind, srid=context.config.attributes["srid"], spatial_index=False)


def _spatial_index(table: str) -> None:
    op.create_index(f"{table}_geometry_gist", table, ["geometry"], postgresql_using="gist")


def _one_of(table: str, column: str, values: str) -> sa.CheckConstraint:
    """A check that a column holds one of some values, given with blanks between them."""
    allowed = ", ".join(f"'{value}'" for value in values.split())
    return sa.CheckConstraint(f'"{column}" IN ({allowed})', name=f"{table}_{column}_check")


def _georeloc_info() -> None:
    op.create_table(
        "georeloc_info",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", name="georeloc_info_pkey"),
    )


def _admin_units() -> None:
    op.create_table(
        "admin_units",
        sa.Column("code", _KEY_TEXT, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("parent_code", sa.Text),
        sa.Column("parent_name", sa.Text),
        sa.Column("scheme_zone", sa.Text),
        sa.Column("area_km2", DOUBLE_PRECISION),
        sa.Column("note", sa.Text),
        sa.Column("source", sa.Text),
        sa.Column("record_kind", sa.Text, nullable=False, server_default=sa.text("'real'")),
        sa.Column("import_id", sa.Text),
        sa.Column("geometry", _geometry("MULTIPOLYGON"), nullable=False),
        sa.PrimaryKeyConstraint("code", "valid_from", name="admin_units_pkey"),
        _one_of("admin_units", "level", "province district commune"),
        _one_of("admin_units", "record_kind", "real schematic sample"),
        _one_of("admin_units", "scheme_zone", "south north"),
    )
    _spatial_index("admin_units")


def _zones() -> None:
    op.create_table(
        "zones",
        sa.Column("zone_id", _KEY_TEXT, nullable=False),
        sa.Column("plan_id", sa.Text),
        sa.Column("dossier_id", sa.Text),
        sa.Column("plan_name", sa.Text),
        sa.Column("plan_level", sa.Text),
        sa.Column("status", sa.Text, nullable=False, server_default=sa.text("'planned'")),
        sa.Column("land_use_code", sa.Text),
        sa.Column("land_use_text", sa.Text),
        sa.Column("code_system", sa.Text),
        sa.Column("code_version", sa.Text),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("lot_label", sa.Text),
        sa.Column("area_m2", DOUBLE_PRECISION),
        sa.Column("population", sa.BigInteger),
        sa.Column("coverage_pct", DOUBLE_PRECISION),
        sa.Column("floors", sa.Text),
        sa.Column("floor_area_ratio", DOUBLE_PRECISION),
        sa.Column("approved_on", sa.Date),
        sa.Column("note", sa.Text),
        sa.Column("source", sa.Text),
        sa.Column("record_kind", sa.Text, nullable=False, server_default=sa.text("'real'")),
        sa.Column("import_id", sa.Text),
        sa.Column("geometry", _geometry("MULTIPOLYGON"), nullable=False),
        sa.PrimaryKeyConstraint("zone_id", name="zones_pkey"),
        _one_of(
            "zones",
            "category",
            "residential mixed commercial industrial green public agriculture "
            "transport water other",
        ),
        _one_of("zones", "record_kind", "real schematic sample"),
        _one_of("zones", "status", "existing planned"),
    )
    _spatial_index("zones")


def _sites() -> None:
    op.create_table(
        "sites",
        sa.Column("site_id", _KEY_TEXT, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("tax_code", sa.Text),
        sa.Column("landholder", sa.Text),
        sa.Column("landholder_tax_code", sa.Text),
        sa.Column("parent_site_id", sa.Text),
        sa.Column("address", sa.Text),
        sa.Column("old_commune", sa.Text),
        sa.Column("old_commune_code", sa.Text),
        sa.Column("old_district", sa.Text),
        sa.Column("old_district_code", sa.Text),
        sa.Column("new_unit", sa.Text),
        sa.Column("new_unit_code", sa.Text),
        sa.Column("parcel", sa.Text),
        sa.Column("accuracy_m", DOUBLE_PRECISION),
        sa.Column("location_source", sa.Text),
        sa.Column("vsic", sa.Text),
        sa.Column("vsic_version", sa.Text),
        sa.Column("activity", sa.Text),
        sa.Column("products", sa.Text),
        sa.Column("yearly_capacity", sa.Text),
        sa.Column("ownership", sa.Text),
        sa.Column("start_year", sa.BigInteger),
        sa.Column("land_m2", DOUBLE_PRECISION),
        sa.Column("workshop_m2", DOUBLE_PRECISION),
        sa.Column("land_origin", sa.Text),
        sa.Column("lease_end", sa.Date),
        sa.Column("land_code_current", sa.Text),
        sa.Column("land_code_planned", sa.Text),
        sa.Column("workers", sa.BigInteger),
        sa.Column("workers_women", sa.BigInteger),
        sa.Column("workers_migrant", sa.BigInteger),
        sa.Column("capital_mvnd", DOUBLE_PRECISION),
        sa.Column("revenue_mvnd", DOUBLE_PRECISION),
        sa.Column("env_licence", sa.Text),
        sa.Column("env_level", sa.Text),
        sa.Column("hazard_class", sa.Text),
        sa.Column("env_breach", sa.Boolean),
        sa.Column("env_fixable", sa.Boolean),
        sa.Column("fire_accepted", sa.Boolean),
        sa.Column("fire_breach", sa.Boolean),
        sa.Column("fire_fixable", sa.Boolean),
        sa.Column("construction_breach", sa.Boolean),
        sa.Column("construction_fixable", sa.Boolean),
        sa.Column("plan_conflict", sa.Boolean),
        sa.Column("technology_renewed", sa.Boolean),
        sa.Column("wish", sa.Text),
        sa.Column("wish_place", sa.Text),
        sa.Column("consent", sa.Boolean),
        sa.Column("land_needed_m2", DOUBLE_PRECISION),
        sa.Column("wastewater_m3d", DOUBLE_PRECISION),
        sa.Column("earliest_phase", sa.BigInteger),
        sa.Column("latest_phase", sa.BigInteger),
        sa.Column("priority", DOUBLE_PRECISION),
        sa.Column("status", sa.Text, nullable=False, server_default=sa.text("'candidate'")),
        sa.Column("note", sa.Text),
        sa.Column("source", sa.Text),
        sa.Column("record_kind", sa.Text, nullable=False, server_default=sa.text("'real'")),
        sa.Column("import_id", sa.Text),
        sa.Column("geometry", _geometry("GEOMETRY")),
        sa.PrimaryKeyConstraint("site_id", name="sites_pkey"),
        _one_of("sites", "env_level", "I II III none"),
        _one_of("sites", "land_origin", "state-lease sublease owned unknown"),
        _one_of(
            "sites",
            "location_source",
            "survey parcel coordinates map geocoder unit recalled unknown",
        ),
        _one_of("sites", "ownership", "domestic household fdi state"),
        _one_of("sites", "record_kind", "real schematic sample"),
        _one_of(
            "sites",
            "status",
            "candidate listed reviewed approved agreed matched contracted moving "
            "done converted closed enforced removed",
        ),
        _one_of("sites", "wish", "relocate convert change-technology stay close undecided"),
    )
    _spatial_index("sites")


def _parks() -> None:
    op.create_table(
        "parks",
        sa.Column("park_id", _KEY_TEXT, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False, server_default=sa.text("'industrial_park'")),
        sa.Column("status", sa.Text, nullable=False, server_default=sa.text("'unknown'")),
        sa.Column("receives", sa.Boolean),
        sa.Column("opens", sa.BigInteger),
        sa.Column("area_ha", DOUBLE_PRECISION),
        sa.Column("leasable_ha", DOUBLE_PRECISION),
        sa.Column("free_ha", DOUBLE_PRECISION),
        sa.Column("free_ha_source", sa.Text),
        sa.Column("occupancy_pct", DOUBLE_PRECISION),
        sa.Column("accepted_sectors", sa.Text),
        sa.Column("refused_sectors", sa.Text),
        sa.Column("specialisation", sa.Text),
        sa.Column("specialisation_text", sa.Text),
        sa.Column("env_level_max", sa.Text),
        sa.Column("wastewater_m3d", DOUBLE_PRECISION),
        sa.Column("rent_usd_m2", DOUBLE_PRECISION),
        sa.Column("rent_source", sa.Text),
        sa.Column("gate_lon", DOUBLE_PRECISION),
        sa.Column("gate_lat", DOUBLE_PRECISION),
        sa.Column("accuracy_m", DOUBLE_PRECISION),
        sa.Column("location_source", sa.Text),
        sa.Column("old_district", sa.Text),
        sa.Column("old_communes", sa.Text),
        sa.Column("new_unit", sa.Text),
        sa.Column("note", sa.Text),
        sa.Column("source", sa.Text),
        sa.Column("record_kind", sa.Text, nullable=False, server_default=sa.text("'real'")),
        sa.Column("import_id", sa.Text),
        sa.Column("geometry", _geometry("GEOMETRY")),
        sa.PrimaryKeyConstraint("park_id", name="parks_pkey"),
        _one_of("parks", "env_level_max", "I II III none"),
        _one_of("parks", "kind", "industrial_park cluster"),
        _one_of(
            "parks",
            "location_source",
            "survey parcel coordinates map geocoder unit recalled unknown",
        ),
        _one_of("parks", "record_kind", "real schematic sample"),
        _one_of(
            "parks",
            "status",
            "operating building planned proposed converting removed unknown",
        ),
    )
    _spatial_index("parks")


def _lots() -> None:
    op.create_table(
        "lots",
        sa.Column("lot_id", _KEY_TEXT, nullable=False),
        sa.Column("park_id", sa.Text, nullable=False),
        sa.Column("area_m2", DOUBLE_PRECISION, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default=sa.text("'free'")),
        sa.Column("available_from", sa.BigInteger),
        sa.Column("divisible", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("min_area_m2", DOUBLE_PRECISION),
        sa.Column("tenant", sa.Text),
        sa.Column("rent_usd_m2", DOUBLE_PRECISION),
        sa.Column("note", sa.Text),
        sa.Column("source", sa.Text),
        sa.Column("record_kind", sa.Text, nullable=False, server_default=sa.text("'real'")),
        sa.Column("import_id", sa.Text),
        sa.Column("geometry", _geometry("MULTIPOLYGON")),
        sa.PrimaryKeyConstraint("lot_id", name="lots_pkey"),
        _one_of("lots", "record_kind", "real schematic sample"),
        _one_of("lots", "state", "free reserved leased unavailable"),
    )
    _spatial_index("lots")


def _roads() -> None:
    op.create_table(
        "roads",
        sa.Column("road_id", _KEY_TEXT, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("road_class", sa.Text),
        sa.Column("oneway", sa.Text, nullable=False, server_default=sa.text("'no'")),
        sa.Column("speed_kmh", DOUBLE_PRECISION),
        sa.Column("note", sa.Text),
        sa.Column("source", sa.Text),
        sa.Column("record_kind", sa.Text, nullable=False, server_default=sa.text("'real'")),
        sa.Column("import_id", sa.Text),
        sa.Column("geometry", _geometry("MULTILINESTRING"), nullable=False),
        sa.PrimaryKeyConstraint("road_id", name="roads_pkey"),
        _one_of("roads", "oneway", "no forward backward"),
        _one_of("roads", "record_kind", "real schematic sample"),
    )
    _spatial_index("roads")
