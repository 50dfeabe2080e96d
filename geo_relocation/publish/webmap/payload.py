"""What the map's script is told: one mapping of plain lists, made from the frames."""

from __future__ import annotations

import json
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_relocation.model.dictionary import Attribute
from geo_relocation.model.enums import AdminLevel, FindingReason, ZoneStatus
from geo_relocation.publish import palette
from geo_relocation.publish.content import Content
from geo_relocation.publish.parameters import said_parameters
from geo_relocation.publish.records import Column, park_use, shown_values, site_records, words_of
from geo_relocation.publish.webmap.encoding import (
    encode_column,
    encode_points,
    encode_rings,
    simplify_coverage,
    to_wgs84,
)
from geo_relocation.publish.words import script_words, word
from geo_relocation.publish.written import held

# name, dictionary column, decimals: what a popup can show of a site, in this order
_SITE_FIELDS = (
    (Column("tax_code", "sites", "tax_code"), None),
    (Column("address", "sites", "address"), None),
    (Column("old_commune", "sites", "old_commune"), None),
    (Column("city", "sites", "old_district"), None),
    (Column("unit", "sites", "new_unit"), None),
    (Column("activity", "sites", "activity"), None),
    (Column("vsic", "sites", "vsic"), None),
    (Column("land_m2", "sites", "land_m2"), 0),
    (Column("workers", "sites", "workers"), None),
    (Column("accuracy_m", "sites", "accuracy_m"), 0),
    (Column("wish", "sites", "wish"), None),
    (Column("wish_place", "sites", "wish_place"), None),
    (Column("wish_text", "sites", "wish_text"), None),
)
_FINDING_FIELDS = (
    (Column("residential_share", "findings", "residential_share"), 4),
    (Column("residential_probability", "findings", "residential_probability"), 3),
    (Column("housing_distance_m", "findings", "housing_distance_m"), 0),
    (Column("required_distance_m", "findings", "required_distance_m"), 0),
    (Column("sensitive_distance_m", "findings", "sensitive_distance_m"), 0),
    (Column("in_park_id", "findings", "park_id"), None),
    (Column("finding_detail", "findings", "detail"), None),
)
_DECISION_FIELDS = (
    (Column("route", "decisions", "route"), None),
    (Column("compulsory", "decisions", "compulsory"), None),
    (Column("batch", "decisions", "batch"), None),
    (Column("deadline", "decisions", "deadline"), None),
    (Column("missing", "decisions", "missing"), None),
    (Column("decision_explanation", "decisions", "explanation"), None),
)
_PLAN_FIELDS = (
    (Column("to_park", "assignments", "park_id"), None),
    (Column("to_phase", "assignments", "phase"), None),
    (Column("to_lot_ids", "assignments", "lot_ids"), None),
    (Column("to_land_m2", "assignments", "land_m2"), 0),
    (Column("distance_km", "assignments", "distance_km"), 1),
    (Column("cost_km", "assignments", "cost_km"), 1),
    (Column("plan_reason", "assignments", "reason"), None),
    (Column("smallest_change", "assignments", "smallest_change"), None),
)
_SECTIONS = {
    "site": _SITE_FIELDS,
    "finding": _FINDING_FIELDS,
    "decision": _DECISION_FIELDS,
    "plan": _PLAN_FIELDS,
}
_SHARE_COLUMNS = {"residential_share", "residential_probability"}
_LONG_TEXTS = {"finding_detail", "decision_explanation", "plan_reason", "smallest_change"}


def _shown(
    fields: tuple[tuple[Column, int | None], ...], *, with_confidential: bool
) -> list[tuple[Column, int | None]]:
    """The fields that the map may show."""
    return [
        (column, decimals)
        for column, decimals in fields
        if with_confidential or column.attribute.protection is None
    ]


def protected_on_map(content: Content) -> tuple[Attribute, ...]:
    """Attributes with values that the map shows only where that is asked for."""
    records = site_records(content)
    every = (column for fields in _SECTIONS.values() for column, _ in fields)
    return held((column.attribute, records[column.name]) for column in every)


def _fields(content: Content, *, with_confidential: bool) -> dict[str, list[dict[str, str]]]:
    """Labels and kinds of the fields of a popup, by section."""
    described: dict[str, list[dict[str, str]]] = {}
    for section, fields in _SECTIONS.items():
        described[section] = []
        for column, _ in _shown(fields, with_confidential=with_confidential):
            attribute = column.attribute
            kind = "text" if column.name in _LONG_TEXTS else "value"
            kind = "share" if column.name in _SHARE_COLUMNS else kind
            # Years are numbers that take no separator for thousands.
            kind = "year" if attribute.unit == "năm" else kind
            described[section].append(
                {
                    "key": column.name,
                    "label": attribute.label(content.language),
                    "unit": attribute.unit_in(content.language),
                    "kind": kind,
                }
            )
    return described


def _points(layer: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """A point on each geometry, for symbols; missing geometry stays missing."""
    geometry = layer.geometry
    usable = ~(geometry.isna() | geometry.is_empty)
    points = gpd.GeoSeries(shapely.point_on_surface(geometry.to_numpy()), crs=layer.crs)
    return points.where(usable.to_numpy())


def _outlines(layer: gpd.GeoDataFrame, tolerance_m: float) -> list[list[list[int]]]:
    """Encoded outlines of polygons and lines; an empty list for points and for nothing."""
    geometry = to_wgs84(layer).to_numpy()
    if tolerance_m:
        # About 1e-5 degree to a metre is exact enough for a tolerance of drawing.
        geometry = shapely.simplify(geometry, tolerance_m * 9e-6)
    flat = shapely.get_dimensions(geometry) >= 1
    return encode_rings(np.where(flat, geometry, None))


def _sites(content: Content, *, with_confidential: bool) -> dict[str, object]:
    records = site_records(content)
    columns: dict[str, object] = {
        "id": encode_column(records["site_id"]),
        "name": encode_column(records["name"]),
        "verdict": encode_column(records["verdict"]),
        "reason": encode_column(records["finding_reason"]),
        "placed": encode_column(records["placed"]),
        "shares": _shares(records["shares"]),
        "to_park_id": encode_column(records["to_park_id"]),
    }
    for fields in _SECTIONS.values():
        for column, decimals in _shown(fields, with_confidential=with_confidential):
            shown = shown_values(column, records, content)
            columns[column.name] = encode_column(shown, decimals=decimals)
    columns["point"] = encode_points(to_wgs84(_points(records)))
    columns["rings"] = _outlines(records, 0.5)
    return columns


def _shares(values: pd.Series) -> list[object]:
    """Shares by category as ``[index of category, share, …]``; texts come as JSON."""
    order = {entry.value: number for number, entry in enumerate(palette.ZONE_CATEGORIES)}
    parsed = pd.Series(values).map(_parse_shares, na_action="ignore")
    return [
        None
        if not isinstance(shares, dict)
        else [
            number
            for category, share in sorted(shares.items(), key=lambda item: -item[1])
            if category in order and share >= _SMALLEST_SHARE
            for number in (order[category], round(share, 4))
        ]
        for shares in parsed
    ]


_SMALLEST_SHARE = 0.0005
"""Shares that would read as 0.0 % are not listed."""


def _parse_shares(text: object) -> dict[str, float]:
    found = json.loads(str(text))
    return {str(k): float(v) for k, v in found.items() if isinstance(v, (int, float))}


def _zones(content: Content, status: ZoneStatus) -> tuple[dict[str, object], float]:
    zones = content.layer("zones")
    zones = zones[(zones["status"] == status.value) & zones.geometry.notna()]
    geometry, tolerance = simplify_coverage(zones.geometry)
    labels = zones["land_use_code"].fillna(zones["land_use_text"])
    columns: dict[str, object] = {
        "category": encode_column(zones["category"]),
        "code": encode_column(labels),
        "text": encode_column(zones["land_use_text"]),
        "plan": encode_column(zones["plan_name"]),
        "rings": encode_rings(to_wgs84(geometry).to_numpy()),
    }
    return columns, tolerance


def _units(content: Content) -> dict[str, object]:
    """The districts where there are any, else the communes: outlines with their names."""
    units = content.layer("admin_units")
    for level in (AdminLevel.DISTRICT, AdminLevel.COMMUNE, AdminLevel.PROVINCE):
        chosen = units[(units["level"] == level.value) & units.geometry.notna()]
        if len(chosen):
            break
    chosen = chosen.reset_index(drop=True)
    return {
        "name": encode_column(chosen["name"]),
        "point": encode_points(to_wgs84(_points(chosen))),
        "rings": _outlines(chosen, 15.0),
    }


def _roads(content: Content) -> dict[str, object]:
    roads = content.layer("roads")
    roads = roads[roads.geometry.notna()].reset_index(drop=True)
    return {"name": encode_column(roads["name"]), "rings": _outlines(roads, 10.0)}


def _parks(content: Content) -> dict[str, object]:
    parks = content.layer("parks").reset_index(drop=True)
    use = park_use(content)
    shown = {
        name: words_of(Column(name, "parks", name).attribute, parks[name], content.language)
        for name in ("kind", "receives")
    }
    return {
        "id": encode_column(parks["park_id"]),
        "name": encode_column(parks["name"]),
        "status": encode_column(parks["status"]),
        **{name: encode_column(values) for name, values in shown.items()},
        "receives_flag": encode_column(parks["receives"]),
        "opens": encode_column(parks["opens"]),
        "area_ha": encode_column(use["area_ha"], decimals=1),
        "free_ha": encode_column(use["free_ha"], decimals=2),
        "firms": encode_column(use["firms"]),
        "used_ha": encode_column(use["used_ha"], decimals=2),
        "left_ha": encode_column(use["left_ha"], decimals=2),
        "specialisation": encode_column(parks["specialisation_text"]),
        "accuracy_m": encode_column(parks["accuracy_m"], decimals=0),
        "point": encode_points(to_wgs84(_points(parks))),
        "rings": _outlines(parks, 5.0),
    }


def _park_labels(content: Content) -> dict[str, str]:
    names = ("kind", "status", "receives", "opens", "area_ha", "free_ha", "accuracy_m")
    labels = {name: Column(name, "parks", name).header(content.language) for name in names}
    words = Column("specialisation", "parks", "specialisation_text")
    return labels | {words.name: words.header(content.language)}


def _legend(entries: tuple[palette.LegendEntry, ...], content: Content) -> list[dict[str, str]]:
    return [
        {"key": entry.value, "label": entry.label(content.language), "color": entry.color}
        for entry in entries
    ]


def _confidence(content: Content, *, with_confidential: bool) -> str:
    """The note that says whether the map is for everyone."""
    language = content.language
    if not with_confidential:
        return word("without_confidential", language)
    named = ", ".join(a.header(language) for a in protected_on_map(content))
    return word("with_confidential", language, attributes=named or "–")


def map_payload(
    content: Content, *, base_tiles: bool = False, with_confidential: bool = False
) -> Mapping[str, object]:
    """All that the map shows, as plain values for `to_json`."""
    planned, fine = _zones(content, ZoneStatus.PLANNED)
    existing, coarse = _zones(content, ZoneStatus.EXISTING)
    notes = [*filter(None, [content.plan_scope]), *content.notes]
    tolerance = max(fine, coarse)
    if tolerance:
        notes.append(word("simplified", content.language, metres=tolerance))
    notes.append(_confidence(content, with_confidential=with_confidential))
    parameters = said_parameters(content.parameters, content.language)
    notes += [f"{name}: {value}" for name, value in parameters.items()]
    words = script_words(content.language)
    if with_confidential:
        words["search"] = word("search_tax", content.language)
    return {
        "title": content.title,
        "language": content.language,
        "data_note": content.data_note,
        "notes": notes,
        "has_plan": content.has_plan,
        "base_tiles": base_tiles,
        "words": words,
        "legends": {name: _legend(entries, content) for name, entries in palette.LEGENDS.items()},
        "colors": {"boundary": palette.BOUNDARY, "road": palette.ROAD, "free": palette.FREE_LAND},
        "reasons": {member.value: member.label(content.language) for member in FindingReason},
        "fields": _fields(content, with_confidential=with_confidential),
        "id_label": Column("site_id", "sites", "site_id").header(content.language),
        "park_labels": _park_labels(content),
        "units": _units(content),
        "roads": _roads(content),
        "zones": {"planned": planned, "existing": existing},
        "parks": _parks(content),
        "sites": _sites(content, with_confidential=with_confidential),
    }
