"""A position for a site of which only the commune is known, with an honest accuracy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo_relocation.arrays import FloatArray


class UnitPositions(NamedTuple):
    """Positions that stand for a whole unit.

    Attributes
    ----------
    points
        A point inside each unit, from which its farthest part is as near as can be.
    accuracy_m
        Distance from the point to the farthest part of the unit, in CRS units (metres): the
        unit lies wholly within that radius.
    """

    points: NDArray[np.object_]
    accuracy_m: FloatArray


def position_from_unit(units: gpd.GeoSeries | Sequence[object]) -> UnitPositions:
    """A point for each unit, and the radius around it that covers the unit.

    The centre of the smallest circle around a unit has the smallest such radius of all points.
    Where it lies outside the unit, the nearest point of the unit is taken: it is never farther
    from any part by more than it was moved, and a person can look for the site there.

    Parameters
    ----------
    units
        Polygons or multipolygons in a projected CRS, metres; missing ones give missing points.

    Returns
    -------
    UnitPositions
        Points inside the units, and the accuracy in metres.
    """
    shapes = np.asarray(units, dtype=object)
    points = np.full(len(shapes), None, dtype=object)
    radius = np.full(len(shapes), np.nan)
    known = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    land = shapes[known]
    centre = shapely.centroid(shapely.minimum_bounding_circle(land))
    nearest = shapely.get_point(shapely.shortest_line(land, centre), 0)
    points[known] = np.where(shapely.covers(land, centre), centre, nearest)
    radius[known] = _farthest(land, points[known])
    return UnitPositions(points, radius)


def _farthest(shapes: NDArray[np.object_], points: NDArray[np.object_]) -> FloatArray:
    """Distance from each point to the farthest part of its shape: always a corner."""
    corners, owner = shapely.get_coordinates(shapes, return_index=True)
    own = shapely.get_coordinates(points)
    distance = np.hypot(*(corners - own[owner]).T)
    farthest = np.zeros(len(shapes))
    np.maximum.at(farthest, owner, distance)
    return farthest
