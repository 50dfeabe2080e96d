"""Where a site is: the best of what is known about it, with an honest accuracy.

Evidence is taken in the order of trust: a surveyed outline, stated coordinates, a parcel, the
unit of the address. What is less trusted is not thrown away but used as a check: where it does
not fit what was chosen, that is an issue for a person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_relocation.geo.crs import require_same_projected_crs
from geo_relocation.model.enums import IssueAction, LocationSource, Severity

FloatArray = NDArray[np.float64]

COORDINATE_ACCURACY_M = 50.0
"""Accuracy of stated coordinates, metres, where none is stated with them: a hand-held receiver
or a click on a web map, inside the plot but not on its outline."""

PARCEL_ACCURACY_M = 0.0
"""A parcel of the cadastral map is an outline, and holds its site."""

_TOUCHING_M = 1.0
"""Distance that rounding and digitising explain, metres."""


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


@dataclass(frozen=True)
class Evidence:
    """What is known about the places of some sites, row by row.

    Everything is optional as a whole, and may be missing in any row. All geometry is in one
    projected CRS, metres.

    Attributes
    ----------
    outline
        Surveyed polygons.
    coordinates
        Points from stated coordinates.
    coordinates_accuracy_m
        Their accuracy where stated; `COORDINATE_ACCURACY_M` where missing.
    parcel
        Polygons of the parcels that were named.
    unit
        Polygons of the communes that the addresses name.
    """

    outline: gpd.GeoSeries | None = None
    coordinates: gpd.GeoSeries | None = None
    coordinates_accuracy_m: pd.Series | None = None
    parcel: gpd.GeoSeries | None = None
    unit: gpd.GeoSeries | None = None


class Located(NamedTuple):
    """Chosen locations and contradictions.

    Attributes
    ----------
    locations
        `geometry`, `accuracy_m`, `location_source`; one row per site, in the order of the
        evidence. Missing geometry has the source ``unknown``.
    issues
        `position` (0-based row), `kind`, `severity`, `action`, `value`, `message`,
        `message_en`. Kinds: `location-missing`, `outside-province`, `outside-address-unit`,
        `locations-disagree`.
    """

    locations: gpd.GeoDataFrame
    issues: pd.DataFrame


class _Candidate(NamedTuple):
    """One kind of evidence, ready to be chosen."""

    source: LocationSource
    geometry: NDArray[np.object_]
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


def locate(evidence: Evidence, *, province: shapely.Geometry | None = None) -> Located:
    """The location of each site by the most trusted evidence, and what contradicts it.

    Evidence that lies outside the province is passed over when other evidence lies inside: two
    geocoders put one factory 609 km apart. A site that has none inside keeps what it has, and is
    an error either way.

    Parameters
    ----------
    evidence
        What is known.
    province
        Outline of the area that all sites must be in, same CRS; None leaves that check out.

    Raises
    ------
    CrsMismatchError
        If the evidence is not all in one projected CRS in metres.
    """
    given = [evidence.outline, evidence.coordinates, evidence.parcel, evidence.unit]
    layers = [layer for layer in given if layer is not None]
    if not layers:
        return Located(_frame([], np.empty(0, int), 0, None), _issue_frame([]))
    crs = require_same_projected_crs(*layers)
    candidates = _candidates(evidence)
    count = len(layers[0])
    chosen, outside = _choose(candidates, province)
    locations = _frame(candidates, chosen, count, crs)
    log = _Issues()
    _report_missing(chosen, log)
    _report_outside(candidates, outside, log)
    _report_disagreement(candidates, chosen, outside, log)
    if evidence.unit is not None:
        _report_other_unit(locations, np.asarray(evidence.unit, dtype=object), log)
    return Located(locations, log.frame())


def _candidates(evidence: Evidence) -> list[_Candidate]:
    """The evidence that is there, most trusted first."""
    found: list[_Candidate] = []
    if evidence.outline is not None:
        shapes = np.asarray(evidence.outline, dtype=object)
        found.append(_Candidate(LocationSource.SURVEY, shapes, np.zeros(len(shapes))))
    if evidence.coordinates is not None:
        shapes = np.asarray(evidence.coordinates, dtype=object)
        stated = np.full(len(shapes), np.nan)
        if evidence.coordinates_accuracy_m is not None:
            stated = evidence.coordinates_accuracy_m.to_numpy(dtype=float)
        accuracy = np.where(np.isnan(stated), COORDINATE_ACCURACY_M, stated)
        found.append(_Candidate(LocationSource.COORDINATES, shapes, accuracy))
    if evidence.parcel is not None:
        shapes = np.asarray(evidence.parcel, dtype=object)
        accuracy = np.full(len(shapes), PARCEL_ACCURACY_M)
        found.append(_Candidate(LocationSource.PARCEL, shapes, accuracy))
    if evidence.unit is not None:
        found.append(_Candidate(LocationSource.UNIT, *position_from_unit(evidence.unit)))
    return found


def _choose(
    candidates: Sequence[_Candidate], province: shapely.Geometry | None
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Which candidate each site takes (-1 for none), and which lie outside the province."""
    present = np.array([~shapely.is_missing(c.geometry) for c in candidates])
    present &= np.array([~shapely.is_empty(c.geometry) for c in candidates])
    outside = np.zeros_like(present)
    if province is not None:
        shapely.prepare(province)
        for row, candidate in enumerate(candidates):
            apart = shapely.distance(candidate.geometry, province)
            outside[row] = present[row] & (apart > np.maximum(candidate.accuracy_m, _TOUCHING_M))
    inside = present & ~outside
    first_inside = np.where(inside.any(axis=0), inside.argmax(axis=0), -1)
    first = np.where(present.any(axis=0), present.argmax(axis=0), -1)
    return np.where(first_inside >= 0, first_inside, first), outside


def _frame(
    candidates: Sequence[_Candidate], chosen: NDArray[np.int64], count: int, crs: object
) -> gpd.GeoDataFrame:
    geometry = np.full(count, None, dtype=object)
    accuracy = np.full(count, np.nan)
    source = np.full(count, str(LocationSource.UNKNOWN), dtype=object)
    for number, candidate in enumerate(candidates):
        mine = chosen == number
        geometry[mine] = candidate.geometry[mine]
        accuracy[mine] = candidate.accuracy_m[mine]
        source[mine] = str(candidate.source)
    return gpd.GeoDataFrame(
        {"accuracy_m": accuracy, "location_source": pd.Series(source, dtype="str")},
        geometry=gpd.GeoSeries(geometry, crs=crs),
    )


class _Issues:
    """Rows for the issue log."""

    def __init__(self) -> None:
        self._rows: list[dict[str, object]] = []

    def add(
        self,
        positions: NDArray[np.int64],
        kind: str,
        severity: Severity,
        action: IssueAction,
        texts: Callable[[int], tuple[str, str, str]],
    ) -> None:
        """One issue per position; `texts` gives value, message and English message."""
        for position in positions.tolist():
            value, message, message_en = texts(position)
            self._rows.append(
                {
                    "position": position,
                    "value": value or None,
                    "kind": kind,
                    "severity": str(severity),
                    "action": str(action),
                    "message": message,
                    "message_en": message_en,
                }
            )

    def frame(self) -> pd.DataFrame:
        """The issues in the order of the sites."""
        return _issue_frame(self._rows)


def _issue_frame(rows: Sequence[dict[str, object]]) -> pd.DataFrame:
    names = ("position", "value", "kind", "severity", "action", "message", "message_en")
    table = pd.DataFrame(rows, columns=list(names), dtype=object)
    table = table.sort_values("position", kind="stable", ignore_index=True)
    table["position"] = table["position"].astype("Int64")
    return table.astype(dict.fromkeys(names[1:], "str"))


def _report_missing(chosen: NDArray[np.int64], log: _Issues) -> None:
    log.add(
        np.flatnonzero(chosen < 0),
        "location-missing",
        Severity.WARNING,
        IssueAction.LEFT_EMPTY,
        lambda _: ("", "Không có căn cứ nào về vị trí.", "Nothing tells where this is."),
    )


def _report_outside(
    candidates: Sequence[_Candidate], outside: NDArray[np.bool_], log: _Issues
) -> None:
    for candidate, flags in zip(candidates, outside, strict=True):
        vi, en = candidate.source.label("vi"), candidate.source.label("en")
        log.add(
            np.flatnonzero(flags),
            "outside-province",
            Severity.ERROR,
            IssueAction.ASK,
            lambda row, c=candidate, vi=vi, en=en: (  # type: ignore[misc]
                _shown(c.geometry[row]),
                f"Vị trí nằm ngoài tỉnh ({vi}).",
                f"The location is outside the province ({en}).",
            ),
        )


def _report_disagreement(
    candidates: Sequence[_Candidate],
    chosen: NDArray[np.int64],
    outside: NDArray[np.bool_],
    log: _Issues,
) -> None:
    """Evidence other than the address that is farther away than both accuracies explain."""
    exact = [n for n, c in enumerate(candidates) if c.source is not LocationSource.UNIT]
    for number in exact:
        for other in exact:
            rows = np.flatnonzero((chosen == number) & ~outside[other])
            if other == number or not len(rows):
                continue
            one, two = candidates[number], candidates[other]
            apart = shapely.distance(one.geometry[rows], two.geometry[rows])
            allowed = one.accuracy_m[rows] + two.accuracy_m[rows] + _TOUCHING_M
            far = dict(zip(rows.tolist(), apart.tolist(), strict=True))
            vi = f"{one.source.label('vi')} và {two.source.label('vi')}"
            en = f"{one.source.label('en')} and {two.source.label('en')}"
            log.add(
                rows[apart > allowed],
                "locations-disagree",
                Severity.WARNING,
                IssueAction.KEPT,
                lambda row, far=far, vi=vi, en=en: (  # type: ignore[misc]
                    f"{far[row]:.0f}",
                    f"{vi} cách nhau {far[row]:,.0f} m.",
                    f"{en} are {far[row]:,.0f} m apart.",
                ),
            )


def _report_other_unit(
    locations: gpd.GeoDataFrame, units: NDArray[np.object_], log: _Issues
) -> None:
    """Locations that lie in another unit than the address says."""
    apart = shapely.distance(locations.geometry.to_numpy(), units)
    allowed = np.maximum(locations["accuracy_m"].to_numpy(), _TOUCHING_M)
    log.add(
        np.flatnonzero(apart > allowed),
        "outside-address-unit",
        Severity.WARNING,
        IssueAction.ASK,
        lambda row: (
            f"{apart[row]:.0f}",
            f"Vị trí cách xã/phường trong địa chỉ {apart[row]:,.0f} m.",
            f"The location is {apart[row]:,.0f} m from the commune of the address.",
        ),
    )


def _shown(geometry: shapely.Geometry) -> str:
    point = shapely.point_on_surface(geometry)
    return f"{point.x:.0f}, {point.y:.0f}"
