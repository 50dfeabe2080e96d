"""Positions from the columns of a table: degrees in any notation, metres, outlines as text."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from geo_relocation.arrays import FloatArray, GeometryArray, Mask, ObjectArray
from geo_relocation.errors import UnknownCrsError
from geo_relocation.geo.crs import is_vn2000
from geo_relocation.geo.mending import Mend, mends, mends_of_text
from geo_relocation.ingest.convert import as_objects
from geo_relocation.ingest.draft import Draft
from geo_relocation.messages import Text, _
from geo_relocation.model.told import told
from geo_relocation.text.coordinates import (
    FARTHEST,
    VIETNAM_LATITUDE,
    VIETNAM_LONGITUDE,
    arrange,
    degrees_of,
    parse_angles,
    parse_pairs,
)
from geo_relocation.text.numbers import parse_numbers

_PAIRS = (("lon", "lat"), ("easting", "northing"), ("x", "y"))
_HALF_TURN = 180.0
_BRACKETS = re.compile(r"[()]")
_DEEPEST = 32
_EXPLAINED = 200
"""Rows for which it is worked out what they may have been meant to be."""
_DECIMAL = re.compile(r"^-?\d+(\.\d+)?$")
_DEGREES = re.compile(r"^-?\d{1,2}\.\d+$|^-?1[0-7]\d\.\d+$")


@dataclass(frozen=True)
class Positions:
    """Points as a table states them.

    Attributes
    ----------
    geometry
        A point, or an outline, per row; None where there is none.
    degrees, metres
        Which rows are in degrees and which in a plane.
    column
        The columns they come from, for messages.
    """

    geometry: GeometryArray
    degrees: Mask
    metres: Mask
    column: str


def positions_from_columns(draft: Draft) -> Positions | None:
    """Positions from coordinate columns, or None where the table has none.

    Raises
    ------
    UnknownCrsError
        If outlines written as text state no reference system.
    """
    columns = draft.columns.columns
    if "wkt" in columns:
        return _outlines(draft, columns["wkt"])
    for first, second in _PAIRS:
        if first in columns and second in columns:
            return _points(draft, columns[first], columns[second])
    if "coordinates" in columns:
        return _pairs(draft, columns["coordinates"])
    return None


def _outlines(draft: Draft, column: str) -> Positions:
    texts = as_objects(draft.raw.frame[column])
    written = np.array([isinstance(text, str) for text in texts], dtype=bool)
    found = np.full(len(texts), None, dtype=object)
    # A reader of nested geometry that calls itself for each level ends the program at some depth.
    usable = np.array([isinstance(text, str) and _shallow(text) for text in texts], dtype=bool)
    with np.errstate(all="ignore"):
        found[usable] = shapely.from_wkt(texts[usable].astype(str), on_invalid="ignore")
    # What lies nowhere on Earth must not decide in which system the others are.
    found[~(np.abs(shapely.bounds(found)) < FARTHEST).all(axis=1)] = None
    unread = written & shapely.is_missing(found)
    draft.log.add_rows("position-unreadable", unread, field=column, values=texts)
    crs = draft.raw.crs
    placed = ~shapely.is_missing(found)
    # Plane coordinates are never that small in Vietnam, so these can only be degrees.
    geographic = _in_degrees(found[placed]) if crs is None else crs.is_geographic
    if crs is None and placed.any() and not geographic:
        raise UnknownCrsError(
            _("The outlines in column {column:q} state no reference system.", column=column)
        )
    none = np.zeros(len(found), dtype=bool)
    return Positions(found, placed if geographic else none, none if geographic else placed, column)


def _in_degrees(outlines: GeometryArray) -> bool:
    """Whether outlines lie in Vietnam when they are taken for longitudes and latitudes."""
    if not len(outlines):
        return False
    west, south, east, north = shapely.total_bounds(outlines)
    return bool(
        VIETNAM_LONGITUDE[0] <= west <= east <= VIETNAM_LONGITUDE[1]
        and VIETNAM_LATITUDE[0] <= south <= north <= VIETNAM_LATITUDE[1]
    )


def _shallow(text: str) -> bool:
    """Whether brackets stand in each other no deeper than any outline needs."""
    depth = 0
    for bracket in _BRACKETS.findall(text):
        depth += 1 if bracket == "(" else -1
        if depth > _DEEPEST:
            return False
    return True


def _points(draft: Draft, x_column: str, y_column: str) -> Positions:
    x, y = _ordinates(draft, x_column), _ordinates(draft, y_column)
    half = np.isfinite(x) ^ np.isfinite(y)
    label = f"{x_column}, {y_column}"
    filled = [~pd.isna(as_objects(draft.raw.frame[column])) for column in (x_column, y_column)]
    mistyped = half & np.logical_and(*filled)
    draft.log.add_rows("position-half", half & ~mistyped, field=label)
    told = arrange(x, y)
    written = _written(draft, x_column, y_column)
    kinds = _settled(draft, (x, y), np.asarray(told.kind), told.sure, label, written)
    if mistyped.any():
        good = (kinds == "degrees") & told.sure
        _report_unread(draft, mistyped, (x, y), good, label, written)
    swapped = told.swapped & told.sure & _expects_vietnam(draft)
    swapped &= kinds != ""
    _note_swapped(draft, swapped, x, y, label)
    read = kinds != ""
    return Positions(
        _as_points(
            np.where(read, np.where(swapped, y, x), np.nan),
            np.where(read, np.where(swapped, x, y), np.nan),
        ),
        kinds == "degrees",
        kinds == "metres",
        label,
    )


def _pairs(draft: Draft, column: str) -> Positions:
    held = pd.Series(as_objects(draft.raw.frame[column]), dtype=object)
    parsed = parse_pairs(held)
    torn = parsed.problems["kind"] == "not-coordinates"
    draft.log.add_problems(parsed.problems[~torn], column)
    points = parsed.points
    kinds = points["kind"].to_numpy(dtype=object, na_value="")
    x, y = (points[name].to_numpy(dtype=float) for name in ("x", "y"))
    sure = np.asarray(arrange(x, y).sure)
    written = _written(draft, column)
    kinds = _settled(draft, (x, y), kinds, sure, column, written)
    if torn.any():
        unread = np.zeros(len(held), dtype=bool)
        unread[parsed.problems.loc[torn, "position"].to_numpy(dtype=int)] = True
        _report_unread(draft, unread, (x, y), (kinds == "degrees") & sure, column, written)
    read = kinds != ""
    return Positions(
        _as_points(np.where(read, x, np.nan), np.where(read, y, np.nan)),
        kinds == "degrees",
        kinds == "metres",
        column,
    )


def _ordinates(draft: Draft, column: str) -> FloatArray:
    """One coordinate column: angles in any notation, and what is no angle as plane metres."""
    held = pd.Series(as_objects(draft.raw.frame[column]), dtype=object)
    plain = _plain_degrees(held)
    if plain is not None:
        return plain
    angles = parse_angles(held)
    values: FloatArray = angles.values.to_numpy(dtype=float).copy()
    rest = held.notna().to_numpy() & ~(np.abs(values) <= _HALF_TURN)
    if not rest.any():
        draft.log.add_problems(angles.problems, column)
        return values
    plane = parse_numbers(held.where(rest, None))
    numbers = plane.values.to_numpy(dtype=float)
    metres = rest & (np.abs(numbers) > _HALF_TURN)
    values[rest] = np.where(metres, numbers, np.nan)[rest]
    # A plane coordinate is no angle, but it is a position: only what is neither is a problem.
    unread = ~angles.problems["position"].isin(np.flatnonzero(metres))
    draft.log.add_problems(angles.problems[unread], column)
    draft.log.add_problems(plane.problems[plane.problems["position"].isna()], column)
    return values


def _plain_degrees(held: pd.Series) -> FloatArray | None:
    """A column of nothing but decimal degrees with a point, which needs no parsing."""
    given = held.dropna()
    if not all(isinstance(v, str) and _DEGREES.match(v) for v in given):
        return None
    return np.array([np.nan if v is None else float(v) for v in held], dtype=float)


def _settled(
    draft: Draft,
    xy: tuple[FloatArray, FloatArray],
    kinds: ObjectArray,
    sure: Mask,
    label: str,
    written: ObjectArray,
) -> ObjectArray:
    """Which rows are degrees, which metres, and which nothing; the last are issues.

    Where most rows are degrees, a number that is neither these nor a plane coordinate of Viet Nam
    is a typing error, and plane coordinates without a stated system are left out: a few rows do
    not decide about the file.
    """
    degrees, metres = kinds == "degrees", kinds == "metres"
    unread = np.isfinite(xy[0]) & np.isfinite(xy[1]) & ~degrees & ~metres
    stated = draft.raw.crs
    if metres.sum() < degrees.sum() and (stated is None or stated.is_geographic):
        draft.log.add_rows("position-system-open", metres & sure, field=label, values=written)
        unread |= metres & ~sure
        kinds = np.where(metres, "", kinds)
    if unread.any():
        _report_unread(draft, unread, xy, degrees & sure, label, written)
    return kinds


def _report_unread(
    draft: Draft,
    unread: Mask,
    xy: tuple[FloatArray, FloatArray],
    good: Mask,
    label: str,
    written: ObjectArray,
) -> None:
    """Name the rows that no reading fits, each with what it may have been meant to be."""
    x, y = xy
    others = arrange(x[good], y[good])
    near = (float(np.median(others.x)), float(np.median(others.y))) if good.any() else (0.0, 0.0)
    for n, i in enumerate(np.flatnonzero(unread)):
        found = []
        if draft.extent is not None and n < _EXPLAINED:
            lon, lat = _as_typed(written[i]) or (x[i], y[i])
            found = mends(lon, lat, draft.extent, near)
            found = found or mends_of_text(written[i], degrees_of, draft.extent, near)
        draft.log.add(
            "position-unreadable",
            position=int(i),
            field=label,
            value=written[i],
            detail=proposed(found),
        )


def _as_typed(pair: str) -> tuple[float, float] | None:
    """Two plain decimals as they stand there: 206.705 is no 206,705 m here."""
    found = [float(number) for number in pair.split(", ") if _DECIMAL.match(number)]
    return (found[0], found[1]) if len(found) == 2 else None  # noqa: PLR2004 - a pair


def _written(draft: Draft, *columns: str) -> ObjectArray:
    """Cells of a row as they stand in the file."""
    cells = [as_objects(draft.raw.frame[column]) for column in columns]
    rows = [", ".join("" if v is None else str(v) for v in row) for row in zip(*cells, strict=True)]
    return np.array(rows, dtype=object)


def proposed(found: list[Mend]) -> Text:
    """What a position may have been meant to be, in words."""
    if not found:
        return ""
    pairs = " / ".join(f"{mend.lon:.10g}, {mend.lat:.10g}" for mend in found)
    return told("detail.perhaps", places=pairs, slip=told(f"detail.slip-{found[0].slip}"))


def _expects_vietnam(draft: Draft) -> bool:
    return draft.extent is not None or is_vn2000(draft.working_crs)


def _note_swapped(draft: Draft, swapped: Mask, x: FloatArray, y: FloatArray, label: str) -> None:
    """Survey tables call the northing X: a whole column turned is one note, a row is its own."""
    placed = np.isfinite(x) & np.isfinite(y)
    if not swapped.any():
        return
    if swapped.sum() > placed.sum() / 2:
        draft.log.add(
            "axes-swapped",
            field=label,
            value=f"{int(swapped.sum())}/{int(placed.sum())}",
            detail=told("detail.whole-column-swapped"),
        )
        return
    values = np.array([f"{a:g}, {b:g}" for a, b in zip(x, y, strict=True)], dtype=object)
    draft.log.add_rows("axes-swapped", swapped, field=label, values=values)


def _as_points(x: FloatArray, y: FloatArray) -> GeometryArray:
    both = np.isfinite(x) & np.isfinite(y)
    found = np.full(len(x), None, dtype=object)
    found[both] = shapely.points(x[both], y[both])
    return found
