"""What people look at: web map, QGIS project, workbook, document."""
