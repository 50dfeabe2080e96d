"""The `.qgz` project file, written with the standard library and pyproj alone."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

import numpy as np
from pyproj import CRS

from geo_relocation.geo.crs import pinned_pipelines
from geo_relocation.messages import Language
from geo_relocation.publish.content import Content
from geo_relocation.publish.kinds import GENERATOR
from geo_relocation.publish.qgis import styles
from geo_relocation.publish.qgis.layers import Geometry, ProjectLayer, project_layers
from geo_relocation.publish.qgis.source import Source

_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_VERSION = "3.22.16-Białowieża"
_QGIS_GEOMETRY = {
    Geometry.POINT: "Point",
    Geometry.LINE: "Line",
    Geometry.POLYGON: "Polygon",
    Geometry.NONE: "No geometry",
}
_GEOMETRY_NUMBER = {Geometry.POINT: 0, Geometry.LINE: 1, Geometry.POLYGON: 2, Geometry.NONE: 4}
_OVERVIEW = ("sites", "parks", "zones", "admin_units")


def spatial_reference(crs: CRS) -> Element:
    """A reference system as QGIS writes it: by its code where it has one, and as WKT."""
    element = Element("spatialrefsys")
    SubElement(element, "wkt").text = crs.to_wkt("WKT2_2019")
    authority = crs.to_authority(min_confidence=100)
    given = {
        "srid": authority[1] if authority else "0",
        "authid": ":".join(authority) if authority else "",
        "description": crs.name,
        "geographicflag": "true" if crs.is_geographic else "false",
    }
    for name, value in given.items():
        SubElement(element, name).text = value
    return element


def overview(content: Content) -> tuple[float, float, float, float]:
    """Box of everything there is to see, with a margin of 3 %, in the working CRS."""
    boxes = [content.layer(name).total_bounds for name in _OVERVIEW]
    known = np.array([box for box in boxes if np.isfinite(box).all()])
    if not len(known):
        return (0.0, 0.0, 1000.0, 1000.0)
    low, high = known[:, :2].min(axis=0), known[:, 2:].max(axis=0)
    margin = np.maximum((high - low) * 0.03, 1.0)
    low, high = low - margin, high + margin
    return (float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def style_elements(layer: ProjectLayer, language: Language) -> list[Element]:
    """Renderer, labels, aliases and word lists of one layer."""
    elements: list[Element] = []
    if layer.geometry is not Geometry.NONE:
        elements.append(styles.renderer(layer.geometry, layer.style, language))
        if layer.labels is not None:
            elements.append(styles.labeling(layer.geometry, layer.labels))
        for name, text in (("blendMode", "0"), ("featureBlendMode", "0"), ("layerOpacity", "1")):
            element = Element(name)
            element.text = text
            elements.append(element)
    elements += styles.field_elements(layer.fields, language)
    if layer.display:
        preview = Element("previewExpression")
        preview.text = f'"{layer.display}"'
        elements.append(preview)
    number = Element("layerGeometryType")
    number.text = str(_GEOMETRY_NUMBER[layer.geometry])
    return [*elements, number]


def layer_style(layer: ProjectLayer, language: Language) -> str:
    """The style of one layer as a QML document, for the GeoPackage's `layer_styles`."""
    root = Element("qgis", {"version": _VERSION, "styleCategories": "AllStyleCategories"})
    root.set("labelsEnabled", "1" if layer.labels else "0")
    root.extend(style_elements(layer, language))
    return _DOCTYPE + tostring(root, encoding="unicode")


def _map_layer(layer: ProjectLayer, source: Source, content: Content) -> Element:
    element = Element(
        "maplayer",
        {
            "type": "vector",
            "geometry": _QGIS_GEOMETRY[layer.geometry],
            "wkbType": layer.geometry.value,
            "labelsEnabled": "1" if layer.labels else "0",
            "autoRefreshEnabled": "0",
            "readOnly": "0",
        },
    )
    SubElement(element, "id").text = layer.id
    SubElement(element, "datasource").text = source.uri(layer)
    SubElement(element, "layername").text = layer.title
    if layer.geometry is not Geometry.NONE:
        SubElement(element, "srs").append(spatial_reference(content.crs))
    SubElement(element, "provider", {"encoding": "UTF-8"}).text = source.provider
    element.extend(style_elements(layer, content.language))
    return element


def _tree(layers: Sequence[ProjectLayer], source: Source, note: str) -> Element:
    """Groups in the order of their first layer; what is synthetic is said at the top."""
    root = Element("layer-tree-group")
    if note:
        SubElement(root, "layer-tree-group", {"name": note, "checked": "Qt::Checked"})
    groups: dict[str, Element] = {}
    for layer in layers:
        group = groups.get(layer.group)
        if group is None:
            folded = "0" if layer.geometry is Geometry.NONE else "1"
            attributes = {"name": layer.group, "checked": "Qt::Checked", "expanded": folded}
            group = groups[layer.group] = SubElement(root, "layer-tree-group", attributes)
        SubElement(
            group,
            "layer-tree-layer",
            {
                "id": layer.id,
                "name": layer.title,
                "source": source.uri(layer),
                "providerKey": source.provider,
                "checked": "Qt::Checked" if layer.visible else "Qt::Unchecked",
                "expanded": "1" if layer.style.attribute and layer.visible else "0",
            },
        )
    return root


def _extent(parent: Element, extent: Iterable[float]) -> None:
    for name, value in zip(("xmin", "ymin", "xmax", "ymax"), extent, strict=True):
        SubElement(parent, name).text = repr(value)


def _canvas(content: Content, extent: tuple[float, float, float, float]) -> Element:
    canvas = Element("mapcanvas", {"name": "theMapCanvas", "annotationsVisible": "1"})
    metric = content.crs.axis_info[0].unit_name.startswith("met")
    SubElement(canvas, "units").text = "meters" if metric else "feet"
    _extent(SubElement(canvas, "extent"), extent)
    SubElement(canvas, "destinationsrs").append(spatial_reference(content.crs))
    return canvas


def _properties() -> Element:
    properties = Element("properties")
    paths = SubElement(properties, "Paths")
    SubElement(paths, "Absolute", {"type": "bool"}).text = "false"
    reference = SubElement(properties, "SpatialRefSys")
    # Without this QGIS ignores projectCrs.
    SubElement(reference, "ProjectionsEnabled", {"type": "int"}).text = "1"
    return properties


def _datum_operations(crs: CRS) -> Element:
    """The pinned datum operation, so that tiles and GPS tracks meet the layers.

    Left to itself QGIS changes the operation at 11.04° N, a step of 0.8 m in the province.
    """
    context = Element("transformContext")
    for target, pipeline in pinned_pipelines(crs).items():
        attributes = {"coordinateOp": pipeline, "allowFallback": "0"}
        pair = SubElement(context, "srcDest", attributes)
        SubElement(pair, "src").append(spatial_reference(crs))
        SubElement(pair, "dest").append(spatial_reference(CRS.from_user_input(target)))
    return context


def project_xml(content: Content, source: Source) -> str:
    """The project as XML: CRS, layer tree, layers with their styles, and the first view."""
    layers = project_layers(content)
    extent = overview(content)
    root = Element("qgis", {"projectname": content.title, "version": _VERSION})
    SubElement(root, "title").text = content.title
    SubElement(root, "projectCrs").append(spatial_reference(content.crs))
    root.append(_datum_operations(content.crs))
    root.append(_tree(layers, source, content.data_note))
    root.append(_canvas(content, extent))
    listed = SubElement(root, "projectlayers")
    order = SubElement(root, "layerorder")
    for layer in layers:
        listed.append(_map_layer(layer, source, content))
        SubElement(order, "layer", {"id": layer.id})
    root.append(_properties())
    settings = SubElement(root, "ProjectViewSettings", {"UseProjectScales": "0"})
    corners = dict(zip(("xmin", "ymin", "xmax", "ymax"), map(repr, extent), strict=True))
    SubElement(settings, "DefaultViewExtent", corners).append(spatial_reference(content.crs))
    return _DOCTYPE + tostring(root, encoding="unicode")


def pack_project(xml: str, path: Path) -> None:
    """Write a project file; the same content gives the same bytes."""
    with zipfile.ZipFile(path, "w") as archive:
        entry = zipfile.ZipInfo(f"{path.stem}.qgs", date_time=(2000, 1, 1, 0, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        # QGIS drops it when it saves the project: what a person changed is not replaced unasked.
        entry.comment = GENERATOR.encode()
        archive.writestr(entry, xml)
