"""A workspace in PostGIS: tables by SQLAlchemy, rows by binary COPY."""

from geo_relocation.store.postgis.store import PostGISStore

__all__ = ["PostGISStore"]
