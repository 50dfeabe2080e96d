from __future__ import annotations

import sqlite3
from contextlib import closing

import numpy as np
import pyogrio
import pytest
import shapely
from pyproj import CRS

from geo_relocation.errors import SchemaError, StoreError
from geo_relocation.model import schema, schemas
from geo_relocation.store import Store, create_store
from geo_relocation.store.geopackage import blobs
from stores.content import CRS_NAME, X, Y, awkward, sites


@pytest.fixture
def full(geopackage: Store) -> Store:
    """A workspace with awkward rows in every layer."""
    with geopackage.transaction() as transaction:
        for name, layer in schemas().items():
            transaction.append(name, awkward(layer))
    return geopackage


def ask(store: Store, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(store.url)) as connection:
        return connection.execute(question).fetchall()


def test_it_is_a_geopackage_of_version_1_2(geopackage: Store) -> None:
    assert ask(geopackage, "PRAGMA application_id") == [(int.from_bytes(b"GPKG", "big"),)]
    assert ask(geopackage, "PRAGMA user_version") == [(10200,)]
    assert ask(geopackage, "PRAGMA foreign_key_check") == []
    assert ask(geopackage, "PRAGMA journal_mode") == [("delete",)]


def test_every_layer_is_listed_with_its_vietnamese_name(geopackage: Store) -> None:
    found = ask(geopackage, "SELECT table_name, identifier, data_type FROM gpkg_contents")
    expected = [
        (layer.name, layer.vi, "features" if layer.geometry else "attributes")
        for layer in schemas().values()
    ]
    assert sorted(found) == sorted(expected)


def test_gdal_opens_every_layer_without_a_warning(full: Store) -> None:
    # Warnings are errors in this suite, and pyogrio turns GDAL's warnings into Python's.
    listed = dict(pyogrio.list_layers(full.url))
    assert set(listed) == set(schemas())
    for name, layer in schemas().items():
        info = pyogrio.read_info(full.url, layer=name, force_feature_count=True)
        assert info["features"] == full.count(name) == 12
        assert list(info["fields"]) == [a.name for a in layer.fields]
        assert info["fid_column"] == "fid"
        if layer.geometry is None:
            assert listed[name] is None
            continue
        assert CRS.from_user_input(info["crs"]) == full.crs
        frame = pyogrio.read_dataframe(full.url, layer=name).sort_values(list(layer.key))
        ours = full.read(name)
        theirs = shapely.to_wkb(frame.geometry.to_numpy())
        assert sorted(map(str, theirs)) == sorted(map(str, shapely.to_wkb(ours.geometry.array)))


def test_gdal_reads_dates_booleans_and_instants_as_such(full: Store) -> None:
    fields = {
        name: dict(zip(info["fields"], info["dtypes"], strict=True))
        for name in ("sites", "decisions")
        for info in [pyogrio.read_info(full.url, layer=name)]
    }
    assert fields["sites"]["lease_end"] == "datetime64[D]"
    assert fields["sites"]["env_breach"] == "bool"
    assert fields["sites"]["workers"] == "int64"
    assert fields["decisions"]["decided_at"].startswith("datetime64[ms")


def test_gdal_filters_by_the_spatial_index(geopackage: Store) -> None:
    with geopackage.transaction() as transaction:
        transaction.append("sites", sites(200))
        transaction.delete("sites", where={"site_id": "S0001"})
    box = (X + 60, Y + 1, X + 230, Y + 2)
    found = pyogrio.read_dataframe(geopackage.url, layer="sites", bbox=box)
    assert found["site_id"].tolist() == ["S0002"]


def test_the_extent_and_time_of_the_last_change_are_noted(geopackage: Store) -> None:
    before = ask(geopackage, "SELECT last_change FROM gpkg_contents WHERE table_name = 'zones'")
    with geopackage.transaction() as transaction:
        transaction.append("sites", sites(3))
    extent = "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = 'sites'"
    found = np.array(ask(geopackage, extent)[0], dtype=float)
    # The index keeps single precision, rounded outwards.
    assert np.allclose(found, [X, Y, X + 250, Y + 50], atol=0.2)
    after = ask(geopackage, "SELECT last_change FROM gpkg_contents WHERE table_name = 'zones'")
    assert before == after
    with geopackage.transaction() as transaction:
        transaction.delete("sites", where={})
    assert ask(geopackage, extent) == [(None, None, None, None)]


def test_columns_and_enum_values_are_explained(geopackage: Store) -> None:
    title = "SELECT title FROM gpkg_data_columns WHERE table_name='sites' AND column_name='land_m2'"
    assert ask(geopackage, title) == [("Diện tích đất (m²)",)]
    words = (
        "SELECT value, c.description FROM gpkg_data_columns JOIN gpkg_data_column_constraints c "
        "USING (constraint_name) WHERE table_name = 'findings' AND column_name = 'verdict'"
    )
    assert dict(ask(geopackage, words))["conflict"] == "Xung đột quy hoạch"


def test_every_table_has_its_key_checks_and_required_columns(geopackage: Store) -> None:
    for name, layer in schemas().items():
        columns = {
            row[1]: (row[2], bool(row[3])) for row in ask(geopackage, f"PRAGMA table_info({name})")
        }
        assert list(columns) == ["fid", *layer.columns]
        assert [a.name for a in layer.attributes if a.required] == [
            column for column, (_, needed) in columns.items() if needed and column != "fid"
        ]
        definition = ask(geopackage, f"SELECT sql FROM sqlite_master WHERE name = '{name}'")[0][0]
        assert str(definition).count("CHECK") == sum(a.enum is not None for a in layer.fields)
        assert "UNIQUE" in str(definition)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO runs (run_id, kind) VALUES ('R', 'screen')",
        "INSERT INTO issues SELECT * FROM issues",
        "UPDATE issues SET severity = 'dreadful'",
        "UPDATE issues SET severity = NULL",
    ],
)
def test_the_file_itself_refuses_what_the_dictionary_forbids(full: Store, statement: str) -> None:
    with (
        closing(sqlite3.connect(full.url)) as connection,
        pytest.raises(sqlite3.IntegrityError, match=r"NOT NULL|UNIQUE|CHECK"),
    ):
        connection.execute(statement)


def test_a_constraint_that_only_the_file_knows_surfaces_as_schema_error(full: Store) -> None:
    with closing(sqlite3.connect(full.url)) as connection:
        connection.execute("CREATE UNIQUE INDEX one_file ON imports (file) WHERE file = 'same'")
        connection.commit()
    imports = awkward(schema("imports"), 3).assign(file="same", import_id=["x", "y", "z"])
    with full.transaction() as transaction:
        with pytest.raises(SchemaError, match=r"imports\.file"):
            transaction.append("imports", imports)
        assert transaction.count("imports") == 12, "the first row went in before the second failed"
        transaction.append("imports", imports.iloc[:1])
    assert full.count("imports") == 13


def test_row_numbers_are_kept_and_never_given_twice(geopackage: Store) -> None:
    """QGIS remembers features by them."""

    def numbers() -> dict[str, int]:
        return dict(ask(geopackage, "SELECT site_id, fid FROM sites"))

    with geopackage.transaction() as transaction:
        transaction.append("sites", sites(3))
    first = numbers()
    with geopackage.transaction() as transaction:
        transaction.upsert("sites", sites(5, name="new"))
    second = numbers()
    assert {site: second[site] for site in first} == first
    with geopackage.transaction() as transaction:
        transaction.delete("sites", where={"site_id": ["S0003", "S0004"]})
        transaction.append("sites", sites(6).iloc[5:])
        transaction.replace("sites", sites(2))
    assert min(numbers().values()) > max(second.values())


def test_what_another_program_wrote_wrongly_is_named(full: Store) -> None:
    with closing(sqlite3.connect(full.url)) as connection:
        connection.execute("UPDATE scenarios SET seconds = 'a while'")
        connection.commit()
    with pytest.raises(StoreError, match=r"'seconds' of 'scenarios'.*real"):
        full.read("scenarios")


def test_the_spatial_index_survives_a_transaction_that_fails(geopackage: Store) -> None:
    triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    before = ask(geopackage, triggers)
    with geopackage.transaction() as transaction:
        transaction.append("sites", sites(3))
    assert ask(geopackage, triggers) == before
    with pytest.raises(SchemaError), geopackage.transaction() as transaction:
        transaction.append("sites", sites(3))
    assert ask(geopackage, triggers) == before


def test_a_reference_system_without_code_gets_a_number_of_its_own(geopackage: Store) -> None:
    own = CRS.from_proj4("+proj=tmerc +lat_0=0 +lon_0=106 +k=0.9999 +x_0=500000 +ellps=WGS84")
    url = geopackage.url.replace("workspace", "own")
    store = create_store(url, crs=own, scheme={})
    rows = ask(store, "SELECT srs_id, organization FROM gpkg_spatial_ref_sys ORDER BY srs_id")
    assert rows == [(-1, "NONE"), (0, "NONE"), (4326, "EPSG"), (100_000, "NONE")]
    with store.transaction() as transaction:
        transaction.append("sites", sites(1).set_crs(own, allow_override=True))
    info = pyogrio.read_info(url, layer="sites")
    assert (
        CRS.from_user_input(info["crs"]).coordinate_operation
        == CRS(own.to_wkt("WKT1_GDAL")).coordinate_operation
    )


def test_blobs_of_other_programs_are_read() -> None:
    point = shapely.Point(1, 2)
    body = shapely.to_wkb(point)
    boxes = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
    for code, size in boxes.items():
        header = b"GP\0" + bytes([code << 1 | 1]) + (9210).to_bytes(4, "little") + b"\0" * size
        assert blobs.decode([header + body, None], schema("sites"))[0] == point
    big_endian = b"GP\0\0" + (9210).to_bytes(4, "big") + shapely.to_wkb(point, byte_order=0)
    assert blobs.decode([big_endian], schema("sites"))[0] == point


def test_blobs_carry_their_bounds() -> None:
    shape = shapely.box(1, 2, 3, 4)
    blob = blobs.encode(np.array([shape, None], dtype=object), 9210)
    assert blob[1] is None
    assert blob[0] is not None
    assert blob[0][:8] == b"GP\0\x03" + (9210).to_bytes(4, "little")
    assert np.frombuffer(blob[0][8:40], dtype="<f8").tolist() == [1, 3, 2, 4]


def test_geometry_of_a_layer_is_named_as_gdal_names_it(geopackage: Store) -> None:
    kinds = dict(
        ask(geopackage, "SELECT table_name, geometry_type_name FROM gpkg_geometry_columns")
    )
    assert kinds == {
        "admin_units": "MULTIPOLYGON",
        "zones": "MULTIPOLYGON",
        "sites": "GEOMETRY",
        "parks": "GEOMETRY",
        "lots": "MULTIPOLYGON",
        "roads": "MULTILINESTRING",
    }
    assert CRS_NAME == "EPSG:9210"
