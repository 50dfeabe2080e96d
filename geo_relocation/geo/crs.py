"""Reference systems, with one pinned datum operation between VN-2000 and WGS 84.

PROJ chooses among the published operations for VN-2000 by area: south of 11.04° N it takes
EPSG operation 5194, north of it 6960, which puts a step of 0.797 m through the middle of the
province. QGIS and PostGIS choose for themselves in the same way. So every coordinate of this
program passes through `transform` or `reproject` here, which always use operation 6960, the
parameters of Quyết định 05/2007/QĐ-BTNMT.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import geopandas as gpd
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.enums import TransformDirection
from pyproj.exceptions import CRSError, ProjError

from geo_relocation.arrays import FloatArray
from geo_relocation.errors import CrsMismatchError, UnknownCrsError, UsageError
from geo_relocation.lazy import np, shapely
from geo_relocation.messages import _

Frame = TypeVar("Frame", gpd.GeoDataFrame, gpd.GeoSeries)

WGS84 = CRS.from_epsg(4326)
VN2000 = CRS.from_epsg(4756)

PINNED_OPERATION = "EPSG:6960"
"""VN-2000 to WGS 84, Quyết định 05/2007/QĐ-BTNMT."""

# Geographic VN-2000 in degrees to WGS 84 in degrees. Translations in metres, rotations in
# arc-seconds, scale in parts per million: QĐ 05/2007/QĐ-BTNMT, 1.000000252906278.
# The rotation convention is the coordinate frame: reading it as position vector is 0.55 m off.
_STEPS_6960 = (
    "+step +proj=push +v_3 "
    "+step +proj=cart +ellps=WGS84 "
    "+step +proj=helmert +x=-191.90441429 +y=-39.30318279 +z=-111.45032835 "
    "+rx=-0.00928836 +ry=0.01975479 +rz=-0.00427372 +s=0.252906278 "
    "+convention=coordinate_frame "
    "+step +inv +proj=cart +ellps=WGS84 "
    "+step +proj=pop +v_3 "
)
_TO_DEGREES = "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
_PIPELINE_6960 = (
    "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad " + _STEPS_6960 + _TO_DEGREES
)
_WEB_MERCATOR = "+step +proj=webmerc +lat_0=0 +lon_0=0 +x_0=0 +y_0=0 +ellps=WGS84"


def parse_crs(value: object) -> CRS:
    """The CRS that a user, a file or a setting names.

    Raises
    ------
    UsageError
        If PROJ does not know it.
    """
    try:
        return CRS.from_user_input(value)
    except CRSError as error:
        raise UsageError(
            _("{value:q} is not a coordinate reference system.", value=value),
            hint=_("Use an EPSG code such as EPSG:9210, or a WKT text."),
        ) from error


def parse_working_crs(value: object) -> CRS:
    """A CRS that a workspace can work in: projected, so that areas and distances make sense.

    Raises
    ------
    UsageError
        If it is not projected, or unknown.
    """
    crs = parse_crs(value)
    if not crs.is_projected:
        raise UsageError(
            _("{crs} is not a projected reference system.", crs=crs.name),
            why=_("Areas and distances need a plane."),
            hint=_("Use EPSG:9210 for Bình Dương, or the projected system of your area."),
        )
    return crs


def is_vn2000(crs: CRS) -> bool:
    """Whether a CRS stands on the VN-2000 datum."""
    geodetic = crs.geodetic_crs
    if geodetic is None or geodetic.datum is None:
        return False
    name = geodetic.datum.name.lower().replace("_", " ")
    return "vietnam 2000" in name or "vn-2000" in name or "vn 2000" in name


def metres_per_unit(crs: CRS) -> float:
    """Length of one coordinate unit of a projected CRS, in metres."""
    return float(crs.axis_info[0].unit_conversion_factor)


@lru_cache(maxsize=64)
def _steps(source: CRS, target: CRS) -> tuple[tuple[Transformer, TransformDirection], ...]:
    """The chain of transformers from one CRS to another, through the pinned operation."""
    if source == target:
        return ()
    if is_vn2000(source) == is_vn2000(target):
        ordinary = _ordinary(source, target)
        return ((ordinary, TransformDirection.FORWARD),)
    pinned = Transformer.from_pipeline(_PIPELINE_6960)
    if is_vn2000(source):
        there = (pinned, TransformDirection.FORWARD)
        return (*_steps(source, VN2000), there, *_steps(WGS84, target))
    back = (pinned, TransformDirection.INVERSE)
    return (*_steps(source, WGS84), back, *_steps(VN2000, target))


def _ordinary(source: CRS, target: CRS) -> Transformer:
    """PROJ's own way from one CRS to another.

    Raises
    ------
    UnknownCrsError
        If there is none: a file may describe a system that PROJ can read but not compute.
    """
    try:
        return Transformer.from_crs(source, target, always_xy=True)
    except ProjError as error:
        raise UnknownCrsError(
            _(
                "The reference system {source:q} cannot be converted to {target:q}.",
                source=source.name,
                target=target.name,
            ),
            why=_("PROJ says: {detail:q}.", detail=str(error)),
        ) from error


def transform(
    x: FloatArray, y: FloatArray, source: CRS, target: CRS
) -> tuple[FloatArray, FloatArray]:
    """Transform coordinates, x before y (longitude before latitude) on both sides.

    Parameters
    ----------
    x, y
        Coordinates in `source`, in its units.
    source, target
        Reference systems.

    Returns
    -------
    tuple of arrays
        Coordinates in `target`; infinite where they cannot be transformed.

    Raises
    ------
    UnknownCrsError
        If nothing leads from one system to the other.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    for step, direction in _steps(source, target):
        x, y = step.transform(x, y, direction=direction)
    return x, y


def moved_shapes(
    geometry: NDArray[np.object_], move: Callable[[FloatArray], FloatArray]
) -> NDArray[np.object_]:
    """Geometries with their points moved; None where a point lands nowhere.

    A ring whose points are not numbers is no ring: it must not be built.

    Parameters
    ----------
    geometry
        Any geometries; heights are dropped.
    move
        Points of shape (n, 2) → points of that shape.
    """
    points, owner = shapely.get_coordinates(geometry, return_index=True)
    landed = move(points)
    lost = np.zeros(len(geometry), dtype=bool)
    lost[owner[~np.isfinite(landed).all(axis=1)]] = True
    out = np.array(geometry, dtype=object)
    out[lost] = None
    found: NDArray[np.object_] = shapely.set_coordinates(out, landed[~lost[owner]])
    return found


def reproject(data: Frame, target: CRS) -> Frame:
    """A frame or series in another CRS, by the pinned operation where VN-2000 is involved.

    Use this in place of ``to_crs``, which lets PROJ choose.

    Raises
    ------
    CrsMismatchError
        If `data` states no CRS.
    UnknownCrsError
        If a shape cannot be expressed in the other CRS.
    """
    if data.crs is None:
        raise CrsMismatchError(_("A layer without a reference system cannot be transformed."))
    source = CRS(data.crs)
    if source == target:
        return data.set_crs(target, allow_override=True)

    def move(points: FloatArray) -> FloatArray:
        moved = points.copy()
        moved[:, 0], moved[:, 1] = transform(points[:, 0], points[:, 1], source, target)
        return moved

    shapes = data.geometry.to_numpy()
    moved = moved_shapes(shapes, move)
    lost = int((shapely.is_missing(moved) & ~shapely.is_missing(shapes)).sum())
    if lost:
        raise UnknownCrsError(
            _(
                "{lost:n} of {all:n} shapes cannot be expressed in {target:q}.",
                lost=lost,
                all=len(shapes),
                target=target.name,
            ),
            why=_("They say that they are in {source:q}.", source=source.name),
        )
    if isinstance(data, gpd.GeoSeries):
        return gpd.GeoSeries(moved, index=data.index, crs=target, name=data.name)
    return data.set_geometry(gpd.GeoSeries(moved, index=data.index, crs=target))


def pinned_pipelines(source: CRS) -> dict[str, str]:
    """PROJ pipelines by the pinned operation, for programs that else choose for themselves.

    Parameters
    ----------
    source
        A projected reference system.

    Returns
    -------
    dict
        Pipeline by target: `EPSG:4326` (longitude, latitude in degrees) and `EPSG:3857`
        (metres). Empty where `source` does not stand on VN-2000.
    """
    if not is_vn2000(source) or source.coordinate_operation is None:
        return {}
    projection = source.coordinate_operation.to_proj4().split("+step")[-1].strip()
    start = f"+proj=pipeline +step +inv {projection} {_STEPS_6960}"
    return {"EPSG:4326": start + _TO_DEGREES, "EPSG:3857": start + _WEB_MERCATOR}


def to_metres(data: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The same layer with coordinates in metres, for a CRS in feet.

    The plane stays the same; only its unit changes, so shapes and shares are untouched.
    The stages calculate in metres and are given their layers through this.
    """
    crs = CRS(data.crs)
    factor = metres_per_unit(crs)
    if factor == 1.0:
        return data
    scaled = shapely.transform(data.geometry.to_numpy(), lambda points: points * factor)
    return data.set_geometry(gpd.GeoSeries(scaled, index=data.index, crs=_metric_twin(crs)))


@lru_cache(maxsize=16)
def _metric_twin(crs: CRS) -> CRS:
    """The CRS with its axes and false origin in metres."""
    parameters = crs.to_json_dict()
    for axis in parameters["coordinate_system"]["axis"]:
        axis["unit"] = "metre"
    factor = metres_per_unit(crs)
    for parameter in parameters["conversion"]["parameters"]:
        unit = parameter.get("unit")
        if isinstance(unit, dict) and unit.get("type") == "LinearUnit":
            parameter["value"] *= factor
            parameter["unit"] = "metre"
    parameters.pop("id", None)
    parameters["name"] = f"{crs.name} in metres"
    return CRS.from_json_dict(parameters)


def require_same_projected_crs(*layers: gpd.GeoDataFrame | gpd.GeoSeries) -> CRS:
    """The one projected CRS in metres that all layers share.

    Raises
    ------
    CrsMismatchError
        If they differ, or the CRS is not projected in metres.
    """
    systems = [CRS(layer.crs) if layer.crs is not None else None for layer in layers]
    first = systems[0]
    if first is None or any(system != first for system in systems):
        names = [system.name if system else _("none") for system in systems]
        raise CrsMismatchError(
            _("The layers are in different reference systems: {names}.", names=names)
        )
    if not first.is_projected or metres_per_unit(first) != 1.0:
        raise CrsMismatchError(
            _("{crs} is not projected in metres.", crs=first.name),
            hint=_("Use geo.crs.to_metres first."),
        )
    return first
