"""Frames to store: ordinary ones, awkward ones, and any that hypothesis thinks of."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import strategies as st

from geo_relocation.model import Attribute, LayerSchema, schema

CRS_NAME = "EPSG:9210"
X, Y = 600_000.0, 1_206_000.0

_AWKWARD = {
    "text": [
        "Công ty TNHH Một thành viên Sản xuất – Thương mại – Dịch vụ " * 40,
        "Robert'); DROP TABLE sites; --",
        "quote \" and ' and \\ and %s and :name and $1",
        "",
        " leading and trailing ",
        "tab\tand\nnew\r\nline",
        "Ð Đ Hoà Hòa 😀 \u200b",
        "NULL",
    ],
    "codes": ["13;14;15", "", "a"],
    "json": ['{"a": [1, 2.5, null], "đất": "ở"}', "{}", '{ "b" : {} }'],
    "integer": [0, -1, 2**63 - 1, -(2**63), 7],
    "real": [0.0, 0.1 + 0.2, 5e-324, -1.7976931348623157e308, 1e16 + 2, 1 / 3],
    "boolean": [True, False],
    "date": [
        date(1, 1, 1),
        date(1969, 12, 31),
        date(1900, 2, 28),
        date(2025, 7, 1),
        date(9999, 12, 31),
    ],
    "datetime": [
        datetime(1, 1, 1, 0, 0, 0, 1_000, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC),
        datetime(2025, 7, 1, tzinfo=UTC),
        datetime(2024, 2, 29, 23, 59, 59, 123_000, tzinfo=timezone(timedelta(hours=7))),
        datetime(9999, 12, 30, 23, 59, 59, 999_000, tzinfo=UTC),
    ],
}

_JSON = {
    "shares": ['{"đất ở": 0.25, "other": 1e-300}', "{}", '{ "b" : 1 }'],
    "triggers": ['[{"id": "a", "result": "hit", "đất": [1, null]}]', "[]"],
    "alternatives": ['[{"park_id": "Đ", "cost": 2.5}, {"park_id": ""}]', "[]"],
}
"""Columns whose JSON is no free object."""


def round_polygon(corners: int) -> shapely.MultiPolygon:
    """A ring of very many corners with a hole."""
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    ring = np.column_stack([X + 9_000 * np.cos(angle), Y + 9_000 * np.sin(angle)])
    hole = np.column_stack([X + 10 * np.cos(angle[::100]), Y + 10 * np.sin(angle[::100])])
    return shapely.MultiPolygon([shapely.Polygon(ring, [hole])])


def _geometries(kind: str) -> list[shapely.Geometry | None]:
    box = shapely.box(X + 0.1, Y + 0.2, X + 100 / 3, Y + 50)
    two = shapely.MultiPolygon([box, shapely.box(X + 500, Y, X + 501, Y + 1e-9)])
    bow_tie = shapely.Polygon([(X, Y), (X + 9, Y + 9), (X + 9, Y), (X, Y + 9)])
    lines = shapely.MultiLineString([[(X, Y), (X + 1 / 3, Y + 1)], [(X, Y), (X - 1e7, Y)]])
    point = shapely.Point(X + 1 / 3, Y + 2 / 3)
    if kind == "line":
        return [lines]
    if kind == "polygon":
        return [two, shapely.MultiPolygon([bow_tie]), round_polygon(5_000)]
    return [
        box,
        point,
        None,
        two,
        bow_tie,
        shapely.MultiPoint([point, (0, 0)]),
        round_polygon(5_000),
    ]


def awkward(layer: LayerSchema, rows: int = 12) -> pd.DataFrame:
    """Rows that need no normalising but everything else, for any layer of the dictionary."""
    data = {a.name: list(itertools.islice(_cycle(a, layer), rows)) for a in layer.fields}
    frame = pd.DataFrame(data, dtype=object)
    if layer.geometry is None:
        return layer.conform(frame)
    choice = _geometries(layer.geometry.type)
    if not layer.geometry.required and None not in choice:
        choice.append(None)
    shapes = list(itertools.islice(itertools.cycle(choice), rows))
    return layer.conform(gpd.GeoDataFrame(frame, geometry=shapes, crs=CRS_NAME))


def _cycle(attribute: Attribute, layer: LayerSchema) -> Iterator[object]:
    if attribute.name in layer.key and not attribute.enum:
        yield from _keys(attribute)
    values = (
        [member.value for member in attribute.enum]
        if attribute.enum
        else list(_JSON.get(attribute.name, _AWKWARD[attribute.type]))
    )
    if not attribute.required and not attribute.default:
        values.insert(1, None)
    yield from itertools.cycle(values)


def _keys(attribute: Attribute) -> Iterator[object]:
    if attribute.type == "date":
        yield from (date(1960, 1, 1) + timedelta(days=400 * i) for i in itertools.count())
    if attribute.type == "integer":
        yield from (7, 1, 2**31, *range(100, 200))
    # Not in order, with capitals, accents and digits that locales sort otherwise than code points.
    yield from ("b", "B", "á", "a10", "a9", "Z'z", "đ", "_", "É", "e\u0301", "10", "9")


def sites(count: int, **columns: object) -> gpd.GeoDataFrame:
    """Plain sites ``S0000``, … in a row, 100 m apart, 50 m wide."""
    x = X + 100.0 * np.arange(count)
    frame = pd.DataFrame({"site_id": [f"S{i:04d}" for i in range(count)], **columns})
    return gpd.GeoDataFrame(frame, geometry=shapely.box(x, Y, x + 50, Y + 50), crs=CRS_NAME)


def decisions(*names: str) -> pd.DataFrame:
    """Decisions with the least that they need."""
    return pd.DataFrame(
        {
            "decision_id": list(names),
            "site_id": "S0001",
            "run_id": "R1",
            "ruleset": "bd-2024",
            "ruleset_version": "1",
            "ruleset_hash": "0",
            "decided_at": pd.Timestamp("2026-01-02T03:04:05Z"),
            "route": "relocate",
            "triggers": "[]",
            "input_hash": "0",
            "author": "test",
        }
    )


def by_key(frame: pd.DataFrame, layer: LayerSchema) -> pd.DataFrame:
    """The same rows in the order of their keys, by code point."""
    keys = list(frame[list(layer.key)].itertuples(index=False, name=None))
    order = sorted(range(len(keys)), key=lambda row: keys[row])
    return frame.iloc[order].reset_index(drop=True)


# Texts as a database can hold them: no NUL, no half of a surrogate pair.
_texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
_numbers = st.floats(allow_infinity=False, allow_nan=True)
_coordinates = st.floats(-1e8, 1e8)
_moments = st.datetimes(
    min_value=pd.Timestamp("0002-01-01").to_pydatetime(),
    max_value=pd.Timestamp("9999-12-30").to_pydatetime(),
)
_BY_TYPE = {
    "text": _texts,
    "codes": _texts,
    "json": st.dictionaries(_texts, _texts, max_size=2).map(json.dumps),
    "integer": st.integers(-(2**63), 2**63 - 1),
    "real": _numbers,
    "boolean": st.booleans(),
    "date": _moments.map(lambda moment: moment.date()),
    "datetime": _moments,
}


def _values(attribute: Attribute) -> st.SearchStrategy[object]:
    if attribute.enum:
        values: st.SearchStrategy[object] = st.sampled_from([m.value for m in attribute.enum])
    elif attribute.name in _JSON:
        values = st.sampled_from(_JSON[attribute.name])
    else:
        values = _BY_TYPE[attribute.type]
    return values if attribute.required else st.none() | values


@st.composite
def _shapes(draw: st.DrawFn, kind: str) -> shapely.Geometry | None:
    points = draw(st.lists(st.tuples(_coordinates, _coordinates), min_size=4, max_size=9))
    drawn = draw(st.sampled_from(["point", "line", "polygon", None]))
    if kind == "geometry" and drawn is None:
        return None
    wanted = kind if kind != "geometry" else drawn
    if wanted == "point":
        return shapely.Point(points[0])
    return shapely.LineString(points) if wanted == "line" else shapely.Polygon(points)


@st.composite
def frames(draw: st.DrawFn, layer: LayerSchema) -> pd.DataFrame:
    """Any frame that a layer allows."""
    key = st.tuples(*(_values(layer.attribute(name)) for name in layer.key))
    keys = draw(st.lists(key, max_size=6, unique_by=lambda k: tuple(map(str, k))))
    others = [a for a in layer.fields if a.name not in layer.key]
    rows = [
        dict(zip(layer.key, k, strict=True)) | {a.name: draw(_values(a)) for a in others}
        for k in keys
    ]
    frame = pd.DataFrame(rows, columns=[a.name for a in layer.fields], dtype=object)
    if layer.geometry is None:
        return frame
    shapes = [draw(_shapes(layer.geometry.type)) for _ in rows]
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, crs=CRS_NAME))


SITES = schema("sites")
