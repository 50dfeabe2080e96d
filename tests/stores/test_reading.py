from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_relocation.errors import SchemaError, UnknownNameError, UsageError
from geo_relocation.store import Store
from stores.content import CRS_NAME, X, Y, sites


@pytest.fixture
def filled(store: Store) -> Store:
    frame = sites(
        6,
        name=["An", "Bình", None, "An", "", "O'Brien"],
        workers=pd.array([1, 2, None, 2**53 + 1, 5, 0], dtype="Int64"),
        land_m2=[0.1 + 0.2, 0.3, np.nan, 1e300, -5.0, 0.0],
        env_breach=pd.array([True, False, None, True, None, False], dtype="boolean"),
        lease_end=pd.to_datetime(
            ["1960-05-06", "2030-01-01", None, None, "2030-01-01", "1960-05-06"]
        ),
        env_level=["I", "II", None, "I", "none", "III"],
    )
    frame.loc[2, "geometry"] = None
    with store.transaction() as transaction:
        transaction.append("sites", frame)
    return store


def ids(frame: pd.DataFrame) -> list[int]:
    return [int(name[1:]) for name in frame["site_id"]]


ASKED: list[tuple[dict[str, object], list[int]]] = [
    ({}, [0, 1, 2, 3, 4, 5]),
    ({"name": "An"}, [0, 3]),
    ({"name": ""}, [4]),
    ({"name": None}, [2]),
    ({"name": "an"}, []),
    ({"name": ["An", None]}, [0, 2, 3]),
    ({"name": {"Bình", "O'Brien"}}, [1, 5]),
    ({"name": ("",)}, [4]),
    ({"name": []}, []),
    ({"name": pd.Series(["Bình", "Bình"])}, [1]),
    ({"name": np.array(["Bình"], dtype=object)}, [1]),
    ({"workers": 2**53 + 1}, [3]),
    ({"workers": [0, 5]}, [4, 5]),
    ({"workers": pd.NA}, [2]),
    ({"land_m2": 0.3}, [1]),
    ({"land_m2": [0.1 + 0.2, -0.0]}, [0, 5]),
    ({"land_m2": float("nan")}, [2]),
    ({"env_breach": True}, [0, 3]),
    ({"env_breach": [False, None]}, [1, 2, 4, 5]),
    ({"lease_end": "1960-05-06"}, [0, 5]),
    ({"lease_end": pd.Timestamp("2030-01-01")}, [1, 4]),
    ({"lease_end": [pd.Timestamp("2030-01-01").date(), None]}, [1, 2, 3, 4]),
    ({"env_level": "I", "name": "An", "workers": 1}, [0]),
    ({"geometry": None}, [2]),
    ({"name": "x' OR '1'='1"}, []),
    ({"name": '" OR 1=1 --'}, []),
    ({"name": ["'); DROP TABLE sites; --", "%s"]}, []),
]


def test_where(filled: Store) -> None:
    found = [(where, ids(filled.read("sites", where=where))) for where, _ in ASKED]
    assert [pair[1] for pair in found] == [expected for _, expected in ASKED], found
    counts = [filled.count("sites", where=where) for where, _ in ASKED]
    assert counts == [len(expected) for _, expected in ASKED]
    assert filled.count("sites") == 6


def test_where_with_very_many_values(filled: Store) -> None:
    many = [f"S{number:04d}" for number in range(3, 40_000)]
    assert ids(filled.read("sites", where={"site_id": many})) == [3, 4, 5]


def test_an_unknown_column_is_refused_by_name(filled: Store) -> None:
    for name in ("colour", 'site_id" = "site_id', "fid"):
        with pytest.raises(UnknownNameError, match="attribute of sites"):
            filled.read("sites", where={name: 1})


def test_an_unknown_layer_is_refused_by_name(filled: Store) -> None:
    for name in ("factories", "sites; DROP TABLE sites", "georeloc_info"):
        with pytest.raises(UnknownNameError, match="no layer named"):
            filled.read(name)
        with pytest.raises(UnknownNameError, match="no layer named"):
            filled.count(name)


def test_a_value_that_the_column_cannot_hold_is_refused(filled: Store) -> None:
    for name, value in (("env_level", "IV"), ("workers", "many"), ("lease_end", "soon")):
        with pytest.raises(SchemaError, match=name):
            filled.read("sites", where={name: value})


def test_a_geometry_can_only_be_missing(filled: Store) -> None:
    with pytest.raises(UsageError, match="missing"):
        filled.read("sites", where={"geometry": shapely.Point(0, 0)})


def test_bbox_keeps_what_touches_the_box(filled: Store) -> None:
    # Sites are 50 m wide and 100 m apart; site 2 has no place.
    assert ids(filled.read("sites", bbox=(X + 50, Y, X + 100, Y + 1))) == [0, 1]
    assert ids(filled.read("sites", bbox=(X + 50.0001, Y, X + 99.9999, Y + 1))) == []
    assert ids(filled.read("sites", bbox=(X, Y, X + 1e6, Y + 1))) == [0, 1, 3, 4, 5]
    assert ids(filled.read("sites", bbox=(X, Y, X + 1e6, Y + 1), where={"name": "An"})) == [0, 3]
    nowhere = filled.read("sites", bbox=(0, 0, 1, 1))
    assert isinstance(nowhere, gpd.GeoDataFrame)
    assert nowhere.crs == filled.crs
    assert nowhere.empty


def test_a_box_that_is_none_is_refused(store: Store) -> None:
    for bbox in ((1, 0, 0, 1), (0, 1, 1, 0), (0, 0, float("nan"), 1), (0, 0, 1), (0, 0, 1, np.inf)):
        with pytest.raises(UsageError, match="not a box"):
            store.read("sites", bbox=bbox)


def test_a_box_needs_a_layer_with_places(filled: Store) -> None:
    with pytest.raises(UsageError, match="no geometry"):
        filled.read("runs", bbox=(0, 0, 1, 1))


def test_bbox_agrees_with_comparing_every_row(store: Store) -> None:
    rng = np.random.default_rng(5)
    low = rng.uniform(-1e5, 1e5, (800, 2))
    size = rng.exponential(500, (800, 2))
    shapes = shapely.box(*low.T, *(low + size).T)
    shapes[::5] = shapely.points(low[::5])
    frame = gpd.GeoDataFrame(
        {"site_id": [f"S{i:04d}" for i in range(800)]}, geometry=shapes, crs=CRS_NAME
    )
    with store.transaction() as transaction:
        transaction.append("sites", frame)
    bounds = shapely.bounds(shapes)

    @settings(max_examples=25, deadline=None)
    @given(st.integers(0, 799), st.integers(0, 799))
    def check(one: int, other: int) -> None:
        # Corners taken from the data: boxes that just touch are the ones that go wrong.
        xs = sorted([bounds[one, 0], bounds[other, 2]])
        ys = sorted([bounds[one, 1], bounds[other, 3]])
        expected = [
            i
            for i, (x0, y0, x1, y1) in enumerate(bounds)
            if x0 <= xs[1] and x1 >= xs[0] and y0 <= ys[1] and y1 >= ys[0]
        ]
        assert ids(store.read("sites", bbox=(xs[0], ys[0], xs[1], ys[1]))) == expected

    check()
