"""Opens a project in a real QGIS without a screen and tells what it found, as JSON.

Run by the system's Python, which has the `qgis` package: qgis_probe.py PROJECT [PICTURE].
"""

import json
import os
import sys

from qgis.core import (
    NULL,
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor


def symbol_colors(layer):
    renderer = layer.renderer()
    if renderer is None:
        return {}
    items = renderer.legendSymbolItems()
    return {item.label(): item.symbol().color().name().upper() for item in items if item.symbol()}


def shown(layer):
    """What the table of the layer's first row says, field by field."""
    registry = QgsApplication.fieldFormatterRegistry()
    found = {}
    for feature in list(layer.getFeatures())[:1]:
        for i, (field, value) in enumerate(zip(layer.fields(), feature.attributes(), strict=True)):
            if value is None or value == NULL:
                continue
            setup = layer.editorWidgetSetup(i)
            formatter = registry.fieldFormatter(setup.type())
            found[field.name()] = formatter.representValue(layer, i, setup.config(), None, value)
    return found


def described(layer):
    spatial = layer.isSpatial()
    return {
        "name": layer.name(),
        "valid": layer.isValid(),
        "provider": layer.dataProvider().name() if layer.dataProvider() else "",
        "source": layer.source(),
        "count": layer.featureCount(),
        "crs": layer.crs().authid() if spatial else "",
        "renderer": type(layer.renderer()).__name__ if spatial and layer.renderer() else "",
        "colors": symbol_colors(layer) if spatial else {},
        "labels": layer.labelsEnabled() if spatial else False,
        "aliases": {f.name(): f.alias() for f in layer.fields()},
        "widgets": {
            f.name(): layer.editorWidgetSetup(i).type() for i, f in enumerate(layer.fields())
        },
        "display": layer.displayExpression(),
        "shown": shown(layer),
        "first": {
            name: str(value)
            for feature in list(layer.getFeatures())[:1]
            for name, value in zip(
                [f.name() for f in layer.fields()], feature.attributes(), strict=True
            )
        },
    }


def rendered(project, path):
    settings = QgsMapSettings()
    nodes = project.layerTreeRoot().findLayers()
    layers = [node.layer() for node in nodes if node.isVisible() and node.layer()]
    settings.setLayers([layer for layer in layers if layer.isSpatial()])
    settings.setDestinationCrs(project.crs())
    settings.setTransformContext(project.transformContext())
    settings.setExtent(project.viewSettings().defaultViewExtent())
    settings.setOutputSize(QSize(1100, 900))
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    job.renderedImage().save(path)
    return [f"{error.layerID}: {error.message}" for error in job.errors()]


def main():
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()
    project = QgsProject.instance()
    found = {"read": project.read(sys.argv[1]), "error": project.error(), "title": project.title()}
    found["operations"] = {}
    for target in ("EPSG:4326", "EPSG:3857"):
        other = QgsCoordinateReferenceSystem(target)
        operation = QgsCoordinateTransform(project.crs(), other, project.transformContext())
        moved = operation.transform(603654.627, 1206111.987)
        found["operations"][target] = [operation.coordinateOperation(), moved.x(), moved.y()]
    found["crs"] = project.crs().authid()
    extent = project.viewSettings().defaultViewExtent()
    found["extent"] = [extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()]
    root = project.layerTreeRoot()
    found["groups"] = [group.name() for group in root.findGroups()]
    found["unresolved"] = [n.layerId() for n in root.findLayers() if n.layer() is None]
    found["visible"] = [n.layerId() for n in root.findLayers() if n.isVisible()]
    found["layers"] = {key: described(layer) for key, layer in project.mapLayers().items()}
    if len(sys.argv) > 2:
        found["render_errors"] = rendered(project, sys.argv[2])
    sys.stdout.write("PROBE" + json.dumps(found) + "\n")
    sys.stdout.flush()
    # QGIS may crash when Python tears it down in its own order.
    os._exit(0)


main()
