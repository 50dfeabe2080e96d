"""A workspace that a stranger sends is data: nothing in it runs, and what is broken is named."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import psycopg
import pytest
from pyproj import CRS

from geo_relocation.errors import (
    DamagedWorkspaceError,
    ForeignObjectError,
    GeoRelocationError,
    SchemaError,
    StoreError,
)
from geo_relocation.model import schema, schemas
from geo_relocation.store import Handling, Store, create_store, open_store
from geo_relocation.testing import assert_layers_equal
from stores.content import awkward, sites

ENDLESS = "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r)"


def meddle(store: Store, script: str) -> None:
    """Change the file as another program would."""
    with closing(sqlite3.connect(store.url)) as connection:
        connection.executescript(script)


def ask(store: Store, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(store.url)) as connection:
        return connection.execute(question).fetchall()


def refused(store: Store, words: str) -> None:
    before = Path(store.url).read_bytes()
    with pytest.raises(ForeignObjectError, match=words):
        open_store(store.url)
    assert Path(store.url).read_bytes() == before


def test_a_new_workspace_has_nothing_foreign(geopackage: Store) -> None:
    assert geopackage.foreign == ()
    with geopackage.transaction() as transaction:
        for name, layer in schemas().items():
            transaction.append(name, awkward(layer))
    assert open_store(geopackage.url).foreign == ()


@pytest.mark.parametrize("crs", [32632, 3857], ids=str)
def test_nor_has_one_in_another_reference_system(tmp_path: Path, crs: int) -> None:
    made = create_store(str(tmp_path / "a.gpkg"), crs=CRS.from_epsg(crs), scheme={})
    assert open_store(made.url).foreign == ()


TRIGGERS = {
    "rewrites": "CREATE TRIGGER help AFTER INSERT ON runs BEGIN UPDATE sites SET name = 'x'; END",
    "swallows": "CREATE TRIGGER help BEFORE INSERT ON runs BEGIN SELECT RAISE(IGNORE); END",
    "on the index": "CREATE TRIGGER help AFTER DELETE ON rtree_sites_geometry_node "
    "BEGIN UPDATE sites SET name = 'x'; END",
    "on the contents": "CREATE TRIGGER help AFTER UPDATE ON gpkg_contents "
    "BEGIN UPDATE sites SET name = 'x'; END",
    "on the facts": "CREATE TRIGGER help AFTER UPDATE ON georeloc_info "
    "BEGIN UPDATE sites SET name = 'x'; END",
    "under a name of the index": "CREATE TRIGGER rtree_sites_geometry_insert2 AFTER INSERT ON runs "
    "BEGIN UPDATE sites SET name = 'x'; END",
    "an odd name": 'CREATE TRIGGER "a on b" AFTER INSERT ON runs '
    "BEGIN UPDATE sites SET name = 'x'; END",
    "as if it kept the index": "CREATE TRIGGER help AFTER INSERT ON sites "
    "BEGIN DELETE FROM rtree_sites_geometry WHERE id IN(SELECT fid FROM sites); END",
    "in place of a guard": "DROP TRIGGER decisions_no_update; CREATE TRIGGER decisions_no_update "
    "BEFORE INSERT ON decisions BEGIN SELECT RAISE(IGNORE); END",
}


@pytest.mark.parametrize("name", TRIGGERS)
def test_a_foreign_trigger_does_not_fire_and_is_named_and_kept(
    geopackage: Store, name: str
) -> None:
    meddle(geopackage, TRIGGERS[name])
    triggers = "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    before = ask(geopackage, triggers)
    for store in (geopackage, open_store(geopackage.url)):
        (found,) = (one for one in store.foreign if one.handling is Handling.SWITCHED_OFF)
        assert "trigger" in str(found)
        assert "switched off" in str(found)
    layers = {name: awkward(schema(name), 3) for name in ("sites", "runs", "decisions")}
    names = layers["sites"]["name"].tolist()
    with geopackage.transaction() as transaction:
        transaction.set_info("note", "x")
        for layer, frame in layers.items():
            transaction.append(layer, frame)
        transaction.delete("sites", where={"site_id": "no such"})
    assert {layer: geopackage.count(layer) for layer in layers} == dict.fromkeys(layers, 3)
    stored = geopackage.read("sites").set_index("site_id")["name"]
    assert stored.reindex(layers["sites"]["site_id"]).tolist() == names
    assert ask(geopackage, triggers) == before


def test_a_write_that_fails_leaves_a_foreign_trigger_where_it_was(geopackage: Store) -> None:
    meddle(geopackage, TRIGGERS["rewrites"])
    with pytest.raises(SchemaError), geopackage.transaction() as transaction:
        transaction.append("runs", awkward(schema("runs"), 1).assign(seconds=float("inf")))
    assert ask(geopackage, "SELECT count(*) FROM sqlite_master WHERE name = 'help'") == [(1,)]


STANDING_IN = {
    "a view of facts": (
        (
            "ALTER TABLE georeloc_info RENAME TO gi; CREATE VIEW georeloc_info AS "
            f"{ENDLESS} SELECT 'k' || i AS key, 'v' AS value FROM r"
        ),
        "",
    ),
    "an endless view": (
        f"ALTER TABLE runs RENAME TO r0; CREATE VIEW runs AS {ENDLESS} SELECT r0.* FROM r0, r",
        "runs is a view",
    ),
    "a view with a trigger": (
        (
            "ALTER TABLE gpkg_contents RENAME TO gc; "
            "CREATE VIEW gpkg_contents AS SELECT * FROM gc; "
            "CREATE TRIGGER help INSTEAD OF UPDATE ON gpkg_contents BEGIN DELETE FROM sites; END"
        ),
        "gpkg_contents is a view",
    ),
    "another kind of table": (
        "DROP TABLE roads; CREATE VIRTUAL TABLE roads USING fts5(road_id)",
        "roads is another kind",
    ),
    "a lost table": ("DROP TABLE lots", "lots is missing"),
    "a lost index": ("DROP TABLE rtree_lots_geometry", "rtree_lots_geometry is missing"),
    "a lost column": ("ALTER TABLE roads DROP COLUMN name", r"roads\.name is missing"),
    "a lost key": (
        (
            "CREATE TABLE x AS SELECT * FROM indicators; DROP TABLE indicators; "
            "ALTER TABLE x RENAME TO indicators"
        ),
        "indicators is not unique",
    ),
    "a column that computes": (
        "ALTER TABLE runs ADD COLUMN more TEXT GENERATED ALWAYS AS (upper(note)) VIRTUAL",
        "runs has a rule|runs.more is not ours",
    ),
    "another default": (
        (
            "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = "
            "replace(sql, '\"note\" TEXT', '\"note\" TEXT DEFAULT ''x''') WHERE name = 'runs'"
        ),
        r"runs\.note was redefined",
    ),
    "rows that vanish": (
        (
            "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, "
            "'\"note\" TEXT', '\"note\" TEXT NOT NULL ON CONFLICT IGNORE') WHERE name = 'runs'"
        ),
        r"runs has a rule of its own \(ON CONFLICT\)",
    ),
    "another system": (
        "UPDATE gpkg_geometry_columns SET srs_id = 4326 WHERE table_name = 'zones'",
        "zones is declared in reference system 4326, not 9210",
    ),
}


@pytest.mark.parametrize("name", STANDING_IN)
@pytest.mark.timeout(30)
def test_what_stands_in_for_our_own_tables_is_refused(geopackage: Store, name: str) -> None:
    script, words = STANDING_IN[name]
    meddle(geopackage, script)
    if words:
        refused(geopackage, words)
    else:
        with pytest.raises(StoreError):
            open_store(geopackage.url)


@pytest.mark.timeout(30)
def test_it_is_noticed_in_a_workspace_that_is_open(geopackage: Store) -> None:
    assert geopackage.count("runs") == 0
    meddle(geopackage, STANDING_IN["an endless view"][0])
    for use in (
        lambda: geopackage.read("runs"),
        lambda: geopackage.count("sites"),
        lambda: geopackage.transaction().__enter__(),
    ):
        with pytest.raises(ForeignObjectError, match="runs is a view"):
            use()


def test_what_cannot_act_is_left_alone_and_named_unless_it_is_usual(geopackage: Store) -> None:
    meddle(
        geopackage,
        "CREATE TABLE layer_styles (id INTEGER); CREATE TABLE gpkg_metadata (id INTEGER);"
        "CREATE TABLE gpkg_ogr_contents (table_name TEXT PRIMARY KEY, feature_count INTEGER);"
        'CREATE TRIGGER "trigger_insert_feature_count_sites" AFTER INSERT ON "sites" BEGIN '
        "UPDATE gpkg_ogr_contents SET feature_count = feature_count + 1 WHERE lower(table_name) = "
        "lower('sites'); END;"
        "INSERT INTO gpkg_ogr_contents VALUES ('sites', 0);"
        "CREATE TABLE mine (id INTEGER); CREATE VIEW many AS SELECT * FROM sites;"
        "CREATE INDEX by_name ON sites (name); ALTER TABLE sites ADD COLUMN extra TEXT",
    )
    store = open_store(geopackage.url)
    assert {one.name for one in store.foreign} == {"mine", "many", "by_name", "sites.extra"}
    assert {one.handling for one in store.foreign} == {Handling.LEFT_ALONE}
    with store.transaction() as transaction:
        transaction.append("sites", sites(3))
    assert_layers_equal(store.read("sites"), schema("sites").conform(sites(3), crs=store.crs))
    assert ask(store, "SELECT feature_count FROM gpkg_ogr_contents") == [(3,)]


def test_a_guard_that_is_missing_is_named(geopackage: Store) -> None:
    meddle(geopackage, "DROP TRIGGER decisions_no_update")
    (found,) = open_store(geopackage.url).foreign
    assert "decisions_no_update on decisions is missing" in str(found)


def test_layers_that_qgis_keeps_beside_ours_are_usual(geopackage: Store) -> None:
    """A layer that GDAL adds, with its spatial index and bookkeeping."""
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=gpd.points_from_xy([1], [1]), crs=9210)
    frame.to_file(geopackage.url, layer="sketch", driver="GPKG", engine="pyogrio")
    assert [one.name for one in open_store(geopackage.url).foreign] == ["sketch"]


# What stands in the rows, on both stores


def force(store: Store, statement: str) -> None:
    """Run SQL past all guards."""
    if store.url.endswith(".gpkg"):
        with closing(sqlite3.connect(store.url)) as connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            ).fetchall():
                connection.execute(f'DROP TRIGGER "{name}"')
            connection.execute(statement)
            connection.commit()
        return
    with psycopg.connect(store.url) as connection:
        connection.execute("SET search_path = georeloc, public")
        for table in ("findings", "georeloc_info"):
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        connection.execute(statement)


@pytest.mark.parametrize("value", ["EPSG:99", "", "EPSG:4326", "{", "9" * 5000])
def test_a_reference_system_that_cannot_be_used(store: Store, value: str) -> None:
    force(store, f"UPDATE georeloc_info SET value = '{value}' WHERE key = 'crs'")
    with pytest.raises(DamagedWorkspaceError, match="reference system"):
        open_store(store.url)


def test_a_reference_system_that_is_missing(store: Store) -> None:
    force(store, "DELETE FROM georeloc_info WHERE key = 'crs'")
    with pytest.raises(DamagedWorkspaceError, match="does not state its reference system"):
        open_store(store.url)


NO_OBJECT = ["{", "null", "[]", '"text"', "[" * 100_000]
BROKEN = {
    ("runs", "parameters"): NO_OBJECT,
    ("findings", "shares"): [*NO_OBJECT, '{"a": NaN}', '{"a": {}}', '{"a": 1' + "0" * 5000 + "}"],
    ("decisions", "triggers"): ["{", "null", "{}", "[1]", '[{"id": "a"}]', "[" * 100_000],
    ("assignments", "alternatives"): ["{", "{}", "[{}]", '[{"park_id": 1}]'],
}


@pytest.mark.parametrize(("layer", "column"), BROKEN)
def test_broken_json_is_named_when_it_is_read(geopackage: Store, layer: str, column: str) -> None:
    with geopackage.transaction() as transaction:
        transaction.append(layer, awkward(schema(layer), 2))
    for value in BROKEN[layer, column]:
        force(geopackage, f"UPDATE {layer} SET {column} = '{value}'")
        with pytest.raises(DamagedWorkspaceError, match=f"'{column}' of '{layer}'"):
            geopackage.read(layer)


@pytest.mark.postgis
def test_broken_json_is_named_in_a_database_too(postgis: Store) -> None:
    with postgis.transaction() as transaction:
        transaction.append("findings", awkward(schema("findings"), 2))
    force(postgis, "UPDATE findings SET shares = '{'")
    with pytest.raises(DamagedWorkspaceError, match="'shares' of 'findings'"):
        postgis.read("findings")


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE findings SET verdict = 'fine'", "verdict.*Allowed"),
        ("UPDATE findings SET residential_share = 9e999", "finite"),
        ("UPDATE zones SET geometry = x'00'", "geometry"),
        ("UPDATE zones SET geometry = 'text'", "geometry"),
        ("UPDATE zones SET geometry = substr(geometry, 1, 60)", "geometry"),
        ("UPDATE zones SET geometry = (SELECT geometry FROM roads)", "holds polygons"),
        ("UPDATE sites SET name = x'ff00'", "name|UTF-8"),
    ],
)
def test_other_values_that_the_dictionary_does_not_allow(
    geopackage: Store, statement: str, words: str
) -> None:
    with geopackage.transaction() as transaction:
        for layer in ("findings", "zones", "roads", "sites"):
            transaction.append(layer, awkward(schema(layer), 4))
    force(geopackage, statement)
    read: Callable[[], object] = lambda: geopackage.read(statement.split()[1])  # noqa: E731
    with pytest.raises(GeoRelocationError, match=words):
        read()


ACTING = {
    "trigger": """
        CREATE FUNCTION georeloc.clear() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN NEW.verdict := 'clear'; RETURN NEW; END $$;
        CREATE TRIGGER help BEFORE INSERT ON georeloc.findings
        FOR EACH ROW EXECUTE FUNCTION georeloc.clear()""",
    "rule": "CREATE RULE help AS ON INSERT TO georeloc.events DO INSTEAD NOTHING",
    "guard": "ALTER TABLE georeloc.decisions DISABLE TRIGGER decisions_append_only",
    "lost": "DROP TRIGGER decisions_append_only ON georeloc.decisions",
}


@pytest.mark.postgis
@pytest.mark.parametrize(
    ("act", "words"),
    [
        ("trigger", "the trigger help on findings"),
        ("rule", "the rule help on events"),
        ("guard", "nothing keeps decisions"),
        ("lost", "nothing keeps decisions"),
    ],
)
def test_what_acts_in_a_database_is_named(postgis, run, act, words):
    assert postgis.foreign == ()
    with psycopg.connect(postgis.url, autocommit=True) as connection:
        connection.execute(ACTING[act])
    (found,) = open_store(postgis.url).foreign
    assert found.handling is Handling.IN_FORCE
    assert words in str(found)
    done = run("check", "foreign-objects", "--json", workspace=postgis.url)
    assert words in done.out
    assert words in done.err


@pytest.mark.postgis
def test_a_view_in_place_of_a_table_is_refused_in_a_database_too(postgis):
    with psycopg.connect(postgis.url, autocommit=True) as connection:
        connection.execute(
            "ALTER TABLE georeloc.lots RENAME TO lots_before;"
            "CREATE VIEW georeloc.lots AS SELECT * FROM georeloc.lots_before"
        )
    with pytest.raises(ForeignObjectError, match="lots is a view"):
        open_store(postgis.url)
