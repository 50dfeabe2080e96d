"""The chain over what must not be rewritten: whoever changes it past this program is found out."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pandas as pd
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_relocation.model import schema
from geo_relocation.store import Store
from geo_relocation.store.frames import canonical
from geo_relocation.store.history import MEMBER_BY, content_hash
from stores.content import awkward, decisions, frames
from stores.test_round_trip import Undo
from stores.test_transactions import run

Tamper = Callable[..., None]
GUARDED = (
    "runs", "run_events", "findings", "decisions", "events", "approvals", "georeloc_history"
)  # fmt: skip


@pytest.fixture
def tamper(store: Store, kind: str) -> Tamper:
    """SQL past the program, by somebody who first takes the guards off."""

    def file(*statements: str) -> None:
        with closing(sqlite3.connect(store.url)) as connection:
            names = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_no_%'"
            ).fetchall()
            for (name,) in names:
                connection.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    def database(*statements: str) -> None:
        with psycopg.connect(store.url) as connection:
            connection.execute("SET search_path = georeloc, public")
            for table in GUARDED:
                connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            for statement in statements:
                connection.execute(statement)

    return file if kind == "geopackage" else database


def findings(run_id: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "site_id": ["S1", "S2"],
            "run_id": run_id,
            "verdict": "conflict",
            "reason": "residential",
            "residential_share": [1.0, 1 / 3],
        }
    )


@pytest.fixture
def told(store: Store) -> Store:
    store.actor = "Trần Thị B"
    for name in ("R1", "R2"):
        with store.transaction() as transaction:
            transaction.append("findings", findings(name))
            transaction.append("runs", run(run_id=[name]))
    with store.transaction() as transaction:
        transaction.append("decisions", decisions("D1", "D2"))
    with store.transaction() as transaction:
        transaction.append("decisions", decisions("D3"))
    assert store.check_history().first_break is None
    return store


def test_every_write_adds_a_link(told: Store) -> None:
    found = told.check_history()
    assert found.links == 6
    assert found.head == told.info["history_head"]
    assert found.head.startswith("6:")


def test_nothing_written_is_a_chain_that_holds(store: Store) -> None:
    assert store.check_history().first_break is None


@pytest.mark.parametrize(
    ("statement", "link", "words"),
    [
        ("UPDATE findings SET verdict = 'clear' WHERE run_id = 'R2'", 3, "findings.*R2.*Trần Thị"),
        ("UPDATE findings SET residential_share = residential_share + 1e-15", 1, "other values"),
        ("UPDATE decisions SET route = 'stay' WHERE decision_id = 'D2'", 5, "decisions"),
        ("UPDATE decisions SET author = 'Chủ tịch' WHERE decision_id = 'D3'", 6, "decisions"),
        ("UPDATE runs SET input_hash = '1' WHERE run_id = 'R1'", 2, "runs"),
        ("DELETE FROM decisions WHERE decision_id = 'D1'", 5, r"were 2 row.*are 1"),
        ("DELETE FROM findings", 1, r"are 0"),
        ("UPDATE georeloc_history SET actor = 'x' WHERE sequence = 3", 3, "itself was changed"),
        ("DELETE FROM georeloc_history WHERE sequence = 3", 4, "Link 3 is missing"),
        ("DELETE FROM georeloc_history WHERE sequence = 6", 5, "removed or added"),
        ("UPDATE decisions SET sequence = 6 WHERE decision_id = 'D2'", 5, "decisions"),
    ],
)
def test_a_change_past_the_program_is_named(
    told: Store, tamper: Tamper, statement: str, link: int, words: str
) -> None:
    tamper(statement)
    found = told.check_history().first_break
    assert found is not None
    assert found.link is not None
    assert found.link.sequence == link
    assert pd.Series([str(found.what)]).str.contains(words, regex=True).all(), found.what


def test_rows_added_past_the_program_are_named(told: Store, tamper: Tamper) -> None:
    columns = ", ".join(
        f'"{name}"'
        for name in schema("decisions").columns
        if name not in ("decision_id", "sequence")
    )
    tamper(
        f"INSERT INTO decisions (decision_id, {columns}) SELECT 'forged', {columns} "
        "FROM decisions WHERE decision_id = 'D1'"
    )
    found = told.check_history().first_break
    assert found is not None
    assert "1 row of decisions has no link" in str(found.what)
    assert "forged" in str(found.what)


def test_plans_that_the_program_changes_itself_hold(store: Store) -> None:
    plan = awkward(schema("assignments")).assign(plan_id="P1").drop_duplicates("site_id")
    with store.transaction() as transaction:
        transaction.append("assignments", plan.head(3))
    with store.transaction() as transaction:
        transaction.upsert("assignments", plan.head(4))
        transaction.delete("assignments", where={"site_id": plan["site_id"].iloc[0]})
    found = store.check_history()
    assert found.first_break is None
    assert found.links == 2


def test_a_step_that_failed_leaves_no_link(told: Store) -> None:
    with told.transaction() as transaction:
        with pytest.raises(Exception, match="D1"):
            transaction.append("decisions", decisions("D1"))
        transaction.append("decisions", decisions("D4"))
    assert told.check_history().first_break is None
    assert told.check_history().links == 7


@pytest.mark.parametrize("layer", ["decisions", "findings"])
def test_what_is_hashed_is_what_is_read(store: Store, layer: str) -> None:
    """Any frame: the hash of the rows on their way in is that of the rows read."""

    @settings(max_examples=10, deadline=None)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        frame = data.draw(frames(schema(layer)))
        ready = canonical(schema(layer), frame, store.crs)

        with contextlib.suppress(Undo), store.transaction() as transaction:
            transaction.append(layer, frame)
            kept = transaction.read(layer)
            raise Undo
        if "sequence" in ready and len(ready):
            ready = ready.assign(sequence=kept["sequence"].iloc[0])
        assert content_hash(schema(layer), ready) == content_hash(schema(layer), kept)

    check()


@pytest.mark.postgis
def test_both_stores_hash_alike(postgis: Store, geopackage: Store) -> None:
    for layer in MEMBER_BY:
        frame = awkward(schema(layer))
        found = []
        for store in (postgis, geopackage):
            with store.transaction() as transaction:
                transaction.append(layer, frame)
            found.append(content_hash(schema(layer), store.read(layer)))
        assert found[0] == found[1]


FIXED = "d32fbcd20c3cdaaa4f0bdf3481a52dcd2c5637778c48790c9965f20ee38d9704"


def test_the_form_is_fixed() -> None:
    """Old chains have to hold in later versions: when this fails, they no longer would."""
    rows = schema("findings").conform(findings("R1"))
    assert content_hash(schema("findings"), rows) == FIXED
    assert content_hash(schema("findings"), rows.iloc[::-1]) == FIXED


def test_the_command(told: Store, tamper: Tamper, run: Any) -> None:
    done = run("check", "--history", "--json", workspace=told.url)
    assert done.code == 0
    assert done.json["holds"]
    assert done.json["head"] == told.info["history_head"]
    tamper("UPDATE findings SET verdict = 'clear'")
    done = run("check", "--history", "--json", workspace=told.url)
    assert done.code == 1
    assert done.json["link"]["member"] == "R1"


def test_a_link_that_holds_bytes_was_changed(told: Store, tamper: Tamper) -> None:
    if told.url.startswith("postgresql"):
        pytest.skip("a database lets no bytes into a column of text")
    tamper("UPDATE georeloc_history SET actor = x'00ff' WHERE sequence = 3")
    found = told.check_history().first_break
    assert found is not None
    assert "itself was changed" in str(found.what)
