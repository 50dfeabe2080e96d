"""The layers of a QGIS project: what each holds, how it is drawn and what its fields say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from uuid import NAMESPACE_URL, uuid5

from geo_relocation.messages import Language
from geo_relocation.model import schema
from geo_relocation.model.dictionary import Attribute
from geo_relocation.model.enums import AdminLevel, ZoneStatus
from geo_relocation.publish import palette
from geo_relocation.publish.content import Content
from geo_relocation.publish.palette import LegendEntry
from geo_relocation.publish.records import (
    DECISION,
    FINDING,
    PLACE,
    PLACED_COLUMN,
    PLAN,
    TO_PARK,
    Column,
    choices,
)
from geo_relocation.publish.words import word


class Geometry(Enum):
    """Kinds of geometry of a project's layers, by the name GeoPackage and PostGIS use."""

    POINT = "Point"
    LINE = "MultiLineString"
    POLYGON = "MultiPolygon"
    NONE = "NoGeometry"


@dataclass(frozen=True)
class Style:
    """How a layer is drawn; sizes in millimetres.

    Attributes
    ----------
    color
        Colour where there is no legend.
    attribute, legend
        Field and entries of a categorised style.
    """

    color: str = palette.INK
    attribute: str | None = None
    legend: tuple[LegendEntry, ...] = ()
    opacity: float = 1.0
    filled: bool = True
    outline: str = palette.INK
    width: float = 0.2
    dash: str = "solid"
    size: float = 2.2
    shape: str = "circle"


@dataclass(frozen=True)
class Labels:
    """Labels of a layer.

    Attributes
    ----------
    attribute
        Field that is written.
    largest_denominator
        Labels are drawn at scales of 1 to this number and larger; None for every scale.
    """

    attribute: str
    size: float = 8
    color: str = palette.INK
    largest_denominator: int | None = None


@dataclass(frozen=True)
class ProjectField:
    """One field of a layer.

    Attributes
    ----------
    name, alias
        Column, and its header for people.
    choices
        Words by stored value, for coded fields and for answers of yes or no.
    shown_as
        How QGIS shows a day or an instant; empty for other fields.
    instant
        Whether it is a point in time, which is given by the clock of Vietnam.
    term
        Term of the cost that it shows, which a database keeps in rows of its own.
    """

    name: str
    alias: str
    choices: Mapping[str, str] = field(default_factory=dict)
    shown_as: str = ""
    instant: bool = False
    term: str = ""


@dataclass(frozen=True)
class ProjectLayer:
    """One layer of the project.

    Attributes
    ----------
    name
        Stable name, unique in the project.
    table
        Table of the GeoPackage.
    title, group
        Name in the layer tree, and its group.
    geometry
        Kind of geometry.
    key
        Columns that identify a row in the database.
    fields
        Fields in order.
    where
        Rows shown, as column and value; empty for all.
    display
        Field that names a row in forms and lists.
    """

    name: str
    table: str
    title: str
    group: str
    geometry: Geometry
    key: tuple[str, ...]
    fields: tuple[ProjectField, ...]
    style: Style = Style()
    labels: Labels | None = None
    visible: bool = True
    where: Mapping[str, str] = field(default_factory=dict)
    display: str = ""

    @property
    def id(self) -> str:
        """Identifier in the project file: QGIS renames layers whose identifiers are short."""
        return f"{self.name}_{uuid5(NAMESPACE_URL, self.name).hex}"


_DAYS: Mapping[Language, str] = {"vi": "dd/MM/yyyy", "en": "yyyy-MM-dd"}


def _described(name: str, attribute: Attribute, language: Language) -> ProjectField:
    known = choices(attribute, language)
    if attribute.type == "boolean":
        known = {"true": word("yes", language), "false": word("no", language)}
    formats = {"date": _DAYS[language], "datetime": f"{_DAYS[language]} HH:mm"}
    return ProjectField(
        name,
        attribute.header(language),
        known,
        shown_as=formats.get(attribute.type, ""),
        instant=attribute.type == "datetime",
    )


def layer_fields(layer: str, language: Language) -> tuple[ProjectField, ...]:
    """The fields of a layer of the dictionary."""
    return tuple(_described(a.name, a, language) for a in schema(layer).fields)


def assignment_fields(content: Content) -> tuple[ProjectField, ...]:
    """The fields of assignments, with one for each term of the cost."""
    terms = {attribute.name: term for term, attribute in content.cost_columns.items()}
    fields = (_described(a.name, a, content.language) for a in content.assignment_columns)
    return tuple(replace(one, term=terms.get(one.name, "")) for one in fields)


def record_columns() -> tuple[Column, ...]:
    """The columns that `site_records` adds to those of `sites`, in its order."""
    return (*FINDING, *PLACE, *DECISION, *PLAN, TO_PARK)


def record_fields(language: Language) -> tuple[ProjectField, ...]:
    """The fields of the joined table of sites."""
    joined = (_described(c.name, c.attribute, language) for c in record_columns())
    placed = ProjectField(
        PLACED_COLUMN,
        word("plan", language),
        {entry.value: entry.label(language) for entry in palette.ASSIGNMENTS},
    )
    return (*layer_fields("sites", language), *joined, placed)


_ADMIN = (
    (AdminLevel.PROVINCE, "provinces", 0.8, 10.0, None),
    (AdminLevel.DISTRICT, "districts", 0.5, 10.0, None),
    (AdminLevel.COMMUNE, "communes", 0.2, 7.0, 150_000),
)


def project_layers(content: Content) -> tuple[ProjectLayer, ...]:
    """All layers of the project, the topmost first. Empty ones are kept: they fill later."""
    return (
        *_result_layers(content),
        *_park_layers(content.language),
        *_base_layers(content),
        *_zone_layers(content.language),
        *_tables(content),
    )


def _result_layers(content: Content) -> tuple[ProjectLayer, ...]:
    language = content.language
    group = word("group_results", language)
    verdict = Style(attribute="verdict", legend=palette.VERDICTS, opacity=0.95, size=2.0, width=0.1)
    fields = record_fields(language)
    line = Style(color=palette.PLACED.color, opacity=0.4, width=0.18)
    names = Labels("name", size=7, largest_denominator=8_000)
    return (
        ProjectLayer(
            "site_points", "site_points", word("site_points", language), group,
            Geometry.POINT, ("site_id",), fields, verdict, names, display="name",
        ),
        ProjectLayer(
            "plan_lines", "plan_lines", word("lines", language), group,
            Geometry.LINE, ("site_id",), assignment_fields(content), line,
            display="site_id",
        ),
        ProjectLayer(
            "sites", "sites", word("site_outlines", language), group,
            Geometry.POLYGON, ("site_id",), fields, verdict, display="name",
        ),
    )  # fmt: skip


def _park_layers(language: Language) -> tuple[ProjectLayer, ...]:
    group = word("parks", language)
    fields = layer_fields("parks", language)
    labels = Labels("name", size=8, color="#41207A", largest_denominator=250_000)
    point = Style(attribute="status", legend=palette.PARK_STATUSES, size=3.4, shape="square")
    area = Style(attribute="status", legend=palette.PARK_STATUSES, opacity=0.45, width=0.4)
    lot = Style(color="#FFFFFF", opacity=0.4, outline=palette.PARK_STATUSES[0].color, width=0.15)
    return (
        ProjectLayer(
            "park_points", "park_points", word("park_points", language), group,
            Geometry.POINT, ("park_id",), fields, point, labels, display="name",
        ),
        ProjectLayer(
            "lots", "lots", word("lots", language), group,
            Geometry.POLYGON, ("lot_id",), layer_fields("lots", language), lot,
            Labels("lot_id", size=6, largest_denominator=10_000), display="lot_id",
        ),
        ProjectLayer(
            "parks", "parks", word("park_outlines", language), group,
            Geometry.POLYGON, ("park_id",), fields, area, display="name",
        ),
    )  # fmt: skip


def _base_layers(content: Content) -> tuple[ProjectLayer, ...]:
    language = content.language
    group = word("group_base", language)
    fields = layer_fields("admin_units", language)
    present = set(content.frame("admin_units")["level"].dropna())
    admin = tuple(
        ProjectLayer(
            key, "admin_units", word(key, language), group,
            Geometry.POLYGON, ("code", "valid_from"), fields,
            Style(outline=palette.BOUNDARY, width=width, dash="dash", filled=False),
            Labels("name", size=size, largest_denominator=limit),
            visible=level is AdminLevel.DISTRICT or present == {level.value},
            where={"level": level.value}, display="name",
        )
        for level, key, width, size, limit in _ADMIN
    )  # fmt: skip
    roads = ProjectLayer(
        "roads", "roads", word("roads", language), group,
        Geometry.LINE, ("road_id",), layer_fields("roads", language),
        Style(color=palette.ROAD, width=0.35), display="name",
    )  # fmt: skip
    return (*admin, roads)


def _zone_layers(language: Language) -> tuple[ProjectLayer, ...]:
    fields = layer_fields("zones", language)
    return tuple(
        ProjectLayer(
            table, table, word(table, language), word("group_planning", language),
            Geometry.POLYGON, ("zone_id",), fields,
            Style(
                attribute="category", legend=palette.ZONE_CATEGORIES,
                opacity=0.6, outline="#6A6A6A", width=0.06,
            ),
            visible=status is ZoneStatus.PLANNED, where={"status": status.value},
            display="land_use_text",
        )
        for table, status in (
            ("zones_planned", ZoneStatus.PLANNED),
            ("zones_existing", ZoneStatus.EXISTING),
        )
    )  # fmt: skip


TABLES = ("findings", "decisions", "assignments", "scenarios", "indicators")
"""Tables without geometry that come along."""


def _tables(content: Content) -> tuple[ProjectLayer, ...]:
    language = content.language
    return tuple(
        ProjectLayer(
            name, name, schema(name).label(language), word("group_tables", language),
            Geometry.NONE, schema(name).key,
            assignment_fields(content) if name == "assignments" else layer_fields(name, language),
        )
        for name in TABLES
    )  # fmt: skip
