"""The same questions asked of several engines, each in a process of its own.

``shares``: the share of each site in each zone category. ``claims``: the same where zones
overlap, contested land given to the lowest `rank` that claims it. ``nearest``: the distance of
each site to the nearest residential zone within 1 km.

Run as ``python -m benchmarks.engines METHOD JOB SITES ZONES OUT REPEATS``: reads two GeoParquet
files, writes the answer, prints seconds and peak memory. Reading, and loading into a database
with its index, are not counted.
"""

from __future__ import annotations

import json
import resource
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_relocation.model.enums import ZoneCategory
from geo_relocation.screening.parameters import DEFAULT_ORDER

FloatArray = NDArray[np.float64]

RADIUS_M = 1000.0
CATEGORIES = [category.value for category in ZoneCategory]
THREADS = 2

_SHARES = """
    WITH pieces AS (
        SELECT s.id, z.category, {area} AS area, ST_Area(s.shape) AS land
        FROM sites s JOIN zones z ON ST_Intersects(z.shape, s.shape))
    SELECT id, category, sum(area) / max(land) AS share FROM pieces GROUP BY id, category
"""

_CLAIMS = """
    WITH claim AS (
        SELECT s.id, z.rank, {union}(ST_Intersection(z.shape, s.shape)) AS shape,
            max(ST_Area(s.shape)) AS land
        FROM sites s JOIN zones z ON ST_Intersects(z.shape, s.shape) GROUP BY s.id, z.rank),
    stronger AS (
        SELECT c.id, c.rank, {union}(d.shape) AS shape
        FROM claim c JOIN claim d ON d.id = c.id AND d.rank < c.rank GROUP BY c.id, c.rank)
    SELECT c.id, c.rank % 10 AS rank, sum(CASE WHEN t.shape IS NULL THEN ST_Area(c.shape)
        ELSE ST_Area(ST_Difference(c.shape, t.shape)) END) / max(c.land) AS share
    FROM claim c LEFT JOIN stronger t ON t.id = c.id AND t.rank = c.rank GROUP BY c.id, c.rank % 10
"""


def _by_rank(site: object, rank: object, share: object, n: int) -> FloatArray:
    """As `_matrix`, from places in the order of precedence."""
    order = np.array([category.value for category in DEFAULT_ORDER], dtype=object)
    return _matrix(site, order[np.asarray(rank, dtype=np.int64)], share, n)


def _matrix(site: object, category: object, share: object, n: int) -> FloatArray:
    """Shares as a table of sites by categories."""
    answer = np.zeros((n, len(CATEGORIES)))
    column = pd.Categorical(np.asarray(category, dtype=object), categories=CATEGORIES).codes
    np.add.at(answer, (np.asarray(site), column), np.asarray(share))
    return answer


def _vector(site: object, distance: object, n: int) -> FloatArray:
    answer = np.full(n, np.nan)
    answer[np.asarray(site)] = np.asarray(distance)
    return answer


def _residential(zones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return zones[zones["category"] == ZoneCategory.RESIDENTIAL.value]


def ours(job: str, sites: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> Callable[[], FloatArray]:
    """Our own functions, in the blocks that screening works in."""
    from geo_relocation.geo.nearest import nearest_distance
    from geo_relocation.geo.outlines import outlines
    from geo_relocation.screening.parameters import ScreeningParameters
    from geo_relocation.screening.screen import BLOCK
    from geo_relocation.screening.shares import category_shares, deciding_zones

    parameters = ScreeningParameters()

    def answer(sites: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> FloatArray:
        shapes = sites.geometry.to_numpy()
        blocks = [shapes[at : at + BLOCK] for at in range(0, len(shapes), BLOCK)]
        if job in {"shares", "claims"}:
            deciding = deciding_zones(zones, parameters)
            return np.concatenate(
                [
                    category_shares(outlines(b), deciding, parameters, threads=THREADS).share
                    for b in blocks
                ]
            )
        housing = outlines(_residential(zones).geometry.to_numpy())
        return np.concatenate(
            [nearest_distance(b, housing, within=RADIUS_M, threads=THREADS)[0] for b in blocks]
        )

    # Compiled code is loaded beforehand, as the libraries of the others are.
    answer(sites.iloc[:2], zones.iloc[:50])
    return lambda: answer(sites, zones)


def geopandas(
    job: str, sites: gpd.GeoDataFrame, zones: gpd.GeoDataFrame
) -> Callable[[], FloatArray]:
    """What a user of geopandas writes."""
    number = pd.Series(np.arange(len(sites)), index=sites["site_id"])
    land = sites[["site_id", "geometry"]]

    def shares() -> FloatArray:
        pieces = gpd.overlay(land, zones[["category", "geometry"]], keep_geom_type=True)
        row = number[pieces["site_id"]].to_numpy()
        share = pieces.area.to_numpy() / land.area.to_numpy()[row]
        return _matrix(row, pieces["category"], share, len(land))

    def nearest() -> FloatArray:
        found = gpd.sjoin_nearest(
            land, _residential(zones)[["geometry"]], max_distance=RADIUS_M, distance_col="metres"
        )
        return _vector(number[found["site_id"]].to_numpy(), found["metres"], len(land))

    def claims() -> FloatArray:
        pieces = gpd.overlay(land, zones[["rank", "geometry"]], keep_geom_type=True)
        claimed = pieces.dissolve(["site_id", "rank"]).reset_index()
        rows = number[claimed["site_id"]].to_numpy()
        area, taken, before = np.zeros(len(claimed)), None, -1
        for at, (row, shape) in enumerate(zip(rows, claimed.geometry, strict=True)):
            fresh = row != before
            area[at] = shape.area if fresh else shape.difference(taken).area
            taken, before = shape if fresh else taken.union(shape), row
        share = area / land.area.to_numpy()[rows]
        return _by_rank(rows, claimed["rank"].to_numpy() % 10, share, len(land))

    return {"shares": shares, "claims": claims, "nearest": nearest}[job]


def duckdb(job: str, sites: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> Callable[[], FloatArray]:
    """DuckDB with its spatial extension, which joins by a tree of its own."""
    import duckdb
    import duckdb_extension_spatial

    folder = Path(duckdb_extension_spatial.__file__).parent
    extension = next(folder.rglob("*.duckdb_extension"))
    connection = duckdb.connect(
        config={"threads": THREADS, "allow_unsigned_extensions": True, "memory_limit": "12GB"}
    )
    connection.execute(f"LOAD '{extension}'")
    for name, layer in (("sites", sites), ("zones", zones)):
        columns = {"id": np.arange(len(layer)), "wkb": layer.geometry.to_wkb()}
        if name == "zones":
            columns["category"] = layer["category"].astype(object)
            if "rank" in layer:
                columns["rank"] = layer["rank"]
        table = pd.DataFrame(columns)
        connection.register("given", table)
        connection.execute(
            f"CREATE TABLE {name} AS "
            "SELECT * EXCLUDE (wkb), ST_GeomFromWKB(wkb) AS shape FROM given"
        )
        connection.unregister("given")
    area = (
        "CASE WHEN ST_Within(s.shape, z.shape) THEN ST_Area(s.shape) "
        "ELSE ST_Area(ST_Intersection(s.shape, z.shape)) END"
    )
    near = f"""
        SELECT s.id, min(ST_Distance(s.shape, z.shape)) AS metres
        FROM sites s JOIN (SELECT shape FROM zones WHERE category = 'residential') z
        ON ST_DWithin(s.shape, z.shape, {RADIUS_M}) GROUP BY s.id
    """

    def ask() -> FloatArray:
        if job == "claims":
            found = connection.execute(_CLAIMS.format(union="ST_Union_Agg")).fetchnumpy()
            return _by_rank(found["id"], found["rank"], found["share"], len(sites))
        if job == "shares":
            found = connection.execute(_SHARES.format(area=area)).fetchnumpy()
            return _matrix(found["id"], found["category"], found["share"], len(sites))
        found = connection.execute(near).fetchnumpy()
        return _vector(found["id"], found["metres"], len(sites))

    return ask


def postgis(
    job: str, sites: gpd.GeoDataFrame, _zones: gpd.GeoDataFrame
) -> Callable[[], FloatArray]:
    """PostGIS on tables that are there already, indexed and clustered; its address is stdin."""
    import psycopg

    connection = psycopg.connect(sys.stdin.readline().strip(), autocommit=True)
    area = (
        "CASE WHEN ST_CoveredBy(s.shape, z.shape) THEN ST_Area(s.shape) "
        "ELSE ST_Area(ST_Intersection(s.shape, z.shape)) END"
    )
    near = f"""
        SELECT s.id, n.metres FROM sites s CROSS JOIN LATERAL (
            SELECT s.shape <-> h.shape AS metres FROM housing h
            WHERE ST_DWithin(s.shape, h.shape, {RADIUS_M})
            ORDER BY s.shape <-> h.shape LIMIT 1) n
    """

    def ask() -> FloatArray:
        cursor = connection.cursor(binary=True)
        query, answer = {
            "shares": (_SHARES.format(area=area), _matrix),
            "claims": (_CLAIMS.format(union="ST_Union"), _by_rank),
            "nearest": (near, _vector),
        }[job]
        columns = list(zip(*cursor.execute(query).fetchall(), strict=True))
        return answer(*columns, len(sites))

    return ask


METHODS = {"ours": ours, "geopandas": geopandas, "duckdb": duckdb, "postgis": postgis}


def _resident_mb() -> float:
    """Memory of this process now."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


class _Peak(threading.Thread):
    """Follows the memory of the process while a question is answered."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most = _resident_mb()
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.wait(0.02):
            self.most = max(self.most, _resident_mb())


def main() -> None:
    """Answer one question and say what it took."""
    method, job, sites_path, zones_path, out, repeats = sys.argv[1:]
    sites, zones = gpd.read_parquet(sites_path), gpd.read_parquet(zones_path)
    best = np.inf
    peak = _Peak()
    for turn in range(int(repeats)):
        if turn:
            # Fresh geometries: those of the last turn carry what was prepared on them.
            sites, zones = gpd.read_parquet(sites_path), gpd.read_parquet(zones_path)
        if turn == 0 or method in {"ours", "geopandas"}:
            ask = METHODS[method](job, sites, zones)
        if turn == 0:
            peak.start()
        began = time.perf_counter()
        answer = ask()
        best = min(best, time.perf_counter() - began)
    peak.stopped.set()
    np.save(out, answer)
    print(json.dumps({"seconds": best, "peak_mb": peak.most}))


if __name__ == "__main__":
    main()
