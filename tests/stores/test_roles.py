"""What roles of a database can and cannot do to a workspace."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from geo_relocation.errors import WorkspaceBusyError
from geo_relocation.store import Store, open_store
from stores.content import decisions, sites

pytestmark = pytest.mark.postgis


@pytest.fixture
def office(postgis: Store) -> Iterator[Store]:
    """A workspace with decisions, an editor who may write all, a stranger who may connect."""
    with postgis.transaction() as transaction:
        transaction.append("decisions", decisions("D1"))
    with psycopg.connect(postgis.url, autocommit=True) as connection:
        for role in ("editor", "stranger"):
            connection.execute(f"DROP ROLE IF EXISTS {role}")
            connection.execute(f"CREATE ROLE {role} LOGIN")
        connection.execute("GRANT USAGE ON SCHEMA georeloc TO editor")
        connection.execute(
            "GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA georeloc "
            "TO editor"
        )
        yield postgis
        connection.execute("DROP OWNED BY editor, stranger")
        connection.execute("DROP ROLE editor, stranger")


def as_role(store: Store, role: str) -> str:
    return store.url.replace("postgres@", f"{role}@")


@pytest.mark.parametrize("table", ["decisions", "events", "findings", "runs", "georeloc_history"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {t} SET {c} = {c}",
        "DELETE FROM {t} WHERE false",
        "TRUNCATE {t}",
        "TRUNCATE {t}, sites CASCADE",
        "INSERT INTO {t} SELECT * FROM {t} ON CONFLICT ({k}) DO UPDATE SET {c} = excluded.{c}",
        "MERGE INTO {t} t USING (SELECT 1) x ON true WHEN MATCHED THEN UPDATE SET {c} = 'x'",
    ],
)
def test_what_only_grows_only_grows(office: Store, table: str, statement: str) -> None:
    column = {"findings": "detail", "runs": "note", "georeloc_history": "actor"}.get(
        table, "ground"
    )
    key = {
        "findings": "site_id, run_id", "runs": "run_id", "georeloc_history": "sequence"
    }.get(table, f"{table[:-1]}_id")  # fmt: skip
    with psycopg.connect(as_role(office, "editor")) as connection:
        connection.execute("SET search_path = georeloc, public")
        with pytest.raises(psycopg.Error, match="append-only"):
            connection.execute(statement.format(t=table, c=column, k=key))


def test_guards_hold_in_a_session_that_replays_changes(office: Store) -> None:
    with psycopg.connect(office.url) as connection:
        connection.execute("SET session_replication_role = replica")
        with pytest.raises(psycopg.Error, match="append-only"):
            connection.execute("UPDATE georeloc.decisions SET route = 'stay'")


def test_a_role_without_rights_keeps_no_writer_out(office: Store) -> None:
    with psycopg.connect(as_role(office, "stranger")) as stranger:
        # Every advisory lock that the program could think of, and the table itself.
        stranger.execute("SELECT pg_advisory_lock(1734700914, n) FROM generate_series(-9, 9) AS n")
        stranger.execute("SELECT pg_advisory_lock(1734700914, %s)", (-1_214_096_640,))
        with pytest.raises(psycopg.errors.InsufficientPrivilege), stranger.transaction():
            stranger.execute("LOCK TABLE georeloc.georeloc_info IN EXCLUSIVE MODE")
        locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
        with psycopg.connect(office.url) as watching:
            before = watching.execute(locks).fetchone()
            with open_store(as_role(office, "editor")).transaction() as transaction:
                transaction.append("sites", sites(1))
                assert watching.execute(locks).fetchone() == before, "no advisory lock is taken"
    assert office.count("sites") == 1


def test_the_one_who_writes_is_named(office: Store) -> None:
    waiting = open_store(office.url, busy_timeout=0.2)
    with (
        open_store(as_role(office, "editor")).transaction(),
        pytest.raises(WorkspaceBusyError, match=r"Held by editor \(geo-relocation .*@") as caught,
        waiting.transaction(),
    ):
        pass
    assert "postgres (" not in str(caught.value), "the one who waits does not hold it"
