"""A workspace in PostGIS: tables by SQLAlchemy, migrations by Alembic, rows by binary COPY."""

from geo_relocation.store.postgis.store import PostGISStore

__all__ = ["PostGISStore"]
