"""Small provinces for the matching tests."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely import Point

from geo_relocation.matching import MatchSpecification, Problem, build_problem
from geo_relocation.model import schema

CRS = "EPSG:9210"

# The generated provinces of the benchmark serve as test cases too.
sys.path.insert(0, str(Path(__file__).parents[2]))


def frame(layer: str, rows: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    """Rows of a layer with points at `xy`, kilometres; nowhere where it is None."""
    plain = [{k: v for k, v in row.items() if k != "xy"} for row in rows]
    places = [row["xy"] for row in rows]
    points = [None if xy is None else Point(1000.0 * xy[0], 1000.0 * xy[1]) for xy in places]
    return schema(layer).conform(gpd.GeoDataFrame(plain, geometry=points, crs=CRS))


def province(
    sites: list[dict[str, Any]],
    parks: list[dict[str, Any]],
    specification: MatchSpecification | None = None,
    **more: Any,
) -> Problem:
    """A problem from short rows; parks operate and sites have ten hectares unless they say."""
    site_rows = [{"land_m2": 1e5, "xy": (0, 0), "name": s["site_id"]} | s for s in sites]
    park_rows = [{"status": "operating", "xy": (0, 0), "name": p["park_id"]} | p for p in parks]
    spec = specification or MatchSpecification.model_validate({"factors": {"detour": 1.0}})
    return build_problem(
        frame("sites", site_rows),
        more.pop("findings", None),
        frame("parks", park_rows),
        specification=spec,
        years=more.pop("years", (2026,)),
        **more,
    )


@pytest.fixture(scope="session", name="province")
def _province():
    return province


@pytest.fixture(scope="session")
def small_frame():
    """``small_frame(layer, rows)``: rows of a layer with points at `xy`, kilometres."""
    return frame
