"""Empty lists to be filled in: which columns, what is explained, and how they are known again.

The workbook is written by `publish.template` and read like any other list; both know the marks
that stand here.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

from geo_relocation.messages import Language
from geo_relocation.model.dictionary import Attribute, schema
from geo_relocation.model.enums import Words

EXAMPLE = Words("VÍ DỤ", "EXAMPLE")
"""Stands in the first column of the row that only shows how a list is filled in."""

GUIDE = Words("Hướng dẫn", "Guide")
LISTS = Words("Danh mục", "Lists")
"""Names of the sheets that explain."""

MARK = "geo-relocation"
"""Stands in the first cell of a sheet that explains."""

_NOT_ASKED = frozenset(("import_id", "record_kind"))
_LIVES = frozenset((("sites", "status"),))
"""What is read from events and is no column of a list."""

_PLACES = {
    "geometry": (("lon", Words("Kinh độ", "Longitude")), ("lat", Words("Vĩ độ", "Latitude"))),
    "point": (("lon", Words("Kinh độ", "Longitude")), ("lat", Words("Vĩ độ", "Latitude"))),
    "line": (("wkt", Words("WKT", "WKT")),),
    "polygon": (("wkt", Words("WKT", "WKT")),),
}


@dataclass(frozen=True)
class TemplateColumn:
    """One column of an empty list.

    Attributes
    ----------
    name
        Attribute, or part of a position.
    header
        Its header in the language that was asked for.
    attribute
        The dictionary's entry; None for a part of a position.
    example
        The value that the example shows, as stored; empty for none.
    note
        What there is to say on it; empty for nothing.
    """

    name: str
    header: str
    attribute: Attribute | None
    example: str
    note: str


def template_columns(layer: str, language: Language) -> tuple[TemplateColumn, ...]:
    """The columns of a layer's empty list, in the order of the dictionary.

    Raises
    ------
    UnknownNameError
        If there is no such layer.
    """
    known = schema(layer)
    told = _told()
    columns = []
    for attribute in known.fields:
        name = attribute.name
        if name in _NOT_ASKED or (layer, name) in _LIVES:
            continue
        example, note = told.get((layer, name), ("", Words("", "")))
        if name == known.key[0]:
            example = EXAMPLE.say(language)
        columns.append(
            TemplateColumn(name, attribute.header(language), attribute, example, note.say(language))
        )
    for name, header in _PLACES.get(known.geometry.type, ()) if known.geometry else ():
        example, note = told.get((layer, name), ("", Words("", "")))
        columns.append(
            TemplateColumn(name, header.say(language), None, example, note.say(language))
        )
    return tuple(columns)


@cache
def _told() -> dict[tuple[str, str], tuple[str, Words]]:
    """Example and note by layer and column."""
    text = resources.files("geo_relocation.model").joinpath("template.csv").read_text("utf-8")
    return {
        (row["layer"], row["attribute"]): (row["example"], Words(row["vi"], row["en"]))
        for row in csv.DictReader(text.splitlines())
    }
