"""Small provinces for the matching tests, and a brute force that knows only the rules."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point

from geo_relocation.matching import MatchSpecification, Problem, build_problem, verify
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
        **more,
    )


Choice = tuple[str, int] | None


def options(problem: Problem) -> list[list[tuple[float, float, Choice]]]:
    """For each firm every choice there is, allowed or not: weight left out, cost, place."""
    found = []
    for site, weight in zip(problem.firms.site_id, problem.firms.weight, strict=True):
        mine: list[tuple[float, float, Choice]] = [(float(weight), 0.0, None)]
        for place in itertools.product(problem.parks.park_id, problem.phases):
            row = pd.DataFrame([(site, *place)], columns=["site_id", "park_id", "phase"])
            mine.append((0.0, plan_cost(problem, row), place))
        found.append(mine)
    return found


def brute_force(problem: Problem) -> tuple[float, float] | None:
    """Least weight left out, then least cost, over every plan the verifier accepts.

    All plans are put in order, best first, and the first one accepted is the answer.
    None when no plan is acceptable, which only locks can bring about.
    """
    every = itertools.product(*options(problem))
    ranked = sorted(
        (
            round(sum(left for left, _, _ in plan), 6),
            round(sum(cost for _, cost, _ in plan), 3),
            index,
            plan,
        )
        for index, plan in enumerate(every)
    )
    for left, cost, _, plan in ranked:
        placed = [
            (site, *place)
            for site, (_, _, place) in zip(problem.firms.site_id, plan, strict=True)
            if place is not None
        ]
        rows = pd.DataFrame(placed, columns=["site_id", "park_id", "phase"])
        if not verify(problem, rows):
            return left, cost
    return None


def plan_cost(problem: Problem, plan: pd.DataFrame) -> float:
    """Cost of a plan from positions, rents and wishes, as the scenario prices them."""
    spec = problem.specification
    sites = problem.frames.sites.set_index("site_id")
    parks = problem.frames.parks.set_index("park_id")
    receiving = parks.index[problem.parks.barrier == "none"]
    middle = float(parks.loc[receiving, "rent_usd_m2"].median())
    total = 0.0
    for site, park, year in plan.itertuples(index=False):
        s, p = sites.loc[site], parks.loc[park]
        way = s.geometry.distance(p.geometry) / 1000.0 * spec.factors.detour
        rent = middle if np.isnan(p.rent_usd_m2) else p.rent_usd_m2
        total += round(way * spec.weights.distance, 3)
        total += round((0.0 if np.isnan(rent) else rent) * spec.weights.rent_per_usd_m2, 3)
        total += (year - spec.phases[0]) * spec.weights.later_phase_per_year
        special = str(p.specialisation).split(";") if isinstance(p.specialisation, str) else []
        sector = s.vsic.removeprefix("C")[:2] if isinstance(s.vsic, str) else None
        total += spec.weights.wrong_specialisation * bool(special and sector not in special)
        wishes = s.wish_place.split(";") if isinstance(s.wish_place, str) else []
        total += spec.weights.refused_wish * bool(wishes and park not in wishes)
    return total


@pytest.fixture(scope="session", name="province")
def _province():
    return province


@pytest.fixture(scope="session", name="brute_force")
def _brute_force():
    return brute_force


@pytest.fixture(scope="session", name="plan_cost")
def _plan_cost():
    return plan_cost
