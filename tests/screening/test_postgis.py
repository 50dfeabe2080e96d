"""Screening on the sample against SQL on a real PostGIS, written apart from it."""

import json

import numpy as np
import psycopg
import pytest
import shapely

from geo_relocation.model import split_codes
from geo_relocation.model.enums import ZoneCategory
from geo_relocation.sample import build_sample
from geo_relocation.screening import ScreeningParameters, screen

pytestmark = pytest.mark.postgis

RADIUS = 1500.0

# Strongest claim first: planned before existing, then the order of precedence. What a claim
# gets is its union, less the unions of all stronger claims.
SHARES = """
    WITH claim AS (
        SELECT s.id, z.rank, ST_Union(ST_Intersection(s.shape, z.shape)) AS shape
        FROM site s JOIN zone z ON ST_Intersects(s.shape, z.shape)
        WHERE ST_Dimension(s.shape) = 2
        GROUP BY s.id, z.rank),
    kept AS (
        SELECT c.id, c.rank, ST_Area(CASE WHEN stronger.shape IS NULL THEN c.shape
            ELSE ST_Difference(c.shape, stronger.shape) END) AS area
        FROM claim c LEFT JOIN LATERAL (
            SELECT ST_Union(d.shape) AS shape FROM claim d
            WHERE d.id = c.id AND d.rank < c.rank) stronger ON true)
    SELECT k.id, k.rank % 100, sum(k.area) / max(ST_Area(s.shape))
    FROM kept k JOIN site s USING (id) GROUP BY k.id, k.rank % 100
"""
DISTANCES = """
    SELECT s.id, min(ST_Distance(s.shape, z.shape))
    FROM site s JOIN zone z ON ST_DWithin(s.shape, z.shape, %s)
    WHERE z.housing GROUP BY s.id
"""
CITIES = """
    SELECT s.id, u.code, ST_Area(ST_Intersection(s.shape, u.shape))
    FROM site s JOIN unit u ON ST_Intersects(s.shape, u.shape)
"""


@pytest.fixture(scope="module")
def sample():
    layers = build_sample(sites=300)
    # Located sites only, outlines as they are and points without a disc: SQL then needs to
    # know nothing of how screening draws one.
    sites = layers["sites"]
    sites = sites[sites.geometry.notna()].reset_index(drop=True).assign(land_m2=np.nan)
    return {**layers, "sites": sites}


@pytest.fixture
def database(postgis_workspace_url, sample):
    order = [category.value for category in ScreeningParameters().precedence]
    with psycopg.connect(postgis_workspace_url, autocommit=True) as connection:
        cursor = connection.cursor()
        cursor.execute("CREATE TABLE site (id int, shape geometry)")
        cursor.execute("CREATE TABLE zone (rank int, housing bool, shape geometry)")
        cursor.execute("CREATE TABLE unit (code text, shape geometry)")
        cursor.executemany(
            "INSERT INTO site VALUES (%s, ST_GeomFromWKB(%s))",
            list(enumerate(shapely.to_wkb(sample["sites"].geometry.to_numpy()))),
        )
        zones = sample["zones"]
        rank = zones["category"].map(order.index) + 100 * (zones["status"] == "existing")
        housing = (zones["category"] == "residential") & (zones["status"] == "existing")
        rows = zip(rank, housing, shapely.to_wkb(zones.geometry.to_numpy()), strict=True)
        cursor.executemany(
            "INSERT INTO zone VALUES (%s, %s, ST_GeomFromWKB(%s))",
            [(int(r), bool(h), shape) for r, h, shape in rows],
        )
        units = sample["admin_units"]
        cursor.executemany(
            "INSERT INTO unit VALUES (%s, ST_GeomFromWKB(%s))",
            list(zip(units["code"], shapely.to_wkb(units.geometry.to_numpy()), strict=True)),
        )
        for table in ("site", "zone", "unit"):
            cursor.execute(f"CREATE INDEX ON {table} USING gist (shape)")
            cursor.execute(f"ANALYZE {table}")
        yield cursor


@pytest.fixture
def findings(sample):
    return screen(
        sample["sites"],
        sample["zones"],
        run_id="R",
        parameters=ScreeningParameters(search_radius_m=RADIUS, housing_buffer_m=0),
        parks=sample["parks"],
        admin_units=sample["admin_units"],
        threads=1,
    )


def test_shares_equal_unions_and_differences_in_sql(database, findings, sample):
    order = list(ScreeningParameters().precedence)
    areal = np.flatnonzero(sample["sites"].geom_type != "Point")
    assert len(areal) > 100
    expected = {row: dict.fromkeys(ZoneCategory, 0.0) for row in areal}
    for row, rank, share in database.execute(SHARES):
        expected[row][order[rank]] += share
    contested = 0
    for row in areal:
        found = json.loads(findings["shares"][row])
        for category, share in expected[row].items():
            assert found.get(category.value, 0.0) == pytest.approx(share, abs=1e-9)
        assert findings["residential_share"][row] == pytest.approx(
            expected[row][ZoneCategory.RESIDENTIAL], abs=1e-9
        )
        contested += len(split_codes(findings["zone_ids"][row])) > 1
    assert contested > 20


def test_distances_equal_sql(database, findings):
    # Screening looks farther than the radius for sites whose place is uncertain.
    reach = max(RADIUS, findings["accuracy_m"].max())
    expected = dict(database.execute(DISTANCES, (reach,)).fetchall())
    for row, metres in findings["housing_distance_m"].items():
        within = max(RADIUS, findings["accuracy_m"][row])
        if row in expected and expected[row] <= within:
            assert metres == pytest.approx(expected[row], abs=1e-6)
        else:
            assert np.isnan(metres)
    assert (findings["housing_distance_m"] > 0).sum() > 30


def test_cities_equal_sql(database, findings, sample):
    held = {}
    for row, code, area in database.execute(CITIES):
        held.setdefault(row, {})[code] = area
    areal = np.flatnonzero(sample["sites"].geom_type != "Point")
    for row in areal:
        with_land = {code: area for code, area in held.get(row, {}).items() if area > 1e-6}
        assert set(split_codes(findings["city_codes"][row])) == set(with_land)
        if with_land:
            assert findings["city_code"][row] == max(with_land, key=with_land.get)
