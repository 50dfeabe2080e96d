from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import psycopg
import pytest
from pyproj import CRS

from geo_relocation.errors import (
    FileMissingError,
    GeoRelocationError,
    NewerSchemaError,
    NotAWorkspaceError,
    StoreError,
    UnreachableError,
    UsageError,
)
from geo_relocation.geo.crs import to_metres
from geo_relocation.store import SCHEMA_VERSION, Store, create_store, open_store
from geo_relocation.testing import assert_layers_equal
from stores.conftest import SCHEME
from stores.content import sites

VN2000 = CRS.from_epsg(9210)


def metric_twin_of_feet() -> CRS:
    """A CRS that no authority has a code for."""
    feet = gpd.GeoDataFrame(geometry=gpd.points_from_xy([6e6], [2e6]), crs="EPSG:2227")
    return CRS(to_metres(feet).crs)


def test_a_new_workspace_says_what_it_is(store: Store) -> None:
    info = store.info
    assert info["schema_version"] == str(SCHEMA_VERSION)
    assert json.loads(info["scheme"]) == SCHEME
    assert "Thuận An" in info["scheme"], "readable as it stands"
    assert info["crs"] == "EPSG:9210"
    assert info["created_at"].endswith("+00:00")
    assert info["version"]
    assert store.crs == VN2000
    assert isinstance(store, Store)


def test_creating_and_opening_again(new_url: str) -> None:
    made = create_store(new_url, crs=VN2000, scheme=SCHEME)
    again = open_store(new_url)
    assert again.info == made.info
    assert again.url == new_url


@pytest.mark.parametrize(
    "crs",
    [
        CRS.from_epsg(32632),
        CRS.from_epsg(2227),
        CRS.from_authority("ESRI", 102100),
        metric_twin_of_feet(),
    ],
    ids=["UTM", "feet", "ESRI", "own"],
)
def test_any_projected_reference_system_is_kept(new_url: str, crs: CRS) -> None:
    create_store(new_url, crs=crs, scheme={})
    store = open_store(new_url)
    assert store.crs == crs
    frame = sites(2).set_crs(crs, allow_override=True)
    with store.transaction() as transaction:
        transaction.append("sites", frame)
    assert_layers_equal(store.read("sites")[["site_id", "geometry"]], frame)


def test_degrees_are_no_working_reference_system(new_url: str) -> None:
    with pytest.raises(UsageError, match="not a projected"):
        create_store(new_url, crs=CRS.from_epsg(4326), scheme={})


def test_a_workspace_that_is_there_is_never_overwritten(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.append("sites", sites(3))
    with pytest.raises(UsageError, match="already and is left as it is"):
        create_store(store.url, crs=VN2000, scheme={})
    assert store.count("sites") == 3


def test_a_newer_layout_is_left_alone(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.set_info("schema_version", str(SCHEMA_VERSION + 1))
    with pytest.raises(
        NewerSchemaError, match=rf"version {SCHEMA_VERSION + 1}.*up to {SCHEMA_VERSION}.*Update"
    ):
        open_store(store.url)
    with store.transaction() as transaction:
        transaction.set_info("schema_version", "soon")
    with pytest.raises(NotAWorkspaceError, match="soon"):
        open_store(store.url)


@pytest.mark.parametrize("url", ["mysql://me@here/db", "http://example.org/a.gpkg"])
def test_other_kinds_of_address_are_refused(url: str) -> None:
    with pytest.raises(UsageError, match="not an address"):
        open_store(url)
    with pytest.raises(UsageError, match="not an address"):
        create_store(url, crs=VN2000, scheme={})


# Files


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileMissingError, match="init"):
        open_store(str(tmp_path / "none.gpkg"))


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(FileMissingError, match="folder"):
        create_store(str(tmp_path / "none" / "a.gpkg"), crs=VN2000, scheme={})


def test_a_file_that_is_no_geopackage(tmp_path: Path) -> None:
    for name, content in (("a.gpkg", b"hello"), ("b.gpkg", b""), ("c.gpkg", b"\0" * 5000)):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(NotAWorkspaceError, match="not a GeoPackage"):
            open_store(str(path))
        with pytest.raises(UsageError, match="already"):
            create_store(str(path), crs=VN2000, scheme={})
        assert path.read_bytes() == content
    with pytest.raises(NotAWorkspaceError, match="folder"):
        open_store(str(tmp_path))


def test_a_geopackage_that_is_no_workspace(tmp_path: Path) -> None:
    path = tmp_path / "layer.gpkg"
    sites(2).to_file(path, layer="sites", driver="GPKG")
    with pytest.raises(NotAWorkspaceError, match=r"not a workspace.*import"):
        open_store(str(path))


def test_a_damaged_file(geopackage: Store) -> None:
    with geopackage.transaction() as transaction:
        transaction.append("sites", sites(2_000))
    path = Path(geopackage.url)
    whole = bytearray(path.read_bytes())
    whole[4096 * 3 : -4096] = b"\xff" * (len(whole) - 4096 * 4)
    path.write_bytes(whole)
    with pytest.raises(StoreError, match=r"damaged|backup"):
        open_store(geopackage.url).read("sites")


def test_another_extension_is_refused_for_a_new_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.gpkg"):
        create_store(str(tmp_path / "workspace.db"), crs=VN2000, scheme={})


def test_a_failed_creation_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        create_store(str(tmp_path / "a.gpkg"), crs=VN2000, scheme={"x": float("nan")})
    assert list(tmp_path.iterdir()) == []


def test_a_new_file_has_the_rights_of_any_new_file(geopackage: Store, tmp_path: Path) -> None:
    ordinary = tmp_path / "ordinary"
    ordinary.touch()
    assert Path(geopackage.url).stat().st_mode == ordinary.stat().st_mode
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ordinary", "workspace.gpkg"]


def test_a_path_with_blanks_accents_and_signs(tmp_path: Path) -> None:
    folder = tmp_path / "Bình Dương #1 100% ?"
    folder.mkdir()
    made = create_store(str(folder / "đề án.gpkg"), crs=VN2000, scheme={})
    with made.transaction() as transaction:
        transaction.append("sites", sites(1))
    moved = tmp_path / "moved.gpkg"
    shutil.move(made.url, moved)
    assert open_store(str(moved)).count("sites") == 1


def test_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    create_store("here.gpkg", crs=VN2000, scheme={})
    assert open_store("here.gpkg").count("sites") == 0
    assert [path.name for path in tmp_path.iterdir()] == ["here.gpkg"]


def test_a_workspace_without_its_facts(geopackage: Store) -> None:
    with closing(sqlite3.connect(geopackage.url)) as connection:
        connection.execute("DELETE FROM georeloc_info")
        connection.commit()
    with pytest.raises(NotAWorkspaceError, match="no schema version"):
        open_store(geopackage.url)


# Databases


def test_a_server_that_is_not_there() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"postgresql://me:s3cret@127.0.0.1:{port}/db"
    for attempt in (lambda: open_store(url), lambda: create_store(url, crs=VN2000, scheme={})):
        with pytest.raises(UnreachableError, match="refused") as caught:
            attempt()
        assert "s3cret" not in str(caught.value)
        assert "Check host" in str(caught.value)


def test_a_server_that_does_not_answer() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        began = time.monotonic()
        with pytest.raises(UnreachableError):
            open_store(f"postgresql://me@127.0.0.1:{silent.getsockname()[1]}/db")
        assert time.monotonic() - began < 8


@pytest.mark.postgis
def test_a_database_that_is_not_there(postgis_url: str) -> None:
    with pytest.raises(UnreachableError, match="does not exist"):
        open_store(f"{postgis_url}/nowhere")


@pytest.mark.postgis
def test_a_database_without_workspace(postgis_workspace_url: str) -> None:
    with pytest.raises(NotAWorkspaceError, match=r"georeloc.*init"):
        open_store(postgis_workspace_url)
    with pytest.raises(NotAWorkspaceError, match="trial"):
        open_store(f"{postgis_workspace_url}?schema=trial")


@pytest.mark.postgis
def test_no_error_ever_shows_the_password(postgis: Store) -> None:
    with_password = postgis.url.replace("postgres@", "postgres:s3cret%40word@")
    store = open_store(with_password, busy_timeout=0.1)
    assert "s3cret" not in store.url + repr(store) + repr(vars(store))
    said = []
    for attempt in (
        lambda: create_store(with_password, crs=VN2000, scheme={}),
        lambda: open_store(with_password + "?schema=none"),
        lambda: open_store(with_password + "x"),
        lambda: open_store(with_password + "?sslmode=require"),
        lambda: open_store(with_password + "?nonsense=1"),
        lambda: open_store(with_password.replace("@127.0.0.1:", "@127.0.0.1:99")),
    ):
        with pytest.raises(GeoRelocationError) as caught:
            attempt()
        said.append(str(caught.value) + repr(caught.value.__cause__))
    assert [text for text in said if "s3cret" in text] == []


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://me@host", "names no database"),
        ("postgresql://me@host/a/b", "cannot be read"),
        ("postgresql://me:s3cret@host:port/db", "cannot be read"),
        ("postgresql://host/db?schema=Robert');DROP", "a schema that cannot be one"),
        ("postgresql://host/db?schema=pg_catalog", "a schema that cannot be one"),
        ("postgresql://host/db?schema=", "names|schema|reached"),
    ],
)
def test_addresses_that_are_none(url: str, words: str) -> None:
    with pytest.raises(GeoRelocationError, match=words) as caught:
        open_store(url)
    assert "s3cret" not in str(caught.value)


@pytest.mark.postgis
def test_postgis_that_cannot_be_switched_on(postgis_url: str) -> None:
    """Somebody who may not make extensions, in a database without PostGIS."""
    with psycopg.connect(f"{postgis_url}/postgres", autocommit=True) as connection:
        connection.execute("CREATE ROLE plain LOGIN")
        connection.execute("CREATE DATABASE bare OWNER plain")
        url = postgis_url.replace("postgres@", "plain@") + "/bare"
        # A trusted extension, its owner may make it; so make it one that nobody may.
        with pytest.raises(StoreError, match=r"no PostGIS.*administrator"):
            create_store(url, crs=VN2000, scheme={})
        with psycopg.connect(f"{postgis_url}/bare") as bare:
            found = bare.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'georeloc'")
            assert found.fetchone() is None, "nothing may be left of a failed creation"
        connection.execute("DROP DATABASE bare")
        connection.execute("DROP ROLE plain")


@pytest.mark.postgis
def test_a_plain_user_can_make_a_workspace_where_the_system_is_known(
    postgis_workspace_url: str, postgis_url: str
) -> None:
    name = postgis_workspace_url.rsplit("/", 1)[1]
    with psycopg.connect(postgis_workspace_url, autocommit=True) as connection:
        connection.execute("CREATE ROLE planner LOGIN")
        connection.execute(f"GRANT CREATE ON DATABASE {name} TO planner")
        url = postgis_workspace_url.replace("postgres@", "planner@")
        with pytest.raises(StoreError, match=r"TM-3 105-45.*administrator"):
            create_store(url, crs=VN2000, scheme={})
        store = create_store(url, crs=CRS.from_epsg(32648), scheme={})
        with store.transaction() as transaction:
            transaction.append("sites", sites(2).set_crs(32648, allow_override=True))
        assert store.count("sites") == 2
        connection.execute("DROP OWNED BY planner")
        connection.execute("DROP ROLE planner")


@pytest.mark.postgis
def test_a_schema_with_other_tables_is_left_alone(postgis_workspace_url: str) -> None:
    with psycopg.connect(postgis_workspace_url) as connection:
        connection.execute("CREATE SCHEMA georeloc CREATE TABLE sites (name text)")
    with pytest.raises(UsageError, match="other tables of the same names: sites"):
        create_store(postgis_workspace_url, crs=VN2000, scheme={})


@pytest.mark.postgis
def test_tables_of_the_same_name_elsewhere_do_not_matter(postgis_workspace_url: str) -> None:
    with psycopg.connect(postgis_workspace_url) as connection:
        connection.execute("CREATE TABLE public.sites (name text)")
        connection.execute("CREATE TABLE public.alembic_version (version_num text)")
        connection.execute("INSERT INTO public.alembic_version VALUES ('other program')")
    store = create_store(postgis_workspace_url, crs=VN2000, scheme={})
    assert store.count("sites") == 0


@pytest.mark.postgis
def test_the_server_ran_as_somebody_unprivileged(postgis_url: str) -> None:
    """PostgreSQL refuses to run as root, also when the tests do."""
    with psycopg.connect(f"{postgis_url}/postgres") as connection:
        row = connection.execute("SELECT current_setting('data_directory')").fetchone()
        fsync = connection.execute("SHOW fsync").fetchone()
    assert row is not None
    owner = os.stat(row[0]).st_uid  # noqa: PTH116 - the folder cannot be entered, only looked at
    assert owner != 0
    assert fsync == ("off",)
