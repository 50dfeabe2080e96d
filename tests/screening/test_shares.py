"""Residential share at both extremes of contested land, against a count of cells."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_relocation.geo.outlines import outlines
from geo_relocation.model import schema
from geo_relocation.screening import ScreeningParameters
from geo_relocation.screening.shares import category_shares, deciding_zones

boxes = st.builds(
    lambda x, y, w, h: shapely.box(x, y, x + w, y + h),
    *[st.integers(0, 8)] * 2,
    *[st.integers(1, 8)] * 2,
)
kinds = st.sampled_from(["residential", "industrial", "green", "mixed"])
statuses = st.sampled_from(["planned", "existing"])


def shares_of(sites, zones, parameters):
    shapes = np.empty(len(sites), dtype=object)
    shapes[:] = sites
    rows = {
        "zone_id": [f"Z{n}" for n in range(len(zones))],
        "category": [kind for kind, _, _ in zones],
        "status": [status for _, status, _ in zones],
    }
    layer = gpd.GeoDataFrame(rows, geometry=[shape for _, _, shape in zones], crs="EPSG:9210")
    deciding = deciding_zones(schema("zones").conform(layer), parameters)
    return category_shares(outlines(shapes), deciding, parameters, threads=1)


def extremes(point, zones, parameters):
    """Whether a point is housing at least, and at most."""
    claims = [(kind, status) for kind, status, zone in zones if zone.contains(point)]
    planned = [kind for kind, status in claims if status == "planned"]
    if parameters.plan_basis == "both" or not planned:
        strongest = [kind for kind, _ in claims]
    else:
        strongest = planned
    housing = [kind in parameters.housing_categories for kind in strongest]
    return bool(housing) and all(housing), any(housing)


@settings(deadline=None, max_examples=120)
@given(
    boxes,
    st.lists(st.tuples(kinds, statuses, boxes), min_size=1, max_size=6),
    st.sampled_from(["planned-then-existing", "both"]),
    st.booleans(),
)
def test_extremes_equal_a_count_of_cells(site, zones, basis, mixed):
    parameters = ScreeningParameters(plan_basis=basis, mixed_is_residential=mixed)
    x0, y0, x1, y1 = map(int, site.bounds)
    cells = [shapely.Point(x + 0.5, y + 0.5) for x in range(x0, x1) for y in range(y0, y1)]
    low, high = np.mean([extremes(cell, zones, parameters) for cell in cells], axis=0)
    found = shares_of([site, *cells], zones, parameters)
    assert found.lowest[0] == pytest.approx(low, abs=1e-9)
    assert found.highest[0] == pytest.approx(high, abs=1e-9)
    # The same rule for sites that are points.
    assert found.lowest[1:].mean() == pytest.approx(low)
    assert found.highest[1:].mean() == pytest.approx(high)
    nominal = found.share[:, [0, *([1] if mixed else [])]].sum(axis=1)
    assert (found.lowest <= nominal + 1e-9).all()
    assert (nominal <= found.highest + 1e-9).all()
