from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from geo_relocation.errors import StoreError, WorkspaceBusyError
from geo_relocation.store import Store, create_store, open_store
from geo_relocation.store.geopackage import store as geopackage_module
from stores.content import sites

# Writes new content into two layers, says so, and waits to be killed before the commit.
HALF_WAY = """
import sys, time
from geo_relocation.store import open_store
store = open_store(sys.argv[1])
with store.transaction() as transaction:
    frame = transaction.read("sites").assign(name="new")
    transaction.replace("sites", frame)
    transaction.upsert("imports", transaction.read("imports").assign(author="new"))
    transaction.delete("sites", where={"site_id": "S0001"})
    print("half-way", flush=True)
    time.sleep(60)
"""

# Replaces the whole content again and again, each time with one name on every row.
RESTLESS = """
import itertools, sys
from geo_relocation.store import open_store
store = open_store(sys.argv[1])
frame = store.read("sites")
for number in itertools.count():
    with store.transaction() as transaction:
        transaction.replace("sites", frame.assign(name=f"name {number}"))
        transaction.upsert("imports", transaction.read("imports").assign(author=f"name {number}"))
    print(number, flush=True)
"""


def run(**columns: object) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "run_id": ["R1"],
            "kind": "screen",
            "started_at": pd.Timestamp("2026-01-01T00:00:00Z"),
            "parameters": "{}",
            "input_hash": "0",
            "version": "1",
            **columns,
        }
    )


def imported(**columns: object) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "import_id": ["I1"],
            "layer": "sites",
            "file": "a.shp",
            "sha256": "0",
            "imported_at": pd.Timestamp("2026-01-01T00:00:00Z"),
            "rows_read": 1,
            "rows_accepted": 1,
            "rows_refused": 0,
            **columns,
        }
    )


@pytest.fixture
def filled(store: Store) -> Store:
    with store.transaction() as transaction:
        transaction.append("sites", sites(300, name="old"))
        transaction.append("imports", imported(author="old"))
    return store


def names(store: Store) -> list[str]:
    found = set(store.read("sites")["name"]) | set(store.read("imports")["author"])
    return sorted(found)


def start(script: str, store: Store) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, store.url], stdout=subprocess.PIPE, text=True
    )


def assert_sound(store: Store) -> None:
    """The file is whole and its spatial index knows every site."""
    assert store.count("sites") == len(store.read("sites", bbox=(0, 0, 1e7, 1e7))) == 300
    if store.url.endswith(".gpkg"):
        with closing(sqlite3.connect(store.url)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("problem", [ZeroDivisionError, KeyboardInterrupt])
def test_an_exception_undoes_everything(filled: Store, problem: type[BaseException]) -> None:
    def write_and_fail() -> None:
        with filled.transaction() as transaction:
            transaction.replace("sites", sites(3, name="new"))
            transaction.upsert("imports", imported(author="new"))
            transaction.set_info("note", "new")
            assert transaction.count("sites") == 3
            raise problem

    with pytest.raises(problem):
        write_and_fail()
    assert names(filled) == ["old"]
    assert "note" not in filled.info
    assert_sound(filled)


def test_own_changes_are_seen_inside_and_the_old_content_outside(filled: Store) -> None:
    other = open_store(filled.url)
    with filled.transaction() as transaction:
        transaction.replace("sites", sites(300, name="new"))
        assert set(transaction.read("sites")["name"]) == {"new"}
        assert transaction.count("sites", where={"name": "new"}) == 300
        assert names(filled) == names(other) == ["old"]
    assert set(other.read("sites")["name"]) == {"new"}


def test_a_big_write_does_not_keep_readers_out(filled: Store) -> None:
    """More pages change than SQLite would keep in memory by itself."""
    big = pd.DataFrame(
        {"plan_id": "P", "key": [f"{i:06d}" for i in range(60_000)], "version": 1, "unit": "x" * 99}
    )
    other = open_store(filled.url)
    with filled.transaction() as transaction:
        transaction.append("indicators", big)
        began = time.monotonic()
        assert other.count("indicators") == 0
        assert time.monotonic() - began < 5
    assert other.count("indicators") == 60_000


def test_a_second_writer_is_told_so(filled: Store) -> None:
    other = open_store(filled.url, busy_timeout=0.2)
    with filled.transaction() as transaction:
        transaction.upsert("sites", sites(1, name="first"))
        began = time.monotonic()
        with pytest.raises(WorkspaceBusyError, match="another process"), other.transaction():
            pytest.fail("two writers at once")
        assert 0.1 < time.monotonic() - began < 5
    with other.transaction() as transaction:
        transaction.upsert("sites", sites(1, name="second"))
    assert filled.read("sites")["name"][0] == "second"


def test_a_second_writer_waits_for_its_turn(filled: Store) -> None:
    other = open_store(filled.url, busy_timeout=20)
    holding = threading.Event()

    def hold() -> None:
        with filled.transaction() as transaction:
            transaction.upsert("sites", sites(1, name="first"))
            holding.set()
            time.sleep(0.5)

    thread = threading.Thread(target=hold)
    thread.start()
    assert holding.wait(20)
    with other.transaction() as transaction:
        assert transaction.read("sites")["name"][0] == "first"
        transaction.upsert("sites", sites(1, name="second"))
    thread.join()
    assert filled.read("sites")["name"][0] == "second"


def test_a_writer_killed_half_way_leaves_the_old_content(filled: Store) -> None:
    before = filled.read("sites")
    writer = start(HALF_WAY, filled)
    assert writer.stdout is not None
    assert writer.stdout.readline().strip() == "half-way"
    assert names(filled) == ["old"]
    writer.send_signal(signal.SIGKILL)
    assert writer.wait(20) == -signal.SIGKILL
    writer.stdout.close()
    assert filled.read("sites").equals(before)
    assert names(filled) == ["old"]
    assert_sound(filled)
    # And nothing stays locked.
    patient = open_store(filled.url, busy_timeout=20)
    with patient.transaction() as transaction:
        transaction.replace("sites", sites(300, name="later"))
        transaction.upsert("imports", imported(author="later"))
    assert names(filled) == ["later"]


def test_a_writer_killed_at_any_moment_leaves_one_whole_state(filled: Store) -> None:
    patient = open_store(filled.url, busy_timeout=20)
    for delay in (0.0, 0.021):
        writer = start(RESTLESS, filled)
        assert writer.stdout is not None
        for _ in range(2):
            writer.stdout.readline()
        until = time.monotonic() + delay
        while time.monotonic() < until:
            assert len(set(patient.read("sites")["name"])) == 1
        writer.kill()
        writer.wait(20)
        writer.stdout.close()
        assert len(names(filled)) == 1, "the two layers differ, or rows of one layer do"
        assert_sound(filled)


def test_a_commit_cut_off_while_pages_were_being_written_is_rolled_back(
    geopackage: Store, tmp_path: Path
) -> None:
    """A copy of file and journal taken mid-write is what a power cut leaves."""
    many = pd.concat([imported(author="old")] * 3_000).assign(
        import_id=[f"I{number:05d}" for number in range(3_000)]
    )
    with geopackage.transaction() as transaction:
        transaction.append("imports", many)
    after = tmp_path / "after.gpkg"
    with closing(sqlite3.connect(geopackage.url, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = 5")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE imports SET author = 'new', file = 'longer than before'")
        shutil.copy(geopackage.url, after)
        shutil.copy(f"{geopackage.url}-journal", f"{after}-journal")
        connection.execute("ROLLBACK")
    # The copy does hold the new content, until its journal is played back.
    assert b"longer than before" in after.read_bytes()
    recovered = open_store(str(after))
    assert set(recovered.read("imports")["author"]) == {"old"}
    assert recovered.count("imports") == 3_000


def test_a_reader_that_does_not_finish_stops_the_commit_with_a_clear_error(
    geopackage: Store,
) -> None:
    with closing(sqlite3.connect(geopackage.url, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sites").fetchone()
        with pytest.raises(WorkspaceBusyError, match="read"), geopackage.transaction() as writing:
            writing.append("sites", sites(3))
        reader.execute("ROLLBACK")
    assert geopackage.count("sites") == 0
    with geopackage.transaction() as writing:
        writing.append("sites", sites(3))


def test_a_full_disk_is_said_and_leaves_the_old_content(
    geopackage: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cramped(path: Path, timeout: float) -> sqlite3.Connection:
        connection = sqlite3.connect(path, isolation_level=None, timeout=timeout)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        return connection

    monkeypatch.setattr(geopackage_module, "connect", cramped)
    with pytest.raises(StoreError, match="full"), geopackage.transaction() as transaction:
        transaction.append("sites", sites(2_000))
    assert geopackage.count("sites") == 0


def test_a_file_that_may_only_be_read_is_read_and_not_written(geopackage: Store) -> None:
    with geopackage.transaction() as transaction:
        transaction.append("sites", sites(2))
    script = (
        "import os, sys\n"
        "from geo_relocation.errors import StoreError\n"
        "from geo_relocation.store import open_store\n"
        "store = open_store(sys.argv[1])\n"
        "with store.transaction() as transaction: pass\n"
        "os.chmod(sys.argv[1], 0o444)\n"
        "if os.geteuid() == 0: os.setuid(65534)  # root writes even where it may not\n"
        "print(store.count('sites'))\n"
        "try:\n"
        "    with store.transaction() as transaction:\n"
        "        transaction.delete('sites', where={})\n"
        "except StoreError as error: print(error)\n"
    )
    # A folder of its own: pytest's lie in one that only their owner may enter.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = shutil.copy(geopackage.url, folder)
        done = subprocess.run(
            [sys.executable, "-c", script, path], capture_output=True, text=True, check=False
        )
    assert done.stdout.startswith("2\n"), done.stderr
    assert "permissions" in done.stdout


def test_a_closed_store_refuses_to_work(filled: Store) -> None:
    filled.close()
    with pytest.raises(StoreError, match="closed"):
        filled.read("sites")
    with pytest.raises(StoreError, match="closed"), filled.transaction():
        pytest.fail("a closed store was written")


def test_many_threads_may_read_at_once(filled: Store) -> None:
    seen: list[int] = []
    threads = [
        threading.Thread(target=lambda: seen.append(len(filled.read("sites")))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [300] * 8


def test_two_workspaces_in_one_database_do_not_disturb_each_other(kind: str, store: Store) -> None:
    if kind == "geopackage":
        second = create_store(store.url.replace(".gpkg", "2.gpkg"), crs=store.crs, scheme={})
    else:
        second = create_store(f"{store.url}?schema=trial", crs=store.crs, scheme={})
    with store.transaction() as one, second.transaction() as two:
        one.append("sites", sites(1, name="one"))
        two.append("sites", sites(2, name="two"))
    assert (store.count("sites"), second.count("sites")) == (1, 2)
