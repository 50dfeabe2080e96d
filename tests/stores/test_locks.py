"""A file that another program holds: who it is, and nothing is changed."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from geo_relocation.errors import WorkspaceBusyError
from geo_relocation.store import Store
from stores.content import sites

HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_who_holds_the_file_is_named_and_nothing_is_changed(geopackage: Store, mode: str) -> None:
    with closing(sqlite3.connect(geopackage.url)) as connection:
        connection.execute(f"PRAGMA journal_mode = {mode}")
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, geopackage.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with (
            pytest.raises(WorkspaceBusyError, match=rf"nothing was changed.*process {other.pid}\)"),
            geopackage.transaction() as transaction,
        ):
            transaction.append("sites", sites(1))
        assert geopackage.count("sites") == 0
        other.stdin.close()
    with geopackage.transaction() as transaction:
        transaction.append("sites", sites(1))
    assert geopackage.count("sites") == 1
