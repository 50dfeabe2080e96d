"""What people look at: web map, QGIS project, workbook, document."""

from geo_relocation.publish.content import Content
from geo_relocation.publish.qgis import write_qgis, write_qgis_project
from geo_relocation.publish.webmap import build_map, write_map

__all__ = ["Content", "build_map", "write_map", "write_qgis", "write_qgis_project"]
