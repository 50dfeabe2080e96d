"""QGIS renderers, labels and field settings as XML, for QGIS 3.22 and later.

Symbol properties are written both as `Option` (read since 3.26) and as `prop` (read before).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement

from geo_relocation.messages import Language
from geo_relocation.publish import palette
from geo_relocation.publish.palette import LegendEntry
from geo_relocation.publish.qgis.layers import Geometry, Labels, ProjectField, Style
from geo_relocation.publish.words import word

_SYMBOL_TYPES = {Geometry.POINT: "marker", Geometry.LINE: "line", Geometry.POLYGON: "fill"}
_SYMBOL_CLASSES = {
    Geometry.POINT: "SimpleMarker",
    Geometry.LINE: "SimpleLine",
    Geometry.POLYGON: "SimpleFill",
}


@dataclass
class _Properties:
    """Properties of one symbol layer."""

    values: dict[str, str] = field(default_factory=dict)

    def write(self, parent: Element) -> None:
        option = SubElement(parent, "Option", {"type": "Map"})
        for name, value in self.values.items():
            SubElement(option, "Option", {"name": name, "value": value, "type": "QString"})
            SubElement(parent, "prop", {"k": name, "v": value})


def rgba(color: str, opacity: float = 1.0) -> str:
    """A palette colour as QGIS writes it: ``r,g,b,a`` with 0 to 255."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"{red},{green},{blue},{round(opacity * 255)}"


def _properties(geometry: Geometry, color: str, style: Style) -> _Properties:
    outline = {
        "outline_color": rgba(style.outline),
        "outline_style": "solid",
        "outline_width": str(style.width),
        "outline_width_unit": "MM",
    }
    if geometry is Geometry.LINE:
        return _Properties(
            {
                "line_color": rgba(color, style.opacity),
                "line_style": style.dash,
                "line_width": str(style.width),
                "line_width_unit": "MM",
            }
        )
    if geometry is Geometry.POINT:
        marker = {"name": style.shape, "size": str(style.size), "size_unit": "MM"}
        return _Properties({"color": rgba(color, style.opacity), **marker, **outline})
    filled = "solid" if style.filled else "no"
    outline["outline_style"] = style.dash
    return _Properties({"color": rgba(color, style.opacity), "style": filled, **outline})


def _symbol(geometry: Geometry, name: str, color: str, style: Style) -> Element:
    symbol = Element(
        "symbol",
        {
            "type": _SYMBOL_TYPES[geometry],
            "name": name,
            "alpha": "1",
            "clip_to_extent": "1",
            "force_rhr": "0",
        },
    )
    layer = SubElement(
        symbol,
        "layer",
        {"class": _SYMBOL_CLASSES[geometry], "enabled": "1", "pass": "0", "locked": "0"},
    )
    _properties(geometry, color, style).write(layer)
    return symbol


def renderer(geometry: Geometry, style: Style, language: Language) -> Element:
    """The renderer of a layer: one symbol, or one per entry of the style's legend."""
    common = {"symbollevels": "0", "enableorderby": "0", "forceraster": "0"}
    if style.attribute is None:
        element = Element("renderer-v2", {"type": "singleSymbol", **common})
        SubElement(element, "symbols").append(_symbol(geometry, "0", style.color, style))
        return element
    attributes = {"type": "categorizedSymbol", "attr": style.attribute, **common}
    element = Element("renderer-v2", attributes)
    categories, symbols = SubElement(element, "categories"), SubElement(element, "symbols")
    for number, entry in enumerate(_with_rest(style.legend)):
        SubElement(
            categories,
            "category",
            {
                "value": entry.value,
                "symbol": str(number),
                "label": entry.label(language),
                "render": "true",
                "type": "string",
            },
        )
        symbols.append(_symbol(geometry, str(number), entry.color, style))
    return element


def _with_rest(legend: Sequence[LegendEntry]) -> list[LegendEntry]:
    """A legend that ends with a class for every value it does not name.

    Without one QGIS would leave out, and so hide, rows with a missing or foreign value.
    """
    if any(not entry.value for entry in legend):
        return list(legend)
    return [*legend, palette.NOT_KNOWN]


def labeling(geometry: Geometry, labels: Labels) -> Element:
    """Labels from one field, with a white buffer, within a range of scales."""
    element = Element("labeling", {"type": "simple"})
    settings = SubElement(element, "settings", {"calloutType": "simple"})
    text = SubElement(
        settings,
        "text-style",
        {
            "fieldName": labels.attribute,
            "isExpression": "0",
            "fontFamily": "Noto Sans, DejaVu Sans",
            "fontSize": str(labels.size),
            "fontSizeUnit": "Point",
            "fontWeight": "63",
            "textColor": rgba(labels.color),
            "textOpacity": "1",
        },
    )
    SubElement(
        text,
        "text-buffer",
        {
            "bufferDraw": "1",
            "bufferSize": "0.8",
            "bufferSizeUnits": "MM",
            "bufferColor": rgba("#FFFFFF", 0.85),
            "bufferOpacity": "1",
        },
    )
    # 0 places labels around a point, 1 over the middle of an area.
    place = "0" if geometry is Geometry.POINT else "1"
    SubElement(settings, "placement", {"placement": place, "dist": "1.2", "distUnits": "MM"})
    # Names may stand on shapes: as obstacles the many areas would leave no room for any.
    rendering = {"drawLabels": "1", "obstacle": "0"}
    if labels.largest_denominator:
        limit = str(labels.largest_denominator)
        rendering |= {"scaleVisibility": "1", "scaleMin": "1", "scaleMax": limit}
    SubElement(settings, "rendering", rendering)
    return element


def field_elements(fields: Sequence[ProjectField], language: Language) -> list[Element]:
    """Aliases in the user's language, lists of words for coded values, and forms of dates."""
    configuration, aliases = Element("fieldConfiguration"), Element("aliases")
    for index, described in enumerate(fields):
        SubElement(
            aliases,
            "alias",
            {"field": described.name, "index": str(index), "name": described.alias},
        )
        if not described.choices and not described.shown_as:
            continue
        attributes = {"name": described.name, "configurationFlags": "None"}
        one = SubElement(configuration, "field", attributes)
        kind = "ValueMap" if described.choices else "DateTime"
        widget = SubElement(one, "editWidget", {"type": kind})
        outer = SubElement(SubElement(widget, "config"), "Option", {"type": "Map"})
        if described.shown_as:
            shown = {"name": "display_format", "value": described.shown_as, "type": "QString"}
            SubElement(outer, "Option", shown)
            continue
        listed = SubElement(outer, "Option", {"name": "map", "type": "List"})
        for value, words in described.choices.items():
            pair = SubElement(listed, "Option", {"type": "Map"})
            SubElement(pair, "Option", {"name": words, "value": value, "type": "QString"})
    # GeoPackage numbers the rows in a column of its own.
    row = {"field": "fid", "index": str(len(fields)), "name": word("row", language)}
    SubElement(aliases, "alias", row)
    return [configuration, aliases]
