"""What people look at: web map, QGIS project, workbook, document."""

from geo_relocation.publish.content import Content
from geo_relocation.publish.document import write_document
from geo_relocation.publish.explanation import explain_html, explain_text
from geo_relocation.publish.qgis import write_qgis, write_qgis_project
from geo_relocation.publish.table import write_table
from geo_relocation.publish.webmap import build_map, write_map
from geo_relocation.publish.workbook import write_workbook

__all__ = [
    "Content",
    "build_map",
    "explain_html",
    "explain_text",
    "write_document",
    "write_map",
    "write_qgis",
    "write_qgis_project",
    "write_table",
    "write_workbook",
]
