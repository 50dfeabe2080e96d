"""Shares and nearest distances beside geopandas, DuckDB spatial and PostGIS, in one run.

``python -m benchmarks.screening [--cells 3k×5k,…] [--peers geopandas,duckdb,postgis]
[--limit SECONDS] [--csv]``. The city is drawn from a seed. For `shares` and `nearest` its zones do
not overlap; for `claims` planned zones lie over those of existing use, and the sites are
north-south rectangles. A method that takes longer than the limit has no answer.
"""

from __future__ import annotations

import argparse
import csv
import json
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import psycopg
from numpy.typing import NDArray

from benchmarks.city import make_overlapping, make_rectangles, make_sites, make_zones
from benchmarks.postgis import Cluster

CELLS = "3k×5k,100k×5k,100k×100k,1M×5k"
PEERS = ("geopandas", "duckdb", "postgis")
COLUMNS = ("job", "sites", "zones", "method", "seconds", "peak_mb", "ratio", "agreement")
_REPEATED_UP_TO = 10_000
_DRAWN = {"claims": (make_rectangles, make_overlapping)}


@dataclass
class Result:
    """What one method made of one question.

    Attributes
    ----------
    seconds, peak_mb
        None where it gave no answer in time.
    answer
        Shares or distances.
    note
        Why there is no answer.
    """

    seconds: float | None = None
    peak_mb: float | None = None
    answer: NDArray[np.float64] | None = None
    note: str = ""


def run(
    method: str,
    job: str,
    sites: Path,
    zones: Path,
    *,
    limit: float,
    repeats: int,
    cluster: Cluster | None,
) -> Result:
    """Ask one method one question, in a process of its own."""
    out = sites.parent / "answer.npy"
    out.unlink(missing_ok=True)
    command = [sys.executable, "-m", "benchmarks.engines", method, job, str(sites), str(zones),
               str(out), str(repeats)]  # fmt: skip
    server = _Watch(cluster) if method == "postgis" and cluster is not None else None
    if server is not None:
        server.start()
    try:
        done = subprocess.run(
            command, input=cluster.url if cluster else "", capture_output=True, text=True,
            timeout=limit * repeats + 60, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Result(note=f"none in {limit:.0f} s")
    finally:
        if server is not None and cluster is not None:
            server.stopped.set()
            _cancel(cluster)
    if done.returncode:
        return Result(note=done.stderr.strip().splitlines()[-1][:80])
    said = json.loads(done.stdout)
    if said["seconds"] > limit:
        return Result(note=f"none in {limit:.0f} s")
    peak = said["peak_mb"] + (server.most if server else 0.0)
    return Result(said["seconds"], peak, np.load(out))


class _Watch(threading.Thread):
    """Follows the memory of the database server."""

    def __init__(self, cluster: Cluster) -> None:
        super().__init__(daemon=True)
        self.cluster = cluster
        self.most = 0.0
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.wait(0.2):
            self.most = max(self.most, self.cluster.memory_mb())


def _cancel(cluster: Cluster) -> None:
    """End what a client that ran out of time has left running."""
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )


def disagreement(ours: Result, other: Result) -> float | None:
    """Largest difference between two answers; infinite where only one has a value."""
    if ours.answer is None or other.answer is None:
        return None
    if (np.isnan(ours.answer) != np.isnan(other.answer)).any():
        return float("inf")
    return float(np.nanmax(np.abs(ours.answer - other.answer), initial=0.0))


def load(cluster: Cluster, sites: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> None:
    """Put a city into PostGIS, housing apart, in place of the last one."""
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS sites, zones, housing")
    cluster.load("sites", sites, ["site_id"])
    cluster.load("zones", zones, [name for name in ("category", "rank") if name in zones])
    cluster.load("housing", zones[zones["category"] == "residential"], ["category"])


def number(text: str) -> int:
    """``3k`` → 3000, ``1M`` → 1000000."""
    return int(float(text.rstrip("kM")) * {"k": 1e3, "M": 1e6}.get(text[-1], 1))


def rows_of(job: str, cell: tuple[int, int], results: dict[str, Result]) -> list[list[str]]:
    """The rows of one question, one per method."""
    fastest = min((r.seconds for r in results.values() if r.seconds is not None), default=1.0)
    rows = []
    for method, result in results.items():
        row = [job, str(cell[0]), str(cell[1]), method]
        if result.seconds is None or result.peak_mb is None:
            rows.append([*row, result.note, "", "", ""])
            continue
        differ = disagreement(results["ours"], result)
        rows.append(
            [
                *row,
                f"{result.seconds:.3g}",
                f"{result.peak_mb:.0f}",
                f"{result.seconds / fastest:.2f}",
                "" if method == "ours" or differ is None else f"{differ:.1e}",
            ]
        )
    return rows


def main() -> None:
    """Run the table and print it row by row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", default=CELLS, help=f"sites×zones [default: {CELLS}]")
    parser.add_argument("--peers", default=",".join(PEERS), help="[default: all]")
    parser.add_argument("--jobs", default="shares,claims,nearest")
    parser.add_argument("--limit", type=float, default=150.0, help="seconds per method")
    parser.add_argument("--csv", action="store_true", help="comma-separated, for machines")
    chosen = parser.parse_args()
    peers = [peer for peer in chosen.peers.split(",") if peer]
    cells = [
        (number(a), number(b))
        for a, b in (cell.replace("x", "×").split("×") for cell in chosen.cells.split(","))
    ]
    show = csv.writer(sys.stdout).writerow if chosen.csv else _show
    show(COLUMNS)
    # Ended from outside, it still stops its server and removes its files.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="georeloc_bench_")))
        cluster = stack.enter_context(Cluster()) if "postgis" in peers else None
        for cell in cells:
            paths = folder / "sites.parquet", folder / "zones.parquet"
            repeats = 3 if cell[0] <= _REPEATED_UP_TO else 1
            drawn = None
            for job in chosen.jobs.split(","):
                makers = _DRAWN.get(job, (make_sites, make_zones))
                if makers != drawn:
                    sites, zones = makers[0](cell[0]), makers[1](cell[1])
                    sites.to_parquet(paths[0])
                    zones.to_parquet(paths[1])
                    if cluster is not None:
                        load(cluster, sites, zones)
                    drawn = makers
                    del sites, zones
                results = {
                    method: run(
                        method, job, *paths, limit=chosen.limit, repeats=repeats, cluster=cluster
                    )
                    for method in ("ours", *peers)
                }
                for row in rows_of(job, cell, results):
                    show(row)
                sys.stdout.flush()


def _show(row: list[str] | tuple[str, ...]) -> None:
    widths = (8, 8, 7, 10, 16, 8, 7, 10)
    print(" ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    main()
