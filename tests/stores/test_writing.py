from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo_relocation.errors import CrsMismatchError, SchemaError, StoreError
from geo_relocation.geo.crs import parse_crs, reproject
from geo_relocation.model import schemas
from geo_relocation.store import Store
from geo_relocation.testing import assert_layers_equal
from stores.content import SITES, X, Y, awkward, by_key, sites


@pytest.fixture
def filled(store: Store) -> Store:
    with store.transaction() as transaction:
        transaction.append("sites", sites(5, name="old", note="kept"))
    return store


def column(store: Store, name: str) -> list[object]:
    return store.read("sites")[name].tolist()


def test_append_refuses_a_key_that_is_there(filled: Store) -> None:
    with pytest.raises(SchemaError, match="S0003"), filled.transaction() as transaction:
        transaction.append("sites", sites(7).iloc[3:4])
    assert filled.count("sites") == 5


def test_upsert_overwrites_whole_rows_and_adds_new_ones(filled: Store) -> None:
    renewed = sites(7, name="new").iloc[3:]
    with filled.transaction() as transaction:
        assert transaction.upsert("sites", renewed) == 4
    assert column(filled, "name") == ["old"] * 3 + ["new"] * 4
    assert filled.read("sites")["note"].notna().tolist() == [True] * 3 + [False] * 4


def test_upsert_twice_changes_nothing_more(filled: Store) -> None:
    for name, layer in schemas().items():
        if layer.append_only:
            continue
        frame = awkward(layer)
        with filled.transaction() as transaction:
            transaction.replace(name, frame)
            transaction.upsert(name, frame)
        assert_layers_equal(filled.read(name), by_key(frame, layer))


def test_upsert_moves_a_site_in_the_spatial_index(filled: Store) -> None:
    moved = sites(2)
    moved.loc[0, "geometry"] = shapely.Point(X - 5_000, Y)
    moved.loc[1, "geometry"] = None
    with filled.transaction() as transaction:
        transaction.upsert("sites", moved)
        assert transaction.read("sites", bbox=(X - 6e3, Y, X - 4e3, Y))["site_id"].item() == "S0000"
    here = filled.read("sites", bbox=(X, Y, X + 160, Y + 50))
    assert here.empty
    there = filled.read("sites", bbox=(X - 5_001, Y - 1, X - 4_999, Y + 1))
    assert there["site_id"].tolist() == ["S0000"]


def test_replace_is_the_whole_content(filled: Store) -> None:
    with filled.transaction() as transaction:
        assert transaction.replace("sites", sites(2, name="only")) == 2
    assert column(filled, "name") == ["only", "only"]
    assert len(filled.read("sites", bbox=(0, 0, 1e7, 1e7))) == 2
    with filled.transaction() as transaction:
        assert transaction.replace("sites", sites(0)) == 0
    assert_layers_equal(filled.read("sites"), SITES.empty(crs=filled.crs))


def test_delete_by_condition(filled: Store) -> None:
    with filled.transaction() as transaction:
        assert transaction.delete("sites", where={"site_id": ["S0001", "S0002", "S9999"]}) == 2
        assert transaction.delete("sites", where={"name": "nobody"}) == 0
    assert column(filled, "site_id") == ["S0000", "S0003", "S0004"]
    assert len(filled.read("sites", bbox=(0, 0, 1e7, 1e7))) == 3
    with filled.transaction() as transaction:
        assert transaction.delete("sites", where={}) == 3
    assert filled.count("sites") == 0


def test_a_deleted_key_can_come_again(filled: Store) -> None:
    with filled.transaction() as transaction:
        transaction.delete("sites", where={"site_id": "S0001"})
        transaction.append("sites", sites(2, name="again").iloc[1:])
    assert column(filled, "name") == ["old", "again", "old", "old", "old"]


def test_info_can_be_written(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.set_info("note", "Đề án 'A'")
        transaction.set_info("note", 'Đề án "B"')
    assert store.info["note"] == 'Đề án "B"'


FORBIDDEN: list[tuple[dict[str, object], list[str]]] = [
    ({"status": "listedd"}, ["status", "listedd", "listed"]),
    ({"land_m2": np.inf}, ["land_m2", "inf", "finite"]),
    ({"land_m2": -np.inf}, ["land_m2", "inf", "finite"]),
    ({"name": "a\0b"}, ["name", "NUL"]),
    ({"name": "a\ud800b"}, ["name"]),
    ({"workers": 1.5}, ["workers", "integer"]),
    ({"workers": 2**63}, ["workers", "integer"]),
    ({"workers": "many"}, ["workers", "integer"]),
    ({"lease_end": "whenever"}, ["lease_end", "date"]),
    ({"lease_end": np.datetime64("10001-01-01", "us")}, ["lease_end", "9999"]),
    ({"lease_end": np.datetime64("0000-01-01", "us")}, ["lease_end", "9999"]),
    ({"site_id": None}, ["site_id", "required", "row 1"]),
    ({"colour": "red"}, ["colour"]),
]


def test_what_the_dictionary_forbids_is_refused_by_name(filled: Store) -> None:
    for change, words in FORBIDDEN:
        frame = sites(1)
        for name, value in change.items():
            frame[name] = pd.Series([value], dtype=object)
        with pytest.raises(SchemaError) as caught, filled.transaction() as transaction:
            transaction.upsert("sites", frame)
        assert [word for word in words if word not in str(caught.value)] == []
        assert column(filled, "name") == ["old"] * 5


def test_a_required_geometry_cannot_be_empty(store: Store) -> None:
    zones = gpd.GeoDataFrame(
        {"zone_id": ["Z1", "Z2"], "category": "green"},
        geometry=[shapely.box(X, Y, X + 1, Y + 1), shapely.Polygon()],
        crs=store.crs,
    )
    with pytest.raises(SchemaError, match=r"geometry.*row 2.*Z2"):  # noqa: SIM117 - one statement
        with store.transaction() as transaction:
            transaction.append("zones", zones)


@pytest.mark.parametrize(
    "shape", [shapely.Point(X, Y), shapely.GeometryCollection([shapely.Point(X, Y)])]
)
def test_a_geometry_of_another_kind_is_refused(store: Store, shape: shapely.Geometry) -> None:
    zones = gpd.GeoDataFrame(
        {"zone_id": ["Z"], "category": "green"}, geometry=[shape], crs=store.crs
    )
    with pytest.raises(SchemaError, match=shape.geom_type), store.transaction() as transaction:
        transaction.append("zones", zones)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_coordinate_that_is_not_finite_is_refused(store: Store, bad: float) -> None:
    with np.errstate(invalid="ignore"):
        line = shapely.LineString(np.array([[X, Y], [X + 1, bad], [X + 2, Y]]))
    roads = gpd.GeoDataFrame({"road_id": ["R"]}, geometry=[line], crs=store.crs)
    with pytest.raises(SchemaError, match="finite"), store.transaction() as transaction:
        transaction.append("roads", roads)


def test_the_same_key_twice_in_a_frame_is_refused(filled: Store) -> None:
    twice = pd.concat([sites(6), sites(1)])
    for verb in ("append", "replace", "upsert"):
        with pytest.raises(SchemaError, match="'S0000' twice"), filled.transaction() as writing:
            getattr(writing, verb)("sites", twice)
    assert column(filled, "name") == ["old"] * 5


def test_another_reference_system_is_refused(filled: Store) -> None:
    degrees = reproject(sites(1), parse_crs("EPSG:4326"))
    with pytest.raises(CrsMismatchError, match="WGS 84"), filled.transaction() as transaction:
        transaction.upsert("sites", degrees)


def test_a_frame_without_reference_system_is_taken_to_be_in_the_working_one(store: Store) -> None:
    frame = sites(2)
    with store.transaction() as transaction:
        transaction.append(
            "sites", gpd.GeoDataFrame(frame, crs=frame.crs).set_crs(None, allow_override=True)
        )
        transaction.upsert("sites", pd.DataFrame(frame).assign(name="plain"))
    assert store.read("sites").crs == store.crs
    assert column(store, "name") == ["plain", "plain"]


def test_the_given_frame_is_left_as_it_was(store: Store) -> None:
    frame = sites(2, land_m2=-0.0)
    frame.loc[0, "geometry"] = shapely.Point(X, Y, 5)
    before = frame.copy(deep=True)
    with store.transaction() as transaction:
        transaction.append("sites", frame)
    assert frame.geometry[0].has_z
    assert_layers_equal(frame, before)


def test_a_step_that_fails_leaves_the_others(filled: Store) -> None:
    with filled.transaction() as transaction:
        transaction.upsert("sites", sites(1, name="first"))
        with pytest.raises(SchemaError):
            transaction.append("sites", sites(9, name="clash"))
        with pytest.raises(SchemaError):
            transaction.replace("sites", sites(1, status="nonsense"))
        transaction.upsert("sites", sites(6, name="last").iloc[5:])
    assert column(filled, "name") == ["first", "old", "old", "old", "old", "last"]


def test_a_first_step_that_fails_leaves_the_transaction_usable(filled: Store) -> None:
    with filled.transaction() as transaction:
        with pytest.raises(SchemaError, match="S0003"):
            transaction.append("sites", sites(4).iloc[3:])
        transaction.upsert("sites", sites(1, name="after"))
        assert len(transaction.read("sites", bbox=(0, 0, 1e7, 1e7))) == 5
    assert column(filled, "name") == ["after", "old", "old", "old", "old"]
    with filled.transaction() as transaction, pytest.raises(SchemaError):
        transaction.append("sites", sites(4).iloc[3:])
    assert filled.count("sites") == 5


def test_a_transaction_that_is_over_cannot_be_used(filled: Store) -> None:
    with filled.transaction() as transaction:
        pass
    for use in (
        lambda: transaction.read("sites"),
        lambda: transaction.count("sites"),
        lambda: transaction.append("sites", sites(6).iloc[5:]),
        lambda: transaction.delete("sites", where={}),
        lambda: transaction.set_info("a", "b"),
    ):
        with pytest.raises(StoreError, match="over"):
            use()
    assert filled.count("sites") == 5
