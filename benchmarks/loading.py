"""Time and memory of importing 100,000 sites from CSV and 100,000 zones from a GeoPackage.

The peer is ``ogr2ogr``, which copies the same file into a GeoPackage (or PostGIS) as it stands:
it neither checks a tax code nor repairs an outline, looks for no duplicate and keeps no log. The
ratio says what that costs.

Usage: ``python -m benchmarks.loading [--rows N] [--postgres URL] [--csv]``. Each run is a process
of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

COLUMNS = ("case", "method", "rows", "seconds", "peak_mb", "ratio_to_ogr2ogr")
CASES = ("sites.csv", "zones.gpkg")
SEED = 20191031  # the day of the scheme's first decision

_CODES = ("ODT", "ONT", "TMD", "SKK", "SKN", "SKC", "CLN", "LUC", "DGT", "MNC")
_WORDS = ("Gỗ", "Thép", "Nhựa", "Giày", "Dệt", "Gốm", "Giấy", "Sơn", "Cơ khí", "Thực phẩm")
_NAMES = ("Minh", "Phát", "Hòa", "Bình", "Tân", "Đức", "Thành", "Long", "Hưng", "Việt", "An")
_TAX_WEIGHTS = np.array([31, 29, 23, 19, 17, 13, 7, 5, 3])


def tax_codes(count: int) -> list[str]:
    """Distinct tax codes with the right check digit."""
    numbers = np.arange(count * 2)
    digits = np.column_stack([np.full(len(numbers), 3), np.full(len(numbers), 7)]
                             + [numbers // 10**p % 10 for p in range(6, -1, -1)])  # fmt: skip
    check = 10 - (digits @ _TAX_WEIGHTS) % 11
    usable = (check < 10) & (numbers % 10**7 > 0)
    whole = np.column_stack([digits, check])[usable][:count]
    return ["".join(map(str, row)) for row in whole]


def write_sites(path: Path, count: int) -> None:
    """A list of sites as an office would keep it."""
    generator = np.random.default_rng(SEED)
    words = generator.choice(_WORDS, count)
    names = generator.choice(_NAMES, (count, 3))
    pd.DataFrame({
        "Mã cơ sở": [f"S{i:06d}" for i in range(count)],
        "Tên doanh nghiệp": [f"Công ty TNHH {w} {' '.join(n)} {i % 997}"
                             for i, (w, n) in enumerate(zip(words, names, strict=True))],
        "Mã số thuế": tax_codes(count),
        "Địa chỉ": [f"{i % 899 + 1} Đường số {i % 61}, Khu phố {i % 9}" for i in range(count)],
        "Kinh độ": generator.uniform(106.3, 107.0, count).round(6),
        "Vĩ độ": generator.uniform(10.9, 11.5, count).round(6),
        "Diện tích đất (m2)": generator.lognormal(8.2, 0.9, count).round(1),
        "Số lao động": generator.integers(1, 900, count),
        "Mã ngành VSIC": generator.integers(10, 34, count),
        "Năm bắt đầu": generator.integers(1990, 2025, count),
    }).to_csv(path, index=False)  # fmt: skip


def write_zones(path: Path, count: int) -> None:
    """A plan of adjoining outlines with about 40 corners each."""
    generator = np.random.default_rng(SEED)
    side = int(np.ceil(count**0.5))
    x, y = np.arange(count) % side, np.arange(count) // side
    corners = shapely.box(x * 100.0, y * 100.0, x * 100.0 + 98, y * 100.0 + 98)
    shift = np.array([560_000.0, 1_200_000.0])
    outlines = shapely.transform(shapely.segmentize(corners, 10.0), lambda points: points + shift)
    frame = gpd.GeoDataFrame({
        "maVung": [f"Z{i:06d}" for i in range(count)],
        "Loại đất": generator.choice(_CODES, count),
        "Diện tích": 98.0**2,
    }, geometry=outlines, crs=9210)  # fmt: skip
    frame.to_file(path, driver="GPKG")


_MEASURE = """
import json, resource, subprocess, sys, time
start = time.perf_counter()
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "peak_mb": peak, "code": done.returncode,
                  "error": done.stderr[-2000:]}))
"""


def measured(command: list[str]) -> dict[str, float]:
    """Seconds and peak memory (MB) of a command, as a process of its own."""
    answer = subprocess.run(
        [sys.executable, "-c", _MEASURE, *command], capture_output=True, text=True, check=True
    )
    result = json.loads(answer.stdout)
    if result["code"]:
        raise SystemExit(f"{' '.join(command)} failed: {result['error']}")
    return {"seconds": result["seconds"], "peak_mb": result["peak_mb"]}


def ours(source: Path, workspace: str) -> dict[str, float]:
    """Import one source by the command that an office would use."""
    program = [sys.executable, "-c", "from geo_relocation.cli import main; main()"]
    layer = source.stem
    subprocess.run([*program, "-w", workspace, "init"], check=True, capture_output=True)
    options = ["--code-system", "vn-2024"] if layer == "zones" else []
    return measured([*program, "-w", workspace, "import", layer, str(source), *options])


def peer(source: Path, target: str, postgres: str | None) -> dict[str, float]:
    """Copy one source with ogr2ogr, transformed to the same reference system."""
    if postgres is None:
        into = ["-f", "GPKG", target]
    else:
        parts = urlsplit(postgres)
        login = f"host={parts.hostname} port={parts.port or 5432} user={parts.username}"
        into = ["-f", "PostgreSQL", f"PG:{login} dbname={parts.path.strip('/')}", "-overwrite"]
    options = ["-t_srs", "EPSG:9210"]
    if source.suffix == ".csv":
        options += ["-s_srs", "EPSG:4326", "-oo", "X_POSSIBLE_NAMES=Kinh độ",
                    "-oo", "Y_POSSIBLE_NAMES=Vĩ độ", "-oo", "AUTODETECT_TYPE=YES"]  # fmt: skip
    layer = ["-nln", f"peer_{source.stem}"]
    return measured(["ogr2ogr", *into, str(source), *options, *layer])


def benchmark(rows: int, postgres: str | None = None) -> pd.DataFrame:
    """Import both cases with this program and with ogr2ogr.

    Parameters
    ----------
    rows
        Rows of each case.
    postgres
        Address of an empty PostGIS database; a GeoPackage is written when left out.
    """
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for case, write in zip(CASES, (write_sites, write_zones), strict=True):
            source = Path(folder) / case
            write(source, rows)
            copied = None
            if shutil.which("ogr2ogr"):
                copied = peer(source, str(Path(folder) / f"peer-{case}.gpkg"), postgres)
                results.append({"case": case, "method": "ogr2ogr", "rows": rows, **copied})
            workspace = str(Path(folder) / f"ours-{source.stem}.gpkg")
            if postgres is not None:
                workspace = f"{postgres}?schema=bench_{source.stem}"
            results.append({"case": case, "method": "ours", "rows": rows,
                            **ours(source, workspace)})  # fmt: skip
            if copied is not None:
                ratio = results[-1]["seconds"] / copied["seconds"]
                results[-1]["ratio_to_ogr2ogr"] = ratio
    return pd.DataFrame(results).reindex(columns=list(COLUMNS))


def main(arguments: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--postgres", metavar="URL", help="an empty PostGIS database")
    parser.add_argument("--csv", action="store_true", help="for machines")
    options = parser.parse_args(arguments)
    table = benchmark(options.rows, options.postgres)
    if options.csv:
        table.to_csv(sys.stdout, index=False, quoting=csv.QUOTE_MINIMAL)
        return
    print(table.round({"seconds": 1, "peak_mb": 0, "ratio_to_ogr2ogr": 1}).to_string(index=False))
    if not shutil.which("ogr2ogr"):
        print("ogr2ogr is not installed (Debian package gdal-bin): there is nothing to compare.")


if __name__ == "__main__":
    main()
