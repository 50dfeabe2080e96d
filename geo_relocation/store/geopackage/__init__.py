"""A workspace in one GeoPackage file, written with Python's own SQLite."""

from geo_relocation.store.geopackage.store import GeoPackageStore

__all__ = ["GeoPackageStore"]
