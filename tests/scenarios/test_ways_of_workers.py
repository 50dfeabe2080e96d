"""How far workers live from their work before and after: by hand on a line of kilometres."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import Point

from geo_relocation.scenarios import compute_indicators, ways_of_workers
from geo_relocation.testing import layer

SITES = layer("sites", [{"site_id": name} for name in "abc"])
PARKS = layer("parks", [{"park_id": "P", "name": "P"}])
PLAN = layer(
    "assignments",
    [
        {"plan_id": "p", "site_id": site, "park_id": park, "phase": park and 2026, "reason": ""}
        for site, park in (("a", "P"), ("b", "P"), ("c", None))
    ],
)


@pytest.fixture
def ways():
    lived = [("a", 3, 0), ("a", None, 8000), ("b", 4, 5000), ("c", 50, 0)]
    homes = gpd.GeoDataFrame(
        {"site_id": [site for site, _, _ in lived], "workers": [few for _, few, _ in lived]},
        geometry=[Point(x, 0) for _, _, x in lived],
        crs=32648,
    )
    places = {site: np.array([0.0, 0.0]) for site in "abc"}
    return ways_of_workers(homes, PLAN, places, {"P": np.array([20_000.0, 0.0])}, detour=1.5)


def test_ways_of_each_firm_placed(ways):
    # a: (3 × 0 + 1 × 8) / 4 = 2 km and (3 × 20 + 1 × 12) / 4 = 18 km; b: 5 km and 15 km; × 1.5.
    assert ways.to_numpy(dtype=object).tolist() == [["a", 4, 3.0, 27.0], ["b", 4, 7.5, 22.5]]


def test_indicators_weigh_by_workers_and_stay_empty_without_homes(ways):
    def values(homes):
        found = compute_indicators(PLAN, SITES, PARKS, plan_id="p", homes=homes)
        return found.set_index("key")["value"][["home_workers", "home_before_km", "home_after_km"]]

    assert values(ways).tolist() == [8, 5.25, 24.75]
    assert values(None).isna().all()
