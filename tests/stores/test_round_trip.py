from __future__ import annotations

import contextlib

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo_relocation.model import schema, schemas
from geo_relocation.store import Store, open_store
from geo_relocation.store.frames import canonical
from geo_relocation.testing import assert_layers_equal
from stores.content import (
    CRS_NAME,
    SITES,
    X,
    Y,
    awkward,
    by_key,
    frames,
    round_polygon,
    sites,
)

LAYERS = list(schemas())


class Undo(Exception):  # noqa: N818 - no error, a way out of a transaction
    pass


def numbered(frame: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """The frame with the number that the store gave: one for all that came at once."""
    if "sequence" not in frame or frame.empty:
        return frame
    number = found["sequence"].iloc[0]
    assert number > 0
    return frame.assign(sequence=pd.array([number] * len(frame), dtype="Int64"))


def test_every_key_column_is_required() -> None:
    """Both stores rely on it: a missing part of a key would make rows incomparable."""
    loose = [
        f"{layer.name}.{name}"
        for layer in schemas().values()
        for name in layer.key
        if not layer.attribute(name).required
    ]
    assert loose == []


def test_new_layers_are_empty_and_conformed(store: Store) -> None:
    for layer in LAYERS:
        assert_layers_equal(store.read(layer), schema(layer).empty(crs=CRS_NAME))
        assert store.count(layer) == 0


def test_awkward_content_of_every_layer_comes_back_to_the_bit(store: Store) -> None:
    for name in LAYERS:
        frame = awkward(schema(name))
        with store.transaction() as transaction:
            assert transaction.append(name, frame) == len(frame)
        found = store.read(name)
        assert_layers_equal(found, by_key(numbered(frame, found), schema(name)))


def test_content_is_there_after_opening_again(store: Store) -> None:
    frame = awkward(SITES)
    with store.transaction() as transaction:
        transaction.append("sites", frame)
    store.close()
    assert_layers_equal(open_store(store.url).read("sites"), by_key(frame, SITES))


@pytest.mark.parametrize("layer", ["sites", "admin_units", "decisions"])
def test_any_allowed_frame_comes_back(store: Store, layer: str) -> None:
    @settings(
        max_examples=10,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(st.data())
    def check(data: st.DataObject) -> None:
        frame = data.draw(frames(schema(layer)))
        expected = by_key(canonical(schema(layer), frame, store.crs), schema(layer))
        with contextlib.suppress(Undo), store.transaction() as transaction:
            transaction.append(layer, frame)
            kept = transaction.read(layer)
            raise Undo
        assert_layers_equal(kept, numbered(expected, kept))
        assert store.count(layer) == 0

    check()


def one_site(geometry: object, **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"site_id": ["S"], **columns}, geometry=[geometry], crs=CRS_NAME)


def read_back(store: Store, layer: str, frame: pd.DataFrame) -> pd.DataFrame:
    with store.transaction() as transaction:
        transaction.upsert(layer, frame)
    return store.read(layer)


def test_heights_are_dropped(store: Store) -> None:
    found = read_back(store, "sites", one_site(shapely.Point(X, Y, 12.5)))
    assert found.geometry[0].wkt == "POINT (600000 1206000)"


def test_an_empty_geometry_is_a_missing_one(store: Store) -> None:
    assert read_back(store, "sites", one_site(shapely.Polygon())).geometry[0] is None


def test_single_parts_become_multi_where_the_layer_is(store: Store) -> None:
    box = shapely.box(X, Y, X + 1, Y + 1)
    zone = gpd.GeoDataFrame({"zone_id": ["Z"], "category": ["green"]}, geometry=[box], crs=CRS_NAME)
    assert read_back(store, "zones", zone).geometry[0].wkt == shapely.MultiPolygon([box]).wkt
    line = shapely.LineString([(X, Y), (X + 1, Y)])
    road = gpd.GeoDataFrame({"road_id": ["R"]}, geometry=[line], crs=CRS_NAME)
    found = read_back(store, "roads", road).geometry[0]
    assert found.wkt == shapely.MultiLineString([line]).wkt


def test_site_outlines_stay_single(store: Store) -> None:
    box = shapely.box(X, Y, X + 1, Y + 1)
    assert read_back(store, "sites", one_site(box)).geometry[0].geom_type == "Polygon"


def test_a_huge_polygon_keeps_every_corner(store: Store) -> None:
    shape = round_polygon(400_000)
    assert shapely.equals_identical(read_back(store, "sites", one_site(shape)).geometry[0], shape)


def test_empty_text_is_not_missing_text(store: Store) -> None:
    frame = sites(2).assign(note=["", None])
    assert read_back(store, "sites", frame)["note"].isna().tolist() == [False, True]


def test_nan_is_missing_and_negative_zero_is_zero(store: Store) -> None:
    found = read_back(store, "sites", sites(2).assign(land_m2=[np.nan, -0.0]))["land_m2"]
    assert np.isnan(found[0])
    assert str(found[1]) == "0.0"


def test_instants_are_cut_to_the_millisecond(store: Store) -> None:
    run = pd.DataFrame(
        {
            "run_id": ["after", "before"],
            "kind": "screen",
            "started_at": pd.to_datetime(
                ["2025-01-01T00:00:00.123999Z", "1960-01-01T00:00:00.123999Z"], format="ISO8601"
            ),
            "parameters": "{}",
            "input_hash": "0",
            "version": "1",
        }
    )
    with store.transaction() as transaction:
        transaction.append("runs", run)
    found = store.read("runs")["started_at"]
    # Cut down, not towards 1970, so that the order of instants is kept.
    assert found.dt.microsecond.tolist() == [123000, 123000]


def test_defaults_stand_in_for_missing_columns(store: Store) -> None:
    found = read_back(store, "sites", sites(1)[["site_id", "geometry"]]).iloc[0]
    assert (found["status"], found["record_kind"]) == ("candidate", "real")


def test_a_frame_without_any_rows_changes_nothing(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.append("sites", sites(3))
        assert transaction.append("sites", sites(0)) == 0
        assert transaction.upsert("sites", sites(0)) == 0
    assert store.count("sites") == 3


def test_more_rows_than_a_batch_keep_order_and_values(store: Store) -> None:
    count = 45_000
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "plan_id": "P",
            "key": [f"k{number:06d}" for number in rng.permutation(count)],
            "version": pd.array(np.arange(count), dtype="Int64"),
            "value": rng.normal(size=count),
        }
    )
    frame.loc[frame.index[::3], "value"] = np.nan
    with store.transaction() as transaction:
        transaction.append("indicators", frame)
    layer = schema("indicators")
    assert_layers_equal(store.read("indicators"), by_key(layer.conform(frame), layer))
