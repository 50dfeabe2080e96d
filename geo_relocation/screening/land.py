"""Where a site stands: its land, how well it is known, and the units that hold it."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_relocation.arrays import FloatArray, GeometryArray, IntArray, TextArray
from geo_relocation.geo import overlay
from geo_relocation.geo.outlines import Outlines, outlines
from geo_relocation.model import join_codes
from geo_relocation.screening.parameters import ScreeningParameters

_AREAL = 2


@dataclass(frozen=True)
class Labelled:
    """Polygons with their ids.

    Attributes
    ----------
    outlines
        Polygons, metres.
    ids
        One each.
    """

    outlines: Outlines
    ids: TextArray


def labelled(layer: gpd.GeoDataFrame | None, key: str) -> Labelled:
    """The polygons of a layer with their ids; none for no layer."""
    if layer is None:
        return Labelled(outlines(np.empty(0, dtype=object)), np.empty(0, dtype=object))
    geometry = layer.geometry.to_numpy()
    areal = shapely.get_dimensions(geometry) == _AREAL
    return Labelled(outlines(geometry[areal]), layer[key].to_numpy(dtype=object)[areal])


def land_of(sites: gpd.GeoDataFrame) -> GeometryArray:
    """Outlines as they are; what has no area as a disc of the stated land round its middle."""
    stated = sites.geometry.to_numpy()
    land: GeometryArray = stated.copy()
    bare = ~(shapely.is_missing(stated) | shapely.is_empty(stated))
    bare &= shapely.get_dimensions(stated) < _AREAL
    middle = representative_points(stated[bare])
    land[bare] = overlay.as_discs(middle, sites["land_m2"].to_numpy(dtype=float)[bare])
    return land


def representative_points(geometry: GeometryArray) -> GeometryArray:
    """A point inside each polygon, the middle of a line, a point itself."""
    points: GeometryArray = np.asarray(shapely.point_on_surface(geometry), dtype=object)
    # Of a line that would be one of its corners, which may be an end.
    line = shapely.get_dimensions(geometry) == 1
    points[line] = shapely.centroid(geometry[line])
    return points


def accuracy_of(sites: gpd.GeoDataFrame, parameters: ScreeningParameters) -> FloatArray:
    """Accuracy in metres.

    One that is not recorded is taken from the source of the location where the parameters name
    it; else it is 0 for an outline and the parameter for a point.
    """
    recorded = sites["accuracy_m"].to_numpy(dtype=float)
    is_area = shapely.get_dimensions(sites.geometry.to_numpy()) == _AREAL
    assumed = np.where(is_area, 0.0, parameters.unknown_accuracy_m)
    by_source = sites["location_source"].map(dict(parameters.source_accuracy_m))
    assumed = np.where(by_source.isna(), assumed, by_source.to_numpy(dtype=float))
    return np.maximum(np.where(np.isnan(recorded), assumed, recorded), 0.0)


def measured_from(
    sites: gpd.GeoDataFrame, land: GeometryArray, sources: gpd.GeoDataFrame | None
) -> GeometryArray:
    """What distances are measured from: the sources of pollution of a site, else its land."""
    if sources is None or len(sources) == 0:
        return land
    present = ~(sources.geometry.isna() | sources.geometry.is_empty)
    given = sources[present]
    position = pd.Index(sites["site_id"]).get_indexer(given["site_id"])
    result = land.copy()
    shapes = given.geometry.to_numpy()
    order = np.argsort(position, kind="stable")
    order = order[position[order] >= 0]
    rows, start = np.unique(position[order], return_index=True)
    for row, own in zip(rows, np.split(shapes[order], start[1:]), strict=False):
        result[row] = shapely.union_all(own)
    return result


def units_of(
    land: Outlines, point: GeometryArray, units: Labelled, *, threads: int
) -> tuple[TextArray, TextArray]:
    """The unit with the most of each site, and all units it has land in as a `codes` text."""
    if len(units.ids) == 0:
        nothing = np.full(len(land), None, dtype=object)
        return nothing, nothing
    pieces = overlay.intersect(land, units.outlines, threads=threads).without_slivers()
    best = overlay.largest_share(pieces, n_sites=len(land))
    at, which = overlay.containing(point, units.outlines.geometry)
    bare = best[at] < 0
    at, which = at[bare], which[bare]
    best[at[::-1]] = which[::-1]
    main = np.full(len(land), None, dtype=object)
    main[best >= 0] = units.ids[best[best >= 0]]
    owner = np.concatenate((pieces.site, at))
    return main, ids_by_row(owner, np.concatenate((pieces.zone, which)), units.ids, len(land))


def ids_by_row(owner: IntArray, which: IntArray, ids: TextArray, n: int) -> TextArray:
    """As `codes_by_row`, sorted by id."""
    label, number = np.unique(ids.astype(str), return_inverse=True)
    return codes_by_row(owner, number[which], label.astype(object), n)


def codes_by_row(owner: IntArray, number: IntArray, label: TextArray, n: int) -> TextArray:
    """Labels of each row as one `codes` text, each once, in the order of their numbers.

    Parameters
    ----------
    owner, number
        Pairs of a row and an index into `label`.
    label
        Texts.
    n
        How many rows there are; a row without label is None.
    """
    pairs = np.unique(np.column_stack((owner, number)), axis=0)
    texts = label[pairs[:, 1]]
    result = np.full(n, None, dtype=object)
    row, start, count = np.unique(pairs[:, 0], return_index=True, return_counts=True)
    single = count == 1
    result[row[single]] = texts[start[single]]
    for at, first, many in zip(row[~single], start[~single], count[~single], strict=True):
        result[at] = join_codes(texts[first : first + many])
    return result
