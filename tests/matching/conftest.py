"""Small provinces for the matching tests."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pytest
from shapely import Point

from geo_relocation import testing
from geo_relocation.matching import MatchSpecification, Problem, build_problem


def frame(layer: str, rows: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    """Rows of a layer with points at `xy`, kilometres; nowhere where it is None."""
    return testing.layer(
        layer,
        [
            {k: v for k, v in row.items() if k != "xy"} | {"geometry": _point(row["xy"])}
            for row in rows
        ],
    )


def _point(xy: tuple[float, float] | None) -> Point | None:
    return None if xy is None else Point(1000.0 * xy[0], 1000.0 * xy[1])


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
