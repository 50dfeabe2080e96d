"""A private PostGIS for benchmarks, run by an unprivileged user on a free local port."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import geopandas as gpd
import psycopg
import shapely

_OPTIONS = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c jit=off "
    "-c shared_buffers=1GB -c work_mem=256MB -c maintenance_work_mem=512MB "
    "-c max_parallel_workers_per_gather=2 -c max_parallel_workers=2 "
    "-c parallel_setup_cost=0 -c min_parallel_table_scan_size=0"
)


class Cluster:
    """A PostgreSQL server with PostGIS that lives as long as the `with` block.

    Raises
    ------
    FileNotFoundError
        If no PostgreSQL with PostGIS is installed.
    """

    def __init__(self) -> None:
        self.programs = _programs()
        self.folder = Path(tempfile.mkdtemp(prefix="georeloc_bench_"))
        self.data = str(self.folder / "data")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        # PostgreSQL refuses to run as root.
        self.prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.prefix:
            shutil.chown(self.folder, "postgres", "postgres")

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> Self:
        self._run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                  "--locale=C.UTF-8", "--no-sync")  # fmt: skip
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 {_OPTIONS}"
        self._run("pg_ctl", "-D", self.data, "-w", "-l", f"{self.folder}/log", "-o", options,
                  "start")  # fmt: skip
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION postgis")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run("pg_ctl", "-D", self.data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        with (self.folder.parent / f"{self.folder.name}.log").open("ab") as log:
            subprocess.run(
                [*self.prefix, str(self.programs / program), *arguments],
                check=True, stdout=log, stderr=subprocess.STDOUT, cwd="/",
            )  # fmt: skip
        Path(log.name).unlink()

    def peak_mb(self) -> float:
        """Memory of all its processes now, shared pages counted once, megabytes."""
        first = int(Path(self.data, "postmaster.pid").read_text("ascii").split()[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text("ascii").split()
        total = 0.0
        for process in (first, *children):
            try:
                lines = Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines()
            except OSError:  # It has ended meanwhile.
                continue
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return total / 1024

    def load(self, name: str, layer: gpd.GeoDataFrame, columns: list[str]) -> None:
        """Write a layer to a table with a spatial index, clustered by it."""
        fields = ", ".join(f"{column} text" for column in columns)
        names = ", ".join(columns)
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE UNLOGGED TABLE {name} ({fields}, id int, shape bytea)")
            wkb = shapely.to_wkb(layer.geometry.to_numpy())
            rows = zip(*(layer[c] for c in columns), range(len(layer)), wkb, strict=True)
            copy = f"COPY {name} ({names}, id, shape) FROM STDIN (FORMAT BINARY)"
            with connection.cursor().copy(copy) as target:
                target.set_types([*["text"] * len(columns), "int4", "bytea"])
                for row in rows:
                    target.write_row(row)
            connection.execute(
                f"ALTER TABLE {name} ALTER shape TYPE geometry USING ST_GeomFromWKB(shape)"
            )
            connection.execute(f"CREATE INDEX {name}_shape ON {name} USING gist (shape)")
            connection.execute(f"CLUSTER {name} USING {name}_shape")
            connection.execute(f"VACUUM ANALYZE {name}")


def _programs() -> Path:
    """The folder of the newest PostgreSQL that has PostGIS."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        extension = Path("/usr/share/postgresql", folder.parent.name, "extension")
        if (folder / "initdb").exists() and (extension / "postgis.control").exists():
            return folder
    raise FileNotFoundError("PostGIS is not installed: apt-get install postgresql-15-postgis-3")
