"""The pipelines given to other programs do what `transform` does."""

from __future__ import annotations

import numpy as np
import pytest
from pyproj import CRS, Transformer

from geo_relocation.geo.crs import WGS84, pinned_pipelines, transform

EAST, NORTH = np.array([603654.627, 580000.0, 640000.0]), np.array([1206111.987, 1221000, 1260000])


@pytest.mark.parametrize("code", [9210, 9205])
def test_a_pipeline_agrees_with_transform(code: int):
    source = CRS.from_epsg(code)
    pipelines = pinned_pipelines(source)
    assert set(pipelines) == {"EPSG:4326", "EPSG:3857"}
    expected = transform(EAST, NORTH, source, WGS84)
    found = Transformer.from_pipeline(pipelines["EPSG:4326"]).transform(EAST, NORTH)
    assert np.allclose(found, expected, rtol=0, atol=1e-10)
    web = CRS.from_epsg(3857)
    found = Transformer.from_pipeline(pipelines["EPSG:3857"]).transform(EAST, NORTH)
    assert np.allclose(found, transform(*expected, WGS84, web), rtol=0, atol=1e-4)


def test_the_check_point_comes_out():
    pipeline = pinned_pipelines(CRS.from_epsg(9210))["EPSG:4326"]
    lon, lat = Transformer.from_pipeline(pipeline).transform(EAST[:1], NORTH[:1])
    assert lon[0] == pytest.approx(106.70, abs=1e-8)
    assert lat[0] == pytest.approx(10.905, abs=1e-8)


def test_other_datums_need_none():
    assert pinned_pipelines(CRS.from_epsg(32648)) == {}
    assert pinned_pipelines(CRS.from_epsg(2227)) == {}
