"""Lots: whole, adjacent and shared ones, and a park whose land suffices but not its lots."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely import box

from geo_relocation.matching import solve
from geo_relocation.matching.lots import assign_lots
from geo_relocation.model import schema


def lots(*rows):
    """Lots from (id, x0, x1, area, extra): strips of 100 m along one road."""
    plain = [
        {"lot_id": name, "park_id": "p", "area_m2": area, **more} for name, _, _, area, more in rows
    ]
    shapes = [box(a, 0, b, 100) for _, a, b, _, _ in rows]
    return schema("lots").conform(gpd.GeoDataFrame(plain, geometry=shapes, crs="EPSG:9210"))


def planned(province, needs, layer, **more):
    sites = [{"site_id": f"s{i}", "land_m2": need} for i, need in enumerate(needs)]
    problem = province(sites, [{"park_id": "p", "free_ha": 100.0}], lots=layer, **more)
    solution = solve(problem, work=5)
    return assign_lots(problem, solution.chosen)


def test_the_smallest_lot_that_fits_is_given(province):
    layer = lots(("a", 0, 50, 5000, {}), ("b", 900, 999, 8000, {}))
    plan = planned(province, [4900.0], layer)
    assert plan.lots == {"s0": ("a",)}
    assert plan.leftover_m2 == {"p": 100.0}


def test_adjacent_lots_are_joined_and_distant_ones_are_not(province):
    near = lots(("a", 0, 50, 5000, {}), ("b", 50, 100, 5000, {}))
    assert planned(province, [9000.0], near).lots == {"s0": ("a", "b")}
    far = lots(("a", 0, 50, 5000, {}), ("b", 60, 110, 5000, {}))
    plan = planned(province, [9000.0], far)
    assert plan.lots == {}
    assert "đủ đất nhưng không còn lô" in plan.without["s0"]


def test_a_divisible_lot_is_shared_up_to_its_area_and_not_below_its_smallest_part(province):
    shared = lots(("a", 0, 100, 10_000, {"divisible": True, "min_area_m2": 4000.0}))
    assert set(planned(province, [5000.0, 4500.0], shared).lots) == {"s0", "s1"}
    # Three firms of 1,000 m² take 4,000 each: only two fit.
    assert len(planned(province, [1000.0, 1000.0, 1000.0], shared).lots) == 2


@pytest.mark.parametrize("state", ["leased", "reserved", "unavailable"])
def test_lots_that_are_not_free_are_not_given(province, state):
    layer = lots(("a", 0, 50, 5000, {"state": state}), ("b", 900, 999, 5000, {}))
    assert planned(province, [4900.0], layer).lots == {"s0": ("b",)}


def test_no_lot_is_given_twice_and_every_bundle_covers_the_need(province):
    rng = np.random.default_rng(4)
    areas = rng.integers(1500, 6000, 20)
    layer = lots(*((f"l{i:02}", 50 * i, 50 * i + 50, int(a), {}) for i, a in enumerate(areas)))
    needs = rng.integers(1000, 9000, 8).astype(float).tolist()
    plan = planned(province, needs, layer)
    given = [lot for bundle in plan.lots.values() for lot in bundle]
    assert len(given) == len(set(given))
    area = dict(zip(layer["lot_id"], layer["area_m2"], strict=True))
    for site, bundle in plan.lots.items():
        assert sum(area[lot] for lot in bundle) >= needs[int(site[1:])]
    assert len(plan.lots) + len(plan.without) == 8
