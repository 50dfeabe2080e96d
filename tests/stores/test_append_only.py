from __future__ import annotations

import sqlite3
from contextlib import closing

import psycopg
import pytest

from geo_relocation.errors import AppendOnlyError, SchemaError
from geo_relocation.model import schemas
from geo_relocation.store import Store
from stores.content import decisions

GROWING = [name for name, layer in schemas().items() if layer.append_only]


@pytest.fixture
def decided(store: Store) -> Store:
    with store.transaction() as transaction:
        transaction.append("decisions", decisions("D1", "D2"))
    return store


def test_decisions_and_events_only_grow() -> None:
    assert GROWING == ["runs", "run_events", "findings", "decisions", "events", "approvals"]


def test_rows_can_be_added_in_later_transactions(decided: Store) -> None:
    with decided.transaction() as transaction:
        transaction.append("decisions", decisions("D0"))
    assert decided.read("decisions")["decision_id"].tolist() == ["D0", "D1", "D2"]


def test_the_same_decision_cannot_be_added_again(decided: Store) -> None:
    with pytest.raises(SchemaError, match="D2"), decided.transaction() as transaction:
        transaction.append("decisions", decisions("D2"))


def test_replace_upsert_and_delete_are_refused(decided: Store) -> None:
    for layer in GROWING:
        empty = decided.read(layer).iloc[:0]
        with decided.transaction() as transaction:
            for attempt in (
                lambda: transaction.replace(layer, empty),  # noqa: B023 - called at once
                lambda: transaction.upsert(layer, empty),  # noqa: B023
                lambda: transaction.delete(layer, where={}),  # noqa: B023
            ):
                with pytest.raises(AppendOnlyError, match=layer):
                    attempt()
    assert decided.count("decisions") == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE decisions SET author = 'someone else'",
        "UPDATE decisions SET fid = 99 WHERE decision_id = 'D1'",
        "DELETE FROM decisions WHERE decision_id = 'D1'",
        "DELETE FROM decisions",
        "INSERT OR REPLACE INTO decisions SELECT * FROM decisions WHERE decision_id = 'D1'",
        (
            "REPLACE INTO decisions (fid, decision_id, site_id, run_id, ruleset, ruleset_version, "
            "ruleset_hash, decided_at, route, triggers, input_hash, author) SELECT fid, 'X', "
            "site_id, run_id, ruleset, ruleset_version, ruleset_hash, decided_at, route, triggers, "
            "input_hash, author FROM decisions"
        ),
    ],
)
def test_sqlite_itself_refuses(geopackage: Store, statement: str) -> None:
    with geopackage.transaction() as transaction:
        transaction.append("decisions", decisions("D1", "D2"))
    with (
        closing(sqlite3.connect(geopackage.url)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        connection.execute(statement)
    assert geopackage.read("decisions")["author"].tolist() == ["test", "test"]


@pytest.mark.postgis
def test_postgresql_itself_refuses(postgis: Store) -> None:
    with postgis.transaction() as transaction:
        transaction.append("decisions", decisions("D1", "D2"))
    for statement in (
        "UPDATE georeloc.decisions SET author = 'someone else'",
        "DELETE FROM georeloc.decisions WHERE decision_id = 'D1'",
        "TRUNCATE georeloc.decisions",
        (
            "INSERT INTO georeloc.decisions SELECT * FROM georeloc.decisions "
            "ON CONFLICT (decision_id) DO UPDATE SET author = 'someone else'"
        ),
    ):
        with (
            psycopg.connect(postgis.url) as connection,
            pytest.raises(psycopg.Error, match="append-only"),
        ):
            connection.execute(statement)
    assert postgis.read("decisions")["author"].tolist() == ["test", "test"]
