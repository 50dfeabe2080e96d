"""Fixtures that several test packages share: a real PostGIS, the real data, the command line."""

from __future__ import annotations

import json
import os
import signal
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from postgis_server import Cluster, find_programs

from geo_relocation.cli import main

# The machines that run this are slow and shared: how long an example takes says nothing. Every
# run draws the same examples; to look for new ones: GEORELOC_TEST_EXPLORE=1.
settings.register_profile(
    "shared",
    deadline=None,
    derandomize="GEORELOC_TEST_EXPLORE" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("shared")

# The tests read the command line in English; those that read it in Vietnamese ask for it.
os.environ["GEORELOC_TERMINAL_LANGUAGE"] = "en"

# A shell that starts the tests in the background has Ctrl-C ignored, which children inherit.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_REPOSITORY = Path(__file__).resolve().parents[1]
_TEMPLATE = "template_georeloc"


@pytest.fixture(scope="session")
def postgis_url() -> Iterator[str]:
    """Address of a private PostGIS server, ``postgresql://postgres@127.0.0.1:PORT``."""
    programs = find_programs()
    if programs is None:
        if os.environ.get("GEORELOC_TEST_ALLOW_SKIP") == "1":
            pytest.skip("PostGIS is not installed (GEORELOC_TEST_ALLOW_SKIP=1)")
        pytest.fail(
            "PostGIS is not installed: apt-get install postgresql-15-postgis-3. "
            "To do without, set GEORELOC_TEST_ALLOW_SKIP=1.",
            pytrace=False,
        )
    cluster = Cluster(programs)
    try:
        cluster.start()
        url = f"postgresql://postgres@127.0.0.1:{cluster.port}"
        with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {_TEMPLATE}")
        with psycopg.connect(f"{url}/{_TEMPLATE}", autocommit=True) as connection:
            connection.execute("CREATE EXTENSION postgis")
        yield url
    finally:
        cluster.stop()


@pytest.fixture
def postgis_workspace_url(postgis_url: str) -> Iterator[str]:
    """Address of a fresh database with PostGIS, for one test."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(f"{postgis_url}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
    yield f"{postgis_url}/{name}"
    with psycopg.connect(f"{postgis_url}/postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data beside the repository."""
    folder = _REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the real data is not beside the repository ({folder})")
    return folder


@dataclass(frozen=True)
class Ran:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The output read as JSON."""
        return json.loads(self.out)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """``run("screen", "--json", workspace=url)``: a command, in this process."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("GEORELOC_AUTHOR", "Cán bộ thử")

    def call(*arguments: object, workspace: object = None) -> Ran:
        common = ["-w", str(workspace)] if workspace is not None else []
        capsys.readouterr()
        code = 0
        try:
            main([*common, *map(str, arguments)])
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else int(bool(stop.code))
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return call
