"""The pinned operation between VN-2000 and WGS 84."""

import math

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from geo_relocation.errors import CrsMismatchError, UsageError
from geo_relocation.geo.crs import (
    WGS84,
    is_vn2000,
    metres_per_unit,
    parse_working_crs,
    reproject,
    require_same_projected_crs,
    to_metres,
    transform,
)

TM3 = CRS.from_epsg(9210)

# Quyết định 05/2007/QĐ-BTNMT, VN-2000 to WGS 84 as published: translations in metres,
# rotations in arc-seconds, scale.
SHIFT = np.array([-191.90441429, -39.30318279, -111.45032835])
ROTATION = np.array([-0.00928836, 0.01975479, -0.00427372]) * math.pi / 180 / 3600
SCALE = 1.000000252906278
A, F = 6378137.0, 1 / 298.257223563
E2 = F * (2 - F)


def geocentric(lon, lat):
    lon, lat = math.radians(lon), math.radians(lat)
    n = A / math.sqrt(1 - E2 * math.sin(lat) ** 2)
    return np.array(
        [
            n * math.cos(lat) * math.cos(lon),
            n * math.cos(lat) * math.sin(lon),
            n * (1 - E2) * math.sin(lat),
        ]
    )


def geographic(xyz):
    x, y, z = xyz
    lon, p = math.atan2(y, x), math.hypot(x, y)
    lat = math.atan2(z, p * (1 - E2))
    for _ in range(10):
        n = A / math.sqrt(1 - E2 * math.sin(lat) ** 2)
        lat = math.atan2(z + E2 * n * math.sin(lat), p)
    return lon, lat


def official_tm3(lon, lat):
    """WGS 84 degrees to VN-2000 / TM-3 105°45', by the published formulas alone."""
    rx, ry, rz = ROTATION
    frame = np.array([[1, rz, -ry], [-rz, 1, rx], [ry, -rx, 1]])  # coordinate-frame rotation
    vn = np.linalg.solve(SCALE * frame, geocentric(lon, lat) - SHIFT)
    lam, phi = geographic(vn)
    # Transverse Mercator by Snyder's series (USGS PP 1395, eqs 8-9 and 8-10).
    ep2 = E2 / (1 - E2)
    n = A / math.sqrt(1 - E2 * math.sin(phi) ** 2)
    t, c = math.tan(phi) ** 2, ep2 * math.cos(phi) ** 2
    a = (lam - math.radians(105.75)) * math.cos(phi)
    m = A * (
        (1 - E2 / 4 - 3 * E2**2 / 64 - 5 * E2**3 / 256) * phi
        - (3 * E2 / 8 + 3 * E2**2 / 32 + 45 * E2**3 / 1024) * math.sin(2 * phi)
        + (15 * E2**2 / 256 + 45 * E2**3 / 1024) * math.sin(4 * phi)
        - (35 * E2**3 / 3072) * math.sin(6 * phi)
    )
    k0 = 0.9999
    x = k0 * n * (a + (1 - t + c) * a**3 / 6 + (5 - 18 * t + t**2 + 72 * c - 58 * ep2) * a**5 / 120)
    y = k0 * (
        m
        + n
        * math.tan(phi)
        * (
            a**2 / 2
            + (5 - t + 9 * c + 4 * c**2) * a**4 / 24
            + (61 - 58 * t + t**2 + 600 * c - 330 * ep2) * a**6 / 720
        )
    )
    return x + 500_000, y


def test_check_point():
    x, y = transform([106.70], [10.905], WGS84, TM3)
    assert x[0] == pytest.approx(603654.627, abs=0.001)
    assert y[0] == pytest.approx(1206111.987, abs=0.001)


@pytest.mark.parametrize("lat", [11.0399, 11.03999, 11.04, 11.04001, 11.0401])
def test_agrees_with_the_official_parameters_on_both_sides_of_the_trap(lat):
    x, y = transform([106.65], [lat], WGS84, TM3)
    assert (x[0], y[0]) == pytest.approx(official_tm3(106.65, lat), abs=0.001)


def test_no_step_at_the_trap():
    lat = np.linspace(11.039, 11.041, 201)
    _, y = transform(np.full(201, 106.65), lat, WGS84, TM3)
    steps = np.diff(y)
    assert np.ptp(steps) < 1e-4


@given(st.floats(106.2, 107.1), st.floats(10.8, 11.6))
def test_there_and_back_is_the_same_place(lon, lat):
    x, y = transform([lon], [lat], WGS84, TM3)
    back = transform(x, y, TM3, WGS84)
    assert back[0][0] == pytest.approx(lon, abs=5e-9)  # half a millimetre: heights are dropped
    assert back[1][0] == pytest.approx(lat, abs=5e-9)


def test_the_pinned_operation_also_leads_to_other_systems():
    through_wgs = transform(*transform([603654.627], [1206111.987], TM3, WGS84), WGS84, CRS(32648))
    direct = transform([603654.627], [1206111.987], TM3, CRS(32648))
    assert np.allclose(through_wgs, direct, atol=1e-6)


def test_another_meridian_of_the_same_datum_needs_no_shift():
    assert is_vn2000(CRS.from_epsg(9209))
    assert not is_vn2000(CRS.from_epsg(32648))
    x, y = transform([603654.627], [1206111.987], TM3, CRS.from_epsg(9209))
    assert np.allclose(transform(x, y, CRS.from_epsg(9209), TM3), [[603654.627], [1206111.987]])


def test_reproject_moves_every_vertex_and_keeps_missing_ones():
    frame = gpd.GeoDataFrame(
        {"a": [1, 2]}, geometry=[shapely.Point(106.70, 10.905), None], crs=WGS84
    )
    moved = reproject(frame, TM3)
    assert moved.crs == TM3
    assert moved.geometry[0].x == pytest.approx(603654.627, abs=0.001)
    assert moved.geometry[1] is None
    assert frame.geometry[0].x == 106.70


def test_a_layer_without_crs_is_refused():
    with pytest.raises(CrsMismatchError):
        reproject(gpd.GeoSeries([shapely.Point(0, 0)]), TM3)


def test_feet_become_metres_on_the_same_plane():
    feet = CRS.from_epsg(2227)
    frame = gpd.GeoDataFrame(geometry=[shapely.box(6e6, 2e6, 6e6 + 100, 2e6 + 100)], crs=feet)
    metres = to_metres(frame)
    assert metres_per_unit(metres.crs) == 1.0
    assert metres.area[0] == pytest.approx(100 * 100 * (1200 / 3937) ** 2)
    lonlat = reproject(frame, WGS84).geometry[0]
    assert reproject(metres, WGS84).geometry[0].equals_exact(lonlat, 1e-9)
    assert require_same_projected_crs(metres) == metres.crs
    with pytest.raises(CrsMismatchError):
        require_same_projected_crs(frame)


def test_working_crs_must_be_known_and_projected():
    assert parse_working_crs("EPSG:9210") == TM3
    for wrong in ("EPSG:4326", "EPSG:1", "vn2000"):
        with pytest.raises(UsageError):
            parse_working_crs(wrong)
