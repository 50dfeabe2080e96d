from __future__ import annotations

import itertools
import sqlite3
from contextlib import closing

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_relocation.errors import SchemaError
from geo_relocation.model import schema
from geo_relocation.store import Store
from geo_relocation.store.geopackage import rtree
from geo_relocation.store.geopackage import transaction as transaction_module
from stores.content import CRS_NAME

LAYER = schema("sites")


def scattered(count: int, *, seed: int = 0) -> gpd.GeoDataFrame:
    """Sites here and there; some without a place, many on top of each other."""
    rng = np.random.default_rng(seed)
    centre = np.array([600_000, 1_200_000])
    x, y = (rng.normal(0, 1e5, (count, 2)) + centre).round(rng.integers(-4, 3)).T
    shapes = shapely.box(x, y, x + 1 / 3, y + rng.exponential(300, count))
    shapes[::11] = None
    names = [f"S{number:06d}" for number in range(count)]
    return gpd.GeoDataFrame({"site_id": names}, geometry=shapes, crs=CRS_NAME)


def index_of(store: Store) -> tuple[str, list[tuple[float, ...]]]:
    """SQLite's own verdict on the tree, and its boxes by row."""
    with closing(sqlite3.connect(store.url)) as connection:
        verdict = connection.execute("SELECT rtreecheck('rtree_sites_geometry')").fetchone()[0]
        rows = connection.execute("SELECT * FROM rtree_sites_geometry ORDER BY id").fetchall()
    return verdict, rows


@pytest.mark.parametrize("count", [0, 1, 42, 43, 44, 100, 2_000, 9_000])
def test_the_packed_tree_equals_that_of_sqlite(
    geopackage: Store, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    frame = scattered(count, seed=count)
    found = {}
    for kind, limit in (("packed", 0), ("one by one", 10**9)):
        monkeypatch.setattr(transaction_module, "_WORTH_REBUILDING", limit)
        with geopackage.transaction() as transaction:
            transaction.delete("sites", where={})
            transaction.append("sites", frame)
        verdict, rows = index_of(geopackage)
        assert verdict == "ok"
        found[kind] = np.array([row[1:] for row in rows]).reshape(-1, 4)
    exact = frame.geometry.bounds.dropna()[["minx", "maxx", "miny", "maxy"]].to_numpy()
    # SQLite rounds outwards by a hair more than it must.
    for boxes, slack in ((found["packed"], 1), (found["one by one"], 2)):
        assert (boxes[:, [0, 2]] <= exact[:, [0, 2]]).all()
        assert (boxes[:, [1, 3]] >= exact[:, [1, 3]]).all()
        assert np.allclose(boxes, exact, rtol=slack * 1.3e-7, atol=0)


def test_the_tree_can_be_edited_afterwards(
    geopackage: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction_module, "_WORTH_REBUILDING", 1_000)
    frame = scattered(3_000)
    with geopackage.transaction() as transaction:
        transaction.append("sites", frame)
    moved = frame.iloc[:400].assign(geometry=frame.geometry.iloc[:400].translate(5e5, 0).array)
    with geopackage.transaction() as transaction:
        transaction.upsert("sites", moved)
        transaction.delete("sites", where={"site_id": frame["site_id"].tolist()[1_000:2_500]})
    verdict, rows = index_of(geopackage)
    assert verdict == "ok"
    assert len(rows) == geopackage.read("sites").geometry.notna().sum()


def test_boxes_are_asked_and_rows_removed_while_the_index_waits(
    geopackage: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction_module, "_WORTH_REBUILDING", 100)
    everywhere = (-1e7, -1e7, 1e7, 1e7)
    with geopackage.transaction() as transaction:
        transaction.append("sites", scattered(500).iloc[:200])
        transaction.delete("sites", where={"site_id": "S000001"})
        transaction.upsert("sites", scattered(500).iloc[200:210])
        placed = transaction.read("sites").geometry.notna().sum()
        assert len(transaction.read("sites", bbox=everywhere)) == placed
        transaction.delete("sites", where={"site_id": "S000002"})
        assert len(transaction.read("sites", bbox=everywhere)) == placed - 1
    assert len(geopackage.read("sites", bbox=everywhere)) == placed - 1
    assert index_of(geopackage)[0] == "ok"


def test_a_big_step_that_fails_leaves_the_index_as_it_was(
    geopackage: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction_module, "_WORTH_REBUILDING", 100)
    with geopackage.transaction() as transaction:
        transaction.append("sites", scattered(300))
        with pytest.raises(SchemaError):
            transaction.append("sites", scattered(300))
    verdict, rows = index_of(geopackage)
    assert (verdict, len(rows)) == ("ok", geopackage.read("sites").geometry.notna().sum())


def test_rows_of_other_programs_are_taken_in(
    geopackage: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """QGIS writes points without bounds in their header."""
    monkeypatch.setattr(transaction_module, "_WORTH_REBUILDING", 100)
    with geopackage.transaction() as transaction:
        transaction.append("sites", scattered(10))
    point = shapely.Point(700_000.5, 1_300_000.25)
    blob = b"GP\0\x01" + (9210).to_bytes(4, "little") + shapely.to_wkb(point)
    with closing(sqlite3.connect(geopackage.url, isolation_level=None)) as connection:
        # What the triggers call and plain SQLite lacks; the row moves, the index does not.
        for name in ("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY", "ST_IsEmpty"):
            connection.create_function(name, 1, lambda _: 0)
        connection.execute("UPDATE sites SET geometry = ? WHERE site_id = 'S000001'", (blob,))
    with geopackage.transaction() as transaction:
        transaction.upsert("sites", scattered(300).iloc[10:])
    near = geopackage.read("sites", bbox=(700_000, 1_300_000, 700_001, 1_300_001))
    assert near["site_id"].tolist() == ["S000001"]


@given(
    st.lists(st.tuples(*[st.floats(-1e7, 1e7)] * 4), min_size=1, max_size=400), st.integers(2, 9)
)
@settings(deadline=None, max_examples=40)
def test_every_node_holds_the_boxes_below_it(
    corners: list[tuple[float, float, float, float]], capacity: int
) -> None:
    x0, x1, y0, y1 = np.array(corners).T
    exact = np.column_stack(
        [np.minimum(x0, x1), np.maximum(x0, x1), np.minimum(y0, y1), np.maximum(y0, y1)]
    )
    boxes = rtree._rounded_outwards(exact)
    assert (boxes[:, [0, 2]] <= exact[:, [0, 2]]).all()
    assert (boxes[:, [1, 3]] >= exact[:, [1, 3]]).all()
    levels = list(rtree.pack(np.arange(len(corners)), boxes, capacity))
    assert sorted(levels[0].ids.tolist()) == list(range(len(corners)))
    assert levels[-1].numbers.tolist() == [1]
    for below, above in itertools.pairwise(levels):
        box_of = dict(zip(above.ids.tolist(), above.boxes, strict=True))
        assert sorted(box_of) == below.numbers.tolist()
        for node, box in zip(below.node_of_cell.tolist(), below.boxes, strict=True):
            outer = box_of[node]
            assert outer[0] <= box[0]
            assert outer[1] >= box[1]
            assert outer[2] <= box[2]
            assert outer[3] >= box[3]
    numbers = np.concatenate([level.numbers for level in levels])
    assert len(set(numbers.tolist())) == len(numbers)
