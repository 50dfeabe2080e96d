from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import psycopg
import pytest
import shapely
from pyproj import CRS

from geo_relocation.errors import SchemaError, UnreachableError, WorkspaceBusyError
from geo_relocation.geo.crs import parse_crs, transform
from geo_relocation.model import schema, schemas
from geo_relocation.store import Store, create_store, open_store
from stores.content import CRS_NAME, X, Y, awkward, decisions, sites
from stores.test_transactions import run

pytestmark = pytest.mark.postgis

MISSING_SRIDS = (9205, 9209, 9210, 9216, 9217)


def ask(store: Store, question: str, *parameters: object) -> list[tuple[object, ...]]:
    with psycopg.connect(store.url) as connection:
        connection.execute("SET search_path = georeloc, public")
        return connection.execute(question, parameters).fetchall()


def test_every_append_only_layer_is_guarded(postgis: Store) -> None:
    found = ask(
        postgis,
        "SELECT tgrelid::regclass::text, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal "
        "ORDER BY 1",
    )
    growing = ["georeloc_history", *(s.name for s in schemas().values() if s.append_only)]
    # A: also in a session that says it replays another server's changes.
    assert found == [(name, "A") for name in sorted(growing)]


def test_missing_zones_of_vn2000_are_added(postgis: Store) -> None:
    found = ask(
        postgis,
        "SELECT srid, auth_name, auth_srid, srtext, proj4text FROM spatial_ref_sys "
        "WHERE srid = ANY(%s) ORDER BY srid",
        list(MISSING_SRIDS),
    )
    assert [row[0] for row in found] == list(MISSING_SRIDS)
    for srid, authority, code, text, proj_string in found:
        expected = CRS.from_epsg(int(str(srid)))
        assert (authority, code) == ("EPSG", srid)
        assert text == expected.to_wkt("WKT1_GDAL")
        assert f"+lon_0={expected.coordinate_operation.params[1].value:g} " in str(proj_string)


def test_postgis_knows_where_the_working_system_is(postgis: Store) -> None:
    """Within its own choice of operation: two, 0.8 m apart, are published for VN-2000."""
    rows = ask(
        postgis,
        "SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_Transform(ST_SetSRID(ST_MakePoint(106.7, 10.905), "
        "4326), 9210) AS p) AS t",
    )
    x, y = transform([106.7], [10.905], parse_crs(4326), postgis.crs)
    assert abs(rows[0][0] - x[0]) < 1
    assert abs(rows[0][1] - y[0]) < 1


def test_a_user_of_several_schemas_shares_the_number_of_an_own_system(
    postgis_workspace_url: str,
) -> None:
    first = CRS.from_proj4("+proj=tmerc +lat_0=0 +lon_0=106 +k=0.9999 +x_0=500000 +ellps=WGS84")
    other = CRS.from_proj4("+proj=tmerc +lat_0=0 +lon_0=107 +k=0.9999 +x_0=500000 +ellps=WGS84")
    for name, crs in (("a", first), ("b", other), ("c", first)):
        create_store(f"{postgis_workspace_url}?schema={name}", crs=crs, scheme={})
    with psycopg.connect(postgis_workspace_url) as connection:
        rows = connection.execute(
            "SELECT f_table_schema, srid FROM geometry_columns WHERE f_table_name = 'zones' "
            "ORDER BY 1"
        ).fetchall()
    assert rows == [("a", 910_000), ("b", 910_001), ("c", 910_000)]


def test_the_view_shows_each_site_with_its_latest_finding(postgis: Store) -> None:
    runs = pd.concat([run(), run()]).assign(
        run_id=["R9", "R1"], started_at=pd.to_datetime(["2026-01-01", "2026-02-01"], utc=True)
    )
    findings = pd.DataFrame(
        {
            "site_id": ["S0000", "S0000", "S0001"],
            "run_id": ["R9", "R1", "R9"],
            "verdict": ["clear", "conflict", "check"],
            "reason": ["outside", "residential", "no-zone"],
            "detail": [None, "Câu của phiên bản trước.", '{"say":"screening.no-distance"}'],
        }
    )
    with postgis.transaction() as transaction:
        transaction.append("sites", sites(3))
        transaction.append("runs", runs)
        transaction.append("findings", findings)
    found = ask(postgis, "SELECT site_id, run_id, verdict FROM sites_screened ORDER BY site_id")
    assert found == [
        ("S0000", "R1", "conflict"),
        ("S0001", "R9", "check"),
        ("S0002", None, None),
    ]
    # A code is no text to show in QGIS.
    assert ask(postgis, "SELECT detail FROM sites_screened ORDER BY site_id") == [
        ("Câu của phiên bản trước.",), (None,), (None,)
    ]  # fmt: skip
    # QGIS takes type and reference system from here.
    kind = ask(
        postgis, "SELECT type, srid FROM geometry_columns WHERE f_table_name = 'sites_screened'"
    )
    assert kind == [("GEOMETRY", 9210)]


def test_columns_are_explained(postgis: Store) -> None:
    said = ask(
        postgis,
        "SELECT col_description('sites'::regclass, attnum) FROM pg_attribute "
        "WHERE attrelid = 'sites'::regclass AND attname = 'land_m2'",
    )
    assert said == [("Diện tích đất (m²) / Land area.",)]


def test_a_box_is_looked_up_in_the_index(postgis: Store) -> None:
    with postgis.transaction() as transaction:
        transaction.append("sites", sites(5_000))
    plan = ask(
        postgis,
        f"EXPLAIN SELECT * FROM sites WHERE geometry && ST_MakeEnvelope({X}, {Y}, {X + 9}, "
        f"{Y + 9}, 9210)",
    )
    assert "sites_geometry_gist" in str(plan)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE georeloc.issues SET severity = 'dreadful'",
        "UPDATE georeloc.issues SET severity = NULL",
        "UPDATE georeloc.issues SET issue_id = 'same'",
        "UPDATE georeloc.zones SET geometry = ST_SetSRID(ST_Point(0, 0), 9210)",
        "UPDATE georeloc.zones SET geometry = ST_SetSRID(geometry, 4326)",
    ],
)
def test_the_database_itself_refuses_what_the_dictionary_forbids(
    postgis: Store, statement: str
) -> None:
    with postgis.transaction() as transaction:
        transaction.append("issues", awkward(schema("issues")))
        transaction.append("zones", awkward(schema("zones"), 3))
    with psycopg.connect(postgis.url) as connection, pytest.raises(psycopg.Error):
        connection.execute(statement)


def test_a_constraint_that_only_the_database_knows_surfaces_as_schema_error(
    postgis: Store,
) -> None:
    with psycopg.connect(postgis.url) as connection:
        connection.execute("ALTER TABLE georeloc.sites ADD CHECK (land_m2 < 100)")
    with postgis.transaction() as transaction:
        with pytest.raises(SchemaError, match="land_m2"):
            transaction.append("sites", sites(3, land_m2=[5.0, 5.0, 500.0]))
        assert transaction.count("sites") == 0
        transaction.append("sites", sites(1, land_m2=5.0))
    assert postgis.count("sites") == 1


def test_rows_that_somebody_edits_make_the_writer_wait_and_then_give_up(postgis: Store) -> None:
    with postgis.transaction() as transaction:
        transaction.append("sites", sites(2))
    with psycopg.connect(postgis.url) as editor:
        editor.execute("UPDATE georeloc.sites SET note = 'editing'")
        with pytest.raises(WorkspaceBusyError), postgis.transaction() as transaction:
            transaction.upsert("sites", sites(2, name="new"))
        editor.rollback()
    with postgis.transaction() as transaction:
        transaction.upsert("sites", sites(2, name="new"))
    assert postgis.read("sites")["name"].tolist() == ["new", "new"]


def test_a_connection_that_breaks_is_said_and_nothing_is_kept(postgis: Store) -> None:
    def write_and_be_cut_off() -> None:
        with postgis.transaction() as transaction:
            transaction.append("sites", sites(2))
            with psycopg.connect(postgis.url, autocommit=True) as other:
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            transaction.append("runs", run())

    with pytest.raises(UnreachableError, match="broke off"):
        write_and_be_cut_off()
    assert postgis.count("sites") == 0


def test_postgis_in_another_schema_is_found(postgis_url: str, postgis_workspace_url: str) -> None:
    with psycopg.connect(postgis_workspace_url) as connection:
        connection.execute("DROP EXTENSION postgis")
        connection.execute("CREATE SCHEMA gis")
        connection.execute("CREATE EXTENSION postgis SCHEMA gis")
    store = create_store(postgis_workspace_url, crs=CRS.from_epsg(9210), scheme={})
    with store.transaction() as transaction:
        transaction.append("sites", sites(2))
    assert len(store.read("sites", bbox=(X, Y, X + 1, Y + 1))) == 1


def test_both_stores_give_equal_frames(postgis: Store, geopackage: Store) -> None:
    for name, layer in schemas().items():
        frame = awkward(layer)
        read = []
        for store in (postgis, geopackage):
            with store.transaction() as transaction:
                transaction.append(name, frame)
            read.append(store.read(name))
        pd.testing.assert_frame_equal(
            pd.DataFrame(read[0]), pd.DataFrame(read[1]), check_exact=True
        )


def test_decisions_keep_their_microscopic_order(postgis: Store) -> None:
    """Rows come by key, whatever the database's own collation would say."""
    names = ["a", "B", "Á", "_", "10", "9", "đ"]
    with postgis.transaction() as transaction:
        transaction.append("decisions", decisions(*names))
    assert postgis.read("decisions")["decision_id"].tolist() == sorted(names)


def test_points_and_outlines_share_a_layer(postgis: Store) -> None:
    shapes = [shapely.Point(X, Y), shapely.box(X, Y, X + 1, Y + 1)]
    frame = gpd.GeoDataFrame({"site_id": ["a", "b"]}, geometry=shapes, crs=CRS_NAME)
    with postgis.transaction() as transaction:
        transaction.append("sites", frame)
    kinds = ask(postgis, "SELECT GeometryType(geometry) FROM sites ORDER BY site_id")
    assert kinds == [("POINT",), ("POLYGON",)]


def test_the_tests_can_start_their_server_without_being_root(postgis: Store) -> None:
    """As root, the session's own server was started through runuser; here it is not."""
    if os.geteuid() != 0:
        assert open_store(postgis.url).count("sites") == 0  # this very session is the proof
        return
    script = """
import os, pwd, psycopg
from postgis_server import Cluster, find_programs
try: psycopg.connect("postgresql://nobody@127.0.0.1:1/none")  # loads what it needs
except psycopg.OperationalError: pass
user = pwd.getpwnam("postgres")
os.setgroups([]); os.setgid(user.pw_gid); os.setuid(user.pw_uid)
cluster = Cluster(find_programs())
assert cluster.prefix == []
try:
    cluster.start()
    url = f"postgresql://postgres@127.0.0.1:{cluster.port}/postgres"
    with psycopg.connect(url) as connection:
        print(connection.execute("SELECT 'it runs'").fetchone()[0])
finally:
    cluster.stop()
"""
    beside = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, env=beside
    )
    assert done.stdout == "it runs\n", done.stderr
