"""The picture on the leader's page: firms, the ways they go, the parks that take most."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_relocation.arrays import FloatArray
from geo_relocation.publish import palette
from geo_relocation.publish.content import Content
from geo_relocation.publish.picture import Canvas, Extent
from geo_relocation.publish.records import park_use

NUMBERED = 8
"""Parks that have a number in the picture: those that take the most firms."""

WIDTH, HEIGHT = 1050, 1150
"""Pixels of the picture."""

_LAND, _BORDER = "#F3F1EC", "#8C8C8C"
_SMALLEST, _LARGEST = 14.0, 27.0


@dataclass(frozen=True)
class PlanPicture:
    """The picture and what its numbers stand for.

    Attributes
    ----------
    png
        Content of the file.
    parks
        Rows of `park_use` that have the numbers 1, 2, …, in this order.
    others
        How many more parks take firms.
    """

    png: bytes
    parks: pd.DataFrame
    others: int


def plan_picture(content: Content) -> PlanPicture:
    """Draw the plan of some content: units, ways from firms to parks, firms, parks.

    Firms and parks without a place on the map are left out.
    """
    use = park_use(content)
    use = use[use["firms"] > 0].sort_values("firms", ascending=False, kind="stable")
    plan = content.frame("assignments")
    firms = _points(content.layer("sites"), "site_id").reindex(plan["site_id"])
    parks = _points(content.layer("parks"), "park_id")
    goals = parks.reindex(plan["park_id"])
    placed = plan["park_id"].notna().to_numpy()
    units = content.layer("admin_units")
    units = units[units["level"] == "district"]
    shown = parks.reindex(use["park_id"])
    bounds = [*units.bounds.to_numpy(), *np.tile(firms, 2), *np.tile(shown, 2)]
    canvas = Canvas(Extent.around(bounds, ratio=WIDTH / HEIGHT), WIDTH, HEIGHT)
    for geometry in units.geometry:
        canvas.area(geometry, _LAND)
    canvas.outlines(units.geometry, _BORDER, width=1.5)
    ways = firms.to_numpy()[placed], goals.to_numpy()[placed]
    canvas.lines(*ways, palette.PLACED.color, width=1.5, alpha=0.12, adding=True)
    canvas.discs(firms.to_numpy()[placed], 2.4, palette.PLACED.color)
    canvas.discs(firms.to_numpy()[~placed], 3.2, palette.UNPLACED.color)
    _parks(canvas, shown.to_numpy(), use["firms"].to_numpy(dtype=float))
    first = use.head(NUMBERED)
    return PlanPicture(canvas.png(), first, len(use) - len(first))


def _parks(canvas: Canvas, points: FloatArray, firms: FloatArray) -> None:
    """Parks as discs by their number of firms, the first ones on top and numbered."""
    if not len(points):
        return
    spread = np.sqrt(firms / firms.max())
    radii = _SMALLEST + (_LARGEST - _SMALLEST) * spread
    numbered = np.arange(len(points)) < NUMBERED
    few = points[~numbered]
    canvas.discs(few, 9.0, palette.PARK_STATUSES[0].color, edge="#FFFFFF")
    for rank in range(min(NUMBERED, len(points)) - 1, -1, -1):
        if np.isfinite(points[rank]).all():
            one = points[rank : rank + 1]
            canvas.discs(one, float(radii[rank]), palette.PARK_STATUSES[0].color, edge="#FFFFFF")
            canvas.number(rank + 1, points[rank], "#FFFFFF", height=19.0)


def _points(layer: gpd.GeoDataFrame, key: str) -> pd.DataFrame:
    """A place within each record by its key: `x` and `y`, NaN where it has none."""
    inside = layer.geometry.representative_point()
    return pd.DataFrame({"x": inside.x, "y": inside.y}).set_axis(layer[key].astype(str))
