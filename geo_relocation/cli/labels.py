"""What a report or a table calls its figures, and how it writes them, in the reader's language.

Attributes of layers are named by the data dictionary; what only a report has, by
``words/labels.csv``. JSON and CSV keep the codes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any

from geo_relocation.cli.language import said, spoken
from geo_relocation.messages import Message
from geo_relocation.model import schemas
from geo_relocation.model.dictionary import Attribute
from geo_relocation.model.enums import LabelledEnum
from geo_relocation.standing.days import INDOCHINA_TIME
from geo_relocation.words import labels, style

_SMALL = 3
"""Decimals of figures below 1; above, two tell enough."""

_WITHOUT_SEPARATORS = ("year", "phase", "seed", "version", "number", "crs")
"""How the names of figures end that count nothing: 2028 is no amount."""


@cache
def _attributes() -> dict[str, Attribute]:
    """The attributes of all layers by name; where several layers have one, the first named."""
    found: dict[str, Attribute] = {}
    for layer in schemas().values():
        for attribute in layer.attributes:
            found.setdefault(attribute.name, attribute)
    return found


def label(name: str) -> str:
    """What a figure is called."""
    known = labels().get(name)
    if known is not None:
        return known[spoken()]
    attribute = _attributes().get(name)
    return name if attribute is None else attribute.header(spoken())


def written(value: Any, name: str = "") -> str:
    """A value as people read it.

    Parameters
    ----------
    value
        The value; codes are told by the label of the attribute's list.
    name
        The attribute or figure that it is of.
    """
    if isinstance(value, Mapping):
        return "  ".join(f"{_key(key, name)} {written(inner, key)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return "\n".join(written(one, name) for one in value)
    if value is None:
        return "–"
    if isinstance(value, Message):
        return said(value)
    return _coded(value, name) if isinstance(value, str) else _figure(value, name)


def _figure(value: Any, name: str) -> str:
    ours = style(spoken())
    if isinstance(value, bool):
        return labels()["yes" if value else "no"][spoken()]
    if name.endswith(_WITHOUT_SEPARATORS):
        return f"{value:g}" if isinstance(value, float) else str(value)
    if isinstance(value, int | float):
        return ours.number(value, _SMALL if abs(value) < 1 else 2)
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        clock = value.astimezone(INDOCHINA_TIME)
        return f"{ours.day(clock)} {clock:%H:%M:%S}"
    if isinstance(value, dt.date):
        return ours.day(value)
    return str(value)


def _coded(value: str, name: str) -> str:
    """A text; a code of a list by its label, a day by the language's way."""
    if isinstance(value, LabelledEnum):
        return value.label(spoken())
    attribute = _attributes().get(name)
    if attribute is not None and attribute.enum is not None:
        try:
            return attribute.enum.of(value).label(spoken())
        except ValueError:
            return value
    return value


def _key(key: Any, name: str) -> str:
    """The key of figures by kind: a code of the list that they are counted by, or a figure."""
    told = _coded(str(key), _COUNTED_BY.get(name, name))
    return label(told) if told == str(key) else told


_COUNTED_BY = {"verdicts": "verdict", "routes": "route", "states": "state"}
"""What figures by kind are counted by."""
