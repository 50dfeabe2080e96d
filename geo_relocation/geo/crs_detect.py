"""What reference system coordinates are in, judged by where they land.

Files come without a system, or with a wrong one: degrees under a projected system, another
meridian, swapped axes, feet, VN-2000's projection on no datum. Each fault moves the data by an
amount of its own, and a known extent tells which reading puts it back. Only single faults are
tried: two at once can explain almost any place.

What can be told apart, and what cannot: swapped axes, feet and degrees move data by hundreds of
kilometres; a neighbouring TM-3 meridian by 27 km, which a small file may survive within the
province; a missing datum shift by 226 m, which no extent can show. Where several readings are
possible they are all listed, and a person chooses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from geo_relocation.arrays import FloatArray, Mask
from geo_relocation.errors import UsageError
from geo_relocation.geo.crs import VN2000, WGS84, parse_crs, reproject, transform
from geo_relocation.geo.vn2000_twin import Fault, known_systems, vn2000_twin
from geo_relocation.messages import Message, _
from geo_relocation.model.told import told

BINH_DUONG = (106.2, 10.8, 107.05, 11.6)
"""Longitude and latitude of the former province's extent: west, south, east, north."""

_FOOT = 0.3048
_SAMPLE = 500
_POSSIBLE = 0.9
_NOWHERE = 0.1
_FEW = 3
# In units of the median distance from the middle: the far corner of a province is no typing error.
_APART = 30.0
_LARGEST_METRES = 2e7
_SMALLEST_METRES = 400.0
_NEIGHBOURS_DEGREES = 0.5


@dataclass(frozen=True)
class Extent:
    """Where data of a workspace is expected.

    Attributes
    ----------
    bounds
        West, south, east, north in degrees, WGS 84.
    outline
        The area itself in the same system, where it is known; judges more sharply.
    """

    bounds: tuple[float, float, float, float] = BINH_DUONG
    outline: shapely.Geometry | None = None

    def contains(self, lon: FloatArray, lat: FloatArray, margin: float = 0.0) -> Mask:
        """Which positions lie inside; with a `margin`, so many degrees around the bounds."""
        if self.outline is not None and margin == 0.0:
            within: Mask = shapely.contains_xy(self.outline, lon, lat)
            return within
        west, south, east, north = self.bounds
        inside = (lon >= west - margin) & (lon <= east + margin)
        return inside & (lat >= south - margin) & (lat <= north + margin)

    def share(self, lon: FloatArray, lat: FloatArray, margin: float = 0.0) -> float:
        """Share of positions that lie inside."""
        return float(self.contains(lon, lat, margin).mean())


@dataclass(frozen=True)
class Reading:
    """One way to read coordinates.

    Attributes
    ----------
    crs
        The reference system they would be in.
    swap
        Whether the axes change places.
    feet
        Whether the numbers are feet where the system has metres.
    fault
        What must be wrong with the file for this to be right.
    inside
        Share of the positions that land in the expected extent.
    centre
        Where the middle of the data lands: longitude, latitude.
    """

    crs: CRS
    swap: bool = False
    feet: bool = False
    fault: Fault = "none"
    inside: float = 0.0
    centre: tuple[float, float] = (np.nan, np.nan)

    @property
    def code(self) -> str:
        """What a user writes to ask for it: ``EPSG:9210``, ``EPSG:9210+swap``."""
        return (
            self.crs.to_string() + ("+swap" if self.swap else "") + ("+feet" if self.feet else "")
        )

    def explain(self) -> Message:
        """One line for people."""
        return told(
            "detail.reading",
            code=self.code,
            crs=self.crs.name,
            fault=told(f"detail.fault-{self.fault}"),
            inside=round(self.inside, 2),
        )

    def apply(self, points: FloatArray) -> FloatArray:
        """Coordinates as `crs` has them, in its own units and with x first."""
        read = points[:, ::-1] if self.swap else points
        return read * _FOOT if self.feet else read


@dataclass(frozen=True)
class Detection:
    """How coordinates are to be read.

    Attributes
    ----------
    chosen
        The reading to use; None when a person must choose.
    candidates
        All readings that are possible, the likeliest first.
    corrected
        Whether `chosen` differs from what was stated or told.
    suspect
        Whether the stated reading is kept although others fit better.
    """

    chosen: Reading | None
    candidates: tuple[Reading, ...]
    corrected: bool = False
    suspect: bool = False


def extent_of(areas: gpd.GeoDataFrame) -> Extent:
    """The extent of areas in any CRS, such as a workspace's administrative units."""
    outline = shapely.union_all(reproject(areas, WGS84).geometry.to_numpy())
    west, south, east, north = shapely.bounds(outline)
    # Boundaries are drawn to a few metres at best: a hundred metres more do no harm.
    return Extent((west, south, east, north), shapely.buffer(outline, 0.001))


def parse_reading(value: object) -> Reading:
    """The reading that a user names: a CRS, with ``+swap`` or ``+feet`` behind it if need be.

    Raises
    ------
    UsageError
        If the CRS is unknown or none for maps, or the word behind it is.
    """
    if not isinstance(value, str):
        return Reading(_plane_or_globe(parse_crs(value)))
    name, *words = value.split("+") if value.upper().startswith(("EPSG", "OGC")) else [value]
    unknown = [word for word in words if word not in {"swap", "feet"}]
    if unknown:
        raise UsageError(
            _("{value:q} names no way to read coordinates.", value=value),
            hint=_("Only +swap and +feet are known."),
        )
    crs = _plane_or_globe(parse_crs(name))
    return Reading(crs, swap="swap" in words, feet="feet" in words)


def places_things(crs: CRS) -> bool:
    """Whether two coordinates in a CRS are a place: on a globe, or on a plane with a projection.

    Heights alone, axes through the middle of the earth and building sites with axes of their
    own are none.
    """
    return bool(crs.is_geographic or crs.is_projected)


def _plane_or_globe(crs: CRS) -> CRS:
    if not places_things(crs):
        raise UsageError(
            _("{crs} is no reference system for maps.", crs=crs.name),
            hint=_("Use an EPSG code such as EPSG:9210 or EPSG:4326."),
        )
    return crs


def detect(
    points: FloatArray, *, stated: CRS | None, extent: Extent | None, told: Reading | None = None
) -> Detection:
    """Decide how coordinates are to be read.

    Parameters
    ----------
    points
        Coordinates as they stand, x before y, shape (n, 2), n > 0.
    stated
        The system that the file states.
    extent
        Where the data is expected; None where nothing is known, then only a datum that the
        file describes wrongly is found.
    told
        What the user said; then only swapped axes are corrected.
    """
    sample = _sampled(points)
    if told is not None:
        return _as_told(sample, told, extent)
    datum = vn2000_twin(stated) if stated is not None else None
    if stated is not None and datum is not None:
        reading = _judged(Reading(datum[0], fault=datum[1]), sample, extent)
        sure = extent is None or reading.inside >= _POSSIBLE
        if sure:
            return Detection(reading, (reading,), corrected=True)
    if extent is None:
        own = Reading(stated) if stated is not None else None
        return Detection(own, (own,) if own else ())
    return _by_extent(sample, stated, extent)


def _by_extent(sample: FloatArray, stated: CRS | None, extent: Extent) -> Detection:
    readings = [_judged(reading, sample, extent) for reading in _single_faults(stated)]
    possible = [r for r in readings if r.fault != "none" and r.inside >= _POSSIBLE]
    possible.sort(key=lambda reading: -reading.inside)
    if stated is None:
        chosen = possible[0] if len(possible) == 1 else None
        return Detection(chosen, tuple(possible), corrected=chosen is not None)
    own = next(reading for reading in readings if reading.fault == "none")
    near = _near(own, sample, extent)
    if own.inside >= _POSSIBLE or not possible:
        return Detection(own, (own,))
    if near > _NOWHERE:
        # In the neighbourhood: it may be a neighbour's data, so nothing is changed unasked.
        return Detection(own, (own, *possible), suspect=own.inside < 0.5)  # noqa: PLR2004 - most
    if len(possible) == 1:
        return Detection(possible[0], tuple(possible), corrected=True)
    return Detection(None, tuple(possible))


def _near(own: Reading, sample: FloatArray, extent: Extent) -> float:
    lon, lat = _landed(own, sample)
    return extent.share(lon, lat, _NEIGHBOURS_DEGREES)


def _as_told(sample: FloatArray, told: Reading, extent: Extent | None) -> Detection:
    """What the user said, with the axes swapped if only that puts the data into the extent."""
    if extent is None:
        return Detection(told, (told,))
    own = _judged(told, sample, extent)
    other = _judged(replace(told, swap=not told.swap, fault="swapped"), sample, extent)
    if own.inside < _NOWHERE and other.inside >= _POSSIBLE:
        return Detection(other, (other,), corrected=True)
    return Detection(own, (own,))


def _single_faults(stated: CRS | None) -> list[Reading]:
    """Readings in which at most one thing is wrong with the file."""
    geographic = [Reading(crs, fault="degrees") for crs in (WGS84, VN2000)]
    meridians = [Reading(crs, fault="meridian") for crs in known_systems()]
    if stated is None:
        unstated = [replace(r, fault="unstated") for r in (*geographic, *meridians)]
        return unstated + [replace(r, swap=True, fault="swapped") for r in unstated]
    own = [Reading(stated), Reading(stated, swap=True, fault="swapped")]
    if stated.is_geographic:
        return own + [replace(r, fault="projected") for r in meridians]
    own.append(Reading(stated, feet=True, fault="feet"))
    return own + geographic + [r for r in meridians if r.crs != stated]


def _judged(reading: Reading, sample: FloatArray, extent: Extent | None) -> Reading:
    lon, lat = _landed(reading, sample)
    if not lon.size:
        return reading
    centre = (float(np.median(lon)), float(np.median(lat)))
    inside = extent.share(lon, lat) if extent is not None else 1.0
    return replace(reading, inside=inside, centre=centre)


def _landed(reading: Reading, sample: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Longitude and latitude under a reading; places that make no sense are put at the pole."""
    points = reading.apply(sample)
    if reading.crs.is_geographic:
        sane = (np.abs(points[:, 0]) <= 180) & (np.abs(points[:, 1]) <= 90)  # noqa: PLR2004
    else:
        size = np.abs(points)
        sane = np.all(size < _LARGEST_METRES, axis=1) & np.any(size > _SMALLEST_METRES, axis=1)
    lon, lat = np.zeros(len(points)), np.full(len(points), 90.0)
    if sane.any():
        x, y = transform(points[sane, 0], points[sane, 1], reading.crs, WGS84)
        finite = np.isfinite(x) & np.isfinite(y)
        lon[sane] = np.where(finite, x, 0.0)
        lat[sane] = np.where(finite, y, 90.0)
    return lon, lat


def _sampled(points: FloatArray) -> FloatArray:
    finite = _bulk(points[np.isfinite(points).all(axis=1)])
    step = max(1, len(finite) // _SAMPLE)
    return finite[::step]


def _bulk(points: FloatArray) -> FloatArray:
    """Positions without those that lie apart from all others: a typing error decides nothing."""
    if len(points) < _FEW:
        return points
    away = np.abs(points - np.median(points, axis=0))
    usual = np.median(away, axis=0)
    near = (away <= np.maximum(_APART * usual, np.finfo(float).tiny)).all(axis=1)
    return points[near] if near.sum() > len(points) / 2 else points
