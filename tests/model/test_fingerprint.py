"""Hashes of inputs."""

import geopandas as gpd
import shapely

from geo_relocation.model import schema
from geo_relocation.model.fingerprint import frame_hash


def sites(**columns):
    n = len(columns["site_id"])
    shapes = columns.pop("geometry", [shapely.Point(1, 2)] * n)
    return schema("sites").conform(gpd.GeoDataFrame(columns, geometry=shapes, crs=9210))


def test_equal_content_has_one_hash_and_every_change_another():
    base = sites(site_id=["a", "b"], workers=[1, None])
    variants = [
        sites(site_id=["a", "c"], workers=[1, None]),
        sites(site_id=["a", "b"], workers=[1, 0]),
        sites(site_id=["b", "a"], workers=[1, None]),
        sites(site_id=["a", "b"], workers=[1, None], geometry=[shapely.Point(1, 2), None]),
        sites(site_id=["a", "b"], workers=[1, None], geometry=[shapely.Point(1, 2.1)] * 2),
    ]
    hashes = [frame_hash(frame) for frame in (base, *variants)]
    assert len(set(hashes)) == len(hashes)
    assert frame_hash(sites(site_id=["a", "b"], workers=[1, None])) == hashes[0]
    assert frame_hash(base, parameters={"x": 1}) != frame_hash(base, parameters={"x": 2})
