"""Fixtures that several test packages share: a real PostGIS, the real data, the command line."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from geo_relocation.cli import main

_REPOSITORY = Path(__file__).resolve().parents[1]
_TEMPLATE = "template_georeloc"
_FAST = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off "
    "-c max_connections=60 -c timezone=Asia/Ho_Chi_Minh"
)


def _programs() -> Path | None:
    """The folder of the newest PostgreSQL that has PostGIS."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        version = folder.parent.name
        extension = Path("/usr/share/postgresql") / version / "extension" / "postgis.control"
        if (folder / "initdb").exists() and extension.exists():
            return folder
    return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class _Cluster:
    """A private PostgreSQL server on a free local port, run by an unprivileged user."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="georeloc_pg_"))
        self.port = _free_port()
        # PostgreSQL refuses to run as root.
        self.prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.prefix:
            shutil.chown(self.folder, "postgres", "postgres")

    def _run(self, program: str, *arguments: str) -> None:
        log = self.folder.with_suffix(".log")
        with log.open("ab") as output:
            done = subprocess.run(
                [*self.prefix, str(self.programs / program), *arguments],
                check=False,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
            )
        if done.returncode:
            pytest.fail(f"{program} failed:\n{log.read_text(errors='replace')}", pytrace=False)

    def start(self) -> None:
        data = str(self.folder / "data")
        self._run(
            "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 {_FAST}"
        self._run(
            "pg_ctl", "-D", data, "-w", "-l", str(self.folder / "log"), "-o", options, "start"
        )

    def stop(self) -> None:
        data = str(self.folder / "data")
        self._run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.with_suffix(".log").unlink(missing_ok=True)


@pytest.fixture(scope="session")
def postgis_url() -> Iterator[str]:
    """Address of a private PostGIS server, ``postgresql://postgres@127.0.0.1:PORT``."""
    programs = _programs()
    if programs is None:
        if os.environ.get("GEORELOC_TEST_ALLOW_SKIP") == "1":
            pytest.skip("PostGIS is not installed (GEORELOC_TEST_ALLOW_SKIP=1)")
        pytest.fail(
            "PostGIS is not installed: apt-get install postgresql-15-postgis-3. "
            "To do without, set GEORELOC_TEST_ALLOW_SKIP=1.",
            pytrace=False,
        )
    cluster = _Cluster(programs)
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
