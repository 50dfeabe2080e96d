"""A file that another program holds: it is waited for, told, and nothing is changed."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from geo_relocation.errors import WorkspaceBusyError
from geo_relocation.store import Store, open_store
from stores.content import sites

HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute(sys.argv[2])
if sys.argv[2] == "BEGIN":
    connection.execute("SELECT count(*) FROM sites").fetchone()
print("held", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
print("free", flush=True)
sys.stdin.read()
"""
READER, WRITER, ALONE = "BEGIN", "BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"


@contextmanager
def held(path: str, how: str) -> Iterator[subprocess.Popen[bytes]]:
    """Another process holds the file until the block ends."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, path, how], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        try:
            yield other
        finally:
            other.stdin.close()


def put_mode(url: str, mode: str) -> None:
    with closing(sqlite3.connect(url)) as connection:
        assert connection.execute(f"PRAGMA journal_mode = {mode}").fetchone() == (mode,)


def write_one(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.append("sites", sites(1))


@pytest.mark.parametrize("mode", ["delete", "wal"])
@pytest.mark.parametrize("how", [READER, WRITER, ALONE])
def test_a_write_waits_names_the_holder_and_changes_nothing(
    geopackage: Store, mode: str, how: str
) -> None:
    put_mode(geopackage.url, mode)
    with held(geopackage.url, how) as other:
        if (mode, how) == ("wal", READER):
            write_one(geopackage)  # in this mode a reader is in nobody's way
            assert geopackage.count("sites") == 1
            return
        began = time.monotonic()
        with pytest.raises(WorkspaceBusyError, match=r"over 0\.3 s; nothing was changed") as error:
            write_one(geopackage)
        assert 0.2 < time.monotonic() - began < 10
        assert f"(process {other.pid})" in str(error.value)
    assert geopackage.count("sites") == 0
    write_one(geopackage)
    assert geopackage.count("sites") == 1


@pytest.mark.parametrize("mode", ["delete", "wal"])
@pytest.mark.parametrize("how", [READER, WRITER, ALONE])
def test_reading_and_opening_wait_for_whoever_has_the_file_alone(
    geopackage: Store, mode: str, how: str
) -> None:
    put_mode(geopackage.url, mode)
    with held(geopackage.url, how) as other:
        for question in (
            lambda: geopackage.count("sites"),
            lambda: geopackage.info,
            lambda: open_store(geopackage.url, busy_timeout=0.2),
        ):
            if (mode, how) != ("delete", ALONE):
                question()
                continue
            with pytest.raises(WorkspaceBusyError, match="nothing was changed") as error:
                question()
            assert f"(process {other.pid})" in str(error.value)
    assert geopackage.count("sites") == 0


@pytest.mark.parametrize("how", [READER, WRITER, ALONE])
def test_what_is_waited_for_is_told_once_and_done_when_the_file_is_free(
    geopackage: Store, how: str
) -> None:
    with held(geopackage.url, how) as other:
        told: list[str] = []

        def release(words: str) -> None:
            told.append(words)
            assert other.stdin is not None
            other.stdin.write(b"\n")
            other.stdin.flush()

        patient = open_store(geopackage.url, busy_timeout=60, tell=release)
        write_one(patient)
        assert patient.count("sites") == 1
    (words,) = told
    assert "waiting for up to 60 s" in words
    assert f"(process {other.pid})" in words


@pytest.mark.parametrize("how", [READER, WRITER, ALONE])
def test_a_command_waits_as_long_as_is_set_and_says_so(
    geopackage: Store, how: str, run: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEORELOC_WAIT_SECONDS", "1.2")
    rule = Path(geopackage.url).with_name("xa.csv")
    rule.write_text("site_id,name,x,y\nS1,Xưởng,600000,1220000\n", "utf-8")
    before = Path(geopackage.url).read_bytes()
    arguments = ("import", "sites", str(rule), "--crs", "EPSG:9210")
    with held(geopackage.url, how) as other:
        done = run(*arguments, workspace=geopackage.url)  # type: ignore[operator]
        assert done.code != 0, done.out
        assert "note:" in done.err
        assert "waiting for up to 1.2 s" in " ".join(done.err.split())
        assert f"process {other.pid}" in done.err
        assert "nothing was changed" in " ".join(done.err.split())
        assert Path(geopackage.url).read_bytes() == before
    assert run(*arguments, workspace=geopackage.url).code == 0  # type: ignore[operator]
    assert geopackage.count("sites") == 1
