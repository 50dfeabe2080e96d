"""A private PostGIS for benchmarks: the server of the tests, with an office's settings."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

import geopandas as gpd
import psycopg
import shapely

from tests.postgis_server import Cluster as Server
from tests.postgis_server import find_programs

_SETTINGS = {
    "jit": "off",
    "shared_buffers": "'1GB'",
    "work_mem": "'256MB'",
    "maintenance_work_mem": "'512MB'",
    "max_parallel_workers": "2",
    "max_parallel_workers_per_gather": "2",
    "parallel_setup_cost": "0",
    "min_parallel_table_scan_size": "0",
}


class Cluster(Server):
    """A PostgreSQL server with PostGIS that lives as long as the `with` block.

    Raises
    ------
    FileNotFoundError
        If no PostgreSQL with PostGIS is installed.
    """

    def __init__(self) -> None:
        programs = find_programs()
        if programs is None:
            raise FileNotFoundError(
                "PostGIS is not installed: apt-get install postgresql-15-postgis-3"
            )
        super().__init__(programs)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> Self:
        self.start()
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION postgis")
            for name, value in _SETTINGS.items():
                connection.execute(f"ALTER SYSTEM SET {name} = {value}")
        data = str(self.folder / "data")
        self._run("pg_ctl", "-D", data, "-w", "-l", str(self.folder / "log"), "restart")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def memory_mb(self) -> float:
        """Memory of all its processes now, shared pages counted once, megabytes."""
        first = int((self.folder / "data" / "postmaster.pid").read_text("ascii").split()[0])
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
        kinds = ["int4" if layer[c].dtype.kind == "i" else "text" for c in columns]
        fields = ", ".join(f"{c} {kind}" for c, kind in zip(columns, kinds, strict=True))
        names = ", ".join(columns)
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE UNLOGGED TABLE {name} ({fields}, id int, shape bytea)")
            wkb = shapely.to_wkb(layer.geometry.to_numpy())
            rows = zip(*(layer[c] for c in columns), range(len(layer)), wkb, strict=True)
            copy = f"COPY {name} ({names}, id, shape) FROM STDIN (FORMAT BINARY)"
            with connection.cursor().copy(copy) as target:
                target.set_types([*kinds, "int4", "bytea"])
                for row in rows:
                    target.write_row(row)
            connection.execute(
                f"ALTER TABLE {name} ALTER shape TYPE geometry USING ST_GeomFromWKB(shape)"
            )
            connection.execute(f"CREATE INDEX {name}_shape ON {name} USING gist (shape)")
            connection.execute(f"CLUSTER {name} USING {name}_shape")
            connection.execute(f"VACUUM ANALYZE {name}")
