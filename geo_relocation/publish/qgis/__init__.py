"""A QGIS project: a styled `.qgz` over a GeoPackage, or over the workspace in PostGIS."""

from geo_relocation.publish.qgis.export import write_qgis, write_qgis_project

__all__ = ["write_qgis", "write_qgis_project"]
