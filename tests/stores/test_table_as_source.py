"""A table of a database comes in like a file, is not written, and its password is not said."""

from __future__ import annotations

import psycopg
import pytest

import geo_relocation as gr
from geo_relocation.errors import GeoRelocationError

pytestmark = pytest.mark.postgis

MADE = """
CREATE SCHEMA "quy hoạch";
CREATE TABLE "quy hoạch".vung (
    id int PRIMARY KEY, "MaLoaiDat" text, dien_tich numeric(12, 2), geom geometry(Polygon, 9210)
);
INSERT INTO spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text)
    VALUES (9210, 'EPSG', 9210, '', '+proj=tmerc +lon_0=105.75') ON CONFLICT DO NOTHING;
INSERT INTO "quy hoạch".vung VALUES
    (1, 'ODT', 10000, ST_MakeEnvelope(600000, 1210000, 600100, 1210100, 9210)),
    (2, 'SKC', NULL, ST_MakeEnvelope(600200, 1210000, 600300, 1210100, 9210));
CREATE TABLE public.dau_vet (luc timestamptz);
CREATE FUNCTION public.ghi() RETURNS int LANGUAGE sql VOLATILE
    AS 'INSERT INTO public.dau_vet VALUES (now()); SELECT 1';
CREATE VIEW public.viet AS SELECT v.*, public.ghi() AS n FROM "quy hoạch".vung v;
"""


@pytest.fixture
def database(postgis_workspace_url):
    with psycopg.connect(postgis_workspace_url, autocommit=True) as connection:
        connection.execute(MADE)
    return postgis_workspace_url


@pytest.fixture
def workspace(tmp_path):
    with gr.create(str(tmp_path / "w.gpkg")) as made:
        yield made


def test_a_table_comes_in_like_a_file(database, workspace):
    source = f"{database}?table=quy%20hoạch.vung"
    report = workspace.imports.import_layer(
        "zones", source, code_system="vn-2024", mapping={"zone_id": "id"}
    )
    zones = workspace.read("zones").set_index("zone_id")
    assert zones["category"].to_dict() == {"1": "residential", "2": "industrial"}
    assert zones.geometry["1"].bounds == (600000, 1210000, 600100, 1210100)
    assert report.summary()["file"] == "quy hoạch.vung"
    again = workspace.imports.import_layer(
        "zones", source, code_system="vn-2024", mapping={"zone_id": "id"}
    )
    assert again.nothing_changed
    only = workspace.imports.import_layer(
        "zones", source, code_system="vn-2024", mapping={"zone_id": "id"}, where="id = 2",
        dry_run=True,
    )  # fmt: skip
    assert only.prepared.rows_read == 1


def test_a_view_that_writes_is_refused_and_wrote_nothing(database, workspace):
    with pytest.raises(GeoRelocationError):
        workspace.imports.import_layer("zones", f"{database}?table=viet", code_system="vn-2024")
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM dau_vet").fetchone() == (0,)


@pytest.mark.parametrize(
    "source",
    [
        "postgresql://u:s3cr3t@/x#y@127.0.0.1:1/d?table=a.b",
        "postgresql://u:s3cr3t@127.0.0.1:1/d?table=a.b",
        "postgresql://u:s3cr3t@127.0.0.1:1/d",
        "postgresql://u:s3cr3t@127.0.0.1:1/d?table=a.b.c",
        "postgresql:/u:s3cr3t@127.0.0.1/d?table=a.b",
    ],
)
def test_no_message_says_a_password(source, workspace, run):
    with pytest.raises(GeoRelocationError) as caught:
        workspace.imports.import_layer("zones", source)
    assert "s3cr3t" not in str(caught.value)
    said = run("import", "zones", source, workspace=workspace.store.url)
    assert said.code != 0
    assert "s3cr3t" not in said.out + said.err


def test_a_table_that_is_not_there_is_named(database, workspace):
    with pytest.raises(GeoRelocationError, match=r"'public\.nothing'"):
        workspace.imports.import_layer("zones", f"{database}?table=nothing")
