"""Workspaces of every earlier layout open, once migrated, with all that they held."""

from __future__ import annotations

import gzip
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import psycopg
import pytest
from pyproj import CRS

import geo_relocation
from geo_relocation.errors import OlderSchemaError, StoreError, UsageError
from geo_relocation.model import schemas
from geo_relocation.store import SCHEMA_VERSION, create_store, migrate_store, open_store

LAYOUTS = Path(__file__).parent / "layouts"
EARLIER = sorted(int(path.stem) for path in LAYOUTS.glob("*.json"))


def unpack_file(version: int, folder: Path) -> str:
    path = folder / "đề án.gpkg"
    path.write_bytes(gzip.decompress((LAYOUTS / f"{version}.gpkg.gz").read_bytes()))
    return str(path)


def unpack_database(version: int, url: str) -> str:
    # A workspace in another schema makes the reference system known.
    create_store(f"{url}?schema=other", crs=CRS.from_epsg(9210), scheme={})
    with psycopg.connect(url) as connection:
        connection.execute("DROP SCHEMA other CASCADE")
        connection.execute(gzip.decompress((LAYOUTS / f"{version}.sql.gz").read_bytes()))
    return url


@pytest.fixture(params=EARLIER)
def version(request: pytest.FixtureRequest) -> int:
    found: int = request.param
    return found


@pytest.fixture
def first(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a workspace of the first layout."""
    if kind == "geopackage":
        return unpack_file(1, tmp_path)
    return unpack_database(1, request.getfixturevalue("postgis_workspace_url"))


@pytest.fixture
def old(kind: str, version: int, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a workspace of an earlier layout."""
    if kind == "geopackage":
        return unpack_file(version, tmp_path)
    return unpack_database(version, request.getfixturevalue("postgis_workspace_url"))


def rows(frame: pd.DataFrame, *columns: str) -> list[list[Any]]:
    chosen = frame[list(columns)]
    plain = chosen.astype(object).where(chosen.notna(), None)
    return [
        [str(value) if isinstance(value, pd.Timestamp) else value for value in row]
        for row in plain.to_numpy().tolist()
    ]


def test_every_version_before_this_one_is_kept() -> None:
    assert list(range(1, SCHEMA_VERSION)) == EARLIER


def test_an_old_layout_says_so_and_how_to_migrate(old: str, version: int) -> None:
    with pytest.raises(OlderSchemaError, match=rf"{version}; now {SCHEMA_VERSION}.*migrate"):
        open_store(old)


def test_a_migrated_workspace_holds_what_it_held(old: str, version: int) -> None:
    expected = json.loads((LAYOUTS / f"{version}.json").read_text("utf-8"))
    done = migrate_store(old, actor="Trần Thị B")
    assert (done.before, done.after) == (version, SCHEMA_VERSION)
    with geo_relocation.open(old) as ws:
        for layer, count in expected["counts"].items():
            assert ws.store.count(layer) == count, layer
        assert {kind: ws.latest_run(kind) for kind in expected["latest"]} == expected["latest"]
        assert expected["findings"] == rows(
            ws.read("findings"),
            *("site_id", "run_id", "verdict", "reason", "residential_share", "housing_distance_m"),
        )
        assert expected["decisions"] == rows(
            ws.decisions.current_decisions(), "site_id", "decision_id", "route", "batch", "deadline"
        )
        assert expected["plan"] == rows(
            ws.read("assignments"),
            *("plan_id", "site_id", "park_id", "phase", "cost_km", "reason_code"),
        )
        columns = expected["costs"]["columns"]
        costs = {(plan, site): values for plan, site, *values in expected["costs"]["rows"]}
        found = pd.concat(ws.plan_assignments(plan) for plan in sorted({plan for plan, _ in costs}))
        assert expected["costs"]["rows"] == rows(found, "plan_id", "site_id", *columns)
        assert rows(ws.read("cost_terms"), "plan_id", "site_id", "term", "value", "unit") == sorted(
            [plan, site, column.removeprefix("cost_"), value, "km"]
            for (plan, site), values in costs.items()
            for column, value in zip(columns, values, strict=True)
            if value
        )
        assert ws.store.check_history().first_break is None
        assert expected["scenarios"] == rows(
            ws.read("scenarios"), "plan_id", "scenario", "status", "placed", "unplaced", "cost"
        )
        assert expected["list"] == rows(ws.list.list_as_of(), "site_id", "state", "event_id")
        assert ws.explain(expected["decisions"][0][0]).text
        assert ws.override(expected["decisions"][1][0], "stay", ground="x", author="y") is not None
    with pytest.raises(UsageError, match="already"):
        migrate_store(old)


def execute(url: str, statement: str) -> None:
    """Run SQL past the program."""
    if url.startswith("postgresql"):
        with psycopg.connect(url, options="-c search_path=georeloc,public") as connection:
            connection.execute(statement)
        return
    with closing(sqlite3.connect(url)) as connection:
        connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE assignments SET cost_rent = 1 WHERE site_id = 'S0145'", "other values"),
        ("UPDATE assignments SET cost_wish = NULL WHERE site_id = 'S0145'", "other values"),
        ("DELETE FROM assignments WHERE site_id = 'S0145'", "there were"),
    ],
)
def test_a_migration_covers_up_no_change(
    old: str, version: int, statement: str, words: str
) -> None:
    """What the columns that went held was changed past the program: the old link still says so."""
    if version >= 4 and "cost_" in statement:  # from then on costs are rows
        row = "site_id = 'S0145' AND term = 'distance'"
        statement = f"UPDATE cost_terms SET value = 1 WHERE {row}"
    execute(old, statement)
    migrate_store(old)
    found = open_store(old).check_history().first_break
    if version == 1:  # whose chain begins with the migration
        assert found is None
        return
    assert found is not None
    assert found.link is not None
    assert found.link.layer in {"assignments", "cost_terms"}
    assert words in str(found.what)


def layout_of_file(path: str) -> dict[str, list[str]]:
    with closing(sqlite3.connect(path)) as connection:
        found = {"tables": "SELECT type, name, tbl_name, sql FROM sqlite_master"}
        for table in (
            *("gpkg_extensions", "gpkg_geometry_columns", "gpkg_data_columns"),
            "gpkg_data_column_constraints",
        ):
            found[table] = f"SELECT * FROM {table}"
        found["contents"] = "SELECT table_name, data_type, identifier, srs_id FROM gpkg_contents"
        answers = {name: connection.execute(sql).fetchall() for name, sql in found.items()}
    return {name: sorted(map(str, answer)) for name, answer in answers.items()}


def test_a_migrated_file_has_the_layout_of_a_new_one(version: int, tmp_path: Path) -> None:
    """When this fails, the dictionary has changed: name it in the last step of the list."""
    old, new = unpack_file(version, tmp_path), str(tmp_path / "new.gpkg")
    create_store(new, crs=CRS.from_epsg(9210), scheme={})
    migrate_store(old)
    assert layout_of_file(old) == layout_of_file(new)


CATALOGUE = {
    "columns": "SELECT table_name, ordinal_position, column_name, is_nullable, column_default, "
    "collation_name FROM information_schema.columns WHERE table_schema = %s",
    "types": "SELECT c.relname, attname, format_type(atttypid, atttypmod) FROM pg_attribute "
    "JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = %s::regnamespace AND relkind = 'r' "
    "AND attnum > 0 AND NOT attisdropped",
    "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) "
    "FROM pg_constraint WHERE connamespace = %s::regnamespace",
    "indexes": "SELECT tablename, indexname, split_part(indexdef, ' USING ', 2) FROM pg_indexes "
    "WHERE schemaname = %s",
}
GUARDS = (
    "SELECT tgrelid::regclass::text, tgname, tgenabled, pg_get_triggerdef(oid) FROM pg_trigger "
    "WHERE NOT tgisinternal AND tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = "
    "%s::regnamespace)"
)
VIEWS = "SELECT viewname, definition FROM pg_views WHERE schemaname = %s"
COMMENTS = (
    "SELECT c.relname, d.description FROM pg_description d JOIN pg_class c ON c.oid = d.objoid "
    "WHERE relnamespace = %s::regnamespace"
)


@pytest.mark.postgis
def test_a_migrated_schema_has_the_layout_of_a_new_one(
    version: int, postgis_workspace_url: str
) -> None:
    """When this fails, the dictionary has changed: name it in the last step of the list."""
    old = unpack_database(version, postgis_workspace_url)
    migrate_store(old)
    create_store(f"{old}?schema=today", crs=CRS.from_epsg(9210), scheme={})
    # Columns that a migration adds come last; nobody reads them by their place.
    columns = CATALOGUE["columns"].replace("ordinal_position, ", "")
    questions = CATALOGUE | {
        "columns": columns, "guards": GUARDS, "views": VIEWS, "comments": COMMENTS
    }  # fmt: skip
    with psycopg.connect(old) as connection:
        for what, question in questions.items():
            found = {}
            for name in ("georeloc", "today"):
                connection.execute(f"SET search_path = {name}, public")
                answer = connection.execute(question, (name,)).fetchall()
                found[name] = sorted(str(row).replace(f"{name}.", "") for row in answer)
            assert found["georeloc"] == found["today"], what
            assert found["today"]


def test_a_copy_of_the_file_stays_beside_it(version: int, tmp_path: Path) -> None:
    old = unpack_file(version, tmp_path)
    before = Path(old).read_bytes()
    copy = migrate_store(old).copy
    assert copy == tmp_path / f"đề án-layout-{version}.gpkg"
    # The same content; SQLite's own counter of changes may differ.
    assert copy.read_bytes()[100:] == before[100:]
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [f"đề án-layout-{version}.gpkg", "đề án.gpkg"]
    # A copy that is there is never overwritten.
    Path(old).write_bytes(before)
    assert migrate_store(old).copy == tmp_path / f"đề án-layout-{version}-2.gpkg"


def test_a_migration_that_fails_leaves_the_old_layout(
    old: str, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from geo_relocation.store.history import Chain

    def fail(*_: object) -> None:
        raise StoreError("no more")

    monkeypatch.setattr(Chain, "finish", fail)
    with pytest.raises(StoreError, match="no more"):
        migrate_store(old)
    monkeypatch.undo()
    with pytest.raises(OlderSchemaError):
        open_store(old)
    assert migrate_store(old).after == SCHEMA_VERSION


_SLOW = """
import sys, time
from geo_relocation.store import migrate_store
from geo_relocation.store.history import Chain
finish = Chain.finish
def slow(*given):
    finish(*given)
    print("ready", flush=True)
    time.sleep(60)
Chain.finish = slow
migrate_store(sys.argv[1])
"""


def test_a_killed_migration_leaves_the_old_layout(old: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _SLOW, old], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGKILL)
    time.sleep(0.5)  # until the server has noticed
    with pytest.raises(OlderSchemaError):
        open_store(old)
    assert migrate_store(old).after == SCHEMA_VERSION


def test_rows_keep_their_order_in_time(first: str) -> None:
    """What was there shares one number; what comes later has a higher one."""
    migrate_store(first)
    store = open_store(first)
    for layer in ("decisions", "events", "runs"):
        found = store.read(layer)["sequence"]
        assert found.notna().all()
        assert (found == found.iloc[0]).all()
    before = int(store.read("decisions")["sequence"].max())
    more = store.read("decisions").head(1).assign(decision_id="later")
    with store.transaction() as transaction:
        transaction.append("decisions", more)
    after = store.read("decisions", where={"decision_id": "later"})["sequence"]
    assert int(after.iloc[0]) > before


def test_old_findings_know_of_parks_only_where_the_place_is_exact(first: str) -> None:
    migrate_store(first)
    found = open_store(first).read("findings")
    exact = found["accuracy_m"] == 0
    assert 0 < exact.sum() < len(found)
    held = found["park_id"].notna()[exact]
    assert (found["in_park"][exact] == held).all()
    assert (found["park_probability"][exact] == held).all()
    assert found.loc[~exact, ["in_park", "park_probability"]].isna().all(axis=None)


def test_numbers_of_removed_rows_are_not_given_again(version: int, tmp_path: Path) -> None:
    old = unpack_file(version, tmp_path)
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("UPDATE sqlite_sequence SET seq = 900 WHERE name = 'runs'")
        connection.commit()
    migrate_store(old)
    store = open_store(old)
    with store.transaction() as transaction:
        transaction.append("runs", store.read("runs").head(1).assign(run_id="new"))
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("SELECT fid FROM runs WHERE run_id = 'new'").fetchone() == (901,)


def test_a_folder_that_takes_no_copy(version: int, tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    old = unpack_file(version, folder)
    # A name so long that no copy beside it can have one.
    long = folder / ("ă" * 124 + ".gpkg")
    os.rename(old, long)  # noqa: PTH104
    before = long.read_bytes()
    with pytest.raises(StoreError, match=r"copied|written"):
        migrate_store(str(long))
    assert long.read_bytes() == before
    assert [path.name for path in folder.iterdir()] == [long.name]


@pytest.mark.postgis
def test_a_role_that_may_not_change_tables_is_told(postgis_workspace_url: str) -> None:
    old = unpack_database(1, postgis_workspace_url)
    with psycopg.connect(old, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS clerk")
        connection.execute("CREATE ROLE clerk LOGIN")
        try:
            connection.execute("GRANT USAGE ON SCHEMA georeloc TO clerk")
            connection.execute("GRANT ALL ON ALL TABLES IN SCHEMA georeloc TO clerk")
            with pytest.raises(StoreError, match="does not allow"):
                migrate_store(old.replace("postgres@", "clerk@"))
        finally:
            connection.execute("DROP OWNED BY clerk")
            connection.execute("DROP ROLE clerk")
    with pytest.raises(OlderSchemaError):
        open_store(old)


@pytest.mark.postgis
def test_a_view_on_a_column_that_goes_is_named(postgis_workspace_url: str) -> None:
    old = unpack_database(3, postgis_workspace_url)
    view = "CREATE VIEW georeloc.dear AS SELECT site_id, cost_rent FROM georeloc.assignments"
    execute(old, view)
    with pytest.raises(StoreError, match=r"cost_rent.*(?s:.)*view (georeloc\.)?dear depends"):
        migrate_store(old)
    with pytest.raises(OlderSchemaError):
        open_store(old)
    execute(old, "DROP VIEW georeloc.dear")
    assert migrate_store(old).after == SCHEMA_VERSION


def test_the_command(version: int, tmp_path: Path, run: Any) -> None:
    old = unpack_file(version, tmp_path)
    refused = run("runs", "--json", workspace=old)
    assert refused.code == 1
    assert json.loads(refused.err)["error"] == "older-schema"
    done = run("migrate", "--json", workspace=old)
    assert done.code == 0, done.err
    assert done.json["layout"] == SCHEMA_VERSION
    assert Path(done.json["copy"]).exists()
    assert run("runs", workspace=old).code == 0


def test_layers_are_named_that_exist() -> None:
    from geo_relocation.store.migrations import STEPS

    assert [step.version for step in STEPS] == list(range(2, SCHEMA_VERSION + 1))
    for step in STEPS:
        for layer, column in (*step.columns, *step.values):
            assert column in schemas()[layer].columns
        for layer, column in step.retired:
            assert column not in schemas()[layer].columns
