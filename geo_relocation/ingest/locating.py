"""Where rows lie: geometry of the file or coordinate columns → places in the working CRS."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from pyproj import CRS

from geo_relocation.arrays import FloatArray, GeometryArray, Mask
from geo_relocation.errors import UnknownCrsError
from geo_relocation.geo.crs import WGS84, metres_per_unit, moved_shapes, transform
from geo_relocation.geo.crs_detect import Detection, Extent, Reading, detect
from geo_relocation.geo.mending import Mend, mends
from geo_relocation.geo.repair import Kind, not_finite, of_kind, repair_polygons, without_z
from geo_relocation.ingest.draft import Draft
from geo_relocation.ingest.positions import Positions, positions_from_columns, proposed
from geo_relocation.messages import Message, Text, _, joined
from geo_relocation.model.told import TABLES, told

_MARGIN_DEGREES = 3.0
_LISTED = 6
_ROW_BY_ROW = 200
_SAMPLED = 2000


@dataclass(frozen=True)
class _Group:
    """Rows whose coordinates are read in one way."""

    rows: Mask
    reading: Reading


def locate(draft: Draft) -> None:
    """Give every row its place in the working CRS, or log why it has none.

    Raises
    ------
    UnknownCrsError
        If the coordinates state no reference system, or a wrong one, and several are possible.
    """
    source, groups = _source(draft)
    draft.source_crs = "; ".join(dict.fromkeys(group.reading.code for group in groups))
    required = draft.schema.geometry is not None and draft.schema.geometry.required
    empty = shapely.is_missing(source) | shapely.is_empty(source)
    source[empty] = None
    if required:
        draft.refuse("geometry-missing", empty)
    else:
        draft.log.add_rows("no-location", empty & draft.kept)
    if empty.all():
        return
    draft.refuse("geometry-not-finite", not_finite(source))
    flat, had_z = without_z(source)
    if had_z.any():
        draft.log.add("z-dropped", count=int(had_z.sum()))
    fitting = _fitting(draft, flat)
    moved = _moved(draft, fitting, groups)
    draft.geometry = _repaired(draft, moved)
    _note_outside(draft)


def _source(draft: Draft) -> tuple[GeometryArray, list[_Group]]:
    """Geometries as they stand, and how the coordinates of which rows are to be read."""
    raw = draft.raw
    if raw.geometry is None:
        positions = positions_from_columns(draft)
        if positions is None:
            return np.full(len(raw), None, dtype=object), []
        return positions.geometry, _column_groups(draft, positions)
    source = raw.geometry.copy()
    placed = ~(shapely.is_missing(source) | shapely.is_empty(source))
    if not placed.any():
        return source, []
    reading = _decided(draft, source[placed], raw.crs, raw.file)
    return source, [_Group(placed, reading)]


def _column_groups(draft: Draft, positions: Positions) -> list[_Group]:
    groups = []
    stated = draft.raw.crs
    if positions.degrees.any():
        geographic = stated if stated is not None and stated.is_geographic else None
        if geographic is None:
            draft.log.add(
                "crs-assumed",
                value=WGS84.name,
                detail=told("detail.degrees-unstated", column=positions.column),
            )
        groups.append(_Group(positions.degrees, Reading(geographic or WGS84)))
    if positions.metres.any():
        plane = stated if stated is not None and not stated.is_geographic else None
        held = positions.geometry[positions.metres]
        reading = _decided(draft, held, plane, _("Column {column:q}", column=positions.column))
        groups.append(_Group(positions.metres, reading))
    return groups


def _decided(draft: Draft, held: GeometryArray, stated: CRS | None, what: Text) -> Reading:
    """How coordinates are read; corrections are logged, doubts are raised.

    Raises
    ------
    UnknownCrsError
        If a person must choose.
    """
    points = shapely.get_coordinates(held[:: max(1, len(held) // _SAMPLED)])
    told = draft.raw.told
    finite = np.isfinite(points).all(axis=1)
    if not finite.any():
        return told or Reading(stated or WGS84)
    found = detect(points[finite], stated=stated, extent=draft.extent, told=told)
    if found.chosen is None:
        raise _undecided(what, stated, found)
    chosen = found.chosen
    if found.corrected:
        draft.log.add(
            "crs-corrected",
            value=chosen.code,
            figures={"reading": chosen.explain()},
        )
    elif found.suspect:
        others = [reading for reading in found.candidates if reading is not chosen][:_LISTED]
        draft.log.add(
            "crs-suspect",
            value=chosen.code,
            figures={
                "reading": chosen.explain(),
                "others": joined((reading.explain() for reading in others), between="; "),
            },
        )
    return chosen


def _undecided(what: Text, stated: CRS | None, found: Detection) -> UnknownCrsError:
    if stated is None:
        message = _("{what} states no coordinate reference system.", what=what)
    else:
        message = _(
            "{what} says {crs}, which puts it far from the area.", what=what, crs=stated.name
        )
    if not found.candidates:
        return UnknownCrsError(message)
    possible = [reading.explain() for reading in found.candidates[:_LISTED]]
    return UnknownCrsError(
        message,
        why=_("Possible: {readings}.", readings=joined(possible, between="; ")),
        hint=_("Choose one with --crs, e.g. --crs {code}.", code=found.candidates[0].code),
    )


def _fitting(draft: Draft, source: GeometryArray) -> GeometryArray:
    """The parts that fit the layer; rows without any are refused."""
    attribute = draft.schema.geometry
    kind: Kind = attribute.type if attribute is not None else "geometry"  # type: ignore[assignment]
    fitting, dropped, wrong = of_kind(source, kind)
    names = np.array([g.geom_type if g is not None else "" for g in source], dtype=object)
    known = {name: told(f"detail.shape-{name.lower()}") if name else "" for name in set(names)}
    shapes = np.array([known[name] for name in names], dtype=object)
    words = {"wanted": told(f"detail.wanted-{kind}"), "shape": shapes}
    draft.refuse("geometry-type", wrong, values=names, figures=words)
    draft.log.add_rows("geometry-parts", dropped & draft.kept, values=names, figures=words)
    return fitting


def _moved(draft: Draft, source: GeometryArray, groups: list[_Group]) -> GeometryArray:
    """The geometries in the working CRS; rows that land nowhere sensible are refused."""
    target = draft.working_crs
    out = np.full(len(source), None, dtype=object)
    lost = np.zeros(len(source), dtype=bool)
    for group in groups:
        usable = group.rows & draft.kept & ~shapely.is_missing(source)
        out[usable] = _transformed(source[usable], group.reading, target)
        lost |= usable & shapely.is_missing(out)
    outside = lost
    limits = sensible_bounds(target)
    if limits is not None:
        left, bottom, right, top = shapely.bounds(out).T
        x, y = left / 2 + right / 2, bottom / 2 + top / 2
        far = (x < limits[0]) | (y < limits[1]) | (x > limits[2]) | (y > limits[3])
        outside |= ~shapely.is_missing(out) & far
    draft.refuse("outside-crs", outside, figures={"crs": target.name})
    return out


def _transformed(held: GeometryArray, reading: Reading, target: CRS) -> GeometryArray:
    def move(points: FloatArray) -> FloatArray:
        read = reading.apply(points)
        moved = np.empty_like(read)
        moved[:, 0], moved[:, 1] = transform(read[:, 0], read[:, 1], reading.crs, target)
        return moved

    return moved_shapes(held, move)


def sensible_bounds(crs: CRS) -> tuple[float, float, float, float] | None:
    """Bounds in a CRS beyond which its coordinates make no sense; None if it does not say.

    The stated area of use, three degrees wider on each side.
    """
    area = crs.area_of_use
    if area is None or area.west > area.east:
        return None
    west, east = area.west - _MARGIN_DEGREES, area.east + _MARGIN_DEGREES
    south = max(area.south - _MARGIN_DEGREES, -89.0)
    north = min(area.north + _MARGIN_DEGREES, 89.0)
    along = np.linspace(0.0, 1.0, 21)
    sides = np.ones_like(along)
    lon = np.concatenate([west + along * (east - west)] * 2 + [west * sides, east * sides])
    lat = np.concatenate([south * sides, north * sides] + [south + along * (north - south)] * 2)
    x, y = transform(lon, lat, WGS84, crs)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        return None
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def _repaired(draft: Draft, geometry: GeometryArray) -> GeometryArray:
    geometry[draft.refused] = None
    mended = repair_polygons(geometry)
    known = {reason: _fault(reason) for reason in set(mended.reasons)}
    faults = np.array([known[reason] for reason in mended.reasons], dtype=object)
    draft.refuse(
        "geometry-collapsed", mended.collapsed, values=mended.reasons, figures={"fault": faults}
    )
    square_metres = mended.area_change * metres_per_unit(draft.working_crs) ** 2
    for i in np.flatnonzero(mended.changed & draft.kept):
        draft.log.add(
            "geometry-repaired",
            position=int(i),
            value=mended.reasons[i],
            figures={"fault": faults[i], "change": round(float(square_metres[i]), 1)},
        )
    return mended.geometry


def _fault(reason: str) -> Message:
    """What is wrong with an outline, from GEOS' words for it."""
    code = f"invalid-{reason.lower().replace(' ', '-')}"
    if code in TABLES["detail"]:
        return told(f"detail.{code}")
    return told("detail.invalid-otherwise", reason=reason)


def _name_outside(
    draft: Draft, extent: Extent, outside: Mask, placed: Mask, lon: FloatArray, lat: FloatArray
) -> None:
    """Each place outside the area, and, of a point, where it would be but for one slip."""
    inside = ~outside[placed]
    near = (float(np.median(lon[inside])), float(np.median(lat[inside]))) if inside.any() else None
    order = np.cumsum(placed) - 1
    for i in np.flatnonzero(outside):
        found: list[Mend] = []
        # Where all lie outside, it is the area that is another, not each of them mistyped.
        if near is not None and shapely.get_type_id(draft.geometry[i]) == 0:
            found = mends(float(lon[order[i]]), float(lat[order[i]]), extent, near)
        draft.log.add(
            "outside-area",
            position=int(i),
            detail=proposed(found),
        )


def _note_outside(draft: Draft) -> None:
    """Say which sites and parks lie outside the area that the workspace is about."""
    if draft.extent is None or draft.layer not in {"sites", "parks"}:
        return
    middle = shapely.point_on_surface(draft.geometry)
    placed = ~shapely.is_missing(middle)
    if not placed.any():
        return
    x, y = shapely.get_x(middle[placed]), shapely.get_y(middle[placed])
    lon, lat = transform(x, y, draft.working_crs, WGS84)
    outside = placed.copy()
    outside[placed] = ~draft.extent.contains(lon, lat)
    if outside.sum() <= _ROW_BY_ROW:
        _name_outside(draft, draft.extent, outside, placed, lon, lat)
    else:
        draft.log.add("outside-area-many", count=int(outside.sum()))
