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
        FROM {sites} s JOIN zone z ON ST_Intersects(s.shape, z.shape)
        WHERE ST_Dimension(s.shape) = 2
        GROUP BY s.id, z.rank),
    kept AS (
        SELECT c.id, c.rank, ST_Area(CASE WHEN stronger.shape IS NULL THEN c.shape
            ELSE ST_Difference(c.shape, stronger.shape) END) AS area
        FROM claim c LEFT JOIN LATERAL (
            SELECT ST_Union(d.shape) AS shape FROM claim d
            WHERE d.id = c.id AND d.rank < c.rank) stronger ON true)
    SELECT k.id, k.rank % 100, sum(k.area) / max(ST_Area(s.shape))
    FROM kept k JOIN {sites} s USING (id) GROUP BY k.id, k.rank % 100
"""
DISTANCES = """
    SELECT s.id, min(ST_Distance(s.shape, z.shape))
    FROM sites s JOIN zone z ON ST_DWithin(s.shape, z.shape, %s)
    WHERE z.housing GROUP BY s.id
"""
CITIES = """
    SELECT s.id, u.code, ST_Area(ST_Intersection(s.shape, u.shape))
    FROM sites s JOIN unit u ON ST_Intersects(s.shape, u.shape)
"""


@pytest.fixture(scope="module")
def sample():
    layers = build_sample(sites=300)
    # Located sites only, outlines as they are and points without a disc: SQL then needs to
    # know nothing of how screening draws one.
    sites = layers["sites"]
    sites = sites[sites.geometry.notna()].reset_index(drop=True).assign(land_m2=np.nan)
    return {**layers, "sites": sites, "rectangles": rectangles(sites)}


def rectangles(sites):
    """The outlines as north–south rectangles about the same middle, of the same land."""
    outlines = sites[sites.geom_type != "Point"].reset_index(drop=True)
    west, south, east, north = outlines.bounds.to_numpy().T
    scale = np.sqrt(outlines.area / ((east - west) * (north - south))) / 2
    x, y, w, h = (
        (west + east) / 2,
        (south + north) / 2,
        (east - west) * scale,
        (north - south) * scale,
    )
    return outlines.set_geometry(shapely.box(x - w, y - h, x + w, y + h), crs=sites.crs)


@pytest.fixture
def database(postgis_workspace_url, sample):
    order = [category.value for category in ScreeningParameters().precedence]
    with psycopg.connect(postgis_workspace_url, autocommit=True) as connection:
        cursor = connection.cursor()
        cursor.execute("CREATE TABLE zone (rank int, housing bool, shape geometry)")
        cursor.execute("CREATE TABLE unit (code text, shape geometry)")
        for table in ("sites", "rectangles"):
            cursor.execute(f"CREATE TABLE {table} (id int, shape geometry)")
            cursor.executemany(
                f"INSERT INTO {table} VALUES (%s, ST_GeomFromWKB(%s))",
                list(enumerate(shapely.to_wkb(sample[table].geometry.to_numpy()))),
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
        for table in ("sites", "rectangles", "zone", "unit"):
            cursor.execute(f"CREATE INDEX ON {table} USING gist (shape)")
            cursor.execute(f"ANALYZE {table}")
        yield cursor


def screened(sample, sites):
    return screen(
        sites,
        sample["zones"],
        run_id="R",
        parameters=ScreeningParameters(search_radius_m=RADIUS, housing_buffer_m=0),
        parks=sample["parks"],
        admin_units=sample["admin_units"],
        threads=1,
    )


@pytest.fixture
def findings(sample):
    return screened(sample, sample["sites"])


@pytest.mark.parametrize("drawn_as", ["sites", "rectangles"])
def test_shares_equal_unions_and_differences_in_sql(database, sample, drawn_as):
    order = list(ScreeningParameters().precedence)
    sites = sample[drawn_as]
    findings = screened(sample, sites)
    areal = np.flatnonzero(sites.geom_type != "Point")
    assert len(areal) > 100
    expected = {row: dict.fromkeys(ZoneCategory, 0.0) for row in areal}
    for row, rank, share in database.execute(SHARES.format(sites=drawn_as)):
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
