"""What people look at: web map, QGIS project, workbook, document."""

from typing import TYPE_CHECKING

from geo_relocation.lazy import loader

if TYPE_CHECKING:
    from geo_relocation.publish.compared import Compared, write_comparison
    from geo_relocation.publish.content import Content
    from geo_relocation.publish.document import write_document
    from geo_relocation.publish.leader import Money, leader_page
    from geo_relocation.publish.leader_document import write_leader_document, write_leader_pdf
    from geo_relocation.publish.qgis import write_qgis, write_qgis_project
    from geo_relocation.publish.table import write_csv, write_table
    from geo_relocation.publish.template import write_template
    from geo_relocation.publish.webmap import build_map, write_map
    from geo_relocation.publish.workbook import write_workbook
else:
    __getattr__ = loader(
        __name__,
        {
            "Compared": "compared",
            "Content": "content",
            "Money": "leader",
            "build_map": "webmap",
            "leader_page": "leader",
            "write_comparison": "compared",
            "write_csv": "table",
            "write_document": "document",
            "write_leader_document": "leader_document",
            "write_leader_pdf": "leader_document",
            "write_map": "webmap",
            "write_qgis": "qgis",
            "write_qgis_project": "qgis",
            "write_table": "table",
            "write_template": "template",
            "write_workbook": "workbook",
        },
    )

__all__ = [
    "Compared",
    "Content",
    "Money",
    "build_map",
    "leader_page",
    "write_comparison",
    "write_csv",
    "write_document",
    "write_leader_document",
    "write_leader_pdf",
    "write_map",
    "write_qgis",
    "write_qgis_project",
    "write_table",
    "write_template",
    "write_workbook",
]
