"""A province small enough to reckon by hand, for the commands of plans."""

from __future__ import annotations

import pytest

from geo_relocation.testing import at, layer
from geo_relocation.workspace import create_workspace

SCENARIO = """
id = "thu"
title = "Thử"
phases = [2026]
[factors]
detour = 1.0
[limits]
deadlines = false
"""


@pytest.fixture(params=["geopackage", pytest.param("postgis", marks=pytest.mark.postgis)])
def both_stores(request, tmp_path):
    """Address of a workspace that is not there yet: one store after the other."""
    if request.param == "geopackage":
        return str(tmp_path / "w.gpkg")
    return request.getfixturevalue("postgis_workspace_url")


@pytest.fixture(name="at")
def _at():
    """``at(x_km, y_km)``: a point, kilometres from the firms of the small province."""
    return at


@pytest.fixture
def province(run, tmp_path):
    """Three firms in housing, of 4, 4 and 5 ha; 10 km west a park of 5 ha, 20 km east one of 4.

    The largest is of a sector that the west does not take, and needs more than the east has:
    it has to be left out.
    """
    url = str(tmp_path / "tinh.gpkg")
    firms = [("A", 4, "C16"), ("B", 4, "C16"), ("C", 5, "C20")]
    layers = {
        "sites": [
            {"site_id": site, "name": f"Xưởng {site}", "vsic": vsic, "land_m2": ha * 1e4,
             "accuracy_m": 0.0, "geometry": at(0).buffer(100)}
            for site, ha, vsic in firms
        ],
        "zones": [
            {"zone_id": "R", "category": "residential", "status": "planned",
             "geometry": at(0).buffer(2000)}
        ],
        "parks": [
            {"park_id": "W", "name": "Khu Tây", "status": "operating", "receives": True,
             "free_ha": 5.0, "refused_sectors": "20", "geometry": at(-10).buffer(300)},
            {"park_id": "E", "name": "Khu Đông", "status": "operating", "receives": True,
             "free_ha": 4.0, "geometry": at(20).buffer(300)},
        ],
    }  # fmt: skip
    with create_workspace(url) as made, made.store.transaction() as transaction:
        for name, rows in layers.items():
            transaction.append(name, layer(name, rows))
    assert run("screen", workspace=url).code == 0
    return url


@pytest.fixture
def scenario_file(tmp_path):
    """``scenario_file("[weights]…")``: a scenario on the small province."""

    def made(more=""):
        path = tmp_path / "thu.toml"
        path.write_text(SCENARIO + more, "utf-8")
        return path

    return made
